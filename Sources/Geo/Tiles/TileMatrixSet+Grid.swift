import Core
import Glibc

extension TileMatrixSet {
    /// The edges of a tile in the CRS of the set.
    public func bounds(of tile: TileCoordinate) -> (minX: Double, minY: Double, maxX: Double, maxY: Double) {
        guard matrices.indices.contains(tile.matrix) else { return (0, 0, 0, 0) }
        let matrix = matrices[tile.matrix]
        let (w, h) = (matrix.cellSize * Double(matrix.tileWidth), matrix.cellSize * Double(matrix.tileHeight))
        // Both edges from the origin, so that neighbours agree on the edge they share to the last bit.
        return (
            matrix.originX + Double(tile.column) * w, matrix.originY - Double(tile.row + 1) * h,
            matrix.originX + Double(tile.column + 1) * w, matrix.originY - Double(tile.row) * h
        )
    }

    /// The pixels of a tile rendered with `size` pixels along its longer edge.
    public func grid(of tile: TileCoordinate, size: Int = 256) -> PixelGrid {
        let box = bounds(of: tile)
        let matrix = matrices.indices.contains(tile.matrix) ? matrices[tile.matrix] : nil
        let (w, h) = (Double(matrix?.tileWidth ?? 1), Double(matrix?.tileHeight ?? 1))
        let longer = max(w, h)
        return PixelGrid(
            crs: crs, minX: box.minX, minY: box.minY, maxX: box.maxX, maxY: box.maxY,
            width: max(1, Int((Double(size) * w / longer).rounded())), height: max(1, Int((Double(size) * h / longer).rounded())))
    }

    /// The box of a tile in longitude and latitude; it wraps where the tile lies over the antimeridian.
    public func bboxWGS84(of tile: TileCoordinate) -> BBox {
        let box = bounds(of: tile)
        if crs.isWGS84LongitudeLatitude {
            return BBox(west: box.minX, south: max(-90, box.minY), east: box.maxX, north: min(90, box.maxY))
        }
        if crs == .webMercator {
            let (west, south) = WebMercator.unproject(x: box.minX, y: box.minY)
            let (east, north) = WebMercator.unproject(x: box.maxX, y: box.maxY)
            return BBox(west: max(-180, west), south: south, east: min(180, east), north: north)
        }
        return (try? grid(of: tile).bboxWGS84()) ?? .world
    }

    /// The rows and columns of a level that a box touches, one rectangle, or two where the box crosses the antimeridian.
    ///
    /// Edges that only touch count for the tile that begins there. Empty where the box lies beside the set.
    public func tiles(at zoom: Int, covering box: BBox) -> [(rows: ClosedRange<Int>, columns: ClosedRange<Int>)] {
        guard matrices.indices.contains(zoom), let transform = try? CoordinateTransform(from: .crs84, to: crs) else { return [] }
        let matrix = matrices[zoom]
        let (w, h) = (matrix.cellSize * Double(matrix.tileWidth), matrix.cellSize * Double(matrix.tileHeight))
        return box.parts.compactMap { part in
            let limit = crs == .webMercator ? WebMercator.maximumLatitude : 90
            guard
                let area = transform.applyBounds(
                    minX: part.west, minY: min(limit, max(-limit, part.south)), maxX: part.east, maxY: max(-limit, min(limit, part.north)))
            else { return nil }
            guard let columns = range((area.minX - matrix.originX) / w, (area.maxX - matrix.originX) / w, count: matrix.matrixWidth),
                let rows = range((matrix.originY - area.maxY) / h, (matrix.originY - area.minY) / h, count: matrix.matrixHeight)
            else { return nil }
            return (rows, columns)
        }
    }

    private func range(_ low: Double, _ high: Double, count: Int) -> ClosedRange<Int>? {
        // A hair of rounding must not add a row of empty tiles.
        let epsilon = 1e-9
        guard low.isFinite, high.isFinite, high >= -epsilon, low <= Double(count) + epsilon else { return nil }
        let first = Int(max(0, min(Double(count - 1), (low + epsilon).rounded(.down))))
        let last = Int(max(0, min(Double(count - 1), (high - epsilon).rounded(.down))))
        return first...max(first, last)
    }
}
