import Core
import GRDB

/// Removes all items of some kinds within a transaction.
///
/// To take a million items out of a table, two indexes and an R-tree lasts longer than to put them in, and all that time nobody else
/// could write. So of many items only the key is given up: the collection goes on with a new one, under which queries cannot see them,
/// and `purge` takes them away in small transactions.
struct ItemRemover {
    let db: Database
    let immediateLimit: Int

    /// Of a collection that is about to be removed itself.
    func removeAll(of row: CollectionRow) throws {
        if row.record.counts.total <= immediateLimit { return try delete(ItemKind.allCases, of: row.key) }
        try leave(row.key)
    }

    /// Gives the row another key if its old one is left behind. Counts and coverage are the caller's.
    func remove(_ kinds: [ItemKind], of row: inout CollectionRow) throws {
        let counts = row.record.counts
        let removed = kinds.reduce(0) { $0 + counts[$1] }
        guard removed > 0 else { return }
        // What stays has to move to the new key, which pays off only if it is little.
        guard removed > immediateLimit, (counts.total - removed) * 4 <= removed else { return try delete(kinds, of: row.key) }
        let old = row.key
        row.key = try SQLiteCatalog.newKey(db)
        for kind in ItemKind.allCases where !kinds.contains(kind) && counts[kind] > 0 { try move(kind, from: old, to: row.key) }
        let update = try Statement(db, "UPDATE collection SET key = ?2 WHERE key = ?1")
        try update.bind(1, old)
        try update.bind(2, row.key)
        try update.run()
        try leave(old)
    }

    private func leave(_ key: Int64) throws {
        let note = try Statement(db, "INSERT INTO leftover (key) VALUES (?1)")
        try note.bind(1, key)
        try note.run()
    }

    /// Each kind is a range of rows and a slot of the R-tree.
    private func delete(_ kinds: [ItemKind], of key: Int64) throws {
        let deletion = try Statement(db, "DELETE FROM item WHERE row BETWEEN ?1 AND ?2")
        for kind in kinds {
            try deleteBoxes(kind, of: key)
            let range = RowNumber.range(collection: key, kind: kind)
            try deletion.bind(1, range.lowerBound)
            try deletion.bind(2, range.upperBound)
            try deletion.run()
        }
    }

    private func deleteBoxes(_ kind: ItemKind, of key: Int64) throws {
        let boxes = try Statement(db, "DELETE FROM item_box WHERE slot_low <= ?2 AND slot_high >= ?1")
        let slots = BoxSlot.range(collection: key, kind: kind)
        try boxes.bind(1, slots.lowerBound)
        try boxes.bind(2, slots.upperBound)
        try boxes.run()
    }

    private func move(_ kind: ItemKind, from old: Int64, to new: Int64) throws {
        let range = RowNumber.range(collection: old, kind: kind)
        let shift = RowNumber.range(collection: new, kind: kind).lowerBound - range.lowerBound
        let boxes = try Statement(
            db,
            """
            INSERT INTO item_box (id, west, east, south, north, slot_low, slot_high) \
            SELECT id + 2 * ?3, west, east, south, north, slot_low + ?4, slot_high + ?4 FROM item_box WHERE slot_low <= ?2 AND slot_high >= ?1
            """)
        let slots = BoxSlot.range(collection: old, kind: kind)
        try boxes.bind(1, slots.lowerBound)
        try boxes.bind(2, slots.upperBound)
        try boxes.bind(3, shift)
        try boxes.bind(4, Double(BoxSlot.slot(of: range.lowerBound + shift) - BoxSlot.slot(of: range.lowerBound)))
        try boxes.run()
        try deleteBoxes(kind, of: old)
        let rows = try Statement(db, "UPDATE item SET row = row + ?3, collection = ?4 WHERE row BETWEEN ?1 AND ?2")
        try rows.bind(1, range.lowerBound)
        try rows.bind(2, range.upperBound)
        try rows.bind(3, shift)
        try rows.bind(4, new)
        try rows.run()
    }
}

extension SQLiteCatalog {
    func remover(_ db: Database) -> ItemRemover { ItemRemover(db: db, immediateLimit: limits.immediateRemoval) }

    @discardableResult public func purge(limit: Int) throws -> Int {
        try write { db in
            let query = try Statement(db, "SELECT key FROM leftover LIMIT 1")
            defer { query.reset() }
            guard try query.step() else { return 0 }
            let key = query.int(0)
            let rows = try SQLiteCatalog.someRows(of: key, limit: max(1, limit), db)
            for row in rows { try ItemWriter.delete(row, db) }
            if rows.count < max(1, limit) {
                let done = try Statement(db, "DELETE FROM leftover WHERE key = ?1")
                try done.bind(1, key)
                try done.run()
            }
            // A key without rows was something to do as well: only 0 means that nothing is left.
            return max(rows.count, 1)
        }
    }

    private static func someRows(of key: Int64, limit: Int, _ db: Database) throws -> [Int64] {
        let range = RowNumber.all(of: key)
        let query = try Statement(db, "SELECT row FROM item WHERE row BETWEEN ?1 AND ?2 LIMIT ?3")
        try query.bind(1, range.lowerBound)
        try query.bind(2, range.upperBound)
        try query.bind(3, Int64(limit))
        defer { query.reset() }
        var rows: [Int64] = []
        while try query.step() { rows.append(query.int(0)) }
        return rows
    }
}

/// A larger page cache of the writer while items are loaded: pages of indexes that fall out of it go through the log and back.
enum LoadingCache {
    /// 256 MiB at most; pages are taken as they are needed.
    static func grow(_ db: Database) throws { try db.execute(sql: "PRAGMA cache_size = -262144") }

    static func shrink(_ db: Database) {
        try? db.execute(sql: "PRAGMA cache_size = -16384")
        try? db.execute(sql: "PRAGMA shrink_memory")
    }
}
