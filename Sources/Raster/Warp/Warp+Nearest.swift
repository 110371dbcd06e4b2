extension Warp {
    static func nearest(
        _ sources: [UnsafePointer<Float>], _ source: WarpSource, _ mapping: PixelMapping, _ outputs: UnsafeMutablePointer<Float>
    ) {
        let (width, height) = (mapping.width, mapping.height)
        let scratch = RowScratch(width: width)
        for row in 0..<height {
            mapping.fill(row: row, scratch.xs, scratch.ys)
            for c in 0..<width { scratch.indexes[c] = nearestIndex(scratch.xs[c], scratch.ys[c], source) }
            for (i, values) in sources.enumerated() {
                let out = outputs + (i * height + row) * width
                for c in 0..<width where scratch.indexes[c] >= 0 { out[c] = values[Int(scratch.indexes[c])] }
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
