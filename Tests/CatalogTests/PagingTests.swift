import Core
import Testing

@testable import Catalog

@Suite struct PagingTests {
    @Test(arguments: CatalogBackend.all) func tokensOfAnotherCatalogueOrOrderAreRefused(backend: CatalogBackend) throws {
        try backend.withStore { store in
            try store.publish(CollectionRecord(id: try collectionID("a")), items: (0..<5).map { .point("p\($0)", 0, 0) }, mode: .replace)
            let natural = try #require(try store.items(ItemQuery(limit: 2, access: .all)).next)
            let byTime = try #require(try store.items(ItemQuery(limit: 2, order: .timeDescending, access: .all)).next)
            #expect(code { _ = try store.items(ItemQuery(after: byTime, access: .all)) } == .invalidToken)
            #expect(code { _ = try store.items(ItemQuery(after: natural, order: .timeDescending, access: .all)) } == .invalidToken)
            let foreign = PageToken(natural.position, catalogue: natural.catalogue ^ 1)
            #expect(code { _ = try store.items(ItemQuery(after: foreign, access: .all)) } == .invalidToken)
        }
    }

    @Test(arguments: CatalogBackend.all, [ItemQuery.Order.natural, .timeDescending])
    func whatExistsThroughoutIsGivenOnce(backend: CatalogBackend, order: ItemQuery.Order) throws {
        try backend.withStore { store in
            let day = try interval("2020-01-01T00:00:00Z")
            let ids = try ["a", "b"].map(collectionID)
            for id in ids {
                try store.publish(CollectionRecord(id: id), items: (0..<60).map { .point("p\($0)", 1, 1, $0 % 3 == 0 ? nil : day) }, mode: .replace)
            }
            var query = ItemQuery(limit: 7, order: order, access: .all)
            var seen: [String] = []
            var round = 0
            repeat {
                let page = try store.items(query)
                seen += page.records.map { "\($0.collection)/\($0.item.id)" }
                query.after = page.next
                // Between the pages some are added before and behind the position, and some that were added are removed.
                round += 1
                for id in ids { try store.putItem(.point("new\(round)", 1, 1, round % 2 == 0 ? nil : day), in: id, replacing: false) }
                if round > 2 { for id in ids { try store.deleteItem("new\(round - 2)", in: id) } }
            } while query.after != nil && round < 100
            let old = seen.filter { !$0.contains("new") }
            #expect(old.count == 120 && Set(old).count == 120)
            #expect(Set(seen).count == seen.count)
        }
    }

    @Test(arguments: CatalogBackend.all) func readersAndAWriterAtOnce(backend: CatalogBackend) async throws {
        let directory = try backend.withDirectory { $0 }
        defer { try? removeDirectory(directory) }
        let store = try backend.open(directory)
        let id = try collectionID("a")
        try store.publish(CollectionRecord(id: id), items: (0..<300).map { .point("p\($0)", Double($0 % 100), 0) }, mode: .replace)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<10 {
                    try store.publish(
                        CollectionRecord(id: id, title: "\(round)"), items: (0..<300).map { .point("p\($0)", Double($0 % 100), 0) }, mode: .replace)
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<40 {
                        // Each page is one snapshot: never a half-written collection.
                        let all = try store.items(ItemQuery(collections: [id], limit: 1000, access: .all)).records
                        #expect(all.count == 300)
                        let box = BBox(west: 10, south: -1, east: 19, north: 1)
                        let some = try store.items(ItemQuery(collections: [id], bbox: box, limit: 1000, access: .all)).records
                        #expect(some.count == 30)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.version(of: id) == 11)
    }
}

@Suite struct PageTokenTests {
    private static func tokens() throws -> [PageToken] {
        let id = try CollectionID("s2-l2a")
        return [
            PageToken(.row(collection: id, row: 0), catalogue: 0), PageToken(.row(collection: id, row: Int64.max), catalogue: .max),
            PageToken(.time(start: nil, collection: id, id: "ä 🍎/\u{0000}"), catalogue: 7),
            PageToken(.time(start: 0, collection: id, id: "x"), catalogue: 7), PageToken(.time(start: -5, collection: id, id: "x"), catalogue: 7),
        ]
    }

    @Test func readsWhatItWrote() throws {
        for token in try Self.tokens() {
            #expect(try PageToken(text: token.text) == token)
            #expect(
                token.text.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F
                })
        }
        #expect(Set(try Self.tokens().map(\.text)).count == 5)
    }

    @Test func theLongestIdFits() throws {
        let token = PageToken(
            .time(start: 1, collection: try CollectionID(String(repeating: "c", count: 128)), id: String(repeating: "i", count: PageToken.maximumIDLength)),
            catalogue: 1)
        #expect(try PageToken(text: token.text) == token)
    }

    @Test func refusesEveryAlteration() throws {
        for token in try Self.tokens() {
            let text = Array(token.text.utf8)
            for i in text.indices {
                for other in "AQgw_09".utf8 where other != text[i] {
                    var altered = text
                    altered[i] = other
                    #expect(throws: CatalogError.self) { try PageToken(text: String(decoding: altered, as: UTF8.self)) }
                }
                #expect(throws: CatalogError.self) { try PageToken(text: String(decoding: text[..<i], as: UTF8.self)) }
                #expect(throws: CatalogError.self) { try PageToken(text: String(decoding: text + text[...i], as: UTF8.self)) }
            }
        }
    }

    /// Anyone can compute the checksum; positions that the store never gives out must not get in.
    @Test(arguments: [Int64.min, Int64.max, StoredTime.openStart - 1, StoredTime.openEnd + 1]) func refusesStartsBeyondAllTime(start: Int64) throws {
        let forged = PageToken(.time(start: start, collection: try CollectionID("a"), id: "x"), catalogue: 1)
        #expect(throws: CatalogError.self) { try PageToken(text: forged.text) }
    }

    @Test(arguments: CatalogBackend.all, [Int64.min, -1, 0, Int64.max]) func forgedRowsDoNoHarm(backend: CatalogBackend, row: Int64) throws {
        try backend.withStore { store in
            let id = try collectionID("a")
            try store.publish(CollectionRecord(id: id), items: (0..<5).map { .point("p\($0)", 0, 0) }, mode: .replace)
            let own = try #require(try store.items(ItemQuery(limit: 2, access: .all)).next)
            let forged = PageToken(.row(collection: id, row: row), catalogue: own.catalogue)
            #expect(try store.items(ItemQuery(after: PageToken(text: forged.text), access: .all)).records.count == 5)
        }
    }

    @Test(arguments: CatalogBackend.all) func aPageHasAtLeastOneRecord(backend: CatalogBackend) throws {
        try backend.withStore { store in
            try store.publish(CollectionRecord(id: try collectionID("a")), items: (0..<5).map { .point("p\($0)", 0, 0) }, mode: .replace)
            for limit in [0, -1, Int.min] {
                var query = ItemQuery(access: .all)
                query.limit = limit
                #expect(try store.items(query).records.count == 1)
            }
            for order in [ItemQuery.Order.natural, .timeDescending] {
                #expect(try store.items(ItemQuery(bbox: .world, limit: Int.max, order: order, access: .all)).records.count == 5)
            }
        }
    }

    @Test(arguments: ["", "A", "====", "next:12", "ä", "1", String(repeating: "A", count: 100), String(repeating: "_", count: 5000), "{\"after\":1}"])
    func refusesWhatIsNone(text: String) {
        #expect(throws: CatalogError.self) { try PageToken(text: text) }
    }
}
