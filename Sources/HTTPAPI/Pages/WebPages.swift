import Core
import Foundation
import HTTPTypes
import Hummingbird
import Services

/// `/map` and the files of the web pages, read from the `web` folder that comes with the program.
enum WebPages {
    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/map", operationID: "getMapPage", summary: "The map: layers, times, features and charts", tag: .pages,
                parameters: [.query("collection", "The collection to begin with"), .format("html")], responses: [.ok(MediaType.html)]
            ) { request in try file("map.html", request) },
            Route(
                method: .get, path: "/assets/{path+}", operationID: "getAsset", summary: "Scripts and styles of the pages", tag: .pages,
                parameters: [.path("path", "The name of a file"), .query("v", "A version, so that caches may keep the file")],
                responses: [
                    .ok("text/javascript", "text/css", "text/html", "image/svg+xml", "image/png", "application/json", description: "The file"), .notModified,
                ]
            ) { request in try file(request.path("path"), request) },
        ]
    }

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "json": "application/json", "ico": "image/x-icon", "txt": "text/plain; charset=utf-8",
    ]

    /// A file of the `web` folder. Names may lead into folders, never out.
    static func file(_ name: String, _ request: APIRequest) throws -> Response {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let fileType = name.split(separator: ".").last.flatMap { types[String($0).lowercased()] }
        guard let folder = request.service.webFolder, let fileType, !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.contains("\\") }) else {
            throw ServiceError.notFound("file", name, hint: request.service.webFolder == nil ? "the web pages are not installed; see 'chronotope doctor'" : nil)
        }
        let path = folder + "/" + name
        guard let bytes = FileManager.default.contents(atPath: path), let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw ServiceError.notFound("file", name)
        }
        let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        let etag = "\"\(bytes.count)-\(Int(modified))\""
        if request.has(etag) { return .notModified(etag) }
        return Response.bytes([UInt8](bytes), type: fileType).tagged(etag, isPrivate: false).withPagePolicy()
    }
}
