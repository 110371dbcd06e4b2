import Core
import Geo
import Hummingbird
import Services

/// `/tileMatrixSets` (OGC Two Dimensional Tile Matrix Set 2.0).
enum TileMatrixSets {
    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/tileMatrixSets", operationID: "getTileMatrixSets", summary: "The tile matrix sets that tiles come in", tag: .tiles,
                parameters: [.format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)],
                conformance: ["http://www.opengis.net/spec/tms/2.0/conf/tilematrixset", "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset"]
            ) { request in
                let sets: [JSON] = [TileMatrixSet.webMercatorQuad].map { set in
                    [
                        "id": .string(set.id), "title": .string(set.title), "uri": JSON(set.uri),
                        "links": JSON([Link(Rel.tilingScheme, request.links.url("tileMatrixSets", set.id), type: MediaType.json)]),
                    ]
                }
                return try request.page(
                    ["tileMatrixSets": .array(sets), "links": JSON([Link("self", request.links.url("tileMatrixSets"), type: MediaType.json)])],
                    title: "Tile matrix sets")
            },
            Route(
                method: .get, path: "/tileMatrixSets/{tileMatrixSetId}", operationID: "getTileMatrixSet", summary: "A tile matrix set", tag: .tiles,
                parameters: [.path("tileMatrixSetId", "WebMercatorQuad"), .format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)]
            ) { request in
                let id = request.path("tileMatrixSetId")
                guard id == TileMatrixSet.webMercatorQuad.id else { throw ServiceError.notFound("tile matrix set", id, hint: "there is WebMercatorQuad") }
                return try request.page(TileMatrixSet.webMercatorQuad.json, title: id)
            },
        ]
    }
}
