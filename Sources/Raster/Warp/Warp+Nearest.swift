extension Warp {
    static func nearest(_ bands: [Band], _ source: WarpSource, _ mapping: PixelMapping) {
        let width = mapping.width
        let scratch = RowScratch(width: width)
        for row in 0..<mapping.height {
            mapping.fill(row: row, scratch.xs, scratch.ys)
            planNearest(scratch, width, source)
            for band in bands {
                let out = band.output + row * width
                for c in 0..<width where scratch.indexes[c] >= 0 { out[c] = band.source[Int(scratch.indexes[c])] }
            }
        }
    }

    private static func planNearest(_ scratch: borrowing RowScratch, _ width: Int, _ source: WarpSource) {
        let window = source.window
        let (left, top) = (Double(window.column) - WarpSource.edge, Double(window.row) - WarpSource.edge)
        let (right, bottom) = (Double(window.width), Double(window.height))
        // Where the window ends at the last column, a point may be so near the edge that rounding takes it over.
        let inner = window.columns.upperBound < source.sourceWidth && window.rows.upperBound < source.sourceHeight
        for c in 0..<width {
            let (fx, fy) = (scratch.xs[c] - left, scratch.ys[c] - top)
            if inner, fx >= 0, fx < right, fy >= 0, fy < bottom {
                scratch.indexes[c] = Int32(truncatingIfNeeded: Int(fy) &* window.width &+ Int(fx))
            } else {
                scratch.indexes[c] = nearestIndex(scratch.xs[c], scratch.ys[c], source)
            }
        }
    }

    /// Position of the pixel that a point lies in; -1 for none.
    @inline(__always)
    static func nearestIndex(_ x: Double, _ y: Double, _ source: WarpSource) -> Int32 {
        guard source.holds(x, y) else { return -1 }
        // Not negative, so truncation is floor.
        let column = min(Int(x + WarpSource.edge), source.sourceWidth - 1)
        let row = min(Int(y + WarpSource.edge), source.sourceHeight - 1)
        return Int32(truncatingIfNeeded: source.offset(column: column, row: row))
    }
}
