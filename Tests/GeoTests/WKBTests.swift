import Core
import Testing

@testable import Geo

/// The hexadecimal texts are those of `shapely.to_wkb(geometry, hex=True, byte_order=…, flavor=…)`, shapely 2.2.0.
@Suite struct WKBTests {
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16) }
    }

    /// POLYGON Z ((0 0 1, 10 0 2, 10 10 3, 0 0 1)): ISO and EWKB, both byte orders.
    @Test(arguments: [
        "00000003EB0000000100000004000000000000000000000000000000003FF0000000000000402400000000000000000000000000004000000000000000402400000000000040240000000000004008000000000000000000000000000000000000000000003FF0000000000000",
        "01EB030000010000000400000000000000000000000000000000000000000000000000F03F00000000000024400000000000000000000000000000004000000000000024400000000000002440000000000000084000000000000000000000000000000000000000000000F03F",
        "00800000030000000100000004000000000000000000000000000000003FF0000000000000402400000000000000000000000000004000000000000000402400000000000040240000000000004008000000000000000000000000000000000000000000003FF0000000000000",
        "0103000080010000000400000000000000000000000000000000000000000000000000F03F00000000000024400000000000000000000000000000004000000000000024400000000000002440000000000000084000000000000000000000000000000000000000000000F03F",
    ])
    func readsEveryFlavour(hex: String) throws {
        let ring = [Position(x: 0, y: 0, z: 1), Position(x: 10, y: 0, z: 2), Position(x: 10, y: 10, z: 3), Position(x: 0, y: 0, z: 1)]
        #expect(try Geometry(wkb: WKBTests.bytes(hex)) == .polygon([ring]))
    }

    @Test func writesWhatShapelyWrites() {
        let ring = [Position(x: 0, y: 0, z: 1), Position(x: 10, y: 0, z: 2), Position(x: 10, y: 10, z: 3), Position(x: 0, y: 0, z: 1)]
        #expect(
            Geometry.polygon([ring]).wkb
                == WKBTests.bytes(
                    "01EB030000010000000400000000000000000000000000000000000000000000000000F03F00000000000024400000000000000000000000000000004000000000000024400000000000002440000000000000084000000000000000000000000000000000000000000000F03F"
                ))
    }

    @Test func skipsTheSRID() throws {
        // MULTIPOINT((1 2),(3 4)) with SRID 4326
        let hex = "0104000020E6100000020000000101000000000000000000F03F0000000000000040010100000000000000000008400000000000001040"
        #expect(try Geometry(wkb: WKBTests.bytes(hex)) == .multiPoint(positions([(1, 2), (3, 4)])))
    }

    /// GEOMETRYCOLLECTION(POINT(1.5 -2.25),LINESTRING(0 0,1 1,2 0),MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1))))
    static let collection =
        "0107000000030000000101000000000000000000F83F00000000000002C001020000000300000000000000000000000000000000000000000000000000F03F000000000000F03F0000000000000040000000000000000001060000000100000001030000000200000005000000000000000000000000000000000000000000000000001040000000000000000000000000000010400000000000001040000000000000000000000000000010400000000000000000000000000000000005000000000000000000F03F000000000000F03F000000000000F03F0000000000000040000000000000004000000000000000400000000000000040000000000000F03F000000000000F03F000000000000F03F"

    @Test func readsACollection() throws {
        let expected = Geometry.geometryCollection([
            .point(Position(x: 1.5, y: -2.25)), .lineString(positions([(0, 0), (1, 1), (2, 0)])),
            .multiPolygon([[positions([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]), positions([(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)])]]),
        ])
        let bytes = WKBTests.bytes(WKBTests.collection)
        #expect(try Geometry(wkb: bytes) == expected)
        #expect(expected.wkb == bytes)
    }

    @Test(arguments: [
        "", "01", "0101000000", "0201000000000000000000F03F0000000000000040", "0108000000", "0100000000",
        "0101000000000000000000F03F000000000000004000",  // one byte too many
        "0101000000000000000000F87F000000000000F87F",  // POINT EMPTY (NaN)
        "0101000000000000000000F07F0000000000000040",  // infinite
        "010200000001000000000000000000F03F0000000000000040",  // a line of one position
        "0102000000FFFFFFFF000000000000F03F0000000000000040",  // a count that lies
        "0103000000FFFFFFFF",
        "01030000000100000003000000000000000000000000000000000000000000000000000000000000000000F03F00000000000000000000000000000000",  // a ring of three
        "0104000000010000000102000000020000000000000000000000000000000000000000000000000000000000000000000000",  // a line in a multipoint
    ])
    func refuses(hex: String) {
        let error = #expect(throws: GeoError.self) { try Geometry(wkb: WKBTests.bytes(hex)) }
        #expect(error?.code == .invalidWKB && error?.path.hasPrefix("byte ") == true)
    }

    @Test func limitsTheDepth() {
        let one = WKBTests.bytes("010700000001000000")
        let deep = Array(repeating: one, count: 5000).joined() + WKBTests.bytes("010700000000000000")
        #expect(throws: GeoError.self) { try Geometry(wkb: Array(deep)) }
    }

    @Test func keepsEmptyLinesAndPolygons() throws {
        for empty in [Geometry.lineString([]), .polygon([]), .multiPolygon([]), .geometryCollection([])] {
            #expect(try Geometry(wkb: empty.wkb) == empty)
            #expect(empty.isEmpty && empty.bounds == nil && !empty.intersects(.world))
        }
    }

    @Test func heightsOfSomePositionsOnly() throws {
        let mixed = Geometry.lineString([Position(x: 1, y: 2, z: 3), Position(x: 4, y: 5)])
        #expect(try Geometry(wkb: mixed.wkb) == mixed)
    }
}
