import Core

extension Geometry {
    /// Whether the geometry (longitudes and latitudes) and the box share a point; edges count.
    ///
    /// Exact in the plane of longitude and latitude. A box over the antimeridian and coordinates that run on beyond ±180 are understood.
    public func intersects(_ box: BBox) -> Bool {
        guard let extent else { return false }
        var offsets = [0.0]
        if extent.maxX > 180 { offsets.append(360) }
        if extent.minX < -180 { offsets.append(-360) }
        for part in box.parts {
            for offset in offsets {
                let window = PlanarBox(minX: part.west + offset, minY: part.south, maxX: part.east + offset, maxY: part.north)
                guard window.overlaps(minX: extent.minX, minY: extent.minY, maxX: extent.maxX, maxY: extent.maxY) else { continue }
                if intersects(window) { return true }
            }
        }
        return false
    }

    /// The same in any CRS.
    public func intersects(minX: Double, minY: Double, maxX: Double, maxY: Double) -> Bool {
        intersects(PlanarBox(minX: minX, minY: minY, maxX: maxX, maxY: maxY))
    }

    private func intersects(_ box: PlanarBox) -> Bool {
        switch self {
        case .point(let p): box.contains(p)
        case .multiPoint(let points): points.contains(where: box.contains)
        case .lineString(let line): box.touches(line)
        case .multiLineString(let lines): lines.contains(where: box.touches)
        case .polygon(let rings): box.touches(polygon: rings)
        case .multiPolygon(let polygons): polygons.contains(where: box.touches(polygon:))
        case .geometryCollection(let members): members.contains { $0.intersects(box) }
        }
    }

    /// Whether a point lies in the geometry: within or on the edge of a polygon (not in its holes), on a line, at a point.
    public func contains(x: Double, y: Double) -> Bool {
        switch self {
        case .point(let p): p.x == x && p.y == y
        case .multiPoint(let points): points.contains { $0.x == x && $0.y == y }
        case .lineString(let line): line.hasOnEdge(x, y)
        case .multiLineString(let lines): lines.contains { $0.hasOnEdge(x, y) }
        case .polygon(let rings): Geometry.polygon(rings, contains: x, y)
        case .multiPolygon(let polygons): polygons.contains { Geometry.polygon($0, contains: x, y) }
        case .geometryCollection(let members): members.contains { $0.contains(x: x, y: y) }
        }
    }

    static func polygon(_ rings: [[Position]], contains x: Double, _ y: Double) -> Bool {
        var inside = false
        for ring in rings {
            switch ring.location(of: x, y) {
            case .edge: return true
            case .inside: inside.toggle()
            case .outside: break
            }
        }
        return inside
    }
}

/// A box in the plane, edges included.
struct PlanarBox {
    var minX: Double, minY: Double, maxX: Double, maxY: Double

    func contains(_ p: Position) -> Bool { p.x >= minX && p.x <= maxX && p.y >= minY && p.y <= maxY }

    func overlaps(minX x0: Double, minY y0: Double, maxX x1: Double, maxY y1: Double) -> Bool {
        x0 <= maxX && x1 >= minX && y0 <= maxY && y1 >= minY
    }

    func touches(_ line: [Position]) -> Bool {
        guard var previous = line.first else { return false }
        if contains(previous) { return true }
        for point in line.dropFirst() {
            if contains(point) || crosses(previous, point) { return true }
            previous = point
        }
        return false
    }

    func touches(polygon rings: [[Position]]) -> Bool {
        if rings.contains(where: touches) { return true }
        // No edge meets the box: it lies all inside or all outside.
        return Geometry.polygon(rings, contains: minX, minY)
    }

    /// Whether a segment with both ends outside passes through (separating axes: x, y and the normal of the segment).
    private func crosses(_ a: Position, _ b: Position) -> Bool {
        guard overlaps(minX: min(a.x, b.x), minY: min(a.y, b.y), maxX: max(a.x, b.x), maxY: max(a.y, b.y)) else { return false }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        func side(_ x: Double, _ y: Double) -> Double { dx * (y - a.y) - dy * (x - a.x) }
        let sides = (side(minX, minY), side(maxX, minY), side(maxX, maxY), side(minX, maxY))
        let low = min(min(sides.0, sides.1), min(sides.2, sides.3))
        let high = max(max(sides.0, sides.1), max(sides.2, sides.3))
        return low <= 0 && high >= 0
    }
}

extension [Position] {
    enum Location { case inside, edge, outside }

    /// Where a point is seen from a closed ring (even-odd rule).
    func location(of x: Double, _ y: Double) -> Location {
        guard var a = last else { return .outside }
        var inside = false
        for b in self {
            if Self.isOnSegment(a, b, x, y) { return .edge }
            if (a.y > y) != (b.y > y) {
                let crossing = (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x
                if x < crossing { inside.toggle() }
            }
            a = b
        }
        return inside ? .inside : .outside
    }

    func hasOnEdge(_ x: Double, _ y: Double) -> Bool {
        zip(self, dropFirst()).contains { Self.isOnSegment($0, $1, x, y) }
    }

    private static func isOnSegment(_ a: Position, _ b: Position, _ x: Double, _ y: Double) -> Bool {
        guard x >= Swift.min(a.x, b.x), x <= Swift.max(a.x, b.x), y >= Swift.min(a.y, b.y), y <= Swift.max(a.y, b.y) else { return false }
        return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) == 0
    }
}
