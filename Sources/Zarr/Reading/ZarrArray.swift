import Core
import Synchronization

/// An array in a store. Any number of threads may read it at once.
public final class ZarrArray: Sendable {
    public let store: any ZarrStore
    /// The array's path in the store; "" at the root.
    public let path: String
    public let metadata: ZarrArrayMetadata

    /// Tells this instance apart in a `ChunkCache`.
    let identity: Int
    let pipeline: CodecPipeline
    /// For chunk grids whose chunks differ: a pipeline per shape.
    private let otherPipelines = Mutex<[[Int]: CodecPipeline]>([:])
    let shardIndexes: ShardIndexCache?

    private static let identities = Counter()

    /// Opens an array from metadata that are known already; nothing is read.
    public init(store: any ZarrStore, path: String, metadata: ZarrArrayMetadata) {
        self.store = store
        self.path = path
        self.metadata = metadata
        identity = ZarrArray.identities.increment()
        pipeline = ZarrArray.makePipeline(metadata, codecs: metadata.plan.codecs, shape: metadata.plan.unitShape)
        shardIndexes = metadata.plan.shards.isEmpty ? nil : ShardIndexCache(byteLimit: 8 << 20)
    }

    /// Opens an array by its path, of whichever version it is.
    ///
    /// - Throws: `notFound` if there is no array; what `ZarrArrayMetadata` throws.
    public convenience init(store: any ZarrStore, path: String) throws(ZarrError) {
        if let document = try store.read(StoreKey.join(path, "zarr.json")) {
            self.init(store: store, path: path, metadata: try ZarrArrayMetadata(document: document, path: path))
        } else if let document = try store.read(StoreKey.join(path, ".zarray")) {
            let attributes = try store.read(StoreKey.join(path, ".zattrs"))
            let json = try attributes.map { (bytes) throws(ZarrError) in try LenientJSON.parse(bytes, path: path) }
            self.init(
                store: store, path: path,
                metadata: try ZarrArrayMetadata(document: document, attributes: json?.objectValue ?? [:], path: path))
        } else {
            throw ZarrError(.notFound, "no array here", path: path)
        }
    }

    public var shape: [Int] { metadata.shape }
    public var dataType: ZarrDataType { metadata.dataType }

    private static func makePipeline(_ metadata: ZarrArrayMetadata, codecs: [any ChunkCodec], shape: [Int]) -> CodecPipeline {
        if metadata.dataType.isVariableLength {
            return CodecPipeline(codecs, decodedSize: CodecPlan.maximumVariableBytes, isExact: false)
        }
        // The metadata have checked that this product exists.
        return CodecPipeline(codecs, decodedSize: Shape.bytes(shape, itemSize: metadata.dataType.size) ?? 0)
    }

    /// The pipeline for a chunk of these extents.
    func pipeline(for shape: [Int]) throws(ZarrError) -> CodecPipeline {
        if shape == metadata.plan.unitShape { return pipeline }
        if let known = otherPipelines.withLock({ $0[shape] }) { return known }
        var builder = CodecBuilder(type: metadata.dataType, shape: shape, fill: metadata.fillValue.pattern)
        try builder.addV3(metadata.json["codecs"]?.arrayValue ?? [])
        let made = ZarrArray.makePipeline(metadata, codecs: builder.codecs, shape: shape)
        otherPipelines.withLock { $0[shape] = made }
        return made
    }
}

extension ZarrArray {
    /// A whole chunk, decoded.
    ///
    /// - Parameters:
    ///   - index: position in the chunk grid (of inner chunks when sharded).
    ///   - cache: looked up first and filled; a hit costs well under a microsecond.
    /// - Returns: nil if the chunk is absent: all its elements are the fill value.
    /// - Throws: `outOfBounds`; `unsupported` for variable-length elements; `corruptChunk`; `io`.
    public func decodedChunk(_ index: [Int], cache: ChunkCache? = nil) throws(ZarrError) -> DecodedChunk? {
        guard metadata.chunkGrid.contains(index) else {
            throw ZarrError(.outOfBounds, "no such chunk", path: path, chunk: index)
        }
        guard !metadata.dataType.isVariableLength else {
            throw ZarrError(.unsupported, "chunks of variable-length elements are read as strings", path: path)
        }
        guard let cache else { return try decode(index) }
        let key = ChunkCache.Key(array: identity, chunk: Shape.ravel(index, metadata.chunkGrid.counts))
        return try cache.chunk(key) { () throws(ZarrError) in try self.decode(index) }
    }

    private func decode(_ index: [Int]) throws(ZarrError) -> DecodedChunk? {
        do throws(ZarrError) {
            guard let bytes = try fetch(index) else { return nil }
            var scratch = DecodeScratch()
            return try bytes.withRaw { (raw) throws(ZarrError) in try self.decode(raw, index, &scratch) }
        } catch {
            throw error.at(path: path, chunk: index)
        }
    }

    func decode(
        _ raw: UnsafeRawBufferPointer, _ index: [Int], _ scratch: inout DecodeScratch
    ) throws(ZarrError) -> DecodedChunk {
        let shape = metadata.chunkGrid.shape(of: index)
        let pipeline = try pipeline(for: shape)
        let buffer = try RawBuffer.make(pipeline.decodedSize)
        try decode(raw, pipeline, into: buffer.mutableBytes, index, &scratch)
        return DecodedChunk(dataType: metadata.dataType, shape: shape, buffer: buffer)
    }

    func decode(
        _ raw: UnsafeRawBufferPointer, _ pipeline: CodecPipeline, into target: UnsafeMutableRawBufferPointer, _ index: [Int],
        _ scratch: inout DecodeScratch
    ) throws(ZarrError) {
        do throws(CodecFailure) { try pipeline.decode(raw, into: target, scratch: &scratch) } catch {
            throw ZarrError(.corruptChunk, error.message, path: path, chunk: index)
        }
    }

    /// The encoded bytes of one chunk; nil if it is absent.
    func fetch(_ index: [Int]) throws(ZarrError) -> [UInt8]? {
        guard metadata.plan.shards.isEmpty else { return try fetchFromShard(index) }
        let limit = try pipeline(for: metadata.chunkGrid.shape(of: index)).encodedLimit
        guard let bytes = try store.read(metadata.keyEncoding.key(path, index), .fromStart(0..<limit + 1)) else { return nil }
        guard bytes.count <= limit else { throw tooLong(limit) }
        return bytes
    }

    func tooLong(_ limit: Int) -> ZarrError {
        ZarrError(.corruptChunk, "more than the \(limit) bytes that such a chunk can have")
    }
}
