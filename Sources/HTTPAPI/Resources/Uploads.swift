import Catalog
import Core
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Services

/// `/uploads…`: open an upload, put objects by key, commit.
enum Uploads {
    static func routes(_ uploads: UploadService) -> [Route] {
        let id = Parameter.path("uploadId", "The id of an upload")
        let json = ResponseDescription.ok(MediaType.json)
        return [
            Route(
                method: .post, path: "/uploads", operationID: "openUpload", summary: "Open an upload, or go on with one that broke off", tag: .uploads,
                body: RequestBodyDescription(mediaTypes: [MediaType.json], description: "collection, fingerprint, title, private, force, datetime, crs"),
                responses: [
                    ResponseDescription(status: 201, description: "Opened", mediaTypes: [MediaType.json]), json,
                    .problem(400, "A member that is unknown or breaks a rule"), .problem(409, "The collection has data already"),
                ],
                needsWrite: true
            ) { try await open($0, uploads) },
            Route(
                method: .get, path: "/uploads/{uploadId}", operationID: "getUpload", summary: "The state of an upload", tag: .uploads, parameters: [id],
                responses: [json], needsWrite: true
            ) { request in
                let upload = try await request.upload(uploads)
                return .json(uploads.document(upload, request.links))
            },
            Route(
                method: .delete, path: "/uploads/{uploadId}", operationID: "abortUpload", summary: "Give an upload up", tag: .uploads, parameters: [id],
                responses: [ResponseDescription(status: 204, description: "Gone", mediaTypes: []), .problem(409, "It is not open")], needsWrite: true
            ) { request in
                let upload = try await request.upload(uploads)
                try await request.blocking { try uploads.abort(upload) }
                return Response(status: .noContent)
            },
            Route(
                method: .get, path: "/uploads/{uploadId}/objects", operationID: "getUploadObjects", summary: "What is there already, with checksums",
                tag: .uploads,
                parameters: [id], responses: [json], needsWrite: true
            ) { request in
                let upload = try await request.upload(uploads)
                let objects = try await request.blocking { try uploads.objects(upload) }
                return .json(["objects": .array(objects.map { ["key": .string($0.key), "size": .int($0.size), "sha256": .string($0.sha256)] })])
            },
            Route(
                method: .put, path: "/uploads/{uploadId}/objects/{key+}", operationID: "putUploadObject", summary: "Put an object", tag: .uploads,
                parameters: [
                    id, .path("key", "A key of the store"),
                    Parameter(name: "Content-Digest", place: .header, description: "sha-256=:base64: (RFC 9530), verified", schema: ["type": "string"]),
                ],
                body: RequestBodyDescription(mediaTypes: ["application/octet-stream"], description: "The bytes"),
                responses: [
                    ResponseDescription(status: 201, description: "Stored", mediaTypes: [MediaType.json]),
                    ResponseDescription(status: 204, description: "It was there already", mediaTypes: []),
                    .problem(409, "The upload is no longer open"), .problem(413, "The object is too large"),
                ], needsWrite: true
            ) { try await put($0, uploads) },
            Route(
                method: .post, path: "/uploads/{uploadId}/commit", operationID: "commitUpload",
                summary: "Publish what was uploaded: all of it at once, or nothing", tag: .uploads,
                parameters: [
                    id,
                    Parameter(
                        name: "Prefer", place: .header, description: "respond-async answers at once; then ask for the upload's state",
                        schema: ["type": "string"]),
                ],
                responses: [
                    json, ResponseDescription(status: 202, description: "Begun", mediaTypes: [MediaType.json]),
                    .problem(409, "It was committed or given up before"),
                    .problem(422, "The data cannot be published"),
                ], needsWrite: true
            ) { try await commit($0, uploads) },
        ]
    }

    private static func open(_ request: APIRequest, _ uploads: UploadService) async throws -> Response {
        let body = try await request.jsonObject()
        let (upload, isNew) = try await request.blocking { try uploads.open(body, by: request.principal) }
        var response = Response.json(uploads.document(upload, request.links), status: isNew ? .created : .ok)
        response.headers[.location] = request.links.url("uploads", upload.id)
        return response
    }

    private static func put(_ request: APIRequest, _ uploads: UploadService) async throws -> Response {
        let upload = try await request.upload(uploads)
        let key = request.path("key")
        let digest = try request.contentDigest()
        try request.refuseLength(beyond: request.service.configuration.maximumObjectBytes, "the object")
        guard let receiver = try await request.blocking({ try uploads.receive(key, for: upload, digest: digest) }) else {
            for try await _ in request.body {}
            return Response(status: .noContent)
        }
        // Gathered into pieces of a megabyte, so that a thread is asked for once per piece and not once per packet.
        var pending: [UInt8] = []
        for try await buffer in request.body {
            pending.append(contentsOf: buffer.readableBytesView)
            if pending.count >= 1 << 20 {
                let piece = pending
                pending.removeAll(keepingCapacity: true)
                try await request.blocking { try receiver.append(piece) }
            }
        }
        let rest = pending
        let (size, sha256) = try await request.blocking {
            try receiver.append(rest)
            return try uploads.store(receiver, as: key, for: upload)
        }
        return .json(["key": .string(key), "size": JSON(size), "sha256": .string(sha256)], status: .created)
    }

    private static func commit(_ request: APIRequest, _ uploads: UploadService) async throws -> Response {
        let upload = try await request.upload(uploads)
        if request.headers[.init("Prefer")!]?.contains("respond-async") == true {
            try await uploads.commitInBackground(upload)
            var response = Response.json(uploads.document(try await request.upload(uploads), request.links), status: .accepted)
            response.headers[.init("Preference-Applied")!] = "respond-async"
            response.headers[.location] = request.links.url("uploads", upload.id)
            return response
        }
        _ = try await uploads.commit(upload)
        return .json(uploads.document(try await request.upload(uploads), request.links))
    }
}

extension APIRequest {
    func upload(_ uploads: UploadService) async throws -> UploadRecord {
        try await blocking { try uploads.upload(path("uploadId"), for: principal) }
    }

    /// The SHA-256 of `Content-Digest` (RFC 9530): `sha-256=:base64:`.
    func contentDigest() throws(ServiceError) -> [UInt8]? {
        guard let header = headers[.init("Content-Digest")!] else { return nil }
        for part in header.split(separator: ",").map({ $0.trimmingSpaces() }) where part.lowercased().hasPrefix("sha-256=:") && part.hasSuffix(":") {
            if let data = Data(base64Encoded: String(part.dropFirst(9).dropLast())), data.count == 32 { return [UInt8](data) }
        }
        throw .parameter("Content-Digest", header, "has the form sha-256=:<base64 of 32 bytes>:")
    }
}
