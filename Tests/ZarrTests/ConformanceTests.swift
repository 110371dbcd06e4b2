import Core
import Testing

@testable import Zarr

/// The 527 arrays of the shared data, written by other implementations, against the values that other readers agree on.
@Suite struct ConformanceTests {
    struct Case: Sendable, CustomStringConvertible {
        var array: String
        var category: String
        var expected: String?
        var shape: [Int]?
        var digest: String?
        var description: String { array }
    }

    static func cases(_ categories: Set<String>) -> [Case] {
        guard let root = SharedData.zarr, let index = try? SharedData.json(root + "/index.json") else { return [] }
        return (index["arrays"]?.arrayValue ?? []).compactMap { entry in
            guard let array = entry["array"]?.stringValue, let category = entry["category"]?.stringValue,
                categories.contains(category)
            else { return nil }
            return Case(
                array: array, category: category, expected: entry["expected"]?.stringValue,
                shape: entry["expected_shape"]?.arrayValue?.compactMap(\.intValue),
                digest: entry["sha256_of_little_endian_C_order_bytes"]?.stringValue)
        }
    }

    /// What no library here decodes: `pcodec`.
    static func isBeyondUs(_ error: ZarrError) -> Bool { error.code == .unsupported && error.message.contains("pcodec") }

    static func open(_ array: String) throws -> ZarrArray {
        let root = try #require(SharedData.zarr)
        return try ZarrArray(store: DirectoryStore(root + "/stores/" + array), path: "")
    }

    @Test(.enabled(if: SharedData.root != nil))
    func indexIsWhole() {
        #expect(ConformanceTests.cases(["core"]).count == 443)
    }

    @Test(.enabled(if: SharedData.root != nil), arguments: cases(["core"]))
    func coreReadsExactly(_ test: Case) throws {
        try check(test, ConformanceTests.open(test.array))
    }

    @Test(.enabled(if: SharedData.root != nil), arguments: cases(["extra"]))
    func extraReadsExactlyOrIsNamed(_ test: Case) throws {
        do {
            try check(test, ConformanceTests.open(test.array))
        } catch let error as ZarrError {
            #expect(ConformanceTests.isBeyondUs(error), "\(error)")
        }
    }

    @Test(.enabled(if: SharedData.root != nil), arguments: cases(["undefined_fill"]))
    func undefinedFillOpensAndReads(_ test: Case) throws {
        let array = try ConformanceTests.open(test.array)
        #expect(try array.readAll().shape == array.shape)
    }

    @Test(.enabled(if: SharedData.root != nil), arguments: cases(["no_reader"]))
    func whatNobodyReadsIsRefusedWithAnError(_ test: Case) throws {
        #expect(throws: ZarrError.self) { try ConformanceTests.open(test.array).readAll() }
    }

    private func check(_ test: Case, _ array: ZarrArray) throws {
        let root = try #require(SharedData.zarr)
        let whole = try array.readAll()
        if let expected = test.expected, expected.hasSuffix(".json") {
            let json = try #require(try SharedData.json(root + "/" + expected))
            #expect(whole.strings() == flat(json))
            return
        }
        let values = whole.bytes
        // Scalars are listed there as one element.
        #expect(whole.shape == (array.shape.isEmpty ? [] : test.shape))
        #expect(SHA256.hex(values) == test.digest)
        if let expected = test.expected {
            let file = try #require(SharedData.bytes(root + "/" + expected))
            #expect(values == NumPyFile.values(file))
        }
        // The same through the cache, on two threads, in pieces, and after the metadata went through a catalogue.
        let kept = try ZarrArrayMetadata(json: JSONParser.parse(array.metadata.json.encoded))
        let reopened = ZarrArray(store: array.store, path: "", metadata: kept)
        let options = ReadOptions(cache: ChunkCache(byteLimit: 1 << 20), concurrency: 2)
        #expect(try reopened.readAll(options: options).bytes == values)
        try checkPart(array, values)
    }

    /// A box from the middle equals the same box of the whole.
    private func checkPart(_ array: ZarrArray, _ values: [UInt8]) throws {
        let region = array.shape.map { $0 / 3..<max($0 / 3, $0 - $0 / 4) }
        let size = array.dataType.size
        let shape = region.map(\.count)
        var part = [UInt8](repeating: 0, count: (Shape.product(shape) ?? 0) * size)
        part.withUnsafeMutableBytes { target in
            values.withUnsafeBytes { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                BoxCopy(
                    box: shape, source: array.shape, sourceOrigin: region.map(\.lowerBound), target: shape,
                    targetOrigin: shape.map { _ in 0 }, itemSize: size
                ).copy(from: from, to: to)
            }
        }
        #expect(try array.read(region).bytes == part)
        #expect(try array.read(region, options: ReadOptions(cache: ChunkCache(byteLimit: 1 << 20))).bytes == part)
    }

    private func flat(_ json: JSON) -> [String] {
        if let list = json.arrayValue { return list.flatMap(flat) }
        return [json.stringValue ?? json.text]
    }
}
