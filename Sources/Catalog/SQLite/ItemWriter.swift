import Core
import GRDB
import GRDBSQLite

/// Writes items of one collection within a transaction and keeps account of what they cover.
struct ItemWriter {
    private let db: Database
    private let insertion: Statement
    private var boxes: BoxWriter
    private let now = SQLiteCatalog.now.microseconds
    var row: CollectionRow

    init(_ db: Database, _ row: CollectionRow) throws {
        self.db = db
        self.row = row
        insertion = try Statement(
            db,
            """
            INSERT INTO item (row, collection, west, south, east, north, "start", "end", created, updated, id, bottom, top, properties, wkb, body) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            """)
        boxes = try BoxWriter(db)
    }

    /// Adds an item with a new row number.
    ///
    /// - Throws: `conflict` if the id exists, `invalidRecord`.
    mutating func insert(_ item: ItemRecord) throws {
        guard row.nextSequence <= RowNumber.lastSequence else { throw CatalogError(.io, "the collection cannot number another item") }
        try insert(item, at: RowNumber.make(collection: row.key, kind: item.kind, sequence: row.nextSequence), created: now)
        row.nextSequence += 1
        row.record.counts[item.kind] += 1
    }

    /// Takes the place of the item with the same id, if there is one; it keeps its place in the natural order if its kind is the same.
    ///
    /// - Returns: what that one covered; nil if there was none, and nothing is written.
    mutating func replace(_ item: ItemRecord) throws -> Extent? {
        try boxes.flush()
        guard let old = try ItemWriter.find(item.id, in: row.key, db) else { return nil }
        let kind = RowNumber.kind(of: old.row)
        let extent = try ItemWriter.delete(old.row, db)
        row.record.counts[kind] -= 1
        if kind == item.kind {
            try insert(item, at: old.row, created: old.created)
            row.record.counts[kind] += 1
        } else {
            try insert(item)
        }
        return extent
    }

    private mutating func insert(_ item: ItemRecord, at number: Int64, created: Int64) throws {
        try ItemWriter.validate(item)
        let time = item.interval.map(StoredTime.init)
        try insertion.bind(1, number)
        try insertion.bind(2, row.key)
        try insertion.bind(3, item.bbox?.west)
        try insertion.bind(4, item.bbox?.south)
        try insertion.bind(5, item.bbox?.east)
        try insertion.bind(6, item.bbox?.north)
        try insertion.bind(7, time?.start)
        try insertion.bind(8, time?.end)
        try insertion.bind(9, created)
        try insertion.bind(10, now)
        try insertion.bind(11, item.id)
        try insertion.bind(12, item.bbox?.heights?.lowerBound)
        try insertion.bind(13, item.bbox?.heights?.upperBound)
        try insertion.bind(14, blob: item.properties)
        try insertion.bind(15, blob: item.wkb)
        try insertion.bind(16, blob: item.body)
        do { try insertion.run() } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw CatalogError(
                .duplicateItem, "item '\(CoreError.shorten(item.id))' exists already in collection '\(row.record.id)'", detail: error.message)
        }
        if let bbox = item.bbox { try boxes.add(bbox, number) }
        row.coverage.add(bbox: item.bbox, time: time)
    }

    /// Writes what is still held back.
    mutating func finish() throws { try boxes.flush() }

    static func validate(_ item: ItemRecord) throws(CatalogError) {
        guard (1...PageToken.maximumIDLength).contains(item.id.utf8.count) else {
            throw CatalogError(.invalidRecord, "an item's id has 1 to \(PageToken.maximumIDLength) bytes")
        }
        if let bbox = item.bbox {
            guard bbox.numbers.allSatisfy(\.isFinite), bbox.south <= bbox.north else {
                throw CatalogError(.invalidRecord, "the box of item '\(CoreError.shorten(item.id))' is not finite, or its south lies above its north")
            }
        }
        if let interval = item.interval, let start = interval.start, let end = interval.end, start > end {
            throw CatalogError(.invalidRecord, "the interval of item '\(CoreError.shorten(item.id))' ends before it starts")
        }
    }
}

