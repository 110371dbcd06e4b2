import Core
import GRDB

/// Collects one record more than a page has, to know whether there is a next page.
struct PageBuilder {
    private struct Entry {
        var collection: CollectionID
        var position: ItemPosition
        var item: ItemRecord
    }

    private let query: ItemQuery
    private var entries: [Entry] = []
    /// Of a query by ids: how many match.
    private(set) var found: Int?

    init(_ query: ItemQuery) { self.query = query }

    /// One more than a page has; a limit beyond any memory stays what it is.
    private var capacity: Int { query.limit == Int.max ? query.limit : query.limit + 1 }
    private var isFull: Bool { entries.count >= capacity }

    private func entry(_ scope: ItemScope, _ row: Statement) -> Entry {
        Entry(collection: scope.id, position: ItemPosition(row), item: ItemRow.record(row))
    }

    // MARK: - Natural order

    mutating func collectNatural(_ readers: [ScopeReader]) throws {
        for reader in readers {
            guard let start = naturalStart(reader.scope) else { continue }
            try reader.read(from: start) { row in
                entries.append(entry(reader.scope, row))
                return !isFull
            }
            if isFull { return }
        }
    }

    /// Nil: the whole collection lies before the page.
    private func naturalStart(_ scope: ItemScope) -> ScopeStart? {
        guard case .row(let collection, let row) = query.after?.position else { return .beginning }
        guard scope.id == collection else { return scope.id < collection ? nil : .beginning }
        // Another collection with this id, made after the token was: all of it is new.
        return RowNumber.collection(of: row) == scope.key ? .row(row) : .beginning
    }

    // MARK: - Time order

    /// Merges the collections, those with the latest items first, and leaves out those that are older than a full page.
    mutating func collectByTime(_ readers: [ScopeReader]) throws {
        for reader in readers.sorted(by: { ($0.scope.newest ?? .min) > ($1.scope.newest ?? .min) }) {
            if isFull, let last = entries.last?.position.start, last > reader.scope.newest ?? .min { return }
            try reader.read(from: timeStart(reader.scope)) { row in
                let next = entry(reader.scope, row)
                if isFull, let last = entries.last, !PageBuilder.precedes(next, last) { return false }
                insert(next)
                return true
            }
        }
    }

    private func timeStart(_ scope: ItemScope) -> ScopeStart {
        guard case .time(let start, let collection, let id) = query.after?.position else { return .beginning }
        if scope.id == collection { return .time(start, ties: id) }
        return .time(start, ties: scope.id < collection ? nil : "")
    }

    private mutating func insert(_ entry: Entry) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if PageBuilder.precedes(entries[middle], entry) { low = middle + 1 } else { high = middle }
        }
        entries.insert(entry, at: low)
        if entries.count > capacity { entries.removeLast() }
    }

    private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        if a.position.start == b.position.start, a.collection != b.collection {
            return ByteOrder.precedes(a.collection.rawValue, b.collection.rawValue)
        }
        return ItemPosition.precedesInTime(a.position, b.position)
    }

    // MARK: - By id

    /// Each id is one look-up; the rows are then sorted and paged like all others.
    mutating func collect(ids: [String], _ scopes: [ItemScope], _ db: Database) throws {
        let byKey = Dictionary(uniqueKeysWithValues: scopes.map { ($0.key, $0) })
        let filter = try ItemFilter(query, hasUntimed: true, hasUnlocated: true)
        let lookup = try Statement(db, "SELECT row FROM item WHERE id = ?1")
        let reader = try Statement(db, ItemRow.byRow)
        defer {
            lookup.reset()
            reader.reset()
        }
        var count = 0
        for id in Set(ids) {
            lookup.reset()
            try lookup.bind(1, id)
            while try lookup.step() {
                guard let scope = byKey[RowNumber.collection(of: lookup.int(0))] else { continue }
                reader.reset()
                try reader.bind(1, lookup.int(0))
                guard try reader.step(), filter.matches(reader) else { continue }
                count += 1
                if lies(behind: scope, ItemPosition(reader)) { insertByOrder(entry(scope, reader)) }
            }
        }
        found = count
    }

    private func lies(behind scope: ItemScope, _ position: ItemPosition) -> Bool {
        switch query.order {
        case .natural: naturalStart(scope).map(position.lies(behind:)) ?? false
        case .timeDescending: position.lies(behind: timeStart(scope))
        }
    }

    private mutating func insertByOrder(_ entry: Entry) {
        guard query.order == .natural else { return insert(entry) }
        let at = entries.firstIndex { ($0.collection, $0.position.row) > (entry.collection, entry.position.row) } ?? entries.count
        entries.insert(entry, at: at)
        if entries.count > capacity { entries.removeLast() }
    }

    // MARK: - The page

    /// The number of matches on all pages, where it is cheap.
    func count(_ readers: [ScopeReader]) throws -> Int? {
        guard query.wantsCount else { return nil }
        if query.after == nil, entries.count <= query.limit { return entries.count }
        guard readers.count <= 64 else { return nil }
        var sum = 0
        for reader in readers {
            guard let count = try reader.count() else { return nil }
            sum += count
        }
        return sum
    }

    func finish(tag: UInt32, count: Int?) -> ItemPage {
        var next: PageToken?
        if entries.count > query.limit, let last = entries.prefix(query.limit).last {
            let position: PageToken.Position =
                switch query.order {
                case .natural: .row(collection: last.collection, row: last.position.row)
                case .timeDescending: .time(start: last.position.start, collection: last.collection, id: last.position.id)
                }
            next = PageToken(position, catalogue: tag)
        }
        return ItemPage(
            records: entries.prefix(query.limit).map { (collection: $0.collection, item: $0.item) }, next: next,
            numberMatched: query.wantsCount ? count : nil)
    }
}
