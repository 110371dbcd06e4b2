import Core
import Geo
import Testing
import Zarr

@testable import Cube

@Suite("Inspector")
struct InspectorTests {
    private func code(_ builder: StoreBuilder, _ options: InspectOptions = InspectOptions()) -> CubeError.Code? {
        do {
            _ = try CubeInspector.inspect(builder.store, options: options)
            return nil
        } catch { return error.code }
    }

    private func raster(_ builder: StoreBuilder, dims: [String], shape: [Int], _ attributes: JSONObject = [:]) throws {
        try builder.array("data", [Float](repeating: 1, count: shape.reduce(1, *)), shape: shape, .float32, dims: dims, fill: "NaN", attributes)
    }

    @Test(
        "dimension names as people write them",
        arguments: [
            ["time", "y", "x"], ["t", "lat", "lon"], ["date", "latitude", "longitude"], ["time", "northing", "easting"], ["time", "Y", "X"],
            ["datetime", "row", "col"],
        ])
    func names(_ dims: [String]) throws {
        let builder = StoreBuilder()
        try builder.array(dims[0], [Int64(0), 1], shape: [2], .int64, dims: [dims[0]], ["units": "days since 2020-01-01"])
        try builder.array(dims[1], [3.0, 2, 1], shape: [3], .float64, dims: [dims[1]], fill: "NaN")
        try builder.array(dims[2], [1.0, 2, 3, 4], shape: [4], .float64, dims: [dims[2]], fill: "NaN")
        try raster(builder, dims: dims, shape: [2, 3, 4])
        try builder.root()
        let inspection = try CubeInspector.inspect(builder.store, options: InspectOptions(crs: "OGC:CRS84"))
        #expect(inspection.dimensions.map(\.role) == ["time", "y", "x"])
        #expect(inspection.dimensions.map(\.name) == dims)
        #expect(inspection.description.grid.transform.array == [0.5, 1, 0, 3.5, 0, -1])
        #expect(inspection.description.times.map(\.description) == ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"])
    }

    @Test("CF attributes count before names")
    func attributes() throws {
        let builder = StoreBuilder()
        try builder.array("a", [1.0, 2], shape: [2], .float64, dims: ["a"], fill: "NaN", ["standard_name": "latitude"])
        try builder.array("b", [10.0, 20, 30], shape: [3], .float64, dims: ["b"], fill: "NaN", ["units": "degrees_east"])
        try builder.array("when", [Int32(5)], shape: [1], .int32, dims: ["when"], ["units": "days since 2020-01-01"])
        // The axes in an order nobody expects.
        try raster(builder, dims: ["b", "when", "a"], shape: [3, 1, 2])
        try builder.root()
        let description = try CubeInspector.inspect(builder.store).description
        #expect(description.grid.crs.code == "OGC:CRS84")
        #expect((description.grid.width, description.grid.height) == (3, 2))
        #expect(description.grid.transform.array == [5, 10, 0, 0.5, 0, 1])
        #expect(description.variables.first?.axes == .init(time: 1, band: nil, y: 2, x: 0))
    }

    @Test(
        "where a CRS may stand",
        arguments: [
            ["proj:code": "EPSG:32631"], ["proj:epsg": 32631], ["crs": "EPSG:32631"],
            ["proj:projjson": .string(try! CRS("EPSG:32631").projJSON.text)], ["proj:wkt2": .string(try! CRS("EPSG:32631").wkt2)],
        ] as [JSONObject])
    func crsOfGroup(_ attributes: JSONObject) throws {
        let builder = StoreBuilder()
        try builder.utmAxes(width: 3, height: 2)
        try builder.days([0])
        try raster(builder, dims: ["time", "y", "x"], shape: [1, 2, 3])
        try builder.root(attributes)
        #expect(try CubeInspector.inspect(builder.store).description.grid.crs.code == "EPSG:32631")
    }

