import GRDB

extension ScopeReader {
    func readNatural(_ start: ScopeStart, _ visit: Visitor) throws {
        var last: Int64 = RowNumber.all(of: scope.key).lowerBound - 1
        if case .row(let row) = start { last = row }
        if !hasIndex || filter.box == nil || walkPaysOff {
            guard let stopped = try walkRows(behind: last, visit) else { return }
            last = stopped
        }
        try readSorted(behind: last, visit)
    }

    /// Whether an index can take over from a walk: not where items match that are not in it.
    private var hasIndex: Bool {
        if filter.box != nil { return !filter.matchUnlocated }
        return filter.time != nil && !filter.matchUntimed
    }

    /// - Returns: the row at which the walk gave up; nil if it came to its end.
    private func walkRows(behind start: Int64, _ visit: Visitor) throws -> Int64? {
        let query = try Statement(db, ItemSQL.walkRows)
        defer { query.reset() }
        var visited = 0
        for range in rowRanges where range.upperBound > start {
            query.reset()
            try query.bind(1, max(range.lowerBound, start + 1))
            try query.bind(2, range.upperBound)
            while try query.step() {
                if filter.matches(query), try !visit(query) { return nil }
                visited += 1
                if visited >= plan.walkLimit, hasIndex { return ItemRow.row(query) }
            }
        }
        return nil
    }

    /// The rows of the kinds that are wanted, ascending.
    private var rowRanges: [ClosedRange<Int64>] {
        guard let kinds = filter.kinds else { return [RowNumber.all(of: scope.key)] }
        return kinds.map { RowNumber.range(collection: scope.key, kind: $0) }.sorted { $0.lowerBound < $1.lowerBound }
    }

    private func readSorted(behind start: Int64, _ visit: Visitor) throws {
        let chunk = max(plan.chunk, min(limit, 10_000))
        let query = try Statement(db, ItemRow.byRow)
        var last = start
        while true {
            let rows =
                if let box = filter.box { try candidates.inBox(box, behind: last, limit: chunk) } else {
                    try candidates.inTime(range, behind: last, limit: chunk)
                }
            for row in rows { guard try load(row, query, visit) else { return } }
            guard rows.count == chunk, let end = rows.last else { return }
            last = end
        }
    }
}
