import Core
import GRDB

/// Where to go on within a collection.
enum ScopeStart: Hashable {
    case beginning
    /// Natural order: behind this row.
    case row(Int64)
    /// Time order: behind the items with this start (nil: without time); of those with the same start only ids behind `ties`, or none.
    case time(Int64?, ties: String?)
}

/// Reads the matching items of one collection in the order of the query, by whichever way promises to be the shortest:
/// a short list out of an index; a walk in order that tests row by row; candidates of an index, sorted by the database.
final class ScopeReader {
    let db: Database
    let scope: ItemScope
    let filter: ItemFilter
    let order: ItemQuery.Order
    let limit: Int
    let plan: ItemPlan
    let listLimit: Int
    let candidates: ItemCandidates
    let range: TimeRange
    /// Nil: not looked for yet. `.some(nil)`: there are too many.
    private var listed: [ItemCandidates.Candidate]??

    /// Gets a statement at a matching row; gives whether to go on.
    typealias Visitor = (Statement) throws -> Bool

    init(_ db: Database, _ scope: ItemScope, _ query: ItemQuery, _ plan: ItemPlan) throws {
        (self.db, self.scope, self.plan, order, limit) = (db, scope, plan, query.order, query.limit)
        filter = try ItemFilter(
            query,
            hasUntimed: try query.interval != nil && query.matchUntimed && ScopeReader.exists(ItemSQL.untimedCandidates, scope, db),
            hasUnlocated: try query.bbox != nil && query.matchUnlocated && ScopeReader.exists(ItemSQL.unlocatedCandidates, scope, db))
        listLimit = plan.listLimit(count: scope.counts.total, page: query.limit, order: query.order)
        candidates = ItemCandidates(db: db, scope: scope, filter: filter, listLimit: listLimit)
        range = TimeRange(filter.time, longest: scope.longest)
    }

    private static func exists(_ sql: String, _ scope: ItemScope, _ db: Database) throws -> Bool {
        let query = try Statement(db, sql)
        try query.bind(1, scope.key)
        try query.bind(2, Int64(1))
        defer { query.reset() }
        return try query.step()
    }

    func read(from start: ScopeStart, _ visit: Visitor) throws {
        if let list = try list() { return try readList(list.map(\.row), start, visit) }
        switch order {
        case .natural: try readNatural(start, visit)
        case .timeDescending: try readByTime(start, visit)
        }
    }

    /// The share of the items that meets the box, by its area.
    private var share: Double { filter.box.map { ItemPlan.share(of: $0.box, in: scope.box) } ?? 1 }

    /// Whether a page is sooner full by walking than by sorting what the R-tree finds.
    var walkPaysOff: Bool { plan.walksFirst(share: share, count: scope.counts.total, page: limit, listLimit: listLimit) }

    // MARK: - Short lists

    /// All rows that can match, if an index gives a short list of them.
    func list() throws -> [ItemCandidates.Candidate]? {
        if let listed { return listed }
        var list: [ItemCandidates.Candidate]?
        if let box = filter.box, plan.triesList(share: share, count: scope.counts.total, listLimit: listLimit) {
            list = try candidates.inBox(box)
        }
        if list == nil, filter.time != nil, order == .natural { list = try candidates.inTime(range) }
        listed = .some(list)
        return list
    }

    private func readList(_ rows: [Int64], _ start: ScopeStart, _ visit: Visitor) throws {
        let query = try Statement(db, ItemRow.byRow)
        for row in try sorted(rows, start) { guard try load(row, query, visit) else { return } }
    }

    private func sorted(_ rows: [Int64], _ start: ScopeStart) throws -> [Int64] {
        if order == .natural {
            guard case .row(let last) = start else { return rows.sorted() }
            return rows.filter { $0 > last }.sorted()
        }
        let query = try Statement(db, ItemRow.byRow)
        defer { query.reset() }
        var positions: [ItemPosition] = []
        positions.reserveCapacity(rows.count)
        for row in rows {
            query.reset()
            try query.bind(1, row)
            if try query.step() { positions.append(ItemPosition(query)) }
        }
        return positions.filter { $0.lies(behind: start) }.sorted(by: ItemPosition.precedesInTime).map(\.row)
    }

    /// - Returns: whether to go on.
    func load(_ row: Int64, _ query: Statement, _ visit: Visitor) throws -> Bool {
        query.reset()
        defer { query.reset() }
        try query.bind(1, row)
        guard try query.step(), filter.matches(query) else { return true }
        return try visit(query)
    }
}

extension ItemPosition {
    /// The order `timeDescending` within a collection.
    static func precedesInTime(_ a: ItemPosition, _ b: ItemPosition) -> Bool {
        if a.start != b.start {
            guard let first = a.start else { return false }
            return b.start.map { first > $0 } ?? true
        }
        return ByteOrder.precedes(a.id, b.id)
    }

    func lies(behind start: ScopeStart) -> Bool {
        switch start {
        case .beginning: return true
        case .row(let last): return row > last
        case .time(let time, let ties):
            if self.start == time { return ties.map { ByteOrder.precedes($0, id) } ?? false }
            guard let time else { return false }
            return self.start.map { $0 < time } ?? true
        }
    }
}
