import Core
import Testing

@testable import Zarr

@Suite struct RechunkTests {
    /// Whatever the chunks and the budget are, the copy has the same elements.
    @Test(arguments: [[7, 2, 2], [1, 10, 13], [3, 3, 3], [2, 4, 5]], [1, 300, 1 << 20])
    func aCopyIsEqual(_ chunks: [Int], _ limit: Int) throws {
        let shape = [7, 10, 13]
        let source = try Arrays.write(
            ZarrArraySpec(shape: shape, chunkShape: [2, 4, 5], dataType: .numeric(.int32), fillValue: -1), Arrays.ramp(.numeric(.int32), 910))
        for shards in [nil, chunks.map { $0 * 2 }] {
            let spec = ZarrArraySpec(shape: shape, shardShape: shards, chunkShape: chunks, dataType: .numeric(.int32), fillValue: -1)
            let store = MemoryStore()
            let writer = try ZarrArrayWriter(store: store, path: "b", spec: spec)
            let last = Counter()
            try ZarrCopy.copy(source, to: writer, byteLimit: limit, concurrency: 2) { if $0 == 1 { last.increment() } }
            let copy = try ZarrArray(store: store, path: "b")
            #expect(copy.metadata.chunkShape == chunks && copy.metadata.shardShape == shards)
            #expect(try copy.readAll().bytes == source.readAll().bytes)
            #expect(last.current == 1)
        }
    }

    /// Chunks of the source that many pieces share are decoded once when the budget allows.
    @Test func sharedChunksAreReadOnce() throws {
        let inner = MemoryStore()
        let spec = ZarrArraySpec(shape: [8, 64], chunkShape: [1, 64], dataType: .numeric(.uint8), fillValue: 0)
        _ = try Arrays.write(spec, Arrays.ramp(.numeric(.uint8), 512), to: inner)
        let counting = CountingStore(inner)
        let source = try ZarrArray(store: counting, path: "a")
        counting.reset()
        let target = ZarrArraySpec(shape: [8, 64], chunkShape: [8, 4], dataType: .numeric(.uint8), fillValue: 0)
        try ZarrCopy.copy(source, to: ZarrArrayWriter(store: MemoryStore(), path: "", spec: target), byteLimit: 512)
        #expect(counting.reads.current == 8)
    }

    @Test func fillValuesSurviveAsV3WritesThem() throws {
        let cases: [(JSON, ZarrDataType, JSON)] = [
            ("NaN", .numeric(.float32), "NaN"), ("0x7fc00001", .numeric(.float32), "0x7fc00001"), ("-Infinity", .numeric(.float64), "-Infinity"),
            (nil, .numeric(.uint16), 0), (1, .numeric(.bool), true), ("NaT", .datetime64(unit: "s", scale: 1), .int(.min)),
            ([1, "NaN"], .complex64, [1, "NaN"]), ("YWI=", .fixedBytes(3), "YWIA"), ("ab", .fixedUTF32(4), "ab"),
            ("18446744073709551615", .numeric(.uint64), "18446744073709551615"), (0.1, .numeric(.float32), .double(Double(Float(0.1)))),
        ]
        for (json, type, expected) in cases {
            let fill = try ZarrFillValue.parse(json, type)
            let written = fill.v3JSON(type)
            #expect(written.text == expected.text)
            #expect(try ZarrFillValue.parse(written, type).bytes == fill.bytes)
        }
    }
}
