import Testing

@testable import Geo

@Suite struct PreparedGeometryTests {
    private let ring = [Position(x: 0, y: 0), Position(x: 10, y: 0), Position(x: 10, y: 10), Position(x: 0, y: 10), Position(x: 0, y: 0)]
    private let hole = [Position(x: 2, y: 2), Position(x: 2, y: 8), Position(x: 8, y: 8), Position(x: 8, y: 2), Position(x: 2, y: 2)]

    @Test(arguments: [(1.0, 1.0, true), (5, 5, false), (10, 5, true), (11, 5, false), (2, 5, true)])
    func knowsHolesAndBorders(x: Double, y: Double, expected: Bool) throws {
        let prepared = try PreparedGeometry(.polygon([ring, hole]))
        #expect(prepared.intersects(wkb: Geometry.point(Position(x: x, y: y)).wkb) == expected)
    }

    @Test func linesCrossWithoutSharedVertices() throws {
        let prepared = try PreparedGeometry(.lineString([Position(x: 0, y: 0), Position(x: 10, y: 10)]))
        #expect(prepared.intersects(wkb: Geometry.lineString([Position(x: 0, y: 10), Position(x: 10, y: 0)]).wkb))
        #expect(!prepared.intersects(wkb: Geometry.lineString([Position(x: 0, y: 10), Position(x: 4, y: 6)]).wkb))
    }

    @Test func collectionsAndBrokenBytes() throws {
        let prepared = try PreparedGeometry(.geometryCollection([.point(Position(x: 50, y: 50)), .polygon([ring])]))
        #expect(prepared.intersects(wkb: Geometry.point(Position(x: 5, y: 5)).wkb))
        #expect(!prepared.intersects(wkb: [1, 2, 3]))
        #expect(!prepared.intersects(wkb: []))
    }

    /// A bow tie is not valid; it is still an area.
    @Test func invalidPolygonsAreMadeValid() throws {
        let bowTie: [Position] = [Position(x: 0, y: 0), Position(x: 10, y: 10), Position(x: 10, y: 0), Position(x: 0, y: 10), Position(x: 0, y: 0)]
        let prepared = try PreparedGeometry(.polygon([ring]))
        #expect(prepared.intersects(wkb: Geometry.polygon([bowTie]).wkb))
    }
}
