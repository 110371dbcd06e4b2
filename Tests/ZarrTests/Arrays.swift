import Core

@testable import Zarr

/// Small arrays that the tests make themselves.
enum Arrays {
    static let plain: [JSON] = [["name": "bytes", "configuration": ["endian": "little"]]]

    /// The codecs of a compressor or checksum behind `bytes`.
    static func behindBytes(_ name: String, _ configuration: JSON = [:]) -> [JSON] {
        plain + [["name": .string(name), "configuration": configuration]]
    }

    static func sharded(inner: [Int], codecs: [JSON] = plain, location: String = "end", indexEndian: String = "little") -> JSON {
        [
            "name": "sharding_indexed",
            "configuration": [
                "chunk_shape": ZarrArraySpec.list(inner), "codecs": .array(codecs),
                "index_codecs": [["name": "bytes", "configuration": ["endian": .string(indexEndian)]], ["name": "crc32c"]],
                "index_location": .string(location),
            ],
        ]
    }

    /// Bytes of `count` elements that count upwards, so that any misplacement shows; compressible, of any type.
    static func ramp(_ type: ZarrDataType, _ count: Int) -> [UInt8] {
        switch type {
        case .numeric(let number): return number.run(Ramp(count: count, isBool: number == .bool))
        default: return (0..<count * type.size).map { UInt8(truncatingIfNeeded: $0 % 251) }
        }
    }

    private struct Ramp: NumericOperation {
        let count: Int
        let isBool: Bool
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) -> [UInt8] {
            (0..<count).flatMap { i in
                withUnsafeBytes(of: T(clamping: Double(isBool ? i % 3 / 2 : i % 113 + 1))) { Array($0) }
            }
        }
    }

    /// Writes an array whole and opens it from what was written.
    static func write(
        _ spec: ZarrArraySpec, _ values: [UInt8], to store: any WritableZarrStore = MemoryStore(), path: String = "a"
    ) throws -> ZarrArray {
        let writer = try ZarrArrayWriter(store: store, path: path, spec: spec)
        try values.withRaw { (raw) throws(ZarrError) in try writer.writeAll(raw) }
        try writer.writeMetadata()
        return try ZarrArray(store: store, path: path)
    }
}
