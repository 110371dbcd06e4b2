import Core

extension Geometry {
    /// Minima and maxima of the coordinates as they are, in any CRS; nil if there are none.
    public var extent: (minX: Double, minY: Double, maxX: Double, maxY: Double)? {
        var box = (minX: Double.infinity, minY: Double.infinity, maxX: -Double.infinity, maxY: -Double.infinity)
        forEachPart { part in
            for p in part { box = (min(box.minX, p.x), min(box.minY, p.y), max(box.maxX, p.x), max(box.maxY, p.y)) }
        }
        return box.minX <= box.maxX ? box : nil
    }

    /// The box of longitudes and latitudes (RFC 7946, section 5); nil for an empty geometry.
    ///
    /// It crosses the antimeridian (`west > east`) if coordinates run on beyond ±180, or if parts end at +180 and begin at −180, which is
    /// how section 3.1.9 has a geometry cut. It has heights if every position has one.
    public var bounds: BBox? {
        var arcs: [(west: Double, east: Double)] = []
        var (south, north) = (Double.infinity, -Double.infinity)
        var (low, high) = (Double.infinity, -Double.infinity)
        var allHaveHeights = true
        forEachPart { part in
            guard let first = part.first else { return }
            var arc = (west: first.x, east: first.x)
            for p in part {
                arc = (min(arc.west, p.x), max(arc.east, p.x))
                (south, north) = (min(south, p.y), max(north, p.y))
                if let z = p.z { (low, high) = (min(low, z), max(high, z)) } else { allHaveHeights = false }
            }
            arcs.append(arc)
        }
        guard let span = Longitude.span(of: arcs) else { return nil }
        var box = Longitude.box(west: span.west, south: max(-90, south), east: span.east, north: min(90, north))
        if allHaveHeights, low <= high { box.heights = low...high }
        return box
    }
}

extension Longitude {
    /// The span of arcs (each from west to a larger east, in degrees that may run beyond ±180); nil for none.
    static func span(of arcs: [(west: Double, east: Double)]) -> (west: Double, east: Double)? {
        guard let west = arcs.map(\.west).min(), let east = arcs.map(\.east).max() else { return nil }
        let edge = 1e-9
        if west < -180 || east > 180 {
            // Beyond the edge already: the ones on the other side of it may belong to the same cluster.
            return east - west < 360 ? (west, east) : joined(arcs)
        }
        guard west <= -180 + edge, east >= 180 - edge, arcs.allSatisfy({ $0.east - $0.west < 360 - edge }) else { return (west, east) }
        return joined(arcs)
    }

    /// All of the circle but the widest gap between arcs.
    private static func joined(_ arcs: [(west: Double, east: Double)]) -> (west: Double, east: Double) {
        var starts: [(west: Double, east: Double)] = []
        for arc in arcs {
            if arc.east - arc.west >= 360 { return (-180, 180) }
            let west = arc.west == 180 && arc.east == 180 ? 180 : normalize(arc.west)
            starts.append((west, west + (arc.east - arc.west)))
        }
        starts.sort { $0.west < $1.west }
        guard let first = starts.first else { return (-180, 180) }
        var (gap, west, east) = (0.0, -180.0, 180.0)
        var reach = first.east
        for arc in starts.dropFirst() {
            if arc.west - reach > gap { (gap, west, east) = (arc.west - reach, arc.west, reach + 360) }
            reach = max(reach, arc.east)
        }
        if first.west + 360 - reach > gap { (gap, west, east) = (first.west + 360 - reach, first.west, reach) }
        return gap > 1e-9 ? (west, east) : (-180, 180)
    }
}
