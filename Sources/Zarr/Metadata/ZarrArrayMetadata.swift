import Core

/// Everything about an array but its bytes: read once, kept (also as JSON in a catalogue), and enough to find and decode any
/// chunk without another look at the store.
public struct ZarrArrayMetadata: Sendable {
    /// 2 or 3.
    public let formatVersion: Int
    /// Elements along each axis; empty for a scalar.
    public let shape: [Int]
    /// The grid of the unit of decoding: inner chunks when sharded.
    public let chunkGrid: ZarrChunkGrid
    /// Elements of a chunk along each axis (inner chunk when sharded; the largest where chunks differ).
    public let chunkShape: [Int]
    /// Elements of a shard along each axis, that is of one key of the store; nil when not sharded.
    public let shardShape: [Int]?
    public let dataType: ZarrDataType
    public let fillValue: ZarrFillValue
    /// v3 `dimension_names` ("" for an unnamed one) or the attribute `_ARRAY_DIMENSIONS` that xarray writes to v2.
    public let dimensionNames: [String]?
    public let attributes: JSONObject
    /// The document: v3 `zarr.json`, or v2 `.zarray` with the attributes as a member `attributes`. `init(json:)` reads it back.
    public let json: JSON

    let keyEncoding: ChunkKeyEncoding
    let plan: CodecPlan
    /// The grid of keys in the store: that of shards, or of chunks.
    let storeGrid: ZarrChunkGrid

    static let maximumRank = 64
    static let maximumExtent = 1 << 56

    /// Reads a v3 document, or a v2 one with its attributes as the member `attributes`.
    ///
    /// - Throws: `invalidMetadata`, or `unsupported` naming what is unknown: a codec, a data type, a chunk grid.
    public init(json: JSON, path: String = "") throws(ZarrError) {
        do throws(ZarrError) {
            switch json["zarr_format"]?.intValue {
            case 2: try self.init(v2: json)
            case 3: try self.init(v3: json)
            default: throw ZarrError(.invalidMetadata, "zarr_format is 2 or 3")
            }
        } catch {
            throw error.at(path: path)
        }
    }

    /// Reads the text of `zarr.json` or `.zarray`, with the attributes of `.zattrs` for the latter.
    public init(document: [UInt8], attributes: JSONObject? = nil, path: String = "") throws(ZarrError) {
        var json = try LenientJSON.parse(document, path: path)
        if let attributes, case .object(var object) = json {
            object["attributes"] = .object(attributes)
            json = .object(object)
        }
        try self.init(json: json, path: path)
    }

    private init(v2 json: JSON) throws(ZarrError) {
        let shape = try ZarrArrayMetadata.extents(json["shape"], "shape")
        let chunks = try ZarrArrayMetadata.extents(json["chunks"], "chunks")
        guard let dtype = json["dtype"] else { throw ZarrError(.invalidMetadata, "the member dtype is missing") }
        let stored = try StoredType.parse(dtype, filters: json["filters"]?.arrayValue ?? [])
        let fill = try ZarrFillValue.parse(json["fill_value"] ?? .null, stored.type)
        let grid = try ZarrChunkGrid.regular(chunks, shape: shape)
        var builder = CodecBuilder(type: stored.type, shape: grid.maximumShape, fill: fill.pattern)
        try builder.addV2(json, stored: stored)
        let attributes = json["attributes"]?.objectValue ?? [:]
        try self.init(
            version: 2, shape: shape, storeGrid: grid, type: stored.type, fill: fill,
            names: ZarrArrayMetadata.arrayDimensions(attributes, rank: shape.count), attributes: attributes, json: json,
            keys: try .v2(separator: json["dimension_separator"]?.stringValue), plan: builder.plan)
    }

    private init(v3 json: JSON) throws(ZarrError) {
        try ZarrArrayMetadata.checkMembers(json)
        let shape = try ZarrArrayMetadata.extents(json["shape"], "shape")
        guard let typeJSON = json["data_type"], let gridJSON = json["chunk_grid"], let codecs = json["codecs"]?.arrayValue,
            let fillJSON = json["fill_value"]
        else { throw ZarrError(.invalidMetadata, "one of data_type, chunk_grid, codecs, fill_value is missing") }
        let type = try ZarrDataType.parseV3(typeJSON)
        let fill = try ZarrFillValue.parse(fillJSON, type)
        let grid = try ZarrChunkGrid.parseV3(gridJSON, shape: shape)
        var builder = CodecBuilder(type: type, shape: grid.maximumShape, fill: fill.pattern)
        try builder.addV3(codecs)
        let attributes = json["attributes"]?.objectValue ?? [:]
        let names = json["dimension_names"]?.arrayValue.map { $0.map { $0.stringValue ?? "" } }
        try self.init(
            version: 3, shape: shape, storeGrid: grid, type: type, fill: fill,
            names: names.flatMap { $0.count == shape.count && $0.contains { !$0.isEmpty } ? $0 : nil }
                ?? ZarrArrayMetadata.arrayDimensions(attributes, rank: shape.count),
            attributes: attributes, json: json, keys: try .parseV3(json["chunk_key_encoding"]), plan: builder.plan)
    }

