import Core
import Foundation
import Geo

/// A folder for what has to lie in a file before it can be published: standard input, a file out of an archive.
public final class SpoolFolder {
    private let staging: StagingFolder

    public init(_ directory: DataDirectory) throws { staging = try StagingFolder(in: directory) }

    public var path: String { staging.path }

    /// The path itself, or for `-` the file that standard input was copied to.
    public func resolve(_ path: String) throws -> String {
        guard path == "-" else { return path }
        let target = staging.path + "/stdin"
        guard FileManager.default.createFile(atPath: target, contents: nil), let out = FileHandle(forWritingAtPath: target) else {
            throw ServiceError(.internalError, "standard input cannot be copied to the staging folder")
        }
        defer { try? out.close() }
        while let piece = try FileHandle.standardInput.read(upToCount: 1 << 20), !piece.isEmpty { try out.write(contentsOf: piece) }
        return target
    }
}

extension PublishRequest {
    /// - Throws: `invalidParameter` for what PROJ does not know.
    public static func crs(_ text: String) throws(ServiceError) -> CRS {
        do { return try CRS(text) } catch { throw .parameter("crs", text, error.message) }
    }
}
