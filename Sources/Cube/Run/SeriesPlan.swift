import Core
import Geo
import Raster
import Zarr

/// The work of a time series: which pixels of which blocks at which times, within the budget.
struct SeriesPlan: Sendable {
    /// One piece of work: a block of pixels over a run of the store's time steps.
    struct Unit: Sendable {
        var selection: Int
        /// Store indices of the time steps, in the store's order.
        var times: Range<Int>
    }

    let layers: [ResolvedLayer]
    let sources: [BandSource]
    let selections: [PixelSelection]
    let units: [Unit]
    /// Index into the cube's times by store index; nil for those that are not asked for.
    let wanted: [Int?]
    let pixelCount: Int

    init(_ request: TimeSeriesRequest, _ cube: Cube) throws {
        layers = try request.layers.map { selection in
            let layer = try cube.resolve(selection)
            guard layer.expressions.count == 1 else {
                throw CubeError(.invalidExpression, "a series takes layers with one value per pixel; a composite has three")
            }
            return layer
        }
        guard !layers.isEmpty else { throw CubeError(.unknownLayer, "a series needs at least one layer") }
        var names: [String] = []
        for layer in layers { for band in layer.bands where !names.contains(band.name) { names.append(band.name) } }
        sources = try names.map { try cube.source(of: $0, level: 0) }

        let times = cube.description.timeIndices(in: request.interval)
        var wanted = [Int?](repeating: nil, count: cube.description.times.count)
        for index in times { wanted[try cube.storeIndex(ofTime: index)] = index }
        self.wanted = wanted
        guard let lead = sources.first(where: { $0.axes.time != nil }) ?? sources.first else {
            throw CubeError(.unknownLayer, "a series needs at least one band")
        }
        let selector = try PixelSelector(request.region, grid: cube.description.grid)
        let blocks = SeriesPlan.blockSize(lead, cube.description.grid)
        selections = try selector.selections(blockWidth: blocks.width, blockHeight: blocks.height, threads: request.threads)
        pixelCount = selections.reduce(0) { $0 + $1.count }
        units = SeriesPlan.units(selections, lead, wanted, bands: sources.count)
        try check(request, steps: times.count)
    }

    /// The chunks of the leading band, but neither tiny nor huge ones.
    private static func blockSize(_ source: BandSource, _ grid: PixelGrid) -> (width: Int, height: Int) {
        func fit(_ chunk: Int, _ extent: Int) -> Int {
            if chunk > 1024 { return 512 }
            return min(max(1, extent), chunk * max(1, 128 / max(1, chunk)))
        }
        return (fit(source.chunkWidth, grid.width), fit(source.chunkHeight, grid.height))
    }

    /// Runs of wanted time steps, cut at chunk boundaries and so that a unit holds at most some megabytes per band.
    private static func units(_ selections: [PixelSelection], _ lead: BandSource, _ wanted: [Int?], bands: Int) -> [Unit] {
        var units: [Unit] = []
        let limit = 4 << 20
        for (i, selection) in selections.enumerated() {
            let most = max(1, limit / max(1, selection.window.pixelCount * max(1, bands)))
            let step = lead.axes.time == nil ? wanted.count : lead.chunkTimes >= most ? most : most / lead.chunkTimes * lead.chunkTimes
            var start = 0
            while start < wanted.count {
                let end = min(wanted.count, (start / step + 1) * step)
                let used = (start..<end).filter { wanted[$0] != nil }
                if let first = used.first, let last = used.last { units.append(Unit(selection: i, times: first..<(last + 1))) }
                start = end
            }
        }
        return units
    }

    /// - Throws: `CubeError.budgetExceeded`
    private func check(_ request: TimeSeriesRequest, steps: Int) throws(CubeError) {
        var bytes = 0.0
        for unit in units {
            let window = selections[unit.selection].window
            for source in sources {
                let times = source.axes.time == nil ? 1 : unit.times.count
                bytes += Double(window.pixelCount * times * source.decoding.type.size)
            }
        }
        if request.aggregation == .median { bytes += Double(pixelCount) * Double(steps) * Double(layers.count) * 8 }
        guard bytes <= Double(request.byteBudget) else {
            throw CubeError(
                .budgetExceeded,
                "the series needs \(Int(bytes)) bytes of data (\(pixelCount) pixels at \(steps) times), more than the \(request.byteBudget) "
                    + "bytes of a request; ask for a smaller region or a shorter interval")
        }
    }
}
