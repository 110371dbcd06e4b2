import Synchronization

/// A store in memory: for tests and for what is small.
public final class MemoryStore: WritableZarrStore {
    private let values: Mutex<[String: [UInt8]]>

    public init(_ values: [String: [UInt8]] = [:]) { self.values = Mutex(values) }

    public func read(_ key: String) throws(ZarrError) -> [UInt8]? {
        try StoreKey.validate(key)
        return values.withLock { $0[key] }
    }

    public func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? {
        guard let whole = try read(key) else { return nil }
        return Array(whole[range.resolved(size: whole.count)])
    }

    public func size(of key: String) throws(ZarrError) -> Int? { try read(key)?.count }

    public func list(prefix: String) throws(ZarrError) -> [String] {
        values.withLock { $0.keys.filter { $0.hasPrefix(prefix) }.sorted() }
    }

    public func write(_ key: String, _ bytes: UnsafeRawBufferPointer) throws(ZarrError) {
        try StoreKey.validate(key)
        let copy = Array(bytes)
        values.withLock { $0[key] = copy }
    }

    public func remove(_ key: String) throws(ZarrError) {
        try StoreKey.validate(key)
        values.withLock { _ = $0.removeValue(forKey: key) }
    }
}
