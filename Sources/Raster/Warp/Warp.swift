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
        let source = WarpSource(mapping, window)
        let outputs = fill(planes, count: count) { bands in
            switch method {
            case .nearest: nearest(bands, source, mapping)
            case .bilinear: bilinear(bands, source, mapping)
            case .cubic: cubic(bands, source, mapping)
            case .average: area(bands, source, mapping, AreaMean())
            case .mode: area(bands, source, mapping, AreaMode())
            }
        }
        return outputs.map { Plane(width: mapping.width, height: mapping.height, unchecked: $0) }
    }

    /// The pixels of a band's window and those of its output.
    typealias Band = (source: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>)

    /// One array of `count` numbers per plane, NaN until `body` sets them: pinned all at once, copied never.
    private static func fill(_ planes: [Plane], count: Int, _ body: ([Band]) -> Void) -> [[Float]] {
        var outputs: [[Float]] = []
        func pin(_ index: Int, _ pinned: [Band]) {
            guard index < planes.count else { return body(pinned) }
            let output = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                buffer.initialize(repeating: .nan)
                initialized = count
                planes[index].values.withUnsafeBufferPointer { from in
                    guard let source = from.baseAddress, let output = buffer.baseAddress else { return }
                    pin(index + 1, pinned + [(source, output)])
                }
            }
            // The innermost, which is the last plane, is done first.
            outputs.append(output)
        }
        pin(0, [])
        return outputs.reversed()
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
