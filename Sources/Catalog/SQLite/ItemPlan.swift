import Core

/// How the items of one collection are found. A pure decision out of numbers, so that it can be tested without a database.
struct ItemPlan: Hashable, Sendable {
    /// Up to so many candidates of an index are always taken as a list.
    var listLimit = 1024
    /// And never more than this.
    var longestList = 65_536
    /// A walk that tests rows one by one gives up after so many (about 5 ms) and lets the database sort what the index finds.
    var walkLimit = 20_000
    /// So many rows are read at most only to know their number.
    var countLimit = 256
    /// So many entries of an index are counted at most.
    var indexCountLimit = 4096
    /// So many rows the database sorts at a time.
    var chunk = 512
    /// Up to so many items are removed in the transaction that drops them; more are left to `purge`.
    var immediateRemoval = 10_000

    /// The share of a collection's items that meets a box, if they were spread evenly over its own box (which may be a line or a point).
    static func share(of box: BBox, in own: BBox?) -> Double {
        guard let own else { return 1 }
        var share = 0.0
        for a in own.parts {
            for b in box.parts {
                share += part(min(a.east, b.east) - max(a.west, b.west), of: own.width) * part(min(a.north, b.north) - max(a.south, b.south), of: own.height)
            }
        }
        return min(1, share)
    }

    private static func part(_ length: Double, of whole: Double) -> Double {
        whole > 0 ? max(0, length) / whole : (length < 0 ? 0 : 1)
    }

    /// How long a list may be before a walk is likely to be cheaper.
    ///
    /// With h matches among n items a list costs about h, and a walk until a page of p is full about p·n/h: they meet at √(p·n).
    /// In time order each candidate costs about twice as much, since its sort keys have to be read.
    func listLimit(count: Int, page: Int, order: ItemQuery.Order) -> Int {
        let even = (Double(count) * Double(min(page, count))).squareRoot()
        return max(min(listLimit, longestList), Int(min(order == .natural ? even : even / 2, Double(longestList))))
    }

    /// Whether to ask the R-tree for a list at all: not if it would surely overflow. Data are seldom spread evenly, hence the margin.
    func triesList(share: Double, count: Int, listLimit: Int) -> Bool { share * Double(count) <= Double(4 * listLimit) }

    /// Whether a walk is likely to fill a page before it gives up, knowing that the list overflowed.
    func walksFirst(share: Double, count: Int, page: Int, listLimit: Int) -> Bool {
        let atLeast = Double(listLimit) / Double(max(count, 1))
        return Double(page) / max(share, atLeast) <= Double(walkLimit)
    }
}
