import Core

extension ZarrCopy {
    /// Copies an array into another chunking, codec, version or store within a budget of memory.
    ///
    /// Where pieces of the target share chunks of the source, boxes of many pieces are read at once, so that a chunk is decoded
    /// once, or as few times as the budget allows.
    ///
    /// - Parameters:
    ///   - byteLimit: bytes held beside one piece per thread.
    ///   - progress: share done (0…1), from any thread.
    /// - Throws: as `copy(_:to:concurrency:cancel:progress:)`.
    public static func copy(
        _ source: ZarrArray, to writer: ZarrArrayWriter, byteLimit: Int, concurrency: Int = 1, cancel: CancelFlag? = nil,
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws {
        if isAligned(source, writer) {
            return try copy(source, to: writer, concurrency: concurrency, cancel: cancel, progress: progress)
        }
        guard source.shape == writer.metadata.shape, source.dataType == writer.metadata.dataType else {
            throw ZarrError(.invalidMetadata, "a copy has the shape and the data type of its source", path: writer.path)
        }
        let boxes = try RegionBoxes(
            source.shape.map { 0..<$0 }, of: writer.metadata, grid: writer.metadata.storeGrid,
            covering: source.metadata.chunkShape, byteLimit: byteLimit, path: writer.path)
        let buffer = try RawBuffer.make(boxes.largestByteCount)
        let options = ReadOptions(concurrency: concurrency, cancel: cancel)
        for n in 0..<boxes.count {
            let box = boxes[n]
            let bytes = (Shape.product(box.map(\.count)) ?? 0) * source.dataType.size
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer.mutableBytes[..<bytes])
            try source.read(box, into: part, options: options)
            try write(BoxInMemory(box: box, base: UnsafeRawPointer(buffer.base)), to: writer, options)
            progress?(Double(n + 1) / Double(boxes.count))
        }
        withExtendedLifetime(buffer) {}
        try writer.writeMetadata()
    }

    /// Whether no chunk of the source is needed by two pieces of the target.
    private static func isAligned(_ source: ZarrArray, _ writer: ZarrArrayWriter) -> Bool {
        guard source.shape.count == writer.gridShape.count, let chunk = source.metadata.chunkGrid.regularShape else { return false }
        return source.shape.indices.allSatisfy { writer.gridShape[$0] % chunk[$0] == 0 || writer.gridShape[$0] >= source.shape[$0] }
    }

    /// Unchecked: read only while the workers run.
    private struct BoxInMemory: @unchecked Sendable {
        let box: [Range<Int>]
        let base: UnsafeRawPointer
    }

    /// Writes the pieces that a box consists of.
    private static func write(_ held: BoxInMemory, to writer: ZarrArrayWriter, _ options: ReadOptions) throws {
        let plan = try RegionPlan(held.box, of: writer.metadata, grid: writer.metadata.storeGrid, path: writer.path)
        let isSharded = writer.metadata.shardShape != nil
        var outer = options
        if isSharded { outer.concurrency = 1 }
        let extents = held.box.map(\.count)
        try Workers.run(plan.total, outer) {
            var piece = ScratchBuffer()
            return { (n) throws(ZarrError) in
                let index = plan.index(n)
                let bytes = try piece.bytes(writer.pieceByteCount)
                guard let target = bytes.baseAddress else { return }
                let starts = index.indices.map { index[$0] * writer.gridShape[$0] }
                let inside = index.indices.map { min(writer.gridShape[$0], writer.metadata.shape[$0] - starts[$0]) }
                if inside != writer.gridShape { writer.metadata.fillValue.pattern.fill(target, byteCount: bytes.count) }
                BoxCopy(
                    box: inside, source: extents, sourceOrigin: zip(starts, held.box).map { $0 - $1.lowerBound },
                    target: writer.gridShape, targetOrigin: inside.map { _ in 0 }, itemSize: writer.metadata.dataType.size
                ).copy(from: held.base, to: target)
                try writer.write(gridIndex: index, UnsafeRawBufferPointer(bytes), concurrency: isSharded ? options.concurrency : 1)
            }
        }
    }
}
