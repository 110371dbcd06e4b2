import Core
import Foundation
import GRDB
import GRDBSQLite

/// The catalogue in a SQLite file: write-ahead log, foreign keys, an R*Tree over the items' boxes.
///
/// Any number of threads read while one writes. Other processes may use the file at the same time (the command line publishes while the
/// server runs); a writer waits up to `busyTimeout` for another.
public final class SQLiteCatalog: CatalogStore {
    let pool: DatabasePool
    /// The random number in this catalogue's page tokens.
    let tag: UInt32
    let limits: ItemPlan

    /// Opens the catalogue, makes it (with its directory) where it is not there, and brings it up to the present schema.
    ///
    /// - Parameters:
    ///   - path: of the database file; `-wal` and `-shm` files lie beside it.
    ///   - readers: how many reads run at once; further ones wait.
    ///   - busyTimeout: seconds that a writer waits for another process.
    /// - Throws: `CatalogError` with `io`, `busy`, or `incompatible` for a file of a newer version.
    public convenience init(path: String, readers: Int = 8, busyTimeout: Double = 10) throws {
        try self.init(path: path, readers: readers, busyTimeout: busyTimeout, limits: ItemPlan())
    }

    /// - Parameter limits: when one way of finding items gives way to another; tests set them low to go all ways with little data.
    init(path: String, readers: Int = 8, busyTimeout: Double = 10, limits: ItemPlan) throws {
        self.limits = limits
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        do { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) } catch {
            throw CatalogError(.io, "the catalogue's directory cannot be made", detail: "\(error)")
        }
        (pool, tag) = try SQLiteCatalog.mapping {
            let pool = try DatabasePool(path: path, configuration: SQLiteCatalog.configuration(readers: readers, busyTimeout: busyTimeout))
            // FULL: a write that was acknowledged survives a power cut, for one fsync at each commit. GRDB sets NORMAL as it opens the log.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            guard try pool.read({ try !SQLiteCatalog.migrator.hasBeenSuperseded($0) }) else {
                throw CatalogError(.incompatible, "the catalogue was made by a newer version of Chronotope")
            }
            try SQLiteCatalog.migrator.migrate(pool)
            let tag = try pool.read { db in
                let query = try Statement(db, "SELECT tag FROM catalogue")
                guard try query.step() else { throw CatalogError(.io, "the catalogue is damaged: it has no tag") }
                defer { query.reset() }
                return UInt32(truncatingIfNeeded: query.int(0))
            }
            return (pool, tag)
        }
    }

    private static func configuration(readers: Int, busyTimeout: Double) -> Configuration {
        var configuration = Configuration()
        configuration.label = "catalogue"
        configuration.maximumReaderCount = max(1, readers)
        configuration.busyMode = .timeout(busyTimeout)
        configuration.prepareDatabase { db in
            // 16 MiB of pages for each connection (negative: KiB); what does not fit comes from the mapped file without a copy.
            try db.execute(sql: "PRAGMA cache_size = -16384")
            try db.execute(sql: "PRAGMA mmap_size = 1073741824")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    public func health() throws -> (name: String, version: String) {
        try read { db in
            let query = try Statement(db, "SELECT sqlite_version()")
            defer { query.reset() }
            _ = try query.step()
            return ("SQLite", query.text(0) ?? "unknown")
        }
    }

    // MARK: - Transactions

    /// Reads from one snapshot.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        try SQLiteCatalog.mapping { try pool.read(body) }
    }

    /// Writes in one transaction that takes the write lock at its beginning.
    func write<T>(_ body: (Database) throws -> T) throws -> T {
        try SQLiteCatalog.mapping {
            try pool.writeWithoutTransaction { db in
                var result: T?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                guard let result else { throw CatalogError(.io, "the transaction gave no result") }
                return result
            }
        }
    }

    /// Turns the database's errors into the catalogue's; others, of closures that the caller gave, pass.
    static func mapping<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError {
            let detail = error.message
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw CatalogError(.busy, "another writer holds the catalogue", detail: detail)
            case .SQLITE_CONSTRAINT: throw CatalogError(.conflict, "the record is in conflict with another", detail: detail)
            case .SQLITE_FULL: throw CatalogError(.io, "no space is left for the catalogue", detail: detail)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: throw CatalogError(.io, "the catalogue is damaged", detail: detail)
            default: throw CatalogError(.io, "the catalogue cannot be read or written (SQLite \(error.resultCode.rawValue))", detail: detail)
            }
        }
    }

    static var now: TimeInstant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return TimeInstant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
