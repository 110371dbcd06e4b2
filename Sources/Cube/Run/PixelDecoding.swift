import Core
import Zarr

/// Stored values to physical ones: scale, offset and nodata applied once, here (design decision 4). NaN = no data.
struct PixelDecoding: Sendable {
    let type: DataType
    let scale: Double
    let offset: Double
    let nodata: [Double]
    let validRange: ClosedRange<Double>?

    init(_ band: Band) {
        type = band.dataType
        scale = band.scale
        offset = band.offset
        nodata = ([band.nodata].compactMap { $0 } + band.otherNodata).filter { !$0.isNaN }
        validRange = band.validRange
    }

    /// Decodes as many elements as `target` holds. `source` is in native byte order.
    func decode(_ source: UnsafeRawPointer, into target: UnsafeMutableBufferPointer<Float>) {
        switch type {
        case .bool, .uint8: integers(source, UInt8.self, target)
        case .int8: integers(source, Int8.self, target)
        case .int16: integers(source, Int16.self, target)
        case .uint16: integers(source, UInt16.self, target)
        case .int32: integers(source, Int32.self, target)
        case .uint32: integers(source, UInt32.self, target)
        case .int64: integers(source, Int64.self, target)
        case .uint64: integers(source, UInt64.self, target)
        case .float16: floats(source, Float16.self, target)
        case .float32: floats(source, Float.self, target)
        case .float64: floats(source, Double.self, target)
        }
    }

    func decode(_ source: UnsafeRawPointer, into target: UnsafeMutableBufferPointer<Double>) {
        switch type {
        case .bool, .uint8: integers(source, UInt8.self, target)
        case .int8: integers(source, Int8.self, target)
        case .int16: integers(source, Int16.self, target)
        case .uint16: integers(source, UInt16.self, target)
        case .int32: integers(source, Int32.self, target)
        case .uint32: integers(source, UInt32.self, target)
        case .int64: integers(source, Int64.self, target)
        case .uint64: integers(source, UInt64.self, target)
        case .float16: floats(source, Float16.self, target)
        case .float32: floats(source, Float.self, target)
        case .float64: floats(source, Double.self, target)
        }
    }

    /// One kernel per element type and case, so that the common ones (no nodata, one nodata) vectorise.
    @inline(__always)
    private func integers<T: FixedWidthInteger, R: BinaryFloatingPoint>(
        _ source: UnsafeRawPointer, _: T.Type, _ target: UnsafeMutableBufferPointer<R>
    ) {
        let missing = nodata.compactMap { T(exactly: $0) }
        let (s, o) = (R(scale), R(offset))
        let step = MemoryLayout<T>.size
        if missing.isEmpty, validRange == nil {
            for i in 0..<target.count { target[i] = R(source.loadUnaligned(fromByteOffset: i * step, as: T.self)) * s + o }
        } else if missing.count == 1, validRange == nil {
            let hole = missing[0]
            for i in 0..<target.count {
                let raw = source.loadUnaligned(fromByteOffset: i * step, as: T.self)
                target[i] = raw == hole ? R.nan : R(raw) * s + o
            }
        } else {
            let low = clamped(validRange?.lowerBound, T.min), high = clamped(validRange?.upperBound, T.max)
            for i in 0..<target.count {
                let raw = source.loadUnaligned(fromByteOffset: i * step, as: T.self)
                target[i] = raw < low || raw > high || missing.contains(raw) ? R.nan : R(raw) * s + o
            }
        }
    }

    /// A limit in the type's own range, so that nothing is compared in floating point.
    private func clamped<T: FixedWidthInteger>(_ limit: Double?, _ fallback: T) -> T {
        guard let limit, limit.isFinite else { return fallback }
        let inward = fallback == T.min ? limit.rounded(.up) : limit.rounded(.down)
        return T(exactly: inward) ?? (inward < 0 ? T.min : T.max)
    }

    @inline(__always)
    private func floats<T: BinaryFloatingPoint, R: BinaryFloatingPoint>(
        _ source: UnsafeRawPointer, _: T.Type, _ target: UnsafeMutableBufferPointer<R>
    ) {
        let missing = nodata.map { T($0) }
        let step = MemoryLayout<T>.size
        let isPlain = scale == 1 && offset == 0
        let (s, o) = (R(scale), R(offset))
        if missing.isEmpty, validRange == nil {
            for i in 0..<target.count {
                let value = R(source.loadUnaligned(fromByteOffset: i * step, as: T.self))
                target[i] = isPlain ? value : value * s + o
            }
        } else {
            let low = T(validRange?.lowerBound ?? -.infinity), high = T(validRange?.upperBound ?? .infinity)
            for i in 0..<target.count {
                let raw = source.loadUnaligned(fromByteOffset: i * step, as: T.self)
                target[i] = raw < low || raw > high || missing.contains(raw) ? R.nan : isPlain ? R(raw) : R(raw) * s + o
            }
        }
    }
}
