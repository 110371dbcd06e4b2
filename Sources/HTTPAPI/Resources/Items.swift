import Catalog
import Core
import Hummingbird
import Services

/// `/collections/{collectionId}/items` and `/collections/{collectionId}/items/{itemId}`.
enum Items {
    static let conformance = [
        "https://api.stacspec.org/v1.0.0/ogcapi-features", "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson", "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    ]

    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/collections/{collectionId}/items", operationID: "getItems", summary: "Slices of a cube and features, as STAC Items",
                tag: .items,
                parameters: [
                    .collectionID, .bbox, .datetime, .limit(default: Limits.items.standard, maximum: Limits.items.maximum), .list("ids", "Ids of items"),
                    .list("collections", "Ids of collections; anything but this one matches nothing"), .after, .format("json", "geojson", "html"),
                ],
                responses: [.ok(MediaType.geoJSON, MediaType.html)], conformance: conformance, handler: list),
            Route(
                method: .get, path: "/collections/{collectionId}/items/{itemId}", operationID: "getItem", summary: "One item", tag: .items,
                parameters: [.collectionID, .path("itemId", "The id of an item"), .format("json", "geojson", "html")],
                responses: [.ok(MediaType.geoJSON, MediaType.html), .notModified],
                handler: get),
        ]
    }

    private static func list(_ request: APIRequest) async throws -> Response {
        let id = try request.collectionID()
        // Clients that page through a search also send the collection here.
        let asked = try SearchRequest.collectionIDs(request.query.list("collections"))
        let search = SearchRequest(
            collections: asked.map { $0.filter { $0 == id } } ?? [id], ids: request.query.list("ids"), bbox: try request.bbox(),
            interval: try request.datetime(),
            limit: try request.limit(default: Limits.items.standard, maximum: Limits.items.maximum), after: request.query["after"])
        let representation = try request.negotiate([.geoJSON, .json, .html])
        let (collection, bytes) = try await request.blocking {
            let collection = try request.service.collection(id, for: request.principal)
            let query = try search.query(for: request.principal, isFeatures: true)
            let links = [
                Link("self", request.selfURL, type: MediaType.geoJSON), Link("root", request.links.url(), type: MediaType.json),
                Link("alternate", request.links.collection(id, "items", query: [("f", "html")]), type: MediaType.html, title: "This page for people"),
                Link("collection", request.links.collection(id), type: MediaType.json), Link("parent", request.links.collection(id), type: MediaType.json),
            ]
            let bytes = try ItemSearch(request.service).page(query, for: request.principal, links: request.links, ownLinks: links) {
                Link("next", request.following(after: $0), type: MediaType.geoJSON, extra: ["method": "GET"])
            }
            return (collection, bytes)
        }
        var response = try request.geoJSON(bytes, representation, title: "Items of " + (collection.record.title ?? id.rawValue))
        response.headers[.init("Content-Crs")!] = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        return response
    }

    private static func get(_ request: APIRequest) async throws -> Response {
        let id = try request.collectionID()
        let representation = try request.negotiate([.geoJSON, .json, .html])
        let (collection, bytes) = try await request.blocking {
            let collection = try request.service.collection(id, for: request.principal)
            return (collection, try ItemSearch(request.service).item(request.path("itemId"), in: collection, for: request.principal, links: request.links))
        }
        let etag = collection.etag(representation.name + request.links.tag)
        if request.has(etag) { return .notModified(etag) }
        var response = try request.geoJSON(bytes, representation, title: request.path("itemId")).tagged(etag, isPrivate: collection.record.isPrivate)
        response.headers[.init("Content-Crs")!] = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        return response
    }
}
