import Catalog
import Core
import Crypto
import Foundation
import Geo
import Logging
import Synchronization
import Zarr

/// Uploads over HTTP: open, put objects by key in any order and in parallel, commit. Objects that are there already with the
/// same checksum are not stored again, so an upload that broke off goes on where it was. Nothing shows before the commit.
public final class UploadService: Sendable {
    private let service: Chronotope
    private let logger = Logger(label: "chronotope.upload")
    /// Publishing must not take the threads that requests need.
    private let publishing = BlockingPool(label: "chronotope.publish", width: 1, queueLimit: 64)
    private let progress = Mutex<[String: (fraction: Double, message: String)]>([:])

    public init(_ service: Chronotope) { self.service = service }

    // MARK: Open

    /// Opens an upload, or hands back the open one with the same collection, fingerprint and owner.
    ///
    /// - Returns: the upload, and whether it is new.
    public func open(_ body: JSONObject, by principal: Principal) throws -> (upload: UploadRecord, isNew: Bool) {
        let request = try UploadRequest(body)
        try refuseIfThere(request, principal)
        if let fingerprint = request.fingerprint,
            let found = try service.catalog.openUpload(collection: request.options.collection, fingerprint: fingerprint, owner: principal.name)
        {
            return (found, false)
        }
        let upload = UploadRecord(
            id: DataDirectory.newID(), collection: request.options.collection, fingerprint: request.fingerprint ?? "", options: .object(body),
            owner: principal.name)
        try FileManager.default.createDirectory(atPath: objectsFolder(upload.id), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: partsFolder(upload.id), withIntermediateDirectories: true)
        return (try service.catalog.createUpload(upload), true)
    }

    /// Says early what the commit would say: that the collection has data already.
    private func refuseIfThere(_ request: UploadRequest, _ principal: Principal) throws {
        guard !request.options.force, let record = try service.catalog.collection(request.options.collection, access: .all) else { return }
        if record.cube != nil || record.featureCount > 0 {
            throw ServiceError(.conflict, "collection '\(record.id)' has data already; open the upload with \"force\": true to replace it")
        }
    }

    // MARK: Look

    /// - Throws: `notFound` for an upload that does not exist or belongs to somebody else.
    public func upload(_ id: String, for principal: Principal) throws -> UploadRecord {
        guard let upload = try service.catalog.upload(id), upload.owner == principal.name else { throw ServiceError.notFound("upload", id) }
        return upload
    }

    public func objects(_ upload: UploadRecord) throws -> [UploadObject] { try service.catalog.objects(upload: upload.id) }

    public func document(_ upload: UploadRecord, _ links: LinkBuilder) -> JSON {
        let running = progress.withLock { $0[upload.id] }
        let fraction = upload.state == .committed ? 1 : running?.fraction ?? 0
        return [
            "id": .string(upload.id), "collection": .string(upload.collection.rawValue), "state": .string(upload.state.rawValue),
            "progress": JSON(fraction), "message": JSON(running?.message), "created": .string(upload.created.description), "error": upload.error ?? .null,
            "links": JSON([
                Link("self", links.url("uploads", upload.id), type: MediaType.json),
                Link("objects", links.url("uploads", upload.id, "objects"), type: MediaType.json),
                Link("commit", links.url("uploads", upload.id, "commit"), extra: ["method": "POST"]),
                Link("collection", links.collection(upload.collection), type: MediaType.json),
            ]),
        ]
    }

    // MARK: Put

    /// Begins to receive an object.
    ///
    /// - Parameter digest: the SHA-256 that the client announces.
    /// - Returns: nil if the object is there already with that checksum.
    /// - Throws: `invalidParameter` for a bad key, `conflict` if the upload is no longer open.
    public func receive(_ key: String, for upload: UploadRecord, digest: [UInt8]?) throws -> ObjectReceiver? {
        do { try StoreKey.validate(key) } catch { throw ServiceError.parameter("key", key, "\(error.message)") }
        guard upload.state == .open else {
            throw ServiceError(.conflict, "upload '\(upload.id)' is \(upload.state.rawValue); objects can be put only while it is open")
        }
        if let digest, try service.catalog.object(key, upload: upload.id)?.sha256 == hex(digest) { return nil }
        let part = partsFolder(upload.id) + "/" + DataDirectory.newID()
        return try ObjectReceiver(part: part, limit: service.configuration.maximumObjectBytes, expected: digest)
    }

