import Core
import Glibc

/// From longitude and latitude to the units of one tile.
struct TileProjection {
    private let method: Method
    private let extent: Double
    /// The width of the world in units of the tile, where the tile matrix set goes round it: what leaves on one side enters on the other.
    let worldWidth: Double?

    private enum Method {
        /// Shift and scale of the unit square of Web Mercator.
        case webMercator(scale: Double, column: Double, row: Double)
        case affine(CoordinateTransform, minX: Double, maxY: Double, unitsPerX: Double, unitsPerY: Double)
    }

    init(_ tile: TileCoordinate, in set: TileMatrixSet, extent: Int) throws(GeoError) {
        self.extent = Double(extent)
        guard set.matrices.indices.contains(tile.matrix) else {
            throw GeoError(.invalidTile, "\(set.id) has no level \(tile.matrix)", path: "tileMatrix")
        }
        let matrix = set.matrices[tile.matrix]
        if set.id == TileMatrixSet.webMercatorQuad.id {
            let count = Double(matrix.matrixWidth)
            method = .webMercator(scale: count * Double(extent), column: Double(tile.column) * Double(extent), row: Double(tile.row) * Double(extent))
            worldWidth = count * Double(extent)
            return
        }
        let box = set.bounds(of: tile)
        let units = Double(extent) / (box.maxX - box.minX)
        method = .affine(
            try CoordinateTransform(from: .crs84, to: set.crs), minX: box.minX, maxY: box.maxY, unitsPerX: units,
            unitsPerY: Double(extent) / (box.maxY - box.minY))
        worldWidth = TileProjection.worldWidth(of: set.crs).map { $0 * units }
    }

    /// Cylindrical projections and plain degrees go round the world.
    private static func worldWidth(of crs: CRS) -> Double? {
        if crs.isWGS84LongitudeLatitude { return 360 }
        return crs == .webMercator || crs.code == "EPSG:3395" ? 2 * WebMercator.halfWorld : nil
    }

    /// Whether positions could show in a window, from the corners of their box: most features of a table are far from a tile, and
    /// projecting two corners instead of all positions is what makes asking cheap. Only where x and y grow with longitude and latitude.
    func mayShow(_ positions: [Position], in window: PlanarBox) -> Bool {
        guard case .webMercator = method, let world = worldWidth, positions.count > 4 else { return true }
        var box = PlanarBox(minX: .infinity, minY: .infinity, maxX: -.infinity, maxY: -.infinity)
        for p in positions { box.extend(p.x, p.y) }
        let corners = project([Position(x: box.minX, y: box.maxY), Position(x: box.maxX, y: box.minY)])
        guard corners[0].y <= window.maxY, corners[1].y >= window.minY else { return false }
        return [0, -world, world].contains { corners[0].x + $0 <= window.maxX && corners[1].x + $0 >= window.minX }
    }

    /// Positions that have no place in the projection are left out.
    func project(_ positions: [Position]) -> [TilePoint] {
        switch method {
        case .webMercator(let scale, let column, let row):
            return positions.map { p in
                // Beyond the square world, yet finite: the poles themselves lie at infinity.
                let angle = min(89.999, max(-89.999, p.y)) * (.pi / 180)
                return TilePoint(
                    x: (p.x / 360 + 0.5) * scale - column, y: (0.5 - asinh(tan(angle)) / (2 * .pi)) * scale - row)
            }
        case .affine(let transform, let minX, let maxY, let unitsPerX, let unitsPerY):
            var xs = positions.map { worldWidth == nil ? $0.x : Longitude.normalize($0.x) }
            var ys = positions.map { transform.isIdentity ? $0.y : min(89.999, max(-89.999, $0.y)) }
            transform.apply(&xs, &ys)
            return positions.indices.compactMap { i in
                guard xs[i].isFinite, ys[i].isFinite else { return nil }
                // PROJ wraps longitudes; what ran on beyond ±180 keeps running.
                let turns = worldWidth.map { ((positions[i].x - Longitude.normalize(positions[i].x)) / 360).rounded() * $0 } ?? 0
                return TilePoint(x: (xs[i] - minX) * unitsPerX + turns, y: (maxY - ys[i]) * unitsPerY)
            }
        }
    }
}
