import Core
import Geo
import Zarr

/// How a cube is laid out when it is published.
struct PublishPlan: Sendable {
    let inspection: CubeInspection
    let source: CubeDescription
    let variables: [VariablePlan]
    /// Level 0, then each half as large, until one is no larger than `largestOverview`.
    let grids: [PixelGrid]
    /// Names of the band dimensions by the source's.
    let bandDimensions: [String: String]

    /// Above this an overview is made of what is there.
    static let largestOverview = 512

    init(_ inspection: CubeInspection) throws(CubeError) {
        self.inspection = inspection
        source = inspection.description
        var grids = [source.grid]
        while let last = grids.last, max(last.width, last.height) > PublishPlan.largestOverview {
            grids.append(
                PixelGrid(
                    crs: last.crs, transform: last.transform.scaled(by: 2), width: (last.width + 1) / 2, height: (last.height + 1) / 2))
        }
        self.grids = grids
        guard let level = source.levels.first else { throw CubeError(.invalidDescription, "the inspected store has no level 0") }
        var dimensions: [String: String] = [:]
        var variables: [VariablePlan] = []
        for variable in source.variables {
            guard let metadata = level.arrays[variable.path] else { continue }
            let bands = source.bands.filter { $0.variable == variable.path }
            guard let first = bands.first else { continue }
            var dimension: String?
            if let axis = variable.axes.band {
                let name = metadata.dimensionNames?[axis] ?? "band"
                dimension = dimensions[name] ?? (dimensions.isEmpty ? "band" : name)
                dimensions[name] = dimension
            }
            variables.append(
                VariablePlan(
                    name: variable.path, bands: bands, lead: first, metadata: metadata, sourceAxes: variable.axes,
                    times: first.isTimeVarying ? source.times.count : nil, bandDimension: dimension))
        }
        guard !variables.isEmpty else { throw CubeError(.missingBands, "the store has no array to publish") }
        self.variables = variables
        bandDimensions = dimensions
    }

    func path(ofLevel level: Int) -> String { level == 0 ? "" : "overviews/\(level)" }

    /// Stored values over all levels, for progress.
    var pixelCount: Int {
        grids.reduce(0) { sum, grid in
            sum + variables.reduce(0) { $0 + ($1.times ?? 1) * $1.bands.count * grid.width * grid.height }
        }
    }
}

/// One array as it will be written: time, band, y, x as far as it has them.
struct VariablePlan: Sendable {
    let name: String
    let bands: [Band]
    let lead: Band
    let metadata: ZarrArrayMetadata
    let sourceAxes: CubeDescription.Axes
    /// nil for an array without time.
    let times: Int?
    let bandDimension: String?

    var dataType: DataType { lead.dataType }

    /// The axes of the written array.
    var axes: CubeDescription.Axes {
        let time = times == nil ? nil : 0
        let band = bandDimension == nil ? nil : times == nil ? 0 : 1
        let y = (time == nil ? 0 : 1) + (band == nil ? 0 : 1)
        return .init(time: time, band: band, y: y, x: y + 1)
    }

    /// Extents ordered as the written array has its axes.
    func extents(time: Int, band: Int, y: Int, x: Int) -> [Int] {
        (times == nil ? [] : [time]) + (bandDimension == nil ? [] : [band]) + [y, x]
    }

    static let chunk = 256
    /// Up to this an axis is one chunk.
    static let wholeChunk = 512
    /// Bytes of a shard before compression, about.
    static let shardBytes = 8 << 20

