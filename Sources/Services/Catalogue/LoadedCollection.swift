import Catalog
import Core
import Cube
import Synchronization
import Zarr

/// A collection as requests use it: its record, and its cube ready to read.
public final class LoadedCollection: Sendable {
    public let record: CollectionRecord
    public let cube: Cube?

    init(record: CollectionRecord, cube: Cube?) {
        self.record = record
        self.cube = cube
    }

    public var id: CollectionID { record.id }
    public var description: CubeDescription? { cube?.description }
    public var hasFeatures: Bool { record.featureCount > 0 }

    /// Strong entity tag of anything that follows from the collection alone (design decision 6).
    public func etag(_ representation: String = "") -> String { "\"\(record.id)-\(record.version)\(representation.isEmpty ? "" : "-" + representation)\"" }
}

/// Collections by id and version. The version is asked for in every request (one indexed look-up); record and cube are read
/// again only when it went up, so a change by another process shows at once and nothing is ever purged.
final class CollectionCache: Sendable {
    private let catalog: any CatalogStore
    private let directory: DataDirectory
    private let chunks: ChunkCache
    private let loaded = Mutex<[CollectionID: LoadedCollection]>([:])
    private let capacity = 10_000

    init(catalog: any CatalogStore, directory: DataDirectory, chunks: ChunkCache) {
        self.catalog = catalog
        self.directory = directory
        self.chunks = chunks
    }

    /// - Throws: `notFound` if it does not exist or `access` does not let it be seen: the same answer for both.
    func collection(_ id: CollectionID, access: Access) throws -> LoadedCollection {
        let missing = ServiceError.notFound("collection", id.rawValue)
        guard let version = try catalog.version(of: id) else { throw missing }
        let found = try loaded.withLock { $0[id] }.flatMap { $0.record.version == version ? $0 : nil } ?? load(id)
        guard !found.record.isPrivate || access.sees(id) else { throw missing }
        return found
    }

    private func load(_ id: CollectionID) throws -> LoadedCollection {
        guard let record = try catalog.collection(id, access: .all) else { throw ServiceError.notFound("collection", id.rawValue) }
        let fresh = LoadedCollection(record: record, cube: try cube(of: record))
        loaded.withLock {
            if $0.count >= capacity { $0.removeAll() }
            $0[id] = fresh
        }
        return fresh
    }

    private func cube(of record: CollectionRecord) throws -> Cube? {
        guard let document = record.cube, let storage = record.storage else { return nil }
        let description = try CubeDescription(json: document)
        return try Cube(description: description, store: DirectoryStore(directory.cube(record.id, storage: storage)), cache: chunks)
    }
}

extension Access {
    func sees(_ id: CollectionID) -> Bool {
        switch privateCollections {
        case .all: true
        case .only(let ids): ids.contains(id)
        }
    }
}
