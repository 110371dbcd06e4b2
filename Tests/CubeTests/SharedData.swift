import Core
import Foundation
import Geo
import Synchronization
import Testing
import Zarr

@testable import Cube

/// Real stores and the answers of other implementations, where they lie beside the checkout.
enum SharedData {
    static let root: String? = {
        if let given = ProcessInfo.processInfo.environment["CHRONOTOPE_SHARED"] { return given }
        var directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            let candidate = directory.appendingPathComponent("shared").path
            if FileManager.default.fileExists(atPath: candidate + "/data/raster") { return candidate }
        }
        return nil
    }()

    static var exists: Bool { root != nil }

    static func store(_ name: String) -> DirectoryStore { DirectoryStore((root ?? "") + "/data/raster/" + name) }

    static func expected(_ name: String) throws -> JSON {
        let path = (root ?? "") + "/data/raster/expected/" + name
        return try JSONParser.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    static func expectedPath(_ name: String) -> String { (root ?? "") + "/data/raster/expected/" + name }

    static var tiles: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: (root ?? "") + "/data/raster/expected")) ?? []
        return names.filter { $0.hasSuffix(".npz") }.sorted()
    }

    static let stores = [
        "s2_slovenia_ndvi_68dates_utm33n.v2.zarr", "s2_slovenia_ndvi_68dates_utm33n.v3.zarr", "s2l1c_slovenia_5dates_utm33n.v2.zarr",
        "s2l1c_slovenia_5dates_utm33n.v3.zarr", "s2l2a_amazon_lonlat_f32.v3.zarr", "s2l2a_amazon_lonlat_u16.v2.zarr",
        "s2l2a_belgium_monthly_epsg7755.v2.zarr", "s2l2a_belgium_monthly_epsg7755.v3.zarr", "s2l2a_belgium_monthly_utm31n.v2.zarr",
        "s2l2a_belgium_monthly_utm31n.v3.zarr", "sst_india_epsg7755.v2.zarr", "sst_india_epsg7755.v3.zarr",
        "sst_india_lonlat_southup.v2.zarr",
    ]

    /// The Amazon stores have no time axis.
    static func inspect(_ name: String) throws -> CubeInspection {
        try CubeInspector.inspect(
            store(name), options: InspectOptions(datetime: name.contains("amazon") ? TimeInstant(rfc3339: "2020-07-01T00:00:00Z") : nil))
    }

    /// Members of an `.npz`: a zip of `.npy`.
    static func npz(_ name: String) throws -> [String: NPY] {
        let store = try ZipStore(expectedPath(name))
        var arrays: [String: NPY] = [:]
        for key in try store.list(prefix: "") where key.hasSuffix(".npy") {
            if let bytes = try store.read(key) { arrays[String(key.dropLast(4))] = try NPY(bytes) }
        }
        return arrays
    }
}

/// An array in numpy's file format, version 1, C order, little endian.
struct NPY {
    var shape: [Int]
    var values: [Double]

    init(_ bytes: [UInt8]) throws {
        try #require(bytes.count > 10 && bytes[0] == 0x93 && bytes[6] == 1)
        let length = Int(bytes[8]) | Int(bytes[9]) << 8
        let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
        try #require(header.contains("'fortran_order': False"))
        let shapeText = try #require(header.split(separator: "(").last?.split(separator: ")", omittingEmptySubsequences: false).first)
        shape = shapeText.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        let type = try #require(header.components(separatedBy: "'descr': '").last?.split(separator: "'").first)
        let body = Array(bytes[(10 + length)...])
        func load<T>(_: T.Type, _ convert: (T) -> Double) -> [Double] {
            body.withUnsafeBytes { raw in
                (0..<raw.count / MemoryLayout<T>.size).map { convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)) }
            }
        }
        switch type {
        case "|u1", "|b1": values = load(UInt8.self) { Double($0) }
        case "<u2": values = load(UInt16.self) { Double($0) }
        case "<i2": values = load(Int16.self) { Double($0) }
        case "<i8": values = load(Int64.self) { Double($0) }
        case "<f4": values = load(Float.self) { Double($0) }
        case "<f8": values = load(Double.self) { $0 }
        default: throw CubeError(.unsupported, "npy type \(type)")
        }
    }
}

extension SharedData {
    /// The Slovenian land parcels by their feature id.
    static func parcels() throws -> [String: Geometry] {
        let path = (root ?? "") + "/data/vector/slovenia_lpis.geojson"
        let json = try JSONParser.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        var parcels: [String: Geometry] = [:]
        for (i, feature) in (json["features"]?.arrayValue ?? []).enumerated() {
            guard let geometry = feature["geometry"] else { continue }
            let id = feature["id"] ?? feature["properties"]?["id"] ?? JSON(i)
            parcels[id.text] = try Geometry.fromGeoJSON(geometry)
        }
        return parcels
    }
}

/// Each store published once into memory for all tests that ask.
enum PublishedCubes {
    private static let cubes = Mutex<[String: Cube]>([:])

    static func cube(_ name: String) throws -> Cube {
        try cubes.withLock { cubes in
            if let cube = cubes[name] { return cube }
            let target = MemoryStore()
            let description = try CubePublisher.publish(
                from: SharedData.store(name), inspection: try SharedData.inspect(name), to: target, budget: MemoryBudget(bytes: 256 << 20),
                threads: 2)
            // As a server has it after a restart: only the catalogue's JSON.
            let stored = try CubeDescription(json: JSONParser.parse(description.json.encoded))
            let cube = try Cube(description: stored, store: target, cache: ChunkCache(byteLimit: 64 << 20))
            cubes[name] = cube
            return cube
        }
    }
}
