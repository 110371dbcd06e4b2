import Core
import Testing

@testable import Zarr

@Suite struct RegionTests {
    /// Arrays of the same values in different layouts.
    private func layouts() throws -> [ZarrArray] {
        let values = Arrays.ramp(.numeric(.int32), 7 * 13 * 11)
        let shape = [7, 13, 11]
        let codecs: [ZarrArraySpec.Codec] = [
            .none, .zstd(level: 1), .custom([["name": "transpose", "configuration": ["order": [2, 1, 0]]]] + Arrays.plain),
        ]
        var specs = codecs.map {
            ZarrArraySpec(shape: shape, chunkShape: [3, 5, 4], dataType: .numeric(.int32), fillValue: 0, codec: $0)
        }
        specs.append(
            ZarrArraySpec(
                shape: shape, shardShape: [4, 8, 8], chunkShape: [2, 4, 2], dataType: .numeric(.int32), fillValue: 0))
        // Whole rows, whole planes: the paths that decode straight into the destination.
        specs.append(ZarrArraySpec(shape: shape, chunkShape: [2, 13, 11], dataType: .numeric(.int32), fillValue: 0))
        specs.append(ZarrArraySpec(shape: shape, chunkShape: [1, 4, 11], dataType: .numeric(.int32), fillValue: 0))
        return try specs.map { try Arrays.write($0, values) }
    }

    @Test func everyRegionOfEveryLayoutAgrees() throws {
        let arrays = try layouts()
        var random = SeededGenerator(11)
        let cache = ChunkCache(byteLimit: 4096)
        for _ in 0..<60 {
            let region = arrays[0].shape.map { extent in
                let low = Int.random(in: 0...extent, using: &random)
                return low..<Int.random(in: low...extent, using: &random)
            }
            var expected: [Int64] = []
            for z in region[0] { for y in region[1] { for x in region[2] { expected.append(Int64(((z * 13 + y) * 11 + x) % 113 + 1)) } } }
            for array in arrays {
                #expect(try array.read(region).integers() == expected)
                #expect(try array.read(region, options: ReadOptions(cache: cache, concurrency: 2)).integers() == expected)
            }
        }
    }

    @Test func regionsOutsideAreRefused() throws {
        let array = try layouts()[0]
        for region in [[0..<8, 0..<1, 0..<1], [0..<1, -1..<1, 0..<1], [0..<1, 0..<1], [0..<1, 0..<1, 0..<1, 0..<1]] {
            #expect(throws: ZarrError.self) { try array.read(region) }
        }
        #expect(throws: ZarrError.self) { try array.decodedChunk([3, 0, 0]) }
        #expect(throws: ZarrError.self) { try array.decodedChunk([0, 0]) }
        #expect(throws: ZarrError.self) { try array.decodedChunk([0, -1, 0]) }
        #expect(throws: ZarrError.self) { try array.readAll(options: ReadOptions(byteLimit: 100)) }
    }

    @Test func cancelledReadsStop() throws {
        let flag = CancelFlag()
        flag.set()
        for array in try layouts() {
            #expect(throws: CancellationError.self) { try array.readAll(options: ReadOptions(cancel: flag)) }
        }
    }

    /// A window into one shard fetches the index and the chunks of the window, not the shard.
    @Test func shardsAreReadInPart() throws {
        let spec = ZarrArraySpec(
            shape: [256, 256], shardShape: [256, 256], chunkShape: [16, 16], dataType: .numeric(.float64), fillValue: 0, codec: .none)
        let memory = MemoryStore()
        _ = try Arrays.write(spec, Arrays.ramp(spec.dataType, 65536), to: memory)
        let counting = CountingStore(memory)
        let array = try ZarrArray(store: counting, path: "a")
        counting.reset()
        _ = try array.read([0..<16, 0..<32])
        #expect(counting.reads.current == 2)
        #expect(counting.bytes.current == 256 * 16 + 4 + 2 * 16 * 16 * 8)
        _ = try array.read([240..<256, 240..<256])
        #expect(counting.reads.current == 3)
    }

    @Test func unevenChunks() throws {
        let store = MemoryStore()
        let codecs = JSON.array(Arrays.plain)
        let json: JSON = [
            "zarr_format": 3, "node_type": "array", "shape": [5, 6], "data_type": "uint8", "fill_value": 9, "codecs": codecs,
            "chunk_grid": ["name": "rectilinear", "configuration": ["kind": "inline", "chunk_shapes": [[1, 4], [[2, 3]]]]],
            "chunk_key_encoding": ["name": "default"],
        ]
        let array = ZarrArray(store: store, path: "", metadata: try ZarrArrayMetadata(json: json))
        #expect(array.metadata.chunkGrid.counts == [2, 3])
        try store.write("c/0/1", [1, 2])
        try store.write("c/1/2", [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try array.read([0..<2, 0..<6]).bytes == [9, 9, 1, 2, 9, 9, 9, 9, 9, 9, 1, 2])
        #expect(try array.read([4..<5, 5..<6]).bytes == [8])
        #expect(try array.decodedChunk([1, 2])?.shape == [4, 2])
    }
}

/// Counts what is asked of a store.
final class CountingStore: ZarrStore {
    let reads = Counter()
    let bytes = Counter()
    private let base: any ZarrStore
    init(_ base: any ZarrStore) { self.base = base }

    func reset() {
        reads.decrement(by: reads.current)
        bytes.decrement(by: bytes.current)
    }

    private func count(_ value: [UInt8]?) -> [UInt8]? {
        reads.increment()
        bytes.increment(by: value?.count ?? 0)
        return value
    }

    func read(_ key: String) throws(ZarrError) -> [UInt8]? { count(try base.read(key)) }
    func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? { count(try base.read(key, range)) }
    func size(of key: String) throws(ZarrError) -> Int? { try base.size(of: key) }
    func list(prefix: String) throws(ZarrError) -> [String] { try base.list(prefix: prefix) }
}
