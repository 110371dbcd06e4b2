import Core
import Geo
import Raster
import Zarr

/// Default ranges of layers out of what the data holds, so that the first picture is never black.
struct LayerStatistics: Sendable {
    let target: any WritableZarrStore
    let threads: Int
    let cancel: CancelFlag?

    /// Time steps looked at for layers that are formulas.
    static let maximumTimes = 12

    /// The description with ranges and statistics of its layers. Its arrays are written already.
    func complete(_ description: CubeDescription) throws -> CubeDescription {
        var complete = description
        let cube = try Cube(description: description, store: target)
        for (i, layer) in description.layers.enumerated() {
            switch layer.kind {
            case .band: complete.layers[i].ranges = [bandRange(layer, description)]
            case .composite: complete.layers[i].ranges = compositeRanges(layer, description)
            case .index:
                guard let found = try indexStatistics(layer, cube) else { continue }
                complete.layers[i].statistics = found
                complete.layers[i].ranges = layer.ranges.map { indexRange($0, found) }
            }
        }
        return complete
    }

    private func bandRange(_ layer: Layer, _ description: CubeDescription) -> ClosedRange<Double> {
        let guess = layer.range ?? 0...1
        guard let band = layer.bands.first.flatMap(description.band(named:)), let statistics = band.statistics, statistics.count > 0 else {
            return guess
        }
        if band.isCategorical { return layer.isCategorical || band.dataType == .bool ? guess : Self.range(statistics.minimum, statistics.maximum) }
        return Self.range(statistics.p2, statistics.p98, or: statistics.minimum, statistics.maximum)
    }

    /// One range for all three channels, so that the colours keep their balance.
    private func compositeRanges(_ layer: Layer, _ description: CubeDescription) -> [ClosedRange<Double>] {
        let found = layer.bands.compactMap { description.band(named: $0)?.statistics }.filter { $0.count > 0 }
        guard let low = found.map(\.p2).min(), let high = found.map(\.p98).max() else { return layer.ranges }
        return [ClosedRange<Double>](repeating: Self.range(low, high), count: layer.expressions.count)
    }

    /// An index keeps the catalogue's range, so that maps compare between collections, unless the data lies elsewhere.
    private func indexRange(_ usual: ClosedRange<Double>, _ statistics: BandStatistics) -> ClosedRange<Double> {
        statistics.p98 <= usual.lowerBound || statistics.p2 >= usual.upperBound ? Self.range(statistics.p2, statistics.p98) : usual
    }

    /// Of the coarsest level at a few times.
    private func indexStatistics(_ layer: Layer, _ cube: Cube) throws -> BandStatistics? {
        guard let grid = cube.description.levels.last?.grid, grid.width <= 4096, grid.height <= 4096 else { return nil }
        let count = cube.description.times.count
        let step = max(1, (count + Self.maximumTimes - 1) / Self.maximumTimes)
        let times = Array(stride(from: 0, to: count, by: step))
        let planes = try Parallel.map(times.count, threads: threads, cancel: cancel) { i in
            try cube.planes(.named(layer.name), timeIndex: times[i], grid: grid, cancel: cancel).first
        }
        var tally = BandTally()
        for (i, plane) in planes.enumerated() {
            guard let plane else { continue }
            let values = plane.values.map(Double.init)
            values.withUnsafeBufferPointer {
                tally.add($0, time: i, every: max(1, plane.values.count * planes.count / 100_000), phase: i)
            }
        }
        guard tally.statistics.count > 0 else { return nil }
        var summary = tally.summary(pixels: grid.width * grid.height, times: times.count)
        // Of a few times only: not one share per time step of the cube.
        summary.validShare = []
        return summary
    }

    /// A range that is never empty.
    static func range(_ low: Double, _ high: Double, or minimum: Double = .nan, _ maximum: Double = .nan) -> ClosedRange<Double> {
        if low < high { return rounded(low)...max(rounded(high), rounded(low).nextUp) }
        if minimum < maximum { return minimum...maximum }
        guard low.isFinite else { return 0...1 }
        let half = low == 0 ? 1 : abs(low) * 0.1
        return (low - half)...(low + half)
    }

    /// Four significant digits: a range is for people too.
    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        var scale = 1.0
        while abs(value) * scale < 1000 { scale *= 10 }
        while abs(value) * scale >= 10_000 { scale /= 10 }
        return (value * scale).rounded() / scale
    }
}
