import Catalog
import Core
import Hummingbird
import Services

/// `/`, `/conformance`, `/health`.
enum Landing {
    static func routes(conformance: @escaping @Sendable () -> [String]) -> [Route] {
        [
            Route(
                method: .get, path: "/", operationID: "getLandingPage", summary: "Landing page: STAC catalogue and OGC landing page", tag: .server,
                parameters: [.format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)],
                conformance: [
                    "https://api.stacspec.org/v1.0.0/core", "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
                    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page", "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
                    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
                ]
            ) { request in
                let records = try await request.blocking {
                    try request.service.catalog.collections(CollectionQuery(limit: Limits.collections.maximum, access: request.principal.access)).records
                }
                return try request.page(LandingDocument.make(records, conformance: conformance(), request.links), title: "Chronotope")
            },
            Route(
                method: .get, path: "/conformance", operationID: "getConformance", summary: "The conformance classes that hold", tag: .server,
                parameters: [.format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)]
            ) { request in
                try request.page(["conformsTo": JSON(conformance())], title: "Conformance")
            },
            Route(
                method: .get, path: "/health", operationID: "getHealth", summary: "Whether the server is well, and the versions of its libraries", tag: .server,
                parameters: [.format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)]
            ) { request in
                try request.page(try await request.blocking { try request.service.health() }, title: "Health")
            },
        ]
    }
}
