import Core

/// A shard and its inner chunks (Zarr v3, "Sharding codec").
struct ShardLevel: Sendable {
    /// Elements of a shard along each axis.
    let shardShape: [Int]
    let innerShape: [Int]
    let index: ShardIndexFormat
}

/// How the index of a shard is stored: offset and length of every inner chunk, in C order, through codecs of fixed size.
struct ShardIndexFormat: Sendable {
    /// Inner chunks of a shard along each axis.
    let counts: [Int]
    let isAtEnd: Bool
    let pipeline: CodecPipeline
    /// Bytes of the index in the shard.
    let encodedSize: Int

    init(_ json: JSON, counts: [Int]) throws(ZarrError) {
        switch json["index_location"]?.stringValue ?? "end" {
        case "end": isAtEnd = true
        case "start": isAtEnd = false
        default: throw ZarrError(.invalidMetadata, "index_location is start or end")
        }
        guard let entries = Shape.product(counts), entries <= 1 << 26 else {
            throw ZarrError(.invalidMetadata, "a shard of more inner chunks than are sensible")
        }
        self.counts = counts
        guard let list = json["index_codecs"]?.arrayValue else {
            throw ZarrError(.invalidMetadata, "sharding_indexed has index_codecs")
        }
        var builder = CodecBuilder(
            type: .numeric(.uint64), shape: counts + [2], fill: FillPattern([UInt8](repeating: 0xFF, count: 8)))
        try builder.addV3(list, depth: 4)
        pipeline = CodecPipeline(builder.codecs, decodedSize: entries * 16)
        guard builder.shards.isEmpty, let size = pipeline.fixedEncodedSize else {
            throw ZarrError(.unsupported, "a shard index of variable size")
        }
        encodedSize = size
    }

    func decode(_ bytes: UnsafeRawBufferPointer) throws(CodecFailure) -> ShardIndex {
        var scratch = DecodeScratch()
        guard bytes.count == encodedSize else { throw CodecFailure("the shard is shorter than its index") }
        guard let buffer = RawBuffer(count: pipeline.decodedSize) else { throw CodecFailure("no memory for the shard index") }
        try pipeline.decode(bytes, into: buffer.mutableBytes, scratch: &scratch)
        return ShardIndex(buffer: buffer)
    }
}

/// The decoded index of one shard.
final class ShardIndex: Sendable {
    private let buffer: RawBuffer
    init(buffer: RawBuffer) { self.buffer = buffer }

    var byteCount: Int { buffer.count }

    /// Where an inner chunk lies in the shard.
    ///
    /// - Returns: nil for an absent chunk.
    func range(_ entry: Int) throws(CodecFailure) -> Range<Int>? {
        let offset = buffer.bytes.littleEndian(UInt64.self, at: entry * 16)
        let length = buffer.bytes.littleEndian(UInt64.self, at: entry * 16 + 8)
        if offset == .max, length == .max { return nil }
        guard let start = Int(exactly: offset), let count = Int(exactly: length), start <= Int.max - count else {
            throw CodecFailure("the shard index points outside the shard")
        }
        return start..<start + count
    }
}

/// A shard decoded or encoded as a whole: where codecs stand around it, and for writing.
struct ShardingCodec: ChunkCodec {
    let name = "sharding_indexed"
    let mode = CodecMode.transform
    let level: ShardLevel
    let inner: CodecPipeline
    let itemSize: Int
    let fill: FillPattern

    init(_ level: ShardLevel, plan: CodecPlan, itemSize: Int, fill: FillPattern) throws(ZarrError) {
        self.level = level
        self.itemSize = itemSize
        self.fill = fill
        guard let size = Shape.bytes(level.innerShape, itemSize: itemSize), size <= CodecPlan.maximumChunkBytes else {
            throw ZarrError(.tooLarge, "inner chunks are too large")
        }
        if let next = plan.shards.first {
            var deeper = plan
            deeper.shards.removeFirst()
            inner = CodecPipeline(
                [try ShardingCodec(next, plan: deeper, itemSize: itemSize, fill: fill)], decodedSize: size)
        } else {
            inner = CodecPipeline(plan.codecs, decodedSize: size)
        }
    }

    func encodedSize(of decoded: Int) -> Int? { nil }
    func encodedBound(of decoded: Int) -> Int {
        let count = Shape.product(level.index.counts) ?? 0
        return decoded * 2 + level.index.encodedSize * 2 + count * 1024 + 1 << 20
    }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        let indexSize = level.index.encodedSize
        guard input.count >= indexSize, let target = output.baseAddress,
            Shape.bytes(level.shardShape, itemSize: itemSize) == output.count
        else { throw CodecFailure("\(name): the shard is shorter than its index") }
        let index = try level.index.decode(input.part(level.index.isAtEnd ? input.count - indexSize..<input.count : 0..<indexSize))
        guard let chunk = RawBuffer(count: inner.decodedSize) else { throw CodecFailure("\(name): no memory") }
        var scratch = DecodeScratch()
        for entry in 0..<(Shape.product(level.index.counts) ?? 0) {
            let box = innerBox(entry)
            guard let range = try index.range(entry) else {
                box.fill(target, with: fill)
                continue
            }
            guard range.upperBound <= input.count else { throw CodecFailure("\(name): the index points outside the shard") }
            try inner.decode(input.part(range), into: chunk.mutableBytes, scratch: &scratch)
            box.copy(from: chunk.base, to: target)
        }
        return output.count
    }

    /// From an inner chunk of its own into the shard.
    private func innerBox(_ entry: Int) -> BoxCopy {
        let at = Shape.unravel(entry, level.index.counts)
        return BoxCopy(
            box: level.innerShape, source: level.innerShape, sourceOrigin: [Int](repeating: 0, count: at.count),
            target: level.shardShape, targetOrigin: zip(at, level.innerShape).map { $0 * $1 }, itemSize: itemSize)
    }
}
