import GRDB

extension ScopeReader {
    func readByTime(_ start: ScopeStart, _ visit: Visitor) throws {
        var start = start
        if !hasBoxIndex || walkPaysOff {
            guard let stopped = try walkByTime(start, visit) else { return }
            start = .time(stopped.start, ties: stopped.id)
        }
        if let box = filter.box { try readSortedByTime(box, start, visit) }
    }

    private var hasBoxIndex: Bool { filter.box != nil && !filter.matchUnlocated }

    private var includesUntimed: Bool { filter.time == nil || filter.matchUntimed }

    // MARK: - Walking

    /// - Returns: the position at which the walk gave up; nil if it came to its end or was stopped.
    private func walkByTime(_ start: ScopeStart, _ visit: Visitor) throws -> ItemPosition? {
        var visited = 0
        for query in try segments(from: start) {
            guard let query = try query() else { continue }
            defer { query.reset() }
            while try query.step() {
                if filter.matches(query), try !visit(query) { return nil }
                visited += 1
                if visited >= plan.walkLimit, hasBoxIndex { return ItemPosition(query) }
            }
        }
        return nil
    }

    /// The parts of the index over time that are to be walked, one after the other. The rest of the items with the same start is a
    /// part of its own: among a million items of one time, `start < ? OR id > ?` would walk over all that earlier pages had.
    private func segments(from start: ScopeStart) throws -> [() throws -> Statement?] {
        var untimed: String? = ""
        var segments: [() throws -> Statement?] = []
        switch start {
        case .beginning, .row: segments.append { try self.timed(until: self.range.until) }
        case .time(nil, let ties): untimed = ties
        case .time(let time?, let ties):
            if let ties, time <= range.until, time >= range.since { segments.append { try self.ties(at: time, behind: ties) } }
            segments.append { try self.timed(until: min(self.range.until, time - 1)) }
        }
        if includesUntimed, let untimed { segments.append { try self.untimed(behind: untimed) } }
        return segments
    }

    private func timed(until: Int64) throws -> Statement? {
        guard until >= range.since else { return nil }
        let query = try Statement(db, ItemSQL.walkTime)
        try candidates.bind(range, to: query)
        try query.bind(2, until)
        return query
    }

    private func ties(at time: Int64, behind id: String) throws -> Statement {
        let query = try Statement(db, ItemSQL.walkTies)
        try query.bind(1, scope.key)
        try query.bind(2, time)
        try query.bind(3, id)
        try query.bind(4, range.endsFrom)
        return query
    }

    private func untimed(behind id: String) throws -> Statement {
        let query = try Statement(db, ItemSQL.walkUntimed)
        try query.bind(1, scope.key)
        try query.bind(2, id)
        return query
    }

    // MARK: - Candidates of the R-tree, sorted

    private func readSortedByTime(_ box: BoxTest, _ start: ScopeStart, _ visit: Visitor) throws {
        var position: (start: Int64?, id: String) = (range.until, "")
        if case .time(let time, let ties) = start {
            switch (time, ties) {
            case (nil, nil): return
            case (nil, let id?): position = (nil, id)
            case (let time?, let id?): position = time <= range.until ? (time, id) : position
            case (let time?, nil): position = (min(range.until, time - 1), "")
            }
        }
        let query = try Statement(db, ItemRow.byRow)
        while true {
            let positions = try sortedPositions(box, behind: position, limit: max(plan.chunk, min(limit, 10_000)))
            for next in positions { guard try load(next.row, query, visit) else { return } }
            if let end = positions.last {
                position = (end.start, end.id)
            } else if position.start != nil, includesUntimed {
                position = (nil, "")
            } else {
                return
            }
        }
    }

    /// The next candidates, ascending and without repetition; with time as long as there are any, then without.
    private func sortedPositions(_ box: BoxTest, behind position: (start: Int64?, id: String), limit: Int) throws -> [ItemPosition] {
        var positions: Set<ItemPosition> = []
        for part in box.box.parts {
            let query = try Statement(db, position.start == nil ? ItemSQL.boxUntimed : ItemSQL.boxByTime)
            defer { query.reset() }
            try candidates.bind(part, to: query)
            if let start = position.start {
                try query.bind(7, start)
                try query.bind(8, position.id)
                try query.bind(9, range.since)
                try query.bind(10, range.endsFrom)
                try query.bind(11, Int64(2 * limit))
            } else {
                try query.bind(7, position.id)
                try query.bind(8, Int64(2 * limit))
            }
            while try query.step() { positions.insert(ItemPosition(row: query.int(0), start: query.optionalInt(1), id: query.text(2) ?? "")) }
        }
        return Array(positions.sorted(by: ItemPosition.precedesInTime).prefix(limit))
    }
}
