/// Where the edges of polygons meet on the integer grid of a tile.
enum TileNoding {
    /// Whether edges meet anywhere but end to beginning, once per point.
    static func anyMeet(_ edges: [GridEdge]) -> Bool {
        var starts = Set<GridPoint>(minimumCapacity: edges.count)
        for edge in edges where !starts.insert(edge.from).inserted { return true }
        var found = false
        forEachPair(edges) { a, b in
            found = !meetings(edges[a], edges[b]).isEmpty
            return !found
        }
        return found
    }

    /// Splits edges until they meet at their ends only. A crossing is rounded to the grid, which can bring about another one nearby,
    /// hence the rounds; false if they were not enough.
    static func split(_ edges: inout [GridEdge]) -> Bool {
        for _ in 0..<8 {
            edges = merged(edges)
            var cuts: [Int: [GridPoint]] = [:]
            let isDone = forEachPair(edges) { a, b in
                for point in meetings(edges[a], edges[b]) {
                    if point != edges[a].from, point != edges[a].to { cuts[a, default: []].append(point) }
                    if point != edges[b].from, point != edges[b].to { cuts[b, default: []].append(point) }
                }
                return true
            }
            guard isDone else { return false }
            if cuts.isEmpty { return true }
            edges = edges.indices.flatMap { i in cuts[i].map { pieces(of: edges[i], at: $0) } ?? [edges[i]] }
        }
        return false
    }

    /// One edge per pair of points: those there and back cancel.
    static func merged(_ edges: [GridEdge]) -> [GridEdge] {
        var position: [GridEdge: Int] = [:]
        var out: [GridEdge] = []
        for edge in edges where edge.from != edge.to {
            let isForward = (edge.from.x, edge.from.y) < (edge.to.x, edge.to.y)
            let key = isForward ? GridEdge(from: edge.from, to: edge.to) : GridEdge(from: edge.to, to: edge.from)
            let weight = isForward ? edge.weight : -edge.weight
            if let at = position[key] {
                out[at].weight += weight
            } else {
                position[key] = out.count
                out.append(GridEdge(from: key.from, to: key.to, weight: weight))
            }
        }
        return out.compactMap { edge in
            if edge.weight == 0 { return nil }
            return edge.weight > 0 ? edge : GridEdge(from: edge.to, to: edge.from, weight: -edge.weight)
        }
    }

    /// Where two edges meet other than end on end: ends that lie on the other edge, or the crossing, rounded.
    private static func meetings(_ a: GridEdge, _ b: GridEdge) -> [GridPoint] {
        let (s0, s1) = (a.side(of: b.from), a.side(of: b.to))
        if (s0 > 0 && s1 > 0) || (s0 < 0 && s1 < 0) { return [] }
        let (t0, t1) = (b.side(of: a.from), b.side(of: a.to))
        if (t0 > 0 && t1 > 0) || (t0 < 0 && t1 < 0) { return [] }
        if s0 != 0, s1 != 0, t0 != 0, t1 != 0 {
            let t = Double(s0) / (Double(s0) - Double(s1))
            return [GridPoint(TilePoint(x: Double(b.from.x) + t * Double(b.dx), y: Double(b.from.y) + t * Double(b.dy)))]
        }
        var points: [GridPoint] = []
        for p in [b.from, b.to] where a.passes(p) { points.append(p) }
        for p in [a.from, a.to] where b.passes(p) { points.append(p) }
        return points
    }

    private static func pieces(of edge: GridEdge, at points: [GridPoint]) -> [GridEdge] {
        func along(_ p: GridPoint) -> Int64 { (Int64(p.x) - Int64(edge.from.x)) * edge.dx + (Int64(p.y) - Int64(edge.from.y)) * edge.dy }
        var pieces: [GridEdge] = []
        var last = edge.from
        for point in points.sorted(by: { along($0) < along($1) }) + [edge.to] where point != last {
            pieces.append(GridEdge(from: last, to: point, weight: edge.weight))
            last = point
        }
        return pieces
    }

    /// Every pair of edges whose boxes overlap, until `body` says no; false if there were more pairs to look at than anyone waits for.
    @discardableResult
    private static func forEachPair(_ edges: [GridEdge], _ body: (Int, Int) -> Bool) -> Bool {
        let order = edges.indices.sorted { edges[$0].minX < edges[$1].minX }
        var budget = pairLimit
        for (rank, a) in order.enumerated() {
            let (reach, low, high) = (edges[a].maxX, edges[a].minY, edges[a].maxY)
            for b in order[(rank + 1)...] {
                if edges[b].minX > reach { break }
                budget -= 1
                if edges[b].minY <= high, edges[b].maxY >= low, !body(a, b) { return true }
            }
            if budget < 0 { return false }
        }
        return true
    }

