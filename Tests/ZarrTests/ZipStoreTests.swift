import CCompression
import Foundation
import Testing

@testable import Zarr

@Suite struct ZipStoreTests {
    /// A zip archive made by hand: stored or deflated entries.
    static func archive(_ files: [(name: String, bytes: [UInt8])], deflate: Bool) -> [UInt8] {
        var (out, directory) = ([UInt8](), [UInt8]())
        for file in files {
            let packed = deflate ? deflated(file.bytes) : file.bytes
            let crc = file.bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }
            let common =
                u16(20) + u16(0) + u16(deflate ? 8 : 0) + u32(0) + u32(crc) + u32(UInt32(packed.count))
                + u32(UInt32(file.bytes.count)) + u16(UInt16(file.name.utf8.count))
            directory +=
                [0x50, 0x4B, 1, 2] + u16(20) + common + u16(0) + u16(0) + u16(0) + u16(0) + u32(0)
                + u32(UInt32(out.count)) + Array(file.name.utf8)
            // An extra field in the local header only: the data do not begin where the directory would have it.
            out += [0x50, 0x4B, 3, 4] + common + u16(4) + Array(file.name.utf8) + [0x99, 0x99, 0, 0] + packed
        }
        let count = u16(UInt16(files.count))
        return out + directory + [0x50, 0x4B, 5, 6] + u32(0) + count + count + u32(UInt32(directory.count))
            + u32(UInt32(out.count)) + u16(0)
    }

    private static func u16(_ value: UInt16) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    private static func u32(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(6) else { return [] }
        defer { libdeflate_free_compressor(compressor) }
        return bytes.withUnsafeBytes { input in
            [UInt8].filled(capacity: bytes.count + 100) {
                libdeflate_deflate_compress(compressor, input.baseAddress, input.count, $0.baseAddress, $0.count)
            }
        } ?? []
    }

    static func files() throws -> (files: [(name: String, bytes: [UInt8])], values: [UInt8]) {
        let store = MemoryStore()
        let spec = ZarrArraySpec(
            shape: [20, 30], shardShape: [16, 16], chunkShape: [4, 8], dataType: .numeric(.int16), fillValue: 0)
        let values = Arrays.ramp(.numeric(.int16), 600)
        let array = try Arrays.write(spec, values, to: store)
        try ZarrGroupWriter.write(store, path: "", attributes: ["title": "zip"], consolidated: ["a": array.metadata.json])
        return (try store.list(prefix: "").map { ($0, try store.read($0) ?? []) }, values)
    }

    private func write(_ bytes: [UInt8], _ directory: TemporaryDirectory) throws -> String {
        let path = directory.path + "/store.zip"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    @Test(arguments: [false, true])
    func readsStoredAndDeflated(_ deflate: Bool) throws {
        let directory = try TemporaryDirectory()
        let (files, values) = try ZipStoreTests.files()
        let store = try ZipStore(write(ZipStoreTests.archive(files, deflate: deflate), directory))
        let hierarchy = try ZarrHierarchy.open(store)
        #expect(hierarchy.attributes["title"] == "zip")
        #expect(hierarchy.isConsolidated)
        #expect(try hierarchy.arrays["a"]?.readAll().bytes == values)
        #expect(try store.children(of: "a") == ["c"])
        #expect(try store.read("missing") == nil)
        #expect(throws: ZarrError.self) { try store.read("../a") }
    }

    @Test func truncatedAndMutatedArchivesAreErrors() throws {
        let directory = try TemporaryDirectory()
        let (files, values) = try ZipStoreTests.files()
        var random = SeededGenerator(7)
        for deflate in [false, true] {
            let archive = ZipStoreTests.archive(files, deflate: deflate)
            for round in 0..<300 {
                var broken = archive
                if round % 3 == 0 {
                    broken.removeLast(Int.random(in: 1..<archive.count, using: &random))
                } else {
                    for _ in 0..<Int.random(in: 1...4, using: &random) {
                        broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                    }
                }
                let path = try write(broken, directory)
                // An error, or (a byte that does not matter) the right values; never a crash.
                guard let store = try? ZipStore(path), let hierarchy = try? ZarrHierarchy.open(store) else { continue }
                for array in hierarchy.arrays.values where array.shape == [20, 30] {
                    if let read = try? array.readAll(), deflate { #expect(read.bytes.count == values.count) }
                }
            }
        }
    }

    @Test(.enabled(if: SharedData.root != nil))
    func archivesOfOthers() throws {
        let root = try #require(SharedData.zarr) + "/stores/external/zarrita.js/zip/"
        for name in ["data.zipped_from_within.zarr.zip", "data.zipped_from_parent.zarr.zip", "data.uncompressed.zarr.zip"] {
            let store = try ZipStore(root + name)
            let top = try store.children(of: "").first { $0.hasSuffix(".zarr") } ?? ""
            let hierarchy = try ZarrHierarchy.open(store, path: top)
            #expect(!hierarchy.arrays.isEmpty, "\(name)")
            for array in hierarchy.arrays.values { _ = try array.readAll() }
        }
    }
}
