import Core
import GRDB
import Testing

@testable import Catalog

/// What SQLite does with the texts of `ItemSQL`: which index it uses, and that it sorts only where that is meant.
@Suite struct SQLitePlanTests {
    private func plan(_ sql: String) throws -> String {
        try CatalogBackend.sqlite.withStore { store in
            guard let catalog = store as? SQLiteCatalog else { return "" }
            return try catalog.read { db in
                let steps = try Catalog.Statement(db, "EXPLAIN QUERY PLAN " + sql)
                defer { steps.reset() }
                var details: [String] = []
                while try steps.step() { details.append(steps.text(3) ?? "") }
                return details.joined(separator: " | ")
            }
        }
    }

    @Test func walksUseTheirOrder() throws {
        #expect(try plan(ItemSQL.walkRows) == "SEARCH item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
        #expect(try plan(ItemSQL.walkTime) == "SEARCH item USING INDEX item_time (collection=? AND start>? AND start<?)")
        #expect(try plan(ItemSQL.walkTies) == "SEARCH item USING INDEX item_time (collection=? AND start=? AND id>?)")
        #expect(try plan(ItemSQL.walkUntimed) == "SEARCH item USING INDEX item_time (collection=? AND start=? AND id>?)")
    }

    @Test func candidatesComeOutOfIndexesAlone() throws {
        #expect(try plan(ItemSQL.boxCandidates).hasPrefix("SCAN item_box VIRTUAL TABLE INDEX 2:"))
        #expect(try plan(ItemSQL.timeCandidates) == "SEARCH item USING COVERING INDEX item_time (collection=? AND start>? AND start<?)")
        #expect(try plan(ItemSQL.untimedCandidates) == "SEARCH item USING COVERING INDEX item_time (collection=? AND start=?)")
        #expect(try plan(ItemSQL.unlocatedCandidates) == "SEARCH item USING INDEX item_unlocated (collection=?)")
    }

    @Test func sortedOnesAskTheIndexFirst() throws {
        let box = "VIRTUAL TABLE INDEX 2:"
        #expect(try plan(ItemSQL.boxByRow).hasPrefix("SCAN item_box \(box)"))
        for sql in [ItemSQL.boxByTime, ItemSQL.boxUntimed] {
            let plan = try plan(sql)
            #expect(plan.hasPrefix("SCAN box \(box)") && plan.contains("SEARCH item USING INTEGER PRIMARY KEY (rowid=?)") && plan.contains("TEMP B-TREE"))
        }
        let features = try plan(ItemSQL.boxFeatures)
        #expect(features.hasPrefix("SCAN box \(box)") && features.contains("SEARCH item USING INTEGER PRIMARY KEY (rowid=?)") && !features.contains("TEMP"))
        #expect(try plan(ItemSQL.timeByRow).hasPrefix("SEARCH item USING COVERING INDEX item_time (collection=? AND start>? AND start<?)"))
    }

    @Test func lookUpsByIdAndRightsAreOneQuery() throws {
        #expect(try plan("SELECT row FROM item WHERE id = ?1") == "SEARCH item USING COVERING INDEX item_id (id=?)")
        let one = try plan("SELECT \(CollectionRow.columns) FROM collection WHERE id = ?1 AND \(AccessSQL.condition)")
        #expect(one.hasPrefix("SEARCH collection USING INDEX sqlite_autoindex_collection_1 (id=?)"))
    }

    @Test func choosesByTheShareOfTheBox() {
        let plan = ItemPlan()
        let own = BBox(west: 0, south: 0, east: 10, north: 10)
        #expect(ItemPlan.share(of: BBox(west: 0, south: 0, east: 5, north: 5), in: own) == 0.25)
        #expect(ItemPlan.share(of: .world, in: own) == 1 && ItemPlan.share(of: BBox(west: 20, south: 0, east: 30, north: 5), in: own) == 0)
        #expect(abs(ItemPlan.share(of: BBox(west: 170, south: -5, east: -170, north: 5), in: BBox(west: 160, south: -5, east: -160, north: 5)) - 0.5) < 1e-12)
        #expect(ItemPlan.share(of: own, in: nil) == 1)
        let line = BBox(west: 0, south: 5, east: 10, north: 5)
        #expect(ItemPlan.share(of: BBox(west: 2, south: 0, east: 4, north: 9), in: line) == 0.2)
        #expect(ItemPlan.share(of: BBox(west: 2, south: 6, east: 4, north: 9), in: line) == 0)
        #expect(plan.listLimit(count: 1_000_000, page: 10, order: .natural) == 3162)
        #expect(plan.listLimit(count: 1_000_000, page: 10, order: .timeDescending) == 1581)
        #expect(
            plan.listLimit(count: 100, page: Int.max, order: .natural) == plan.listLimit
                && plan.listLimit(count: Int.max, page: Int.max, order: .natural) == plan.longestList)
        #expect(plan.triesList(share: 0.001, count: 1_000_000, listLimit: 3162) && !plan.triesList(share: 0.5, count: 1_000_000, listLimit: 3162))
        #expect(plan.walksFirst(share: 0.5, count: 1_000_000, page: 10, listLimit: 3162))
        #expect(!plan.walksFirst(share: 0.001, count: 1_000_000, page: 1000, listLimit: 3162))
    }
}

