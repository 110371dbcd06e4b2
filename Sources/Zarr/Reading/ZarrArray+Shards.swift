import Synchronization

/// Decoded shard indexes of one array, a few mebibytes of them.
final class ShardIndexCache: Sendable {
    struct Key: Hashable { var level: Int; var shard: [Int] }
    private struct State { var indexes: [Key: ShardIndex?] = [:]; var bytes = 0 }
    private let state = Mutex(State())
    private let byteLimit: Int

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// nil: not known. `.some(nil)`: known to be absent.
    func index(_ key: Key) -> ShardIndex?? { state.withLock { $0.indexes[key] } }

    func remember(_ key: Key, _ index: ShardIndex?) {
        state.withLock { state in
            let cost = (index?.byteCount ?? 0) + 128
            if state.bytes + cost > byteLimit { state = State() }
            guard cost <= byteLimit, state.indexes.updateValue(index, forKey: key) == nil else { return }
            state.bytes += cost
        }
    }

    func removeAll() { state.withLock { $0 = State() } }
}

extension ZarrArray {
    /// Where the bytes of an inner chunk lie.
    struct Location {
        var key: String
        var range: Range<Int>
    }

    func fetchFromShard(_ index: [Int]) throws(ZarrError) -> [UInt8]? {
        guard let place = try locate(index) else { return nil }
        guard let bytes = try store.read(place.key, .fromStart(place.range)), bytes.count == place.range.count else {
            throw ZarrError(.corruptChunk, "the shard ends before the chunk that its index promises")
        }
        return bytes
    }

    /// Follows the indexes of the shards from the outside inwards; nil if the chunk is absent.
    func locate(_ index: [Int]) throws(ZarrError) -> Location? {
        let levels = metadata.plan.shards
        let unit = metadata.plan.unitShape
        let outer = zip(zip(index, unit), levels[0].shardShape).map { $0.0 * $0.1 / $1 }
        let key = metadata.keyEncoding.key(path, outer)
        var within: Range<Int>?
        for (depth, level) in levels.enumerated() {
            let shard = zip(zip(index, unit), level.shardShape).map { $0.0 * $0.1 / $1 }
            guard let shardIndex = try shardIndex(depth, shard, key: key, within: within) else { return nil }
            let inner = zip(zip(index, unit), zip(level.innerShape, level.index.counts)).map { $0.0 * $0.1 / $1.0 % $1.1 }
            guard let range = try entry(shardIndex, Shape.ravel(inner, level.index.counts)) else { return nil }
            let start = within?.lowerBound ?? 0
            let (upper, overflow) = range.upperBound.addingReportingOverflow(start)
            guard !overflow, upper <= within?.upperBound ?? Int.max else {
                throw ZarrError(.corruptChunk, "the index of an inner shard points outside it")
            }
            within = range.lowerBound + start..<upper
        }
        guard let range = within else { return nil }
        guard range.count <= pipeline.encodedLimit else { throw tooLong(pipeline.encodedLimit) }
        return Location(key: key, range: range)
    }

    private func entry(_ index: ShardIndex, _ position: Int) throws(ZarrError) -> Range<Int>? {
        do throws(CodecFailure) { return try index.range(position) } catch { throw ZarrError(.corruptChunk, error.message) }
    }

    /// The index of one shard, from memory or from the store; nil if the shard is absent.
    private func shardIndex(_ depth: Int, _ shard: [Int], key: String, within: Range<Int>?) throws(ZarrError) -> ShardIndex? {
        let cacheKey = ShardIndexCache.Key(level: depth, shard: shard)
        if let known = shardIndexes?.index(cacheKey) { return known }
        let format = metadata.plan.shards[depth].index
        guard let bytes = try store.read(key, try indexRange(format, within)) else {
            shardIndexes?.remember(cacheKey, nil)
            return nil
        }
        let index = try bytes.withRaw { (raw) throws(ZarrError) in
            do throws(CodecFailure) { return try format.decode(raw) } catch { throw ZarrError(.corruptChunk, error.message) }
        }
        shardIndexes?.remember(cacheKey, index)
        return index
    }

    private func indexRange(_ format: ShardIndexFormat, _ within: Range<Int>?) throws(ZarrError) -> ByteRange {
        guard let within else {
            return format.isAtEnd ? .suffix(format.encodedSize) : .fromStart(0..<format.encodedSize)
        }
        guard within.count >= format.encodedSize else {
            throw ZarrError(.corruptChunk, "an inner shard is shorter than its index")
        }
        return .fromStart(
            format.isAtEnd
                ? within.upperBound - format.encodedSize..<within.upperBound
                : within.lowerBound..<within.lowerBound + format.encodedSize)
    }

    /// Forgets shard indexes: for an array that is written while it is open for reading.
    public func forgetShardIndexes() { shardIndexes?.removeAll() }
}
