import Catalog
import Core
import Crypto

/// A bearer token from the configuration (RFC 6750).
public struct TokenGrant: Sendable, Hashable {
    public var name: String
    public var token: String
    public var canWrite: Bool
    /// The private collections it may see; nil means all.
    public var collections: [CollectionID]?

    public init(name: String, token: String, canWrite: Bool, collections: [CollectionID]? = nil) {
        self.name = name
        self.token = token
        self.canWrite = canWrite
        self.collections = collections
    }
}

/// Finds the principal behind a token. Tokens are kept as SHA-256 digests and looked up by digest, so that neither the
/// memory nor the time of a comparison gives one away.
public struct TokenRegistry: Sendable {
    private let principals: [[UInt8]: Principal]

    public init(_ grants: [TokenGrant]) {
        var principals: [[UInt8]: Principal] = [:]
        for grant in grants {
            let access = grant.collections.map { Access(privateCollections: .only(Set($0))) } ?? .all
            principals[TokenRegistry.digest(grant.token)] = Principal(name: grant.name, canWrite: grant.canWrite, access: access)
        }
        self.principals = principals
    }

    /// - Throws: `unauthenticated` for a token that nobody holds.
    public func principal(token: String?) throws(ServiceError) -> Principal {
        guard let token else { return .anonymous }
        guard let principal = principals[TokenRegistry.digest(token)] else {
            throw ServiceError(.unauthenticated, "the bearer token is not valid")
        }
        return principal
    }

    private static func digest(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
