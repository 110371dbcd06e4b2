import Core
import GRDB

extension SQLiteCatalog {
    @discardableResult public func publish(
        _ collection: CollectionRecord, items: () throws -> ItemRecord?, options: PublishOptions, progress: (Int) -> Void
    ) throws -> CollectionRecord {
        try write { db in
            try LoadingCache.grow(db)
            defer { LoadingCache.shrink(db) }
            let row = try SQLiteCatalog.rowToPublish(collection, options, db)
            var publication = try Publication(db, row, mode: options.mode, remover(db))
            var written = 0
            while let item = try items() {
                try publication.add(item)
                written += 1
                if written & 4095 == 0 { progress(written) }
            }
            progress(written)
            let record = try publication.finish()
            if let upload = options.upload { try SQLiteCatalog.commitPublished(upload, db) }
            return record
        }
    }

    /// The collection's row as it is to become, saved, so that items can refer to it.
    private static func rowToPublish(_ record: CollectionRecord, _ options: PublishOptions, _ db: Database) throws -> CollectionRow {
        guard var row = try row(of: record.id, db) else {
            guard options.expectedVersion == nil else { throw missing(record.id) }
            let row = try makeRow(record, db)
            try row.save(db)
            return row
        }
        guard !options.mustBeNew else { throw exists(record.id) }
        try check(options.expectedVersion, row)
        row.takeUserPart(of: record)
        row.touch()
        return row
    }

    public func putItem(_ item: ItemRecord, in collection: CollectionID, replacing: Bool) throws {
        try write { db in
            guard var row = try SQLiteCatalog.row(of: collection, db) else { throw SQLiteCatalog.missing(collection) }
            if replacing, try ItemWriter.find(item.id, in: row.key, db) == nil { throw SQLiteCatalog.missing(item.id, collection) }
            row.touch()
            var publication = try Publication(db, row, mode: replacing ? .upsert : .append, remover(db))
            try publication.add(item)
            _ = try publication.finish()
        }
    }

    public func deleteItem(_ id: String, in collection: CollectionID) throws {
        try write { db in
            guard var row = try SQLiteCatalog.row(of: collection, db) else { throw SQLiteCatalog.missing(collection) }
            guard let found = try ItemWriter.find(id, in: row.key, db) else { throw SQLiteCatalog.missing(id, collection) }
            let old = try ItemWriter.delete(found.row, db)
            row.record.counts[RowNumber.kind(of: found.row)] -= 1
            if row.coverage.mayShrink(without: old) { row.coverage = try ItemWriter.measureCoverage(of: row.key, db) }
            if row.record.counts.features == 0 { row.record.vectorSummary = nil }
            row.publishCoverage()
            row.touch()
            try row.save(db)
        }
    }

    static func missing(_ item: String, _ collection: CollectionID) -> CatalogError {
        CatalogError(.notFound, "item '\(CoreError.shorten(item))' does not exist in collection '\(collection)'")
    }
}

/// The items of one publish on their way in.
private struct Publication {
    private let db: Database
    private let mode: PublishMode
    private var writer: ItemWriter
    private var summary: VectorSummaryBuilder
    /// Something that had been measured is gone.
    private var mustMeasure = false

    init(_ db: Database, _ row: CollectionRow, mode: PublishMode, _ remover: ItemRemover) throws {
        (self.db, self.mode) = (db, mode)
        var row = row
        let removed: [ItemKind] =
            switch mode {
            case .replace: ItemKind.allCases
            case .replaceKind(let kind): [kind]
            case .append, .upsert: []
            }
        if !removed.isEmpty { try remover.remove(removed, of: &row) }
        for kind in removed { row.record.counts[kind] = 0 }
        if removed.contains(.feature) { row.record.vectorSummary = nil }
        if row.record.counts.total == 0 { row.coverage = ItemCoverage() } else { mustMeasure = !removed.isEmpty }
        summary = VectorSummaryBuilder(row.record.vectorSummary)
        writer = try ItemWriter(db, row)
    }

    mutating func add(_ item: ItemRecord) throws {
        if case .replaceKind(let kind) = mode, item.kind != kind {
            throw CatalogError(.invalidRecord, "only items of kind '\(kind.rawValue)' are replaced; '\(CoreError.shorten(item.id))' is a \(item.kind.rawValue)")
        }
        if mode == .upsert, let old = try writer.replace(item) {
            mustMeasure = mustMeasure || writer.row.coverage.mayShrink(without: old)
        } else {
            try writer.insert(item)
        }
        if item.kind == .feature { summary.add(item) }
    }

    mutating func finish() throws -> CollectionRecord {
        try writer.finish()
        var row = writer.row
        if mustMeasure { row.coverage = try ItemWriter.measureCoverage(of: row.key, db) }
        row.record.vectorSummary = row.record.counts.features > 0 ? summary.summary : nil
        row.publishCoverage()
        try row.save(db)
        return row.record
    }
}
