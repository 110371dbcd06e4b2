import Core
import Dispatch
import Testing

@testable import Zarr

@Suite struct ChunkCacheTests {
    private func array(_ store: MemoryStore) throws -> (ZarrArray, CountingStore) {
        let spec = ZarrArraySpec(shape: [64, 64], chunkShape: [8, 8], dataType: .numeric(.uint16), fillValue: 0)
        _ = try Arrays.write(spec, Arrays.ramp(spec.dataType, 4096), to: store)
        let counting = CountingStore(store)
        let array = try ZarrArray(store: counting, path: "a")
        counting.reset()
        return (array, counting)
    }

    @Test func secondReadTouchesNoStore() throws {
        let (array, store) = try array(MemoryStore())
        let cache = ChunkCache(byteLimit: 1 << 20)
        let first = try array.readAll(options: ReadOptions(cache: cache))
        #expect(store.reads.current == 64)
        let second = try array.readAll(options: ReadOptions(cache: cache))
        #expect(store.reads.current == 64)
        #expect(first.bytes == second.bytes)
        #expect(cache.statistics.hits == 64)
        #expect(cache.statistics.misses == 64)
        #expect(cache.statistics.chunks == 64)
    }

    @Test func staysWithinItsBudgetAndForgetsTheOldest() throws {
        let (array, store) = try array(MemoryStore())
        // Three chunks of 128 bytes with their overhead.
        let cache = ChunkCache(byteLimit: 3 * (128 + 256))
        for x in [0, 1, 2, 0, 3] { _ = try array.decodedChunk([0, x], cache: cache) }
        #expect(store.reads.current == 4)
        #expect(cache.statistics.bytes <= cache.byteLimit)
        #expect(cache.statistics.evictions == 1)
        // 1 went, as 0 was used since.
        _ = try array.decodedChunk([0, 0], cache: cache)
        #expect(store.reads.current == 4)
        _ = try array.decodedChunk([0, 1], cache: cache)
        #expect(store.reads.current == 5)
        cache.removeAll()
        #expect(cache.statistics.chunks == 0)
        _ = try array.decodedChunk([0, 1], cache: cache)
        #expect(store.reads.current == 6)
    }

    @Test func aBudgetOfNothingStillReads() throws {
        let (array, _) = try array(MemoryStore())
        let cache = ChunkCache(byteLimit: 0)
        #expect(try array.readAll(options: ReadOptions(cache: cache)).bytes == array.readAll().bytes)
        #expect(cache.statistics.chunks == 0)
    }

    @Test func absenceIsRemembered() throws {
        let memory = MemoryStore()
        let (array, store) = try array(memory)
        try memory.remove("a/c/0/0")
        let cache = ChunkCache(byteLimit: 1 << 20)
        for _ in 0..<3 { #expect(try array.decodedChunk([0, 0], cache: cache) == nil) }
        #expect(store.reads.current == 1)
    }

    @Test func errorsAreNotKept() throws {
        let memory = MemoryStore()
        let (array, _) = try array(memory)
        let good = try memory.read("a/c/0/0") ?? []
        try memory.write("a/c/0/0", [1, 2, 3])
        let cache = ChunkCache(byteLimit: 1 << 20)
        #expect(throws: ZarrError.self) { try array.decodedChunk([0, 0], cache: cache) }
        try memory.write("a/c/0/0", good)
        #expect(try array.decodedChunk([0, 0], cache: cache) != nil)
    }

    @Test func oneFlightPerChunk() throws {
        let (array, store) = try array(MemoryStore())
        let cache = ChunkCache(byteLimit: 1 << 20)
        let failures = Counter()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for n in 0..<64 where (try? array.decodedChunk([n / 8, n % 8], cache: cache)) == nil { failures.increment() }
        }
        #expect(failures.current == 0)
        #expect(store.reads.current == 64)
        #expect(cache.statistics.hits + cache.statistics.misses == 512)
    }
}
