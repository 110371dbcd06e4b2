import Core
import Foundation
import Testing

@testable import Zarr

@Suite struct NPYTests {
    static let types: [ZarrDataType] = [
        .numeric(.bool), .numeric(.uint8), .numeric(.int8), .numeric(.uint16), .numeric(.int64), .numeric(.float16),
        .numeric(.float32), .numeric(.float64), .complex64, .complex128, .fixedBytes(5), .raw(3), .fixedUTF32(12),
        .datetime64(unit: "ns", scale: 1), .datetime64(unit: "s", scale: 10), .timedelta64(unit: "generic", scale: 1),
        .structured([.init(name: "it's", type: .numeric(.uint16)), .init(name: "höhe", type: .numeric(.float32), count: 2)]),
    ]

    private func header(_ type: ZarrDataType, _ shape: [Int]) throws -> String {
        let bytes = try NPYHeader(dataType: type, shape: shape).encoded()
        let (fields, total) = try NPYHeader.length(Array(bytes.prefix(12)))
        #expect(total == bytes.count && total % 64 == 0 && bytes.last == 0x0A)
        return String(decoding: bytes[fields...], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func headerIsWhatNumPyWrites() throws {
        #expect(try header(.numeric(.uint16), [10, 20]) == "{'descr': '<u2', 'fortran_order': False, 'shape': (10, 20), }")
        #expect(try header(.numeric(.bool), [3]) == "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }")
        #expect(try header(.datetime64(unit: "ns", scale: 1), []) == "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (), }")
        #expect(try header(.timedelta64(unit: "s", scale: 10), []) == "{'descr': '<m8[10s]', 'fortran_order': False, 'shape': (), }")
        #expect(try header(.fixedBytes(5), [1]).contains("'|S5'"))
        #expect(try header(.fixedUTF32(12), [1]).contains("'<U12'"))
        let fields: ZarrDataType = .structured([
            .init(name: "a", type: .numeric(.uint8)),
            .init(name: "b", type: .structured([.init(name: "c", type: .numeric(.int32))]), count: 3),
        ])
        #expect(try header(fields, [2]).contains("'descr': [('a', '|u1'), ('b', [('c', '<i4')], (3,))]"))
    }

    @Test func elementsOfVariableLengthAreRefused() {
        #expect { try NPYHeader(dataType: .string, shape: [1]).encoded() } throws: { ($0 as? ZarrError)?.code == .unsupported }
    }

    @Test(arguments: types)
    func whatIsWrittenReadsBack(_ type: ZarrDataType) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/a.npy"
        let values = Arrays.ramp(type, 6 * 5)
        let writer = try NPYWriter(path, dataType: type, shape: [6, 5])
        try values.withRaw { (raw) throws(ZarrError) in try writer.write([0..<6, 0..<5], raw) }
        #expect(!FileManager.default.fileExists(atPath: path), "it shows before it is finished")
        try writer.finish()
        let file = try NPYFile(path)
        #expect(file.dataType == type && file.shape == [6, 5] && !file.header.isFortranOrder)
        #expect(try file.readAll().bytes == values)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.npy"])
    }

    /// Every way to cut 4 × 3 × 5 into boxes puts each element at its place.
    @Test(arguments: [[1, 1, 1], [2, 3, 5], [4, 1, 5], [3, 2, 4], [1, 3, 2]])
    func boxesLandAtTheirPlace(_ box: [Int]) throws {
        let folder = try TemporaryDirectory()
        let shape = [4, 3, 5]
        let writer = try NPYWriter(folder.path + "/a.npy", dataType: .numeric(.int32), shape: shape)
        let all = (0..<60).map { Int32($0) }
        for z in stride(from: 0, to: 4, by: box[0]) {
            for y in stride(from: 0, to: 3, by: box[1]) {
                for x in stride(from: 0, to: 5, by: box[2]) {
                    let region = [z..<min(z + box[0], 4), y..<min(y + box[1], 3), x..<min(x + box[2], 5)]
                    let part = region[0].flatMap { z in region[1].flatMap { y in region[2].map { all[(z * 3 + y) * 5 + $0] } } }
                    try part.withUnsafeBytes { try writer.write(region, $0) }
                }
            }
        }
        try writer.finish()
        #expect(try NPYFile(folder.path + "/a.npy").readAll().integers() == all.map(Int64.init))
    }

    @Test func aScalarAndNothingAtAll() throws {
        let folder = try TemporaryDirectory()
        let scalar = try NPYWriter(folder.path + "/s.npy", dataType: .numeric(.float64), shape: [])
        try withUnsafeBytes(of: 1.5) { try scalar.write([], $0) }
        try scalar.finish()
        #expect(try NPYFile(folder.path + "/s.npy").readAll().doubles() == [1.5])
        let none = try NPYWriter(folder.path + "/n.npy", dataType: .numeric(.float64), shape: [3, 0])
        try none.write([0..<3, 0..<0], UnsafeRawBufferPointer(start: nil, count: 0))
        try none.finish()
        #expect(try NPYFile(folder.path + "/n.npy").shape == [3, 0])
    }

    @Test func whatIsGivenUpLeavesNothing() throws {
        let folder = try TemporaryDirectory()
        do {
            let writer = try NPYWriter(folder.path + "/a.npy", dataType: .numeric(.uint8), shape: [4])
            #expect { try writer.write([2..<5], UnsafeRawBufferPointer(start: nil, count: 0)) } throws: { ($0 as? ZarrError)?.code == .outOfBounds }
            #expect { try writer.write([0..<2], UnsafeRawBufferPointer(start: nil, count: 0)) } throws: { ($0 as? ZarrError)?.code == .outOfBounds }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func aFolderIsNotReplaced() throws {
        let folder = try TemporaryDirectory()
        #expect { _ = try NPYWriter(folder.path, dataType: .numeric(.uint8), shape: [1]) } throws: { ($0 as? ZarrError)?.code == .io }
    }

    private func write(_ header: String, _ values: [UInt8]) throws -> (TemporaryDirectory, String) {
        let folder = try TemporaryDirectory()
        let text = Array(header.utf8) + [0x0A]
        let file = NPYHeader.magic + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text + values
        try Data(file).write(to: URL(fileURLWithPath: folder.path + "/a.npy"))
        return (folder, folder.path + "/a.npy")
    }

    @Test func bigEndianIsTurned() throws {
        let (folder, path) = try write("{'descr': '>u2', 'fortran_order': False, 'shape': (2L,)}", [1, 2, 3, 4])
        #expect(try NPYFile(path).readAll().integers() == [0x0102, 0x0304])
        withExtendedLifetime(folder) {}
    }

    @Test(arguments: [
        "", "{", "{'descr': '<u2'}", "{'descr': '<u2', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (-1,)}", "{'descr': '<u2', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (9223372036854775807, 3)}", "{'descr': '|O', 'fortran_order': False, 'shape': ()}",
        "{'descr': '<u2', 'fortran_order': False, 'shape': ()} x", "{'descr': '<u2\\q', 'fortran_order': False, 'shape': ()}",
        String(repeating: "[", count: 2000), "__import__('os')",
    ])
    func brokenHeadersAreRefused(_ header: String) throws {
        let (folder, path) = try write(header, [1, 2, 3, 4])
        #expect(throws: ZarrError.self) { _ = try NPYFile(path) }
        withExtendedLifetime(folder) {}
    }

    @Test func otherFilesAreRefused() throws {
        let folder = try TemporaryDirectory()
        #expect { _ = try NPYFile(folder.path + "/none.npy") } throws: { ($0 as? ZarrError)?.code == .notFound }
        for bytes: [UInt8] in [[], Array("hello".utf8), NPYHeader.magic + [1, 0], NPYHeader.magic + [9, 0, 0, 0, 0, 0, 0, 0]] {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/a.npy"))
            #expect { _ = try NPYFile(folder.path + "/a.npy") } throws: { ($0 as? ZarrError)?.code == .invalidMetadata }
        }
    }
}
