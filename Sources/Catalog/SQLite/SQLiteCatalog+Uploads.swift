import Core
import GRDB

extension SQLiteCatalog {
    private static let uploadColumns = "id, collection, fingerprint, options, state, error, owner, created, updated"

    @discardableResult public func createUpload(_ upload: UploadRecord) throws -> UploadRecord {
        var record = upload
        record.created = SQLiteCatalog.now
        record.updated = record.created
        try write { db in
            guard try SQLiteCatalog.upload(record.id, db) == nil else {
                throw CatalogError(.conflict, "upload '\(CoreError.shorten(record.id))' exists already")
            }
            let insertion = try Statement(
                db, "INSERT INTO upload (\(SQLiteCatalog.uploadColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            try insertion.bind(1, record.id)
            try insertion.bind(2, record.collection.rawValue)
            try insertion.bind(3, record.fingerprint)
            try insertion.bind(4, record.options.text)
            try insertion.bind(5, record.state.rawValue)
            try insertion.bind(6, record.error?.text)
            try insertion.bind(7, record.owner)
            try insertion.bind(8, record.created.microseconds)
            try insertion.bind(9, record.updated.microseconds)
            try insertion.run()
        }
        return record
    }

    public func upload(_ id: String) throws -> UploadRecord? { try read { try SQLiteCatalog.upload(id, $0) } }

    public func openUpload(collection: CollectionID, fingerprint: String, owner: String) throws -> UploadRecord? {
        try read { db in
            let query = try Statement(
                db,
                """
                SELECT \(SQLiteCatalog.uploadColumns) FROM upload WHERE collection = ?1 AND fingerprint = ?2 AND owner = ?3 AND state = 'open' \
                ORDER BY created DESC, id LIMIT 1
                """)
            try query.bind(1, collection.rawValue)
            try query.bind(2, fingerprint)
            try query.bind(3, owner)
            defer { query.reset() }
            return try query.step() ? SQLiteCatalog.readUpload(query) : nil
        }
    }

    public func recordObject(_ object: UploadObject, upload id: String) throws {
        try write { db in
            try SQLiteCatalog.requireOpen(id, db)
            let insertion = try Statement(db, "INSERT OR REPLACE INTO upload_object (upload, key, size, sha256) VALUES (?1, ?2, ?3, ?4)")
            try insertion.bind(1, id)
            try insertion.bind(2, object.key)
            try insertion.bind(3, object.size)
            try insertion.bind(4, object.sha256)
            try insertion.run()
        }
    }

    public func object(_ key: String, upload id: String) throws -> UploadObject? {
        try read { db in
            let query = try Statement(db, "SELECT size, sha256 FROM upload_object WHERE upload = ?1 AND key = ?2")
            try query.bind(1, id)
            try query.bind(2, key)
            defer { query.reset() }
            return try query.step() ? UploadObject(key: key, size: query.int(0), sha256: query.text(1) ?? "") : nil
        }
    }

    public func objects(upload id: String) throws -> [UploadObject] {
        try read { db in
            let query = try Statement(db, "SELECT key, size, sha256 FROM upload_object WHERE upload = ?1 ORDER BY key")
            try query.bind(1, id)
            defer { query.reset() }
            var objects: [UploadObject] = []
            while try query.step() {
                objects.append(UploadObject(key: query.text(0) ?? "", size: query.int(1), sha256: query.text(2) ?? ""))
            }
            return objects
        }
    }

    public func beginCommit(upload id: String) throws {
        try write { db in
            guard try SQLiteCatalog.move(id, from: ["open"], to: .committing, error: nil, db) else { return try SQLiteCatalog.requireOpen(id, db) }
        }
    }

    public func finishUpload(_ id: String, state: UploadRecord.State, error: JSON?) throws {
        try write { db in
            guard try SQLiteCatalog.move(id, from: ["open", "committing", state.rawValue], to: state, error: error, db) else {
                guard let record = try SQLiteCatalog.upload(id, db) else { throw SQLiteCatalog.missing(upload: id) }
                throw CatalogError(.conflict, "upload '\(CoreError.shorten(id))' is \(record.state.rawValue)")
            }
            if state != .open, state != .committing { try SQLiteCatalog.forgetObjects(of: id, db) }
        }
    }

    @discardableResult public func recoverInterruptedUploads() throws -> [String] {
        try write { db in
            let query = try Statement(db, "SELECT id FROM upload WHERE state = 'committing' ORDER BY id")
            defer { query.reset() }
            var ids: [String] = []
            while try query.step() { query.text(0).map { ids.append($0) } }
            for id in ids { _ = try SQLiteCatalog.move(id, from: ["committing"], to: .open, error: nil, db) }
            return ids
        }
    }

    // MARK: - Within a transaction

    /// The end of an upload in the transaction of its publish.
    static func commitPublished(_ id: String, _ db: Database) throws {
        guard try move(id, from: ["committing"], to: .committed, error: nil, db) else {
            guard let record = try upload(id, db) else { throw missing(upload: id) }
            throw CatalogError(.conflict, "upload '\(CoreError.shorten(id))' is \(record.state.rawValue), not committing")
        }
        try forgetObjects(of: id, db)
    }

    private static func upload(_ id: String, _ db: Database) throws -> UploadRecord? {
        let query = try Statement(db, "SELECT \(uploadColumns) FROM upload WHERE id = ?1")
        try query.bind(1, id)
        defer { query.reset() }
        return try query.step() ? readUpload(query) : nil
    }

    /// Compare and set in one statement.
    private static func move(_ id: String, from: [String], to state: UploadRecord.State, error: JSON?, _ db: Database) throws -> Bool {
        let update = try Statement(
            db,
            "UPDATE upload SET state = ?2, error = ?3, updated = ?4 WHERE id = ?1 AND state IN (SELECT value FROM json_each(?5))")
        try update.bind(1, id)
        try update.bind(2, state.rawValue)
        try update.bind(3, error?.text)
        try update.bind(4, now.microseconds)
        try update.bind(5, JSON(from).text)
        try update.run()
        return db.changesCount > 0
    }

    private static func forgetObjects(of id: String, _ db: Database) throws {
        let deletion = try Statement(db, "DELETE FROM upload_object WHERE upload = ?1")
        try deletion.bind(1, id)
        try deletion.run()
    }

    private static func requireOpen(_ id: String, _ db: Database) throws {
        guard let record = try upload(id, db) else { throw missing(upload: id) }
        guard record.state == .open else {
            throw CatalogError(.conflict, "upload '\(CoreError.shorten(id))' is \(record.state.rawValue), not open")
        }
    }

    private static func missing(upload id: String) -> CatalogError {
        CatalogError(.notFound, "upload '\(CoreError.shorten(id))' does not exist")
    }

    private static func readUpload(_ row: Statement) throws -> UploadRecord {
        do {
            var record = UploadRecord(
                id: row.text(0) ?? "", collection: try CollectionID(row.text(1) ?? ""), fingerprint: row.text(2) ?? "",
                options: try JSONParser.parse(row.blob(3) ?? []), owner: row.text(6) ?? "")
            guard let state = row.text(4).flatMap(UploadRecord.State.init(rawValue:)) else {
                throw CatalogError(.io, "the catalogue holds a damaged record of an upload")
            }
            record.state = state
            record.error = try row.blob(5).map { try JSONParser.parse($0) }
            record.created = TimeInstant(microseconds: row.int(7))
            record.updated = TimeInstant(microseconds: row.int(8))
            return record
        } catch let error as CoreError {
            throw CatalogError(.io, "the catalogue holds a damaged record of an upload", detail: error.description)
        }
    }
}
