import Core

/// The edge of a grid in longitude and latitude, with longitudes that run on beyond ±180 instead of jumping.
struct GridOutline {
    /// Counter-clockwise or clockwise as the grid has it, not closed. Empty where the edge leaves the Earth.
    private var ring: [Position] = []
    /// How far the longitude has turned after one round: 0, or ±360 if a pole lies within.
    private var turn = 0.0
    /// The latitude of a pole within the grid.
    private var poles: [Double] = []
    /// Points inside, used where the edge leaves the Earth (a full disc of a geostationary satellite).
    private var lattice: [Position] = []

    init(_ grid: PixelGrid, densify: Int) throws(GeoError) {
        let transform = try CoordinateTransform(from: grid.crs, to: .crs84)
        var (xs, ys) = GridOutline.edge(of: grid, steps: max(1, densify))
        transform.apply(&xs, &ys)
        if zip(xs, ys).allSatisfy({ $0.isFinite && $1.isFinite }) {
            unwrap(xs, ys)
        } else {
            lattice = GridOutline.lattice(of: grid, transform)
            guard !lattice.isEmpty else {
                throw GeoError(.notTransformable, "no point of the grid lies on the Earth in \(grid.crs)")
            }
        }
        if !grid.crs.isGeographic { poles = GridOutline.poles(within: grid) }
    }

    private static func edge(of grid: PixelGrid, steps: Int) -> ([Double], [Double]) {
        let (w, h) = (Double(grid.width), Double(grid.height))
        // Counter-clockwise for a north-up grid: down the left edge, along the lower one, up, and back.
        let corners = [(0.0, 0.0), (0.0, h), (w, h), (w, 0.0)]
        var xs: [Double] = []
        var ys: [Double] = []
        for (i, from) in corners.enumerated() {
            let to = corners[(i + 1) % 4]
            for step in 0..<steps {
                let t = Double(step) / Double(steps)
                let point = grid.transform.apply(column: from.0 + (to.0 - from.0) * t, row: from.1 + (to.1 - from.1) * t)
                xs.append(point.x)
                ys.append(point.y)
            }
        }
        return (xs, ys)
    }

    private static func lattice(of grid: PixelGrid, _ transform: CoordinateTransform) -> [Position] {
        var xs: [Double] = []
        var ys: [Double] = []
        for row in 0...64 {
            for column in 0...64 {
                let point = grid.transform.apply(
                    column: Double(column) / 64 * Double(grid.width), row: Double(row) / 64 * Double(grid.height))
                xs.append(point.x)
                ys.append(point.y)
            }
        }
        transform.apply(&xs, &ys)
        return zip(xs, ys).compactMap { $0.isFinite && $1.isFinite ? Position(x: $0, y: $1) : nil }
    }

    /// A pole is within if it has coordinates in the CRS that lead back to it and lie in the grid.
    private static func poles(within grid: PixelGrid) -> [Double] {
        guard let there = try? CoordinateTransform(from: .crs84, to: grid.crs), let back = try? there.inverse(),
            let inverse = grid.transform.inverse
        else { return [] }
        return [90.0, -90.0].filter { pole in
            guard let point = there.apply(x: 0, y: pole), let again = back.apply(x: point.x, y: point.y), abs(again.y - pole) < 1e-6 else {
                return false
            }
            let pixel = inverse.apply(column: point.x, row: point.y)
            return pixel.x >= 0 && pixel.x <= Double(grid.width) && pixel.y >= 0 && pixel.y <= Double(grid.height)
        }
    }

    private mutating func unwrap(_ xs: [Double], _ ys: [Double]) {
        guard let first = xs.first else { return }
        ring.reserveCapacity(xs.count)
        var last = first
        for (x, y) in zip(xs, ys) {
            last += Longitude.step(from: last, to: x)
            ring.append(Position(x: last, y: min(90, max(-90, y))))
        }
        turn = ((last + Longitude.step(from: last, to: first) - first) / 360).rounded() * 360
    }

    var bbox: BBox {
        guard !ring.isEmpty else { return latticeBox }
        var (south, north) = (90.0, -90.0)
        var (west, east) = (Double.infinity, -Double.infinity)
        for p in ring { (south, north, west, east) = (min(south, p.y), max(north, p.y), min(west, p.x), max(east, p.x)) }
        for pole in poles { (south, north) = (min(south, pole), max(north, pole)) }
        if !poles.isEmpty || turn != 0 || east - west >= 360 - 1e-9 {
            return BBox(west: -180, south: south, east: 180, north: north)
        }
        return Longitude.box(west: west, south: south, east: east, north: north)
    }

    private var latticeBox: BBox {
        let ys = lattice.map(\.y) + poles
        let (south, north) = (max(-90, ys.min() ?? -90), min(90, ys.max() ?? 90))
        guard poles.isEmpty, let arc = Longitude.smallestArc(lattice.map(\.x)) else {
            return BBox(west: -180, south: south, east: 180, north: north)
        }
        return Longitude.box(west: arc.west, south: south, east: arc.east, north: north)
    }

    /// The ring without the vertices that lie on the line between their neighbours, to a hundred-thousandth of the ring's size: a grid of a few
    /// kilometres keeps its corners, one that bends keeps its bend.
    private var thinned: [Position] {
        guard ring.count > 4 else { return ring }
        let xs = ring.map(\.x)
        let ys = ring.map(\.y)
        let size = max((xs.max() ?? 0) - (xs.min() ?? 0), (ys.max() ?? 0) - (ys.min() ?? 0))
        let side = ring.count / 4
        var kept: [Position] = []
        for start in stride(from: 0, to: side * 4, by: side) {
            let points = ring[start..<(start + side)] + [ring[(start + side) % ring.count]]
            GridOutline.keep(Array(points), within: size * 1e-5, into: &kept)
        }
        return kept
    }

    /// Appends the first point, and those between that stand out (Douglas and Peucker), but not the last.
    private static func keep(_ points: [Position], within tolerance: Double, into kept: inout [Position]) {
        guard points.count > 2, let first = points.first, let last = points.last else {
            if let first = points.first { kept.append(first) }
            return
        }
        let (dx, dy) = (last.x - first.x, last.y - first.y)
        let length = max((dx * dx + dy * dy).squareRoot(), .leastNonzeroMagnitude)
        let distances = points.map { abs(dx * ($0.y - first.y) - dy * ($0.x - first.x)) / length }
        guard let far = distances.indices.max(by: { distances[$0] < distances[$1] }), distances[far] > tolerance, far > 0, far < points.count - 1 else {
            kept.append(first)
            return
        }
        keep(Array(points[...far]), within: tolerance, into: &kept)
        keep(Array(points[far...]), within: tolerance, into: &kept)
    }

    var footprint: Geometry {
        var outline = thinned
        let span = bbox
        if outline.isEmpty || (turn == 0 && (!poles.isEmpty || span.width >= 360)) {
            return .rectangle(span)
        }
        if turn != 0, let first = ring.first {
            // Around a pole: close the ring along it.
            let pole = poles.first ?? (ring.map(\.y).reduce(0, +) < 0 ? -90 : 90)
            outline.append(Position(x: first.x + turn, y: first.y))
            outline.append(Position(x: first.x + turn, y: pole))
            outline.append(Position(x: first.x, y: pole))
        }
        let polygons = Longitude.polygonsCutAtAntimeridian([outline])
        return polygons.count == 1 ? .polygon(polygons[0]) : .multiPolygon(polygons)
    }
}
