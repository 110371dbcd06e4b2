import Testing

@testable import Geo

@Suite struct WKTTests {
    @Test(arguments: [
        "POINT(1.5 -2.25)", "POINT Z(1 2 3)", "LINESTRING(0 0,1 1,2 0)", "LINESTRING EMPTY", "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))",
        "MULTIPOINT(1 2,3 4)", "MULTILINESTRING((0 0,1 1),(2 2,3 3))", "MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((5 5,6 5,6 6,5 5)))",
        "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))", "GEOMETRYCOLLECTION EMPTY",
    ])
    func writesWhatItRead(text: String) throws { #expect(try Geometry(wkt: text).wkt == text) }

    @Test func readsTheFormsThatAreAbout() throws {
        #expect(try Geometry(wkt: " point ( 1e1   2 ) ") == .point(Position(x: 10, y: 2)))
        #expect(try Geometry(wkt: "MULTIPOINT((1 2),(3 4))") == .multiPoint(positions([(1, 2), (3, 4)])))
        #expect(try Geometry(wkt: "POINT  z (1 2 3)") == .point(Position(x: 1, y: 2, z: 3)))
        #expect(try Geometry(wkt: "POINT(1 2 3)") == .point(Position(x: 1, y: 2, z: 3)))
        #expect(try Geometry(wkt: "POINT M(1 2 3)") == .point(Position(x: 1, y: 2)))
        #expect(try Geometry(wkt: "LINESTRING ZM(1 2 3 4,5 6 7 8)") == .lineString([Position(x: 1, y: 2, z: 3), Position(x: 5, y: 6, z: 7)]))
    }

    @Test(arguments: [
        "", "POINT", "POINT EMPTY", "POINT()", "POINT(1)", "POINT(1 2", "POINT(1 2))", "POINT(1 2,3 4)", "POINT(a b)", "POINT(1 nan)", "POINT(1 1e999)",
        "POINT Z(1 2)", "POINT(1 2 3 4)", "LINESTRING(1 2)", "LINESTRING(1 2,)", "POLYGON((0 0,1 0,0 0))", "POLYGON((0 0,1 0,1 1,0 1))",
        "POLYGON(0 0,1 0,1 1,0 0)",
        "CIRCLE(1 2 3)", "POINT(1 2) x", "SRID=4326;POINT(1 2)", "MULTIPOINT((1 2)", "--", "POINT(--1 2)",
    ])
    func refuses(text: String) {
        let error = #expect(throws: GeoError.self) { try Geometry(wkt: text) }
        #expect(error?.code == .invalidWKT && error?.path.hasPrefix("byte ") == true)
    }

    @Test func limitsTheDepth() {
        let deep = String(repeating: "GEOMETRYCOLLECTION(", count: 10_000) + "POINT(1 2)" + String(repeating: ")", count: 10_000)
        #expect(throws: GeoError.self) { try Geometry(wkt: deep) }
    }

    @Test func randomGeometriesComeBack() throws {
        var generator = SeededGenerator(23)
        for _ in 0..<200 {
            let geometry = GeoJSONTests.random(&generator, depth: 0)
            let again = try Geometry(wkt: geometry.wkt)
            #expect(again.wkt == geometry.wkt)
            if !geometry.hasHeights { #expect(again == geometry) }
        }
    }

    @Test func brokenText() {
        var generator = SeededGenerator(29)
        var (read, refused) = (0, 0)
        for _ in 0..<3000 {
            var bytes = Array(GeoJSONTests.random(&generator, depth: 1).wkt.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = Array("()0.,- eZ\u{7F}".utf8).randomElement(using: &generator) ?? 0
            }
            do throws(GeoError) {
                _ = try Geometry(wkt: String(decoding: bytes, as: UTF8.self)).bounds
                read += 1
            } catch { refused += 1 }
        }
        #expect(read > 100 && refused > 100)
    }
}
