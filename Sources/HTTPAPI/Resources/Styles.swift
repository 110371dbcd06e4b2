import Core
import Hummingbird
import Raster
import Services

/// `/collections/{collectionId}/styles`, `/capabilities` and `/legend`.
enum Styles {
    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/collections/{collectionId}/capabilities", operationID: "getCapabilities",
                summary: "Layers, times, extent, grid, levels, tilesets, formats and aggregations of a collection", tag: .collections,
                parameters: [.collectionID, .format("json", "html")], responses: [.ok(MediaType.json, MediaType.html), .notModified]
            ) { request in
                let collection = try await request.collection()
                return try request.versioned(collection, "capabilities-" + (try request.negotiate([.json, .html]).name)) {
                    try request.page(
                        CapabilitiesDocument.make(collection, request.links), title: "Capabilities of \(collection.record.title ?? collection.id.rawValue)")
                }
            },
            Route(
                method: .get, path: "/collections/{collectionId}/styles", operationID: "getStyles", summary: "The styles of a collection", tag: .tiles,
                parameters: [.collectionID, .format("json", "html")], responses: [.ok(MediaType.json, MediaType.html), .notModified]
            ) { request in
                let collection = try await request.collection()
                return try request.versioned(collection, "styles-" + (try request.negotiate([.json, .html]).name)) {
                    try request.page(StyleDocument.list(collection, request.links), title: "Styles")
                }
            },
            Route(
                method: .get, path: "/collections/{collectionId}/styles/{styleId}", operationID: "getStyle", summary: "A MapLibre style", tag: .tiles,
                parameters: [.collectionID, .path("styleId", "default"), .format("json")], responses: [.ok(MediaType.mapboxStyle), .notModified]
            ) { request in
                let collection = try await request.collection()
                guard request.path("styleId") == StyleDocument.id else {
                    throw ServiceError.notFound("style", request.path("styleId"), hint: "there is 'default'")
                }
                return request.versioned(collection, "style") { .json(StyleDocument.make(collection, request.links), type: MediaType.mapboxStyle) }
            },
            Route(
                method: .get, path: "/collections/{collectionId}/legend", operationID: "getLegend", summary: "The legend of a layer", tag: .tiles,
                parameters: [.collectionID, .layers, .rescale, .colormap, .format("png", "svg", "json")],
                responses: [.ok(MediaType.png, MediaType.svg, MediaType.json), .notModified], handler: legend),
        ]
    }

    private static func legend(_ request: APIRequest) async throws -> Response {
        let collection = try await request.collection()
        guard let cube = collection.description else { throw ServiceError(.notFound, "collection '\(collection.id)' has no raster layers") }
        let parameters = try RasterParameters(
            layers: request.query.list("layers"), interval: nil, rescale: request.query["rescale"], colormap: request.query["colormap"], resampling: nil)
        let layer = try Layers.named(parameters.layers, of: cube, maximum: 1)[0]
        let representation = try request.negotiate([.png, .svg, .json])
        return try request.versioned(collection, "legend-" + representation.name) {
            Response.bytes(try LegendDocument.make(layer, parameters, representation.name), type: representation.mediaType)
        }
    }
}

extension APIRequest {
    /// The collection of the path.
    func collection() async throws -> LoadedCollection {
        let id = try collectionID()
        return try await blocking { try service.collection(id, for: principal) }
    }
}
