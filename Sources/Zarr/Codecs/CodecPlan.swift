import Core

/// What the metadata say about the way from elements to bytes, settled once per array.
struct CodecPlan: Sendable {
    /// Shards from the outside inwards, as far as their inner chunks can be read one by one.
    var shards: [ShardLevel] = []
    /// The unit of decoding: the innermost chunk.
    var unitShape: [Int]
    var codecs: [any ChunkCodec] = []

    /// Above this many bytes a chunk is refused (it would have to be held whole).
    static let maximumChunkBytes = 1 << 31
    /// The most that a chunk of variable-length elements may decode to.
    static let maximumVariableBytes = 1 << 28
}

/// Collects the codecs of a chunk in the order of encoding and keeps track of type and shape on the way.
struct CodecBuilder {
    private(set) var codecs: [any ChunkCodec] = []
    private(set) var type: ZarrDataType
    private(set) var shape: [Int]
    let fill: FillPattern
    /// Whether the bytes of the elements are laid out already: only bytes → bytes codecs may follow.
    private(set) var isBytes = false
    /// Set by the sharding codec if it stands alone.
    private(set) var shards: [ShardLevel] = []
    private(set) var unitShape: [Int]

    init(type: ZarrDataType, shape: [Int], fill: FillPattern) {
        self.type = type
        self.shape = shape
        self.fill = fill
        unitShape = shape
    }

    mutating func append(_ codec: any ChunkCodec) {
        // Two swaps in a row, as big-endian filters behind big-endian elements make them, undo each other.
        if let swap = codec as? SwapCodec, let last = codecs.last as? SwapCodec, swap.units == last.units,
            swap.itemSize == last.itemSize
        {
            codecs.removeLast()
        } else {
            codecs.append(codec)
        }
    }

    mutating func transpose(_ order: [Int]) {
        if order != Array(order.indices) { append(TransposeCodec(itemSize: type.size, shape: shape, order: order)) }
        shape = order.map { shape[$0] }
    }

    var plan: CodecPlan { CodecPlan(shards: shards, unitShape: unitShape, codecs: codecs) }
}

// MARK: - v2

extension CodecBuilder {
    /// Elements in `order`, in the byte order of `stored`, through the filters, through the compressor.
    mutating func addV2(_ json: JSON, stored: StoredType) throws(ZarrError) {
        switch json["order"]?.stringValue ?? "C" {
        case "C": break
        case "F": transpose(Array(shape.indices.reversed()))
        case let order: throw ZarrError(.invalidMetadata, "order is C or F, not '\(CoreError.shorten(order))'")
        }
        if let swap = SwapCodec(stored) { append(swap) }
        for filter in json["filters"]?.arrayValue ?? [] {
            guard let id = filter["id"]?.stringValue else { throw ZarrError(.invalidMetadata, "a filter has an id") }
            if id == "vlen-utf8" || id == "vlen-bytes" { continue }
            try addNumcodecs(id, filter)
        }
        guard let compressor = json["compressor"], !compressor.isNull else { return }
        guard let id = compressor["id"]?.stringValue else { throw ZarrError(.invalidMetadata, "a compressor has an id") }
        try addNumcodecs(id, compressor)
    }
}

// MARK: - v3

extension CodecBuilder {
    /// The codecs of v3 metadata: array → array, one array → bytes, bytes → bytes.
    mutating func addV3(_ list: [JSON], depth: Int = 0) throws(ZarrError) {
        guard depth < 5, list.count <= 32 else { throw ZarrError(.unsupported, "codecs nested or chained beyond reason") }
        for (at, json) in list.enumerated() {
            guard let name = json["name"]?.stringValue ?? json.stringValue else {
                throw ZarrError(.invalidMetadata, "a codec has a name")
            }
            let configuration = json["configuration"] ?? .object([:])
            if name == "sharding_indexed" {
                try layOut(name)
                try addSharding(configuration, isAlone: list.count == 1, depth: depth)
            } else if try !addArrayCodec(name, configuration) {
                guard isBytes || name.hasPrefix("numcodecs.") else {
                    throw try byteCodecOutOfPlace(name, configuration, isLast: at == list.count - 1)
                }
                try addNumcodecs(name.hasPrefix("numcodecs.") ? String(name.dropFirst(10)) : name, configuration)
            }
        }
        guard isBytes else { throw ZarrError(.invalidMetadata, "the codecs lack one from elements to bytes") }
    }

    /// The error for a codec that needs bytes but got elements, or that nobody knows.
    private func byteCodecOutOfPlace(_ name: String, _ configuration: JSON, isLast: Bool) throws(ZarrError) -> ZarrError {
        var probe = self
        try probe.addNumcodecs(name, configuration)
        return ZarrError(.invalidMetadata, "the codec '\(name)' works on bytes but stands before the codec that makes them")
    }

