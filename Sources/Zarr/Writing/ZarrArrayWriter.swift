import Core

/// Writes an array chunk by chunk, or shard by shard; its metadata come last, so that an unfinished array is none.
///
/// Different chunks may be written by different threads at once.
public final class ZarrArrayWriter: Sendable {
    public let store: any WritableZarrStore
    public let path: String
    /// The metadata as they will be written.
    public let metadata: ZarrArrayMetadata
    private let pipeline: CodecPipeline
    /// Set when the array is sharded: then inner chunks can be encoded by several threads.
    private let sharding: ShardingCodec?
    private let fill: FillPattern
    /// Elements of what one `write` takes: a shard, or a chunk.
    public let gridShape: [Int]
    /// Number of such pieces along each axis.
    public var gridCounts: [Int] { metadata.storeGrid.counts }
    /// Bytes that one `write` takes.
    public var pieceByteCount: Int { pipeline.decodedSize }

    /// - Throws: `invalidMetadata` or `unsupported` for a specification that does not hold together; `tooLarge`.
    public init(store: any WritableZarrStore, path: String, spec: ZarrArraySpec) throws(ZarrError) {
        self.store = store
        self.path = path
        metadata = try ZarrArrayMetadata(json: spec.json, path: path)
        guard !metadata.dataType.isVariableLength else {
            throw ZarrError(.unsupported, "writing elements of variable length", path: path)
        }
        fill = metadata.fillValue.pattern
        gridShape = metadata.storeGrid.maximumShape
        guard let bytes = Shape.bytes(gridShape, itemSize: metadata.dataType.size), bytes <= CodecPlan.maximumChunkBytes else {
            throw ZarrError(.tooLarge, "a shard has more than \(CodecPlan.maximumChunkBytes) bytes", path: path)
        }
        var plan = metadata.plan
        if let outer = plan.shards.first {
            plan.shards.removeFirst()
            let codec = try ShardingCodec(outer, plan: plan, itemSize: metadata.dataType.size, fill: fill)
            pipeline = CodecPipeline([codec], decodedSize: bytes)
            sharding = codec
        } else {
            sharding = nil
            pipeline = CodecPipeline(plan.codecs, decodedSize: bytes)
        }
    }

    /// Writes one whole shard (or chunk): C order, native byte order, full extents also at the array's edge (what lies beyond
    /// the edge should hold the fill value). Chunks of nothing but the fill value are left out; an earlier one is removed.
    ///
    /// - Parameter concurrency: threads that compress the chunks of a shard.
    /// - Throws: `outOfBounds`; `io`.
    public func write(gridIndex: [Int], _ buffer: UnsafeRawBufferPointer, concurrency: Int = 1) throws(ZarrError) {
        guard metadata.storeGrid.contains(gridIndex), buffer.count == pipeline.decodedSize else {
            throw ZarrError(.outOfBounds, "no such piece, or not \(pipeline.decodedSize) bytes", path: path, chunk: gridIndex)
        }
        let key = metadata.keyEncoding.key(path, gridIndex)
        if fill.fills(buffer) { return try store.remove(key) }
        let bytes: [UInt8]
        do throws(CodecFailure) {
            if let sharding {
                bytes = try sharding.encode(buffer, concurrency: concurrency)
            } else {
                bytes = try pipeline.encode(buffer)
            }
        } catch {
            throw ZarrError(.unsupported, error.message, path: path, chunk: gridIndex)
        }
        try store.write(key, bytes)
    }

    public func write(gridIndex: [Int], _ bytes: [UInt8]) throws(ZarrError) {
        try bytes.withRaw { (raw) throws(ZarrError) in try self.write(gridIndex: gridIndex, raw) }
    }

    /// Writes a whole array that lies in memory, piece by piece; for coordinates and other small arrays.
    ///
    /// - Parameter values: C order, native byte order, of the array's shape.
    public func writeAll(_ values: UnsafeRawBufferPointer) throws(ZarrError) {
        let region = metadata.shape.map { 0..<$0 }
        guard let bytes = metadata.byteCount, bytes == values.count else {
            throw ZarrError(.outOfBounds, "\(values.count) bytes are not the array's", path: path)
        }
        let plan = try RegionPlan(region, of: metadata, grid: metadata.storeGrid, path: path)
        let piece = try RawBuffer.make(pipeline.decodedSize)
        for ordinal in 0..<plan.total {
            let index = plan.index(ordinal)
            let extents = region.indices.map { min(gridShape[$0], metadata.shape[$0] - index[$0] * gridShape[$0]) }
            fill.fill(piece.base, byteCount: piece.count)
            if let base = values.baseAddress {
                let origin = index.indices.map { index[$0] * gridShape[$0] }
                BoxCopy(
                    box: extents, source: metadata.shape, sourceOrigin: origin, target: gridShape,
                    targetOrigin: [Int](repeating: 0, count: index.count), itemSize: metadata.dataType.size
                ).copy(from: base, to: piece.base)
            }
            try write(gridIndex: index, piece.bytes)
        }
    }

    public func writeAll<T: BitwiseCopyable>(_ values: [T]) throws(ZarrError) {
        let result = values.withUnsafeBytes { raw -> Result<Void, ZarrError> in
            do throws(ZarrError) { return .success(try writeAll(raw)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Writes `zarr.json`: from now on the array exists.
    public func writeMetadata() throws(ZarrError) {
        try store.write(StoreKey.join(path, "zarr.json"), metadata.json.encoded)
    }
}
