import Core
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Services

/// The request context: Hummingbird's own, and the peer's address for the question whether its proxy headers are believed.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// One router mounted at `/` and at `/api/v2`: finds the route, authenticates, refuses unknown parameters, calls the
/// handler, turns errors into problem documents and adds the headers that every answer has.
struct APIResponder: HTTPResponder {
    typealias Context = APIContext

    let service: Chronotope
    let table: RouteTable

    func respond(to request: Request, context: APIContext) async throws -> Response {
        var response: Response
        do {
            response = try await dispatch(request, context)
        } catch {
            response = ErrorResponse.make(error, requestID: context.id, logger: context.logger)
        }
        CORS.decorate(&response)
        if request.method == .head { response = Response(status: response.status, headers: response.headers.withLength(of: response.body), body: .init()) }
        return response
    }

    private func dispatch(_ request: Request, _ context: APIContext) async throws -> Response {
        let target = Target(request.uri.string)
        let (surface, segments) = try target.surfaceAndSegments()
        guard let match = table.match(segments) else {
            throw ServiceError(.notFound, "there is no resource at '\(CoreError.shorten(target.path))'")
        }
        var allowed = Set(match.methods.keys.map(\.rawValue))
        if allowed.contains("GET") { allowed.insert("HEAD") }
        if request.method == .options { return CORS.preflight(allowed: allowed) }
        guard let index = match.methods[request.method == .head ? .get : request.method] else {
            var error = ServiceError(
                .methodNotAllowed,
                "'\(request.method.rawValue)' is not a method of this resource; there are: \((allowed.union(["OPTIONS"])).sorted().joined(separator: ", "))")
            error.allowed = allowed.union(["OPTIONS"]).sorted()
            throw error
        }
        let route = table.routes[index]
        let query = try QueryParameters(target.query)
        try refuseUnknown(query, route)
        let principal = try Authentication.principal(request.headers, query, service.tokens)
        if route.needsWrite { try principal.requireWrite() }
        let links = PublicAddress.links(request, remote: context.remoteAddress, surface: surface, token: query["token"], service.configuration)
        var response = try await route.handler(
            APIRequest(
                service: service, route: route, links: links, principal: principal, captures: match.captures, query: query,
                headers: request.headers, body: request.body, method: request.method, selfURL: links.root + target.original))
        // What somebody saw with a token must not be handed to others by a cache on the way.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = principal.isAnonymous ? "no-cache" : "private, no-cache" }
        return response
    }

    private func refuseUnknown(_ query: QueryParameters, _ route: Route) throws(ServiceError) {
        let known = Set(route.parameters.lazy.filter { $0.place == .query }.map(\.name)).union(["token"])
        if let stranger = query.items.first(where: { !known.contains($0.name) }) {
            throw ServiceError(
                .unknownParameter,
                "'\(CoreError.shorten(stranger.name))' is not a parameter of this resource; there are: \(known.sorted().joined(separator: ", "))",
                parameter: stranger.name)
        }
    }
}

/// The target of a request line, taken apart.
struct Target {
    let original: String
    let path: String
    let query: String?

    init(_ text: String) {
        original = text.hasPrefix("/") ? text : "/" + text
        let parts = original.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? String(parts[1]) : nil
    }

    /// The surface and the decoded segments below it. A slash at the end does not matter; empty segments within stay, and match nothing
    /// but the rest of a path.
    func surfaceAndSegments() throws(ServiceError) -> (String, [String]) {
        let surface = Configuration.surfaces.first { !$0.isEmpty && (path == $0 || path.hasPrefix($0 + "/")) } ?? ""
        var segments: [String] = []
        var parts = path.dropFirst(surface.count).split(separator: "/", omittingEmptySubsequences: false)
        if parts.first?.isEmpty == true { parts.removeFirst() }
        if parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts { segments.append(try QueryParameters.decode(part, plusIsSpace: false)) }
        return (surface, segments)
    }
}
