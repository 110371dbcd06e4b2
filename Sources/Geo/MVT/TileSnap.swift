/// Rounding to the integer grid of a tile, and what has to be put right after it.
enum TileSnap {
    /// A line without repeated points; nil if it shrinks to a point.
    static func line(_ points: [TilePoint]) -> [GridPoint]? {
        var out: [GridPoint] = []
        out.reserveCapacity(points.count)
        for point in points {
            let snapped = GridPoint(point)
            if out.last != snapped { out.append(snapped) }
        }
        return out.count >= 2 ? out : nil
    }

    /// A ring (not closed) without repeated points, spikes and points on straight edges, turned as asked; nil if it encloses nothing.
    ///
    /// - Parameter positive: the sign of its area by the surveyor's formula: MVT 2.1, section 4.3.4.4, wants outer rings positive.
    static func ring(_ points: [TilePoint], positive: Bool) -> [GridPoint]? {
        guard var out = withoutStraightPoints(points.map { GridPoint($0) }) else { return nil }
        if (doubledArea(out) > 0) != positive { out.reverse() }
        return out
    }

    /// A ring without points on straight edges, turned as it was; nil if nothing is left of it.
    static func withoutStraightPoints(_ ring: [GridPoint]) -> [GridPoint]? {
        var out: [GridPoint] = []
        out.reserveCapacity(ring.count)
        for point in ring { push(point, onto: &out) }
        trimSeam(&out)
        return out.count >= 3 && doubledArea(out) != 0 ? out : nil
    }

    private static func push(_ point: GridPoint, onto out: inout [GridPoint]) {
        while true {
            if out.last == point { return }
            guard out.count >= 2, cross(out[out.count - 2], out[out.count - 1], point) == 0 else { break }
            out.removeLast()
        }
        out.append(point)
    }

    /// The same where the end of the ring meets its beginning.
    private static func trimSeam(_ out: inout [GridPoint]) {
        var start = 0
        while out.count - start >= 3 {
            let (last, first) = (out[out.count - 1], out[start])
            if last == first || cross(out[out.count - 2], last, first) == 0 {
                out.removeLast()
            } else if cross(last, first, out[start + 1]) == 0 {
                start += 1
            } else {
                break
            }
        }
        if start > 0 { out.removeFirst(start) }
    }

    private static func cross(_ a: GridPoint, _ b: GridPoint, _ c: GridPoint) -> Int64 {
        Int64(b.x - a.x) * Int64(c.y - b.y) - Int64(b.y - a.y) * Int64(c.x - b.x)
    }

    /// Twice the area by the surveyor's formula, y downwards: positive for a ring that is clockwise on the screen.
    static func doubledArea(_ ring: [GridPoint]) -> Int64 {
        guard var previous = ring.last else { return 0 }
        var sum: Int64 = 0
        for point in ring {
            sum += Int64(previous.x) * Int64(point.y) - Int64(point.x) * Int64(previous.y)
            previous = point
        }
        return sum
    }
}
