import Foundation
import Zarr

/// A cube like a Sentinel-2 tile: two reflectance bands that vary smoothly with some noise, 2 % nodata, 10 m pixels in UTM 31N.
struct TestCube {
    let size: Int
    let dates: Int
    let west = 500_000.0
    let north = 5_600_000.0

    init(size: Int, dates: Int) throws {
        self.size = size
        self.dates = dates
    }

    /// Written through the engine's own writer, chunks of 512².
    func write(to path: String) throws {
        let store = DirectoryStore(path)
        for (band, phase) in [("B04", 0.0), ("B08", 1.3)] { try writeBand(band, phase, store) }
        let centres = (0..<size).map { Double($0) * 10 + 5 }
        try coordinate("x", centres.map { west + $0 }, store)
        try coordinate("y", centres.map { north - $0 }, store)
        let time = ZarrArraySpec(
            shape: [dates], chunkShape: [dates], dataType: .numeric(.int64), fillValue: 0, dimensionNames: ["time"],
            attributes: ["units": "days since 2024-01-01", "calendar": "standard", "standard_name": "time"])
        try write("time", time, (0..<dates).map { Int64($0 * 5) }, store)
        try ZarrGroupWriter.write(store, path: "", attributes: ["proj:code": "EPSG:32631"])
    }

    private func coordinate(_ name: String, _ values: [Double], _ store: DirectoryStore) throws {
        let spec = ZarrArraySpec(shape: [values.count], chunkShape: [values.count], dataType: .numeric(.float64), fillValue: "NaN", dimensionNames: [name])
        try write(name, spec, values, store)
    }

    private func write<T: BitwiseCopyable>(_ name: String, _ spec: ZarrArraySpec, _ values: [T], _ store: DirectoryStore) throws {
        let writer = try ZarrArrayWriter(store: store, path: name, spec: spec)
        try writer.writeAll(values)
        try writer.writeMetadata()
    }

    private func writeBand(_ name: String, _ phase: Double, _ store: DirectoryStore) throws {
        let side = min(512, size)
        let spec = ZarrArraySpec(
            shape: [dates, size, size], chunkShape: [1, side, side], dataType: .numeric(.uint16), fillValue: 65535, dimensionNames: ["time", "y", "x"],
            attributes: ["scale_factor": 0.0001, "_FillValue": 65535], codec: .bloscZstd(level: 3, shuffle: .bytes))
        let writer = try ZarrArrayWriter(store: store, path: name, spec: spec)
        var chunk = [UInt16](repeating: 0, count: side * side)
        var seed: UInt64 = 42
        for date in 0..<dates {
            for row in 0..<((size + side - 1) / side) {
                for column in 0..<((size + side - 1) / side) {
                    fill(&chunk, side, row, column, Double(date) * 0.4 + phase, &seed)
                    try chunk.withUnsafeBytes { try writer.write(gridIndex: [date, row, column], $0) }
                }
            }
        }
        try writer.writeMetadata()
    }

    private func fill(_ chunk: inout [UInt16], _ side: Int, _ row: Int, _ column: Int, _ phase: Double, _ seed: inout UInt64) {
        for y in 0..<side {
            let slope = sin(Double(row * side + y) / 97 + phase)
            for x in 0..<side {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let noise = Int(seed >> 57)
                let value = 2500 + Int(1200 * slope * cos(Double(column * side + x) / 131 - phase)) + noise
                chunk[y * side + x] = seed >> 32 & 63 == 0 ? 65535 : UInt16(value)
            }
        }
    }
}

/// Points over Europe with a number, a category and a time.
struct TestPoints {
    let count: Int

    func write(to path: String) throws {
        var text = ""
        var seed: UInt64 = 7
        func random() -> Double {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(seed >> 11) / Double(1 << 53)
        }
        for i in 0..<count {
            let (x, y) = (random() * 40 - 10, random() * 30 + 35)
            text += "{\"type\":\"Feature\",\"id\":\"p\(i)\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[\(x),\(y)]},"
            text +=
                "\"properties\":{\"value\":\(Int(random() * 1000)),\"crop\":\"\(["rice", "maize", "wheat"][i % 3])\",\"datetime\":\"2024-01-\(10 + i % 20)T00:00:00Z\"}}\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
