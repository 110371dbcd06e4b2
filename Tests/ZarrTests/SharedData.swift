import Core
import Foundation

@testable import Zarr

/// The data folder shared by all projects, where it exists: `$CHRONOTOPE_SHARED`, or `shared` beside the package.
enum SharedData {
    static let root: String? = {
        if let set = ProcessInfo.processInfo.environment["CHRONOTOPE_SHARED"] { return existing(set) }
        var directory = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while directory.path.count > 1 {
            if let found = existing(directory.appending(path: "shared").path) { return found }
            directory.deleteLastPathComponent()
        }
        return nil
    }()

    private static func existing(_ path: String) -> String? {
        FileManager.default.fileExists(atPath: path + "/data/zarr/index.json") ? path : nil
    }

    static var zarr: String? { root.map { $0 + "/data/zarr" } }

    static func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }

    static func json(_ path: String) throws -> JSON? { try bytes(path).map { try LenientJSON.parse($0, path: path) } }
}

/// The values of a `.npy` file (NEP 1): what follows its header.
enum NumPyFile {
    static func values(_ file: [UInt8]) -> [UInt8]? {
        guard file.count > 12, file.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) else { return nil }
        let start =
            file[6] == 1
            ? 10 + Int(file[8]) + Int(file[9]) << 8
            : 12 + Int(file[8]) + Int(file[9]) << 8 + Int(file[10]) << 16 + Int(file[11]) << 24
        guard start <= file.count else { return nil }
        return Array(file[start...])
    }
}

/// A directory that is gone after the test.
final class TemporaryDirectory {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "zarr-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
