import CGDAL
import Core
import Cube
import Geo
import Testing
import Zarr

@testable import Formats

/// Opens what was imported, and reads whole arrays.
struct Imported {
    let hierarchy: ZarrHierarchy
    let store: DirectoryStore

    init(_ directory: String) throws {
        store = DirectoryStore(directory)
        hierarchy = try ZarrHierarchy.open(store)
    }

    func array(_ name: String) throws -> ZarrArray { try #require(hierarchy.arrays[name]) }

    func values(_ name: String) throws -> [Double] {
        let array = try array(name)
        return try array.read(array.metadata.shape.map { 0..<$0 }).doubles()
    }

    func attributes(_ name: String) throws -> JSONObject { try array(name).metadata.attributes }
}

@Suite struct BandImportTests {
    let scratch: Scratch
    let day = TimeInstant(date: CivilDate(year: 2025, month: 6, day: 1))

    init() throws { scratch = try Scratch() }

    @Test func bandsBecomeArraysWithTheirPixels() throws {
        let tiff = TestTIFF(nodata: 0, scale: (0.0001, -0.1))
        try tiff.write(scratch.file("scene.tif"))
        let out = scratch.file("out")
        let summary = try RasterImport.importCube(paths: [scratch.file("scene.tif")], options: ImportOptions(datetimes: [day]), into: out)
        #expect(summary.arrays == ["B02", "B03"])
        #expect(summary.timeCount == 1)
        #expect(summary.driver.hasPrefix("GTiff"))

        let store = try Imported(out)
        #expect(try store.array("B03").metadata.shape == [1, 30, 40])
        #expect(try store.array("B03").metadata.dimensionNames == ["time", "y", "x"])
        #expect(try store.array("B03").metadata.dataType == .numeric(.uint16))
        let expected = (0..<30).flatMap { y in (0..<40).map { x in tiff.value(2, x, y) } }
        #expect(try store.values("B03") == expected)
        let attributes = try store.attributes("B03")
        #expect(attributes["_FillValue"] == 0)
        #expect(attributes["scale_factor"]?.doubleValue == 0.0001)
        #expect(attributes["add_offset"]?.doubleValue == -0.1)
        #expect(attributes["grid_mapping"] == "spatial_ref")
        #expect(try store.attributes("spatial_ref")["GeoTransform"]?.stringValue == "500000.0 10.0 0.0 6000000.0 0.0 -10.0")
        #expect(try Array(store.values("x").prefix(2)) == [500_005, 500_015])
        #expect(try store.values("y").last == 6_000_000 - 295)
        #expect(try store.values("time") == [Double(day.microseconds / 1_000_000)])
        #expect(try store.attributes("time")["units"] == "seconds since 1970-01-01")
    }

    @Test func theInspectorUnderstandsIt() throws {
        try TestTIFF(nodata: 0, scale: (0.0001, 0)).write(scratch.file("scene.tif"))
        let out = scratch.file("out")
        try RasterImport.importCube(paths: [scratch.file("scene.tif")], options: ImportOptions(datetimes: [day]), into: out)
        let description = try CubeInspector.inspect(DirectoryStore(out)).description
        #expect(description.grid.crs.code == "EPSG:32631")
        #expect(description.grid.transform.array == [500_000, 10, 0, 6_000_000, 0, -10])
        #expect(description.times == [day])
        #expect(description.bands.map(\.name) == ["B02", "B03"])
        #expect(description.bands.first?.scale == 0.0001)
        #expect(description.bands.first?.nodata == 0)
    }

    @Test func filesAreTimeStepsInOrder() throws {
        for (name, base) in [("s_20250611.tif", 100.0), ("s_20250601.tif", 0.0)] {
            try TestTIFF(descriptions: ["red"], value: { _, x, y in base + Double(x + y) }).write(scratch.file(name))
        }
        let out = scratch.file("out")
        let options = ImportOptions(filePattern: "%Y%m%d")
        try RasterImport.importCube(paths: [scratch.file("s_20250611.tif"), scratch.file("s_20250601.tif")], options: options, into: out)
        let store = try Imported(out)
        #expect(try store.array("red").metadata.shape == [2, 30, 40])
        #expect(try store.values("red").first == 0)
        #expect(try store.values("red")[1200] == 100)
        #expect(try store.values("time") == [1_748_736_000, 1_749_600_000])
    }

    @Test func namesOfFilesGiveBands() throws {
        for band in ["B04", "B08"] {
            for date in ["20250601", "20250606"] {
                try TestTIFF(descriptions: [""], value: { _, _, _ in band == "B04" ? 4 : 8 }).write(scratch.file("T31_\(date)T103021_\(band)_10m.tif"))
            }
        }
        let paths = ["B04", "B08"].flatMap { band in ["20250606", "20250601"].map { scratch.file("T31_\($0)T103021_\(band)_10m.tif") } }
        let options = ImportOptions(filePattern: "T31_%Y%m%dT%H%M%S_{band}_10m")
        let summary = try RasterImport.importCube(paths: paths, options: options, into: scratch.file("out"))
        #expect(summary.arrays == ["B04", "B08"])
        #expect(summary.timeCount == 2)
        #expect(Set(try Imported(scratch.file("out")).values("B08")) == [8])
    }

