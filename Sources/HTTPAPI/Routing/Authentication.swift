import HTTPTypes
import Services

/// Finds out who asks: `Authorization: Bearer …` (RFC 6750), or `?token=` for desktop clients that cannot send headers.
enum Authentication {
    /// - Throws: `unauthenticated` for another scheme or a token that nobody holds.
    static func principal(_ headers: HTTPFields, _ query: QueryParameters, _ tokens: TokenRegistry) throws(ServiceError) -> Principal {
        if let header = headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw ServiceError(.unauthenticated, "the Authorization header has the form 'Bearer <token>'")
            }
            return try tokens.principal(token: parts[1].trimmingPrefix(while: { $0 == " " }).description)
        }
        return try tokens.principal(token: query["token"])
    }
}