    /// About a tenth of a second. A polygon that needs more stays as it is: drawn with a flaw rather than never.
    private static let pairLimit = 20_000_000
}

/// Winding numbers beside the edges of an arrangement.
enum TileWinding {
    /// The edges with the inside (a winding number above 0) on their left and the outside on their right.
    static func boundary(of edges: [GridEdge]) -> [GridEdge] {
        let rows = Buckets(edges) { ($0.minY, $0.maxY) }
        let columns = Buckets(edges) { ($0.minX, $0.maxX) }
        return edges.filter { edge in
            let right = edge.dy != 0 ? besideSlanted(edge, edges, rows) : besideLevel(edge, edges, columns)
            return right <= 0 && right + edge.weight > 0
        }
    }

    /// The winding number right of an edge that is not level: a ray from its middle towards larger x counts what it crosses.
    private static func besideSlanted(_ edge: GridEdge, _ edges: [GridEdge], _ rows: Buckets) -> Int32 {
        // Twice the coordinates, so that the middle is on the grid too.
        let (x, y) = (Int64(edge.from.x) + Int64(edge.to.x), Int64(edge.from.y) + Int64(edge.to.y))
        var sum: Int32 = 0
        for i in rows.at(y) where edges[i] != edge {
            let e = edges[i]
            let (y0, y1) = (2 * Int64(e.from.y), 2 * Int64(e.to.y))
            guard (y0 <= y) != (y1 <= y) else { continue }
            // Left of an upward edge, right of a downward one: the crossing lies at larger x.
            let side = e.dx * (y - y0) - e.dy * (x - 2 * Int64(e.from.x))
            if y1 > y0 ? side > 0 : side < 0 { sum += y1 > y0 ? e.weight : -e.weight }
        }
        // `sum` holds for the side of larger x: the right one of an upward edge, the left one of a downward edge.
        return edge.dy > 0 ? sum : sum - edge.weight
    }

    /// The same for a level edge, with a ray towards larger y.
    private static func besideLevel(_ edge: GridEdge, _ edges: [GridEdge], _ columns: Buckets) -> Int32 {
        let (x, y) = (Int64(edge.from.x) + Int64(edge.to.x), 2 * Int64(edge.from.y))
        var sum: Int32 = 0
        for i in columns.at(x) where edges[i] != edge {
            let e = edges[i]
            let (x0, x1) = (2 * Int64(e.from.x), 2 * Int64(e.to.x))
            guard (x0 <= x) != (x1 <= x) else { continue }
            let side = e.dx * (y - 2 * Int64(e.from.y)) - e.dy * (x - x0)
            if x1 < x0 ? side > 0 : side < 0 { sum += x1 < x0 ? e.weight : -e.weight }
        }
        // `sum` holds above: the right side of an edge towards smaller x, the left one of an edge towards larger x.
        return edge.dx < 0 ? sum : sum - edge.weight
    }

    /// Edges by the stripes they pass, so that a ray looks at few of them.
    private struct Buckets {
        private var stripes: [[Int]] = [[]]
        private var low: Int64 = 0
        private var size: Int64 = 1

        init(_ edges: [GridEdge], _ range: (GridEdge) -> (Int32, Int32)) {
            guard let least = edges.map({ range($0).0 }).min(), let most = edges.map({ range($0).1 }).max() else { return }
            let count = Int64(min(256, max(1, edges.count / 4)))
            low = Int64(least)
            size = max(1, (Int64(most) - low) / count + 1)
            stripes = Array(repeating: [], count: Int((Int64(most) - low) / size) + 1)
            for (i, edge) in edges.enumerated() {
                let (from, to) = range(edge)
                for stripe in Int((Int64(from) - low) / size)...Int((Int64(to) - low) / size) { stripes[stripe].append(i) }
            }
        }

        /// Edges that may pass a coordinate, given twice. What passes between two lines of the grid is in the stripes of both, so either
        /// way of rounding finds it.
        func at(_ doubled: Int64) -> [Int] {
            let stripe = Int((doubled / 2 - low) / size)
            return stripes.indices.contains(stripe) ? stripes[stripe] : []
        }
    }
}
