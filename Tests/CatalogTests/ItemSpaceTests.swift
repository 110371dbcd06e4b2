import Core
import Testing

@testable import Catalog

/// Boxes: shapes that only seem to meet, the antimeridian, the rounding of the index.
@Suite struct ItemSpaceTests {
    private func ids(_ store: any CatalogStore, _ box: BBox, limit: Int = 10) throws -> [String] {
        try store.all(ItemQuery(bbox: box, limit: limit, access: .all)).records.map(\.item.id)
    }

    private func tileIDs(_ store: any CatalogStore, _ box: BBox) throws -> [String] {
        var ids: [String] = []
        try store.features(in: try collectionID("a"), bbox: box, limit: 100) { ids.append($0.id) }
        return ids.sorted()
    }

    @Test(arguments: CatalogBackend.all) func aShapeWhoseBoxMeetsButNotItself(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let triangle = ItemRecord(
                id: "triangle", kind: .feature, wkb: WKB.polygon([(0, 0), (10, 0), (0, 10), (0, 0)]), bbox: BBox(west: 0, south: 0, east: 10, north: 10))
            try store.publish(CollectionRecord(id: try collectionID("a")), items: [triangle], mode: .replace)
            let corner = BBox(west: 8, south: 8, east: 9, north: 9)
            #expect(try ids(store, corner).isEmpty && tileIDs(store, corner).isEmpty)
            #expect(try store.items(ItemQuery(bbox: corner, access: .all)).numberMatched == 0)
            for meeting in [BBox(west: 4, south: 4, east: 9, north: 9), BBox(west: 1, south: 1, east: 2, north: 2), .world] {
                #expect(try ids(store, meeting) == ["triangle"] && tileIDs(store, meeting) == ["triangle"])
            }
        }
    }

    @Test(arguments: CatalogBackend.all) func acrossTheAntimeridianEachIsFoundOnceFromBothSides(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let items = [
                ItemRecord(id: "fiji", kind: .feature, bbox: BBox(west: 177, south: -20, east: -178, north: -15)),
                ItemRecord(id: "wide", kind: .feature, bbox: BBox(west: -180, south: -20, east: 180, north: -15)),
                ItemRecord(id: "tonga", kind: .feature, bbox: BBox(west: -176, south: -22, east: -173, north: -15)),
            ]
            let stored = try store.publish(CollectionRecord(id: try collectionID("a")), items: items, mode: .replace)
            #expect(stored.counts.features == 3)
            let cases: [([Double], [String])] = [
                ([178, -19, 179, -18], ["fiji", "wide"]), ([-180, -19, -179, -18], ["fiji", "wide"]), ([-180, -19, 180, -18], ["fiji", "wide", "tonga"]),
                ([170, -19, -175, -18], ["fiji", "wide", "tonga"]), ([179, -19, -179, -18], ["fiji", "wide"]), ([0, -19, 1, -18], ["wide"]),
                ([-177.5, -19, -176.5, -18], ["wide"]), ([170, 0, -170, 10], []),
            ]
            for (box, expected) in cases {
                let box = try BBox(numbers: box)
                for limit in [1, 2, 10] { #expect(try ids(store, box, limit: limit) == expected, "\(box)") }
                #expect(try tileIDs(store, box) == expected.sorted(), "\(box)")
                for order in [ItemQuery.Order.natural, .timeDescending] {
                    let page = try store.items(ItemQuery(bbox: box, limit: 1, order: order, access: .all))
                    #expect(page.numberMatched == nil || page.numberMatched == expected.count)
                }
            }
        }
    }

    @Test(arguments: CatalogBackend.all) func theRoundingOfTheIndexDoesNotShow(backend: CatalogBackend) throws {
        try backend.withStore { store in
            // Neighbours in Float64 that are one number in Float32.
            let x = 4.000000001
            try store.publish(CollectionRecord(id: try collectionID("a")), items: [.point("p", x, x)], mode: .replace)
            #expect(Float(x) == Float(x.nextDown) && Float(x) == Float(x.nextUp))
            #expect(try ids(store, BBox(west: x, south: x, east: x, north: x)) == ["p"])
            #expect(try ids(store, BBox(west: x.nextUp, south: 0, east: 5, north: 5)).isEmpty)
            #expect(try ids(store, BBox(west: 0, south: 0, east: x.nextDown, north: 5)).isEmpty)
            #expect(try ids(store, BBox(west: 0, south: 0, east: 5, north: x.nextDown)).isEmpty)
            #expect(try tileIDs(store, BBox(west: x.nextUp, south: 0, east: 5, north: 5)).isEmpty)
            #expect(try store.items(ItemQuery(bbox: BBox(west: x.nextUp, south: 0, east: 5, north: 5), access: .all)).numberMatched == 0)
        }
    }

    @Test(arguments: CatalogBackend.all) func featuresForTiles(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let day = try interval("2020-01-01T00:00:00Z")
            var items = (0..<20).map { ItemRecord.point("f\($0)", Double($0), 0, $0 < 5 ? day : nil, properties: "{\"n\":\($0)}") }
            items += [.point("slice", 3, 0, day, kind: .slice), .point("item", 3, 0, kind: .item)]
            try store.publish(CollectionRecord(id: id), items: items, mode: .replace)
            try store.publish(CollectionRecord(id: try collectionID("other")), items: items, mode: .replace)
            let box = BBox(west: 2, south: -1, east: 9, north: 1)
            var seen: [String: ItemRecord] = [:]
            #expect(try store.features(in: id, bbox: box, limit: 100) { seen[$0.id] = $0 } == 8)
            #expect(Set(seen.keys) == Set((2...9).map { "f\($0)" }))
            #expect(seen["f4"]?.properties == Array("{\"n\":4}".utf8) && seen["f4"]?.wkb == WKB.point(4, 0) && seen["f4"]?.body == nil)
            var count = 0
            #expect(try store.features(in: id, bbox: box, limit: 3) { _ in count += 1 } == 4 && count == 3)
            #expect(try store.features(in: id, bbox: box, interval: day, limit: 100) { _ in } == 3)
            #expect(try store.features(in: try collectionID("none"), bbox: box, limit: 3) { _ in } == 0)
            #expect(throws: CancellationError.self) { try store.features(in: id, bbox: box, limit: 3) { _ in throw CancellationError() } }
            #expect(try store.features(in: id, bbox: box, limit: 100) { _ in } == 8)
        }
    }
}
