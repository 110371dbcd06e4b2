import Core
import Geo
import Testing

@testable import Catalog

/// The store against a list that is filtered and sorted in memory by the rules as they are documented.
@Suite struct ItemQueryTests {
    private struct Model {
        var collection: CollectionID
        var sequence: Int
        var item: ItemRecord

        func matches(_ query: ItemQuery) -> Bool {
            if let collections = query.collections, !collections.contains(collection) { return false }
            if let ids = query.ids, !ids.contains(item.id) { return false }
            if let kinds = query.kinds, !kinds.contains(item.kind) { return false }
            if let interval = query.interval {
                guard let own = item.interval else { return query.matchUntimed && inBox(query) }
                guard own.intersects(interval) else { return false }
            }
            return inBox(query)
        }

        private func inBox(_ query: ItemQuery) -> Bool {
            guard let box = query.bbox else { return true }
            guard let own = item.bbox else { return query.matchUnlocated }
            guard own.intersects(box) else { return false }
            guard let wkb = item.wkb, let geometry = try? Geometry(wkb: wkb) else { return true }
            return geometry.intersects(box)
        }

        private var start: Int64? { item.interval.map { StoredTime($0).start } }
        private var kind: Int { ItemKind.allCases.firstIndex(of: item.kind) ?? 0 }

        static func natural(_ a: Model, _ b: Model) -> Bool {
            a.collection != b.collection ? ByteOrder.precedes(a.collection.rawValue, b.collection.rawValue) : (a.kind, a.sequence) < (b.kind, b.sequence)
        }

        static func time(_ a: Model, _ b: Model) -> Bool {
            if a.start != b.start { return (a.start ?? .min) > (b.start ?? .min) }
            if a.collection != b.collection { return ByteOrder.precedes(a.collection.rawValue, b.collection.rawValue) }
            return ByteOrder.precedes(a.item.id, b.item.id)
        }
    }

