import Core
import Testing

@testable import Zarr

@Suite struct FillValueTests {
    private func bytes(_ json: JSON, _ type: ZarrDataType) -> [UInt8]? { try? ZarrFillValue.parse(json, type).bytes }
    private func native<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    @Test func floats() {
        #expect(bytes("NaN", .numeric(.float32)) == native(Float.nan))
        #expect(bytes("Infinity", .numeric(.float64)) == native(Double.infinity))
        #expect(bytes("-Infinity", .numeric(.float16)) == native(-Float16.infinity))
        #expect(bytes("0x7fc00123", .numeric(.float32)) == native(UInt32(0x7FC0_0123)))
        #expect(bytes(-9999, .numeric(.float32)) == native(Float(-9999)))
        #expect(bytes("0x1ffffffff", .numeric(.float32)) == nil)
        #expect(bytes("blue", .numeric(.float32)) == nil)
    }

    @Test func integers() throws {
        #expect(bytes(255, .numeric(.uint8)) == [255])
        #expect(bytes(256, .numeric(.uint8)) == nil)
        #expect(bytes(-1, .numeric(.uint8)) == nil)
        #expect(bytes(0.0, .numeric(.int16)) == [0, 0])
        #expect(bytes("0", .numeric(.int8)) == [0])
        let json = try LenientJSON.parse(Array("[18446744073709551615, -9223372036854775808]".utf8), path: "")
        #expect(bytes(json[0] ?? .null, .numeric(.uint64)) == native(UInt64.max))
        #expect(bytes(json[1] ?? .null, .numeric(.int64)) == native(Int64.min))
    }

    @Test func others() {
        #expect(bytes(["NaN", -1.5], .complex64) == native(Float.nan) + native(Float(-1.5)))
        #expect(bytes("AAEC", .raw(3)) == [0, 1, 2])
        #expect(bytes([7, 8], .raw(2)) == [7, 8])
        #expect(bytes("é", .fixedUTF32(2)) == native(UInt32(0xE9)) + native(UInt32(0)))
        #expect(bytes("NaT", .datetime64(unit: "s", scale: 1)) == native(Int64.min))
        #expect(bytes(.null, .numeric(.float64)) == native(0.0))
    }

    @Test func pythonsNaNInAttributesAndFillValues() throws {
        let text = #"{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \" Infinity", "d": 12345678901234567890}"#
        let json = try LenientJSON.parse(Array(text.utf8), path: "")
        #expect(json["a"] == "NaN")
        #expect(json["b"] == ["-Infinity", "Infinity"])
        #expect(json["c"] == "NaN \" Infinity")
        #expect(json["d"] == "12345678901234567890")
    }

    /// Chunks of nothing but the fill value are not stored, and come back.
    @Test(arguments: [nil, [8, 8]] as [[Int]?])
    func chunksOfFillAreAbsent(_ shard: [Int]?) throws {
        let store = MemoryStore()
        let spec = ZarrArraySpec(
            shape: [16, 16], shardShape: shard, chunkShape: [4, 4], dataType: .numeric(.float32), fillValue: "NaN")
        var values = [Float](repeating: .nan, count: 256)
        values[5 * 16 + 6] = 42
        let array = try Arrays.write(spec, values.withUnsafeBytes { Array($0) }, to: store)
        #expect(try store.list(prefix: "a/c/").count == 1)
        let read = try array.readAll()
        #expect(read.bytes == values.withUnsafeBytes { Array($0) })
        #expect(try array.decodedChunk([0, 0]) == nil)
        #expect(try array.decodedChunk([1, 1]) != nil)
        #expect(try array.read([8..<12, 8..<16]).isFilled(with: array.metadata.fillValue))
        #expect(!read.isFilled(with: array.metadata.fillValue))
    }
}

extension DecodedChunk: Equatable {
    public static func == (a: DecodedChunk, b: DecodedChunk) -> Bool { a === b }
}
