/// Makes polygons valid on the integer grid: what clipping, simplifying and snapping let touch or cross is cut apart.
///
/// The boundary of all points with a positive winding number is found anew: edges are split where they meet, edges that lie on each other
/// cancel, each remaining one is kept if the inside is on its left only, and the rings are traced along them. Rings come out simple, outer
/// ones positive, holes negative and within their outer ring (MVT 2.1, section 4.3.4.4).
enum TileRepair {
    /// The polygons as they are if nothing of them touches or crosses, otherwise valid ones that cover the same.
    static func valid(_ polygons: [[[GridPoint]]]) -> [[[GridPoint]]] {
        var edges = polygons.joined().flatMap(Self.edges)
        guard TileNoding.anyMeet(edges) || mayBeNested(polygons) else { return polygons }
        guard TileNoding.split(&edges) else { return polygons }
        let boundary = TileWinding.boundary(of: TileNoding.merged(edges))
        var outer: [[GridPoint]] = []
        var holes: [[GridPoint]] = []
        for ring in trace(boundary).flatMap(simpleRings).compactMap(TileSnap.withoutStraightPoints) {
            if TileSnap.doubledArea(ring) > 0 { outer.append(ring) } else { holes.append(ring) }
        }
        return assign(holes, to: outer)
    }

    /// Whether one polygon could lie within another without touching it.
    private static func mayBeNested(_ polygons: [[[GridPoint]]]) -> Bool {
        guard polygons.count > 1 else { return false }
        let boxes = polygons.compactMap(\.first).map { ring -> PlanarBox in
            var box = PlanarBox(minX: .infinity, minY: .infinity, maxX: -.infinity, maxY: -.infinity)
            for p in ring { box.extend(Double(p.x), Double(p.y)) }
            return box
        }
        return boxes.indices.contains { a in boxes.indices.contains { b in a != b && boxes[a].holds(boxes[b]) } }
    }

    private static func edges(of ring: [GridPoint]) -> [GridEdge] {
        ring.indices.map { GridEdge(from: ring[$0], to: ring[$0 + 1 < ring.count ? $0 + 1 : 0]) }
    }

    /// Follows the edges into closed rings, at every fork the sharpest turn to the left, which stays on the same piece of inside.
    private static func trace(_ edges: [GridEdge]) -> [[GridPoint]] {
        var leaving: [GridPoint: [Int]] = [:]
        for (i, edge) in edges.enumerated() { leaving[edge.from, default: []].append(i) }
        var used = [Bool](repeating: false, count: edges.count)
        var rings: [[GridPoint]] = []
        for start in edges.indices where !used[start] {
            var ring: [GridPoint] = []
            var current: Int? = start
            while let at = current, !used[at] {
                used[at] = true
                ring.append(edges[at].from)
                let candidates = (leaving[edges[at].to] ?? []).filter { !used[$0] }
                current = candidates.count < 2 ? candidates.first : candidates.max { turn(edges[at], edges[$0]) < turn(edges[at], edges[$1]) }
            }
            rings.append(ring)
        }
        return rings
    }

    /// Grows with the turn from one edge into the next: from a sharp right to a sharp left, −2…2.
    private static func turn(_ a: GridEdge, _ b: GridEdge) -> Double {
        let (ax, ay, bx, by) = (Double(a.dx), Double(a.dy), Double(b.dx), Double(b.dy))
        let scale = ((ax * ax + ay * ay) * (bx * bx + by * by)).squareRoot()
        let (sine, cosine) = ((ax * by - ay * bx) / scale, (ax * bx + ay * by) / scale)
        return sine >= 0 ? 1 - cosine : cosine - 1
    }

    /// A ring that comes back to a point is cut there.
    private static func simpleRings(of ring: [GridPoint]) -> [[GridPoint]] {
        var rings: [[GridPoint]] = []
        var path: [GridPoint] = []
        var position: [GridPoint: Int] = [:]
        for point in ring {
            if let start = position[point] {
                rings.append(Array(path[start...]))
                for old in path[start...] { position[old] = nil }
                path.removeSubrange(start...)
            }
            position[point] = path.count
            path.append(point)
        }
        rings.append(path)
        return rings.filter { $0.count >= 3 }
    }

    /// Each hole goes to the smallest outer ring around it; one without is no hole.
    private static func assign(_ holes: [[GridPoint]], to outer: [[GridPoint]]) -> [[[GridPoint]]] {
        var polygons = outer.map { [$0] }
        guard !holes.isEmpty else { return polygons }
        let shells = outer.map { ring in (ring.map { Position(x: Double($0.x), y: Double($0.y)) }, TileSnap.doubledArea(ring)) }
        for hole in holes {
            let area = -TileSnap.doubledArea(hole)
            let around = shells.indices.filter { shells[$0].1 > area && isInside(hole, shells[$0].0) }
            if let smallest = around.min(by: { shells[$0].1 < shells[$1].1 }) { polygons[smallest].append(hole) }
        }
        return polygons
    }

    /// The rings do not cross, so one point off the edge decides.
    private static func isInside(_ hole: [GridPoint], _ shell: [Position]) -> Bool {
        for edge in edges(of: hole) {
            for (x, y) in [(Double(edge.from.x), Double(edge.from.y)), (Double(edge.from.x + edge.to.x) / 2, Double(edge.from.y + edge.to.y) / 2)] {
                switch shell.location(of: x, y) {
                case .inside: return true
                case .outside: return false
                case .edge: continue
                }
            }
        }
        return false
    }
}

/// A directed edge between two points of the grid, `weight` times.
struct GridEdge: Hashable {
    var from: GridPoint
    var to: GridPoint
    var weight: Int32 = 1

    var dx: Int64 { Int64(to.x) - Int64(from.x) }
    var dy: Int64 { Int64(to.y) - Int64(from.y) }
    var minX: Int32 { min(from.x, to.x) }
    var maxX: Int32 { max(from.x, to.x) }
    var minY: Int32 { min(from.y, to.y) }
    var maxY: Int32 { max(from.y, to.y) }

    /// On which side of the edge a point lies: positive on the left, 0 in line with it.
    func side(of p: GridPoint) -> Int64 { dx * (Int64(p.y) - Int64(from.y)) - dy * (Int64(p.x) - Int64(from.x)) }

    /// Whether a point lies on the edge, but not at an end.
    func passes(_ p: GridPoint) -> Bool {
        p.x >= minX && p.x <= maxX && p.y >= minY && p.y <= maxY && p != from && p != to && side(of: p) == 0
    }
}
