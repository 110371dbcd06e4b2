import Core
import GRDB

/// Reads rows of the table `item`.
enum ItemRow {
    static let columns = "row, west, south, east, north, \"start\", \"end\", created, updated, id, bottom, top, properties, wkb, body"
    static let byRow = "SELECT \(columns) FROM item WHERE row = ?1"

    static func row(_ statement: Statement) -> Int64 { statement.int(0) }

    static func bbox(_ statement: Statement) -> BBox? {
        guard !statement.isNull(1) else { return nil }
        return BBox(west: statement.double(1), south: statement.double(2), east: statement.double(3), north: statement.double(4))
    }

    static func time(_ statement: Statement) -> StoredTime? {
        statement.isNull(5) ? nil : StoredTime(start: statement.int(5), end: statement.int(6))
    }

    static func id(_ statement: Statement) -> String { statement.text(9) ?? "" }

    static func wkb(_ statement: Statement) -> [UInt8]? { statement.blob(13) }

    static func record(_ statement: Statement, withBody: Bool = true) -> ItemRecord {
        var bbox = bbox(statement)
        if !statement.isNull(10), statement.double(10) <= statement.double(11) { bbox?.heights = statement.double(10)...statement.double(11) }
        return ItemRecord(
            id: id(statement), kind: RowNumber.kind(of: statement.int(0)), wkb: wkb(statement), bbox: bbox,
            interval: time(statement)?.interval, body: withBody ? statement.blob(14) : nil, properties: statement.blob(12),
            created: TimeInstant(microseconds: statement.int(7)), updated: TimeInstant(microseconds: statement.int(8)))
    }
}

/// Where an item lies in the order of a query within its collection.
struct ItemPosition: Hashable {
    var row: Int64
    /// Nil for an item without time.
    var start: Int64?
    var id: String

    init(row: Int64, start: Int64?, id: String) {
        self.row = row
        self.start = start
        self.id = id
    }

    init(_ statement: Statement) {
        self.init(row: ItemRow.row(statement), start: ItemRow.time(statement)?.start, id: ItemRow.id(statement))
    }
}
