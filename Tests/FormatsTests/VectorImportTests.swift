import CGDAL
import Core
import Geo
import Testing

@testable import Formats

@Suite struct VectorImportTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func lines(_ path: String) throws -> [JSON] {
        try readText(path).split(separator: "\n").map { try JSONParser.parse(String($0)) }
    }

    /// A layer of one feature in `driver`'s format.
    private func write(
        _ driver: String, _ path: String, epsg: Int32?, wkt: [String], fields: [(String, OGRFieldType, OGRFieldSubType, String)] = [],
        layer: String = "things"
    ) throws {
        GDALLibrary.prepare()
        guard let dataset = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, nil) else {
            throw FormatsError(.writeFailed, GDALLibrary.lastMessage())
        }
        defer { GDALClose(dataset) }
        var reference: OGRSpatialReferenceH?
        if let epsg {
            reference = OSRNewSpatialReference(nil)
            OSRImportFromEPSG(reference, epsg)
            OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER)
        }
        defer { if let reference { OSRRelease(reference) } }
        let target = try #require(GDALDatasetCreateLayer(dataset, layer, reference, wkbUnknown, nil))
        for (name, type, subtype, _) in fields {
            let field = OGR_Fld_Create(name, type)
            OGR_Fld_SetSubType(field, subtype)
            OGR_L_CreateField(target, field, 1)
            OGR_Fld_Destroy(field)
        }
        for text in wkt {
            let feature = OGR_F_Create(OGR_L_GetLayerDefn(target))
            defer { OGR_F_Destroy(feature) }
            for (i, field) in fields.enumerated() { OGR_F_SetFieldString(feature, Int32(i), field.3) }
            var geometry: OGRGeometryH?
            text.withCString { start in
                var at: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(mutating: start)
                _ = OGR_G_CreateFromWkt(&at, nil, &geometry)
            }
            OGR_F_SetGeometryDirectly(feature, geometry)
            guard OGR_L_CreateFeature(target, feature) == OGRERR_NONE else { throw FormatsError(.writeFailed, GDALLibrary.lastMessage()) }
        }
    }

    @Test func propertiesKeepTheirTypes() throws {
        let path = scratch.file("a.gpkg")
        try write(
            "GPKG", path, epsg: 4326, wkt: ["POINT (4.5 51)"],
            fields: [
                ("name", OFTString, OFSTNone, "Straße \"1\""), ("count", OFTInteger64, OFSTNone, "9007199254740993"),
                ("area", OFTReal, OFSTNone, "1.25"), ("ok", OFTInteger, OFSTBoolean, "1"), ("day", OFTDate, OFSTNone, "2025/06/01"),
                ("at", OFTDateTime, OFSTNone, "2025/06/01 12:30:15.250+02"), ("extra", OFTString, OFSTJSON, "{\"a\":[1]}"),
            ])
        let summary = try VectorImport.importFeatures(path: path, into: scratch.file("out.ndjson"))
        #expect(summary.featureCount == 1)
        #expect(summary.sourceCRS == "EPSG:4326")
        #expect(summary.fields.map(\.type) == ["string", "integer", "number", "boolean", "date", "date-time", "object"])
        let feature = try #require(lines(scratch.file("out.ndjson")).first)
        #expect(feature["type"] == "Feature")
        #expect(feature["id"] == 1)
        #expect(feature["geometry"]?["coordinates"]?.numbers == [4.5, 51])
        let properties = try #require(feature["properties"])
        #expect(properties["name"] == "Straße \"1\"")
        #expect(properties["count"] == .int(9_007_199_254_740_993))
        #expect(properties["area"] == 1.25)
        #expect(properties["ok"] == true)
        #expect(properties["day"] == "2025-06-01")
        #expect(properties["at"] == "2025-06-01T10:30:15.250Z")
        #expect(properties["extra"]?["a"]?[0] == 1)
    }

    /// PROJ's own: EPSG:32631 500000 0 is 3° east on the equator.
    @Test func projectedCoordinatesBecomeLongitudeAndLatitude() throws {
        let path = scratch.file("utm.fgb")
        try write("FlatGeobuf", path, epsg: 32631, wkt: ["POLYGON ((500000 0, 500000 1000, 501000 1000, 501000 0, 500000 0))"])
        let summary = try VectorImport.importFeatures(path: path, into: scratch.file("out.ndjson"))
        #expect(summary.sourceCRS == "EPSG:32631")
        let geometry = try Geometry.fromGeoJSON(try #require(lines(scratch.file("out.ndjson")).first?["geometry"]))
        let extent = try #require(geometry.extent)
        #expect(abs(extent.minX - 3) < 1e-9)
        #expect(abs(extent.minY) < 1e-9)
        #expect(abs(extent.maxX - 3.0089868) < 1e-6)
        // Given clockwise; GeoJSON has the exterior counter-clockwise.
        guard case .polygon(let rings) = geometry, let ring = rings.first else { Issue.record("no polygon"); return }
        let area = zip(ring, ring.dropFirst()).reduce(0) { $0 + ($1.0.x * $1.1.y - $1.1.x * $1.0.y) }
        #expect(area > 0)
    }

    @Test func polygonsAreCutAtTheAntimeridian() throws {
        let path = scratch.file("fiji.gpkg")
        try write(
            "GPKG", path, epsg: 3460, wkt: ["POLYGON ((2100000 4000000, 2300000 4000000, 2300000 3900000, 2100000 3900000, 2100000 4000000))"])
        try VectorImport.importFeatures(path: path, into: scratch.file("out.ndjson"))
        let geometry = try Geometry.fromGeoJSON(try #require(lines(scratch.file("out.ndjson")).first?["geometry"]))
        #expect(geometry.typeName == "MultiPolygon")
        guard case .multiPolygon(let parts) = geometry else { return }
        for part in parts {
            let xs = part.flatMap { $0.map(\.x) }
            #expect((xs.max() ?? 0) - (xs.min() ?? 0) < 5)
        }
    }

    @Test func curvesMeasuresAndSurfacesBecomeGeoJSON() throws {
        let path = scratch.file("c.gpkg")
        try write(
            "GPKG", path, epsg: 4326,
            wkt: ["CIRCULARSTRING (0 0, 1 1, 2 0)", "POINT ZM (1 2 3 4)", "POINT EMPTY", "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 1 1))"])
        let summary = try VectorImport.importFeatures(path: path, into: scratch.file("out.ndjson"))
        let geometries = try lines(scratch.file("out.ndjson")).compactMap { $0["geometry"] }
        #expect(geometries[0]["type"] == "LineString")
        #expect((geometries[0]["coordinates"]?.arrayValue?.count ?? 0) > 10)
        #expect(geometries[1]["coordinates"]?.numbers == [1, 2, 3])
        #expect(geometries[2].isNull)
        #expect(geometries[3]["type"] == "GeometryCollection")
        #expect(summary.featureCount == 4)
        #expect(summary.bbox?.numbers.prefix(2) == [0, 0])
    }

    @Test func csvColumnsAreCoordinates() throws {
        try writeText("id,Longitude,Latitude,name\n1,4.5,51.25,Gent\n2,5,50,\"a, b\"\n", to: scratch.file("a.csv"))
        let summary = try VectorImport.importFeatures(path: scratch.file("a.csv"), into: scratch.file("out.ndjson"))
        let features = try lines(scratch.file("out.ndjson"))
        #expect(summary.featureCount == 2)
        #expect(features[0]["geometry"]?["coordinates"]?.numbers == [4.5, 51.25])
        #expect(features[1]["properties"]?["name"] == "a, b")
        #expect(features[1]["properties"]?["id"] == 2)
    }

    @Test func aMissingCRSIsAsked() throws {
        try writeText("x,y\n500000,0\n", to: scratch.file("utm.csv"))
        let error = #expect(throws: FormatsError.self) {
            try VectorImport.importFeatures(path: scratch.file("utm.csv"), into: scratch.file("out.ndjson"))
        }
        #expect(error?.code == .missingCRS)
        #expect(size(of: scratch.file("out.ndjson")) == 0)
        #expect(size(of: scratch.file("out.ndjson.part")) == 0)
        try VectorImport.importFeatures(path: scratch.file("utm.csv"), into: scratch.file("out.ndjson"), options: .init(crs: "EPSG:32631"))
        let point = try lines(scratch.file("out.ndjson")).first?["geometry"]?["coordinates"]?.numbers
        #expect(abs((point?.first ?? 0) - 3) < 1e-9)
    }

    @Test func layersAreChosenByName() throws {
        try write("GPKG", scratch.file("a.gpkg"), epsg: 4326, wkt: ["POINT (1 1)"], layer: "first")
        #expect(try VectorImport.layers(path: scratch.file("a.gpkg")).map(\.name) == ["first"])
        let error = #expect(throws: FormatsError.self) {
            try VectorImport.importFeatures(path: scratch.file("a.gpkg"), layer: "other", into: scratch.file("out.ndjson"))
        }
        #expect(error?.code == .invalidOption)
        #expect(error?.message.contains("it has first") == true)
    }

    @Test func shapefilesInAZipAreFound() throws {
        try write("ESRI Shapefile", scratch.file("roads.shp"), epsg: 32631, wkt: ["LINESTRING (500000 0, 500000 1000)"], layer: "roads")
        let zip = scratch.file("roads.zip")
        let handle = try #require(CPLCreateZip(zip, nil))
        for ending in ["shp", "shx", "dbf", "prj"] {
            let bytes = try readBytes(scratch.file("roads.\(ending)"))
            #expect(CPLCreateFileInZip(handle, "folder/roads.\(ending)", nil) == CE_None)
            #expect(CPLWriteFileInZip(handle, bytes, Int32(bytes.count)) == CE_None)
            CPLCloseFileInZip(handle)
        }
        CPLCloseZip(handle)
        let summary = try VectorImport.importFeatures(path: zip, into: scratch.file("out.ndjson"))
        #expect(summary.layer == "roads")
        #expect(summary.geometryTypes == ["LineString"])
        #expect(summary.sourceCRS == "EPSG:32631")
    }

    @Test func cancelLeavesNothing() throws {
        try write("GPKG", scratch.file("a.gpkg"), epsg: 4326, wkt: ["POINT (1 1)"])
        let flag = CancelFlag()
        flag.set()
        let error = #expect(throws: FormatsError.self) {
            try VectorImport.importFeatures(path: scratch.file("a.gpkg"), into: scratch.file("out.ndjson"), cancel: flag)
        }
        #expect(error?.code == .cancelled)
        #expect(size(of: scratch.file("out.ndjson")) == 0)
    }

    @Test func truncatedFilesAreErrors() throws {
        try write("FlatGeobuf", scratch.file("a.fgb"), epsg: 4326, wkt: (0..<200).map { "POINT (\($0 % 90) 1)" })
        try truncate(scratch.file("a.fgb"), to: size(of: scratch.file("a.fgb")) / 2)
        let error = #expect(throws: FormatsError.self) {
            try VectorImport.importFeatures(path: scratch.file("a.fgb"), into: scratch.file("out.ndjson"))
        }
        #expect(error?.code == .unreadable || error?.code == .notRecognised)
        #expect(size(of: scratch.file("out.ndjson")) == 0)
    }
}

func readBytes(_ path: String) throws -> [UInt8] {
    guard let file = VSIFOpenL(path, "rb") else { throw FormatsError(.notFound, "no such file", file: path) }
    defer { VSIFCloseL(file) }
    var bytes = [UInt8](repeating: 0, count: size(of: path))
    let count = VSIFReadL(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(Int(count)))
}
