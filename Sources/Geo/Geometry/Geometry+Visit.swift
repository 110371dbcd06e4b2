import Core

extension Geometry {
    /// Whether there is no position at all.
    public var isEmpty: Bool {
        switch self {
        case .point: false
        case .lineString(let p), .multiPoint(let p): p.isEmpty
        case .polygon(let r), .multiLineString(let r): r.allSatisfy(\.isEmpty)
        case .multiPolygon(let p): p.allSatisfy { $0.allSatisfy(\.isEmpty) }
        case .geometryCollection(let members): members.allSatisfy(\.isEmpty)
        }
    }

    /// Number of positions, closing ones of rings included.
    public var positionCount: Int {
        var count = 0
        forEachPart { count += $0.count }
        return count
    }

    /// Calls `body` with the positions of every point, line and ring.
    public func forEachPart(_ body: ([Position]) -> Void) {
        switch self {
        case .point(let position): body([position])
        case .lineString(let positions): body(positions)
        case .multiPoint(let positions): for position in positions { body([position]) }
        case .polygon(let parts), .multiLineString(let parts): for part in parts { body(part) }
        case .multiPolygon(let polygons): for polygon in polygons { for ring in polygon { body(ring) } }
        case .geometryCollection(let members): for member in members { member.forEachPart(body) }
        }
    }

    /// The same geometry with every part (line, ring, run of points) replaced.
    func mapParts(_ transform: ([Position]) throws(GeoError) -> [Position]) throws(GeoError) -> Geometry {
        switch self {
        case .point(let position):
            guard let moved = try transform([position]).first else { return self }
            return .point(moved)
        case .lineString(let positions): return .lineString(try transform(positions))
        case .multiPoint(let positions): return .multiPoint(try transform(positions))
        case .polygon(let rings): return .polygon(try Geometry.map(rings, transform))
        case .multiLineString(let lines): return .multiLineString(try Geometry.map(lines, transform))
        case .multiPolygon(let polygons):
            var out: [[[Position]]] = []
            for polygon in polygons { out.append(try Geometry.map(polygon, transform)) }
            return .multiPolygon(out)
        case .geometryCollection(let members):
            var out: [Geometry] = []
            for member in members { out.append(try member.mapParts(transform)) }
            return .geometryCollection(out)
        }
    }

    private static func map(_ parts: [[Position]], _ transform: ([Position]) throws(GeoError) -> [Position]) throws(GeoError) -> [[Position]] {
        var out: [[Position]] = []
        out.reserveCapacity(parts.count)
        for part in parts { out.append(try transform(part)) }
        return out
    }

    /// Whether any position has a height.
    public var hasHeights: Bool {
        var found = false
        forEachPart { part in if !found { found = part.contains { $0.z != nil } } }
        return found
    }

    /// The geometry in another CRS, position by position; heights stay.
    ///
    /// From a projection to longitudes and latitudes, what crosses the antimeridian or goes round a pole is cut as RFC 7946, section 3.1.9
    /// has it: neighbours in the projection stay neighbours.
    /// - Throws: `GeoError.notTransformable` naming the first position without a counterpart.
    public func transformed(by transform: CoordinateTransform) throws(GeoError) -> Geometry {
        if transform.isIdentity { return self }
        let wraps = transform.target.isGeographic && !transform.source.isGeographic
        let moved = try mapParts { part throws(GeoError) in
            var xs = part.map(\.x)
            var ys = part.map(\.y)
            transform.apply(&xs, &ys)
            var out = part
            for i in part.indices {
                guard xs[i].isFinite, ys[i].isFinite else {
                    throw GeoError(
                        .notTransformable,
                        "position (\(part[i].x), \(part[i].y)) of \(transform.source) has no counterpart in \(transform.target)")
                }
                (out[i].x, out[i].y) = (xs[i], ys[i])
            }
            return wraps ? Longitude.unwrapped(out) : out
        }
        return wraps ? moved.cutAtAntimeridian() : moved
    }

    /// Refuses coordinates that cannot be longitudes and latitudes in degrees: −360…360 and −90…90.
    ///
    /// The usual cause is a projected CRS or latitude written first, so the message says so.
    /// - Throws: `GeoError.invalidGeoJSON`.
    public func checkLongitudeLatitude(path: String = "") throws(GeoError) {
        var offender: Position?
        forEachPart { part in
            if offender == nil { offender = part.first { abs($0.x) > 360 || abs($0.y) > 90 } }
        }
        guard let offender else { return }
        let hint =
            abs(offender.x) <= 90 && abs(offender.y) <= 180
            ? "latitude seems to come first" : "they seem to be in another CRS"
        throw GeoError(
            .invalidGeoJSON, "coordinates are longitude and latitude in degrees; (\(offender.x), \(offender.y)) is not: \(hint)", path: path)
    }
}
