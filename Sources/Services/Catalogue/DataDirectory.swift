import Core
import Foundation
import Glibc

/// The folders of a data directory:
///
///     chronotope.sqlite        catalogue and features
///     cubes/<collection>/<id>/ published Zarr stores; a collection's record says which one is current
///     staging/<id>/            what is not yet committed
///     staging/uploads/<id>/    objects of open uploads
///
/// Whoever works in a staging folder holds a lock on a file in it. What nobody holds and no record names is left over from
/// a process that died, and is swept away.
public struct DataDirectory: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var databasePath: String { path + "/chronotope.sqlite" }
    public var cubes: String { path + "/cubes" }
    public var staging: String { path + "/staging" }
    public var uploads: String { path + "/staging/uploads" }

    public func cube(_ collection: CollectionID, storage: String) -> String { "\(cubes)/\(collection.rawValue)/\(storage)" }
    public func upload(_ id: String) -> String { "\(uploads)/\(id)" }

    /// - Throws: `ServiceError` if the folders cannot be made or written to.
    public func create() throws {
        for folder in [path, cubes, staging, uploads] {
            do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
                throw ServiceError.parameter("data", path, "the data directory can be created and written to (\(error.localizedDescription))")
            }
        }
        guard access(path, W_OK) == 0 else { throw ServiceError.parameter("data", path, "the data directory can be written to") }
    }

    /// A fresh id for a store, an upload or a staging folder.
    public static func newID() -> String {
        (0..<4).map { _ in
            let hex = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - hex.count) + hex
        }.joined()
    }
}

/// A folder that is being filled, locked for as long as this value lives, and removed with it unless it was moved away.
final class StagingFolder {
    let path: String
    private let lock: FolderLock
    private var isKept = false

    init(in directory: DataDirectory) throws {
        path = directory.staging + "/" + DataDirectory.newID()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard let lock = FolderLock(path) else { throw ServiceError(.internalError, "the staging folder cannot be locked") }
        self.lock = lock
    }

    /// Renames the folder to its final place. The lock goes with it until this value dies.
    func move(to destination: String) throws {
        try FileManager.default.createDirectory(atPath: (destination as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        guard rename(path, destination) == 0 else {
            throw ServiceError(.internalError, "the staged cube cannot be moved into place: \(String(cString: strerror(errno)))")
        }
        isKept = true
    }

    deinit { if !isKept { try? FileManager.default.removeItem(atPath: path) } }
}

/// An advisory lock (flock) on `<folder>/.lock`, held until this value dies or the process does.
final class FolderLock: @unchecked Sendable {
    private let descriptor: Int32

    /// nil if somebody else holds it, or the folder cannot be written to.
    init?(_ folder: String) {
        descriptor = open(folder + "/.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { close(descriptor); return nil }
    }

    deinit { close(descriptor) }
}
