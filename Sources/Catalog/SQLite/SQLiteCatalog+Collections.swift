import Core
import GRDB

extension SQLiteCatalog {
    public func collection(_ id: CollectionID, access: Access) throws -> CollectionRecord? {
        try read { db in
            let query = try Statement(db, "SELECT \(CollectionRow.columns) FROM collection WHERE id = ?1 AND \(AccessSQL.condition)")
            try query.bind(1, id.rawValue)
            try AccessSQL.bind(access, to: query)
            defer { query.reset() }
            return try query.step() ? CollectionRow(query).record : nil
        }
    }

    public func version(of id: CollectionID) throws -> Int64? {
        try read { db in
            let query = try Statement(db, "SELECT version FROM collection WHERE id = ?1")
            try query.bind(1, id.rawValue)
            defer { query.reset() }
            return try query.step() ? query.int(0) : nil
        }
    }

    public func collections(_ request: CollectionQuery) throws -> CollectionPage {
        let conditions = CollectionConditions(request)
        return try read { db in
            let query = try Statement(
                db, "SELECT \(CollectionRow.columns) FROM collection WHERE id > :after AND \(conditions.sql) ORDER BY id LIMIT :limit")
            try query.bind(":after", request.after?.rawValue ?? "")
            try query.bind(":limit", Int64(request.limit == Int.max ? Int.max : request.limit + 1))
            try conditions.bind(to: query)
            defer { query.reset() }
            var records: [CollectionRecord] = []
            while try query.step() { records.append(try CollectionRow(query).record) }
            let isLast = records.count <= request.limit
            if !isLast { records.removeLast() }
            let count = isLast && request.after == nil ? records.count : try SQLiteCatalog.count(conditions, db)
            return CollectionPage(records: records, next: isLast ? nil : records.last?.id, numberMatched: count)
        }
    }

    private static func count(_ conditions: CollectionConditions, _ db: Database) throws -> Int {
        let query = try Statement(db, "SELECT count(*) FROM collection WHERE \(conditions.sql)")
        try conditions.bind(to: query)
        defer { query.reset() }
        return try query.step() ? Int(query.int(0)) : 0
    }

    // MARK: - Writing

    @discardableResult public func create(_ record: CollectionRecord) throws -> CollectionRecord {
        try write { db in
            guard try SQLiteCatalog.row(of: record.id, db) == nil else { throw SQLiteCatalog.exists(record.id) }
            let row = try SQLiteCatalog.makeRow(record, db)
            try row.save(db)
            return row.record
        }
    }

    @discardableResult public func update(_ record: CollectionRecord, expectedVersion: Int64?) throws -> CollectionRecord {
        try write { db in
            guard var row = try SQLiteCatalog.row(of: record.id, db) else { throw SQLiteCatalog.missing(record.id) }
            try SQLiteCatalog.check(expectedVersion, row)
            row.takeUserPart(of: record)
            row.touch()
            try row.save(db)
            return row.record
        }
    }

    @discardableResult public func deleteCollection(_ id: CollectionID) throws -> CollectionRecord {
        try write { db in
            guard let row = try SQLiteCatalog.row(of: id, db) else { throw SQLiteCatalog.missing(id) }
            try remover(db).removeAll(of: row)
            let deletion = try Statement(db, "DELETE FROM collection WHERE key = ?1")
            try deletion.bind(1, row.key)
            try deletion.run()
            let note = try Statement(db, "INSERT OR REPLACE INTO retired (id, version) VALUES (?1, ?2)")
            try note.bind(1, id.rawValue)
            try note.bind(2, row.record.version)
            try note.run()
            return row.record
        }
    }

    // MARK: - Rows, within a transaction

    static func row(of id: CollectionID, _ db: Database) throws -> CollectionRow? {
        let query = try Statement(db, "SELECT \(CollectionRow.columns) FROM collection WHERE id = ?1")
        try query.bind(1, id.rawValue)
        defer { query.reset() }
        return try query.step() ? CollectionRow(query) : nil
    }

    /// A row for a collection that is not there, not yet saved: with a key that was never used, and a version above that of any
    /// predecessor with this id.
    static func makeRow(_ record: CollectionRecord, _ db: Database) throws -> CollectionRow {
        let query = try Statement(db, "SELECT coalesce((SELECT version FROM retired WHERE id = ?1), 0)")
        try query.bind(1, record.id.rawValue)
        defer { query.reset() }
        let last = try query.step() ? query.int(0) : 0
        var row = CollectionRow(key: try newKey(db), record: CollectionRecord(id: record.id))
        row.takeUserPart(of: record)
        row.record.version = last
        row.touch()
        row.record.created = row.record.updated
        return row
    }

    /// A key that no collection ever had.
    static func newKey(_ db: Database) throws -> Int64 {
        let query = try Statement(db, "SELECT next_key FROM catalogue")
        defer { query.reset() }
        guard try query.step(), query.int(0) <= RowNumber.lastCollection else {
            throw CatalogError(.io, "the catalogue cannot number another collection")
        }
        let key = query.int(0)
        query.reset()
        try Statement(db, "UPDATE catalogue SET next_key = next_key + 1").run()
        return key
    }

    static func check(_ expected: Int64?, _ row: CollectionRow) throws {
        guard let expected, expected != row.record.version else { return }
        throw CatalogError(.conflict, "collection '\(row.record.id)' was changed meanwhile: it has version \(row.record.version), not \(expected)")
    }

    static func missing(_ id: CollectionID) -> CatalogError { CatalogError(.notFound, "collection '\(id)' does not exist") }
    static func exists(_ id: CollectionID) -> CatalogError { CatalogError(.conflict, "collection '\(id)' exists already") }
}

extension CollectionRow {
    /// Takes what the user gives and leaves what the store keeps.
    mutating func takeUserPart(of other: CollectionRecord) {
        record.title = other.title
        record.description = other.description
        record.isPrivate = other.isPrivate
        record.document = other.document
        record.cube = other.cube
        record.storage = other.storage
        record.hasUserExtent = other.hasUserExtent
        record.extent = other.extent
        publishCoverage()
    }

    mutating func touch() {
        record.version += 1
        record.updated = SQLiteCatalog.now
    }
}
