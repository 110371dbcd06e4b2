import Catalog
import Core
import HTTPTypes
import Hummingbird
import Services

/// `/collections` and `/collections/{collectionId}`.
enum Collections {
    static let conformance = [
        "https://api.stacspec.org/v1.0.0/collections", "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
        "https://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections", "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/json",
        "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/html",
    ]

    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/collections", operationID: "getCollections", summary: "The collections", tag: .collections,
                parameters: [
                    .bbox, .datetime, .limit(default: Limits.collections.standard, maximum: Limits.collections.maximum), .after, .format("json", "html"),
                ],
                responses: [.ok(MediaType.json, MediaType.html)], conformance: conformance, handler: list),
            Route(
                method: .post, path: "/collections", operationID: "createCollection", summary: "Create a collection", tag: .collections,
                body: RequestBodyDescription(mediaTypes: [MediaType.json], description: "A STAC Collection; id is required"),
                responses: [
                    ResponseDescription(status: 201, description: "Created", mediaTypes: [MediaType.json]), .problem(400, "The body is not a collection"),
                    .problem(409, "There is one with this id"),
                ],
                needsWrite: true, handler: create),
            Route(
                method: .get, path: "/collections/{collectionId}", operationID: "getCollection", summary: "A collection", tag: .collections,
                parameters: [.collectionID, .format("json", "html")], responses: [.ok(MediaType.json, MediaType.html), .notModified], handler: get),
            Route(
                method: .put, path: "/collections/{collectionId}", operationID: "replaceCollection",
                summary: "Replace what a collection says of itself; its data stay",
                tag: .collections, parameters: [.collectionID], body: RequestBodyDescription(mediaTypes: [MediaType.json], description: "A STAC Collection"),
                responses: [.ok(MediaType.json), .problem(400, "The body is not a collection")], needsWrite: true, handler: replace),
            Route(
                method: .delete, path: "/collections/{collectionId}", operationID: "deleteCollection", summary: "Remove a collection with all its data",
                tag: .collections,
                parameters: [.collectionID], responses: [ResponseDescription(status: 204, description: "Removed", mediaTypes: [])], needsWrite: true,
                handler: delete),
        ]
    }

    private static func list(_ request: APIRequest) async throws -> Response {
        let limit = try request.limit(default: Limits.collections.standard, maximum: Limits.collections.maximum)
        let (bbox, interval) = (try request.bbox(), try request.datetime())
        let after = try request.query["after"].map { text in try ServiceError.naming("after") { () throws(CoreError) in try CollectionID(text) } }
        let document: JSON = try await request.blocking {
            let query = CollectionQuery(limit: limit, after: after, bbox: bbox, interval: interval, access: request.principal.access)
            let page = try request.service.catalog.collections(query)
            let documents = try page.records.map { CollectionDocument.make(try request.service.collection($0.id, for: request.principal), request.links) }
            var links = [
                Link("self", request.selfURL, type: MediaType.json), Link("root", request.links.url(), type: MediaType.json),
                Link("alternate", request.links.url("collections", query: [("f", "html")]), type: MediaType.html, title: "This page for people"),
            ]
            if let next = page.next { links.append(Link("next", request.following(after: next.rawValue), type: MediaType.json)) }
            return ["collections": .array(documents), "numberReturned": JSON(documents.count), "links": JSON(links)]
        }
        return try request.page(document, title: "Collections")
    }

    private static func get(_ request: APIRequest) async throws -> Response {
        let id = try request.collectionID()
        let collection = try await request.blocking { try request.service.collection(id, for: request.principal) }
        return try request.versioned(collection, try request.negotiate([.json, .html]).name) {
            try request.page(CollectionDocument.make(collection, request.links), title: collection.record.title ?? id.rawValue)
        }
    }

    private static func create(_ request: APIRequest) async throws -> Response {
        let body = try await request.jsonObject()
        let id = try await request.blocking { try CollectionEditor(request.service).create(body) }
        let collection = try await request.blocking { try request.service.collection(id, for: request.principal) }
        var response = Response.json(CollectionDocument.make(collection, request.links), status: .created)
        response.headers[.location] = request.links.collection(id)
        return response
    }

    private static func replace(_ request: APIRequest) async throws -> Response {
        let id = try request.collectionID()
        let body = try await request.jsonObject()
        let collection = try await request.blocking {
            _ = try request.service.collection(id, for: request.principal)
            try CollectionEditor(request.service).replace(id, body)
            return try request.service.collection(id, for: request.principal)
        }
        return .json(CollectionDocument.make(collection, request.links))
    }

    private static func delete(_ request: APIRequest) async throws -> Response {
        let id = try request.collectionID()
        try await request.blocking {
            _ = try request.service.collection(id, for: request.principal)
            try CollectionEditor(request.service).delete(id)
        }
        return Response(status: .noContent)
    }
}
