import Core

/// Makes one pixel out of two by two: the mean of the valid ones, or their most frequent value for classes.
///
/// Works on stored values, so that an overview has the type, scale and nodata of level 0. A block without a valid pixel becomes
/// nodata (NaN in floating point; where a band has no nodata every pixel is valid).
struct Downsampling: Sendable {
    let type: DataType
    let isCategorical: Bool
    let nodata: [Double]
    let validRange: ClosedRange<Double>?

    init(_ band: Band) {
        type = band.dataType
        isCategorical = band.isCategorical
        nodata = ([band.nodata].compactMap { $0 } + band.otherNodata)
        validRange = band.validRange
    }

    /// A plane of stored values.
    struct Source {
        var base: UnsafeRawPointer
        var width: Int
        var height: Int
    }

    /// Writes ceil(width / 2) × ceil(height / 2) elements to `target`, whose rows are `stride` elements apart.
    func run(_ source: Source, to target: UnsafeMutableRawPointer, stride: Int) {
        switch type {
        case .bool, .uint8: integers(UInt8.self, source, target, stride)
        case .int8: integers(Int8.self, source, target, stride)
        case .int16: integers(Int16.self, source, target, stride)
        case .uint16: integers(UInt16.self, source, target, stride)
        case .int32: integers(Int32.self, source, target, stride)
        case .uint32: integers(UInt32.self, source, target, stride)
        case .int64: integers(Int64.self, source, target, stride)
        case .uint64: integers(UInt64.self, source, target, stride)
        case .float16: floats(Float16.self, source, target, stride)
        case .float32: floats(Float.self, source, target, stride)
        case .float64: floats(Double.self, source, target, stride)
        }
    }

    private func integers<T: FixedWidthInteger>(_: T.Type, _ source: Source, _ target: UnsafeMutableRawPointer, _ stride: Int) {
        let holes = nodata.compactMap { T(exactly: $0) }
        let low = limit(validRange?.lowerBound, T.min), high = limit(validRange?.upperBound, T.max)
        let isCategorical = isCategorical
        // One hole and no range is what nearly all data has: a comparison instead of a search.
        let onlyHole = holes.count == 1 && validRange == nil ? holes.first : nil
        let isAllValid = holes.isEmpty && validRange == nil
        blocks(T.self, source, target, stride) { (values, count) in
            let first = values[0]
            var kept = 0
            for i in 0..<count {
                let value = values[i]
                let isHole =
                    isAllValid
                    ? false
                    : onlyHole.map { $0 == value } ?? (value < low || value > high || holes.contains(value))
                values[kept] = value
                kept += isHole ? 0 : 1
            }
            // An invalid value stays what it is: nodata, or outside the valid range.
            guard kept > 0 else { return first }
            return isCategorical ? Downsampling.mode(values, kept) : Downsampling.roundedMean(values, kept)
        }
    }

    private func limit<T: FixedWidthInteger>(_ value: Double?, _ fallback: T) -> T {
        guard let value, value.isFinite else { return fallback }
        let inward = fallback == T.min ? value.rounded(.up) : value.rounded(.down)
        return T(exactly: inward) ?? (inward < 0 ? T.min : T.max)
    }

    /// Rounded half up, without overflow for 64 bits.
    @inline(__always)
    private static func roundedMean<T: FixedWidthInteger>(_ values: UnsafePointer<T>, _ count: Int) -> T {
        if T.bitWidth == 64 {
            var sum = 0.0
            for i in 0..<count { sum += Double(values[i]) }
            return T(exactly: (sum / Double(count)).rounded()) ?? values[0]
        }
        var sum: Int64 = 0
        for i in 0..<count { sum += Int64(truncatingIfNeeded: values[i]) }
        let doubled = 2 * sum + Int64(count), divisor = 2 * Int64(count)
        let quotient = doubled / divisor
        return T(truncatingIfNeeded: doubled < 0 && quotient * divisor != doubled ? quotient - 1 : quotient)
    }

    /// The most frequent value; of equals the one that comes first in row order.
    @inline(__always)
    private static func mode<T: Equatable>(_ values: UnsafePointer<T>, _ count: Int) -> T {
        var (best, most) = (0, 0)
        for i in 0..<count {
            var same = 0
            for j in 0..<count where values[j] == values[i] { same += 1 }
            if same > most { (best, most) = (i, same) }
        }
        return values[best]
    }

    private func floats<T: BinaryFloatingPoint>(_: T.Type, _ source: Source, _ target: UnsafeMutableRawPointer, _ stride: Int) {
        let holes = nodata.filter { !$0.isNaN }.map { T($0) }
        let low = T(validRange?.lowerBound ?? -.infinity), high = T(validRange?.upperBound ?? .infinity)
        let isPlain = holes.isEmpty && validRange == nil
        let isCategorical = isCategorical
        blocks(T.self, source, target, stride) { (values, count) in
            let first = values[0]
            var (sum, kept) = (0.0, 0)
            for i in 0..<count {
                let value = values[i]
                if value.isNaN || (!isPlain && (value < low || value > high || holes.contains(value))) { continue }
                values[kept] = value
                sum += Double(value)
                kept += 1
            }
            guard kept > 0 else { return first }
            return isCategorical ? Downsampling.mode(values, kept) : T(sum / Double(kept))
        }
    }

    /// Calls `reduce` with the one, two or four values of each block.
    @inline(__always)
    private func blocks<T>(
        _: T.Type, _ source: Source, _ target: UnsafeMutableRawPointer, _ stride: Int, _ reduce: (UnsafeMutablePointer<T>, Int) -> T
    ) {
        let size = MemoryLayout<T>.size
        let (width, height) = ((source.width + 1) / 2, (source.height + 1) / 2)
        withUnsafeTemporaryAllocation(of: T.self, capacity: 4) { block in
            guard let values = block.baseAddress else { return }
            for row in 0..<height {
                let upper = source.base + 2 * row * source.width * size
                let hasLower = 2 * row + 1 < source.height
                let lower = hasLower ? upper + source.width * size : upper
                let out = target + row * stride * size
                for column in 0..<width {
                    let hasRight = 2 * column + 1 < source.width
                    let at = 2 * column * size
                    var count = 0
                    (values + count).initialize(to: upper.loadUnaligned(fromByteOffset: at, as: T.self))
                    count += 1
                    if hasRight { (values + count).initialize(to: upper.loadUnaligned(fromByteOffset: at + size, as: T.self)); count += 1 }
                    if hasLower { (values + count).initialize(to: lower.loadUnaligned(fromByteOffset: at, as: T.self)); count += 1 }
                    if hasLower, hasRight {
                        (values + count).initialize(to: lower.loadUnaligned(fromByteOffset: at + size, as: T.self))
                        count += 1
                    }
                    out.storeBytes(of: reduce(values, count), toByteOffset: column * size, as: T.self)
                }
            }
        }
    }
}
