import Core
import Geo
import Raster
import Zarr

extension Cube {
    /// Draws a layer on the grid of the request.
    ///
    /// Outside the cube's extent a transparent picture is returned without touching data.
    /// - Throws: `CubeError.unknownLayer`, `.invalidExpression`, `.unknownTime`, `.unreadable`, and `RasterError.invalidStyle` wrapped.
    public func tile(_ request: TileRequest, cancel: CancelFlag? = nil) throws(CubeError) -> RenderedTile {
        let layer = try resolve(request.layer)
        let time = request.timeIndex ?? description.defaultTimeIndex(of: layer.bands.map(\.name))
        _ = try storeIndex(ofTime: time)
        let style = try style(of: layer, request.style)
        guard let drawn = try drawing(layer, time: time, grid: request.grid, resampling: request.resampling, cancel: cancel) else {
            return try blank(request)
        }
        let isEmpty = drawn.planes.contains(where: \.isEmpty)
        if isEmpty {
            var tile = try blank(request)
            (tile.timeIndex, tile.level) = (time, drawn.level)
            return tile
        }
        let bytes = try CubeError.wrapping(.unsupported, "the picture cannot be encoded") {
            try Renderer.render(drawn.planes, style: style, format: request.format)
        }
        return RenderedTile(bytes: bytes, format: request.format, isEmpty: false, timeIndex: time, level: drawn.level)
    }

    /// The physical values of a layer on a grid, one plane per formula: what tiles are drawn from, and coverages.
    ///
    /// Planes of NaN outside the cube's extent.
    public func planes(
        _ selection: LayerSelection, timeIndex: Int? = nil, grid: PixelGrid, resampling: Resampling = .nearest, cancel: CancelFlag? = nil
    ) throws(CubeError) -> [Plane] {
        let layer = try resolve(selection)
        let time = timeIndex ?? description.defaultTimeIndex(of: layer.bands.map(\.name))
        _ = try storeIndex(ofTime: time)
        let drawn = try drawing(layer, time: time, grid: grid, resampling: resampling, cancel: cancel)
        return drawn?.planes ?? layer.expressions.map { _ in Plane(width: grid.width, height: grid.height) }
    }

    private func drawing(
        _ layer: ResolvedLayer, time: Int, grid: PixelGrid, resampling: Resampling, cancel: CancelFlag?
    ) throws(CubeError) -> (planes: [Plane], level: Int)? {
        guard let plan = try plan(grid) else { return nil }
        let storeTime = try storeIndex(ofTime: time)
        let options = ReadOptions(cache: cache, concurrency: 1, cancel: cancel)
        var inputs: [String: Plane] = [:]
        for band in layer.bands {
            let source = try source(of: band.name, level: plan.level)
            // Classes have no mean: whatever is asked for, they keep their values.
            let method = band.isCategorical && !resampling.keepsValues ? Resampling.nearest : resampling
            guard let window = plan.mapping.sourceWindow(for: method) else { return nil }
            let plane = try source.plane(storeTime: storeTime, window: window, options)
            inputs[band.name] = try CubeError.wrapping(.unreadable, "band '\(band.name)' cannot be warped", subject: band.name) {
                try Warp.resample(plane, at: window, mapping: plan.mapping, method: method)
            }
        }
        var planes: [Plane] = []
        for expression in layer.expressions {
            planes.append(
                try CubeError.wrapping(.invalidExpression, "the formula cannot be evaluated") { try expression.evaluate(inputs) })
        }
        return (planes, plan.level)
    }

    /// The coarsest level that is not coarser than the output, and how its pixels map; nil if the output lies outside.
    private func plan(_ output: PixelGrid) throws(CubeError) -> (level: Int, mapping: PixelMapping)? {
        func mapping(_ level: Int) throws(CubeError) -> PixelMapping {
            try CubeError.wrapping(.invalidRegion, "the picture's grid cannot be brought into the cube's CRS") {
                try PixelMapping(from: output, to: description.levels[level].grid)
            }
        }
        let native = try mapping(0)
        guard native.sourceWindow(halo: 0) != nil else { return nil }
        let reduction = native.sourcePixelsPerOutputPixel * 1.001
        let level = description.levels.lastIndex { Double($0.factor) <= reduction } ?? 0
        return (level, level == 0 ? native : try mapping(level))
    }

    // MARK: style

    private func style(of layer: ResolvedLayer, _ override: StyleOverride) throws(CubeError) -> RasterStyle {
        let count = layer.expressions.count
        var ranges = layer.layer?.ranges ?? layer.expressions.map(range)
        if let given = override.ranges, !given.isEmpty {
            guard given.count == 1 || given.count == count else {
                throw CubeError(.unsupported, "a picture of \(count) channels takes one range or \(count), not \(given.count)")
            }
            ranges = given.count == count ? given : [ClosedRange<Double>](repeating: given[0], count: count)
        }
        if count == 3 { return .rgb(ranges: ranges, gamma: 1) }
        if let categories = layer.layer?.categories, !categories.isEmpty, override.colormap == nil, override.ranges == nil {
            return .categorical(categories.styles)
        }
        let name = override.colormap ?? layer.layer?.colormap ?? "viridis"
        guard let colormap = Colormap.named(name) else {
            throw CubeError(
                .unsupported, "there is no colormap '\(CoreError.shorten(name, to: 40))' (there are: \(Colormap.names.joined(separator: ", ")))")
        }
        return .singleBand(colormap, range: ranges.first ?? 0...1)
    }

    /// A formula that is one band takes that band's range; others −1…1 as normalised differences have it.
    private func range(_ expression: Expression) -> ClosedRange<Double> {
        if let name = expression.singleVariable, let layer = description.layer(named: name), let range = layer.range { return range }
        return -1...1
    }

    private func blank(_ request: TileRequest) throws(CubeError) -> RenderedTile {
        let bytes = try BlankTiles.shared.bytes(width: request.grid.width, height: request.grid.height, format: request.format)
        return RenderedTile(bytes: bytes, format: request.format, isEmpty: true)
    }
}

extension [Band.Category] {
    /// Colours as the store has them, else from the palette.
    public var styles: [CategoryStyle] {
        var styles = CategoryStyle.palette(for: map { (Double($0.value), $0.label) })
        for (i, category) in enumerated() {
            if let color = category.color.flatMap({ RGBA(hex: $0) }), i < styles.count { styles[i].color = color }
        }
        return styles
    }
}