    @Test("a grid mapping variable by GDAL's, rioxarray's and CF's attributes")
    func gridMapping() throws {
        let utm: JSONObject = [
            "grid_mapping_name": "transverse_mercator", "latitude_of_projection_origin": 0.0, "longitude_of_central_meridian": 3.0,
            "scale_factor_at_central_meridian": 0.9996, "false_easting": 500_000.0, "false_northing": 0.0, "semi_major_axis": 6_378_137.0,
            "inverse_flattening": 298.257223563,
        ]
        let wkt = try CRS("EPSG:32631").wkt2
        for attributes in [["crs_wkt": .string(wkt)], ["spatial_ref": .string(wkt)], utm] as [JSONObject] {
            let builder = StoreBuilder()
            try builder.utmAxes(width: 3, height: 2)
            try builder.days([0])
            try builder.array("proj", [Int64(0)], shape: [], .int64, dims: [], attributes)
            try raster(builder, dims: ["time", "y", "x"], shape: [1, 2, 3], ["grid_mapping": "proj: x y"])
            try builder.root()
            let crs = try CubeInspector.inspect(builder.store).description.grid.crs
            let point = try #require(try CoordinateTransform(from: .crs84, to: crs).apply(x: 4, y: 50))
            let wanted = try #require(try CoordinateTransform(from: .crs84, to: CRS("EPSG:32631")).apply(x: 4, y: 50))
            #expect(abs(point.x - wanted.x) < 1e-3 && abs(point.y - wanted.y) < 1e-3)
        }
        let gdal = StoreBuilder()
        try gdal.utmAxes(width: 3, height: 2)
        try gdal.days([0])
        try raster(gdal, dims: ["time", "y", "x"], shape: [1, 2, 3], ["_CRS": ["wkt": .string(wkt)]])
        try gdal.root()
        #expect(try CubeInspector.inspect(gdal.store).description.grid.crs.code == "EPSG:32631")
    }

    @Test("a transform stands in for coordinates")
    func transforms() throws {
        for attributes in [["spatial:transform": [10, 0, 600_000, 0, -10, 5_600_000]], [:]] as [JSONObject] {
            let builder = StoreBuilder()
            try builder.days([0])
            try raster(builder, dims: ["time", "y", "x"], shape: [1, 2, 3], ["grid_mapping": "spatial_ref"])
            let mapping: JSONObject = attributes.isEmpty ? ["GeoTransform": "600000 10 0 5600000 0 -10"] : [:]
            try builder.array("spatial_ref", [Int64(0)], shape: [], .int64, dims: [], mapping)
            var root = attributes
            root["proj:code"] = "EPSG:32631"
            try builder.root(root)
            #expect(try CubeInspector.inspect(builder.store).description.grid.transform.array == [600_000, 10, 0, 5_600_000, 0, -10])
        }
    }

    @Test("what is missing is said by its code")
    func missing() throws {
        let noCRS = StoreBuilder()
        try noCRS.utmAxes(width: 3, height: 2)
        try noCRS.days([0])
        try raster(noCRS, dims: ["time", "y", "x"], shape: [1, 2, 3])
        try noCRS.root()
        #expect(code(noCRS) == .missingCRS)
        #expect(code(noCRS, InspectOptions(crs: "EPSG:32631")) == nil)
        #expect(code(noCRS, InspectOptions(crs: "EPSG:99999999")) == .missingCRS)

        let noTime = StoreBuilder()
        try noTime.utmAxes(width: 3, height: 2)
        try raster(noTime, dims: ["y", "x"], shape: [2, 3])
        try noTime.root(["proj:code": "EPSG:32631"])
        #expect(code(noTime) == .missingTime)
        let given = try CubeInspector.inspect(noTime.store, options: InspectOptions(datetime: TimeInstant(seconds: 0)))
        #expect(given.description.times == [TimeInstant(seconds: 0)])
        #expect(given.description.bands.first?.isTimeVarying == true)

        let noGrid = StoreBuilder()
        try noGrid.days([0])
        try raster(noGrid, dims: ["time", "y", "x"], shape: [1, 2, 3])
        try noGrid.root(["proj:code": "EPSG:32631"])
        #expect(code(noGrid) == .missingGrid)

        let noRaster = StoreBuilder()
        try noRaster.days([0, 1])
        try noRaster.root()
        #expect(code(noRaster) == .missingGrid)
    }

