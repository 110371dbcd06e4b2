import Core
import GRDB

/// What the items of a collection cover, whatever is published as its extent: kept to pass over collections in queries.
struct ItemCoverage: Hashable {
    var extent = Extent.none
    /// The latest start; nil where no item has a time. An upper bound after deletions.
    var newest: Int64?
    /// The longest interval in microseconds. An upper bound after deletions.
    var longest: Int64?

    /// Whether an item that is taken away may have been what the extent ends at. `newest` and `longest` may stay too large.
    func mayShrink(without item: Extent) -> Bool {
        if let own = extent.bbox, let box = item.bbox {
            guard !own.crossesAntimeridian, !box.crossesAntimeridian, own.heights == nil, box.heights == nil else { return true }
            if box.west <= own.west || box.south <= own.south || box.east >= own.east || box.north >= own.north { return true }
        }
        if let own = extent.interval.map(StoredTime.init), let time = item.interval.map(StoredTime.init) {
            if time.start <= own.start || time.end >= own.end { return true }
        }
        return false
    }

    mutating func add(bbox: BBox?, time: StoredTime?) {
        if let bbox { extent.bbox = extent.bbox?.union(bbox) ?? bbox }
        guard let time else { return }
        extent.interval = extent.interval?.union(time.interval) ?? time.interval
        newest = max(newest ?? time.start, time.start)
        longest = max(longest ?? 0, time.length)
    }
}

/// A row of the table `collection`: the record and what only the store knows.
struct CollectionRow {
    var key: Int64
    var record: CollectionRecord
    var coverage = ItemCoverage()
    var nextSequence: Int64 = 1

    static let columns = """
        key, id, title, description, private, document, cube, storage, west, south, east, north, bottom, top, "start", "end", user_extent, \
        item_west, item_south, item_east, item_north, item_bottom, item_top, item_start, item_end, newest, longest, \
        slices, items, features, vector_summary, next_sequence, version, created, updated
        """

    /// Reads the present row of a statement over `columns`.
    init(_ row: Statement) throws {
        key = row.int(0)
        do {
            record = CollectionRecord(id: try CollectionID(row.text(1) ?? ""), title: row.text(2), description: row.text(3))
            record.document = try row.blob(5).map { try JSONParser.parse($0) }?.objectValue ?? [:]
            record.cube = try row.blob(6).map { try JSONParser.parse($0) }
            record.vectorSummary = try row.blob(30).flatMap { VectorSummary(json: try JSONParser.parse($0)) }
        } catch let error as CoreError {
            throw CatalogError(.io, "the catalogue holds a damaged record of a collection", detail: error.description)
        }
        record.isPrivate = row.bool(4)
        record.storage = row.text(7)
        record.extent = CollectionRow.extent(row, at: 8)
        record.hasUserExtent = row.bool(16)
        coverage = ItemCoverage(extent: CollectionRow.extent(row, at: 17), newest: row.optionalInt(25), longest: row.optionalInt(26))
        record.counts = ItemCounts(slices: Int(row.int(27)), items: Int(row.int(28)), features: Int(row.int(29)))
        nextSequence = row.int(31)
        record.version = row.int(32)
        record.created = TimeInstant(microseconds: row.int(33))
        record.updated = TimeInstant(microseconds: row.int(34))
    }

    init(key: Int64, record: CollectionRecord) {
        self.key = key
        self.record = record
    }

    /// Eight columns: west, south, east, north, bottom, top, start, end.
    private static func extent(_ row: Statement, at column: Int) -> Extent {
        var extent = Extent()
        if !row.isNull(column) {
            var box = BBox(west: row.double(column), south: row.double(column + 1), east: row.double(column + 2), north: row.double(column + 3))
            if !row.isNull(column + 4), row.double(column + 4) <= row.double(column + 5) {
                box.heights = row.double(column + 4)...row.double(column + 5)
            }
            extent.bbox = box
        }
        if !row.isNull(column + 6) { extent.interval = StoredTime(start: row.int(column + 6), end: row.int(column + 7)).interval }
        return extent
    }

    private static func bind(_ extent: Extent, to statement: Statement, at index: Int) throws {
        let (box, time) = (extent.bbox, extent.interval.map(StoredTime.init))
        for (i, value) in [box?.west, box?.south, box?.east, box?.north, box?.heights?.lowerBound, box?.heights?.upperBound].enumerated() {
            try statement.bind(index + i, value)
        }
        try statement.bind(index + 6, time?.start)
        try statement.bind(index + 7, time?.end)
    }

    /// What is published follows the items, unless the user gave it, and while there are none it stays as given.
    mutating func publishCoverage() {
        guard !record.hasUserExtent, record.counts.total > 0 else { return }
        record.extent = coverage.extent
    }

    private static let saving: String = {
        let names = columns.split(separator: ",").map { $0.drop { $0 == " " } }
        let values = (1...names.count).map { (number: Int) -> String in "?\(number)" }.joined(separator: ", ")
        let updates = names.dropFirst(2).map { (name: Substring) -> String in "\(name) = excluded.\(name)" }.joined(separator: ", ")
        return "INSERT INTO collection (\(columns)) VALUES (\(values)) ON CONFLICT (key) DO UPDATE SET \(updates)"
    }()

    /// Writes the row as it is, also over an existing one with this key.
    func save(_ db: Database) throws {
        let statement = try Statement(db, CollectionRow.saving)
        try statement.bind(1, key)
        try statement.bind(2, record.id.rawValue)
        try statement.bind(3, record.title)
        try statement.bind(4, record.description)
        try statement.bind(5, record.isPrivate)
        try statement.bind(6, JSON.object(record.document).text)
        try statement.bind(7, record.cube?.text)
        try statement.bind(8, record.storage)
        try CollectionRow.bind(record.extent, to: statement, at: 9)
        try statement.bind(17, record.hasUserExtent)
        try CollectionRow.bind(coverage.extent, to: statement, at: 18)
        try statement.bind(26, coverage.newest)
        try statement.bind(27, coverage.longest)
        try statement.bind(28, Int64(record.counts.slices))
        try statement.bind(29, Int64(record.counts.items))
        try statement.bind(30, Int64(record.counts.features))
        try statement.bind(31, record.vectorSummary?.json.text)
        try statement.bind(32, nextSequence)
        try statement.bind(33, record.version)
        try statement.bind(34, record.created.microseconds)
        try statement.bind(35, record.updated.microseconds)
        try statement.run()
    }
}
