import CGDAL
import Core
import Glibc

@testable import Formats

/// A directory that is gone when the test is.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/formats-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FormatsError(.writeFailed, "no temporary directory") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Scratch.remove(path) }

    func file(_ name: String) -> String { path + "/" + name }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(directory)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

func readText(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw FormatsError(.notFound, "no such file", file: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { break }
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

func writeText(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw FormatsError(.writeFailed, "cannot be made", file: path) }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw FormatsError(.writeFailed, "cannot be written", file: path) }
}

func truncate(_ path: String, to size: Int) throws {
    guard Glibc.truncate(path, size) == 0 else { throw FormatsError(.writeFailed, "cannot be cut", file: path) }
}

func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

/// A GeoTIFF written through GDAL.
struct TestTIFF {
    var width = 40
    var height = 30
    var type = GDT_UInt16
    var transform: [Double]? = [500_000, 10, 0, 6_000_000, 0, -10]
    var epsg: Int32? = 32631
    var descriptions: [String] = ["B02", "B03"]
    var nodata: Double?
    var scale: (Double, Double)?
    var options: [String] = []
    var colors = false

    /// The pixel of a band (from 1) at column and row.
    var value: (Int, Int, Int) -> Double = { band, x, y in Double(band * 1000 + y * 40 + x) }

    func write(_ path: String) throws {
        GDALLibrary.prepare()
        let driver = GDALGetDriverByName("GTiff")
        let count = Int32(max(1, descriptions.count))
        let made = GDALLibrary.withList(options) { GDALCreate(driver, path, Int32(width), Int32(height), count, type, $0) }
        guard let dataset = made else { throw FormatsError(.writeFailed, GDALLibrary.lastMessage()) }
        defer { GDALClose(dataset) }
        if var six = transform { GDALSetGeoTransform(dataset, &six) }
        if let epsg, let reference = OSRNewSpatialReference(nil) {
            OSRImportFromEPSG(reference, epsg)
            GDALSetSpatialRef(dataset, reference)
            OSRRelease(reference)
        }
        for (i, description) in descriptions.enumerated() {
            guard let band = GDALGetRasterBand(dataset, Int32(i + 1)) else { continue }
            GDALSetDescription(band, description)
            if let nodata { GDALSetRasterNoDataValue(band, nodata) }
            if let scale {
                GDALSetRasterScale(band, scale.0)
                GDALSetRasterOffset(band, scale.1)
            }
            var pixels = (0..<height).flatMap { y in (0..<width).map { x in value(i + 1, x, y) } }
            let code = GDALRasterIO(
                band, GF_Write, 0, 0, Int32(width), Int32(height), &pixels, Int32(width), Int32(height), GDT_Float64, 0, 0)
            guard code == CE_None else { throw FormatsError(.writeFailed, GDALLibrary.lastMessage()) }
        }
    }
}

/// A NetCDF file written through GDAL's multidimensional API.
struct TestNetCDF {
    var longitudes: [Double] = (0..<12).map { Double($0) * 30 + 15 }
    var latitudes: [Double] = (0..<6).map { Double($0) * 30 - 75 }
    var times: [Double] = [10, 11]
    var timeUnits = "days since 2000-01-01 00:00:00"
    var calendar: String? = "gregorian"
    var hasLevel = true
    /// Axis order of the variable.
    var order = ["time", "zlev", "lat", "lon"]
    var scale: Double? = 0.01
    var value: (Int, Int, Int) -> Int16 = { t, y, x in Int16(t * 1000 + y * 12 + x) }

