/// Counts over equal bins of a range. NaN does not count; values outside the range are counted apart.
public struct Histogram: Hashable, Sendable {
    public let range: ClosedRange<Double>
    public private(set) var counts: [Int]
    public private(set) var below = 0
    public private(set) var above = 0

    /// - Throws: `RasterError.invalidStyle` unless the range has finite ends, the lower below the upper, and there are 1 to 65536 bins.
    public init(range: ClosedRange<Double>, bins: Int) throws(RasterError) {
        guard (1...65_536).contains(bins), range.lowerBound.isFinite, range.upperBound.isFinite, range.lowerBound < range.upperBound,
            (range.upperBound - range.lowerBound).isFinite
        else { throw RasterError(.invalidStyle, "a histogram has 1 to 65536 bins over a finite range that is not empty") }
        self.range = range
        counts = [Int](repeating: 0, count: bins)
    }

    /// Edges of the bins, one more than there are bins.
    public var edges: [Double] {
        let width = (range.upperBound - range.lowerBound) / Double(counts.count)
        return counts.indices.map { range.lowerBound + Double($0) * width } + [range.upperBound]
    }

    /// Values within the range.
    public var total: Int { counts.reduce(0, +) }

    public mutating func add(_ value: Double) {
        guard !value.isNaN else { return }
        if value < range.lowerBound { below += 1; return }
        if value > range.upperBound { above += 1; return }
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        // The upper end belongs to the last bin (as in numpy).
        counts[Swift.min(counts.count - 1, Int(share * Double(counts.count)))] += 1
    }

    public mutating func add(contentsOf values: [Float]) { for value in values { add(Double(value)) } }
    public mutating func add(contentsOf values: [Double]) { for value in values { add(value) } }

    /// - Throws: `RasterError.sizeMismatch` unless both have the same bins.
    public mutating func merge(_ other: Histogram) throws(RasterError) {
        guard other.range == range, other.counts.count == counts.count else {
            throw RasterError(.sizeMismatch, "histograms to be joined have the same bins")
        }
        for i in counts.indices { counts[i] += other.counts[i] }
        below += other.below
        above += other.above
    }

    /// The value below which a share (0…1) of all counted values lies, interpolated within its bin; nil if nothing was counted.
    public func percentile(_ share: Double) -> Double? {
        let all = below + total + above
        guard all > 0, share >= 0, share <= 1 else { return nil }
        var target = share * Double(all) - Double(below)
        guard target > 0 else { return range.lowerBound }
        let width = (range.upperBound - range.lowerBound) / Double(counts.count)
        for (i, count) in counts.enumerated() where count > 0 {
            if target <= Double(count) { return range.lowerBound + (Double(i) + target / Double(count)) * width }
            target -= Double(count)
        }
        return range.upperBound
    }
}
