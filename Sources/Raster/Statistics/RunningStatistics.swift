/// Count, extremes, mean and variance of numbers that come in pieces. NaN and infinities do not count.
///
/// Two halves merged give what the whole gives (count and extremes exactly, mean and variance up to rounding), so chunks can be
/// reduced on all cores in any order. Blocks are reduced in two passes and joined by Chan's formula: no cancellation.
public struct RunningStatistics: Hashable, Sendable {
    public private(set) var count = 0
    /// +∞ while nothing was added.
    public private(set) var min = Double.infinity
    /// −∞ while nothing was added.
    public private(set) var max = -Double.infinity
    public private(set) var mean = 0.0
    /// Sum of the squared deviations from the mean.
    public private(set) var m2 = 0.0

    public init() {}

    /// From numbers kept elsewhere, such as a catalogue. A count below 1 gives empty statistics.
    public init(count: Int, min: Double, max: Double, mean: Double, m2: Double) {
        guard count > 0 else { return }
        (self.count, self.min, self.max, self.mean, self.m2) = (count, min, max, mean, Swift.max(0, m2))
    }

    public init(_ values: [Double]) { add(contentsOf: values) }
    public init(_ values: [Float]) { add(contentsOf: values) }

    public var isEmpty: Bool { count == 0 }
    public var sum: Double { mean * Double(count) }
    /// Variance of the values themselves (divided by n, as numpy does); nil if empty.
    public var variance: Double? { count > 0 ? m2 / Double(count) : nil }
    public var standardDeviation: Double? { variance?.squareRoot() }
    /// Variance of the population the values are a sample of (divided by n − 1); nil below two values.
    public var sampleVariance: Double? { count > 1 ? m2 / Double(count - 1) : nil }

    public mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        merge(RunningStatistics(count: 1, min: value, max: value, mean: value, m2: 0))
    }

    public mutating func merge(_ other: RunningStatistics) {
        guard other.count > 0 else { return }
        guard count > 0 else { self = other; return }
        let (n, m) = (Double(count), Double(other.count))
        let delta = other.mean - mean
        m2 += other.m2 + delta * delta * n * m / (n + m)
        mean += delta * m / (n + m)
        count += other.count
        min = Swift.min(min, other.min)
        max = Swift.max(max, other.max)
    }

    public mutating func add(contentsOf values: [Double]) { values.withUnsafeBufferPointer { add(contentsOf: $0) } }
    public mutating func add(contentsOf values: [Float]) { values.withUnsafeBufferPointer { add(contentsOf: $0) } }
    public mutating func add(contentsOf values: UnsafeBufferPointer<Double>) { addBlocks(values) }
    public mutating func add(contentsOf values: UnsafeBufferPointer<Float>) { addBlocks(values) }

    /// Long enough to amortise a merge, short enough for both passes to hit the cache.
    private static let blockLength = 4096

    @inline(__always)
    private mutating func addBlocks<T: BinaryFloatingPoint>(_ values: UnsafeBufferPointer<T>) {
        var start = 0
        while start < values.count {
            let end = Swift.min(values.count, start + RunningStatistics.blockLength)
            merge(RunningStatistics.block(UnsafeBufferPointer(rebasing: values[start..<end])))
            start = end
        }
    }

    /// Four lanes at a time; what is not finite (x − x is not 0) is masked out rather than branched over.
    @inline(__always)
    private static func block<T: BinaryFloatingPoint>(_ values: UnsafeBufferPointer<T>) -> RunningStatistics {
        var (sum, count) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        var (low, high) = (SIMD4<Double>(repeating: .infinity), SIMD4<Double>(repeating: -.infinity))
        forEachFour(values) { v, valid in
            sum += v.replacing(with: 0, where: .!valid)
            count.replace(with: count + 1, where: valid)
            low.replace(with: v, where: valid .& (v .< low))
            high.replace(with: v, where: valid .& (v .> high))
        }
        guard count.sum() > 0 else { return RunningStatistics() }
        let mean = sum.sum() / count.sum()
        var m2 = SIMD4<Double>.zero
        forEachFour(values) { v, valid in
            let d = (v - mean).replacing(with: 0, where: .!valid)
            m2 += d * d
        }
        return RunningStatistics(count: Int(count.sum()), min: low.min(), max: high.max(), mean: mean, m2: m2.sum())
    }

    /// The last up to three are padded with NaN.
    @inline(__always)
    private static func forEachFour<T: BinaryFloatingPoint>(_ values: UnsafeBufferPointer<T>, _ body: (SIMD4<Double>, SIMDMask<SIMD4<Int64>>) -> Void) {
        guard let p = values.baseAddress else { return }
        var i = 0
        while i + 4 <= values.count {
            let v = SIMD4(Double(p[i]), Double(p[i + 1]), Double(p[i + 2]), Double(p[i + 3]))
            body(v, (v - v) .== 0)
            i += 4
        }
        var rest = SIMD4<Double>(repeating: .nan)
        for k in 0..<(values.count - i) { rest[k] = Double(p[i + k]) }
        body(rest, (rest - rest) .== 0)
    }
}
