/// Well-known binary (ISO 19125 / OGC 06-103r4, section 8; heights as in ISO 13249-3, types 1001–1007).
extension Geometry {
    /// Reads WKB of either byte order: ISO's numbers for Z, M and ZM, or PostGIS's flags (EWKB, also with an SRID, which is skipped).
    /// Measures (M) are dropped.
    ///
    /// Lines and polygons may be empty. What is not: rings are closed and have four positions, numbers are finite, nothing follows.
    /// - Throws: `GeoError.invalidWKB` with the byte offset and the rule.
    public init(wkb: [UInt8]) throws(GeoError) {
        let result = wkb.withUnsafeBytes { bytes in
            Result<Geometry, GeoError> { () throws(GeoError) -> Geometry in try Geometry(wkb: bytes) }
        }
        self = try result.get()
    }

    /// As `init(wkb:)`, out of memory that someone else owns (a database row).
    public init(wkb bytes: UnsafeRawBufferPointer) throws(GeoError) {
        var reader = WKBReader(bytes)
        self = try reader.geometry(depth: 0)
        guard reader.isAtEnd else { throw reader.failure("nothing follows the geometry") }
    }

    /// Little-endian ISO WKB; with heights if any position has one (the others then get NaN, which reads back as none).
    public var wkb: [UInt8] {
        var writer = WKBWriter(hasZ: hasHeights)
        writer.write(self)
        return writer.bytes
    }
}

/// Shared limits and numbers of WKB.
private enum WKBType {
    static let point: UInt32 = 1, lineString: UInt32 = 2, polygon: UInt32 = 3
    static let multiPoint: UInt32 = 4, multiLineString: UInt32 = 5, multiPolygon: UInt32 = 6, collection: UInt32 = 7
}

