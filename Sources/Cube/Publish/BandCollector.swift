import Core
import Raster

/// Statistics of a part of a band: what one piece of work adds.
struct BandTally: Sendable {
    var statistics = RunningStatistics()
    /// Valid pixels per time step.
    var valid: [Int: Int] = [:]
    /// Every n-th valid value.
    var sample: [Float] = []

    mutating func merge(_ other: BandTally) {
        statistics.merge(other.statistics)
        valid.merge(other.valid) { $0 + $1 }
        sample += other.sample
    }

    /// - Parameters:
    ///   - values: physical values of some rows of one time step.
    ///   - every: how many values one sampled one stands for.
    ///   - phase: where in the whole the values begin, so that samples of all pieces lie on one lattice.
    mutating func add(_ values: UnsafeBufferPointer<Double>, time: Int, every: Int, phase: Int) {
        let before = statistics.count
        statistics.add(contentsOf: values)
        valid[time, default: 0] += statistics.count - before
        var i = (every - phase % every) % every
        while i < values.count {
            if !values[i].isNaN { sample.append(Float(values[i])) }
            i += every
        }
    }

    /// - Parameter pixels: of one time step, valid or not.
    func summary(pixels: Int, times: Int) -> BandStatistics {
        guard statistics.count > 0 else {
            return BandStatistics(
                count: 0, minimum: .nan, maximum: .nan, mean: .nan, standardDeviation: .nan, p2: .nan, p98: .nan,
                validShare: share(pixels, times))
        }
        let percentiles = Percentiles.of(sample, [0.02, 0.98])
        return BandStatistics(
            count: statistics.count, minimum: statistics.min, maximum: statistics.max, mean: statistics.mean,
            standardDeviation: statistics.standardDeviation ?? 0,
            // Nothing sampled, although something is valid: the extremes stand in.
            p2: percentiles[0] ?? statistics.min, p98: percentiles[1] ?? statistics.max, validShare: share(pixels, times))
    }

    private func share(_ pixels: Int, _ times: Int) -> [Double] {
        (0..<times).map { Double(valid[$0] ?? 0) / Double(max(1, pixels)) }
    }
}
