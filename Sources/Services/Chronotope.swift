import Catalog
import Core
import Cube
import Foundation
import Zarr

/// The server without its network: everything that a request or a command needs, put together once.
public final class Chronotope: Sendable {
    public static let version = "0.1.0"

    public let configuration: Configuration
    public let directory: DataDirectory
    public let catalog: any CatalogStore
    public let pool: BlockingPool
    public let tokens: TokenRegistry
    public let chunks: ChunkCache
    public let memory: MemoryBudget
    /// Set when the server is told to end: publishing stops at the next chunk, so that nobody waits for it.
    public let stopping = CancelFlag()
    let collections: CollectionCache
    let tiles: TileCache

    /// Opens the data directory and its catalogue; makes both where they are not there yet.
    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        directory = DataDirectory(configuration.data)
        try directory.create()
        catalog = try SQLiteCatalog(path: try Chronotope.databasePath(configuration, directory))
        pool = BlockingPool(label: "chronotope.blocking", width: max(4, configuration.threads * 2))
        tokens = TokenRegistry(configuration.tokens)
        chunks = ChunkCache(byteLimit: configuration.chunkCacheBytes)
        memory = MemoryBudget(bytes: configuration.memoryBudgetBytes)
        tiles = TileCache(byteLimit: configuration.tileCacheBytes)
        collections = CollectionCache(catalog: catalog, directory: directory, chunks: chunks)
    }

    private static func databasePath(_ configuration: Configuration, _ directory: DataDirectory) throws -> String {
        guard let database = configuration.database else { return directory.databasePath }
        guard database.hasPrefix("sqlite:"), database.count > 7 else {
            throw ServiceError.parameter(
                "database", CoreError.shorten(database.split(separator: "@").last.map(String.init) ?? database),
                "has the form sqlite:PATH; PostgreSQL is not there yet")
        }
        return String(database.dropFirst("sqlite:".count))
    }

    /// Takes up after whatever ended the last process: commits that it was in the middle of, folders that it left.
    public func recover() throws {
        try catalog.recoverInterruptedUploads()
        try sweep()
    }

    /// Removes folders that no record names, and rows of collections that were replaced or removed.
    public func sweep(grace: Double = 60) throws {
        try Sweeper(directory: directory, catalog: catalog, grace: grace).sweep()
        while try catalog.purge(limit: 500) > 0 {}
    }

    /// - Throws: `notFound`, also for what `principal` may not see.
    public func collection(_ id: CollectionID, for principal: Principal) throws -> LoadedCollection {
        try collections.collection(id, access: principal.access)
    }

    /// The collection's cube.
    ///
    /// - Throws: `notFound` for a collection without one.
    public func cube(_ id: CollectionID, for principal: Principal) throws -> (collection: LoadedCollection, cube: Cube) {
        let collection = try collection(id, for: principal)
        guard let cube = collection.cube else {
            throw ServiceError(.notFound, "collection '\(id)' has no raster layers; see its capabilities")
        }
        return (collection, cube)
    }
}

extension TimeInstant {
    public static var now: TimeInstant { TimeInstant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