    @Test func aMissingBandIsNodata() throws {
        try TestTIFF(descriptions: ["red", "nir"], nodata: 7).write(scratch.file("a_20250601.tif"))
        try TestTIFF(descriptions: ["red"], nodata: 7).write(scratch.file("a_20250602.tif"))
        let paths = [scratch.file("a_20250601.tif"), scratch.file("a_20250602.tif")]
        let summary = try RasterImport.importCube(paths: paths, into: scratch.file("out"))
        let nir = try Imported(scratch.file("out")).values("nir")
        #expect(nir[0] == 2000)
        #expect(Set(nir[1200...]) == [7])
        #expect(summary.notes.contains { $0.contains("'nir' is missing at 1 of 2") })
    }

    @Test func gridsMustAgree() throws {
        try TestTIFF().write(scratch.file("a_20250601.tif"))
        var moved = TestTIFF()
        moved.transform = [500_010, 10, 0, 6_000_000, 0, -10]
        try moved.write(scratch.file("b_20250602.tif"))
        var small = TestTIFF()
        small.width = 39
        try small.write(scratch.file("c_20250603.tif"))
        var elsewhere = TestTIFF()
        elsewhere.epsg = 32632
        try elsewhere.write(scratch.file("d_20250604.tif"))
        for other in ["b_20250602.tif", "c_20250603.tif", "d_20250604.tif"] {
            let error = #expect(throws: FormatsError.self) {
                try RasterImport.importCube(paths: [scratch.file("a_20250601.tif"), scratch.file(other)], into: scratch.file("out"))
            }
            #expect(error?.code == .inconsistent)
            #expect(error?.file == other)
        }
    }

    @Test func optionsMustFit() throws {
        try TestTIFF().write(scratch.file("scene.tif"))
        let path = scratch.file("scene.tif")
        func code(_ options: ImportOptions) -> FormatsError.Code? {
            do { try RasterImport.importCube(paths: [path], options: options, into: scratch.file("out")) } catch { return error.code }
            return nil
        }
        #expect(code(ImportOptions(bandNames: ["a", "b", "c"])) == .invalidOption)
        #expect(code(ImportOptions(datetimes: [day, day])) == .invalidOption)
        #expect(code(ImportOptions(filePattern: "%Q")) == .invalidOption)
        #expect(code(ImportOptions(filePattern: "%Y%m%d")) == .invalidOption)
        #expect(code(ImportOptions(crs: "EPSG:99999")) == .invalidOption)
        #expect(code(ImportOptions(bandNames: ["blue", "green"], crs: "EPSG:32632")) == nil)
        #expect(try CubeInspector.inspect(DirectoryStore(scratch.file("out")), options: .init(datetime: day)).description.grid.crs.code == "EPSG:32632")
    }

    @Test func whatIsMissingIsNamed() throws {
        var bare = TestTIFF()
        bare.epsg = nil
        try bare.write(scratch.file("nocrs.tif"))
        bare.transform = nil
        try bare.write(scratch.file("nogrid.tif"))
        for (name, code) in [("nocrs.tif", FormatsError.Code.missingCRS), ("nogrid.tif", .missingGrid), ("none.tif", .notFound)] {
            let error = #expect(throws: FormatsError.self) { try RasterImport.importCube(paths: [scratch.file(name)], into: scratch.file("out")) }
            #expect(error?.code == code)
        }
        try TestTIFF().write(scratch.file("p.tif"))
        try TestTIFF().write(scratch.file("q.tif"))
        let error = #expect(throws: FormatsError.self) {
            try RasterImport.importCube(paths: [scratch.file("p.tif"), scratch.file("q.tif")], into: scratch.file("out"))
        }
        #expect(error?.code == .missingTime)
    }

    /// Larger than a chunk and than the buffer, so that every edge is met.
    @Test(arguments: [GDT_Byte, GDT_Int16, GDT_UInt16, GDT_Int32, GDT_UInt32, GDT_Float32, GDT_Float64])
    func everyTypeKeepsItsPixelsAcrossChunks(_ type: GDALDataType) throws {
        var tiff = TestTIFF()
        (tiff.width, tiff.height, tiff.type, tiff.descriptions) = (171, 93, type, ["v"])
        tiff.value = { _, x, y in type == GDT_Byte ? Double((x * 7 + y * 13) % 251) : Double(x * 100 + y) }
        try tiff.write(scratch.file("big.tif"))
        let options = ImportOptions(datetimes: [day], chunkSize: 32, bufferBytes: 10_000)
        try RasterImport.importCube(paths: [scratch.file("big.tif")], options: options, into: scratch.file("out"))
        let expected = (0..<93).flatMap { y in (0..<171).map { x in tiff.value(1, x, y) } }
        #expect(try Imported(scratch.file("out")).values("v") == expected)
    }

    @Test func cancelStops() throws {
        try TestTIFF().write(scratch.file("scene.tif"))
        let flag = CancelFlag()
        flag.set()
        let error = #expect(throws: FormatsError.self) {
            try RasterImport.importCube(paths: [scratch.file("scene.tif")], into: scratch.file("out"), cancel: flag)
        }
        #expect(error?.code == .cancelled)
        #expect(size(of: scratch.file("out/zarr.json")) == 0)
    }
}
