import Core
import Testing

@testable import Geo

@Suite struct PredicateTests {
    let donut = Geometry.polygon([rectangle(0, 0, 10, 10), rectangle(3, 3, 7, 7)])

    @Test func pointInPolygon() {
        #expect(donut.contains(x: 1, y: 1))
        #expect(!donut.contains(x: 5, y: 5))
        #expect(!donut.contains(x: 11, y: 5))
        #expect(!donut.contains(x: -1, y: 0) && !donut.contains(x: -1, y: 10))
        // Edges count, those of holes too.
        #expect(donut.contains(x: 0, y: 5) && donut.contains(x: 10, y: 10) && donut.contains(x: 3, y: 5))
    }

    @Test func boxAgainstPolygon() {
        #expect(donut.intersects(BBox(west: -5, south: -5, east: 15, north: 15)))
        #expect(donut.intersects(BBox(west: 1, south: 1, east: 2, north: 2)))
        #expect(!donut.intersects(BBox(west: 4, south: 4, east: 6, north: 6)))
        #expect(donut.intersects(BBox(west: 4, south: 4, east: 8, north: 6)))
        #expect(donut.intersects(BBox(west: 10, south: 10, east: 12, north: 12)))
        #expect(!donut.intersects(BBox(west: 10.001, south: 0, east: 12, north: 12)))
    }

    @Test func boxAgainstASlantedLine() {
        let line = Geometry.lineString(positions([(0, 0), (10, 10)]))
        #expect(line.intersects(BBox(west: 4, south: 4.5, east: 5, north: 6)))
        // Within the line's box, but beside the line.
        #expect(!line.intersects(BBox(west: 6, south: 1, east: 9, north: 4)))
    }

    @Test func boxOverTheAntimeridian() {
        let fiji = BBox(west: 177, south: -20, east: -178, north: -16)
        #expect(Geometry.point(Position(x: 179, y: -17)).intersects(fiji))
        #expect(Geometry.point(Position(x: -179, y: -17)).intersects(fiji))
        #expect(!Geometry.point(Position(x: 0, y: -17)).intersects(fiji))
        let runsOn = Geometry.polygon([rectangle(175, -18, 185, -17)])
        #expect(runsOn.intersects(BBox(west: -176, south: -17.5, east: -170, north: -17)))
        #expect(!runsOn.intersects(BBox(west: -174, south: -17.5, east: -170, north: -17)))
        #expect(Geometry.polygon([rectangle(-185, -18, -175, -17)]).intersects(BBox(west: 176, south: -17.5, east: 177, north: -17)))
    }

    /// Against a dense sampling of the box: wherever a sample lies in the polygon, the box meets it.
    @Test func randomTrianglesAgainstSamples() {
        var generator = SeededGenerator(11)
        func number() -> Double { Double.random(in: -10...10, using: &generator) }
        var (met, missed) = (0, 0)
        for _ in 0..<400 {
            let open = positions([(number(), number()), (number(), number()), (number(), number())])
            let triangle = Geometry.polygon([open + [open[0]]])
            let (west, south) = (number(), number())
            let box = BBox(west: west, south: south, east: west + 3, north: south + 3)
            var sampled = false
            for i in 0...30 {
                for j in 0...30 where triangle.contains(x: west + Double(i) / 10, y: south + Double(j) / 10) { sampled = true }
            }
            if sampled { #expect(triangle.intersects(box)) }
            if triangle.intersects(box) { met += 1 } else { missed += 1 }
        }
        #expect(met > 50 && missed > 50)
    }

    @Test func transformsAndRefuses() throws {
        let there = try CoordinateTransform(from: .crs84, to: CRS("EPSG:32631"))
        let moved = try Geometry.multiPoint([Position(x: 3, y: 0, z: 9)]).transformed(by: there)
        guard case .multiPoint(let points) = moved else { Issue.record("points are expected"); return }
        #expect(close(points[0].x, 500_000, within: 1e-6) && points[0].z == 9)
        let error = #expect(throws: GeoError.self) {
            try Geometry.point(Position(x: 0, y: 90)).transformed(by: CoordinateTransform(from: .crs84, to: .webMercator))
        }
        #expect(error?.code == .notTransformable)
    }
}
