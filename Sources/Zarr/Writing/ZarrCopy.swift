import Core

/// Copies an array into another chunking, codec, version or store, a few chunks or one shard in memory at a time.
public enum ZarrCopy {
    /// - Parameters:
    ///   - writer: for an array of the same shape and data type. Its metadata are written last.
    ///   - concurrency: threads that read, decode and encode.
    ///   - progress: share done (0…1), from any thread.
    /// - Throws: `invalidMetadata` if shape or type differ; what reading and writing throw; `CancellationError`.
    public static func copy(
        _ source: ZarrArray, to writer: ZarrArrayWriter, concurrency: Int = 1, cancel: CancelFlag? = nil,
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws {
        guard source.shape == writer.metadata.shape, source.dataType == writer.metadata.dataType else {
            throw ZarrError(.invalidMetadata, "a copy has the shape and the data type of its source", path: writer.path)
        }
        let region = source.shape.map { 0..<$0 }
        let plan = try RegionPlan(region, of: writer.metadata, grid: writer.metadata.storeGrid, path: writer.path)
        let done = Counter()
        // A shard is work enough for all threads; of plain chunks each thread takes its own.
        let isSharded = writer.metadata.shardShape != nil
        let outer = ReadOptions(concurrency: isSharded ? 1 : concurrency, cancel: cancel)
        let inner = isSharded ? concurrency : 1
        try Workers.run(plan.total, outer) {
            var piece = ScratchBuffer()
            var part = ScratchBuffer()
            return { (n) throws(ZarrError) in
                let index = plan.index(n)
                let bytes = try piece.bytes(writer.pieceByteCount)
                try fetch(source, writer, index, into: bytes, &part, concurrency: inner, cancel)
                if cancel?.isSet == true { return }
                try writer.write(gridIndex: index, UnsafeRawBufferPointer(bytes), concurrency: inner)
                progress?(Double(done.increment()) / Double(plan.total))
            }
        }
        try writer.writeMetadata()
    }

    /// One piece of the target: read in place, or by way of `part` where it reaches beyond the array's edge.
    private static func fetch(
        _ source: ZarrArray, _ writer: ZarrArrayWriter, _ index: [Int], into piece: UnsafeMutableRawBufferPointer,
        _ part: inout ScratchBuffer, concurrency: Int, _ cancel: CancelFlag?
    ) throws(ZarrError) {
        let region = index.indices.map { axis in
            let start = index[axis] * writer.gridShape[axis]
            return start..<min(start + writer.gridShape[axis], source.shape[axis])
        }
        let extents = region.map(\.count)
        let options = ReadOptions(concurrency: concurrency, cancel: cancel)
        if extents == writer.gridShape { return try read(source, region, into: piece, options) }
        let bytes = try part.bytes((Shape.product(extents) ?? 0) * source.dataType.size)
        try read(source, region, into: bytes, options)
        guard let from = bytes.baseAddress, let to = piece.baseAddress else { return }
        writer.metadata.fillValue.pattern.fill(to, byteCount: piece.count)
        let zeros = extents.map { _ in 0 }
        BoxCopy(
            box: extents, source: extents, sourceOrigin: zeros, target: writer.gridShape, targetOrigin: zeros,
            itemSize: source.dataType.size
        ).copy(from: from, to: to)
    }

    private static func read(
        _ source: ZarrArray, _ region: [Range<Int>], into target: UnsafeMutableRawBufferPointer, _ options: ReadOptions
    ) throws(ZarrError) {
        do { try source.read(region, into: target, options: options) } catch let error as ZarrError {
            throw error
        } catch {
            // Cancelled: the caller looks at the flag.
        }
    }
}
