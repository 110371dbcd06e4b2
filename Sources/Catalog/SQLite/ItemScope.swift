import Core
import GRDB

/// A collection that takes part in a query of items.
struct ItemScope {
    var key: Int64
    var id: CollectionID
    var counts: ItemCounts
    var box: BBox?
    var newest: Int64?
    var longest: Int64?
}

/// Finds the visible collections that can have matching items. Rights are in this SQL; the items are read in the same snapshot.
struct ItemScopes {
    private static let columns = "key, id, slices, items, features, item_west, item_south, item_east, item_north, newest, longest"

    static func resolve(_ query: ItemQuery, _ db: Database) throws -> [ItemScope] {
        var sql = "SELECT \(columns) FROM collection WHERE \(AccessSQL.condition)"
        switch query.collections?.count {
        case nil: break
        case 1: sql += " AND id = :ids"
        default: sql += " AND id IN (SELECT value FROM json_each(:ids))"
        }
        let statement = try Statement(db, sql + " ORDER BY id")
        try AccessSQL.bind(query.access, to: statement)
        if let collections = query.collections {
            let single = collections.count == 1 ? collections.first?.rawValue : nil
            try statement.bind(":ids", single ?? JSON(collections.map(\.rawValue)).text)
        }
        defer { statement.reset() }
        var scopes: [ItemScope] = []
        while try statement.step() {
            let scope = try read(statement)
            if canMatch(scope, query) { scopes.append(scope) }
        }
        return scopes
    }

    private static func read(_ row: Statement) throws -> ItemScope {
        guard let id = row.text(1).flatMap({ try? CollectionID($0) }) else { throw CatalogError(.io, "the catalogue holds a damaged record of a collection") }
        var box: BBox?
        if !row.isNull(5) { box = BBox(west: row.double(5), south: row.double(6), east: row.double(7), north: row.double(8)) }
        return ItemScope(
            key: row.int(0), id: id, counts: ItemCounts(slices: Int(row.int(2)), items: Int(row.int(3)), features: Int(row.int(4))), box: box,
            newest: row.optionalInt(9), longest: row.optionalInt(10))
    }

    private static func canMatch(_ scope: ItemScope, _ query: ItemQuery) -> Bool {
        guard scope.counts.total > 0, query.intersects == nil || query.bbox != nil else { return false }
        if let kinds = query.kinds, kinds.allSatisfy({ scope.counts[$0] == 0 }) { return false }
        if let box = query.bbox, !query.matchUnlocated {
            guard let own = scope.box, BoxTest(box: box).compare(own) != .outside else { return false }
        }
        if let interval = query.interval, !query.matchUntimed {
            guard let newest = scope.newest, let longest = scope.longest else { return false }
            // No item ends after the newest start plus the longest interval.
            guard newest + longest >= StoredTime(interval).start else { return false }
        }
        return true
    }
}
