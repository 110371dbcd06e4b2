/// What can go wrong while a Zarr hierarchy is opened, read or written.
///
/// Errors of chunks name the array and the chunk, so that one bad file among 100 000 is found. The `description` holds no
/// absolute path of the machine and no data, hence is safe to log and to return.
public struct ZarrError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No such array, group or store.
        case notFound
        /// Metadata that breaks the specification.
        case invalidMetadata
        /// Metadata that is well formed but asks for something this library does not do; the message names it.
        case unsupported
        /// A chunk or shard whose bytes do not decode to what the metadata promises.
        case corruptChunk
        /// A store key with empty segments, `..`, an absolute path…
        case invalidKey
        /// A region or chunk index outside the array.
        case outOfBounds
        /// More memory than allowed would be needed.
        case tooLarge
        /// The store failed: a read, a write, a permission.
        case io
    }

    public var code: Code
    public var message: String
    /// The array, group or key concerned.
    public var path: String?
    /// The index of the chunk in the array's chunk grid (inner chunks when sharded).
    public var chunk: [Int]?

    public init(_ code: Code, _ message: String, path: String? = nil, chunk: [Int]? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.chunk = chunk
    }

    public var description: String {
        var place = ""
        if let path { place += "'\(path.isEmpty ? "/" : path)'" }
        if let chunk {
            place += (place.isEmpty ? "" : ", ") + "chunk (" + chunk.map(String.init).joined(separator: ", ") + ")"
        }
        return (place.isEmpty ? "" : place + ": ") + message
    }

    /// The same error with the place filled in where it is not known yet.
    func at(path: String? = nil, chunk: [Int]? = nil) -> ZarrError {
        var copy = self
        copy.path = copy.path ?? path
        copy.chunk = copy.chunk ?? chunk
        return copy
    }
}