    func write(_ path: String) throws {
        GDALLibrary.prepare()
        HDF5Silence.apply()
        guard let driver = GDALGetDriverByName("netCDF"), let dataset = GDALCreateMultiDimensional(driver, path, nil, nil),
            let root = GDALDatasetGetRootGroup(dataset)
        else { throw FormatsError(.writeFailed, GDALLibrary.lastMessage()) }
        defer {
            GDALGroupRelease(root)
            GDALClose(dataset)
        }
        var dimensions: [String: GDALDimensionH?] = [:]
        defer { for case let dimension? in dimensions.values { GDALDimensionRelease(dimension) } }
        let sizes = ["time": times.count, "zlev": 1, "lat": latitudes.count, "lon": longitudes.count]
        for name in order { dimensions[name] = GDALGroupCreateDimension(root, name, nil, nil, GUInt64(sizes[name] ?? 1), nil) }
        func dimension(_ name: String) -> GDALDimensionH? { dimensions[name] ?? nil }
        if order.contains("time") {
            try coordinate(root, "time", times, dimension("time"), units: timeUnits, ["calendar": calendar ?? "standard"])
        }
        try coordinate(root, "lat", latitudes, dimension("lat"), units: "degrees_north", ["standard_name": "latitude"])
        try coordinate(root, "lon", longitudes, dimension("lon"), units: "degrees_east", ["standard_name": "longitude"])
        if hasLevel, order.contains("zlev") { try coordinate(root, "zlev", [0], dimension("zlev"), units: "meters", ["positive": "down"]) }
        try variable(root, dimension)
    }

    private func coordinate(
        _ root: GDALGroupH, _ name: String, _ values: [Double], _ dimension: GDALDimensionH?, units: String, _ attributes: [String: String]
    ) throws {
        let array = try create(root, name, [dimension], GDT_Float64)
        defer { GDALMDArrayRelease(array) }
        GDALMDArraySetUnit(array, units)
        for (key, value) in attributes { set(array, key, value) }
        try write(array, [values.count], values, GDT_Float64)
    }

    private func variable(_ root: GDALGroupH, _ dimension: (String) -> GDALDimensionH?) throws {
        let array = try create(root, "sst", order.map(dimension), GDT_Int16)
        defer { GDALMDArrayRelease(array) }
        GDALMDArraySetUnit(array, "degree_C")
        set(array, "long_name", "Daily sea surface temperature")
        GDALMDArraySetNoDataValueAsDouble(array, -999)
        if let scale { GDALMDArraySetScale(array, scale) }
        let sizes = ["time": times.count, "zlev": 1, "lat": latitudes.count, "lon": longitudes.count]
        let shape = order.map { sizes[$0] ?? 1 }
        let values = (0..<shape.reduce(1, *)).map { flat -> Int16 in
            var rest = flat
            var at: [String: Int] = [:]
            for (name, size) in zip(order, shape).reversed() {
                at[name] = rest % size
                rest /= size
            }
            return value(at["time"] ?? 0, at["lat"] ?? 0, at["lon"] ?? 0)
        }
        try write(array, shape, values, GDT_Int16)
    }

    private func create(_ root: GDALGroupH, _ name: String, _ dimensions: [GDALDimensionH?], _ type: GDALDataType) throws -> GDALMDArrayH {
        let dataType = GDALExtendedDataTypeCreate(type)
        defer { GDALExtendedDataTypeRelease(dataType) }
        var dimensions = dimensions
        guard let array = GDALGroupCreateMDArray(root, name, dimensions.count, &dimensions, dataType, nil) else {
            throw FormatsError(.writeFailed, GDALLibrary.lastMessage())
        }
        return array
    }

    private func set(_ array: GDALMDArrayH, _ key: String, _ value: String) {
        let type = GDALExtendedDataTypeCreateString(0)
        defer { GDALExtendedDataTypeRelease(type) }
        guard let attribute = GDALMDArrayCreateAttribute(array, key, 0, nil, type, nil) else { return }
        GDALAttributeWriteString(attribute, value)
        GDALAttributeRelease(attribute)
    }

    private func write<T: BitwiseCopyable>(_ array: GDALMDArrayH, _ shape: [Int], _ values: [T], _ type: GDALDataType) throws {
        let dataType = GDALExtendedDataTypeCreate(type)
        defer { GDALExtendedDataTypeRelease(dataType) }
        let done = values.withUnsafeBytes { raw in
            GDALMDArrayWrite(
                array, [GUInt64](repeating: 0, count: shape.count), shape, nil, nil, dataType, raw.baseAddress, raw.baseAddress, raw.count)
        }
        guard done != 0 else { throw FormatsError(.writeFailed, GDALLibrary.lastMessage()) }
    }
}
