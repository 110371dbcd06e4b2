import Testing

@testable import Geo

@Suite struct TileRepairTests {
    private func ring(_ pairs: (Int32, Int32)...) -> [GridPoint] { pairs.map { GridPoint(x: $0.0, y: $0.1) } }
    private func area(_ polygons: [[[GridPoint]]]) -> Int64 { polygons.joined().reduce(0) { $0 + TileSnap.doubledArea($1) } }

    @Test func leavesValidOnesAlone() {
        let donut = [ring((0, 0), (10, 0), (10, 10), (0, 10)), ring((3, 3), (3, 6), (6, 6), (6, 3))]
        #expect(TileRepair.valid([donut]) == [donut])
    }

    @Test func aBowTieKeepsWhatTurnsTheRightWay() {
        // Its lobes turn opposite ways; the one with the positive winding number is kept.
        let repaired = TileRepair.valid([[ring((0, 0), (20, 0), (0, 10), (10, 10))]])
        #expect(isValid(repaired) && repaired.count == 1)
        #expect(area(repaired) > 0)
    }

    @Test func aRingThatTouchesItselfIsCutThere() {
        // Two squares in one ring that share the corner (10, 10).
        let repaired = TileRepair.valid([[ring((0, 0), (10, 0), (10, 10), (20, 10), (20, 20), (10, 20), (10, 10), (0, 10))]])
        #expect(repaired.count == 2 && isValid(repaired) && area(repaired) == 400)
        // An outer ring that comes back to (0, 0) around a hole.
        let keyhole = TileRepair.valid([[ring((0, 0), (20, 0), (20, 20), (0, 20), (0, 0), (5, 10), (10, 10), (10, 5))]])
        #expect(keyhole.count == 1 && keyhole[0].count == 2 && isValid(keyhole))
        #expect(TileSnap.doubledArea(keyhole[0][0]) == 800 && TileSnap.doubledArea(keyhole[0][1]) < 0)
    }

    @Test func edgesThatLieOnEachOtherCancel() {
        // What Sutherland–Hodgman makes of a U cut below its arms: two arms joined by an edge along the border, there and back.
        let joined = TileRepair.valid([[ring((0, 0), (10, 0), (10, 20), (8, 20), (8, 0), (2, 0), (2, 20), (0, 20))]])
        #expect(joined.count == 2 && isValid(joined) && area(joined) == 2 * 2 * 40)
    }

    @Test func overlappingAndNestedPolygonsBecomeOne() {
        let overlapping = TileRepair.valid([[ring((0, 0), (10, 0), (10, 10), (0, 10))], [ring((5, 5), (15, 5), (15, 15), (5, 15))]])
        #expect(overlapping.count == 1 && isValid(overlapping) && area(overlapping) == 2 * 175)
        let nested = TileRepair.valid([[ring((0, 0), (10, 0), (10, 10), (0, 10))], [ring((2, 2), (4, 2), (4, 4), (2, 4))]])
        #expect(nested.count == 1 && area(nested) == 200)
        // An island in a lake stays.
        let island = TileRepair.valid([
            [ring((0, 0), (20, 0), (20, 20), (0, 20)), ring((2, 2), (2, 18), (18, 18), (18, 2))], [ring((5, 5), (9, 5), (9, 9), (5, 9))],
        ])
        #expect(island.count == 2 && isValid(island) && area(island) == 2 * (400 - 256 + 16))
    }

    /// Random rings that cross themselves: the result is valid, and inside it is what has a positive winding number, tried at points that
    /// rounding cannot have moved across an edge.
    @Test func randomRings() {
        var generator = SeededGenerator(17)
        var checked = 0
        for round in 0..<400 {
            let size: Int32 = round % 2 == 0 ? 400 : 24
            let corners = (0..<Int.random(in: 4...14, using: &generator)).map { _ in
                GridPoint(x: .random(in: -size...size, using: &generator), y: .random(in: -size...size, using: &generator))
            }
            guard let ring = TileSnap.ring(corners.map { TilePoint(x: Double($0.x), y: Double($0.y)) }, positive: true) else { continue }
            let repaired = TileRepair.valid([[ring]])
            #expect(isValid(repaired), "\(ring.map { [$0.x, $0.y] })")
            for _ in 0..<60 {
                let (x, y) = (Double.random(in: -420...420, using: &generator), Double.random(in: -420...420, using: &generator))
                guard distance(ring, x, y) > 2.5 else { continue }
                checked += 1
                let inside = repaired.contains { polygon in
                    Geometry.polygon(polygon.map { $0.map { Position(x: Double($0.x), y: Double($0.y)) } }, contains: x, y)
                }
                #expect(inside == (winding(ring, x, y) > 0))
            }
        }
        #expect(checked > 10_000)
    }

    private func segments(_ ring: [GridPoint]) -> [(GridPoint, GridPoint)] { ring.indices.map { (ring[$0], ring[($0 + 1) % ring.count]) } }

    private func winding(_ ring: [GridPoint], _ x: Double, _ y: Double) -> Int {
        segments(ring).reduce(0) { sum, s in
            let (ax, ay, bx, by) = (Double(s.0.x), Double(s.0.y), Double(s.1.x), Double(s.1.y))
            guard (ay <= y) != (by <= y), ax + (y - ay) / (by - ay) * (bx - ax) > x else { return sum }
            return sum + (by > ay ? 1 : -1)
        }
    }

    private func distance(_ ring: [GridPoint], _ x: Double, _ y: Double) -> Double {
        segments(ring).map { s in
            let (dx, dy) = (Double(s.1.x - s.0.x), Double(s.1.y - s.0.y))
            let t = min(1, max(0, ((x - Double(s.0.x)) * dx + (y - Double(s.0.y)) * dy) / (dx * dx + dy * dy)))
            let (ex, ey) = (x - Double(s.0.x) - t * dx, y - Double(s.0.y) - t * dy)
            return (ex * ex + ey * ey).squareRoot()
        }.min() ?? .infinity
    }

    /// Rings are simple and do not cross; outer ones are positive, holes negative.
    private func isValid(_ polygons: [[[GridPoint]]]) -> Bool {
        for polygon in polygons {
            for (i, ring) in polygon.enumerated() {
                if (TileSnap.doubledArea(ring) > 0) != (i == 0) || Set(ring).count != ring.count { return false }
            }
        }
        let all = polygons.joined().flatMap(segments)
        for i in all.indices {
            for j in all.indices where j > i {
                let (a, b) = (GridEdge(from: all[i].0, to: all[i].1), GridEdge(from: all[j].0, to: all[j].1))
                let (s, t) = (a.side(of: b.from).signum() * a.side(of: b.to).signum(), b.side(of: a.from).signum() * b.side(of: a.to).signum())
                // A corner of one ring may touch an edge of another, but nothing crosses.
                if s < 0 && t < 0 { return false }
                if (a.from == b.from && a.to == b.to) || (a.from == b.to && a.to == b.from) { return false }
            }
        }
        return true
    }
}
