import Core
import GRDB

extension SQLiteCatalog {
    @discardableResult public func features(
        in collection: CollectionID, bbox: BBox, interval: TimeInterval?, limit: Int, each: (ItemRecord) throws -> Void
    ) throws -> Int {
        let query = ItemQuery(collections: [collection], bbox: bbox, interval: interval, kinds: [.feature], limit: limit, access: .all)
        return try read { db in
            guard let scope = try ItemScopes.resolve(query, db).first else { return 0 }
            let filter = try ItemFilter(query, hasUntimed: false, hasUnlocated: false)
            let candidates = ItemCandidates(db: db, scope: scope, filter: filter, listLimit: limits.listLimit)
            let rows = try Statement(db, ItemSQL.boxFeatures)
            defer { rows.reset() }
            var delivered = 0
            for (index, part) in bbox.parts.enumerated() {
                rows.reset()
                try candidates.bind(part, to: rows)
                while try rows.step() {
                    guard FirstMeeting.isHere(rows, part: index, of: bbox.parts), filter.matches(rows) else { continue }
                    delivered += 1
                    guard delivered <= limit else { return delivered }
                    try each(ItemRow.record(rows, withBody: false))
                }
            }
            return delivered
        }
    }
}

/// An item may be met up to four times, by each part of its box in each part of the query's. It is delivered at the first.
private enum FirstMeeting {
    static func isHere(_ row: Statement, part: Int, of parts: [BBox]) -> Bool {
        guard let item = ItemRow.bbox(row) else { return false }
        let half = Int(row.int(15))
        for (p, queryPart) in parts.enumerated() {
            for (h, itemPart) in item.parts.enumerated() where queryPart.west <= itemPart.east && itemPart.west <= queryPart.east {
                return p == part && h == half
            }
        }
        return false
    }
}