    private mutating func layOut(_ name: String) throws(ZarrError) {
        guard !isBytes else { throw ZarrError(.invalidMetadata, "the codec '\(name)' stands behind the one that makes bytes") }
        isBytes = true
    }

    /// `transpose`, `bytes` and the text codecs; false for every other name.
    private mutating func addArrayCodec(_ name: String, _ configuration: JSON) throws(ZarrError) -> Bool {
        switch name {
        case "transpose":
            guard !isBytes else { throw ZarrError(.invalidMetadata, "transpose stands behind the codec that makes bytes") }
            transpose(try order(configuration["order"]))
        case "bytes", "endian":
            try layOut(name)
            switch configuration["endian"]?.stringValue ?? "little" {
            case "little": break
            case "big": if let swap = SwapCodec(StoredType(type, bigEndian: true)) { append(swap) }
            default: throw ZarrError(.invalidMetadata, "endian is little or big")
            }
        case "vlen-utf8", "vlen-bytes", "numcodecs.vlen-utf8", "numcodecs.vlen-bytes":
            guard type.isVariableLength else { throw ZarrError(.invalidMetadata, "\(name) is for elements of variable length") }
            try layOut(name)
        case "packbits", "numcodecs.packbits":
            append(PackBitsCodec())
            type = .numeric(.uint8)
            if name == "packbits" { try layOut(name) }
        default: return false
        }
        return true
    }

    private func order(_ json: JSON?) throws(ZarrError) -> [Int] {
        if json?.stringValue == "C" { return Array(shape.indices) }
        if json?.stringValue == "F" { return Array(shape.indices.reversed()) }
        let order = json?.arrayValue?.map { $0.intValue ?? -1 } ?? []
        guard order.sorted() == Array(shape.indices) else {
            throw ZarrError(.invalidMetadata, "the order of transpose is no permutation of the axes")
        }
        return order
    }

    private mutating func addSharding(_ json: JSON, isAlone: Bool, depth: Int) throws(ZarrError) {
        guard !type.isVariableLength else { throw ZarrError(.unsupported, "sharding_indexed of variable-length elements") }
        let inner = json["chunk_shape"]?.arrayValue?.map { $0.intValue ?? 0 } ?? []
        guard inner.count == shape.count, zip(inner, shape).allSatisfy({ $0 > 0 && $1 % $0 == 0 }) else {
            throw ZarrError(.invalidMetadata, "the chunk_shape of sharding_indexed does not divide the shard")
        }
        guard let innerCodecs = json["codecs"]?.arrayValue else {
            throw ZarrError(.invalidMetadata, "sharding_indexed has codecs")
        }
        var builder = CodecBuilder(type: type, shape: inner, fill: fill)
        try builder.addV3(innerCodecs, depth: depth + 1)
        let level = ShardLevel(shardShape: shape, innerShape: inner, index: try ShardIndexFormat(json, counts: zip(shape, inner).map { $0 / $1 }))
        if isAlone {
            shards = [level] + builder.shards
            unitShape = builder.unitShape
            codecs = builder.codecs
        } else {
            append(try ShardingCodec(level, plan: builder.plan, itemSize: type.size, fill: fill))
        }
    }
}

// MARK: - numcodecs

extension CodecBuilder {
    /// A codec by its numcodecs id (v2), which are also most of v3's names.
    ///
    /// - Throws: `unsupported`, naming the codec.
    mutating func addNumcodecs(_ id: String, _ json: JSON) throws(ZarrError) {
        func int(_ key: String, _ otherwise: Int) -> Int { json[key]?.intValue ?? otherwise }
        switch id {
        case "blosc": append(try blosc(json))
        case "zstd": append(ZstdCodec(level: min(max(int("level", 0), -100), 22), checksum: json["checksum"]?.boolValue ?? false))
        case "gzip": append(DeflateCodec(wrapper: .gzip, level: int("level", 5)))
        case "zlib": append(DeflateCodec(wrapper: .zlib, level: int("level", 5)))
        case "lz4": append(LZ4Codec(acceleration: min(max(int("acceleration", 1), 1), 65_536)))
        case "bz2": append(BZ2Codec(level: int("level", 1)))
        case "lzma": append(try LZMACodec(json))
        case "shuffle":
            let size = int("elementsize", 4)
            guard size <= StoredType.maximumElementSize else { throw ZarrError(.invalidMetadata, "shuffle: senseless elementsize") }
            if size > 1 { append(ShuffleCodec(elementSize: size)) }
        case "crc32", "adler32", "crc32c", "fletcher32", "jenkins_lookup3": append(try checksum(id, json))
        case "delta", "fixedscaleoffset", "bitround", "quantize", "astype": try addFilter(id, json)
        case "packbits":
            append(PackBitsCodec())
            type = .numeric(.uint8)
        default: throw ZarrError(.unsupported, "unknown codec '\(CoreError.shorten(id))'")
        }
    }