    /// Chunks of about 256 × 256 pixels of one time and one band; shards of about 8 MB, so that files are neither tiny nor huge.
    func spec(width: Int, height: Int, isNative: Bool) -> ZarrArraySpec {
        let (chunkY, chunkX) = (VariablePlan.chunk(height), VariablePlan.chunk(width))
        var side = dataType.size <= 2 ? 2048 : 1024
        // Source chunks that span many times want narrow shards that span as many, else each is decoded again and again.
        let sourceTimes = sourceAxes.time.map { metadata.chunkShape[$0] } ?? 1
        if isNative, sourceTimes > VariablePlan.times(side, side, dataType.size) { side = VariablePlan.chunk }
        let (shardY, shardX) = (VariablePlan.shard(height, chunkY, side), VariablePlan.shard(width, chunkX, side))
        let shardTimes = min(times ?? 1, VariablePlan.times(shardY, shardX, dataType.size))
        return ZarrArraySpec(
            shape: extents(time: times ?? 1, band: bands.count, y: height, x: width),
            shardShape: extents(time: shardTimes, band: 1, y: shardY, x: shardX),
            chunkShape: extents(time: 1, band: 1, y: chunkY, x: chunkX), dataType: .numeric(dataType), fillValue: fill,
            dimensionNames: (times == nil ? [] : ["time"]) + (bandDimension.map { [$0] } ?? []) + ["y", "x"], attributes: attributes,
            // Blosc's level 2 is zstd's 3: half the time of level 3 for 2 % more bytes.
            codec: .bloscZstd(level: 2, shuffle: dataType.size > 1 ? .bytes : .none))
    }

    private static func chunk(_ extent: Int) -> Int { extent <= wholeChunk ? extent : chunk }
    private static func shard(_ extent: Int, _ chunk: Int, _ side: Int) -> Int {
        extent <= wholeChunk ? extent : min((extent + chunk - 1) / chunk, max(1, side / chunk)) * chunk
    }
    private static func times(_ height: Int, _ width: Int, _ size: Int) -> Int { max(1, shardBytes / max(1, height * width * size)) }

    // MARK: nodata

    /// The nodata value where it fits the type: then chunks without data need not be written.
    private var representableNodata: Double? {
        guard let nodata = lead.nodata else { return nil }
        if dataType.isFloatingPoint { return nodata }
        guard let whole = Int64(exactly: nodata), !nodata.isNaN else { return nil }
        switch dataType {
        case .bool: return nil
        case .int8: return Int8(exactly: whole) == nil ? nil : nodata
        case .int16: return Int16(exactly: whole) == nil ? nil : nodata
        case .int32: return Int32(exactly: whole) == nil ? nil : nodata
        case .uint8: return UInt8(exactly: whole) == nil ? nil : nodata
        case .uint16: return UInt16(exactly: whole) == nil ? nil : nodata
        case .uint32: return UInt32(exactly: whole) == nil ? nil : nodata
        case .uint64: return whole < 0 ? nil : nodata
        default: return nodata
        }
    }

    private var fill: JSON {
        if let nodata = representableNodata {
            if nodata.isNaN { return "NaN" }
            if nodata.isInfinite { return nodata > 0 ? "Infinity" : "-Infinity" }
            if dataType.isFloatingPoint { return .double(nodata) }
            if let whole = Int64(exactly: nodata) { return .int(whole) }
        }
        if metadata.fillValue.isUndefined || metadata.fillValue.json.isNull { return dataType == .bool ? false : 0 }
        return metadata.fillValue.json
    }

    /// The source's attributes, with what xarray needs to find nodata and CRS again.
    private var attributes: JSONObject {
        var attributes = metadata.attributes
        attributes["_ARRAY_DIMENSIONS"] = nil
        for key in ["_FillValue", "missing_value", "_CRS"] { attributes[key] = nil }
        if let nodata = representableNodata {
            attributes["_FillValue"] = dataType.isFloatingPoint ? .string(CFMissing.base64(nodata)) : Int64(exactly: nodata).map { .int($0) }
        }
        if let other = lead.otherNodata.first, other.isFinite { attributes["missing_value"] = JSON(other) }
        attributes["grid_mapping"] = "spatial_ref"
        attributes["coordinates"] = "spatial_ref"
        return attributes
    }
}
