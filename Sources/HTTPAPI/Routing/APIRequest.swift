import Core
import HTTPTypes
import Hummingbird
import NIOCore
import Services

/// A request on its way to a handler: authenticated, its route known, its parameters decoded and known to the route.
struct APIRequest: Sendable {
    let service: Chronotope
    let route: Route
    let links: LinkBuilder
    let principal: Principal
    let captures: [String: String]
    let query: QueryParameters
    let headers: HTTPFields
    let body: RequestBody
    let method: HTTPRequest.Method
    /// The URL as the client asked for it, for `self` links.
    let selfURL: String

    /// A segment captured from the path. The route table guarantees that it is there.
    func path(_ name: String) -> String { captures[name] ?? "" }

    func collectionID() throws -> CollectionID {
        let text = path("collectionId")
        do { return try CollectionID(text) } catch { throw ServiceError.notFound("collection", text) }
    }

    /// Runs blocking work on the server's pool.
    func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await service.pool.run(work)
    }

    /// The whole body within the configured limit.
    ///
    /// - Throws: `payloadTooLarge` with the limit.
    func bytes() async throws -> [UInt8] {
        let limit = service.configuration.maximumBodyBytes
        try refuseLength(beyond: limit, "the body")
        var bytes: [UInt8] = []
        for try await buffer in body {
            guard bytes.count + buffer.readableBytes <= limit else {
                throw ServiceError(.payloadTooLarge, "the body is larger than \(limit) bytes")
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    /// Refuses by the announced length, before a byte of it was read.
    func refuseLength(beyond limit: Int, _ what: String) throws(ServiceError) {
        guard let text = headers[.contentLength], let length = Int(text), length > limit else { return }
        throw ServiceError(.payloadTooLarge, "\(what) has \(length) bytes; the limit is \(limit)")
    }

    /// - Throws: `invalidBody` for what is not JSON or nests too deep.
    func json() async throws -> JSON {
        let bytes = try await bytes()
        do { return try JSONParser.parse(bytes) } catch {
            throw ServiceError(.invalidBody, "the body: \(error.rule)" + (error.offset.map { " (at byte \($0), near '\(error.value)')" } ?? ""))
        }
    }

    func jsonObject() async throws -> JSONObject {
        guard let object = try await json().objectValue else { throw ServiceError(.invalidBody, "the body is a JSON object") }
        return object
    }
}
