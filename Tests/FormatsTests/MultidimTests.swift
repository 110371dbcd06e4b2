import CGDAL
import Core
import Cube
import Testing
import Zarr

@testable import Formats

@Suite struct MultidimTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func variablesBecomeArraysWithTheirAttributes() throws {
        let file = TestNetCDF()
        try file.write(scratch.file("sst.nc"))
        let summary = try RasterImport.importCube(paths: [scratch.file("sst.nc")], into: scratch.file("out"))
        #expect(summary.arrays == ["sst"])
        #expect(summary.timeCount == 2)
        let store = try Imported(scratch.file("out"))
        let array = try store.array("sst")
        #expect(array.metadata.shape == [2, 6, 12])
        #expect(array.metadata.dimensionNames == ["time", "lat", "lon"])
        #expect(array.metadata.dataType == .numeric(.int16))
        #expect(array.metadata.attributes["_FillValue"] == -999)
        #expect(array.metadata.attributes["scale_factor"]?.doubleValue == 0.01)
        #expect(array.metadata.attributes["units"] == "degree_C")
        #expect(array.metadata.attributes["long_name"] == "Daily sea surface temperature")
        let expected = (0..<2).flatMap { t in (0..<6).flatMap { y in (0..<12).map { x in Double(file.value(t, y, x)) } } }
        #expect(try store.values("sst") == expected)
        #expect(try store.values("time") == [10, 11])
        #expect(try store.attributes("time")["units"] == "days since 2000-01-01 00:00:00")
        #expect(try store.values("lon") == file.longitudes)
        #expect(try store.attributes("lon")["units"] == "degrees_east")
    }

    @Test func theInspectorUnderstandsIt() throws {
        try TestNetCDF().write(scratch.file("sst.nc"))
        try RasterImport.importCube(paths: [scratch.file("sst.nc")], into: scratch.file("out"))
        let description = try CubeInspector.inspect(DirectoryStore(scratch.file("out"))).description
        #expect(description.times.map(\.description) == ["2000-01-11T00:00:00Z", "2000-01-12T00:00:00Z"])
        #expect(description.grid.crs.isGeographic)
        #expect(description.grid.transform.array == [0, 30, 0, -90, 0, 30])
        #expect(description.bands.map(\.name) == ["sst"])
        #expect(description.bands.first?.unit == "degree_C")
        #expect(description.bands.first?.nodata == -999)
    }

    @Test func anyOrderOfAxesIsTransposed() throws {
        var file = TestNetCDF()
        file.order = ["lon", "time", "lat", "zlev"]
        try file.write(scratch.file("sst.nc"))
        try RasterImport.importCube(paths: [scratch.file("sst.nc")], into: scratch.file("out"))
        let store = try Imported(scratch.file("out"))
        #expect(try store.array("sst").metadata.dimensionNames == ["time", "lat", "lon"])
        let expected = (0..<2).flatMap { t in (0..<6).flatMap { y in (0..<12).map { x in Double(file.value(t, y, x)) } } }
        #expect(try store.values("sst") == expected)
    }

    /// One step per file, given in the wrong order, each counting from another day.
    @Test(arguments: [true, false])
    func filesAreJoinedInTimeOrder(_ sameUnits: Bool) throws {
        var paths: [String] = []
        for day in [3, 1, 2] {
            var file = TestNetCDF()
            file.times = sameUnits ? [Double(day)] : [0]
            file.timeUnits = sameUnits ? "days since 2000-01-01" : "days since 2000-01-0\(day + 1) 00:00:00"
            file.value = { _, y, x in Int16(day * 1000 + y * 12 + x) }
            paths.append(scratch.file("f\(day).nc"))
            try file.write(scratch.file("f\(day).nc"))
        }
        try RasterImport.importCube(paths: paths, into: scratch.file("out"))
        let store = try Imported(scratch.file("out"))
        #expect(try store.array("sst").metadata.shape == [3, 6, 12])
        let values = try store.values("sst")
        #expect([values[0], values[72], values[144]] == [1000, 2000, 3000])
        let times = try CubeInspector.inspect(DirectoryStore(scratch.file("out"))).description.times
        #expect(times.map(\.description) == ["2000-01-02T00:00:00Z", "2000-01-03T00:00:00Z", "2000-01-04T00:00:00Z"])
    }

    @Test func datetimesOverrideTheFiles() throws {
        try TestNetCDF().write(scratch.file("sst.nc"))
        let given = [TimeInstant(seconds: 86_400), TimeInstant(seconds: 0)]
        try RasterImport.importCube(paths: [scratch.file("sst.nc")], options: ImportOptions(datetimes: given), into: scratch.file("out"))
        let store = try Imported(scratch.file("out"))
        #expect(try store.values("time") == [0, 86_400])
        // The second step of the file is the earlier one now.
        #expect(try store.values("sst").first == 1000)
    }

    @Test func aFileWithoutTimeTakesOneFromTheOptions() throws {
        var file = TestNetCDF()
        file.order = ["lat", "lon"]
        try file.write(scratch.file("sst.nc"))
        let summary = try RasterImport.importCube(paths: [scratch.file("sst.nc")], into: scratch.file("out"))
        #expect(summary.timeCount == 0)
        #expect(try Imported(scratch.file("out")).array("sst").metadata.shape == [6, 12])
        let options = ImportOptions(datetimes: [TimeInstant(seconds: 5)])
        try RasterImport.importCube(paths: [scratch.file("sst.nc")], options: options, into: scratch.file("out2"))
        #expect(try Imported(scratch.file("out2")).array("sst").metadata.shape == [1, 6, 12])
    }

    @Test func whatDoesNotFitIsNamed() throws {
        try TestNetCDF().write(scratch.file("a.nc"))
        var other = TestNetCDF()
        other.longitudes = other.longitudes.map { $0 + 3 }
        try other.write(scratch.file("b.nc"))
        var uneven = TestNetCDF()
        uneven.latitudes = [-75, -45, -15, 15, 45, 80]
        try uneven.write(scratch.file("c.nc"))
        func failure(_ paths: [String], _ options: ImportOptions = ImportOptions()) -> FormatsError? {
            do { try RasterImport.importCube(paths: paths.map(scratch.file), options: options, into: scratch.file("out")) } catch { return error }
            return nil
        }
        #expect(failure(["a.nc", "b.nc"])?.code == .inconsistent)
        #expect(failure(["a.nc", "a.nc"])?.code == .inconsistent)
        #expect(failure(["c.nc"])?.message.contains("'lat' is not evenly spaced") == true)
        #expect(failure(["a.nc"], ImportOptions(variables: ["ice"]))?.message.contains("it has sst") == true)
        #expect(failure(["a.nc"], ImportOptions(datetimes: [TimeInstant(seconds: 0)]))?.code == .invalidOption)
    }

    @Test func smallBuffersGiveTheSame() throws {
        var file = TestNetCDF()
        file.longitudes = (0..<90).map { Double($0) * 4 + 2 }
        file.latitudes = (0..<45).map { 88 - Double($0) * 4 }
        file.times = (0..<7).map { Double($0) }
        file.value = { t, y, x in Int16(t * 4050 + y * 90 + x) }
        try file.write(scratch.file("sst.nc"))
        let options = ImportOptions(chunkSize: 16, bufferBytes: 4000)
        try RasterImport.importCube(paths: [scratch.file("sst.nc")], options: options, into: scratch.file("out"))
        let expected = (0..<7).flatMap { t in (0..<45).flatMap { y in (0..<90).map { x in Double(file.value(t, y, x)) } } }
        #expect(try Imported(scratch.file("out")).values("sst") == expected)
    }
}