    @Test("an uneven axis is refused and names the element")
    func irregular() throws {
        let builder = StoreBuilder()
        try builder.array("lat", [0.0, 1, 2.5], shape: [3], .float64, dims: ["lat"], fill: "NaN", ["units": "degrees_north"])
        try builder.array("lon", [0.0, 1], shape: [2], .float64, dims: ["lon"], fill: "NaN", ["units": "degrees_east"])
        try builder.days([0])
        try raster(builder, dims: ["time", "lat", "lon"], shape: [1, 3, 2])
        try builder.root()
        #expect(throws: CubeError.self) { try CubeInspector.inspect(builder.store) }
        #expect(code(builder) == .irregularGrid)
    }

    @Test("Float32 coordinates are even within their precision")
    func singlePrecision() throws {
        let values = (0..<1000).map { Double(Float(100.00005 + 0.0001 * Double($0))) }
        #expect(try GridDetector.fit(values, name: "lon", isSinglePrecision: true) != nil)
        #expect(throws: CubeError.self) { try GridDetector.fit(values, name: "lon", isSinglePrecision: false) }
    }

    @Test("times are sorted, and one that comes twice is refused")
    func timeOrder() throws {
        let builder = StoreBuilder()
        try builder.utmAxes(width: 2, height: 2)
        try builder.days([20, 0, 10])
        let values = (0..<3).flatMap { [Int16](repeating: Int16($0), count: 4) }
        try builder.array("v", values, shape: [3, 2, 2], .int16, dims: ["time", "y", "x"], ["_FillValue": -1])
        try builder.root(["proj:code": "EPSG:32631"])
        let description = try CubeInspector.inspect(builder.store).description
        #expect(description.timeOrder == [1, 2, 0])
        let cube = try Cube(description: description, store: builder.store)
        let series = try cube.timeSeries(TimeSeriesRequest(region: .everything, layers: [.named("v")]))
        #expect(series.series[0].values.map(\.value) == [1, 2, 0])

        let twice = StoreBuilder()
        try twice.utmAxes(width: 2, height: 2)
        try twice.days([0, 10, 0])
        try twice.array("v", values, shape: [3, 2, 2], .int16, dims: ["time", "y", "x"])
        try twice.root(["proj:code": "EPSG:32631"])
        #expect(code(twice) == .invalidTime)
    }

    @Test("a band axis of names, of numbers and of wavelengths")
    func bandAxis() throws {
        func bands(_ prepare: (StoreBuilder) throws -> Void, dimension: String = "band", _ attributes: JSONObject = [:]) throws -> [Band] {
            let builder = StoreBuilder()
            try builder.utmAxes(width: 2, height: 2)
            try builder.days([0])
            try prepare(builder)
            try raster(builder, dims: ["time", dimension, "y", "x"], shape: [1, 3, 2, 2], attributes)
            try builder.root(["proj:code": "EPSG:32631"])
            return try CubeInspector.inspect(builder.store).description.bands
        }
        #expect(try bands({ try $0.labels("band", ["B02", "B8A", "SCL"]) }).map(\.name) == ["B02", "B8A", "SCL"])
        #expect(try bands({ try $0.labels("band", ["B02", "B8A", "SCL"]) }).map(\.commonName) == ["blue", "nir08", nil])
        let numbered = try bands({ try $0.array("band", [Int64(1), 2, 3], shape: [3], .int64, dims: ["band"]) })
        #expect(numbered.map(\.name) == ["band_1", "band_2", "band_3"])
        #expect(numbered.map(\.bandIndex) == [0, 1, 2])
        #expect(numbered.map(\.commonName) == [nil, nil, nil])
        let named = try bands({ try $0.array("band", [Int64(1), 2, 3], shape: [3], .int64, dims: ["band"]) }, ["long_name": ["red", "green", "blue"]])
        #expect(named.map(\.name) == ["red", "green", "blue"])
        let waves = try bands(
            { try $0.array("wavelength", [490.0, 665, 842], shape: [3], .float64, dims: ["wavelength"], fill: "NaN", ["units": "nm"]) },
            dimension: "wavelength")
        #expect(waves.map(\.commonName) == ["blue", "red", "nir"])
        #expect(waves.map(\.centerWavelength) == [0.49, 0.665, 0.842])
        #expect(try bands({ _ in }).map(\.name) == ["band_1", "band_2", "band_3"])
    }

