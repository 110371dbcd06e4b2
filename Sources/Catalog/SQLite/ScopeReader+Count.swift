import GRDB

extension ScopeReader {
    /// How many items match, if an index tells or few rows have to be read for it.
    func count() throws -> Int? {
        if filter.box == nil, filter.time == nil {
            return (filter.kinds ?? Set(ItemKind.allCases)).reduce(0) { $0 + scope.counts[$1] }
        }
        if let list = try list() { return try count(list) }
        guard filter.box == nil, filter.kinds == nil, !filter.matchUntimed else { return nil }
        let query = try Statement(db, ItemSQL.timeCount)
        try candidates.bind(range, to: query)
        try query.bind(5, Int64(plan.indexCountLimit + 1))
        defer { query.reset() }
        guard try query.step(), query.int(0) <= plan.indexCountLimit else { return nil }
        return Int(query.int(0))
    }

    private func count(_ list: [ItemCandidates.Candidate]) throws -> Int? {
        let uncertain = list.filter { !$0.isCertain }
        guard uncertain.count <= plan.countLimit else { return nil }
        var count = list.count - uncertain.count
        let query = try Statement(db, ItemRow.byRow)
        for candidate in uncertain {
            _ = try load(candidate.row, query) { _ in
                count += 1
                return true
            }
        }
        return count
    }
}
