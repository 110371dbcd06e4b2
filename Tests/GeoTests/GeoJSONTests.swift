import Core
import Testing

@testable import Geo

@Suite struct GeoJSONTests {
    @Test(arguments: [
        #"{"type":"Point","coordinates":[1.5,-2.25]}"#,
        #"{"type":"Point","coordinates":[1.5,-2.25,100]}"#,
        #"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#,
        #"{"type":"MultiPoint","coordinates":[]}"#,
        #"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
        #"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8,9]]]}"#,
        #"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}"#,
        #"{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#,
        #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"GeometryCollection","geometries":[]}]}"#,
    ])
    func writesWhatItRead(text: String) throws {
        let json = try JSONParser.parse(text)
        let geometry = try Geometry.fromGeoJSON(json)
        // Integers are read as Float64 and written without a fraction.
        #expect(geometry.geoJSON.text == text)
        #expect(try Geometry(wkb: geometry.wkb) == geometry)
    }

    struct Bad: Sendable { var text: String, path: String, rule: String }

    @Test(arguments: [
        Bad(text: "null", path: "geometry", rule: "object"),
        Bad(text: "[]", path: "geometry", rule: "object"),
        Bad(text: "{}", path: "geometry.type", rule: "type"),
        Bad(text: #"{"type":1}"#, path: "geometry.type", rule: "type"),
        Bad(text: #"{"type":"point","coordinates":[1,2]}"#, path: "geometry.type", rule: "not a geometry type"),
        Bad(text: #"{"type":"Feature","geometry":null}"#, path: "geometry.type", rule: "not a geometry type"),
        Bad(text: #"{"type":"Point"}"#, path: "geometry.coordinates", rule: "coordinates"),
        Bad(text: #"{"type":"Point","coordinates":[]}"#, path: "geometry.coordinates", rule: "two numbers"),
        Bad(text: #"{"type":"Point","coordinates":[1]}"#, path: "geometry.coordinates", rule: "two numbers"),
        Bad(text: #"{"type":"Point","coordinates":["1","2"]}"#, path: "geometry.coordinates", rule: "finite numbers"),
        Bad(text: #"{"type":"Point","coordinates":[1,null]}"#, path: "geometry.coordinates", rule: "finite numbers"),
        Bad(text: #"{"type":"Point","coordinates":[1,2,"x"]}"#, path: "geometry.coordinates", rule: "height"),
        Bad(text: #"{"type":"Point","coordinates":[[1,2]]}"#, path: "geometry.coordinates", rule: "two numbers"),
        Bad(text: #"{"type":"LineString","coordinates":[[1,2]]}"#, path: "geometry.coordinates", rule: "at least 2"),
        Bad(text: #"{"type":"LineString","coordinates":[[1,2],[3]]}"#, path: "geometry.coordinates[1]", rule: "two numbers"),
        Bad(text: #"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[1,2]]]}"#, path: "geometry.coordinates[1]", rule: "at least 2"),
        Bad(text: #"{"type":"Polygon","coordinates":[]}"#, path: "geometry.coordinates", rule: "at least one ring"),
        Bad(text: #"{"type":"Polygon","coordinates":[[]]}"#, path: "geometry.coordinates[0]", rule: "at least 4"),
        Bad(text: #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}"#, path: "geometry.coordinates[0]", rule: "at least 4"),
        Bad(text: #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#, path: "geometry.coordinates[0]", rule: "closed"),
        Bad(
            text: #"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[0,0],[1,0],[1,1],[2,2]]]]}"#,
            path: "geometry.coordinates[1][0]", rule: "closed"),
        Bad(text: #"{"type":"GeometryCollection"}"#, path: "geometry.geometries", rule: "geometries"),
        Bad(
            text: #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[0]}]}"#,
            path: "geometry.geometries[1].coordinates", rule: "two numbers"),
    ])
    func namesThePathAndTheRule(bad: Bad) throws {
        let json = try JSONParser.parse(bad.text)
        let error = #expect(throws: GeoError.self) { try Geometry.fromGeoJSON(json, path: "geometry") }
        #expect(error?.code == .invalidGeoJSON)
        #expect(error?.path == bad.path)
        #expect(error?.message.contains(bad.rule) == true, "\(String(describing: error))")
    }

    @Test func refusesNumbersThatAreNotFinite() {
        let json: JSON = ["type": "Point", "coordinates": .array([.double(.nan), .double(1)])]
        #expect(throws: GeoError.self) { try Geometry.fromGeoJSON(json) }
        let infinite: JSON = ["type": "Point", "coordinates": .array([.double(1), .double(.infinity)])]
        #expect(throws: GeoError.self) { try Geometry.fromGeoJSON(infinite) }
    }

    @Test func limitsTheDepthOfCollections() throws {
        func nested(_ depth: Int) -> JSON {
            (0..<depth).reduce(["type": "Point", "coordinates": [1, 2]]) { inner, _ in ["type": "GeometryCollection", "geometries": .array([inner])] }
        }
        #expect(throws: Never.self) { try Geometry.fromGeoJSON(nested(Geometry.maximumCollectionDepth)) }
        let error = #expect(throws: GeoError.self) { try Geometry.fromGeoJSON(nested(Geometry.maximumCollectionDepth + 1)) }
        #expect(error?.message.contains("nest") == true)
    }

    @Test func tellsProjectedAndSwappedCoordinates() throws {
        #expect(throws: Never.self) { try geometry(#"{"type":"Point","coordinates":[190,-89]}"#).checkLongitudeLatitude() }
        let projected = #expect(throws: GeoError.self) {
            try geometry(#"{"type":"Point","coordinates":[465906.2,5079750.1]}"#).checkLongitudeLatitude(path: "features[3]")
        }
        #expect(projected?.path == "features[3]" && projected?.message.contains("another CRS") == true)
        let swapped = #expect(throws: GeoError.self) { try geometry(#"{"type":"Point","coordinates":[-41.3,174.8]}"#).checkLongitudeLatitude() }
        #expect(swapped?.message.contains("latitude seems to come first") == true)
    }

    /// decode(encode(x)) = x for both codecs.
    @Test func randomGeometriesComeBack() throws {
        var generator = SeededGenerator(7)
        for _ in 0..<300 {
            let geometry = Self.random(&generator, depth: 0)
            let json = try JSONParser.parse(geometry.geoJSON.encoded)
            #expect(try Geometry.fromGeoJSON(json) == geometry)
            #expect(try Geometry(wkb: geometry.wkb) == geometry)
        }
    }

    static func random(_ generator: inout SeededGenerator, depth: Int) -> Geometry {
        let withHeight = Bool.random(using: &generator)
        func position() -> Position {
            Position(
                x: Double.random(in: -180...180, using: &generator), y: Double.random(in: -90...90, using: &generator),
                z: withHeight && Bool.random(using: &generator) ? Double.random(in: -10...9000, using: &generator) : nil)
        }
        func line() -> [Position] { (0..<Int.random(in: 2...6, using: &generator)).map { _ in position() } }
        func ring() -> [Position] {
            let open = (0..<Int.random(in: 3...8, using: &generator)).map { _ in position() }
            return open + [open[0]]
        }
        func some<T>(_ make: () -> T) -> [T] { (0..<Int.random(in: 1...4, using: &generator)).map { _ in make() } }
        switch Int.random(in: 0..<(depth < 3 ? 7 : 6), using: &generator) {
        case 0: return .point(position())
        case 1: return .lineString(line())
        case 2: return .polygon(some(ring))
        case 3: return .multiPoint(some(position))
        case 4: return .multiLineString(some(line))
        case 5: return .multiPolygon(some { some(ring) })
        default: return .geometryCollection((0..<3).map { _ in random(&generator, depth: depth + 1) })
        }
    }
}
