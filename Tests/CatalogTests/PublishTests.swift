import Core
import Foundation
import Testing

@testable import Catalog

@Suite struct PublishTests {
    private struct Fault: Error {}

    @Test(arguments: CatalogBackend.all) func keepsExtentCountsAndVersion(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let first = try store.publish(
                CollectionRecord(id: id),
                items: [.point("x", 1, 2, try interval("2020-01-01T00:00:00Z")), .point("y", 30, 40, try interval("2021-01-01T00:00:00Z"))], mode: .replace)
            #expect(
                first.extent == Extent(bbox: BBox(west: 1, south: 2, east: 30, north: 40), interval: try interval("2020-01-01T00:00:00Z/2021-01-01T00:00:00Z")))
            #expect(first.counts == ItemCounts(features: 2) && first.version == 1)

            let grown = try store.publish(first, items: [.point("z", -5, 50)], mode: .append)
            #expect(grown.extent.bbox == BBox(west: -5, south: 2, east: 30, north: 50) && grown.extent.interval == first.extent.interval)
            #expect(grown.counts.features == 3 && grown.version == 2)

            let shrunk = try store.publish(grown, items: [.point("x", 3, 4)], mode: .replace)
            #expect(shrunk.extent == Extent(bbox: BBox(west: 3, south: 4, east: 3, north: 4)) && shrunk.counts.features == 1 && shrunk.version == 3)
            #expect(try store.collection(id, access: .all) == shrunk)

