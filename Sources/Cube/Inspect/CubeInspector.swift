import Core
import Geo
import Raster
import Zarr

/// Finds out what a store of arrays is: its dimensions, grid, CRS, times, bands and the layers that follow from them.
///
/// CF attributes count first, then GeoZarr's, then the names that people use (issue 3, "CF and GeoZarr").
public enum CubeInspector {
    /// - Throws: `CubeError` with the code `missingGrid`, `missingCRS`, `missingTime`, `missingBands`, `irregularGrid`, `invalidTime`,
    ///   `invalidMetadata`, `unsupported` or `unreadable`; its message says what was looked for.
    public static func inspect(_ store: any ZarrStore, options: InspectOptions = InspectOptions()) throws(CubeError) -> CubeInspection {
        let hierarchy = try CubeError.wrapping(.unreadable, "the store cannot be opened as Zarr") { try ZarrHierarchy.open(store) }
        return try inspect(hierarchy, options: options)
    }

    /// The same for a hierarchy that is open already.
    public static func inspect(
        _ hierarchy: ZarrHierarchy, options: InspectOptions = InspectOptions()
    ) throws(CubeError) -> CubeInspection {
        var notes: [String] = []
        let view = try view(of: hierarchy, options, &notes)
        var detector = DimensionDetector(view)
        guard let grid = detector.grid() else { throw missingGrid(detector, hierarchy) }
        let rasters = detector.rasters(y: grid.y, x: grid.x, height: grid.height, width: grid.width)
        guard !rasters.isEmpty else { throw missingGrid(detector, hierarchy) }
        try checkSizes(rasters)
        notes += detector.notes + problems(hierarchy, in: view.path)
        let dimensions = CubeDimensions(
            time: name(of: \.time, rasters), band: name(of: \.band, rasters), y: grid.y, x: grid.x, height: grid.height, width: grid.width)

        let mapping = GridMapping(view, rasters: rasters)
        var gridDetector = GridDetector(view: view, mapping: mapping, dimensions: dimensions)
        let place = try gridDetector.detect()
        notes += gridDetector.notes
        let crs = try CRSDetector(
            view: view, mapping: mapping, rasters: rasters, dimensions: dimensions, isGeographic: place.isGeographic
        ).detect(override: options.crs)
        let times = try TimeDetector(view: view, detector: detector).detect(rasters, override: options.datetime)
        notes += times.notes
        var bandDetector = BandDetector(view: view, hasTime: times.hasAxis)
        let bands = try bandDetector.bands(of: rasters)
        notes += bandDetector.notes

        let pixels = PixelGrid(crs: crs.crs, transform: place.transform, width: grid.width, height: grid.height)
        noteLongitudes(pixels, &notes)
        return CubeInspection(
            description: try describe(view, pixels, times, bands, rasters), group: view.path,
            dimensions: describe(dimensions, rasters), gridSource: place.source, crsSource: crs.source, timeSource: times.source,
            notes: notes, options: options)
    }

    /// Arrays that Zarr could not open do not hide the others, but are told.
    private static func problems(_ hierarchy: ZarrHierarchy, in group: String) -> [String] {
        hierarchy.problems.sorted { $0.key < $1.key }.filter { group.isEmpty || $0.key.hasPrefix(group + "/") }.map {
            "array '\($0.key)' cannot be read and is left out: \($0.value.message)"
        }
    }

    /// Metadata may claim anything; sums over sizes must not overflow, and a grid must be one that can be listed.
    private static func checkSizes(_ rasters: [RasterArray]) throws(CubeError) {
        for raster in rasters {
            let (shape, axes) = (raster.array.metadata.shape, raster.axes)
            let count = shape.reduce(1.0) { $0 * Double($1) }
            guard shape[axes.x] <= CoordinateValues.maximumCount, shape[axes.y] <= CoordinateValues.maximumCount, count <= 0x1p48 else {
                throw CubeError(.unsupported, "array '\(raster.name)' is larger than this version takes: \(shape)", subject: raster.name)
            }
        }
    }