struct WKBReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    private var bigEndian = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }
    private var remaining: Int { bytes.count - at }

    func failure(_ rule: String) -> GeoError { GeoError(.invalidWKB, rule, path: "byte \(at)") }

    private struct Header {
        var type: UInt32
        var hasZ: Bool, hasM: Bool
        var positionSize: Int { 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0) }
    }

    mutating func geometry(depth: Int) throws(GeoError) -> Geometry {
        let header = try header()
        switch header.type {
        case WKBType.point: return .point(try position(header))
        case WKBType.lineString: return .lineString(try line(header))
        case WKBType.polygon: return .polygon(try rings(header))
        case WKBType.multiPoint:
            return .multiPoint(try members(of: WKBType.point) { (reader, header) throws(GeoError) in try reader.position(header) })
        case WKBType.multiLineString:
            return .multiLineString(try members(of: WKBType.lineString) { (reader, header) throws(GeoError) in try reader.line(header) })
        case WKBType.multiPolygon:
            return .multiPolygon(try members(of: WKBType.polygon) { (reader, header) throws(GeoError) in try reader.rings(header) })
        default: return try collection(depth: depth)
        }
    }

    private mutating func collection(depth: Int) throws(GeoError) -> Geometry {
        guard depth < Geometry.maximumCollectionDepth else {
            throw failure("geometry collections nest at most \(Geometry.maximumCollectionDepth) deep")
        }
        let count = try count(elementSize: 5)
        var geometries: [Geometry] = []
        geometries.reserveCapacity(count)
        for _ in 0..<count { geometries.append(try geometry(depth: depth + 1)) }
        return .geometryCollection(geometries)
    }

    private mutating func header() throws(GeoError) -> Header {
        guard remaining >= 5 else { throw failure("a geometry begins with its byte order and type") }
        guard bytes[at] <= 1 else { throw failure("the byte order is 0 or 1") }
        bigEndian = bytes[at] == 0
        at += 1
        let raw = try uint32()
        if raw & 0x2000_0000 != 0 { _ = try uint32() }  // the SRID of EWKB
        let number = raw & 0x0FFF_FFFF
        let (type, dimension) = (number % 1000, number / 1000)
        guard (1...7).contains(type), dimension <= 3 else {
            at -= 4
            throw failure("\(number) is not the type of a geometry that is known here")
        }
        let isZ = raw & 0x8000_0000 != 0 || dimension == 1 || dimension == 3
        let isM = raw & 0x4000_0000 != 0 || dimension == 2 || dimension == 3
        return Header(type: type, hasZ: isZ, hasM: isM)
    }

    /// Members of a multi geometry repeat the header.
    private mutating func members<T>(of type: UInt32, _ read: (inout WKBReader, Header) throws(GeoError) -> T) throws(GeoError) -> [T] {
        let count = try count(elementSize: 5)
        var members: [T] = []
        members.reserveCapacity(count)
        for _ in 0..<count {
            let header = try header()
            guard header.type == type else { throw failure("a multi geometry holds geometries of its own kind") }
            members.append(try read(&self, header))
        }
        return members
    }

    private mutating func position(_ header: Header) throws(GeoError) -> Position {
        guard remaining >= header.positionSize else { throw failure("a position has \(header.positionSize) bytes") }
        return try uncheckedPosition(header)
    }

    private mutating func line(_ header: Header) throws(GeoError) -> [Position] {
        let positions = try positions(header)
        guard positions.count != 1 else { throw failure("a line has at least two positions") }
        return positions
    }

    private mutating func rings(_ header: Header) throws(GeoError) -> [[Position]] {
        let count = try count(elementSize: 4)
        var rings: [[Position]] = []
        rings.reserveCapacity(count)
        for _ in 0..<count {
            let ring = try positions(header)
            guard ring.count >= 4, let first = ring.first, let last = ring.last else { throw failure("a ring has at least four positions") }
            guard first.x == last.x, first.y == last.y else { throw failure("a ring is closed: its last position is its first") }
            rings.append(ring)
        }
        return rings
    }

    private mutating func positions(_ header: Header) throws(GeoError) -> [Position] {
        let count = try count(elementSize: header.positionSize)
        var positions: [Position] = []
        positions.reserveCapacity(count)
        for _ in 0..<count { positions.append(try uncheckedPosition(header)) }
        return positions
    }

    private mutating func uncheckedPosition(_ header: Header) throws(GeoError) -> Position {
        var position = Position(x: double(), y: double())
        if header.hasZ {
            let z = double()
            guard !z.isInfinite else { throw failure("the height of a position is finite") }
            position.z = z.isNaN ? nil : z
        }
        if header.hasM { at += 8 }
        guard position.x.isFinite, position.y.isFinite else { throw failure("the numbers of a position are finite (an empty point is not read)") }
        return position
    }

    /// A count, believed only if its elements can still follow: a lie must not allocate.
    private mutating func count(elementSize: Int) throws(GeoError) -> Int {
        let count = Int(try uint32())
        guard count <= remaining / elementSize else { throw failure("\(count) elements do not fit into the \(remaining) bytes that follow") }
        return count
    }

    private mutating func uint32() throws(GeoError) -> UInt32 {
        guard remaining >= 4 else { throw failure("four more bytes are needed") }
        defer { at += 4 }
        let value = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
        return bigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }

    /// The caller has checked that the bytes are there.
    private mutating func double() -> Double {
        defer { at += 8 }
        let value = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        return Double(bitPattern: bigEndian ? UInt64(bigEndian: value) : UInt64(littleEndian: value))
    }
}

private struct WKBWriter {
    var bytes: [UInt8] = []
    let hasZ: Bool

    init(hasZ: Bool) { self.hasZ = hasZ }

    mutating func write(_ geometry: Geometry) {
        switch geometry {
        case .point(let position):
            header(WKBType.point)
            write(position)
        case .lineString(let positions): write(line: positions)
        case .polygon(let rings): write(polygon: rings)
        case .multiPoint(let points):
            header(WKBType.multiPoint, count: points.count)
            for point in points { write(.point(point)) }
        case .multiLineString(let lines):
            header(WKBType.multiLineString, count: lines.count)
            for line in lines { write(line: line) }
        case .multiPolygon(let polygons):
            header(WKBType.multiPolygon, count: polygons.count)
            for polygon in polygons { write(polygon: polygon) }
        case .geometryCollection(let members):
            header(WKBType.collection, count: members.count)
            for member in members { write(member) }
        }
    }

    private mutating func write(line: [Position]) {
        header(WKBType.lineString, count: line.count)
        for position in line { write(position) }
    }

    private mutating func write(polygon: [[Position]]) {
        header(WKBType.polygon, count: polygon.count)
        for ring in polygon {
            append(UInt32(truncatingIfNeeded: ring.count))
            for position in ring { write(position) }
        }
    }

    private mutating func header(_ type: UInt32, count: Int? = nil) {
        bytes.append(1)
        append(hasZ ? type + 1000 : type)
        if let count { append(UInt32(truncatingIfNeeded: count)) }
    }

    private mutating func write(_ position: Position) {
        append(position.x.bitPattern)
        append(position.y.bitPattern)
        if hasZ { append((position.z ?? .nan).bitPattern) }
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
