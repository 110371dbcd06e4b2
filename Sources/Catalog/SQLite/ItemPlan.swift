import Core

/// How the items of one collection are found. A pure decision out of numbers, so that it can be tested without a database.
struct ItemPlan: Hashable, Sendable {
    /// Up to so many candidates of an index are taken as a list: sorting and testing them costs less than a walk.
    var listLimit = 1024
    /// A walk that tests rows one by one gives up after so many (about 5 ms) and lets the database sort what the index finds.
    var walkLimit = 20_000
    /// So many rows are read at most only to know their number.
    var countLimit = 256
    /// So many entries of an index are counted at most.
    var indexCountLimit = 4096
    /// So many rows the database sorts at a time.
    var chunk = 512

    /// The share of a collection's items that meets a box, if they were spread evenly over its own box.
    static func share(of box: BBox, in own: BBox?) -> Double {
        guard let own, own.width > 0, own.height > 0 else { return 1 }
        var area = 0.0
        for a in own.parts {
            for b in box.parts {
                let width = min(a.east, b.east) - max(a.west, b.west)
                let height = min(a.north, b.north) - max(a.south, b.south)
                area += max(0, width) * max(0, height)
            }
        }
        return min(1, area / (own.width * own.height))
    }

    /// Whether to ask the R-tree for a list at all: not if it would surely overflow.
    func triesList(share: Double, count: Int) -> Bool { share * Double(count) <= Double(16 * listLimit) }

    /// Whether a walk is likely to fill a page before it gives up, knowing that the list overflowed.
    func walksFirst(share: Double, count: Int, limit: Int) -> Bool {
        let atLeast = Double(listLimit) / Double(max(count, 1))
        return Double(limit) / max(share, atLeast) <= Double(walkLimit)
    }
}
