extension ShardingCodec {
    /// Inner chunks one after the other, those of nothing but the fill value left out; the index at its place.
    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard let base = input.baseAddress, Shape.bytes(level.shardShape, itemSize: itemSize) == input.count,
            let chunk = RawBuffer(count: inner.decodedSize), let entries = Shape.product(level.index.counts)
        else { throw CodecFailure("\(name): the shard does not have its size") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(input.count / 3)
        if !level.index.isAtEnd { bytes += [UInt8](repeating: 0, count: level.index.encodedSize) }
        var index: [UInt64] = []
        index.reserveCapacity(entries * 2)
        for entry in 0..<entries {
            extractBox(entry).copy(from: base, to: chunk.base)
            if fill.fills(chunk.bytes) {
                index += [.max, .max]
            } else {
                let encoded = try inner.encode(chunk.bytes)
                index += [UInt64(bytes.count), UInt64(encoded.count)]
                bytes += encoded
            }
        }
        let encodedIndex = try encode(index)
        if level.index.isAtEnd { bytes += encodedIndex } else { bytes.replaceSubrange(0..<encodedIndex.count, with: encodedIndex) }
        return bytes
    }

    private func encode(_ index: [UInt64]) throws(CodecFailure) -> [UInt8] {
        let result = index.withUnsafeBytes { raw -> Result<[UInt8], CodecFailure> in
            do throws(CodecFailure) { return .success(try level.index.pipeline.encode(raw)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// From the shard into an inner chunk of its own.
    private func extractBox(_ entry: Int) -> BoxCopy {
        let at = Shape.unravel(entry, level.index.counts)
        return BoxCopy(
            box: level.innerShape, source: level.shardShape, sourceOrigin: zip(at, level.innerShape).map { $0 * $1 },
            target: level.innerShape, targetOrigin: [Int](repeating: 0, count: at.count), itemSize: itemSize)
    }
}