// MARK: - Finding and removing

extension ItemWriter {
    static func find(_ id: String, in key: Int64, _ db: Database) throws -> (row: Int64, created: Int64)? {
        let query = try Statement(db, "SELECT row, created FROM item WHERE id = ?1 AND collection = ?2")
        try query.bind(1, id)
        try query.bind(2, key)
        defer { query.reset() }
        return try query.step() ? (query.int(0), query.int(1)) : nil
    }

    /// - Returns: what the item covered.
    @discardableResult static func delete(_ number: Int64, _ db: Database) throws -> Extent {
        let query = try Statement(db, ItemRow.byRow)
        try query.bind(1, number)
        defer { query.reset() }
        guard try query.step() else { return .none }
        var bbox = ItemRow.bbox(query)
        if !query.isNull(10) { bbox?.heights = query.double(10)...max(query.double(10), query.double(11)) }
        let extent = Extent(bbox: bbox, interval: ItemRow.time(query)?.interval)
        query.reset()
        let boxes = try Statement(db, "DELETE FROM item_box WHERE id = ?1")
        for half in 0..<(bbox?.parts.count ?? 0) {
            try boxes.bind(1, number << 1 | Int64(half))
            try boxes.run()
        }
        let deletion = try Statement(db, "DELETE FROM item WHERE row = ?1")
        try deletion.bind(1, number)
        try deletion.run()
        return extent
    }

    /// What the items cover, measured over the table.
    static func measureCoverage(of key: Int64, _ db: Database) throws -> ItemCoverage {
        var coverage = ItemCoverage()
        let range = RowNumber.all(of: key)
        let query = try Statement(
            db,
            """
            SELECT min(west), min(south), max(east), max(north), min(bottom), max(top), count(*) = count(bottom) \
            FROM item WHERE row BETWEEN ?1 AND ?2 AND west <= east
            """)
        try query.bind(1, range.lowerBound)
        try query.bind(2, range.upperBound)
        defer { query.reset() }
        if try query.step(), !query.isNull(0) {
            var box = BBox(west: query.double(0), south: query.double(1), east: query.double(2), north: query.double(3))
            if query.bool(6), query.double(4) <= query.double(5) { box.heights = query.double(4)...query.double(5) }
            coverage.add(bbox: box, time: nil)
        }
        try measureWrapped(range, &coverage, db)
        try measureTime(of: key, &coverage, db)
        return coverage
    }

    /// Wrapped boxes cannot be joined by minimum and maximum; they are few.
    private static func measureWrapped(_ range: ClosedRange<Int64>, _ coverage: inout ItemCoverage, _ db: Database) throws {
        let query = try Statement(
            db, "SELECT west, south, east, north, bottom, top FROM item WHERE row BETWEEN ?1 AND ?2 AND west > east")
        try query.bind(1, range.lowerBound)
        try query.bind(2, range.upperBound)
        defer { query.reset() }
        while try query.step() {
            var box = BBox(west: query.double(0), south: query.double(1), east: query.double(2), north: query.double(3))
            if !query.isNull(4), query.double(4) <= query.double(5) { box.heights = query.double(4)...query.double(5) }
            coverage.add(bbox: box, time: nil)
        }
    }

    private static func measureTime(of key: Int64, _ coverage: inout ItemCoverage, _ db: Database) throws {
        let query = try Statement(
            db,
            """
            SELECT min("start"), max("end"), max("start"), max("end" - "start") FROM item WHERE collection = ?1 AND "start" IS NOT NULL
            """)
        try query.bind(1, key)
        defer { query.reset() }
        guard try query.step(), !query.isNull(0) else { return }
        coverage.extent.interval = StoredTime(start: query.int(0), end: query.int(1)).interval
        (coverage.newest, coverage.longest) = (query.int(2), query.int(3))
    }
}
