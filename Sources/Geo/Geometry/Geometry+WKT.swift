import Core

/// Well-known text (OGC 06-103r4, section 7), as CQL2 and EDR have it in their parameters.
extension Geometry {
    /// Reads `POINT(1 2)`, `POLYGON Z ((…))`, `MULTIPOINT(1 2,3 4)` with or without inner parentheses, `LINESTRING EMPTY`, in any case of
    /// letters. Measures (M) are dropped. Rings and numbers follow the rules of the other codecs.
    /// - Throws: `GeoError.invalidWKT` with the place (counted in bytes) and the rule.
    public init(wkt: String) throws(GeoError) {
        var reader = WKTReader(wkt)
        self = try reader.geometry(depth: 0)
        guard reader.isAtEnd else { throw reader.failure("nothing follows the geometry") }
    }

    /// `POINT Z(1 2 3)`: with heights if any position of the geometry has one (0 where it has none, as text has no other way).
    public var wkt: String {
        let name = typeName.uppercased()
        let tag = hasHeights ? " Z" : ""
        switch self {
        case .geometryCollection(let members):
            return members.isEmpty ? "\(name) EMPTY" : name + tag + "(" + members.map(\.wkt).joined(separator: ",") + ")"
        case .point(let p): return name + tag + "(" + text(p) + ")"
        case .lineString(let line), .multiPoint(let line): return line.isEmpty ? "\(name) EMPTY" : name + tag + text(line)
        case .polygon(let parts), .multiLineString(let parts): return parts.isEmpty ? "\(name) EMPTY" : name + tag + text(parts)
        case .multiPolygon(let polygons):
            return polygons.isEmpty ? "\(name) EMPTY" : name + tag + "(" + polygons.map(text).joined(separator: ",") + ")"
        }
    }

    private func text(_ p: Position) -> String {
        let numbers = hasHeights ? [p.x, p.y, p.z ?? 0] : [p.x, p.y]
        return numbers.map { JSON.double($0).text }.joined(separator: " ")
    }

    private func text(_ positions: [Position]) -> String { "(" + positions.map { text($0) }.joined(separator: ",") + ")" }
    private func text(_ parts: [[Position]]) -> String { "(" + parts.map { text($0) }.joined(separator: ",") + ")" }
}

private struct WKTReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return at == bytes.count
        }
    }

    func failure(_ rule: String) -> GeoError { GeoError(.invalidWKT, rule, path: "byte \(at)") }

    private struct Dimension { var z = false, m = false }

    mutating func geometry(depth: Int) throws(GeoError) -> Geometry {
        let name = word()
        let dimension = try dimension()
        let isEmpty = takesEmpty()
        switch name {
        case "POINT":
            guard !isEmpty else { throw failure("a point has coordinates") }
            let points = try list { (r) throws(GeoError) in try r.position(dimension) }
            guard points.count == 1 else { throw failure("a POINT has one position") }
            return .point(points[0])
        case "LINESTRING": return .lineString(isEmpty ? [] : try line(dimension))
        case "POLYGON": return .polygon(isEmpty ? [] : try rings(dimension))
        case "MULTIPOINT": return .multiPoint(isEmpty ? [] : try list { (r) throws(GeoError) in try r.wrappedPosition(dimension) })
        case "MULTILINESTRING": return .multiLineString(isEmpty ? [] : try list { (r) throws(GeoError) in try r.line(dimension) })
        case "MULTIPOLYGON": return .multiPolygon(isEmpty ? [] : try list { (r) throws(GeoError) in try r.rings(dimension) })
        case "GEOMETRYCOLLECTION":
            guard depth < Geometry.maximumCollectionDepth else {
                throw failure("geometry collections nest at most \(Geometry.maximumCollectionDepth) deep")
            }
            return .geometryCollection(isEmpty ? [] : try list { (r) throws(GeoError) in try r.geometry(depth: depth + 1) })
        default: throw failure("'\(CoreError.shorten(name, to: 40))' is not a geometry type of WKT")
        }
    }

    private mutating func dimension() throws(GeoError) -> Dimension {
        let mark = at
        switch word() {
        case "Z": return Dimension(z: true)
        case "M": return Dimension(m: true)
        case "ZM": return Dimension(z: true, m: true)
        default:
            at = mark
            return Dimension()
        }
    }

    private mutating func takesEmpty() -> Bool {
        let mark = at
        if word() == "EMPTY" { return true }
        at = mark
        return false
    }

    private mutating func line(_ dimension: Dimension) throws(GeoError) -> [Position] {
        let positions = try list { (r) throws(GeoError) in try r.position(dimension) }
        guard positions.count >= 2 else { throw failure("a line has at least two positions") }
        return positions
    }

    private mutating func rings(_ dimension: Dimension) throws(GeoError) -> [[Position]] {
        try list { (r) throws(GeoError) in
            let ring = try r.list { (r) throws(GeoError) in try r.position(dimension) }
            guard ring.count >= 4, let first = ring.first, let last = ring.last else { throw r.failure("a ring has at least four positions") }
            guard first.x == last.x, first.y == last.y else { throw r.failure("a ring is closed: its last position is its first") }
            return ring
        }
    }

    private mutating func wrappedPosition(_ dimension: Dimension) throws(GeoError) -> Position {
        guard takes("(") else { return try position(dimension) }
        let position = try position(dimension)
        guard takes(")") else { throw failure("a parenthesis is closed") }
        return position
    }

    /// Two numbers, then as many as the dimension says; without one a third is a height.
    private mutating func position(_ dimension: Dimension) throws(GeoError) -> Position {
        var position = Position(x: try number(), y: try number())
        var extra: [Double] = []
        while let next = nextByte, next != UInt8(ascii: ","), next != UInt8(ascii: ")"), extra.count < 2 { extra.append(try number()) }
        let expected = (dimension.z ? 1 : 0) + (dimension.m ? 1 : 0)
        guard extra.count == expected || (expected == 0 && extra.count == 1) else {
            throw failure("a position has \(2 + expected) numbers here")
        }
        if dimension.z || expected == 0 { position.z = extra.first }
        return position
    }

    private mutating func number() throws(GeoError) -> Double {
        skipSpace()
        let start = at
        while at < bytes.count, Self.numberBytes.contains(bytes[at]) { at += 1 }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
            at = start
            throw failure("a finite number is needed")
        }
        return value
    }

    private static let numberBytes = Set("+-0123456789.eE".utf8)

    private mutating func list<T>(_ element: (inout WKTReader) throws(GeoError) -> T) throws(GeoError) -> [T] {
        guard takes("(") else { throw failure("an opening parenthesis is needed") }
        var elements: [T] = []
        repeat { elements.append(try element(&self)) } while takes(",")
        guard takes(")") else { throw failure("a comma or a closing parenthesis is needed") }
        return elements
    }

    private var nextByte: UInt8? {
        mutating get {
            skipSpace()
            return at < bytes.count ? bytes[at] : nil
        }
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard nextByte == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func word() -> String {
        skipSpace()
        let start = at
        while at < bytes.count, (0x41...0x5A).contains(bytes[at] & 0xDF) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self).uppercased()
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
    }
}
