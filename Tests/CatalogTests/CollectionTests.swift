import Core
import Testing

@testable import Catalog

@Suite struct CollectionTests {
    @Test(arguments: CatalogBackend.all) func keepsWhatTheUserGave(backend: CatalogBackend) throws {
        try backend.withDirectory { directory in
            var record = CollectionRecord(id: try collectionID("s2"), title: "Äpfel \u{0000} 🍎", description: "")
            record.document = ["keywords": ["a", "b"], "license": "CC-BY-4.0"]
            record.cube = ["grid": ["width": 10]]
            record.storage = "s2-1"
            record.extent = Extent(
                bbox: BBox(west: 170, south: -10, east: -170, north: 10, heights: -1...5),
                interval: TimeInterval(start: try time("2020-01-01T00:00:00Z"), end: nil))
            record.hasUserExtent = true
            let stored = try backend.open(directory).create(record)
            #expect(stored.version == 1 && stored.created == stored.updated && stored.created.microseconds > 0)
            // A store opened anew reads the same.
            let read = try backend.open(directory).collection(record.id, access: .all)
            #expect(read == stored)
            #expect(read?.document.keys == ["keywords", "license"])
            #expect(read?.title == record.title && read?.description == "" && read?.cube == record.cube && read?.extent == record.extent)
        }
    }

    @Test(arguments: CatalogBackend.all) func refusesASecondOfTheSameId(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let record = CollectionRecord(id: try collectionID("a"))
            try store.create(record)
            #expect(code { try store.create(record) } == .conflict)
            #expect(
                code { try store.publish(record, items: { nil }, options: PublishOptions(mode: .replace, mustBeNew: true), progress: { _ in }) } == .conflict)
        }
    }

    @Test(arguments: CatalogBackend.all) func updatesRaiseTheVersionAndKeepTheRest(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let first = try store.publish(CollectionRecord(id: id, title: "one"), items: [.point("p", 1, 2)], mode: .replace)
            let second = try store.update(CollectionRecord(id: id, title: "two"))
            #expect(second.version == first.version + 1 && second.title == "two")
            #expect(second.counts == first.counts && second.extent == first.extent && second.created == first.created)
            #expect(second.vectorSummary == first.vectorSummary && second.vectorSummary != nil)
            #expect(code { try store.update(CollectionRecord(id: id), expectedVersion: first.version) } == .conflict)
            #expect(try store.collection(id, access: .all)?.title == "two")
            #expect(code { try store.update(CollectionRecord(id: try collectionID("none"))) } == .notFound)
        }
    }

    @Test(arguments: CatalogBackend.all) func aVersionIsNeverUsedTwice(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            #expect(try store.version(of: id) == nil)
            try store.publish(CollectionRecord(id: id), items: [.point("p", 1, 2)], mode: .replace)
            let last = try store.update(CollectionRecord(id: id)).version
            #expect(try store.version(of: id) == last)
            #expect(try store.deleteCollection(id).version == last)
            #expect(try store.version(of: id) == nil)
            #expect(try store.collection(id, access: .all) == nil)
            #expect(try store.create(CollectionRecord(id: id)).version == last + 1)
            #expect(try store.items(ItemQuery(collections: [id], access: .all)).records.isEmpty)
            #expect(code { try store.deleteCollection(try collectionID("none")) } == .notFound)
        }
    }

    @Test(arguments: CatalogBackend.all) func privateOnesShowOnlyToThoseWhoMaySee(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let (open, hidden, other) = (try collectionID("open"), try collectionID("hidden"), try collectionID("other"))
            for id in [open, hidden, other] {
                try store.publish(CollectionRecord(id: id, isPrivate: id != open), items: [.point("p", 1, 2)], mode: .replace)
            }
            let some = Access(privateCollections: .only([hidden]))
            for (access, visible) in [(Access.publicOnly, [open]), (some, [hidden, open]), (.all, [hidden, open, other])] {
                let page = try store.collections(CollectionQuery(access: access))
                #expect(page.records.map(\.id) == visible && page.numberMatched == visible.count)
                for order in [ItemQuery.Order.natural, .timeDescending] {
                    let items = try store.items(ItemQuery(order: order, access: access))
                    #expect(items.records.map(\.collection) == visible && items.numberMatched == visible.count)
                    let named = try store.items(ItemQuery(collections: [open, hidden, other], ids: ["p"], order: order, access: access))
                    #expect(named.records.map(\.collection) == visible)
                }
                for id in [open, hidden, other] {
                    #expect(try (store.collection(id, access: access) != nil) == visible.contains(id))
                    #expect(try (store.item("p", in: id, access: access) != nil) == visible.contains(id))
                    #expect(try store.items(ItemQuery(collections: [id], access: access)).records.count == (visible.contains(id) ? 1 : 0))
                }
            }
        }
    }

    @Test(arguments: CatalogBackend.all) func pagesGiveEachOnceInByteOrder(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let ids = try ["b", "A", "a", "Z", "a-1", "a.1", "a_1", "0", "b2"].map(collectionID)
            for id in ids { try store.create(CollectionRecord(id: id)) }
            for limit in [1, 2, 4, 9, 100, Int.max] {
                var query = CollectionQuery(limit: limit, access: .publicOnly)
                var seen: [CollectionID] = []
                repeat {
                    let page = try store.collections(query)
                    #expect(page.numberMatched == ids.count)
                    seen += page.records.map(\.id)
                    query.after = page.next
                } while query.after != nil
                #expect(seen == ids.sorted { ByteOrder.precedes($0.rawValue, $1.rawValue) })
            }
        }
    }

    @Test(arguments: CatalogBackend.all) func searchesByExtent(backend: CatalogBackend) throws {
        try backend.withStore { store in
            func add(_ id: String, _ box: [Double]?, _ span: String?) throws {
                var record = CollectionRecord(id: try collectionID(id))
                record.extent = Extent(bbox: try box.map { try BBox(numbers: $0) }, interval: try span.map { try interval($0) })
                try store.create(record)
            }
            try add("belgium", [2, 49, 7, 52], "2020-01-01T00:00:00Z/2020-12-31T00:00:00Z")
            try add("fiji", [176, -20, -178, -15], "2021-01-01T00:00:00Z/..")
            try add("nowhere", nil, nil)
            func found(_ box: [Double]?, _ span: String?) throws -> [String] {
                let query = CollectionQuery(bbox: try box.map { try BBox(numbers: $0) }, interval: try span.map { try interval($0) }, access: .all)
                let page = try store.collections(query)
                #expect(page.numberMatched == page.records.count)
                return page.records.map(\.id.rawValue)
            }
            #expect(try found([3, 50, 4, 51], nil) == ["belgium", "nowhere"])
            #expect(try found([-180, -19, -179, -18], nil) == ["fiji", "nowhere"])
            #expect(try found([177, -19, 178, -18], nil) == ["fiji", "nowhere"])
            #expect(try found([170, -90, 3, 90], nil) == ["belgium", "fiji", "nowhere"])
            #expect(try found([8, -90, 170, 90], nil) == ["nowhere"])
            #expect(try found([179, 0, -179, 90], nil) == ["nowhere"])
            #expect(try found(nil, "2020-12-31T00:00:00Z") == ["belgium", "nowhere"])
            #expect(try found(nil, "2030-01-01T00:00:00Z/..") == ["fiji", "nowhere"])
            #expect(try found([-180, -90, 180, 90], "../2020-12-31T23:00:00Z") == ["belgium", "nowhere"])
        }
    }
}
