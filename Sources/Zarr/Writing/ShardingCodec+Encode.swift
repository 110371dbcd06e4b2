import Dispatch
import Synchronization

extension ShardingCodec {
    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] { try encode(input, concurrency: 1) }

    /// Inner chunks one after the other, those of nothing but the fill value left out; the index at its place.
    ///
    /// - Parameter concurrency: threads that compress; the bytes are the same for any number.
    func encode(_ input: UnsafeRawBufferPointer, concurrency: Int) throws(CodecFailure) -> [UInt8] {
        guard Shape.bytes(level.shardShape, itemSize: itemSize) == input.count, let entries = Shape.product(level.index.counts)
        else { throw CodecFailure("\(name): the shard does not have its size") }
        let chunks = try encodeChunks(input, entries, threads: max(1, min(concurrency, entries)))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunks.reduce(level.index.encodedSize) { $0 + ($1?.count ?? 0) })
        if !level.index.isAtEnd { bytes += [UInt8](repeating: 0, count: level.index.encodedSize) }
        var index: [UInt64] = []
        index.reserveCapacity(entries * 2)
        for chunk in chunks {
            index += chunk.map { [UInt64(bytes.count), UInt64($0.count)] } ?? [.max, .max]
            if let chunk { bytes += chunk }
        }
        let encodedIndex = try encode(index)
        if level.index.isAtEnd { bytes += encodedIndex } else { bytes.replaceSubrange(0..<encodedIndex.count, with: encodedIndex) }
        return bytes
    }

    /// Every inner chunk encoded; nil for those that are left out.
    private func encodeChunks(_ input: UnsafeRawBufferPointer, _ entries: Int, threads: Int) throws(CodecFailure) -> [[UInt8]?] {
        guard threads > 1 else {
            var worker = try ShardWorker(codec: self, input: input)
            var chunks: [[UInt8]?] = []
            chunks.reserveCapacity(entries)
            for entry in 0..<entries { chunks.append(try worker.encode(entry)) }
            return chunks
        }
        let source = SharedBytes(bytes: input)
        let next = Atomic<Int>(0)
        let outcome = Mutex<(chunks: [[UInt8]?], failure: CodecFailure?)>(([[UInt8]?](repeating: nil, count: entries), nil))
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            do throws(CodecFailure) {
                var worker = try ShardWorker(codec: self, input: source.bytes)
                while true {
                    let entry = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard entry < entries else { return }
                    guard let chunk = try worker.encode(entry) else { continue }
                    outcome.withLock { $0.chunks[entry] = chunk }
                }
            } catch {
                next.store(entries, ordering: .relaxed)
                outcome.withLock { $0.failure = error }
            }
        }
        let (chunks, failure) = outcome.withLock { $0 }
        if let failure { throw failure }
        return chunks
    }

    private func encode(_ index: [UInt64]) throws(CodecFailure) -> [UInt8] {
        let result = index.withUnsafeBytes { raw -> Result<[UInt8], CodecFailure> in
            do throws(CodecFailure) { return .success(try level.index.pipeline.encode(raw)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// From the shard into an inner chunk of its own.
    fileprivate func extractBox(_ entry: Int) -> BoxCopy {
        let at = Shape.unravel(entry, level.index.counts)
        return BoxCopy(
            box: level.innerShape, source: level.shardShape, sourceOrigin: zip(at, level.innerShape).map { $0 * $1 },
            target: level.innerShape, targetOrigin: [Int](repeating: 0, count: at.count), itemSize: itemSize)
    }
}

/// The shard that several threads read. Unchecked: nobody changes it, and it outlives them.
private struct SharedBytes: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
}

/// One thread's memory for a chunk cut out of the shard.
private struct ShardWorker {
    private let codec: ShardingCodec
    private let base: UnsafeRawPointer
    private let chunk: RawBuffer

    init(codec: ShardingCodec, input: UnsafeRawBufferPointer) throws(CodecFailure) {
        guard let base = input.baseAddress, let chunk = RawBuffer(count: codec.inner.decodedSize) else {
            throw CodecFailure("\(codec.name): no memory")
        }
        self.codec = codec
        self.base = base
        self.chunk = chunk
    }

    /// nil for a chunk of nothing but the fill value.
    mutating func encode(_ entry: Int) throws(CodecFailure) -> [UInt8]? {
        codec.extractBox(entry).copy(from: base, to: chunk.base)
        return codec.fill.fills(chunk.bytes) ? nil : try codec.inner.encode(chunk.bytes)
    }
}
