import Core
import Zarr

@testable import Cube

/// Builds small stores in memory with the Zarr writer.
struct StoreBuilder {
    let store = MemoryStore()

    func array<T: BitwiseCopyable>(
        _ name: String, _ values: [T], shape: [Int], _ type: DataType, dims: [String], chunks: [Int]? = nil, fill: JSON = 0,
        _ attributes: JSONObject = [:]
    ) throws {
        try write(name, values, shape, .numeric(type), dims, chunks, fill, attributes)
    }

    func labels(_ name: String, _ texts: [String]) throws {
        let width = texts.map(\.unicodeScalars.count).max() ?? 1
        let codes = texts.flatMap { text -> [UInt32] in
            let scalars = text.unicodeScalars.map(\.value)
            return scalars + [UInt32](repeating: 0, count: width - scalars.count)
        }
        try write(name, codes, [texts.count], .fixedUTF32(width), [name], nil, "", [:])
    }

    func datetimes(_ name: String, _ counts: [Int64], unit: String) throws {
        try write(name, counts, [counts.count], .datetime64(unit: unit, scale: 1), [name], nil, 0, [:])
    }

    private func write<T: BitwiseCopyable>(
        _ name: String, _ values: [T], _ shape: [Int], _ type: ZarrDataType, _ dims: [String], _ chunks: [Int]?, _ fill: JSON,
        _ attributes: JSONObject
    ) throws {
        let writer = try ZarrArrayWriter(
            store: store, path: name,
            spec: ZarrArraySpec(
                shape: shape, chunkShape: chunks ?? shape.map { max(1, $0) }, dataType: type, fillValue: fill, dimensionNames: dims,
                attributes: attributes, codec: .zstd(level: 1)))
        if shape.isEmpty { try values.withUnsafeBytes { try writer.write(gridIndex: [], $0) } } else { try writer.writeAll(values) }
        try writer.writeMetadata()
    }

    func root(_ attributes: JSONObject = [:]) throws { try ZarrGroupWriter.write(store, path: "", attributes: attributes) }

    /// x and y as CF has them: pixel centres, here in UTM 31N with 10 m pixels from (600000, 5600000) southwards.
    func utmAxes(width: Int, height: Int) throws {
        try array("x", (0..<width).map { 600_005 + 10 * Double($0) }, shape: [width], .float64, dims: ["x"], fill: "NaN", ["axis": "X"])
        try array("y", (0..<height).map { 5_599_995 - 10 * Double($0) }, shape: [height], .float64, dims: ["y"], fill: "NaN", ["axis": "Y"])
    }

    func days(_ days: [Int32], calendar: String = "standard", since: String = "2020-01-01") throws {
        try array(
            "time", days, shape: [days.count], .int32, dims: ["time"], ["units": .string("days since \(since)"), "calendar": .string(calendar)])
    }

    /// A cube of one uint16 band `B04` and one `B08` with nodata 0 on the UTM grid.
    static func small(width: Int = 6, height: Int = 4, times: Int = 3) throws -> StoreBuilder {
        let builder = StoreBuilder()
        try builder.utmAxes(width: width, height: height)
        try builder.days((0..<Int32(times)).map { $0 * 10 })
        let count = times * width * height
        let attributes: JSONObject = ["_FillValue": 0, "scale_factor": 0.001]
        try builder.array(
            "B04", (0..<count).map { UInt16($0 % 1000) }, shape: [times, height, width], .uint16, dims: ["time", "y", "x"],
            chunks: [1, 2, 3], attributes)
        try builder.array(
            "B08", (0..<count).map { UInt16($0 % 1000 + 500) }, shape: [times, height, width], .uint16, dims: ["time", "y", "x"],
            chunks: [1, 4, 6], attributes)
        try builder.root(["proj:code": "EPSG:32631", "title": "small"])
        return builder
    }
}
