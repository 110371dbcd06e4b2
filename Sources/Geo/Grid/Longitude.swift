import Core

/// Arithmetic on a circle of 360 degrees.
enum Longitude {
    /// The short way from one longitude to the other, −180…180.
    static func step(from: Double, to: Double) -> Double {
        let difference = to - from
        guard abs(difference) > 180 else { return difference }
        return difference - (difference / 360).rounded() * 360
    }

    /// Brings a longitude into −180…180; 180 itself stays.
    static func normalize(_ longitude: Double) -> Double {
        guard longitude < -180 || longitude > 180 else { return longitude }
        let wrapped = longitude - (longitude / 360).rounded() * 360
        return min(180, max(-180, wrapped))
    }

    /// A box whose west and east may lie beyond ±180, east not below west.
    static func box(west: Double, south: Double, east: Double, north: Double) -> BBox {
        guard east - west < 360 else { return BBox(west: -180, south: south, east: 180, north: north) }
        var (w, e) = (normalize(west), normalize(east))
        // An edge on the antimeridian belongs to the side of the other one.
        if w == 180, e < 180 { w = -180 }
        if e == -180, w > -180 { e = 180 }
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

    /// A ring (not closed, longitudes running on) as counter-clockwise polygons within −180…180.
    static func polygonCutAtAntimeridian(_ ring: [Position]) -> Geometry {
        let xs = ring.map(\.x)
        guard let low = xs.min(), let high = xs.max() else { return .multiPolygon([]) }
        var polygons: [[[Position]]] = []
        let first = Int(((low + 180) / 360).rounded(.down))
        let last = Int(((high + 180) / 360).rounded(.up)) - 1
        for world in first...max(first, last) {
            let offset = Double(world) * 360
            var part = ring.clipped(axis: \.x, from: offset - 180, to: offset + 180)
            guard part.count >= 3 else { continue }
            for i in part.indices { part[i].x = min(180, max(-180, part[i].x - offset)) }
            let area = part.signedArea
            guard area != 0 else { continue }
            if area < 0 { part.reverse() }
            part.append(part[0])
            polygons.append([part])
        }
        return polygons.count == 1 ? .polygon(polygons[0]) : .multiPolygon(polygons)
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
