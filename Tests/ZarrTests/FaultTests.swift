import Core
import Testing

@testable import Zarr

/// A store that fails at its n-th operation.
final class FailingStore: WritableZarrStore {
    private let base: any WritableZarrStore
    private let calls = Counter()
    private let failAt: Int

    init(_ base: any WritableZarrStore, failAt: Int) {
        self.base = base
        self.failAt = failAt
    }

    private func step() throws(ZarrError) {
        if calls.increment() == failAt { throw ZarrError(.io, "no space left on device") }
    }

    func read(_ key: String) throws(ZarrError) -> [UInt8]? { try step(); return try base.read(key) }
    func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? { try step(); return try base.read(key, range) }
    func size(of key: String) throws(ZarrError) -> Int? { try step(); return try base.size(of: key) }
    func list(prefix: String) throws(ZarrError) -> [String] { try step(); return try base.list(prefix: prefix) }
    func write(_ key: String, _ bytes: UnsafeRawBufferPointer) throws(ZarrError) { try step(); try base.write(key, bytes) }
    func remove(_ key: String) throws(ZarrError) { try step(); try base.remove(key) }
}

@Suite struct FaultTests {
    private let spec = ZarrArraySpec(
        shape: [20, 20], shardShape: [16, 16], chunkShape: [8, 4], dataType: .numeric(.int32), fillValue: 0)

    private func write(_ store: any WritableZarrStore) throws {
        let array = try Arrays.write(spec, Arrays.ramp(spec.dataType, 400), to: store)
        try ZarrGroupWriter.write(store, path: "", attributes: [:], consolidated: ["a": array.metadata.json])
    }

    /// Whatever write fails: what can be opened is whole.
    @Test func anUnfinishedWriteIsNotSeen() throws {
        var failures = 0
        for n in 1..<50 {
            let memory = MemoryStore()
            do {
                try write(FailingStore(memory, failAt: n))
                break
            } catch let error as ZarrError {
                #expect(error.code == .io)
                failures += 1
            }
            do {
                let hierarchy = try ZarrHierarchy.open(memory)
                Issue.record("opened after operation \(n) had failed: \(hierarchy.arrays.keys)")
            } catch {
                #expect(error.code == .notFound)
            }
        }
        // Four shards, the metadata of the array (and its reading back), the group.
        #expect(failures >= 6)
    }

    @Test func failingReadsAreErrorsAndTheNextReadIsWhole() throws {
        let memory = MemoryStore()
        try write(memory)
        let whole = try ZarrArray(store: memory, path: "a").readAll().bytes
        let metadata = try ZarrArray(store: memory, path: "a").metadata
        for cache in [nil, ChunkCache(byteLimit: 1 << 20)] {
            for n in 1..<8 {
                let array = ZarrArray(store: FailingStore(memory, failAt: n), path: "a", metadata: metadata)
                let options = ReadOptions(cache: cache, concurrency: 2)
                do { _ = try array.readAll(options: options) } catch let error as ZarrError {
                    #expect(error.code == .io)
                    #expect(error.path == "a")
                }
                #expect(try array.readAll(options: options).bytes == whole)
            }
        }
    }
}

@Suite struct CopyTests {
    private let values = Arrays.ramp(.numeric(.uint16), 23 * 31)

    @Test(arguments: [nil, [16, 16]] as [[Int]?], [1, 2])
    func otherChunksSameValues(_ shard: [Int]?, _ concurrency: Int) throws {
        let source = try Arrays.write(
            ZarrArraySpec(shape: [23, 31], chunkShape: [5, 7], dataType: .numeric(.uint16), fillValue: 9), values)
        let store = MemoryStore()
        let spec = ZarrArraySpec(
            shape: [23, 31], shardShape: shard, chunkShape: [8, 4], dataType: .numeric(.uint16), fillValue: 9, codec: .zstd(level: 1))
        let last = Counter()
        try ZarrCopy.copy(source, to: ZarrArrayWriter(store: store, path: "b", spec: spec), concurrency: concurrency) {
            if $0 == 1 { last.increment() }
        }
        #expect(try ZarrArray(store: store, path: "b").readAll().bytes == values)
        #expect(last.current == 1)
    }

    @Test func cancelledOrFailedCopiesLeaveNoArray() throws {
        let source = try Arrays.write(
            ZarrArraySpec(shape: [23, 31], chunkShape: [5, 7], dataType: .numeric(.uint16), fillValue: 9), values)
        let spec = ZarrArraySpec(shape: [23, 31], chunkShape: [8, 4], dataType: .numeric(.uint16), fillValue: 9)
        let store = MemoryStore()
        let flag = CancelFlag()
        #expect(throws: CancellationError.self) {
            try ZarrCopy.copy(source, to: ZarrArrayWriter(store: store, path: "b", spec: spec), cancel: flag) { _ in flag.set() }
        }
        #expect(throws: ZarrError.self) { try ZarrArray(store: store, path: "b") }
        let other = ZarrArraySpec(shape: [23, 30], chunkShape: [8, 4], dataType: .numeric(.uint16), fillValue: 9)
        #expect(throws: ZarrError.self) { try ZarrCopy.copy(source, to: ZarrArrayWriter(store: store, path: "b", spec: other)) }
    }
}