    /// Moves a received object to its key and records it.
    public func store(_ receiver: ObjectReceiver, as key: String, for upload: UploadRecord) throws -> (size: Int, sha256: String) {
        let (size, digest) = try receiver.finish()
        let target = objectsFolder(upload.id) + "/" + key
        do {
            try FileManager.default.createDirectory(atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        } catch { throw ServiceError.parameter("key", key, "a part of the key is the key of another object") }
        guard rename(receiver.part, target) == 0 else {
            throw errno == EISDIR || errno == ENOTEMPTY
                ? ServiceError.parameter("key", key, "other objects lie below this key")
                : ServiceError(.internalError, "the object cannot be stored: \(String(cString: strerror(errno)))")
        }
        try service.catalog.recordObject(UploadObject(key: key, size: Int64(size), sha256: hex(digest)), upload: upload.id)
        return (size, hex(digest))
    }

    // MARK: Commit

    /// Publishes what was uploaded. Exactly one commit of an upload goes through; the others get `conflict`.
    public func commit(_ upload: UploadRecord) async throws -> CollectionRecord {
        try await begin(upload)
        return try await run(upload)
    }

    /// Begins the commit and goes on with it in the background.
    public func commitInBackground(_ upload: UploadRecord) async throws {
        try await begin(upload)
        Task { _ = try? await self.run(upload) }
    }

    private func begin(_ upload: UploadRecord) async throws {
        try await service.pool.run { [service] in try service.catalog.beginCommit(upload: upload.id) }
    }

    private func run(_ upload: UploadRecord) async throws -> CollectionRecord {
        // Not cancelled with the request: a client that hangs up has not taken its commit back.
        try await Task.detached { try await self.publishing.run { try self.publish(upload) } }.value
    }

    private func publish(_ upload: UploadRecord) throws -> CollectionRecord {
        defer { progress.withLock { $0[upload.id] = nil } }
        do {
            var request = try UploadRequest(upload.options.objectValue ?? [:]).options
            request.upload = upload.id
            let record = try Publisher(service).publish(
                try source(upload), request,
                progress: { fraction, message in
                    self.progress.withLock { $0[upload.id] = (fraction, message) }
                }, cancel: service.stopping)
            discard(upload)
            return record
        } catch {
            if service.stopping.isSet {
                // Nothing is lost: after the next start it can be committed again.
                try? service.catalog.finishUpload(upload.id, state: .open, error: nil)
                throw ServiceError(.unavailable, "the server is ending; commit the upload again when it is back")
            }
            if !(error is ServiceError) {
                logger.error("upload could not be published", metadata: ["upload": "\(upload.id)", "error": "\(String(reflecting: error))"])
            }
            let message = (error as? ServiceError)?.message ?? "the server failed to publish the upload; its log has the reason"
            try? service.catalog.finishUpload(upload.id, state: .failed, error: ["message": .string(message)])
            discard(upload)
            throw error
        }
    }

    private func source(_ upload: UploadRecord) throws -> PublishSource {
        let objects = try service.catalog.objects(upload: upload.id)
        guard let only = objects.first else { throw ServiceError(.invalidData, "the upload holds no object") }
        let folder = objectsFolder(upload.id)
        let isSingleFile = objects.count == 1 && !PublishSource.zarrMarks.contains(only.key)
        return try PublishSource.detect(isSingleFile ? folder + "/" + only.key : folder, spool: partsFolder(upload.id))
    }

    /// Gives an upload up.
    public func abort(_ upload: UploadRecord) throws {
        guard upload.state == .open else { throw ServiceError(.conflict, "upload '\(upload.id)' is \(upload.state.rawValue)") }
        try service.catalog.finishUpload(upload.id, state: .aborted, error: nil)
        discard(upload)
    }

    private func discard(_ upload: UploadRecord) { try? FileManager.default.removeItem(atPath: service.directory.upload(upload.id)) }
    private func objectsFolder(_ id: String) -> String { service.directory.upload(id) + "/objects" }
    private func partsFolder(_ id: String) -> String { service.directory.upload(id) + "/parts" }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
