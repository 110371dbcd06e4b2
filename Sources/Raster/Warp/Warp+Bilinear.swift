extension Warp {
    /// Marks in `RowScratch.indexes`: no value; a kernel that reaches over an edge or the seam.
    static let outside: Int32 = -1
    static let atEdge: Int32 = -2

    static func bilinear(_ bands: [Band], _ source: WarpSource, _ mapping: PixelMapping) {
        let width = mapping.width
        let scratch = RowScratch(width: width)
        for row in 0..<mapping.height {
            mapping.fill(row: row, scratch.xs, scratch.ys)
            plan(scratch, width, source, reach: 0)
            for band in bands { bilinearRow(band.source, source, scratch, width, band.output + row * width) }
        }
    }

    /// Position of the upper left of the four pixels around each point, and the fractions beyond it.
    ///
    /// - Parameter reach: how many more pixels on each side the kernel needs inside the window for the quick way.
    static func plan(_ scratch: borrowing RowScratch, _ width: Int, _ source: WarpSource, reach: Int) {
        let (left, top) = (Double(source.window.column) + 0.5, Double(source.window.row) + 0.5)
        let (low, right, bottom) = (Double(reach), Double(source.window.width - 1 - reach), Double(source.window.height - 1 - reach))
        let stride = source.window.width
        let turn = source.wraps ? Double(source.sourceWidth) : 0
        for c in 0..<width {
            let (x, y) = (scratch.xs[c], scratch.ys[c])
            var fx = x - left
            let fy = y - top
            if fx < -1 { fx += turn }
            if fx >= low, fx < right, fy >= low, fy < bottom {
                let (column, row) = (Int(fx), Int(fy))
                scratch.indexes[c] = Int32(truncatingIfNeeded: row &* stride &+ column)
                scratch.tx[c] = Float(fx - Double(column))
                scratch.ty[c] = Float(fy - Double(row))
            } else {
                scratch.indexes[c] = source.holds(x, y) ? atEdge : outside
            }
        }
    }

    private static func bilinearRow(
        _ values: UnsafePointer<Float>, _ source: WarpSource, _ scratch: borrowing RowScratch, _ width: Int, _ out: UnsafeMutablePointer<Float>
    ) {
        let stride = source.window.width
        for c in 0..<width {
            let index = Int(scratch.indexes[c])
            guard index >= 0 else {
                if index == Int(atEdge) { out[c] = weightedBilinear(values, source, scratch.xs[c], scratch.ys[c]) }
                continue
            }
            let upper = values + index
            let lower = upper + stride
            let (tx, ty) = (scratch.tx[c], scratch.ty[c])
            let a = upper[0] + (upper[1] - upper[0]) * tx
            let b = lower[0] + (lower[1] - lower[0]) * tx
            let value = a + (b - a) * ty
            out[c] = value.isFinite ? value : weightedBilinear(values, source, scratch.xs[c], scratch.ys[c])
        }
    }

    /// The four pixels one by one, the invalid ones left out. What lies in an invalid pixel stays invalid (as in GDAL): the mask is
    /// that of `nearest` whatever the method, neither eroded nor grown.
    static func weightedBilinear(_ values: UnsafePointer<Float>, _ source: WarpSource, _ x: Double, _ y: Double) -> Float {
        let own = nearestIndex(x, y, source)
        guard own >= 0, values[Int(own)].isFinite else { return .nan }
        let (fx, fy) = (x - 0.5, y - 0.5)
        let (left, top) = (fx.rounded(.down), fy.rounded(.down))
        let (tx, ty) = (fx - left, fy - top)
        let (column, row) = (Int(left), Int(top))
        var sum = 0.0
        var weight = 0.0
        for k in 0..<4 {
            let (dx, dy) = (k & 1, k >> 1)
            let at = source.offset(column: column + dx, row: row + dy)
            guard at >= 0, values[at].isFinite else { continue }
            let w = (dx == 0 ? 1 - tx : tx) * (dy == 0 ? 1 - ty : ty)
            sum += w * Double(values[at])
            weight += w
        }
        // Its own pixel alone has a weight of a quarter or more.
        return weight > 0 ? Float(sum / weight) : .nan
    }
}
