import Core
import Geo

/// The body that opens an upload.
struct UploadRequest {
    var options: PublishRequest
    var fingerprint: String?

    private static let known: Set<String> = [
        "collection", "fingerprint", "title", "description", "private", "force", "datetime", "crs", "time_property", "layers", "rebuild",
    ]

    /// - Throws: `invalidBody` that names the member.
    init(_ body: JSONObject) throws(ServiceError) {
        if let stranger = body.keys.first(where: { !UploadRequest.known.contains($0) }) {
            throw ServiceError(
                .invalidBody,
                "'\(CoreError.shorten(stranger))' is not a member of an upload; there are: \(UploadRequest.known.sorted().joined(separator: ", "))")
        }
        guard let name = body["collection"]?.stringValue else { throw ServiceError(.invalidBody, "'collection' is the id of the collection, a string") }
        options = PublishRequest(collection: try ServiceError.naming("collection") { () throws(CoreError) in try CollectionID(name) })
        options.title = try UploadRequest.text(body, "title")
        options.description = try UploadRequest.text(body, "description")
        options.timeProperty = try UploadRequest.text(body, "time_property")
        options.isPrivate = try UploadRequest.flag(body, "private")
        options.force = try UploadRequest.flag(body, "force") ?? false
        if let text = try UploadRequest.text(body, "datetime") {
            options.datetime = try ServiceError.naming("datetime") { () throws(CoreError) in try TimeInstant(rfc3339: text) }
        }
        if let text = try UploadRequest.text(body, "crs") {
            do { options.crs = try CRS(text) } catch { throw .parameter("crs", text, error.message) }
        }
        fingerprint = try UploadRequest.text(body, "fingerprint")
        // Every layer whose bands exist is derived, composites among them, at each publication: both members ask for what happens anyway.
        if let layers = body["layers"], layers != "all" { throw ServiceError(.invalidBody, "'layers' is \"all\"") }
        if let rebuild = body["rebuild"], rebuild != ["composites"] { throw ServiceError(.invalidBody, "'rebuild' is [\"composites\"]") }
    }

    private static func text(_ body: JSONObject, _ name: String) throws(ServiceError) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw ServiceError(.invalidBody, "'\(name)' is a string") }
        return text
    }

    private static func flag(_ body: JSONObject, _ name: String) throws(ServiceError) -> Bool? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let flag = value.boolValue else { throw ServiceError(.invalidBody, "'\(name)' is true or false") }
        return flag
    }
}
