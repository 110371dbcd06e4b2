import Core
import Hummingbird
import Services

/// `/api` (OpenAPI 3.0) and `/api.html` (Swagger UI over it).
enum APIDefinition {
    static func routes(all: @escaping @Sendable () -> [Route]) -> [Route] {
        [
            Route(
                method: .get, path: "/api", operationID: "getAPI", summary: "This document", tag: .server,
                parameters: [.format("json", "html")], responses: [.ok(MediaType.openAPI, MediaType.html)],
                conformance: [
                    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30", "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
                ]
            ) { request in
                if try request.negotiate([Representation(name: "json", mediaType: MediaType.openAPI), .html]) == .html {
                    return try WebPages.file("api.html", request)
                }
                return .json(OpenAPIDocument.make(all(), links: request.links, version: Chronotope.version), type: MediaType.openAPI)
            },
            Route(
                method: .get, path: "/api.html", operationID: "getAPIPage", summary: "The API documentation for people", tag: .pages,
                responses: [.ok(MediaType.html)]
            ) { request in try WebPages.file("api.html", request) },
        ]
    }
}