@Suite struct AxisTests {
    @Test func longitudesRunOnAcrossTheirEnd() {
        #expect(GridFinder.unwrapped([359, 0, 1]) == [-1, 0, 1])
        #expect(GridFinder.unwrapped([178, 179, -180, -179]) == [178, 179, 180, 181])
        #expect(GridFinder.unwrapped([1, 0, 359]) == [361, 360, 359])
        #expect(GridFinder.unwrapped([0, 90, 180, 270]) == nil)
        #expect(GridFinder.unwrapped([]) == nil)
    }

    @Test func evenAxesAreToldFromUneven() throws {
        try GridFinder.checkEven([0.1, 0.2, 0.3], name: "x", isSinglePrecision: false, file: "f")
        try GridFinder.checkEven([Double(Float(359.9)), Double(Float(360)), Double(Float(360.1))], name: "x", isSinglePrecision: true, file: "f")
        for values in [[0.0, 1, 2.1], [1, 1], [0, .nan, 2], [0, .infinity]] {
            #expect(throws: FormatsError.self) { try GridFinder.checkEven(values, name: "x", isSinglePrecision: false, file: "f") }
        }
    }
}

@Suite struct PatternTests {
    @Test func datesAreFound() throws {
        func time(_ pattern: String, _ name: String) throws -> String? { try FileNamePattern(pattern).match(name)?.time?.description }
        #expect(try time("%Y%m%d", "avhrr-only-v2.19810901.nc") == "1981-09-01T00:00:00Z")
        #expect(try time("%Y%j", "MOD13Q1.A2025032.h18v03.tif") == "2025-02-01T00:00:00Z")
        #expect(try time("%Y-%m-%dT%H%M%S", "s_2025-06-01T103021Z.tif") == "2025-06-01T10:30:21Z")
        #expect(try time("*_%Y%m%d_*", "LC08_195025_20250612_20250620_02.tif") == "2025-06-12T00:00:00Z")
        #expect(try time("%Y%m%d", "no20251301.tif") == nil)
        #expect(try time("%Y%m%d", "") == nil)
    }

    @Test func bandsAreFound() throws {
        let match = try FileNamePattern("%Y%m%dT%H%M%S_{band}_").match("T31UFS_20250601T103021_B8A_20m.jp2")
        #expect(match?.band == "B8A")
        #expect(match?.time?.description == "2025-06-01T10:30:21Z")
        #expect(throws: FormatsError.self) { try FileNamePattern("%Y%q") }
        #expect(throws: FormatsError.self) { try FileNamePattern("%") }
    }

    @Test func epochsAreRead() {
        #expect(CFEpoch("days since 1970-01-02")?.secondsSince1970 == 86_400)
        #expect(CFEpoch("Hour since 1970-01-01T01:00:00Z")?.secondsSince1970 == 3600)
        #expect(CFEpoch("seconds since 1970-01-01 00:00:30 UTC")?.secondsSince1970 == 30)
        #expect(CFEpoch("months since 1970-01-01") == nil)
        #expect(CFEpoch("days since 1970-13-01") == nil)
        #expect(CFEpoch("days since 1970-01-01 00:00:00 +05:30") == nil)
        #expect(CFEpoch("") == nil)
    }

    @Test func nodataFitsItsType() {
        #expect(Nodata(-9999, .uint16) == nil)
        #expect(Nodata(.nan, .int16) == nil)
        #expect(Nodata(0.5, .int32) == nil)
        #expect(Nodata(65535, .uint16)?.attribute == 65535)
        // struct.pack("<d", -9999.0) in base64, as xarray writes it.
        #expect(Nodata(-9999, .float32)?.attribute == "AAAAAICHw8A=")
        #expect(Nodata(.nan, .float64)?.fill == "NaN")
    }
}
