import Catalog
import Core
import Geo
import HTTPTypes
import Hummingbird
import Services

/// `/search`, GET and POST (STAC API – Item Search).
enum Search {
    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/search", operationID: "getSearch", summary: "Search items over all collections, newest first", tag: .items,
                parameters: [
                    .bbox, .query("intersects", "A GeoJSON geometry of any type; not together with bbox"), .datetime,
                    .limit(default: Limits.items.standard, maximum: Limits.items.maximum), .list("ids", "Ids of items"),
                    .list("collections", "Ids of collections"), .after,
                    .format("json", "geojson", "html"),
                ],
                responses: [.ok(MediaType.geoJSON, MediaType.html)], conformance: ["https://api.stacspec.org/v1.0.0/item-search"], handler: get),
            Route(
                method: .post, path: "/search", operationID: "postSearch", summary: "Search items over all collections, newest first", tag: .items,
                body: RequestBodyDescription(mediaTypes: [MediaType.json], description: "collections, ids, bbox, intersects, datetime, limit, after"),
                responses: [.ok(MediaType.geoJSON), .problem(400, "A member that is unknown or breaks a rule")], handler: post),
        ]
    }

    private static func get(_ request: APIRequest) async throws -> Response {
        let search = SearchRequest(
            collections: try SearchRequest.collectionIDs(request.query.list("collections")), ids: request.query.list("ids"), bbox: try request.bbox(),
            intersects: try request.intersects(), interval: try request.datetime(),
            limit: try request.limit(default: Limits.items.standard, maximum: Limits.items.maximum), after: request.query["after"])
        let representation = try request.negotiate([.geoJSON, .json, .html])
        let bytes = try await run(request, search) { Link("next", request.following(after: $0), type: MediaType.geoJSON, extra: ["method": "GET"]) }
        return try request.geoJSON(bytes, representation, title: "Search")
    }

    private static func post(_ request: APIRequest) async throws -> Response {
        let body = try await request.jsonObject()
        let bytes = try await run(request, try SearchRequest(body: body)) { token in
            var next = body
            next["after"] = .string(token)
            return Link("next", request.links.url("search"), type: MediaType.geoJSON, extra: ["method": "POST", "body": .object(next), "merge": false])
        }
        return .bytes(bytes, type: MediaType.geoJSON)
    }

    private static func run(_ request: APIRequest, _ search: SearchRequest, _ next: @escaping @Sendable (String) -> Link) async throws -> [UInt8] {
        try await request.blocking {
            let links = [Link("self", request.selfURL, type: MediaType.geoJSON), Link("root", request.links.url(), type: MediaType.json)]
            return try ItemSearch(request.service).page(
                try search.query(for: request.principal, isFeatures: false), for: request.principal, links: request.links, ownLinks: links, nextLink: next)
        }
    }
}

extension APIRequest {
    /// A GeoJSON geometry as text.
    func intersects() throws(ServiceError) -> Geometry? {
        guard let text = query["intersects"] else { return nil }
        let json = try ServiceError.naming("intersects") { () throws(CoreError) in try JSONParser.parse(text) }
        return try SearchRequest.geometry(json)
    }
}
