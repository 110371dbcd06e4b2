import Core

/// What an array that is to be written shall look like (Zarr v3).
public struct ZarrArraySpec: Sendable {
    public enum Shuffle: String, Sendable { case none = "noshuffle", bytes = "shuffle", bits = "bitshuffle" }

    /// Compression of (inner) chunks.
    public enum Codec: Sendable {
        case bloscZstd(level: Int, shuffle: Shuffle)
        case zstd(level: Int)
        case none
        /// Codecs as v3 metadata have them, from elements to bytes.
        case custom([JSON])
    }

    public var shape: [Int]
    /// Elements of a shard, a multiple of the chunk along each axis; nil writes every chunk under a key of its own.
    public var shardShape: [Int]?
    public var chunkShape: [Int]
    public var dataType: ZarrDataType
    /// As in metadata: a number, `"NaN"`, `"Infinity"`, true…
    public var fillValue: JSON
    public var dimensionNames: [String]?
    public var attributes: JSONObject
    public var codec: Codec

    public init(
        shape: [Int], shardShape: [Int]? = nil, chunkShape: [Int], dataType: ZarrDataType, fillValue: JSON,
        dimensionNames: [String]? = nil, attributes: JSONObject = [:], codec: Codec = .bloscZstd(level: 5, shuffle: .bytes)
    ) {
        self.shape = shape
        self.shardShape = shardShape
        self.chunkShape = chunkShape
        self.dataType = dataType
        self.fillValue = fillValue
        self.dimensionNames = dimensionNames
        self.attributes = attributes
        self.codec = codec
    }

    /// The `zarr.json` of the array (Zarr v3, "Array metadata").
    public var json: JSON {
        var inner = codecs
        if let shardShape {
            inner = [ZarrArraySpec.sharding(chunkShape, inner)]
            return document(grid: shardShape, codecs: inner)
        }
        return document(grid: chunkShape, codecs: inner)
    }

    private func document(grid: [Int], codecs: [JSON]) -> JSON {
        var members: [(String, JSON)] = [
            ("shape", ZarrArraySpec.list(shape)),
            ("data_type", dataType.v3JSON),
            ("chunk_grid", ["name": "regular", "configuration": ["chunk_shape": ZarrArraySpec.list(grid)]]),
            ("chunk_key_encoding", ["name": "default", "configuration": ["separator": "/"]]),
            ("fill_value", fillValue),
            ("codecs", .array(codecs)),
            ("attributes", .object(attributes)),
        ]
        if let dimensionNames { members.append(("dimension_names", JSON(dimensionNames))) }
        members += [("zarr_format", 3), ("node_type", "array"), ("storage_transformers", [])]
        return JSON(members)
    }

    private var codecs: [JSON] {
        let endian: JSON =
            dataType.size > 1
            ? ["name": "bytes", "configuration": ["endian": "little"]] : ["name": "bytes"]
        switch codec {
        case .none: return [endian]
        case .zstd(let level):
            return [endian, ["name": "zstd", "configuration": ["level": JSON(level), "checksum": false]]]
        case .bloscZstd(let level, let shuffle):
            let configuration: JSON = [
                "typesize": JSON(max(dataType.swapUnit, 1)), "cname": "zstd", "clevel": JSON(level),
                "shuffle": .string(shuffle.rawValue), "blocksize": 0,
            ]
            return [endian, ["name": "blosc", "configuration": configuration]]
        case .custom(let codecs): return codecs
        }
    }

    private static func sharding(_ inner: [Int], _ codecs: [JSON]) -> JSON {
        [
            "name": "sharding_indexed",
            "configuration": [
                "chunk_shape": list(inner), "codecs": .array(codecs),
                "index_codecs": [["name": "bytes", "configuration": ["endian": "little"]], ["name": "crc32c"]],
                "index_location": "end",
            ],
        ]
    }

    static func list(_ extents: [Int]) -> JSON { .array(extents.map { JSON($0) }) }
}
