import Core
import Services

/// OpenAPI 3.0.3 out of the route table (OGC API – Common, requirements class OpenAPI 3.0).
enum OpenAPIDocument {
    static func make(_ routes: [Route], links: LinkBuilder, version: String) -> JSON {
        var paths: JSONObject = [:]
        for route in routes {
            let path = openAPIPath(route.path)
            var item = paths[path]?.objectValue ?? [:]
            item[route.method.rawValue.lowercased()] = operation(route)
            paths[path] = .object(item)
        }
        return [
            "openapi": "3.0.3",
            "info": [
                "title": "Chronotope", "version": .string(version),
                "description": "Rasters and features in space and time: STAC, OGC API, tiles, time series.",
                "license": ["name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"],
            ],
            "servers": [["url": .string(links.base)]],
            "tags": .array(Route.Tag.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": .object(paths),
            "components": [
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer", "description": "A token from the server's configuration"]
                ],
                "schemas": ["problem": problemSchema],
            ],
        ]
    }

    /// OpenAPI knows no captures over several segments: `{key+}` becomes `{key}`.
    private static func openAPIPath(_ path: String) -> String { path.replacing("+}", with: "}") }

    private static func operation(_ route: Route) -> JSON {
        var operation: JSONObject = [
            "operationId": .string(route.operationID), "summary": .string(route.summary), "tags": [.string(route.tag.rawValue)],
        ]
        if !route.parameters.isEmpty { operation["parameters"] = .array(route.parameters.map(parameter)) }
        if let body = route.body {
            operation["requestBody"] = [
                "description": .string(body.description), "required": JSON(body.required),
                "content": JSON(body.mediaTypes.map { ($0, ["schema": schema(ofMediaType: $0)]) }),
            ]
        }
        operation["responses"] = JSON(responses(route).map { ("\($0.status)", response($0)) })
        if route.needsWrite { operation["security"] = [["bearer": []]] }
        return .object(operation)
    }

    private static func responses(_ route: Route) -> [ResponseDescription] {
        var all = route.responses
        func add(_ status: Int, _ text: String) {
            if !all.contains(where: { $0.status == status }) { all.append(.problem(status, text)) }
        }
        if !route.parameters.isEmpty { add(400, "A parameter that is unknown or breaks a rule") }
        if route.path.contains("{") { add(404, "No such resource") }
        add(401, "A token that is missing or not valid")
        if route.needsWrite { add(403, "The token may not do this") }
        add(406, "None of the accepted media types is offered")
        add(503, "The server is busy; Retry-After says when to come back")
        return all
    }

    private static func parameter(_ parameter: Parameter) -> JSON {
        var object: JSONObject = [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue), "description": .string(parameter.description),
            "required": JSON(parameter.required || parameter.place == .path), "schema": parameter.schema,
        ]
        if parameter.place == .query {
            object["style"] = "form"
            object["explode"] = false
        }
        return .object(object)
    }

    private static func response(_ response: ResponseDescription) -> JSON {
        var object: JSONObject = ["description": .string(response.description)]
        if !response.mediaTypes.isEmpty {
            object["content"] = JSON(
                response.mediaTypes.map { type in
                    (type, ["schema": type == MediaType.problem ? ["$ref": "#/components/schemas/problem"] : schema(ofMediaType: type)])
                })
        }
        return .object(object)
    }

    private static func schema(ofMediaType type: String) -> JSON {
        if type.contains("json") { return ["type": "object"] }
        if type.hasPrefix("text/") { return ["type": "string"] }
        return ["type": "string", "format": "binary"]
    }

    private static let problemSchema: JSON = [
        "type": "object", "required": ["type", "title", "status", "code", "description"],
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"], "detail": ["type": "string"],
            "code": ["type": "string"], "message": ["type": "string"], "description": ["type": "string"], "id": ["type": "string"],
        ],
    ]
}