    private static func randomItem(_ i: Int, _ random: inout SeededGenerator) -> ItemRecord {
        let x = Double.random(in: -180...180, using: &random), y = Double.random(in: -80...80, using: &random)
        let day: Int64 = 86_400
        // Few different days, so that there are ties.
        let start = TimeInstant(seconds: Int64.random(in: 0...20, using: &random) * day)
        let span: TimeInterval? =
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: nil
            case 2: TimeInterval(start: start, end: TimeInstant(seconds: start.microseconds / 1_000_000 + 5 * day))
            case 3 where i % 3 == 0: TimeInterval(start: nil, end: start)
            case 4 where i % 5 == 0: TimeInterval(start: start, end: nil)
            default: TimeInterval(start)
            }
        let kind: ItemKind = [.feature, .feature, .item, .slice][Int.random(in: 0..<4, using: &random)]
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return ItemRecord(id: "id\(i)", kind: kind, interval: span)
        case 1:  // A box across the antimeridian, without a geometry to test.
            return ItemRecord(
                id: "id\(i)", kind: kind, bbox: BBox(west: 180 - abs(x) / 9, south: y, east: -180 + abs(x) / 18, north: y + 5), interval: span)
        case 2, 3:  // A triangle, whose box is twice as large.
            let (w, h) = (min(x + 30, 180), y + 10)
            return ItemRecord(
                id: "id\(i)", kind: kind, wkb: WKB.polygon([(x, y), (w, y), (x, h), (x, y)]), bbox: BBox(west: x, south: y, east: w, north: h),
                interval: span)
        default: return .point("id\(i)", x, y, span, kind: kind)
        }
    }

    private static func randomQuery(_ collections: [CollectionID], _ random: inout SeededGenerator) -> ItemQuery {
        var query = ItemQuery(access: .all)
        query.limit = [1, 2, 3, 7, 50, 10_000].randomElement(using: &random) ?? 1
        query.order = Bool.random(using: &random) ? .natural : .timeDescending
        query.matchUntimed = Bool.random(using: &random)
        query.matchUnlocated = Bool.random(using: &random)
        if Bool.random(using: &random) { query.collections = Array(collections.shuffled(using: &random).prefix(2)) }
        if Int.random(in: 0..<4, using: &random) > 0 {
            let a = Double.random(in: -180...180, using: &random), b = Double.random(in: -180...180, using: &random)
            let c = Double.random(in: -90...90, using: &random), d = Double.random(in: -90...90, using: &random)
            query.bbox = BBox(west: a, south: min(c, d), east: b, north: max(c, d))
        }
        if Bool.random(using: &random) {
            let a = Int64.random(in: -2...24, using: &random) * 86_400, b = Int64.random(in: -2...24, using: &random) * 86_400
            query.interval = [
                TimeInterval(start: TimeInstant(seconds: min(a, b)), end: TimeInstant(seconds: max(a, b))), TimeInterval(TimeInstant(seconds: a)),
                TimeInterval(start: nil, end: TimeInstant(seconds: a)), TimeInterval(start: TimeInstant(seconds: b), end: nil),
            ].randomElement(using: &random)
        }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: query.kinds = [.slice]
        case 1: query.kinds = [.feature, .item]
        case 2: query.ids = (0..<40).map { _ in "id\(Int.random(in: 0..<300, using: &random))" }
        default: break
        }
        return query
    }

    @Test(arguments: CatalogBackend.all) func everyPageSizeGivesEachRecordOnceInOrder(backend: CatalogBackend) throws {
        var random = SeededGenerator(seed: 20)
        try backend.withStore { store in
            // Ids are the same in every collection.
            let collections = try ["beta", "alpha", "Gamma"].map(collectionID)
            var model: [Model] = []
            for (id, size) in zip(collections, [160, 90, 25]) {
                let items = (0..<size).map { Self.randomItem($0, &random) }
                try store.publish(CollectionRecord(id: id), items: items, mode: .replace)
                model += items.enumerated().map { Model(collection: id, sequence: $0.offset, item: $0.element) }
            }
            for round in 0..<400 {
                let query = Self.randomQuery(collections, &random)
                let expected = model.filter { $0.matches(query) }.sorted(by: query.order == .natural ? Model.natural : Model.time)
                let found = try store.all(query)
                #expect(
                    found.records.map { "\($0.collection)/\($0.item.id)" } == expected.map { "\($0.collection)/\($0.item.id)" },
                    "round \(round): \(query)")
                for count in found.counts { #expect(count == nil || count == expected.count, "round \(round): \(query)") }
            }
        }
    }

    @Test(arguments: CatalogBackend.all) func givesBackWhatWasStored(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let items = [
                ItemRecord(id: "bare", kind: .slice),
                ItemRecord(
                    id: "ä/\u{0000}🍎 '\"", kind: .item, wkb: WKB.point(1, 2), bbox: BBox(west: 1, south: 2, east: 1, north: 2, heights: -3...4),
                    interval: TimeInterval(start: nil, end: nil), body: Array("{\"a\":1}".utf8), properties: []),
                ItemRecord(id: "open", kind: .feature, interval: TimeInterval(start: .earliest, end: nil)),
            ]
            try store.publish(CollectionRecord(id: id), items: items, mode: .replace)
            for item in items {
                var read = try #require(try store.item(item.id, in: id, access: .all))
                #expect(read.created.microseconds > 0 && read.created == read.updated)
                (read.created, read.updated) = (item.created, item.updated)
                #expect(read == item)
            }
            #expect(try store.item("none", in: id, access: .all) == nil)
            #expect(try store.item("bare", in: try collectionID("none"), access: .all) == nil)
        }
    }

    @Test(arguments: CatalogBackend.all) func countsWithoutFilterAreExact(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let items = (0..<50).map { ItemRecord.point("p\($0)", Double($0), 0, kind: $0 < 20 ? .slice : .feature) }
            try store.publish(CollectionRecord(id: id), items: items, mode: .replace)
            #expect(try store.items(ItemQuery(collections: [id], limit: 3, access: .all)).numberMatched == 50)
            #expect(try store.items(ItemQuery(collections: [id], kinds: [.slice], limit: 3, access: .all)).numberMatched == 20)
            #expect(try store.items(ItemQuery(kinds: [.slice, .feature], limit: 3, order: .timeDescending, access: .all)).numberMatched == 50)
            #expect(try store.items(ItemQuery(collections: [id], limit: 3, access: .all, wantsCount: false)).numberMatched == nil)
            let box = BBox(west: 10, south: -1, east: 14, north: 1)
            #expect(try store.items(ItemQuery(collections: [id], bbox: box, limit: 2, access: .all)).numberMatched == 5)
        }
    }
}