    private static func missingGrid(_ detector: DimensionDetector, _ hierarchy: ZarrHierarchy) -> CubeError {
        let found = detector.dimensionNames
        if let problem = problems(hierarchy, in: detector.view.path).first, found.isEmpty {
            return CubeError(.unreadable, problem)
        }
        return CubeError(
            .missingGrid,
            "no array has a y and an x dimension; looked for coordinates with axis Y/X, standard_name or degrees, spatial:dimensions, and the "
                + "names y/x, lat/lon, latitude/longitude, northing/easting; found \(found.isEmpty ? "none" : found.joined(separator: ", "))")
    }

    /// The root if it has rasters, else the group with the largest ones.
    private static func view(
        of hierarchy: ZarrHierarchy, _ options: InspectOptions, _ notes: inout [String]
    ) throws(CubeError) -> StoreView {
        if let group = options.group {
            let path = group.split(separator: "/").joined(separator: "/")
            guard path.isEmpty || hierarchy.groups[path] != nil else {
                throw CubeError(.missingBands, "the store has no group '\(CoreError.shorten(path))'")
            }
            return StoreView(hierarchy, group: path)
        }
        let root = StoreView(hierarchy, group: "")
        if DimensionDetector(root).grid() != nil { return root }
        var best: (view: StoreView, size: Int)?
        for group in StoreView.groups(of: hierarchy).dropFirst() {
            let view = StoreView(hierarchy, group: group)
            guard let grid = DimensionDetector(view).grid() else { continue }
            if grid.height * grid.width > best?.size ?? 0 { best = (view, grid.height * grid.width) }
        }
        guard let best else { return root }
        notes.append("the arrays are taken from the group '\(best.view.path)', the one with the largest grid")
        return best.view
    }

    private static func name(of axis: KeyPath<CubeDescription.Axes, Int?>, _ rasters: [RasterArray]) -> String? {
        rasters.lazy.compactMap { raster in raster.axes[keyPath: axis].flatMap { raster.array.metadata.dimensionNames?[$0] } }.first
    }

    /// Longitudes beyond 180 stay as they are: whoever looks for a place turns them once round (`PixelMapping`, `PixelSelector`).
    private static func noteLongitudes(_ grid: PixelGrid, _ notes: inout [String]) {
        if grid.crs.isGeographic, grid.bounds.maxX > 180 + grid.resolution.x { notes.append("longitudes run to \(grid.bounds.maxX)") }
    }

    private static func describe(
        _ view: StoreView, _ grid: PixelGrid, _ times: TimeDetector.Found, _ bands: [Band], _ rasters: [RasterArray]
    ) throws(CubeError) -> CubeDescription {
        let (bbox, footprint) = try CubeError.wrapping(.missingGrid, "the grid does not lie on the earth in \(grid.crs)") {
            (try grid.bboxWGS84(densify: 21), try grid.footprintWGS84(densify: 21))
        }
        var arrays: [String: ZarrArrayMetadata] = [:]
        for raster in rasters { arrays[raster.name] = raster.array.metadata }
        return CubeDescription(
            title: view.attributes["title"]?.stringValue, attributes: view.attributes, grid: grid, times: times.times,
            timeOrder: times.order, bands: bands, layers: LayerBuilder.layers(for: bands),
            levels: [.init(path: view.path, factor: 1, grid: grid, arrays: arrays)],
            variables: rasters.map { .init(path: $0.name, axes: $0.axes) }, footprint: footprint, bbox: bbox)
    }

    private static func describe(_ d: CubeDimensions, _ rasters: [RasterArray]) -> [CubeInspection.Dimension] {
        var list: [CubeInspection.Dimension] = []
        func length(_ axis: KeyPath<CubeDescription.Axes, Int?>) -> Int {
            rasters.lazy.compactMap { raster in raster.axes[keyPath: axis].map { raster.array.metadata.shape[$0] } }.first ?? 0
        }
        if let time = d.time { list.append(.init(name: time, role: "time", length: length(\.time))) }
        if let band = d.band { list.append(.init(name: band, role: "band", length: length(\.band))) }
        return list + [.init(name: d.y, role: "y", length: d.height), .init(name: d.x, role: "x", length: d.width)]
    }
}