    private func blosc(_ json: JSON) throws(ZarrError) -> BloscCodec {
        var codec = BloscCodec()
        codec.compressor = json["cname"]?.stringValue ?? "lz4"
        guard ["blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"].contains(codec.compressor) else {
            throw ZarrError(.unsupported, "blosc: unknown compressor '\(CoreError.shorten(codec.compressor))'")
        }
        codec.level = min(max(json["clevel"]?.intValue ?? 5, 0), 9)
        codec.typeSize = min(max(json["typesize"]?.intValue ?? type.size, 1), 255)
        codec.blockSize = min(max(json["blocksize"]?.intValue ?? 0, 0), 1 << 30)
        switch json["shuffle"] {
        case .string("noshuffle"): codec.shuffle = 0
        case .string("bitshuffle"): codec.shuffle = 2
        case .int(let value) where (0...2).contains(value): codec.shuffle = Int(value)
        case .int(-1): codec.shuffle = codec.typeSize == 1 ? 2 : 1
        default: codec.shuffle = 1
        }
        return codec
    }

    private func checksum(_ id: String, _ json: JSON) throws(ZarrError) -> ChecksumCodec {
        guard let algorithm = ChecksumCodec.Algorithm(rawValue: id) else { throw ZarrError(.unsupported, "unknown codec '\(id)'") }
        var codec = ChecksumCodec(algorithm: algorithm)
        codec.atStart = (id == "crc32" || id == "adler32") && json["location"]?.stringValue != "end"
        if id == "crc32c", json["location"]?.stringValue == "start" { codec.atStart = true }
        codec.initial = UInt32(truncatingIfNeeded: json["initval"]?.intValue ?? 0)
        if let prefix = json["prefix"]?.stringValue { codec.prefix = Base64.decode(prefix) ?? Array(prefix.utf8) }
        return codec
    }

    /// Filters on numbers carry element types of their own, byte order included.
    private mutating func addFilter(_ id: String, _ json: JSON) throws(ZarrError) {
        if id == "bitround" { return try addBitRound(json) }
        let decodedKey = id == "astype" ? "decode_dtype" : "dtype"
        let decoded = try number(json[decodedKey], id, otherwise: type)
        let encoded = try number(json[id == "astype" ? "encode_dtype" : "astype"], id, otherwise: decoded.stored.type)
        if let swap = SwapCodec(decoded.stored) { append(swap) }
        switch id {
        case "delta": append(DeltaCodec(decoded: decoded.number, encoded: encoded.number))
        case "fixedscaleoffset":
            guard let scale = json["scale"]?.doubleValue, let offset = json["offset"]?.doubleValue, scale != 0 else {
                throw ZarrError(.invalidMetadata, "fixedscaleoffset has a scale and an offset")
            }
            append(ScaleOffsetCodec(decoded: decoded.number, encoded: encoded.number, scale: scale, offset: offset))
        default:
            append(
                decoded.number == encoded.number
                    ? QuantizeCodec() : CastCodec(name: id, decoded: decoded.number, encoded: encoded.number))
        }
        if let swap = SwapCodec(encoded.stored) { append(swap) }
        type = encoded.stored.type
    }

    private mutating func addBitRound(_ json: JSON) throws(ZarrError) {
        guard let number = type.numericType, number.isFloatingPoint, let bits = json["keepbits"]?.intValue, bits >= 0 else {
            throw ZarrError(.invalidMetadata, "bitround is for floats and has keepbits")
        }
        append(BitRoundCodec(type: number, keepBits: bits))
    }

    private func number(
        _ json: JSON?, _ id: String, otherwise: ZarrDataType
    ) throws(ZarrError) -> (stored: StoredType, number: DataType) {
        var stored = StoredType(otherwise, bigEndian: false)
        if let name = json?.stringValue, let plain = DataType(rawValue: name) {
            stored = StoredType(.numeric(plain), bigEndian: false)
        } else if let json, !json.isNull {
            stored = try StoredType.parse(json)
        }
        // Times are counted in 64-bit integers.
        switch stored.type {
        case .numeric(let number): return (stored, number)
        case .datetime64, .timedelta64: return (stored, .int64)
        default: throw ZarrError(.unsupported, "\(id) on elements that are no numbers")
        }
    }
}
