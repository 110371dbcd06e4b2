import Core

/// Reading and writing GeoJSON geometries (RFC 7946, section 3.1), strictly.
extension Geometry {
    /// How deep geometry collections may nest.
    public static let maximumCollectionDepth = 8

    /// Reads a GeoJSON geometry object.
    ///
    /// Numbers are taken as they are: whether they are longitudes and latitudes is asked with `checkLongitudeLatitude`, since files with
    /// a `crs` member have others. A fourth number of a position and what follows it is ignored, as RFC 7946 section 3.1.1 allows.
    /// - Parameter path: where `json` is within its document; errors name the place below it.
    /// - Throws: `GeoError.invalidGeoJSON` with the JSON path and the rule.
    public static func fromGeoJSON(_ json: JSON, path: String = "") throws(GeoError) -> Geometry {
        try GeoJSONGeometryReader.geometry(json, path: path, depth: 0)
    }

    /// The GeoJSON geometry object. Coordinates and rings are written as they are.
    public var geoJSON: JSON {
        if case .geometryCollection(let members) = self {
            return ["type": "GeometryCollection", "geometries": .array(members.map(\.geoJSON))]
        }
        return ["type": .string(typeName), "coordinates": coordinates]
    }

    /// `Point`, `MultiPolygon`, …: the names of GeoJSON.
    public var typeName: String {
        switch self {
        case .point: "Point"
        case .lineString: "LineString"
        case .polygon: "Polygon"
        case .multiPoint: "MultiPoint"
        case .multiLineString: "MultiLineString"
        case .multiPolygon: "MultiPolygon"
        case .geometryCollection: "GeometryCollection"
        }
    }

    private var coordinates: JSON {
        switch self {
        case .point(let position): position.geoJSON
        case .lineString(let positions), .multiPoint(let positions): Geometry.json(positions)
        case .polygon(let rings), .multiLineString(let rings): .array(rings.map(Geometry.json))
        case .multiPolygon(let polygons): .array(polygons.map { .array($0.map(Geometry.json)) })
        case .geometryCollection: .null
        }
    }

    private static func json(_ positions: [Position]) -> JSON { .array(positions.map(\.geoJSON)) }
}

extension Position {
    var geoJSON: JSON {
        if let z { return .array([JSON(x), JSON(y), JSON(z)]) }
        return .array([JSON(x), JSON(y)])
    }
}

/// The rules of RFC 7946, section 3.1, one function per nesting of `coordinates`.
private enum GeoJSONGeometryReader {
    static func geometry(_ json: JSON, path: String, depth: Int) throws(GeoError) -> Geometry {
        guard let object = json.objectValue else { throw failure("a geometry is a JSON object", path) }
        guard let type = object["type"]?.stringValue else { throw failure("a geometry has a string member 'type'", member("type", of: path)) }
        if type == "GeometryCollection" { return try collection(object, path: path, depth: depth) }
        guard knownTypes.contains(type) else {
            throw failure("'\(CoreError.shorten(type, to: 40))' is not a geometry type of GeoJSON", member("type", of: path))
        }
        let place = member("coordinates", of: path)
        guard let value = object["coordinates"] else { throw failure("a \(type) has the member 'coordinates'", place) }
        switch type {
        case "Point": return .point(try position(value, place))
        case "MultiPoint": return .multiPoint(try positions(value, place, minimum: 0, what: type))
        case "LineString": return .lineString(try positions(value, place, minimum: 2, what: type))
        case "MultiLineString": return .multiLineString(try lines(value, place))
        case "Polygon": return .polygon(try rings(value, place))
        default: return .multiPolygon(try polygons(value, place))
        }
    }

    private static let knownTypes: Set = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]

    private static func collection(_ object: JSONObject, path: String, depth: Int) throws(GeoError) -> Geometry {
        guard depth < Geometry.maximumCollectionDepth else {
            throw failure("geometry collections nest at most \(Geometry.maximumCollectionDepth) deep", path)
        }
        let place = member("geometries", of: path)
        guard let members = object["geometries"]?.arrayValue else { throw failure("a GeometryCollection has an array 'geometries'", place) }
        var geometries: [Geometry] = []
        geometries.reserveCapacity(members.count)
        for (i, json) in members.enumerated() { geometries.append(try geometry(json, path: "\(place)[\(i)]", depth: depth + 1)) }
        return .geometryCollection(geometries)
    }

    private static func position(_ json: JSON, _ path: @autoclosure () -> String) throws(GeoError) -> Position {
        guard let numbers = json.arrayValue else { throw failure("a position is an array of numbers", path()) }
        guard numbers.count >= 2 else { throw failure("a position has at least two numbers", path()) }
        guard let x = numbers[0].doubleValue, let y = numbers[1].doubleValue, x.isFinite, y.isFinite else {
            throw failure("the numbers of a position are finite numbers", path())
        }
        guard numbers.count > 2 else { return Position(x: x, y: y) }
        guard let z = numbers[2].doubleValue, z.isFinite else { throw failure("the height of a position is a finite number", path()) }
        return Position(x: x, y: y, z: z)
    }

    private static func positions(_ json: JSON, _ path: String, minimum: Int, what: String) throws(GeoError) -> [Position] {
        guard let elements = json.arrayValue else { throw failure("\(what): an array of positions is needed", path) }
        guard elements.count >= minimum else {
            throw failure("\(what): at least \(minimum) positions are needed, there are \(elements.count)", path)
        }
        var positions: [Position] = []
        positions.reserveCapacity(elements.count)
        for (i, element) in elements.enumerated() { positions.append(try position(element, "\(path)[\(i)]")) }
        return positions
    }

    private static func lines(_ json: JSON, _ path: String) throws(GeoError) -> [[Position]] {
        guard let elements = json.arrayValue else { throw failure("a MultiLineString is an array of lines", path) }
        var lines: [[Position]] = []
        for (i, element) in elements.enumerated() { lines.append(try positions(element, "\(path)[\(i)]", minimum: 2, what: "LineString")) }
        return lines
    }

    private static func rings(_ json: JSON, _ path: String) throws(GeoError) -> [[Position]] {
        guard let elements = json.arrayValue, !elements.isEmpty else { throw failure("a Polygon is an array of at least one ring", path) }
        var rings: [[Position]] = []
        rings.reserveCapacity(elements.count)
        for (i, element) in elements.enumerated() {
            let ring = try positions(element, "\(path)[\(i)]", minimum: 4, what: "ring")
            guard let first = ring.first, let last = ring.last, first.x == last.x, first.y == last.y else {
                throw failure("a ring is closed: its last position is its first", "\(path)[\(i)]")
            }
            rings.append(ring)
        }
        return rings
    }

    private static func polygons(_ json: JSON, _ path: String) throws(GeoError) -> [[[Position]]] {
        guard let elements = json.arrayValue else { throw failure("a MultiPolygon is an array of polygons", path) }
        var polygons: [[[Position]]] = []
        polygons.reserveCapacity(elements.count)
        for (i, element) in elements.enumerated() { polygons.append(try rings(element, "\(path)[\(i)]")) }
        return polygons
    }

    private static func member(_ name: String, of path: String) -> String { path.isEmpty ? name : path + "." + name }
    private static func failure(_ rule: String, _ path: String) -> GeoError { GeoError(.invalidGeoJSON, rule, path: path) }
}
