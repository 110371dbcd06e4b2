import Core
import Geo
import Raster
import Zarr

extension Cube {
    /// Aggregates layers over a region, per time step or per bucket of the calendar.
    ///
    /// The pixels are exactly those whose centre lies in the region; a bucket pools the valid pixels of all its time steps. All
    /// arithmetic is in Float64; `std` is that of the population (ddof = 0).
    /// - Throws: `CubeError.unknownLayer`, `.invalidExpression`, `.invalidRegion`, `.budgetExceeded`, `.unreadable`, `.cancelled`
    public func timeSeries(_ request: TimeSeriesRequest, cancel: CancelFlag? = nil) throws(CubeError) -> TimeSeries {
        do {
            let plan = try SeriesPlan(request, self)
            let options = ReadOptions(cache: cache, concurrency: 1, cancel: cancel)
            let keepsValues = request.aggregation == .median
            let results = try Parallel.map(plan.units.count, threads: request.threads, cancel: cancel) { i in
                try plan.run(plan.units[i], options, keepsValues: keepsValues)
            }
            return TimeSeries(series: series(request, plan, results), pixelCount: plan.pixelCount)
        } catch { throw CubeError.wrap(error, "the series cannot be computed") }
    }

    private func series(_ request: TimeSeriesRequest, _ plan: SeriesPlan, _ results: [SeriesPlan.Result]) -> [TimeSeries.Series] {
        let times = description.times
        let wanted = plan.wanted.compactMap { $0 }.sorted()
        return plan.layers.enumerated().map { l, layer in
            var pools: [(start: TimeInstant, end: TimeInstant, pool: Pool, steps: Int)] = []
            var poolOfTime: [Int: Int] = [:]
            for t in wanted {
                let start = request.resolution?.bucketStart(of: times[t]) ?? times[t]
                if pools.last?.start != start || request.resolution == nil {
                    let end = request.resolution?.nextBucketStart(after: times[t]) ?? times[t]
                    pools.append((start, end, Pool(), 0))
                }
                pools[pools.count - 1].steps += 1
                poolOfTime[t] = pools.count - 1
            }
            for result in results {
                for (t, pool) in result.pools[l] { if let at = poolOfTime[t] { pools[at].pool.merge(pool) } }
            }
            let values = pools.map {
                TimeSeries.Value(
                    start: $0.start, end: $0.end, value: $0.pool.value(request.aggregation), count: $0.pool.statistics.count, steps: $0.steps)
            }
            return TimeSeries.Series(
                name: layer.layer?.name ?? layer.expressions[0].description, unit: layer.unit, values: values)
        }
    }

    /// The values of layers in the pixel that holds a place, per time step; nil outside the cube.
    ///
    /// - Throws: `CubeError.unknownLayer`, `.invalidExpression`, `.unreadable`
    public func pointValues(
        longitude: Double, latitude: Double, layers selections: [LayerSelection], interval: TimeInterval? = nil, threads: Int = 1,
        cancel: CancelFlag? = nil
    ) throws(CubeError) -> PointValues? {
        guard let pixel = try pixel(longitude: longitude, latitude: latitude) else { return nil }
        let layers = try selections.map { selection throws(CubeError) in try resolve(selection) }
        let indices = description.timeIndices(in: interval)
        let window = PixelWindow(column: pixel.column, row: pixel.row, width: 1, height: 1)
        let options = ReadOptions(cache: cache, concurrency: threads, cancel: cancel)
        var columns: [String: [Double]] = [:]
        for layer in layers {
            for band in layer.bands where columns[band.name] == nil {
                let source = try source(of: band.name, level: 0)
                let all = try source.doubles(times: 0..<description.times.count, window: window, options)
                columns[band.name] = try indices.map { index throws(CubeError) in
                    let at = source.axes.time == nil ? 0 : try storeIndex(ofTime: index)
                    return all[at]
                }
            }
        }
        var series: [PointValues.Series] = []
        for layer in layers {
            for expression in layer.expressions {
                let values = try CubeError.wrapping(.invalidExpression, "the formula cannot be evaluated") {
                    try expression.evaluate(doubles: columns)
                }
                let name = layer.layer.map { layer.expressions.count == 1 ? $0.name : "\($0.name): \(expression)" } ?? "\(expression)"
                series.append(.init(name: name, unit: layer.unit, values: values.map { $0.isNaN ? nil : $0 }))
            }
        }
        return PointValues(times: indices.map { description.times[$0] }, series: series, column: pixel.column, row: pixel.row)
    }

    /// The pixel of level 0 that holds a place; nil outside.
    public func pixel(longitude: Double, latitude: Double) throws(CubeError) -> (column: Int, row: Int)? {
        let grid = description.grid
        let transform = try CubeError.wrapping(.invalidRegion, "the place cannot be brought into the cube's CRS") {
            try CoordinateTransform(from: .crs84, to: grid.crs)
        }
        guard let point = transform.apply(x: longitude, y: latitude), let inverse = grid.transform.inverse else { return nil }
        // A geographic grid may lie in another turn, 0…360.
        for turn in grid.crs.isGeographic ? [0.0, 360, -360] : [0] {
            let place = inverse.apply(column: point.x + turn, row: point.y)
            let (column, row) = (place.x.rounded(.down), place.y.rounded(.down))
            if column >= 0, row >= 0, column < Double(grid.width), row < Double(grid.height) { return (Int(column), Int(row)) }
        }
        return nil
    }
}

extension ResolvedLayer {
    /// The unit of the values: the layer's, or that of the band where the formula is just one.
    var unit: String? {
        if let layer { return layer.unit }
        guard expressions.count == 1, let name = expressions[0].singleVariable else { return nil }
        return bands.first { $0.name == name }?.unit
    }
}
