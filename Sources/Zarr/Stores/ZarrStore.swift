/// Which bytes of a value are wanted.
public enum ByteRange: Hashable, Sendable {
    /// Bytes counted from the start; what lies beyond the end of the value is left out.
    case fromStart(Range<Int>)
    /// The last n bytes, or the whole value if it is shorter.
    case suffix(Int)

    /// The part of a value of `size` bytes.
    func resolved(size: Int) -> Range<Int> {
        switch self {
        case .fromStart(let range):
            let lower = min(max(range.lowerBound, 0), size)
            return lower..<max(lower, min(range.upperBound, size))
        case .suffix(let count):
            return (size - min(max(count, 0), size))..<size
        }
    }
}

/// Keys and their bytes (Zarr v3 core specification, "Abstract store interface"). Calls block; any thread may make them.
///
/// Keys are relative paths with `/` between segments, see `StoreKey`. A value may be replaced as a whole but never changes
/// under a reader that has begun to read it.
public protocol ZarrStore: Sendable {
    /// The whole value; nil if there is no such key.
    func read(_ key: String) throws(ZarrError) -> [UInt8]?
    /// A part of the value, shorter than asked for if the value ends before; nil if there is no such key.
    func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]?
    /// Bytes of the value; nil if there is no such key.
    func size(of key: String) throws(ZarrError) -> Int?
    /// All keys that begin with `prefix` (the empty prefix: all keys), sorted.
    func list(prefix: String) throws(ZarrError) -> [String]
    /// Names of the "directories" directly below `path` ("" = root), sorted: what opening a hierarchy walks without
    /// listing a hundred thousand chunks.
    func children(of path: String) throws(ZarrError) -> [String]
}

extension ZarrStore {
    public func children(of path: String) throws(ZarrError) -> [String] {
        let prefix = path.isEmpty ? "" : path + "/"
        var names: Set<String> = []
        for key in try list(prefix: prefix) {
            let rest = key.dropFirst(prefix.count)
            if let slash = rest.firstIndex(of: "/") { names.insert(String(rest[..<slash])) }
        }
        return names.sorted()
    }

    public func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? {
        guard let whole = try read(key) else { return nil }
        return Array(whole[range.resolved(size: whole.count)])
    }

    public func size(of key: String) throws(ZarrError) -> Int? { try read(key)?.count }
}

/// A store that can be written. A value appears whole or not at all.
public protocol WritableZarrStore: ZarrStore {
    func write(_ key: String, _ bytes: UnsafeRawBufferPointer) throws(ZarrError)
    /// Removes a key; no error if there is none.
    func remove(_ key: String) throws(ZarrError)
}

extension WritableZarrStore {
    public func write(_ key: String, _ bytes: [UInt8]) throws(ZarrError) {
        try bytes.withRaw { (raw) throws(ZarrError) in try self.write(key, raw) }
    }
}

/// The rules for keys: what a path of a URL or of metadata must fulfil before it meets a file system.
public enum StoreKey {
    public static let maximumLength = 4096

    /// - Throws: `invalidKey` for an empty or absolute key, empty segments, `.` and `..`, NUL, backslashes, and the names of
    ///   unfinished writes.
    public static func validate(_ key: String) throws(ZarrError) {
        guard !key.isEmpty, key.utf8.count <= maximumLength else { throw refused(key, "a key has 1 to \(maximumLength) bytes") }
        guard !key.utf8.contains(0), !key.utf8.contains(UInt8(ascii: "\\")) else {
            throw refused(key, "a key has no NUL and no backslash")
        }
        for segment in key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !segment.isEmpty else { throw refused(key, "a key has no empty segments") }
            if segment.count <= 2, segment.allSatisfy({ $0 == UInt8(ascii: ".") }) {
                throw refused(key, "a key has no '.' or '..' segments")
            }
            if segment.starts(with: temporaryPrefix.utf8) { throw refused(key, "the name is reserved for unfinished writes") }
        }
    }

    /// Names beginning so are values that are being written.
    static let temporaryPrefix = ".zarr-partial-"

    /// `path/name`, or `name` at the root.
    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "/" + name }

    private static func refused(_ key: String, _ rule: String) -> ZarrError {
        ZarrError(.invalidKey, rule, path: String(key.prefix(200)))
    }
}
