import Catalog
import Core

/// One page of items as a GeoJSON FeatureCollection that is also a STAC ItemCollection.
public struct ItemSearch: Sendable {
    let service: Chronotope

    public init(_ service: Chronotope) { self.service = service }

    /// Finds a page and writes it as text: stored bytes with links spliced in, slices derived from their cubes.
    ///
    /// - Parameters:
    ///   - nextLink: makes the link to the following page out of its token.
    ///   - ownLinks: `self`, `root`, `collection` and the like.
    public func page(_ query: ItemQuery, for principal: Principal, links: LinkBuilder, ownLinks: [Link], nextLink: (String) -> Link) throws -> [UInt8] {
        let page = try service.catalog.items(query)
        var writer = JSONWriter(reservingCapacity: 1024 + page.records.count * 1024)
        writer.raw("{\"type\":\"FeatureCollection\",\"features\":[")
        var loaded: [CollectionID: (collection: LoadedCollection, frame: ItemFrame)] = [:]
        var returned = 0
        for (id, record) in page.records {
            guard let found = try loaded[id] ?? load(id, principal).map({ ($0, ItemFrame($0, links)) }) else { continue }
            loaded[id] = found
            if returned > 0 { writer.raw(",") }
            ItemDocument.write(record, of: found.collection, found.frame, to: &writer)
            returned += 1
        }
        writer.raw("],\"numberReturned\":\(returned)")
        if let matched = page.numberMatched { writer.raw(",\"numberMatched\":\(matched)") }
        writer.raw(",\"timeStamp\":\"\(TimeInstant.now)\",\"links\":")
        writer.write(JSON(ownLinks + (page.next.map { [nextLink($0.text)] } ?? [])))
        writer.raw("}")
        return writer.bytes
    }

    /// nil for a collection that was deleted between the query and now.
    private func load(_ id: CollectionID, _ principal: Principal) throws -> LoadedCollection? {
        do { return try service.collection(id, for: principal) } catch let error as ServiceError where error.code == .notFound { return nil }
    }

    /// One item as JSON text.
    public func item(_ id: String, in collection: LoadedCollection, for principal: Principal, links: LinkBuilder) throws -> [UInt8] {
        guard let record = try service.catalog.item(id, in: collection.id, access: principal.access) else {
            throw ServiceError.notFound("item", id, hint: "the collection is '\(collection.id)'")
        }
        var writer = JSONWriter(reservingCapacity: 4096)
        ItemDocument.write(record, of: collection, ItemFrame(collection, links), to: &writer)
        return writer.bytes
    }
}