    @Test("nodata in every form")
    func nodata() throws {
        func band(_ type: DataType, fill: JSON, _ attributes: JSONObject) throws -> Band {
            let builder = StoreBuilder()
            try builder.utmAxes(width: 2, height: 2)
            try builder.days([0])
            try builder.array("v", [UInt8](repeating: 0, count: 4 * type.size), shape: [4 * type.size], .uint8, dims: ["q"])
            let bytes = [UInt8](repeating: 0, count: 4 * type.size)
            let writer = try ZarrArrayWriter(
                store: builder.store, path: "v",
                spec: ZarrArraySpec(
                    shape: [1, 2, 2], chunkShape: [1, 2, 2], dataType: .numeric(type), fillValue: fill, dimensionNames: ["time", "y", "x"],
                    attributes: attributes))
            try bytes.withUnsafeBytes { try writer.writeAll($0) }
            try writer.writeMetadata()
            try builder.root(["proj:code": "EPSG:32631"])
            return try #require(try CubeInspector.inspect(builder.store).description.bands.first)
        }
        // xarray in v3: base64 of a Float64 for floats; fill_value alone says nothing.
        #expect(try band(.float32, fill: 0, ["_FillValue": "AAAAAAAA+H8="]).nodata?.isNaN == true)
        #expect(try band(.float32, fill: 0, ["_FillValue": .string(CFMissing.base64(-9999))]).nodata == -9999)
        #expect(try band(.uint16, fill: 0, [:]).nodata == nil)
        #expect(try band(.uint16, fill: 0, ["_FillValue": 65535]).nodata == 65535)
        #expect(try band(.int16, fill: 0, ["missing_value": -1]).nodata == -1)
        let both = try band(.int16, fill: 0, ["_FillValue": -1, "missing_value": -2])
        #expect(both.nodata == -1 && both.otherNodata == [-2])
        #expect(try band(.uint8, fill: 0, ["valid_range": [1, 100]]).validRange == 1...100)
        // In physical values, told by the fractions.
        let physical = try band(.uint16, fill: 0, ["valid_range": [0.001, 0.5], "scale_factor": 0.001])
        #expect(physical.validRange.map { ($0.lowerBound * 1000).rounded() } == 1000)
        #expect(try band(.uint8, fill: 0, ["flag_values": [0, 1], "flag_meanings": "clear cloud"]).categories.map(\.label) == ["clear", "cloud"])
        #expect(try band(.bool, fill: false, [:]).isCategorical)
        #expect(throws: CubeError.self) { try band(.uint8, fill: 0, ["_FillValue": "none"]) }
        #expect(throws: CubeError.self) { try band(.uint8, fill: 0, ["scale_factor": 0]) }
    }

    @Test("base64 of Float64 both ways", arguments: [0, 1, -9999, 1e20, Double.nan, .infinity, 3.5e-300])
    func base64(_ value: Double) {
        let back = CFMissing.base64Double(CFMissing.base64(value))
        #expect(back?.bitPattern == value.bitPattern)
    }

    @Test("a group below the root is found")
    func subgroup() throws {
        let builder = StoreBuilder()
        try builder.array("m/x", [0.5, 1.5], shape: [2], .float64, dims: ["x"], fill: "NaN")
        try builder.array("m/y", [0.5, 1.5], shape: [2], .float64, dims: ["y"], fill: "NaN")
        try builder.array("m/time", [Int64(0)], shape: [1], .int64, dims: ["time"], ["units": "days since 2020-01-01"])
        try builder.array("m/v", [Float](repeating: 2, count: 4), shape: [1, 2, 2], .float32, dims: ["time", "y", "x"], fill: "NaN")
        try ZarrGroupWriter.write(builder.store, path: "m", attributes: ["proj:code": "EPSG:32631"])
        try builder.root()
        let inspection = try CubeInspector.inspect(builder.store)
        #expect(inspection.group == "m")
        let cube = try Cube(description: inspection.description, store: builder.store)
        let series = try cube.timeSeries(TimeSeriesRequest(region: .everything, layers: [.named("v")], aggregation: .sum))
        #expect(series.series[0].values.first?.value == 8)
    }
}
