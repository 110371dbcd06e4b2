import Core
import Testing

@testable import Zarr

/// decode(encode(x)) = x, for every codec, type and layout that can be written.
@Suite struct RoundTripTests {
    static let byteCodecs: [(String, JSON)] = [
        ("gzip", ["level": 5]), ("zstd", ["level": 3, "checksum": false]), ("zstd", ["level": 1, "checksum": true]),
        ("blosc", ["cname": "zstd", "clevel": 5, "shuffle": "shuffle", "typesize": 2, "blocksize": 0]),
        ("blosc", ["cname": "lz4", "clevel": 5, "shuffle": "bitshuffle", "typesize": 2, "blocksize": 0]),
        ("blosc", ["cname": "lz4hc", "clevel": 9, "shuffle": "noshuffle", "typesize": 2, "blocksize": 512]),
        ("blosc", ["cname": "blosclz", "clevel": 5, "shuffle": "shuffle", "typesize": 2, "blocksize": 0]),
        ("blosc", ["cname": "zlib", "clevel": 5, "shuffle": "shuffle", "typesize": 2, "blocksize": 0]),
        ("crc32c", [:]), ("numcodecs.zlib", ["level": 3]), ("numcodecs.lz4", ["acceleration": 1]),
        ("numcodecs.bz2", ["level": 5]), ("numcodecs.lzma", ["preset": 1]), ("numcodecs.shuffle", ["elementsize": 2]),
        ("numcodecs.crc32", [:]), ("numcodecs.adler32", [:]), ("numcodecs.fletcher32", [:]),
        ("numcodecs.jenkins_lookup3", [:]),
    ]

    private func check(_ spec: ZarrArraySpec) throws {
        let values = Arrays.ramp(spec.dataType, Shape.product(spec.shape) ?? 0)
        let array = try Arrays.write(spec, values)
        #expect(try array.readAll().bytes == values)
        #expect(try array.readAll(options: ReadOptions(cache: ChunkCache(byteLimit: 1 << 20), concurrency: 3)).bytes == values)
    }

    @Test(arguments: byteCodecs.indices)
    func codec(_ at: Int) throws {
        let (name, configuration) = RoundTripTests.byteCodecs[at]
        try check(
            ZarrArraySpec(
                shape: [17, 23], chunkShape: [8, 10], dataType: .numeric(.uint16), fillValue: 0,
                codec: .custom(Arrays.behindBytes(name, configuration))))
    }

    @Test(arguments: DataType.allCases)
    func everyNumericTypeBothByteOrders(_ type: DataType) throws {
        for endian in ["little", "big"] {
            let bytes: JSON = ["name": "bytes", "configuration": ["endian": .string(endian)]]
            try check(
                ZarrArraySpec(
                    shape: [7, 9], chunkShape: [4, 4], dataType: .numeric(type), fillValue: type == .bool ? false : 0,
                    codec: .custom([bytes])))
        }
    }

    @Test(arguments: [
        ZarrDataType.complex64, .complex128, .fixedBytes(5), .raw(3), .fixedUTF32(4), .datetime64(unit: "ns", scale: 1),
    ])
    func otherFixedTypes(_ type: ZarrDataType) throws {
        let fill: JSON =
            switch type {
            case .complex64, .complex128: [0, 0]
            case .raw: [0, 0, 0]
            case .datetime64: 0
            default: ""
            }
        try check(ZarrArraySpec(shape: [11], chunkShape: [4], dataType: type, fillValue: fill, codec: .none))
    }

    @Test(arguments: ["delta", "astype", "fixedscaleoffset", "bitround"])
    func filters(_ name: String) throws {
        let (type, configuration): (DataType, JSON) =
            switch name {
            case "delta": (.int32, ["dtype": "<i4", "astype": "<i2"])
            case "astype": (.float64, ["encode_dtype": "<f4", "decode_dtype": "<f8"])
            case "fixedscaleoffset": (.float64, ["dtype": "<f8", "astype": "<i2", "scale": 10, "offset": 5])
            default: (.float32, ["keepbits": 10])
            }
        try check(
            ZarrArraySpec(
                shape: [30, 5], chunkShape: [16, 4], dataType: .numeric(type), fillValue: 0,
                codec: .custom([["name": .string("numcodecs." + name), "configuration": configuration]] + Arrays.plain)))
    }

