import Core
import Geo
import Testing

@testable import Catalog

@Suite struct ItemRegionTests {
    /// Points inside the region's box but outside the region must neither be given nor counted.
    @Test(arguments: CatalogBackend.all, [ItemQuery.Order.natural, .timeDescending])
    func aRegionIsTestedExactlyAlsoForTheCount(backend: CatalogBackend, order: ItemQuery.Order) throws {
        try backend.withStore { store in
            let points = (0..<100).map { ItemRecord.point("p\($0)", Double($0 % 10) + 0.25, Double($0 / 10) + 0.25) }
            try store.publish(CollectionRecord(id: try collectionID("a")), items: points, mode: .replace)
            let corners = [(0.0, 0.0), (10, 0), (0, 10), (0, 0)].map { Position(x: $0.0, y: $0.1) }
            let query = ItemQuery(intersects: .polygon([corners]), limit: 7, order: order, access: .all)
            let expected = points.filter { ($0.bbox?.west ?? 99) + ($0.bbox?.south ?? 99) <= 10 }.map(\.id)
            #expect(expected.count == 55)
            let found = try store.all(query)
            #expect(found.records.map(\.item.id).sorted() == expected.sorted())
            for count in found.counts { #expect(count == nil || count == expected.count) }
        }
    }

    @Test(arguments: CatalogBackend.all) func anEmptyRegionMeetsNothing(backend: CatalogBackend) throws {
        try backend.withStore { store in
            try store.publish(CollectionRecord(id: try collectionID("a")), items: [.point("p", 0, 0)], mode: .replace)
            let page = try store.items(ItemQuery(intersects: .geometryCollection([]), access: .all))
            #expect(page.records.isEmpty && page.numberMatched == 0)
        }
    }
}
