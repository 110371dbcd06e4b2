import Catalog
import Core

/// Who asks, and what they may do. What they may see goes into every query as `access`.
public struct Principal: Sendable {
    public let name: String
    public let canWrite: Bool
    public let access: Access

    public init(name: String, canWrite: Bool, access: Access) {
        self.name = name
        self.canWrite = canWrite
        self.access = access
    }

    public static let anonymous = Principal(name: "anonymous", canWrite: false, access: .publicOnly)
    /// The command line: whoever can write the data directory.
    public static let local = Principal(name: "local", canWrite: true, access: .all)

    public var isAnonymous: Bool { name == Principal.anonymous.name }

    /// - Throws: `unauthenticated` without a token, `forbidden` with one that may not write.
    public func requireWrite() throws(ServiceError) {
        if canWrite { return }
        if isAnonymous { throw ServiceError(.unauthenticated, "writing needs a token: send 'Authorization: Bearer <token>'") }
        throw ServiceError(.forbidden, "the token '\(name)' may read but not write")
    }
}