            var own = shrunk
            own.hasUserExtent = true
            own.extent = Extent(bbox: .world)
            #expect(try store.publish(own, items: [.point("q", 9, 9)], mode: .append).extent == Extent(bbox: .world))
            own.hasUserExtent = false
            #expect(try store.update(own).extent.bbox == BBox(west: 3, south: 4, east: 9, north: 9))
        }
    }

    @Test(arguments: CatalogBackend.all) func anEmptyCollectionKeepsTheExtentItWasGiven(backend: CatalogBackend) throws {
        try backend.withStore { store in
            var record = CollectionRecord(id: try collectionID("a"))
            record.extent = Extent(bbox: BBox(west: 1, south: 2, east: 3, north: 4))
            let stored = try store.publish(record, items: [], mode: .replace)
            #expect(stored.extent == record.extent && stored.version == 1 && stored.vectorSummary == nil)
        }
    }

    @Test(arguments: CatalogBackend.all) func replacesOneKindAndLeavesTheOthers(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let record = CollectionRecord(id: try collectionID("a"))
            let slices = (0..<3).map { ItemRecord(id: "s\($0)", kind: .slice, bbox: BBox(west: 0, south: 0, east: 10, north: 10)) }
            try store.publish(record, items: slices, mode: .replaceKind(.slice))
            let hybrid = try store.publish(record, items: [.point("f", 50, 50), .point("g", 5, 5)], mode: .replaceKind(.feature))
            #expect(hybrid.counts == ItemCounts(slices: 3, features: 2) && hybrid.extent.bbox == BBox(west: 0, south: 0, east: 50, north: 50))
            let fewer = try store.publish(record, items: slices.prefix(1), mode: .replaceKind(.slice))
            #expect(fewer.counts == ItemCounts(slices: 1, features: 2) && fewer.vectorSummary == hybrid.vectorSummary && fewer.vectorSummary != nil)
            let moved = try store.publish(record, items: [.point("g", 5, 5)], mode: .replaceKind(.feature))
            #expect(moved.extent.bbox == BBox(west: 0, south: 0, east: 10, north: 10))
            #expect(try store.all(ItemQuery(access: .all)).records.map(\.item.id) == ["s0", "g"])
            #expect(try store.all(ItemQuery(bbox: BBox(west: 40, south: 40, east: 60, north: 60), access: .all)).records.isEmpty)
            #expect(code { try store.publish(record, items: [.point("x", 1, 1)], mode: .replaceKind(.slice)) } == .invalidRecord)
            // Also where the new item has the id of one of another kind.
            #expect(code { try store.publish(record, items: [ItemRecord(id: "g", kind: .slice)], mode: .replaceKind(.slice)) } == .duplicateItem)
        }
    }

    @Test(arguments: CatalogBackend.all) func whateverIsThrownLeavesEverythingAsItWas(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let before = try store.publish(CollectionRecord(id: id, title: "old"), items: [.point("x", 1, 2), .point("y", 3, 4)], mode: .replace)
            let bad: [ItemRecord] = [
                .point("p0", 1, 1), ItemRecord(id: "", kind: .feature),
                ItemRecord(id: "nan", kind: .feature, bbox: BBox(west: .nan, south: 0, east: 1, north: 1)),
                ItemRecord(id: "inverted", kind: .feature, bbox: BBox(west: 0, south: 2, east: 1, north: 1)),
                ItemRecord(id: String(repeating: "i", count: 5000), kind: .feature),
                ItemRecord(id: "time", kind: .feature, interval: Core.TimeInterval(start: TimeInstant(seconds: 2), end: TimeInstant(seconds: 1))),
            ]
            for mode in [PublishMode.replace, .replaceKind(.feature), .append, .upsert] {
                for (i, item) in bad.enumerated() {
                    var given = 0
                    let failed = code {
                        try store.publish(
                            CollectionRecord(id: id, title: "new"),
                            items: {
                                given += 1
                                if given <= 10 { return .point("p\(given)", 7, 8) }
                                if i == 0 { throw CatalogError(.io, "the source broke") }
                                return item
                            }, mode: mode)
                    }
                    #expect(failed == (i == 0 ? .io : .invalidRecord))
                    #expect(try store.collection(id, access: .all) == before)
                    #expect(try store.all(ItemQuery(access: .all)).records.map(\.item.id) == ["x", "y"])
                    #expect(try store.items(ItemQuery(bbox: BBox(west: 7, south: 8, east: 7, north: 8), access: .all)).records.isEmpty)
                    #expect(try store.items(ItemQuery(bbox: BBox(west: 1, south: 2, east: 1, north: 2), access: .all)).records.count == 1)
                }
            }
            #expect(throws: Fault.self) { try store.publish(CollectionRecord(id: try collectionID("b")), items: { throw Fault() }, mode: .replace) }
            #expect(try store.version(of: try collectionID("b")) == nil)
        }
    }

    @Test(arguments: CatalogBackend.all) func anIdTwiceIsAConflictThatNamesIt(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let record = CollectionRecord(id: try collectionID("a"))
            do {
                try store.publish(record, items: [.point("same", 1, 1), .point("same", 2, 2)], mode: .replace)
                Issue.record("a double id was taken")
            } catch let error as CatalogError {
                #expect(error.code == .duplicateItem && error.message.contains("'same'") && error.message.contains("'a'"))
            }
            try store.publish(record, items: [.point("same", 1, 1)], mode: .replace)
            #expect(code { try store.publish(record, items: [.point("same", 2, 2)], mode: .append) } == .duplicateItem)
        }
    }

    @Test(arguments: CatalogBackend.all) func upsertTakesThePlaceOfTheSameId(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            let record = CollectionRecord(id: id)
            try store.publish(record, items: [.point("x", 1, 1), .point("y", 50, 50), .point("z", 2, 2)], mode: .replace)
            let after = try store.publish(record, items: [.point("y", 3, 3), .point("new", 4, 4)], mode: .upsert)
            #expect(after.counts.features == 4 && after.extent.bbox == BBox(west: 1, south: 1, east: 4, north: 4))
            #expect(try store.all(ItemQuery(access: .all)).records.map(\.item.id) == ["x", "y", "z", "new"])
            #expect(try store.items(ItemQuery(bbox: BBox(west: 50, south: 50, east: 50, north: 50), access: .all)).records.isEmpty)
            // Another kind: it moves.
            let moved = try store.publish(record, items: [.point("x", 1, 1, kind: .item)], mode: .upsert)
            #expect(moved.counts == ItemCounts(items: 1, features: 3))
            #expect(try store.all(ItemQuery(access: .all)).records.map(\.item.id) == ["x", "y", "z", "new"])
        }
    }

    @Test(arguments: CatalogBackend.all) func singleItems(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            #expect(code { try store.putItem(.point("x", 1, 1), in: id, replacing: false) } == .notFound)
            try store.create(CollectionRecord(id: id))
            #expect(code { try store.putItem(.point("x", 1, 1), in: id, replacing: true) } == .notFound)
            try store.putItem(.point("x", 1, 1, kind: .item), in: id, replacing: false)
            #expect(code { try store.putItem(.point("x", 1, 1), in: id, replacing: false) } == .duplicateItem)
            try store.putItem(.point("y", 20, 20), in: id, replacing: false)
            #expect(try store.version(of: id) == 3)
            try store.putItem(.point("x", 5, 5, kind: .item), in: id, replacing: true)
            #expect(try store.item("x", in: id, access: .all)?.bbox?.west == 5)
            var record = try #require(try store.collection(id, access: .all))
            #expect(record.extent.bbox == BBox(west: 5, south: 5, east: 20, north: 20) && record.counts == ItemCounts(items: 1, features: 1))
            try store.deleteItem("y", in: id)
            record = try #require(try store.collection(id, access: .all))
            #expect(record.extent.bbox == BBox(west: 5, south: 5, east: 5, north: 5) && record.counts == ItemCounts(items: 1) && record.version == 5)
            #expect(record.vectorSummary == nil)
            #expect(code { try store.deleteItem("y", in: id) } == .notFound)
            #expect(try store.version(of: id) == 5)
        }
    }

    @Test(arguments: CatalogBackend.all) func nothingIsSeenBeforeTheEnd(backend: CatalogBackend) throws {
        try backend.withDirectory { directory in
            let store = try backend.open(directory)
            let id = try collectionID("a")
            try store.publish(CollectionRecord(id: id, title: "old"), items: [.point("x", 1, 2)], mode: .replace)
            let copy = directory + "-crash"
            defer { try? FileManager.default.removeItem(atPath: copy) }
            var given = 0
            try store.publish(
                CollectionRecord(id: id, title: "new"),
                items: {
                    given += 1
                    if given == 30_000 {
                        // From another connection, and in the files as a killed process would leave them.
                        #expect(try store.collection(id, access: .all)?.title == "old")
                        #expect(try store.all(ItemQuery(access: .all)).records.map(\.item.id) == ["x"])
                        try FileManager.default.copyItem(atPath: directory, toPath: copy)
                    }
                    return given <= 30_000 ? .point("p\(given)", Double(given % 360) - 180, 0) : nil
                }, mode: .replace)
            #expect(try store.collection(id, access: .all)?.counts.features == 30_000)
            let crashed = try backend.open(copy)
            #expect(try crashed.collection(id, access: .all)?.title == "old")
            #expect(try crashed.all(ItemQuery(access: .all)).records.map(\.item.id) == ["x"])
            #expect(try crashed.items(ItemQuery(bbox: .world, access: .all)).records.map(\.item.id) == ["x"])
        }
    }

    @Test(arguments: CatalogBackend.all) func tellsHowFarItIs(backend: CatalogBackend) throws {
        try backend.withStore { store in
            var given = 0
            var told: [Int] = []
            try store.publish(
                CollectionRecord(id: try collectionID("a")),
                items: {
                    given += 1
                    return given <= 10_000 ? .point("p\(given)", 0, 0) : nil
                }, mode: .replace, progress: { told.append($0) })
            #expect(told.count >= 3 && told == told.sorted() && told.last == 10_000)
        }
    }
}
