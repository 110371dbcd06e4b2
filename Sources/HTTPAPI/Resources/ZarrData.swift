import Core
import HTTPTypes
import Hummingbird
import Services

/// `/collections/{collectionId}/zarr/{key}`: the cube as a plain Zarr store, for xarray, zarr-python and whoever reads Zarr over HTTP.
enum ZarrData {
    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/collections/{collectionId}/zarr", operationID: "getZarrRoot", summary: "The root of the cube's Zarr store", tag: .data,
                parameters: [.collectionID], responses: [.ok(MediaType.json), .notModified]
            ) { try await serve($0, key: "zarr.json") },
            Route(
                method: .get, path: "/collections/{collectionId}/zarr/{key+}", operationID: "getZarrObject",
                summary: "An object of the cube's Zarr store; ranges can be asked for", tag: .data,
                parameters: [
                    .collectionID, .path("key", "A key of the store"),
                    Parameter(name: "Range", place: .header, description: "bytes=first-last, first- or -count", schema: ["type": "string"]),
                ],
                responses: [
                    .ok("application/octet-stream", MediaType.json, description: "The object"),
                    ResponseDescription(status: 206, description: "A part of it", mediaTypes: ["application/octet-stream", MediaType.json]),
                    .notModified, .problem(416, "The range lies outside the object"),
                ]
            ) { try await serve($0, key: $0.path("key")) },
        ]
    }

    private static func serve(_ request: APIRequest, key: String) async throws -> Response {
        let collection = try await request.collection()
        let etag = collection.etag(stableTag(key))
        if request.has(etag) { return .notModified(etag) }
        let range = request.headers[.range]
        let part = try await request.blocking { try ZarrObjects(request.service).read(key, of: collection, range: range, isHead: request.method == .head) }
        var response = Response.bytes(
            part.bytes, type: key.hasSuffix(".json") ? MediaType.json : "application/octet-stream", status: part.range == nil ? .ok : .partialContent
        )
        .tagged(etag, isPrivate: collection.record.isPrivate)
        response.headers[.acceptRanges] = "bytes"
        if let range = part.range { response.headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(part.size)" }
        if request.method == .head { response.headers[.contentLength] = String(part.range?.count ?? part.size) }
        return response
    }
}
