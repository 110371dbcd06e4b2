import Catalog
import Core
import Foundation

/// Removes what no record names: staging of processes that died, stores that were replaced.
///
/// A store that was just replaced may still be read by requests that began before; it stays for `grace` seconds.
struct Sweeper {
    let directory: DataDirectory
    let catalog: any CatalogStore
    var grace: Double = 60

    func sweep() throws {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: directory.staging)) ?? [] where name != "uploads" {
            remove(directory.staging + "/" + name)
        }
        for id in (try? files.contentsOfDirectory(atPath: directory.uploads)) ?? [] {
            let record = try catalog.upload(id)
            if record == nil || record?.state == .committed || record?.state == .aborted || record?.state == .failed { remove(directory.upload(id)) }
        }
        for name in (try? files.contentsOfDirectory(atPath: directory.cubes)) ?? [] {
            let folder = directory.cubes + "/" + name
            let current = try (try? CollectionID(name)).flatMap { try catalog.collection($0, access: .all) }?.storage
            for storage in (try? files.contentsOfDirectory(atPath: folder)) ?? [] where storage != current && age(folder + "/" + storage) > grace {
                remove(folder + "/" + storage)
            }
            if current == nil { rmdir(folder) }
        }
    }

    /// Seconds since the folder was last made current or replaced: its change time.
    private func age(_ path: String) -> Double {
        var info = stat()
        guard stat(path, &info) == 0 else { return 0 }
        return Date().timeIntervalSince1970 - Double(info.st_ctim.tv_sec)
    }

    private func remove(_ path: String) {
        guard let lock = FolderLock(path) else { return }
        try? FileManager.default.removeItem(atPath: path)
        _ = lock
    }

    /// Starts the grace period of a store that was just replaced.
    static func retire(_ path: String) { utimes(path, nil) }
}
