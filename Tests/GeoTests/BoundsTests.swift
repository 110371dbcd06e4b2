import Core
import Testing

@testable import Geo

@Suite struct BoundsTests {
    private func polygons(_ boxes: (Double, Double, Double, Double)...) -> Geometry {
        .multiPolygon(boxes.map { [rectangle($0.0, $0.1, $0.2, $0.3)] })
    }

    @Test func plain() {
        #expect(polygons((1, 2, 3, 4), (-5, 6, -4, 7)).bounds == BBox(west: -5, south: 2, east: 3, north: 7))
        // Both sides of the world, but not up to its edge: it does not wrap.
        #expect(polygons((-170, 0, -160, 1), (160, 0, 170, 1)).bounds == BBox(west: -170, south: 0, east: 170, north: 1))
        #expect(Geometry.point(Position(x: 7, y: 8)).bounds == BBox(west: 7, south: 8, east: 7, north: 8))
        #expect(Geometry.point(Position(x: 180, y: 0)).bounds == BBox(west: 180, south: 0, east: 180, north: 0))
        #expect(Geometry.point(Position(x: -180, y: 0)).bounds == BBox(west: -180, south: 0, east: -180, north: 0))
    }

    /// RFC 7946, 3.1.9: cut in two at ±180; 5.2: the box of Fiji is 177…−178.
    @Test func cutAtTheAntimeridian() {
        #expect(polygons((177, -20, 180, -16), (-180, -20, -178, -16)).bounds == BBox(west: 177, south: -20, east: -178, north: -16))
        #expect(polygons((-180, 65, -170, 70), (30, 50, 180, 75), (20, 54, 23, 55)).bounds == BBox(west: 20, south: 50, east: -170, north: 75))
        let lines = Geometry.multiLineString([positions([(170, 45), (180, 45)]), positions([(-180, 45), (-170, 45)])])
        #expect(lines.bounds == BBox(west: 170, south: 45, east: -170, north: 45))
    }

    @Test func allRound() {
        #expect(polygons((-180, -90, 180, -60)).bounds == BBox(west: -180, south: -90, east: 180, north: -60))
        #expect(polygons((-180, -90, 180, -60), (177, -20, 180, -16)).bounds == BBox(west: -180, south: -90, east: 180, north: -16))
        #expect(polygons((-180, 0, 0, 1), (0, 0, 180, 1)).bounds == BBox(west: -180, south: 0, east: 180, north: 1))
    }

    @Test func beyond180() {
        #expect(polygons((170, 0, 190, 1)).bounds == BBox(west: 170, south: 0, east: -170, north: 1))
        #expect(polygons((-190, 0, -170, 1)).bounds == BBox(west: 170, south: 0, east: -170, north: 1))
        #expect(polygons((200, 0, 210, 1)).bounds == BBox(west: -160, south: 0, east: -150, north: 1))
        #expect(polygons((0, -90, 360, 90)).bounds == BBox(west: -180, south: -90, east: 180, north: 90))
    }

    @Test func heights() {
        let line = Geometry.lineString([Position(x: 0, y: 0, z: 10), Position(x: 1, y: 1, z: -5)])
        #expect(line.bounds?.numbers == [0, 0, -5, 1, 1, 10])
        #expect(Geometry.lineString([Position(x: 0, y: 0, z: 10), Position(x: 1, y: 1)]).bounds?.numbers == [0, 0, 1, 1])
    }

    /// Rolling all longitudes by some degrees, cut again at ±180, rolls the box.
    @Test func rollsWithTheEarth() throws {
        let islands: [(Double, Double)] = [(10, 14), (16, 17), (20, 29)]
        for shift in stride(from: -360.0, through: 360, by: 7.5) {
            var parts: [[[Position]]] = []
            for (west, east) in islands {
                parts += Longitude.polygonsCutAtAntimeridian([Array(rectangle(west + shift, 0, east + shift, 1).dropLast())])
            }
            let box = try #require(Geometry.multiPolygon(parts).bounds)
            // Where the edge of the world falls into a gap between the islands, the parts do not touch it: RFC 7946 gives no sign to wrap.
            let touches = islands.contains { west, east in stride(from: -540.0, through: 540, by: 360).contains { west + shift <= $0 && east + shift >= $0 } }
            let straddles = stride(from: -540.0, through: 540, by: 360).contains { 10 + shift < $0 && 29 + shift > $0 }
            if straddles, !touches { continue }
            #expect(close(box.width, 19, within: 1e-9), "\(shift): \(box.numbers)")
        }
    }
}
