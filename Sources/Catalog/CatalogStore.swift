import Core

/// What `CatalogStore.publish` does with the items that are there.
public enum PublishMode: Hashable, Sendable {
    /// All items of the collection are replaced by the new ones.
    case replace
    /// Only the items of that kind are replaced; new ones of another kind are refused.
    case replaceKind(ItemKind)
    /// The new items are added; an id that exists is a conflict.
    case append
    /// The new items are added; an item whose id exists takes its place.
    case upsert
}

public struct PublishOptions: Hashable, Sendable {
    public var mode: PublishMode
    /// The collection must not exist yet (conflict otherwise), decided in the transaction.
    public var mustBeNew: Bool
    /// The version that the collection must still have (conflict otherwise), decided in the transaction.
    public var expectedVersion: Int64?
    /// The upload that this commits: it goes from `committing` to `committed` in the same transaction, so that a crash leaves either both or nothing.
    public var upload: String?

    public init(mode: PublishMode, mustBeNew: Bool = false, expectedVersion: Int64? = nil, upload: String? = nil) {
        self.mode = mode
        self.mustBeNew = mustBeNew
        self.expectedVersion = expectedVersion
        self.upload = upload
    }
}

/// Collections, items and uploads, kept durably: what a call has returned from survives a crash.
///
/// All functions block and may be called from any thread. They throw `CatalogError`, and whatever a closure given to them throws.
/// Every write to a collection or its items raises its version in the same transaction.
public protocol CatalogStore: Sendable {
    /// Nil if it does not exist or is not visible.
    func collection(_ id: CollectionID, access: Access) throws -> CollectionRecord?
    func collections(_ query: CollectionQuery) throws -> CollectionPage
    /// - Returns: the record as stored.
    /// - Throws: `conflict` if it exists.
    @discardableResult func create(_ record: CollectionRecord) throws -> CollectionRecord
    /// Writes what the user gives (title to `hasUserExtent`) and keeps what the store keeps.
    /// - Throws: `notFound`; `conflict` if `expectedVersion` is given and not the present one.
    @discardableResult func update(_ record: CollectionRecord, expectedVersion: Int64?) throws -> CollectionRecord
    /// Removes the collection with all its items.
    /// - Returns: the record as it was, so that its storage can be removed.
    /// - Throws: `notFound`
    @discardableResult func deleteCollection(_ id: CollectionID) throws -> CollectionRecord
    /// The collection's version, for cache keys; nil if it does not exist. Cheap: one look-up.
    func version(of id: CollectionID) throws -> Int64?

    func items(_ query: ItemQuery) throws -> ItemPage
    func item(_ id: String, in collection: CollectionID, access: Access) throws -> ItemRecord?
    /// Calls `each` for the features that meet `bbox`, in no particular order, with id, WKB, bounds, interval and properties but without body.
    /// - Returns: how many were delivered; `limit` + 1 if there are more than `limit`.
    @discardableResult func features(
        in collection: CollectionID, bbox: BBox, interval: TimeInterval?, limit: Int, each: (ItemRecord) throws -> Void
    ) throws -> Int

    /// Writes the record and its items in one transaction: anything thrown, also by `items`, leaves everything as it was.
    ///
    /// The collection is made if it is not there. Extent, counts, version and summary are kept.
    /// - Parameters:
    ///   - items: gives the next item, nil at the end.
    ///   - progress: called now and then with the number of items written.
    /// - Returns: the record as stored.
    @discardableResult func publish(
        _ collection: CollectionRecord, items: () throws -> ItemRecord?, options: PublishOptions, progress: (Int) -> Void
    ) throws -> CollectionRecord
    /// Adds an item or, with `replacing`, takes the place of the one with the same id.
    /// - Throws: `notFound` without the collection, or with `replacing` without the item; `conflict` without `replacing` if the id exists.
    func putItem(_ item: ItemRecord, in collection: CollectionID, replacing: Bool) throws
    /// - Throws: `notFound`
    func deleteItem(_ id: String, in collection: CollectionID) throws

    /// Takes away at most `limit` items of large collections that were removed or replaced; they are out of sight already.
    /// To be called now and then in the background until it returns 0, each time a short transaction.
    /// - Returns: 0 if nothing is left to do.
    @discardableResult func purge(limit: Int) throws -> Int

    /// - Returns: the record as stored.
    /// - Throws: `conflict` if the id exists.
    @discardableResult func createUpload(_ upload: UploadRecord) throws -> UploadRecord
    func upload(_ id: String) throws -> UploadRecord?
    /// The latest upload of the same content by the same owner that is still open.
    func openUpload(collection: CollectionID, fingerprint: String, owner: String) throws -> UploadRecord?
    /// Notes that an object has arrived; one with the same key takes the place of the earlier.
    /// - Throws: `notFound`; `conflict` if the upload is not open.
    func recordObject(_ object: UploadObject, upload: String) throws
    /// One object by its key; nil if it has not arrived.
    func object(_ key: String, upload: String) throws -> UploadObject?
    /// In the byte order of their keys.
    func objects(upload: String) throws -> [UploadObject]
    /// open → committing. Of any number of callers exactly one succeeds.
    /// - Throws: `notFound`; `conflict` if the upload is not open.
    func beginCommit(upload: String) throws
    /// Ends an upload that is open or committing, or opens a committing one again; its objects are forgotten unless it is open.
    /// - Throws: `notFound`; `conflict` if it has ended already in another state.
    func finishUpload(_ id: String, state: UploadRecord.State, error: JSON?) throws
    /// To be called once at start-up, before requests: an upload that was being committed when the process died is opened again
    /// (its publish had not happened, because that would have ended it in the same transaction).
    /// - Returns: their ids.
    @discardableResult func recoverInterruptedUploads() throws -> [String]

    /// Name and version of the database; throws if it does not answer.
    func health() throws -> (name: String, version: String)
}

extension CatalogStore {
    @discardableResult public func update(_ record: CollectionRecord) throws -> CollectionRecord {
        try update(record, expectedVersion: nil)
    }

    @discardableResult public func publish(
        _ collection: CollectionRecord, items: () throws -> ItemRecord?, mode: PublishMode, progress: (Int) -> Void = { _ in }
    ) throws -> CollectionRecord {
        try publish(collection, items: items, options: PublishOptions(mode: mode), progress: progress)
    }

    /// Publishes a sequence that is at hand.
    @discardableResult public func publish(
        _ collection: CollectionRecord, items: some Sequence<ItemRecord>, mode: PublishMode
    ) throws -> CollectionRecord {
        var iterator = items.makeIterator()
        return try publish(collection, items: { iterator.next() }, mode: mode)
    }

    @discardableResult public func features(
        in collection: CollectionID, bbox: BBox, limit: Int, each: (ItemRecord) throws -> Void
    ) throws -> Int {
        try features(in: collection, bbox: bbox, interval: nil, limit: limit, each: each)
    }
}
