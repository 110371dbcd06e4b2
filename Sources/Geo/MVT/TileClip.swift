/// Clipping to an axis-parallel box.
extension PlanarBox {
    /// Sutherland–Hodgman. A concave ring may come out with edges along the border that lie on each other: they enclose nothing, and are
    /// hidden by the buffer. Rings in and out are not closed; fewer than three points mean nothing is left.
    func clip(ring: [TilePoint]) -> [TilePoint] {
        let box = ring.box
        guard overlaps(box) else { return [] }
        if holds(box) { return ring }
        var points = ring
        if box.minX < minX { points = PlanarBox.cutX(points, minX, keepsAbove: true) }
        if box.maxX > maxX { points = PlanarBox.cutX(points, maxX, keepsAbove: false) }
        if box.minY < minY { points = PlanarBox.cutY(points, minY, keepsAbove: true) }
        if box.maxY > maxY { points = PlanarBox.cutY(points, maxY, keepsAbove: false) }
        return points
    }

    private static func cutX(_ ring: [TilePoint], _ edge: Double, keepsAbove: Bool) -> [TilePoint] {
        guard var previous = ring.last else { return [] }
        var out: [TilePoint] = []
        out.reserveCapacity(ring.count + 4)
        var wasInside = keepsAbove ? previous.x >= edge : previous.x <= edge
        for point in ring {
            let isInside = keepsAbove ? point.x >= edge : point.x <= edge
            if isInside != wasInside {
                let t = (edge - previous.x) / (point.x - previous.x)
                out.append(TilePoint(x: edge, y: previous.y + (point.y - previous.y) * t))
            }
            if isInside { out.append(point) }
            (previous, wasInside) = (point, isInside)
        }
        return out
    }

    private static func cutY(_ ring: [TilePoint], _ edge: Double, keepsAbove: Bool) -> [TilePoint] {
        guard var previous = ring.last else { return [] }
        var out: [TilePoint] = []
        out.reserveCapacity(ring.count + 4)
        var wasInside = keepsAbove ? previous.y >= edge : previous.y <= edge
        for point in ring {
            let isInside = keepsAbove ? point.y >= edge : point.y <= edge
            if isInside != wasInside {
                let t = (edge - previous.y) / (point.y - previous.y)
                out.append(TilePoint(x: previous.x + (point.x - previous.x) * t, y: edge))
            }
            if isInside { out.append(point) }
            (previous, wasInside) = (point, isInside)
        }
        return out
    }

    /// The pieces of a line within the box.
    func clip(line: [TilePoint]) -> [[TilePoint]] {
        let box = line.box
        guard overlaps(box) else { return [] }
        if holds(box) { return [line] }
        var pieces: [[TilePoint]] = []
        var current: [TilePoint] = []
        for i in 1..<max(1, line.count) {
            guard let (from, to) = segment(line[i - 1], line[i]) else { continue }
            if current.last != from {
                if current.count > 1 { pieces.append(current) }
                current = [from]
            }
            if to != from { current.append(to) }
        }
        if current.count > 1 { pieces.append(current) }
        return pieces
    }

    /// Liang–Barsky: the part of a segment within the box.
    private func segment(_ a: TilePoint, _ b: TilePoint) -> (TilePoint, TilePoint)? {
        var (enter, leave) = (0.0, 1.0)
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        for (p, q) in [(-dx, a.x - minX), (dx, maxX - a.x), (-dy, a.y - minY), (dy, maxY - a.y)] {
            if p == 0 {
                if q < 0 { return nil }
            } else if p < 0 {
                enter = max(enter, q / p)
            } else {
                leave = min(leave, q / p)
            }
        }
        guard enter <= leave else { return nil }
        func at(_ t: Double) -> TilePoint { TilePoint(x: a.x + dx * t, y: a.y + dy * t) }
        return (enter == 0 ? a : at(enter), leave == 1 ? b : at(leave))
    }
}