    @Test func packedBooleans() throws {
        try check(
            ZarrArraySpec(
                shape: [19, 3], chunkShape: [5, 3], dataType: .numeric(.bool), fillValue: false,
                codec: .custom([["name": "numcodecs.packbits"], ["name": "bytes"]])))
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]])
    func transpose(_ order: [Int]) throws {
        let codec: JSON = ["name": "transpose", "configuration": ["order": ZarrArraySpec.list(order)]]
        for type in [DataType.uint8, .int16, .float32, .float64] {
            try check(
                ZarrArraySpec(
                    shape: [3, 11, 6], chunkShape: [2, 4, 5], dataType: .numeric(type), fillValue: 0,
                    codec: .custom([codec] + Arrays.plain)))
        }
    }

    @Test(arguments: ["start", "end"], ["little", "big"])
    func sharding(_ location: String, _ endian: String) throws {
        let codec = Arrays.sharded(
            inner: [4, 5], codecs: Arrays.behindBytes("zstd", ["level": 1]), location: location, indexEndian: endian)
        try check(
            ZarrArraySpec(
                shape: [21, 33], chunkShape: [8, 10], dataType: .numeric(.int32), fillValue: -1, codec: .custom([codec])))
    }

    @Test func nestedAndWrappedSharding() throws {
        let nested = Arrays.sharded(inner: [8, 8], codecs: [Arrays.sharded(inner: [2, 4], codecs: Arrays.behindBytes("gzip"))])
        try check(
            ZarrArraySpec(
                shape: [20, 35], chunkShape: [16, 16], dataType: .numeric(.uint16), fillValue: 0, codec: .custom([nested])))
        let transposed: JSON = ["name": "transpose", "configuration": ["order": [1, 0]]]
        let wrapped = [transposed, Arrays.sharded(inner: [8, 4]), ["name": "crc32c"]]
        try check(
            ZarrArraySpec(
                shape: [20, 35], chunkShape: [16, 16], dataType: .numeric(.uint16), fillValue: 0, codec: .custom(wrapped)))
    }

    @Test func scalarsAndEmptyAxes() throws {
        try check(ZarrArraySpec(shape: [], chunkShape: [], dataType: .numeric(.float64), fillValue: 0))
        try check(ZarrArraySpec(shape: [0, 5], chunkShape: [1, 5], dataType: .numeric(.float64), fillValue: 0))
    }

    @Test func theDefaultOfThePublisher() throws {
        for shuffle in [ZarrArraySpec.Shuffle.none, .bytes, .bits] {
            try check(
                ZarrArraySpec(
                    shape: [3, 70, 90], shardShape: [2, 64, 64], chunkShape: [1, 16, 32], dataType: .numeric(.uint16), fillValue: 65535,
                    dimensionNames: ["time", "y", "x"], codec: .bloscZstd(level: 3, shuffle: shuffle)))
        }
    }

    /// The bytes of a shard do not depend on the number of threads.
    @Test func threadsDoNotChangeWhatIsWritten() throws {
        let spec = ZarrArraySpec(
            shape: [64, 64], shardShape: [64, 64], chunkShape: [8, 16], dataType: .numeric(.uint16), fillValue: 0)
        var shards: [[UInt8]?] = []
        for threads in [1, 2, 7, 100] {
            let store = MemoryStore()
            let writer = try ZarrArrayWriter(store: store, path: "a", spec: spec)
            try Arrays.ramp(spec.dataType, 4096).withRaw { (raw) throws(ZarrError) in
                try writer.write(gridIndex: [0, 0], raw, concurrency: threads)
            }
            shards.append(try store.read("a/c/0/0"))
        }
        #expect(shards[0]?.isEmpty == false)
        #expect(Set(shards).count == 1)
    }

    @Test func wrongPiecesAreRefused() throws {
        let spec = ZarrArraySpec(shape: [8, 8], chunkShape: [4, 4], dataType: .numeric(.uint8), fillValue: 0)
        let writer = try ZarrArrayWriter(store: MemoryStore(), path: "a", spec: spec)
        #expect(throws: ZarrError.self) { try writer.write(gridIndex: [0, 0], [UInt8](repeating: 1, count: 15)) }
        #expect(throws: ZarrError.self) { try writer.write(gridIndex: [2, 0], [UInt8](repeating: 1, count: 16)) }
        #expect(throws: ZarrError.self) { try writer.write(gridIndex: [0], [UInt8](repeating: 1, count: 16)) }
        #expect(throws: ZarrError.self) { try writer.writeAll([UInt8](repeating: 1, count: 63)) }
    }
}
