/// A geometry in the units of a tile: clipped, simplified, snapped and turned, by kind.
struct TileGeometry {
    private(set) var points: [GridPoint] = []
    private(set) var lines: [[GridPoint]] = []
    /// Polygons as their outer ring and holes, not closed.
    private(set) var polygons: [[[GridPoint]]] = []

    /// Where the first polygon lies that is too small for the grid; nil if there is none.
    private(set) var speck: GridPoint?

    private let projection: TileProjection
    private let window: PlanarBox
    private let tolerance: Double

    init(_ geometry: Geometry, projection: TileProjection, window: PlanarBox, tolerance: Double) {
        self.projection = projection
        self.window = window
        self.tolerance = tolerance
        add(geometry)
        polygons = TileRepair.valid(polygons)
    }

    private mutating func add(_ geometry: Geometry) {
        switch geometry {
        case .point(let position): add(points: [position])
        case .multiPoint(let positions): add(points: positions)
        case .lineString(let line): add(line: line)
        case .multiLineString(let many): for line in many { add(line: line) }
        case .polygon(let rings): add(polygon: rings)
        case .multiPolygon(let many): for rings in many { add(polygon: rings) }
        case .geometryCollection(let members): for member in members { add(member) }
        }
    }

    private mutating func add(points positions: [Position]) {
        guard projection.mayShow(positions, in: window) else { return }
        let projected = projection.project(positions)
        for shift in shifts(of: projected.box) {
            for point in projected {
                let moved = TilePoint(x: point.x + shift, y: point.y)
                if window.holds(moved) { points.append(GridPoint(moved)) }
            }
        }
    }

    private mutating func add(line: [Position]) {
        guard projection.mayShow(line, in: window) else { return }
        let projected = projection.project(line)
        for shift in shifts(of: projected.box) {
            for piece in window.clip(line: TileGeometry.shift(projected, by: shift)) {
                if let snapped = TileSnap.line(TileSimplify.line(piece, tolerance: tolerance)) { lines.append(snapped) }
            }
        }
    }

    private mutating func add(polygon rings: [[Position]]) {
        guard let outer = rings.first, projection.mayShow(outer, in: window) else { return }
        let projectedOuter = open(projection.project(outer))
        let shifts = shifts(of: projectedOuter.box)
        guard !shifts.isEmpty else { return }
        let holes = rings.dropFirst().map { open(projection.project($0)) }
        for shift in shifts {
            if let polygon = clipped(projectedOuter, holes, shift) { polygons.append(polygon) }
        }
    }

    private mutating func clipped(_ outer: [TilePoint], _ holes: [[TilePoint]], _ shift: Double) -> [[GridPoint]]? {
        let part = window.clip(ring: TileGeometry.shift(outer, by: shift))
        guard let ring = finish(part, positive: true) else {
            if speck == nil { speck = TileGeometry.middle(of: part) }
            return nil
        }
        var polygon = [ring]
        for hole in holes {
            guard let inner = finish(window.clip(ring: TileGeometry.shift(hole, by: shift)), positive: false) else { continue }
            // A hole as large as what is around it leaves nothing: the tile lies within the hole.
            if TileSnap.doubledArea(inner) == -TileSnap.doubledArea(ring) { return nil }
            polygon.append(inner)
        }
        return polygon
    }

    private func finish(_ ring: [TilePoint], positive: Bool) -> [GridPoint]? {
        guard ring.count >= 3 else { return nil }
        // A strip narrower than the tolerance may yet be wide enough for the grid.
        return TileSnap.ring(TileSimplify.ring(ring, tolerance: tolerance), positive: positive) ?? TileSnap.ring(ring, positive: positive)
    }

    /// The middle of a ring that encloses something, however little.
    private static func middle(of ring: [TilePoint]) -> GridPoint? {
        guard let first = ring.first, ring.count >= 3 else { return nil }
        var area = 0.0
        var previous = first
        for p in ring.dropFirst() {
            area += (previous.x - first.x) * (p.y - first.y) - (p.x - first.x) * (previous.y - first.y)
            previous = p
        }
        guard area != 0 else { return nil }
        let box = ring.box
        return GridPoint(TilePoint(x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2))
    }

    private func open(_ ring: [TilePoint]) -> [TilePoint] {
        ring.count > 1 && ring.first == ring.last ? Array(ring.dropLast()) : ring
    }

    /// By how many worlds a part must be moved to show in the window: as it is, or round the antimeridian.
    private func shifts(of box: PlanarBox) -> [Double] {
        guard box.minX <= box.maxX, box.minY <= window.maxY, box.maxY >= window.minY else { return [] }
        guard let world = projection.worldWidth else { return window.overlaps(box) ? [0] : [] }
        return [0, -world, world].filter { box.minX + $0 <= window.maxX && box.maxX + $0 >= window.minX }
    }

    private static func shift(_ points: [TilePoint], by shift: Double) -> [TilePoint] {
        shift == 0 ? points : points.map { TilePoint(x: $0.x + shift, y: $0.y) }
    }
}