@Suite struct SQLiteFileTests {
    @Test func refusesWhatIsNoCatalogue() throws {
        try CatalogBackend.sqlite.withDirectory { directory in
            _ = try CatalogBackend.sqlite.open(directory)
            try Array("this is no database, but it is long enough to look like one".utf8 + [UInt8](repeating: 65, count: 5000)).write(
                toFile: directory + "/bad.sqlite")
            #expect(code { _ = try SQLiteCatalog(path: directory + "/bad.sqlite") } == .io)
            #expect(code { _ = try SQLiteCatalog(path: directory + "/bad.sqlite/below") } == .io)
        }
    }

    @Test func refusesTheFileOfANewerVersion() throws {
        try CatalogBackend.sqlite.withDirectory { directory in
            let catalog = try SQLiteCatalog(path: directory + "/chronotope.sqlite")
            try catalog.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 from the future')") }
            #expect(code { _ = try SQLiteCatalog(path: directory + "/chronotope.sqlite") } == .incompatible)
        }
    }

    @Test func isDurableAndKeepsReferences() throws {
        try CatalogBackend.sqlite.withDirectory { directory in
            let catalog = try SQLiteCatalog(path: directory + "/deep/er/chronotope.sqlite")
            try catalog.pool.write { (db: Database) throws in
                #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
                #expect(try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1)
                #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
            }
            #expect(try catalog.health().name == "SQLite" && catalog.health().version.hasPrefix("3."))
        }
    }

    @Test func aSecondWriterIsToldThatItIsBusy() throws {
        try CatalogBackend.sqlite.withDirectory { directory in
            let first = try SQLiteCatalog(path: directory + "/c.sqlite")
            let second = try SQLiteCatalog(path: directory + "/c.sqlite", busyTimeout: 0.05)
            let id = try collectionID("a")
            var seen: CatalogError.Code?
            var seenRecords: [CollectionRecord]?
            try first.publish(
                CollectionRecord(id: id),
                items: {
                    seen = code { try second.create(CollectionRecord(id: try collectionID("b"))) }
                    seenRecords = try second.collections(CollectionQuery(access: .all)).records
                    return nil
                }, mode: .replace)
            #expect(seen == .busy && seenRecords == [])
            try second.create(CollectionRecord(id: try collectionID("b")))
        }
    }

    /// After everything is removed nothing is left in the tables and the R-tree, and both are sound.
    @Test func leavesNothingBehind() throws {
        try CatalogBackend.sqlite.withDirectory { directory in
            let catalog = try SQLiteCatalog(path: directory + "/c.sqlite")
            let id = try collectionID("a")
            let wrapped = ItemRecord(id: "w", kind: .slice, bbox: BBox(west: 170, south: 0, east: -170, north: 1))
            try catalog.publish(CollectionRecord(id: id), items: [wrapped] + (0..<500).map { .point("p\($0)", Double($0 % 90), 0) }, mode: .replace)
            try catalog.publish(CollectionRecord(id: id), items: [wrapped, .point("p", 0, 0)], mode: .upsert)
            try catalog.deleteItem("w", in: id)
            try catalog.pool.read { (db: Database) throws in
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM item_box") == 501)
                #expect(try String.fetchOne(db, sql: "SELECT rtreecheck('item_box')") == "ok")
            }
            try catalog.deleteCollection(id)
            try catalog.pool.read { (db: Database) throws in
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM item") == 0)
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM item_box") == 0)
                #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            }
        }
    }
}
