import Core
import Raster
import Zarr

/// Valid values pooled: their statistics, and for the median the values themselves.
struct Pool: Sendable {
    var statistics = RunningStatistics()
    var values: [Double] = []

    mutating func merge(_ other: Pool) {
        statistics.merge(other.statistics)
        values += other.values
    }

    /// nil where nothing is valid, except for the count.
    func value(_ aggregation: Aggregation) -> Double? {
        if aggregation == .count { return Double(statistics.count) }
        guard statistics.count > 0 else { return nil }
        switch aggregation {
        case .mean: return statistics.mean
        case .min: return statistics.min
        case .max: return statistics.max
        case .sum: return statistics.sum
        case .std: return statistics.standardDeviation
        case .median: return Percentiles.median(values)
        case .count: return Double(statistics.count)
        }
    }
}

extension SeriesPlan {
    /// What one unit adds: per layer, pools by index of the cube's times.
    struct Result: Sendable {
        var pools: [[(time: Int, pool: Pool)]]
    }

    /// Reads each band of the unit once, evaluates each layer on the selected pixels, and pools the valid values per time.
    func run(_ unit: Unit, _ options: ReadOptions, keepsValues: Bool) throws -> Result {
        let selection = selections[unit.selection]
        var data: [String: (values: [Double], steps: Int)] = [:]
        for source in sources {
            let values = try source.doubles(times: unit.times, window: selection.window, options)
            data[source.band.name] = (values, source.axes.time == nil ? 1 : unit.times.count)
        }
        var pools = [[(time: Int, pool: Pool)]](repeating: [], count: layers.count)
        for (offset, storeTime) in unit.times.enumerated() {
            guard let time = wanted[storeTime] else { continue }
            var columns: [String: [Double]] = [:]
            for (name, band) in data {
                columns[name] = SeriesPlan.selected(band.values, step: band.steps == 1 ? 0 : offset, selection)
            }
            for (l, layer) in layers.enumerated() {
                let values: [Double]
                if let name = layer.expressions[0].singleVariable, let column = columns[name] {
                    values = column
                } else {
                    values = try layer.expressions[0].evaluate(doubles: columns)
                }
                var pool = Pool()
                values.withUnsafeBufferPointer { pool.statistics.add(contentsOf: $0) }
                if keepsValues { pool.values = values.filter { !$0.isNaN } }
                if pool.statistics.count > 0 { pools[l].append((time, pool)) }
            }
        }
        return Result(pools: pools)
    }

    /// The selected pixels of one time step, in row-major order.
    private static func selected(_ values: [Double], step: Int, _ selection: PixelSelection) -> [Double] {
        let base = step * selection.window.pixelCount
        if selection.count == selection.window.pixelCount { return Array(values[base..<(base + selection.count)]) }
        return [Double](unsafeUninitializedCapacity: selection.count) { target, initialized in
            values.withUnsafeBufferPointer { source in
                for run in selection.runs {
                    for i in 0..<run.count { target[initialized + i] = source[base + run.start + i] }
                    initialized += run.count
                }
            }
        }
    }
}