    private init(
        version: Int, shape: [Int], storeGrid: ZarrChunkGrid, type: ZarrDataType, fill: ZarrFillValue, names: [String]?,
        attributes: JSONObject, json: JSON, keys: ChunkKeyEncoding, plan: CodecPlan
    ) throws(ZarrError) {
        guard let unit = Shape.bytes(plan.unitShape, itemSize: max(type.size, 1)), unit <= CodecPlan.maximumChunkBytes else {
            throw ZarrError(.tooLarge, "a chunk has more than \(CodecPlan.maximumChunkBytes) bytes")
        }
        guard CodecPipeline(plan.codecs, decodedSize: unit).largestSize <= CodecPlan.maximumChunkBytes * 2 else {
            throw ZarrError(.tooLarge, "the codecs blow a chunk up to more than \(CodecPlan.maximumChunkBytes * 2) bytes")
        }
        formatVersion = version
        self.shape = shape
        self.storeGrid = storeGrid
        dataType = type
        fillValue = fill
        dimensionNames = names
        self.attributes = attributes
        self.json = json
        keyEncoding = keys
        self.plan = plan
        if plan.shards.isEmpty {
            (chunkGrid, chunkShape, shardShape) = (storeGrid, storeGrid.maximumShape, nil)
        } else {
            guard let shard = storeGrid.regularShape else {
                throw ZarrError(.unsupported, "sharding_indexed on a chunk grid that is not regular")
            }
            chunkGrid = try ZarrChunkGrid.regular(plan.unitShape, shape: shape)
            (chunkShape, shardShape) = (plan.unitShape, shard)
        }
    }

    private static func extents(_ json: JSON?, _ name: String) throws(ZarrError) -> [Int] {
        guard let list = json?.arrayValue else { throw ZarrError(.invalidMetadata, "\(name) is a list of extents") }
        guard list.count <= maximumRank else { throw ZarrError(.unsupported, "more than \(maximumRank) dimensions") }
        var extents: [Int] = []
        for item in list {
            guard let extent = item.intValue, (0...maximumExtent).contains(extent) else {
                throw ZarrError(.invalidMetadata, "\(name) is a list of extents")
            }
            extents.append(extent)
        }
        return extents
    }

    private static func arrayDimensions(_ attributes: JSONObject, rank: Int) -> [String]? {
        guard let list = attributes["_ARRAY_DIMENSIONS"]?.arrayValue, list.count == rank, rank > 0 else { return nil }
        let names = list.compactMap(\.stringValue)
        return names.count == rank ? names : nil
    }

    private static let knownMembers: Set<String> = [
        "zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs",
        "attributes", "dimension_names", "storage_transformers",
    ]

    /// A reader must refuse what it does not know unless told `must_understand: false` (v3, "Extension points").
    private static func checkMembers(_ json: JSON) throws(ZarrError) {
        guard json["node_type"]?.stringValue == "array" else { throw ZarrError(.invalidMetadata, "node_type is not array") }
        if let transformers = json["storage_transformers"]?.arrayValue, !transformers.isEmpty {
            throw ZarrError(.unsupported, "storage transformers")
        }
        for member in json.objectValue ?? [:] where !knownMembers.contains(member.key) {
            guard member.value["must_understand"]?.boolValue == false else {
                throw ZarrError(.unsupported, "the metadata member '\(CoreError.shorten(member.key))' is unknown")
            }
        }
    }
}

extension ZarrArrayMetadata {
    /// Bytes of the whole array in memory; nil if that cannot be counted.
    public var byteCount: Int? { Shape.bytes(shape, itemSize: dataType.size) }

    /// Names of the codecs, outermost last; for reports.
    public var codecNames: [String] {
        (plan.shards.isEmpty ? [] : ["sharding_indexed"]) + plan.codecs.map(\.name)
    }
}
