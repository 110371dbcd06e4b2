import Core
import GRDB
import Testing

@testable import Catalog

/// Large collections are replaced and removed at once; what is left of them is taken away afterwards.
@Suite struct PurgeTests {
    @Test(arguments: CatalogBackend.all) func whatIsReplacedIsOutOfSightAtOnce(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let slices = [
                ItemRecord(id: "s0", kind: .slice, bbox: BBox(west: 170, south: -5, east: -170, north: 5), interval: try interval("2020-01-01T00:00:00Z")),
                ItemRecord(id: "s1", kind: .slice),
            ]
            func features(_ x: Double) -> [ItemRecord] { (0..<40).map { .point("f\($0)", x, Double($0)) } }
            try store.publish(CollectionRecord(id: id), items: slices + features(1), mode: .replace)
            for x in [2.0, 3] {
                let record = try store.publish(CollectionRecord(id: id), items: features(x), mode: .replaceKind(.feature))
                #expect(record.counts == ItemCounts(slices: 2, features: 40))
                #expect(record.extent.bbox?.contains(longitude: 175, latitude: 0) == true && record.extent.interval == slices[0].interval)
                for purged in [false, true] {
                    if purged { while try store.purge(limit: 7) > 0 {} }
                    #expect(try store.all(ItemQuery(access: .all)).records.map(\.item.id) == ["s0", "s1"] + features(x).map(\.id))
                    #expect(try store.all(ItemQuery(order: .timeDescending, access: .all)).records.count == 42)
                    #expect(try store.all(ItemQuery(bbox: BBox(west: x - 1, south: 0, east: x - 1, north: 90), access: .all)).records.isEmpty)
                    #expect(try store.all(ItemQuery(bbox: BBox(west: x, south: 0, east: x, north: 9), access: .all)).records.count == 10)
                    #expect(try store.all(ItemQuery(bbox: BBox(west: -175, south: 0, east: -175, north: 0), access: .all)).records.map(\.item.id) == ["s0"])
                    #expect(try store.item("f3", in: id, access: .all)?.bbox?.west == x)
                    #expect(try store.items(ItemQuery(ids: ["f3"], access: .all)).records.map(\.item.bbox?.west) == [x])
                    #expect(try store.features(in: id, bbox: .world, limit: 100) { _ in } == 40)
                }
            }
            try store.deleteCollection(id)
            try store.create(CollectionRecord(id: id))
            #expect(try store.items(ItemQuery(access: .all)).records.isEmpty && store.item("f3", in: id, access: .all) == nil)
        }
    }

    @Test func leavesNothingBehind() throws {
        try CatalogBackend.sqliteTight.withStore { store in
            let catalog = try #require(store as? SQLiteCatalog)
            let id = try collectionID("a")
            let wrapped = ItemRecord(id: "w", kind: .slice, bbox: BBox(west: 170, south: 0, east: -170, north: 1))
            for _ in 0..<3 { try store.publish(CollectionRecord(id: id), items: [wrapped] + (0..<50).map { .point("p\($0)", 0, 0) }, mode: .replace) }
            func count(_ table: String) throws -> Int? { try catalog.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } }
            #expect(try count("item") == 153 && count("item_box") == 156)
            #expect(try store.purge(limit: 10) == 10)
            #expect(try count("item") == 143)
            while try store.purge(limit: 10) > 0 {}
            #expect(try count("item") == 51 && count("item_box") == 52 && count("leftover") == 0)
            try store.deleteCollection(id)
            while try store.purge(limit: 1000) > 0 {}
            #expect(try count("item") == 0 && count("item_box") == 0 && count("collection") == 0)
            #expect(try store.purge(limit: 1) == 0)
            let check = try catalog.pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
            #expect(check == "ok")
        }
    }
}
