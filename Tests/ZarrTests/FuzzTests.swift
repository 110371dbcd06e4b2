import Core
import Testing

@testable import Zarr

/// Documents with members replaced, removed and mangled: read or refused, never a crash or an allocation out of proportion.
@Suite struct FuzzTests {
    private static let v2: JSON = [
        "zarr_format": 2, "shape": [10, 12], "chunks": [4, 5], "dtype": "<i4", "fill_value": 0, "order": "F",
        "compressor": ["id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0],
        "filters": [["id": "delta", "dtype": "<i4", "astype": "<i2"], ["id": "shuffle", "elementsize": 2]],
        "dimension_separator": ".",
    ]

    private static let v3 = ZarrArraySpec(
        shape: [10, 12], shardShape: [8, 10], chunkShape: [4, 5], dataType: .numeric(.int32), fillValue: 0,
        dimensionNames: ["y", "x"]
    ).json

    private static let odd: [JSON] = [
        .null, true, 0, -1, 1, 2, 3, 64, 1_048_576, 1_099_511_627_776, .int(.max), .int(.min), 0.5, 1e300, "", "x", "NaN", "<f4", ">u2", "|S9999999",
        "<U4", "|O", "float64", "complex64", "r8", "r99999999999", "string", [], [0], [1], [-5, 5], [.int(.max), .int(.max)],
        [2_147_483_648, 2_147_483_648], [1, 1, 1], [[1, 2], [3]], [:], ["name": "bytes"], ["id": "zstd"], ["id": "packbits"],
        ["name": "transpose", "configuration": ["order": [1, 0]]], ["name": "crc32c"], ["name": "sharding_indexed"],
        [["a", "<i4"], ["b", ">f8"]],
    ]

    private func mutate(_ json: JSON, _ random: inout SeededGenerator, depth: Int = 0) -> JSON {
        if Int.random(in: 0..<(depth == 0 ? 1000 : 6), using: &random) == 0 {
            return FuzzTests.odd.randomElement(using: &random) ?? .null
        }
        switch json {
        case .object(var object) where !object.isEmpty:
            let member = object.members[Int.random(in: 0..<object.count, using: &random)]
            object[member.key] = Int.random(in: 0..<12, using: &random) == 0 ? nil : mutate(member.value, &random, depth: depth + 1)
            return .object(object)
        case .array(var list) where !list.isEmpty:
            let at = Int.random(in: 0..<list.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: list.remove(at: at)
            case 1: list.append(list[at])
            default: list[at] = mutate(list[at], &random, depth: depth + 1)
            }
            return .array(list)
        default: return FuzzTests.odd.randomElement(using: &random) ?? .null
        }
    }

    /// Reads a little of whatever the document describes from a store full of bytes.
    private func exercise(_ json: JSON, _ store: MemoryStore) -> Bool {
        guard let metadata = try? ZarrArrayMetadata(json: json) else { return false }
        let array = ZarrArray(store: store, path: "", metadata: metadata)
        let region = metadata.shape.map { 0..<min($0, 3) }
        guard (Shape.product(region.map(\.count)) ?? .max) < 10_000, array.pipeline.decodedSize < 1 << 24 || metadata.dataType.isVariableLength
        else { return true }
        if let read = try? array.read(region) {
            _ = read.strings()
            _ = read.doubles()
        }
        _ = try? array.decodedChunk(metadata.shape.map { _ in 0 })
        return true
    }

    @Test(arguments: [2, 3])
    func mutatedDocuments(_ version: Int) throws {
        let store = MemoryStore()
        let seed = version == 2 ? FuzzTests.v2 : FuzzTests.v3
        var random = SeededGenerator(UInt64(version))
        let noise = (0..<700).map { _ in UInt8.random(in: 0...255, using: &random) }
        for key in ["0", "0.0", "0.0.0", "c/0/0", "c/0", "c", "c/0/0/0", "0/0"] { try store.write(key, noise) }
        var accepted = 0
        for _ in 0..<3000 {
            var json = seed
            for _ in 0..<Int.random(in: 1...3, using: &random) { json = mutate(json, &random) }
            if exercise(json, store) { accepted += 1 }
        }
        // The mutations are neither all refused nor all harmless.
        #expect(accepted > 100 && accepted < 2900)
    }

    @Test func mutatedText() throws {
        let store = MemoryStore()
        var random = SeededGenerator(5)
        for seed in [FuzzTests.v2, FuzzTests.v3] {
            let text = seed.encoded
            for _ in 0..<2000 {
                var broken = text
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let at = Int.random(in: 0..<broken.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: broken[at] = UInt8.random(in: 0...255, using: &random)
                    case 1: broken.remove(at: at)
                    default: broken.insert(Array("0123456789[]{}\",:-NI".utf8).randomElement(using: &random) ?? 0, at: at)
                    }
                }
                if let json = try? LenientJSON.parse(broken, path: "") { _ = exercise(json, store) }
                try store.write("zarr.json", broken)
                _ = try? ZarrHierarchy.open(store)
            }
        }
    }
}
