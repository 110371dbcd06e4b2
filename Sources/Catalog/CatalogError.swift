/// What can go wrong in `Catalog`.
///
/// `message` names the object and the rule and is safe to show and to log; `detail` is what the database said (it may quote data)
/// and belongs into a debug log only.
public struct CatalogError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable {
        /// The collection, item or upload does not exist, or is not visible to who asks.
        case notFound
        /// It exists already, was changed meanwhile, or is in another state than the call needs.
        case conflict
        /// Two items of one publication have the same id, or an appended one has the id of one that is there.
        case duplicateItem
        /// A page token that was not made by this catalogue, for this order of records, or was altered.
        case invalidToken
        /// A record that breaks a rule of the catalogue (an empty id, a box that is not finite, …).
        case invalidRecord
        /// Another writer holds the database for longer than the busy time-out.
        case busy
        /// The database file cannot be opened, read or written, or is damaged.
        case io
        /// The database was made by a newer version of Chronotope.
        case incompatible
    }

    public var code: Code
    public var message: String
    public var detail: String?

    public init(_ code: Code, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    public var description: String { "\(code.rawValue): \(message)" }
    /// With what the database said; for a debug log, not for clients.
    public var debugDescription: String { detail.map { "\(description) (\($0))" } ?? description }
}
