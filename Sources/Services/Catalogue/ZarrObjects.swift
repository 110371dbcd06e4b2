import Core
import Zarr

/// The objects of a published cube, whole or in part (RFC 9110, section 14).
public struct ZarrObjects: Sendable {
    let service: Chronotope

    public init(_ service: Chronotope) { self.service = service }

    public struct Part: Sendable {
        public var bytes: [UInt8]
        /// The bytes of the object that these are; nil for all of it.
        public var range: Range<Int>?
        /// The size of the whole object.
        public var size: Int
    }

    /// - Throws: `notFound` for a key that the store does not have, `rangeNotSatisfiable` with the size of the object.
    public func read(_ key: String, of collection: LoadedCollection, range header: String?, isHead: Bool) throws -> Part {
        let missing = ServiceError.notFound("object", key)
        guard let storage = collection.record.storage, (try? StoreKey.validate(key)) != nil, !key.hasPrefix(".") else { throw missing }
        let store = DirectoryStore(service.directory.cube(collection.id, storage: storage))
        guard let size = try store.size(of: key) else { throw missing }
        guard let header, let range = try ZarrObjects.range(header, size: size) else {
            return Part(bytes: isHead ? [] : try store.read(key) ?? [], range: nil, size: size)
        }
        guard !isHead else { return Part(bytes: [], range: range, size: size) }
        guard let bytes = try store.read(key, .fromStart(range)) else { throw missing }
        return Part(bytes: bytes, range: range, size: size)
    }

    /// One range; several at once, or a unit other than bytes, are answered with the whole object, as the standard allows.
    static func range(_ header: String, size: Int) throws(ServiceError) -> Range<Int>? {
        guard header.hasPrefix("bytes="), !header.contains(",") else { return nil }
        let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        let unsatisfiable = ServiceError(.rangeNotSatisfiable, "Range '\(CoreError.shorten(header))': the object has \(size) bytes")
        if ends[0].isEmpty {
            guard let count = Int(ends[1]) else { return nil }
            guard count > 0, size > 0 else { throw unsatisfiable }
            return max(0, size - count)..<size
        }
        guard let first = Int(ends[0]), first >= 0 else { return nil }
        guard first < size else { throw unsatisfiable }
        guard !ends[1].isEmpty else { return first..<size }
        guard let last = Int(ends[1]), last >= first else { return nil }
        return first..<min(size, last + 1)
    }
}
