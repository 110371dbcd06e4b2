import Core
import Synchronization

/// Encoded tiles by everything that they depend on, the collection's version among it: an old tile is never asked for again
/// and simply ages out. Least recently used first, by bytes.
final class TileCache: Sendable {
    struct Key: Hashable, Sendable {
        var collection: CollectionID
        var version: Int64
        var request: String
    }

    private struct Entry {
        var bytes: [UInt8]
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var size = 0
        var clock: UInt64 = 0
    }

    private let byteLimit: Int
    private let state = Mutex(State())

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    func value(_ key: Key, orMake make: () throws -> [UInt8]) rethrows -> [UInt8] {
        guard byteLimit > 0 else { return try make() }
        if let hit = look(key) { return hit }
        let fresh = try make()
        insert(key, fresh)
        return fresh
    }

    private func look(_ key: Key) -> [UInt8]? {
        state.withLock { state in
            state.clock += 1
            let now = state.clock
            guard state.entries[key] != nil else { return nil }
            state.entries[key]?.lastUse = now
            return state.entries[key]?.bytes
        }
    }

    private func insert(_ key: Key, _ bytes: [UInt8]) {
        state.withLock { state in
            guard bytes.count <= byteLimit / 4, state.entries[key] == nil else { return }
            state.entries[key] = Entry(bytes: bytes, lastUse: state.clock)
            state.size += bytes.count
            if state.size > byteLimit { evict(&state) }
        }
    }

    /// Drops the older half at once, so that the cost of sorting is spread over many insertions.
    private func evict(_ state: inout State) {
        let byAge = state.entries.sorted { $0.value.lastUse < $1.value.lastUse }
        for (key, entry) in byAge {
            if state.size <= byteLimit / 2 { return }
            state.entries[key] = nil
            state.size -= entry.bytes.count
        }
    }
}
