extension Geometry {
    /// The geometry within −180…180, cut in parts where its longitudes run on beyond (RFC 7946, section 3.1.9); itself if they do not.
    ///
    /// A line or polygon may become a multi geometry. Cut polygons have counter-clockwise outer rings and clockwise holes.
    public func cutAtAntimeridian() -> Geometry {
        guard let extent, extent.minX < -180 || extent.maxX > 180 else { return self }
        switch self {
        case .point(let position): return .point(Geometry.normalized(position))
        case .multiPoint(let positions): return .multiPoint(positions.map(Geometry.normalized))
        case .lineString(let line): return Geometry.lines(Longitude.piecesCutAtAntimeridian(line))
        case .multiLineString(let lines): return .multiLineString(lines.flatMap(Longitude.piecesCutAtAntimeridian))
        case .polygon(let rings):
            let polygons = Geometry.cut(rings)
            return polygons.count == 1 ? .polygon(polygons[0]) : .multiPolygon(polygons)
        case .multiPolygon(let polygons): return .multiPolygon(polygons.flatMap(Geometry.cut))
        case .geometryCollection(let members): return .geometryCollection(members.map { $0.cutAtAntimeridian() })
        }
    }

    private static func normalized(_ position: Position) -> Position {
        Position(x: Longitude.normalize(position.x), y: position.y, z: position.z)
    }

    private static func lines(_ pieces: [[Position]]) -> Geometry { pieces.count == 1 ? .lineString(pieces[0]) : .multiLineString(pieces) }

    private static func cut(_ rings: [[Position]]) -> [[[Position]]] {
        let beyond = rings.contains { ring in ring.contains { $0.x < -180 || $0.x > 180 } }
        return beyond ? Longitude.polygonsCutAtAntimeridian(rings.map { Array($0.dropLast()) }) : [rings]
    }
}

extension Longitude {
    /// Longitudes that jump by more than 180 degrees from one position to the next run on instead. A ring around a pole is led along it.
    static func unwrapped(_ part: [Position]) -> [Position] {
        guard let first = part.first, part.count > 1 else { return part }
        var out = part
        for i in out.indices.dropFirst() { out[i].x = out[i - 1].x + step(from: out[i - 1].x, to: part[i].x) }
        // The end of a closed ring that turned once lies a world beside its beginning.
        guard part.count >= 4, let last = out.last, part.last?.x == first.x, part.last?.y == first.y, abs(last.x - first.x) > 180 else { return out }
        let pole: Double = out.map(\.y).reduce(0, +) < 0 ? -90 : 90
        return out + [Position(x: last.x, y: pole, z: last.z), Position(x: first.x, y: pole, z: first.z), first]
    }

    /// A line whose longitudes run on, cut where it passes ±180 (and every 360 degrees further).
    static func piecesCutAtAntimeridian(_ line: [Position]) -> [[Position]] {
        guard line.count > 1 else { return line.isEmpty ? [] : [line.map { Position(x: normalize($0.x), y: $0.y, z: $0.z) }] }
        var pieces: [[Position]] = []
        var world: Int?
        for (a, b) in zip(line, line.dropFirst()) {
            let stops = [a] + crossings(a, b) + [b]
            for (from, to) in zip(stops, stops.dropFirst()) {
                let here = worlds(from: min(from.x, to.x), to: max(from.x, to.x)).lowerBound
                // Along the antimeridian itself a line stays on the side it is on.
                let onEdge = from.x == to.x && (from.x + 180).truncatingRemainder(dividingBy: 360) == 0
                let current = onEdge ? world ?? here : here
                if current != world { pieces.append([moved(from, by: current)]) }
                pieces[pieces.count - 1].append(moved(to, by: current))
                world = current
            }
        }
        return pieces
    }

    private static func moved(_ p: Position, by world: Int) -> Position {
        Position(x: min(180, max(-180, p.x - Double(world) * 360)), y: p.y, z: p.z)
    }

    private static func crossings(_ a: Position, _ b: Position) -> [Position] {
        let passed = worlds(from: min(a.x, b.x), to: max(a.x, b.x)).dropLast().map { Double($0) * 360 + 180 }
        return (a.x <= b.x ? passed : passed.reversed()).compactMap { edge in
            guard a.x != b.x, edge != a.x, edge != b.x else { return nil }
            let t = (edge - a.x) / (b.x - a.x)
            let z = a.z.flatMap { z0 in b.z.map { z0 + ($0 - z0) * t } }
            return Position(x: edge, y: a.y + (b.y - a.y) * t, z: z)
        }
    }
}
