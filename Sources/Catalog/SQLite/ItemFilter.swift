import Core
import Geo

/// The conditions of a query, ready to be tested against rows. What an index has found is tested again here, exactly.
struct ItemFilter {
    let box: BoxTest?
    let region: PreparedGeometry?
    let time: StoredTime?
    let kinds: Set<ItemKind>?
    let matchUntimed: Bool
    let matchUnlocated: Bool

    /// - Parameters:
    ///   - hasUntimed: whether the collection has items without time at all; few have, and without them the plan is simpler.
    ///   - hasUnlocated: the same for items without a place.
    /// - Throws: `invalidRecord` for a geometry that cannot be tested.
    init(_ query: ItemQuery, hasUntimed: Bool, hasUnlocated: Bool) throws {
        region = try query.intersects.map { try PreparedGeometry($0) }
        box = query.bbox.map(BoxTest.init)
        time = query.interval.map(StoredTime.init)
        kinds = query.kinds
        matchUntimed = query.matchUntimed && hasUntimed
        matchUnlocated = query.matchUnlocated && hasUnlocated
    }

    /// - Parameter row: at a row of `ItemRow.columns`.
    func matches(_ row: Statement) -> Bool {
        if let kinds, !kinds.contains(RowNumber.kind(of: ItemRow.row(row))) { return false }
        if let time {
            if let own = ItemRow.time(row) { guard own.intersects(time) else { return false } } else if !matchUntimed { return false }
        }
        // A geometry without bounds is empty, and meets nothing.
        guard let box else { return region == nil }
        guard let own = ItemRow.bbox(row) else { return matchUnlocated }
        switch box.compare(own) {
        case .outside: return false
        case .inside: return meetsRegion(row) ?? true
        case .undecided: return meetsRegion(row) ?? box.meets(wkb: ItemRow.wkb(row))
        }
    }

    /// nil without a region.
    private func meetsRegion(_ row: Statement) -> Bool? {
        region.map { region in ItemRow.wkb(row).map { region.intersects(wkb: $0) } ?? false }
    }
}
