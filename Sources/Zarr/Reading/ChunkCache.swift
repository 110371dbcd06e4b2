import Dispatch
import Synchronization

/// Decoded chunks of any arrays, the least recently used given up first, within a budget of bytes.
///
/// One flight per chunk: of many threads that miss the same chunk at once, one decodes and the others wait for it. That a chunk
/// is absent is remembered as well. Arrays are told apart by instance (`ZarrArray.identity`), so an array that is opened anew
/// does not see chunks of the old one.
public final class ChunkCache: Sendable {
    public struct Statistics: Hashable, Sendable {
        public var hits = 0
        public var misses = 0
        public var evictions = 0
        public var chunks = 0
        public var bytes = 0
    }

    struct Key: Hashable, Sendable {
        var array: Int
        var chunk: Int
    }

    public let byteLimit: Int
    private let state = Mutex(State())

    public init(byteLimit: Int) { self.byteLimit = max(byteLimit, 0) }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    public func removeAll() {
        state.withLock { state in
            let flights = state.flights
            state = State(
                statistics: Statistics(
                    hits: state.statistics.hits, misses: state.statistics.misses, evictions: state.statistics.evictions))
            state.flights = flights
        }
    }

    /// The chunk from the cache, from another thread's flight, or from `decode`.
    func chunk(
        _ key: Key, decode: () throws(ZarrError) -> DecodedChunk?
    ) throws(ZarrError) -> DecodedChunk? {
        switch state.withLock({ $0.begin(key) }) {
        case .found(let chunk): return chunk
        case .wait(let flight): return try flight.result()
        case .lead(let flight):
            let outcome: Result<DecodedChunk?, ZarrError>
            do throws(ZarrError) { outcome = .success(try decode()) } catch { outcome = .failure(error) }
            state.withLock { $0.land(key, outcome, limit: byteLimit) }
            flight.land(outcome)
            return try outcome.get()
        }
    }
}

/// A chunk on its way: those who wait for it sleep here.
private final class Flight: Sendable {
    private let group = DispatchGroup()
    private let outcome = Mutex<Result<DecodedChunk?, ZarrError>?>(nil)

    init() { group.enter() }

    func land(_ result: Result<DecodedChunk?, ZarrError>) {
        outcome.withLock { $0 = result }
        group.leave()
    }

    func result() throws(ZarrError) -> DecodedChunk? {
        group.wait()
        guard let result = outcome.withLock({ $0 }) else { return nil }
        return try result.get()
    }
}

/// The table and the order of use; slots are linked by their positions, so that a hit costs no allocation.
private struct State {
    enum Step {
        case found(DecodedChunk?)
        case wait(Flight)
        case lead(Flight)
    }

    private struct Slot {
        var key: ChunkCache.Key
        var chunk: DecodedChunk?
        var cost: Int
        var newer: Int
        var older: Int
    }

    var statistics = ChunkCache.Statistics()
    var flights: [ChunkCache.Key: Flight] = [:]
    private var places: [ChunkCache.Key: Int] = [:]
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldest = -1

    /// What an entry costs beside its bytes.
    private static let overhead = 256

    init(statistics: ChunkCache.Statistics = .init()) { self.statistics = statistics }

    mutating func begin(_ key: ChunkCache.Key) -> Step {
        if let place = places[key] {
            statistics.hits += 1
            if place != newest {
                unlink(place)
                linkNewest(place)
            }
            return .found(slots[place].chunk)
        }
        if let flight = flights[key] {
            statistics.hits += 1
            return .wait(flight)
        }
        statistics.misses += 1
        let flight = Flight()
        flights[key] = flight
        return .lead(flight)
    }

    mutating func land(_ key: ChunkCache.Key, _ outcome: Result<DecodedChunk?, ZarrError>, limit: Int) {
        flights[key] = nil
        guard case .success(let chunk) = outcome else { return }
        let cost = (chunk?.byteCount ?? 0) + State.overhead
        // What would push out everything else is not kept.
        guard cost <= limit, places[key] == nil else { return }
        while statistics.bytes + cost > limit, oldest >= 0 { evict(oldest) }
        insert(Slot(key: key, chunk: chunk, cost: cost, newer: -1, older: -1))
    }

    private mutating func insert(_ slot: Slot) {
        let place = free.popLast() ?? slots.count
        if place == slots.count { slots.append(slot) } else { slots[place] = slot }
        places[slot.key] = place
        statistics.bytes += slot.cost
        statistics.chunks += 1
        linkNewest(place)
    }

    private mutating func evict(_ place: Int) {
        unlink(place)
        places[slots[place].key] = nil
        statistics.bytes -= slots[place].cost
        statistics.chunks -= 1
        statistics.evictions += 1
        slots[place].chunk = nil
        free.append(place)
    }

    private mutating func linkNewest(_ place: Int) {
        slots[place].newer = -1
        slots[place].older = newest
        if newest >= 0 { slots[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (slots[place].newer, slots[place].older)
        if newer >= 0 { slots[newer].older = older } else { newest = older }
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
    }
}
