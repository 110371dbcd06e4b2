import Catalog
import Core
import Formats
import Foundation
import Geo

extension Chronotope {
    /// Whether the server is well, and the versions of what it is made of.
    public func health() throws -> JSON {
        let database = try catalog.health()
        return [
            "status": "ok", "version": .string(Chronotope.version),
            "database": ["name": .string(database.name), "version": .string(database.version)],
            "libraries": JSON(Chronotope.libraries().map { ($0.name, .string($0.version)) }),
            "caches": ["chunks": ["bytes": JSON(chunks.statistics.bytes), "limit": JSON(configuration.chunkCacheBytes)]],
            "memory": ["reserved": JSON(memory.inUse), "limit": JSON(memory.limit)],
        ]
    }

    /// The folder of the web pages: the configured one, else `web` beside the program or above it.
    public var webFolder: String? {
        if let configured = configuration.web { return configured }
        guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        var folder = (executable as NSString).deletingLastPathComponent
        for _ in 0..<5 {
            for candidate in [folder + "/web", folder + "/share/chronotope/web"] where FileManager.default.fileExists(atPath: candidate + "/map.html") {
                return candidate
            }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return nil
    }
}
