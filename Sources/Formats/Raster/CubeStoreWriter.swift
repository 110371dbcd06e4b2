import Core
import Geo
import Zarr

/// Writes a plain Zarr v3 store with CF metadata, chunk by chunk; the root's metadata come last, so that an unfinished store is none.
struct CubeStoreWriter {
    let layout: CubeLayout
    let options: ImportOptions
    private let store: DirectoryStore
    private var documents: [String: JSON] = [:]

    init(_ layout: CubeLayout, directory: String, options: ImportOptions) {
        self.layout = layout
        self.options = options
        store = DirectoryStore(directory)
    }

    /// An array to be filled, with what is needed to cut blocks into its chunks.
    struct Output {
        let variable: CubeVariable
        let writer: ZarrArrayWriter
        let source: any PixelSource
        let timeCount: Int
    }

    /// Elements of a chunk along time, y and x: about a megabyte where the grid is smaller than a chunk.
    func chunkShape(_ variable: CubeVariable) -> [Int] {
        let side = max(16, options.chunkSize)
        let (rows, columns) = (min(side, layout.height), min(side, layout.width))
        let steps = variable.hasTime ? max(1, layout.time?.count ?? 1) : 1
        return [min(steps, max(1, (1 << 20) / (rows * columns * variable.type.size))), rows, columns]
    }

    mutating func output(_ variable: CubeVariable, _ source: any PixelSource) throws(FormatsError) -> Output {
        let isTimed = variable.hasTime && layout.time != nil
        let steps = isTimed ? layout.time?.count ?? 1 : 1
        var attributes = variable.attributes
        if let nodata = variable.nodata { attributes["_FillValue"] = nodata.attribute }
        if layout.crs != nil { attributes["grid_mapping"] = "spatial_ref" }
        let chunk = chunkShape(variable)
        let names = [layout.y.name, layout.x.name]
        let spec = ZarrArraySpec(
            shape: (isTimed ? [steps] : []) + [layout.height, layout.width], chunkShape: isTimed ? chunk : Array(chunk.dropFirst()),
            dataType: .numeric(variable.type), fillValue: variable.nodata?.fill ?? 0,
            dimensionNames: (isTimed ? [layout.time?.name ?? "time"] : []) + names, attributes: attributes,
            codec: .bloscZstd(level: 1, shuffle: variable.type.size > 1 ? .bytes : .none))
        let writer = try FormatsError.wrapping(.writeFailed, "the array '\(variable.name)' cannot be made") { () throws(ZarrError) in
            try ZarrArrayWriter(store: store, path: variable.name, spec: spec)
        }
        documents[variable.name] = writer.metadata.json
        return Output(variable: variable, writer: writer, source: source, timeCount: isTimed ? steps : 1)
    }

    /// Coordinates, the metadata of every array, and at last the root.
    mutating func finish(_ outputs: [Output]) throws(FormatsError) {
        do throws(ZarrError) {
            for axis in [layout.y, layout.x] where !axis.centres.isEmpty {
                if axis.type == .float32 {
                    try writeCoordinate(axis.name, axis.centres.map { Float($0) }, .float32, axis.attributes)
                } else {
                    try writeCoordinate(axis.name, axis.centres, .float64, axis.attributes)
                }
            }
            if let time = layout.time {
                switch time.values {
                case .integers(let values): try writeCoordinate(time.name, values, .int64, time.attributes)
                case .doubles(let values): try writeCoordinate(time.name, values, .float64, time.attributes)
                }
            }
            if let attributes = layout.spatialReference { try writeScalar("spatial_ref", attributes) }
            for output in outputs { try output.writer.writeMetadata() }
            var attributes = layout.attributes
            attributes["Conventions"] = attributes["Conventions"] ?? "CF-1.11"
            try ZarrGroupWriter.write(store, path: "", attributes: attributes, consolidated: documents)
        } catch { throw FormatsError(.writeFailed, "the store cannot be written", cause: error) }
    }

    private mutating func writeCoordinate<T: BitwiseCopyable>(
        _ name: String, _ values: [T], _ type: DataType, _ attributes: JSONObject
    ) throws(ZarrError) {
        let spec = ZarrArraySpec(
            shape: [values.count], chunkShape: [values.count], dataType: .numeric(type),
            // A fill value that no coordinate has: else a chunk of zeros would be left out, which some readers take for absent.
            fillValue: type.isFloatingPoint ? "NaN" : .int(Int64.min), dimensionNames: [name], attributes: attributes,
            codec: .zstd(level: 1))
        let writer = try ZarrArrayWriter(store: store, path: name, spec: spec)
        try writer.writeAll(values)
        try writer.writeMetadata()
        documents[name] = writer.metadata.json
    }

    private mutating func writeScalar(_ name: String, _ attributes: JSONObject) throws(ZarrError) {
        let spec = ZarrArraySpec(
            shape: [], chunkShape: [], dataType: .numeric(.int32), fillValue: 0, dimensionNames: [], attributes: attributes, codec: .none)
        let writer = try ZarrArrayWriter(store: store, path: name, spec: spec)
        try writer.writeAll([Int32(0)])
        try writer.writeMetadata()
        documents[name] = writer.metadata.json
    }
}
