import Core

/// Arithmetic on a circle of 360 degrees.
enum Longitude {
    /// What rounding adds to a longitude of ±180 (a tenth of a millimetre): no reason to wrap or to cut a sliver off.
    static let hair = 1e-9

    /// The short way from one longitude to the other, −180…180.
    static func step(from: Double, to: Double) -> Double {
        let difference = to - from
        guard abs(difference) > 180 else { return difference }
        return difference - (difference / 360).rounded() * 360
    }

    /// Brings a longitude into −180…180; 180 itself stays.
    static func normalize(_ longitude: Double) -> Double {
        guard longitude < -180 - hair || longitude > 180 + hair else { return min(180, max(-180, longitude)) }
        let wrapped = longitude - (longitude / 360).rounded() * 360
        return min(180, max(-180, wrapped))
    }

    /// A box whose west and east may lie beyond ±180, east not below west.
    static func box(west: Double, south: Double, east: Double, north: Double) -> BBox {
        guard east - west < 360 else { return BBox(west: -180, south: south, east: 180, north: north) }
        var (w, e) = (normalize(west), normalize(east))
        // An edge on the antimeridian belongs to the side of the other one.
        if w >= 180 - hair, e < 180 - hair { w = -180 }
        if e <= -180 + hair, w > -180 + hair { e = 180 }
        return BBox(west: w, south: south, east: e, north: north)
    }

    /// The shortest arc that holds all longitudes; nil for none. `east` may be above 180.
    static func smallestArc(_ longitudes: [Double]) -> (west: Double, east: Double)? {
        let sorted = longitudes.map(normalize).sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        var best = (gap: first + 360 - last, west: first, east: last)
        for i in sorted.indices.dropFirst() where sorted[i] - sorted[i - 1] > best.gap {
            best = (sorted[i] - sorted[i - 1], sorted[i], sorted[i - 1] + 360)
        }
        return (best.west, best.east)
    }

    /// The worlds of 360 degrees (0 is −180…180) that a range of longitudes passes.
    static func worlds(from low: Double, to high: Double) -> ClosedRange<Int> {
        // Far beyond any sensible number of turns the rest is let go: nothing may run for ever.
        let first = Int(max(-16, min(16, ((low + hair + 180) / 360).rounded(.down))))
        let last = Int(max(-16, min(16, ((high - hair + 180) / 360).rounded(.up) - 1)))
        return first...max(first, last)
    }

    /// Rings (not closed, longitudes running on) as polygons within −180…180: outer rings counter-clockwise, holes clockwise, closed.
    static func polygonsCutAtAntimeridian(_ rings: [[Position]]) -> [[[Position]]] {
        guard let outer = rings.first, let low = outer.map(\.x).min(), let high = outer.map(\.x).max() else { return [] }
        return worlds(from: low, to: high).compactMap { world in
            var polygon: [[Position]] = []
            for (i, ring) in rings.enumerated() {
                if let part = part(of: ring, in: world, isOuter: i == 0) { polygon.append(part) } else if i == 0 { return nil }
            }
            return polygon
        }
    }

    private static func part(of ring: [Position], in world: Int, isOuter: Bool) -> [Position]? {
        let offset = Double(world) * 360
        var part = ring.clipped(axis: \.x, from: offset - 180, to: offset + 180)
        guard part.count >= 3 else { return nil }
        for i in part.indices { part[i].x = min(180, max(-180, part[i].x - offset)) }
        let area = part.signedArea
        guard area != 0 else { return nil }
        if (area > 0) != isOuter { part.reverse() }
        part.append(part[0])
        return part
    }
}

extension Geometry {
    /// The box as a counter-clockwise polygon, or as two where it crosses the antimeridian.
    public static func rectangle(_ box: BBox) -> Geometry {
        let polygons = box.parts.map { part -> [[Position]] in
            let corners = [(part.west, part.south), (part.east, part.south), (part.east, part.north), (part.west, part.north), (part.west, part.south)]
            return [corners.map { Position(x: $0.0, y: $0.1) }]
        }
        return polygons.count == 1 ? .polygon(polygons[0]) : .multiPolygon(polygons)
    }
}
