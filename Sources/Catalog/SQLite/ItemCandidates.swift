import Core
import GRDB

/// Asks the indexes for the rows of a collection that can match.
struct ItemCandidates {
    struct Candidate: Hashable {
        var row: Int64
        /// The index alone shows that it matches all conditions.
        var isCertain: Bool
    }

    let db: Database
    let scope: ItemScope
    let filter: ItemFilter
    /// How many entries of an index make a list that is too long.
    let listLimit: Int

    // MARK: - Short lists

    /// What the R-tree finds, without repetition; nil if it is more than `listLimit`.
    func inBox(_ box: BoxTest) throws -> [Candidate]? {
        var found: [Int64: Bool] = [:]
        let query = try Statement(db, ItemSQL.boxCandidates)
        defer { query.reset() }
        for part in box.box.parts {
            query.reset()
            try bind(part, to: query)
            try query.bind(7, Int64(listLimit + 1))
            var entries = 0
            while try query.step() {
                // Entries are counted, not rows that are taken: it is them that the limit in the SQL cuts off.
                entries += 1
                guard entries <= listLimit else { return nil }
                let row = query.int(0) >> 1
                guard accepts(row) else { continue }
                found[row] = found[row] == true || isInside(query, box)
            }
        }
        guard filter.matchUnlocated else { return list(found) }
        return try addUnlocated(to: found)
    }

    private func list(_ found: [Int64: Bool]) -> [Candidate] {
        found.map { Candidate(row: $0.key, isCertain: $0.value && filter.time == nil && filter.region == nil) }
    }

    private func addUnlocated(to found: [Int64: Bool]) throws -> [Candidate]? {
        var found = found
        let query = try Statement(db, ItemSQL.unlocatedCandidates)
        try query.bind(1, scope.key)
        try query.bind(2, Int64(listLimit + 1))
        defer { query.reset() }
        var entries = 0
        while try query.step() {
            entries += 1
            guard entries <= listLimit else { return nil }
            if accepts(query.int(0)) { found[query.int(0)] = true }
        }
        return list(found)
    }

    /// The R-tree's boxes are rounded outwards: one that lies inside holds an item that does. Of an item that wraps each part has its own.
    private func isInside(_ row: Statement, _ box: BoxTest) -> Bool {
        box.compare(BBox(west: row.double(1), south: row.double(2), east: row.double(3), north: row.double(4))) == .inside
    }

    /// What intersects the interval, by the index over time; nil if it is more than `listLimit`.
    func inTime(_ range: TimeRange) throws -> [Candidate]? {
        var candidates: [Candidate] = []
        let isCertain = filter.box == nil
        func take(_ query: Statement) throws -> Bool {
            defer { query.reset() }
            var entries = 0
            while try query.step() {
                entries += 1
                guard entries <= listLimit else { return false }
                if accepts(query.int(0)) { candidates.append(Candidate(row: query.int(0), isCertain: isCertain)) }
            }
            return true
        }
        let timed = try Statement(db, ItemSQL.timeCandidates)
        try bind(range, to: timed)
        try timed.bind(5, Int64(listLimit + 1))
        guard try take(timed) else { return nil }
        guard filter.matchUntimed else { return candidates }
        let untimed = try Statement(db, ItemSQL.untimedCandidates)
        try untimed.bind(1, scope.key)
        try untimed.bind(2, Int64(listLimit + 1))
        return try take(untimed) ? candidates : nil
    }

    private func accepts(_ row: Int64) -> Bool { filter.kinds?.contains(RowNumber.kind(of: row)) ?? true }

    // MARK: - Sorted, a bounded number behind a position

    /// Rows out of the R-tree behind `row`, ascending and without repetition.
    func inBox(_ box: BoxTest, behind row: Int64, limit: Int) throws -> [Int64] {
        var rows: Set<Int64> = []
        for part in box.box.parts {
            let query = try Statement(db, ItemSQL.boxByRow)
            try bind(part, to: query)
            try query.bind(7, row)
            // A row that both parts of its box bring in counts twice against the limit, so ask for twice as many.
            try query.bind(8, Int64(2 * limit))
            defer { query.reset() }
            while try query.step() { rows.insert(query.int(0)) }
        }
        return Array(rows.sorted().prefix(limit))
    }

    func inTime(_ range: TimeRange, behind row: Int64, limit: Int) throws -> [Int64] {
        let query = try Statement(db, ItemSQL.timeByRow)
        try bind(range, to: query)
        try query.bind(5, row)
        try query.bind(6, Int64(limit))
        defer { query.reset() }
        var rows: [Int64] = []
        while try query.step() { rows.append(query.int(0)) }
        return rows
    }

    // MARK: - Parameters

    func bind(_ part: BBox, to query: Statement) throws {
        try query.bind(1, part.west)
        try query.bind(2, part.south)
        try query.bind(3, part.east)
        try query.bind(4, part.north)
        let slots =
            filter.kinds.flatMap { $0.count == 1 ? $0.first : nil }.map { BoxSlot.range(collection: scope.key, kind: $0) }
            ?? BoxSlot.range(collection: scope.key)
        try query.bind(5, slots.lowerBound)
        try query.bind(6, slots.upperBound)
    }

    func bind(_ range: TimeRange, to query: Statement) throws {
        try query.bind(1, scope.key)
        try query.bind(2, range.until)
        try query.bind(3, range.since)
        try query.bind(4, range.endsFrom)
    }
}

/// The starts among which items that intersect an interval can be found.
///
/// An item that intersects starts at most its own length before the interval, and no item of the collection is longer than `longest`.
struct TimeRange: Hashable {
    var until: Int64
    var since: Int64
    var endsFrom: Int64

    init(_ time: StoredTime?, longest: Int64?) {
        until = time?.end ?? Int64.max
        since = time.map { $0.start - (longest ?? 0) } ?? Int64.min
        endsFrom = time?.start ?? Int64.min
    }
}
