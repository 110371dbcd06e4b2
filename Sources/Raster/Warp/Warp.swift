/// Resamples a window of a source onto an output grid.
///
/// Whatever the method, an output pixel depends only on where it lies and on the source pixels in its kernel: never on the tile
/// it is part of. So a mosaic of tiles is one big render. Invalid (NaN) pixels have no weight; the weights of the others are
/// scaled up to one. An output pixel whose centre lies outside the source has no value; for the kernels around a point
/// (`nearest`, `bilinear`, `cubic`) neither has one whose centre lies in an invalid pixel, so their masks are the same.
public enum Warp {
    /// - Parameters:
    ///   - plane: the pixels of `window`, in source order; for a window that wraps, the columns as `PixelWindow` orders them.
    ///   - window: at least `mapping.sourceWindow(for: method)`; pixels missing there count as invalid.
    /// - Returns: a plane of the size of the output grid.
    /// - Throws: `RasterError.sizeMismatch` if `plane` and `window` differ in size.
    public static func resample(_ plane: Plane, at window: PixelWindow, mapping: PixelMapping, method: Resampling) throws(RasterError) -> Plane {
        guard let result = try resample([plane], at: window, mapping: mapping, method: method).first else {
            return Plane(width: mapping.width, height: mapping.height)
        }
        return result
    }

    /// Several bands of one window in one pass: positions and weights are computed once.
    public static func resample(_ planes: [Plane], at window: PixelWindow, mapping: PixelMapping, method: Resampling) throws(RasterError) -> [Plane] {
        guard planes.allSatisfy({ $0.width == window.width && $0.height == window.height }) else {
            throw RasterError(.sizeMismatch, "planes have the size of their window, \(window.width)×\(window.height)")
        }
        let count = mapping.width * mapping.height
        // Int32 positions within the window; no reader holds a window of two thousand million pixels.
        guard !planes.isEmpty, count > 0, window.pixelCount > 0, window.pixelCount < Int(Int32.max) else {
            return planes.map { _ in Plane(width: mapping.width, height: mapping.height) }
        }
        let outputs = UnsafeMutablePointer<Float>.allocate(capacity: count * planes.count)
        defer { outputs.deallocate() }
        outputs.initialize(repeating: .nan, count: count * planes.count)
        withSources(planes.map(\.values)) { sources in
            let source = WarpSource(mapping, window)
            switch method {
            case .nearest: nearest(sources, source, mapping, outputs)
            case .bilinear: bilinear(sources, source, mapping, outputs)
            case .cubic: cubic(sources, source, mapping, outputs)
            case .average: area(sources, source, mapping, outputs, AreaMean())
            case .mode: area(sources, source, mapping, outputs, AreaMode())
            }
        }
        return planes.indices.map { i in
            let values = [Float](UnsafeBufferPointer(start: outputs + i * count, count: count))
            return Plane(width: mapping.width, height: mapping.height, unchecked: values)
        }
    }

    private static func withSources(_ arrays: [[Float]], _ body: ([UnsafePointer<Float>]) -> Void) {
        func pin(_ index: Int, _ pinned: [UnsafePointer<Float>]) {
            guard index < arrays.count else { return body(pinned) }
            arrays[index].withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                pin(index + 1, pinned + [base])
            }
        }
        pin(0, [])
    }
}

/// Buffers of one output row.
struct RowScratch: ~Copyable {
    let xs: UnsafeMutablePointer<Double>
    let ys: UnsafeMutablePointer<Double>
    let indexes: UnsafeMutablePointer<Int32>
    let tx: UnsafeMutablePointer<Float>
    let ty: UnsafeMutablePointer<Float>

    init(width: Int) {
        xs = .allocate(capacity: width)
        ys = .allocate(capacity: width)
        indexes = .allocate(capacity: width)
        tx = .allocate(capacity: width)
        ty = .allocate(capacity: width)
        tx.initialize(repeating: 0, count: width)
        ty.initialize(repeating: 0, count: width)
    }

    deinit {
        xs.deallocate()
        ys.deallocate()
        indexes.deallocate()
        tx.deallocate()
        ty.deallocate()
    }
}
