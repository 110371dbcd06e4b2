extension Warp {
    static func cubic(_ bands: [Band], _ source: WarpSource, _ mapping: PixelMapping) {
        let width = mapping.width
        let scratch = RowScratch(width: width)
        for row in 0..<mapping.height {
            mapping.fill(row: row, scratch.xs, scratch.ys)
            plan(scratch, width, source, reach: 1)
            for band in bands { cubicRow(band.source, source, scratch, width, band.output + row * width) }
        }
    }

    private static func cubicRow(
        _ values: UnsafePointer<Float>, _ source: WarpSource, _ scratch: borrowing RowScratch, _ width: Int, _ out: UnsafeMutablePointer<Float>
    ) {
        let stride = source.window.width
        for c in 0..<width {
            let index = Int(scratch.indexes[c])
            guard index != Int(outside) else { continue }
            let value: Float
            if index >= 0 {
                value = cubic(values + index - stride - 1, stride, cubicWeights(scratch.tx[c]), cubicWeights(scratch.ty[c]))
            } else {
                value = cubicOverSeam(values, source, scratch.xs[c], scratch.ys[c])
            }
            // Negative weights cannot be scaled up safely: next to invalid pixels and edges it is bilinear.
            out[c] = value.isFinite ? value : weightedBilinear(values, source, scratch.xs[c], scratch.ys[c])
        }
    }

    /// Weights of the four neighbours for a = -0.5.
    @inline(__always)
    static func cubicWeights(_ t: Float) -> SIMD4<Float> {
        let t2 = t * t
        let t3 = t2 * t
        return SIMD4(-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1, -1.5 * t3 + 2 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2)
    }

    /// - Parameter first: the upper left of 4×4 pixels.
    @inline(__always)
    private static func cubic(_ first: UnsafePointer<Float>, _ stride: Int, _ wx: SIMD4<Float>, _ wy: SIMD4<Float>) -> Float {
        var sum = SIMD4<Float>.zero
        for r in 0..<4 {
            let p = first + r * stride
            sum += SIMD4(p[0], p[1], p[2], p[3]) * wy[r]
        }
        return (sum * wx).sum()
    }

    /// 4×4 pixels one by one, for kernels over the seam of the earth; NaN if any is missing.
    private static func cubicOverSeam(_ values: UnsafePointer<Float>, _ source: WarpSource, _ x: Double, _ y: Double) -> Float {
        guard source.wraps else { return .nan }
        let (left, top) = ((x - 0.5).rounded(.down), (y - 0.5).rounded(.down))
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { pixels in
            guard let base = pixels.baseAddress else { return .nan }
            for k in 0..<16 {
                let at = source.offset(column: Int(left) - 1 + k % 4, row: Int(top) - 1 + k / 4)
                (base + k).initialize(to: at >= 0 ? values[at] : .nan)
            }
            return cubic(base, 4, cubicWeights(Float(x - 0.5 - left)), cubicWeights(Float(y - 0.5 - top)))
        }
    }
}
