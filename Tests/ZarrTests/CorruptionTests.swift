import Core
import Testing

@testable import Zarr

/// Broken bytes are errors that name array and chunk; never a crash, never a read outside the buffer.
@Suite struct CorruptionTests {
    private static let codecs: [[JSON]] =
        RoundTripTests.byteCodecs.map { Arrays.behindBytes($0.0, $0.1) } + [
            [Arrays.sharded(inner: [4, 4], codecs: Arrays.behindBytes("zstd", ["level": 1]))],
            [Arrays.sharded(inner: [4, 4], location: "start")],
            [Arrays.sharded(inner: [8, 4], codecs: [Arrays.sharded(inner: [4, 2])])],
            [Arrays.sharded(inner: [4, 4]), ["name": "crc32c"]],
            [["name": "numcodecs.delta", "configuration": ["dtype": "<u2"]]] + Arrays.behindBytes("gzip"),
            [["name": "transpose", "configuration": ["order": [1, 0]]]] + Arrays.behindBytes("numcodecs.lz4"),
        ]

    private func array(_ codecs: [JSON], _ store: MemoryStore) throws -> ZarrArray {
        let spec = ZarrArraySpec(
            shape: [16, 16], chunkShape: [16, 16], dataType: .numeric(.uint16), fillValue: 0, codec: .custom(codecs))
        return try Arrays.write(spec, Arrays.ramp(spec.dataType, 256), to: store)
    }

    @Test(arguments: codecs.indices)
    func everyTruncationIsAnError(_ at: Int) throws {
        let store = MemoryStore()
        let array = try array(CorruptionTests.codecs[at], store)
        let whole = try #require(try store.read("a/c/0/0"))
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 200)) {
            try store.write("a/c/0/0", Array(whole[..<length]))
            array.forgetShardIndexes()
            do {
                _ = try array.readAll()
                Issue.record("\(length) of \(whole.count) bytes were read without an error")
            } catch let error as ZarrError {
                #expect(error.code == .corruptChunk)
                #expect(error.path == "a")
                #expect(error.chunk != nil)
            }
        }
    }

    @Test(arguments: codecs.indices)
    func flippedBitsNeverCrash(_ at: Int) throws {
        let store = MemoryStore()
        let array = try array(CorruptionTests.codecs[at], store)
        let whole = try #require(try store.read("a/c/0/0"))
        var random = SeededGenerator(UInt64(at))
        for _ in 0..<400 {
            var broken = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                broken[Int.random(in: 0..<broken.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            try store.write("a/c/0/0", broken)
            array.forgetShardIndexes()
            do {
                #expect(try array.readAll().bytes.count == 512)
            } catch let error as ZarrError {
                #expect(error.code == .corruptChunk)
                #expect(error.path == "a")
            }
        }
    }

    /// Headers that promise gigabytes: refused before memory is set aside.
    @Test func lyingHeaders() throws {
        let store = MemoryStore()
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0x7F]
        let lies: [(JSON, [UInt8])] = [
            (["name": "numcodecs.lz4"], huge + [0x10, 0x00]),
            (["name": "blosc", "configuration": ["cname": "lz4"]], [2, 1, 1, 2] + huge + [0, 0, 1, 0, 20, 0, 0, 0] + [0, 0, 0, 0]),
            (["name": "zstd"], [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 0, 0]),
        ]
        for (codec, bytes) in lies {
            let array = try array(Arrays.plain + [codec], store)
            try store.write("a/c/0/0", bytes)
            #expect(throws: ZarrError.self) { try array.readAll() }
        }
    }

    /// A shard index whose (correctly summed) entries point outside.
    @Test func shardIndexPointingOutside() throws {
        let store = MemoryStore()
        let array = try array([Arrays.sharded(inner: [8, 8])], store)
        let entries: [(UInt64, UInt64)] = [
            (0, 1 << 62), (1 << 62, 128), (.max - 1, 5), (.max, 1), (0, .max), (1_000_000, 128), (0, 127), (0, 129),
        ]
        for entry in entries {
            var index = [UInt8]()
            for _ in 0..<4 {
                index += withUnsafeBytes(of: entry.0.littleEndian) { Array($0) } + withUnsafeBytes(of: entry.1.littleEndian) { Array($0) }
            }
            let sum = index.withUnsafeBytes { Checksum.crc32c($0) }
            try store.write("a/c/0/0", [UInt8](repeating: 1, count: 512) + index + withUnsafeBytes(of: sum.littleEndian) { Array($0) })
            array.forgetShardIndexes()
            do {
                _ = try array.readAll()
                Issue.record("\(entry) was read without an error")
            } catch let error as ZarrError {
                #expect(error.code == .corruptChunk && error.chunk != nil, "\(error)")
            }
        }
    }
}
