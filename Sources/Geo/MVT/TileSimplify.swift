/// Douglas–Peucker: drops points nearer than a tolerance to the line that remains.
enum TileSimplify {
    /// The ends stay.
    static func line(_ points: [TilePoint], tolerance: Double) -> [TilePoint] {
        guard points.count > 2, tolerance > 0 else { return points }
        var keep = [Bool](repeating: false, count: points.count)
        keep[0] = true
        keep[points.count - 1] = true
        mark(points, 0, points.count - 1, tolerance, &keep)
        return zip(points, keep).compactMap { $1 ? $0 : nil }
    }

    /// A ring that is not closed: the point farthest from the first divides it into two lines.
    static func ring(_ points: [TilePoint], tolerance: Double) -> [TilePoint] {
        guard points.count > 4, tolerance > 0 else { return points }
        let first = points[0]
        var (far, farthest) = (0, -1.0)
        for (i, p) in points.enumerated() {
            let d = (p.x - first.x) * (p.x - first.x) + (p.y - first.y) * (p.y - first.y)
            if d > farthest { (far, farthest) = (i, d) }
        }
        guard far > 0 else { return points }
        let closed = points + [first]
        var keep = [Bool](repeating: false, count: closed.count)
        keep[0] = true
        keep[far] = true
        mark(closed, 0, far, tolerance, &keep)
        mark(closed, far, closed.count - 1, tolerance, &keep)
        return zip(points, keep).compactMap { $1 ? $0 : nil }
    }

    private static func mark(_ points: [TilePoint], _ from: Int, _ to: Int, _ tolerance: Double, _ keep: inout [Bool]) {
        var stack = [(from, to)]
        let limit = tolerance * tolerance
        points.withUnsafeBufferPointer { points in
            while let (first, last) = stack.popLast() {
                guard last - first > 1 else { continue }
                var (at, worst) = (first, limit)
                for i in (first + 1)..<last {
                    let d = squaredDistance(points[i], points[first], points[last])
                    if d > worst { (at, worst) = (i, d) }
                }
                guard at > first else { continue }
                keep[at] = true
                stack.append((first, at))
                stack.append((at, last))
            }
        }
    }

    /// From a point to a segment.
    @inline(__always) private static func squaredDistance(_ p: TilePoint, _ a: TilePoint, _ b: TilePoint) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = dx * dx + dy * dy
        let t = length > 0 ? min(1, max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length)) : 0
        let (ex, ey) = (p.x - a.x - t * dx, p.y - a.y - t * dy)
        return ex * ex + ey * ey
    }
}
