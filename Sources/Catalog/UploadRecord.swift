import Core

/// An upload of a store over HTTP, from its opening to its commit.
public struct UploadRecord: Hashable, Sendable {
    /// open → committing → committed | failed; open → aborted. Only `open` takes objects.
    public enum State: String, Hashable, CaseIterable, Sendable {
        case open, committing, committed, failed, aborted
    }

    public var id: String
    public var collection: CollectionID
    /// What the client says the content is, so that an interrupted upload of the same is found again.
    public var fingerprint: String
    public var options: JSON
    public var state: State
    /// Why it failed.
    public var error: JSON?
    /// The principal who opened it.
    public var owner: String
    /// Set by the store.
    public var created: TimeInstant
    /// Set by the store.
    public var updated: TimeInstant

    public init(id: String, collection: CollectionID, fingerprint: String, options: JSON = [:], owner: String) {
        self.id = id
        self.collection = collection
        self.fingerprint = fingerprint
        self.options = options
        self.owner = owner
        state = .open
        error = nil
        created = TimeInstant(microseconds: 0)
        updated = TimeInstant(microseconds: 0)
    }
}

/// An object of an upload that has arrived in full.
public struct UploadObject: Hashable, Sendable {
    public var key: String
    /// Bytes.
    public var size: Int64
    /// Lower-case hexadecimal.
    public var sha256: String

    public init(key: String, size: Int64, sha256: String) {
        self.key = key
        self.size = size
        self.sha256 = sha256
    }
}
