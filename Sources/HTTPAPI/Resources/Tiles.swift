import Core
import Geo
import HTTPTypes
import Hummingbird
import Raster
import Services

/// `/collections/{collectionId}/tiles…`: tilesets, TileJSON, pictures and vector tiles.
enum Tiles {
    static let tilesConformance = [
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core", "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list", "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/png", "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime", "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    ]
    static let drawing: [Parameter] = [.layers, .datetime, .rescale, .colormap, .resampling]

    static func routes() -> [Route] {
        let tileset = Parameter.path("tilesetId", "WebMercatorQuad for pictures, WebMercatorQuad-Vector for features")
        return [
            Route(
                method: .get, path: "/collections/{collectionId}/tiles", operationID: "getTilesets", summary: "The tilesets of a collection", tag: .tiles,
                parameters: [.collectionID, .format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)], conformance: tilesConformance,
                handler: list),
            Route(
                method: .get, path: "/collections/{collectionId}/tiles/{tilesetId}", operationID: "getTileset", summary: "The metadata of a tileset",
                tag: .tiles,
                parameters: [.collectionID, tileset, .format("json", "html")], responses: [.ok(MediaType.json, MediaType.html)], handler: get),
            Route(
                method: .get, path: "/collections/{collectionId}/tiles/{tilesetId}/tilejson.json", operationID: "getTileJSON", summary: "TileJSON 3.0.0",
                tag: .tiles,
                parameters: [.collectionID, tileset] + drawing + [.format("json")], responses: [.ok(MediaType.json), .notModified], handler: tileJSON),
            Route(
                method: .get, path: "/collections/{collectionId}/tiles/{tilesetId}/{tileMatrix}/{tileRow}/{tileCol}", operationID: "getTile",
                summary: "A tile: a picture of a layer at one time, or features as MVT", tag: .tiles,
                parameters: [
                    .collectionID, tileset, .path("tileMatrix", "Zoom level"), .path("tileRow", "Row, from the north"),
                    .path("tileCol", "Column, from the west; may carry .png, .webp or .mvt"),
                ] + drawing + [.query("v", "The collection's version, so that caches may keep the tile"), .format("png", "webp", "mvt")],
                responses: [.ok(MediaType.png, MediaType.webp, MediaType.mvt, description: "The tile"), .notModified], handler: tile),
        ]
    }

    private static func list(_ request: APIRequest) async throws -> Response {
        let collection = try await request.collection()
        return try request.versioned(collection, "tilesets-" + (try request.negotiate([.json, .html]).name)) {
            try request.page(TileDocuments.tilesets(collection, request.links), title: "Tilesets of \(collection.record.title ?? collection.id.rawValue)")
        }
    }

    private static func get(_ request: APIRequest) async throws -> Response {
        let collection = try await request.collection()
        let id = try TilesetID(request.path("tilesetId"), of: collection)
        return try request.versioned(collection, "tileset-\(id.rawValue)-" + (try request.negotiate([.json, .html]).name)) {
            try request.page(TileDocuments.tileset(id, collection, request.links), title: id.rawValue)
        }
    }

    // MARK: TileJSON

    private static func tileJSON(_ request: APIRequest) async throws -> Response {
        let collection = try await request.collection()
        guard try TilesetID(request.path("tilesetId"), of: collection) == .raster, let cube = collection.description else {
            return request.versioned(collection, "tilejson-vector") { .json(TileDocuments.vectorTileJSON(collection, query: [], request.links)) }
        }
        let parameters = try request.rasterParameters()
        let layer = try Layers.named(parameters.layers, of: cube, maximum: 1)[0]
        let query: [(String, String?)] = [("layers", layer.name)] + ["datetime", "rescale", "colormap", "resampling"].map { ($0, request.query[$0]) }
        return request.versioned(collection, "tilejson") { .json(TileDocuments.rasterTileJSON(collection, cube, layer: layer, query: query, request.links)) }
    }

    // MARK: Tiles

    private static func tile(_ request: APIRequest) async throws -> Response {
        let collection = try await request.collection()
        let id = try TilesetID(request.path("tilesetId"), of: collection)
        let (tile, suffix) = try id.tile(matrix: request.path("tileMatrix"), row: request.path("tileRow"), column: request.path("tileCol"))
        return id == .raster
            ? try await picture(request, collection, tile, suffix) : try await features(request, collection, tile, suffix)
    }

    private static func picture(_ request: APIRequest, _ collection: LoadedCollection, _ tile: TileCoordinate, _ suffix: String?) async throws -> Response {
        guard let cube = collection.cube else { throw ServiceError(.notFound, "collection '\(collection.id)' has no raster layers") }
        let representation = try request.tileRepresentation([.png, .webp], suffix: suffix)
        let parameters = try request.rasterParameters()
        // Everything else that the picture depends on is in the URL.
        let etag = collection.etag(representation.name)
        if request.has(etag) { return .notModified(etag) }
        let drawn = try await request.blocking {
            try RasterTiles(request.service).tile(tile, parameters, format: representation == .webp ? .webp : .png, of: collection, cube)
        }
        var response = Response.bytes(drawn.bytes, type: representation.mediaType).tagged(
            etag, isPrivate: collection.record.isPrivate, maximumAge: request.tileAge(collection))
        response.headers[.init("Chronotope-Datetime")!] = drawn.time.description
        return response
    }

    private static func features(_ request: APIRequest, _ collection: LoadedCollection, _ tile: TileCoordinate, _ suffix: String?) async throws -> Response {
        let representation = try request.tileRepresentation([.mvt], suffix: suffix == "pbf" ? "mvt" : suffix)
        let etag = collection.etag(representation.name)
        if request.has(etag) { return .notModified(etag) }
        let drawn = try await request.blocking { try VectorTiles(request.service).tile(tile, of: collection) }
        var response = Response.bytes(drawn.bytes, type: MediaType.mvt).tagged(
            etag, isPrivate: collection.record.isPrivate, maximumAge: request.tileAge(collection))
        if drawn.isTruncated { response.headers[.init("Chronotope-Truncated")!] = "true" }
        return response
    }
}

extension APIRequest {
    func rasterParameters() throws -> RasterParameters {
        try RasterParameters(
            layers: query.list("layers"), interval: try datetime(), rescale: query["rescale"], colormap: query["colormap"], resampling: query["resampling"])
    }

    /// A URL that names the version may be kept for a day; others are asked for again.
    func tileAge(_ collection: LoadedCollection) -> Int { query["v"] == String(collection.record.version) ? 86_400 : 0 }

    /// The extension of the path wins over `f=`, that over Accept. Browsers accept every picture, so the first is taken.
    func tileRepresentation(_ offered: [Representation], suffix: String?) throws(ServiceError) -> Representation {
        guard let suffix else { return try negotiate(offered) }
        guard let found = offered.first(where: { $0.name == suffix.lowercased() }) else {
            throw .parameter("tileCol", "." + suffix, "the extension is one of " + offered.map(\.name).joined(separator: ", "))
        }
        return found
    }
}
