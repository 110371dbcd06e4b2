import Core
import GRDB

extension SQLiteCatalog {
    public func item(_ id: String, in collection: CollectionID, access: Access) throws -> ItemRecord? {
        try read { db in
            let query = try Statement(
                db,
                """
                SELECT item.row FROM item JOIN collection ON collection.key = item.collection \
                WHERE item.id = ?1 AND collection.id = ?2 AND \(AccessSQL.condition(table: "collection."))
                """)
            try query.bind(1, id)
            try query.bind(2, collection.rawValue)
            try AccessSQL.bind(access, to: query)
            defer { query.reset() }
            guard try query.step() else { return nil }
            let row = try Statement(db, ItemRow.byRow)
            try row.bind(1, query.int(0))
            defer { row.reset() }
            return try row.step() ? ItemRow.record(row) : nil
        }
    }

    public func items(_ query: ItemQuery) throws -> ItemPage {
        try check(query.after, for: query)
        return try read { db in
            let scopes = try ItemScopes.resolve(query, db)
            var page = PageBuilder(query)
            if let ids = query.ids {
                try page.collect(ids: ids, scopes, db)
                return page.finish(tag: tag, count: page.found)
            }
            let readers = try scopes.map { try ScopeReader(db, $0, query, limits) }
            switch query.order {
            case .natural: try page.collectNatural(readers)
            case .timeDescending: try page.collectByTime(readers)
            }
            return page.finish(tag: tag, count: try page.count(readers))
        }
    }

    private func check(_ token: PageToken?, for query: ItemQuery) throws(CatalogError) {
        guard let token else { return }
        guard token.catalogue == tag else { throw CatalogError(.invalidToken, "the page token was made by another catalogue") }
        guard token.order == query.order else { throw CatalogError(.invalidToken, "the page token was made for another order of the items") }
    }
}
