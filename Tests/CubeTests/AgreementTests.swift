import Core
import Foundation
import Geo
import Raster
import Testing
import Zarr

@testable import Cube

/// Values against xarray, rasterio and numpy (`raster/expected`): read in place from the source stores, and from published copies.
@Suite("Agreement with other implementations", .enabled(if: SharedData.exists))
struct AgreementTests {
    /// Names of the bands of a variable in `expected`, in the order of its band axis.
    private func bands(_ variable: String, _ cube: Cube) -> [Band] { cube.description.bands.filter { $0.variable == variable } }

    private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-6 * max(abs(a), abs(b)) + 1e-12 }

    static func cube(_ name: String, published: Bool) throws -> Cube {
        let inspection = try SharedData.inspect(name)
        let store = SharedData.store(name)
        guard published else { return try Cube(description: inspection.description, store: store, cache: ChunkCache(byteLimit: 64 << 20)) }
        let target = MemoryStore()
        let description = try CubePublisher.publish(
            from: store, inspection: inspection, to: target, budget: MemoryBudget(bytes: 256 << 20), threads: 2)
        // As a server has it after a restart: only the catalogue's JSON.
        let stored = try CubeDescription(json: JSONParser.parse(description.json.encoded))
        return try Cube(description: stored, store: target, cache: ChunkCache(byteLimit: 64 << 20))
    }

    @Test("bbox statistics", arguments: SharedData.stores, [false, true])
    func bbox(_ name: String, published: Bool) throws {
        let cube = try Self.cube(name, published: published)
        let expected = try SharedData.expected(name + ".bbox.json")
        let box = try BBox(numbers: try #require(expected["bbox"]?.numbers))
        let onEdge = expected["centres_on_the_edge"]?.intValue ?? 0
        let pixels = try #require(expected["pixels"]?.intValue)
        for (variable, answers) in try #require(expected["arrays"]?.objectValue) {
            for (b, band) in bands(variable, cube).enumerated() {
                for aggregation in Aggregation.allCases {
                    let key = aggregation.rawValue
                    guard let answer = answers[key] else { continue }
                    let series = try cube.timeSeries(
                        TimeSeriesRequest(region: .bbox(box), layers: [.named(band.name)], aggregation: aggregation))
                    if onEdge == 0 { #expect(series.pixelCount == pixels) }
                    let values = try #require(series.series.first?.values)
                    for (t, value) in values.enumerated() {
                        let place = answer.arrayValue == nil ? answer : answer[t] ?? .null
                        let single = band.bandIndex == nil ? place : place[b] ?? .null
                        check(value, single, aggregation, band, tolerant: onEdge > 0, "\(band.name) \(key) at \(t)")
                    }
                }
            }
        }
    }

    private func check(_ value: TimeSeries.Value, _ expected: JSON, _ aggregation: Aggregation, _ band: Band, tolerant: Bool, _ what: String) {
        guard let raw = expected.doubleValue else {
            #expect(value.value == nil || aggregation == .count, "\(what)")
            return
        }
        let wanted: Double
        switch aggregation {
        case .count: wanted = raw
        case .std: wanted = raw * abs(band.scale)
        case .sum: wanted = raw * band.scale + band.offset * Double(value.count)
        default: wanted = raw * band.scale + band.offset
        }
        let got = value.value ?? .nan
        // A centre exactly on the edge may count or not: one pixel in 1600.
        #expect(tolerant ? abs(got - wanted) <= 0.02 * abs(wanted) + 1e-3 : close(got, wanted), "\(what): \(got), expected \(wanted)")
    }

    @Test("values at points", arguments: SharedData.stores, [false, true])
    func points(_ name: String, published: Bool) throws {
        let cube = try Self.cube(name, published: published)
        let expected = try SharedData.expected(name + ".points.json")
        for point in try #require(expected["points"]?.arrayValue) {
            let (lon, lat) = (try #require(point["lon"]?.doubleValue), try #require(point["lat"]?.doubleValue))
            for (variable, raw) in try #require(point["values"]?.objectValue) {
                for (b, band) in bands(variable, cube).enumerated() {
                    let values = try #require(try cube.pointValues(longitude: lon, latitude: lat, layers: [.named(band.name)]))
                    #expect(values.column == point["col"]?.intValue && values.row == point["row"]?.intValue)
                    for (t, value) in values.series[0].values.enumerated() {
                        let place = raw.arrayValue == nil ? raw : raw[t] ?? .null
                        let stored = band.bandIndex == nil ? place : place[b] ?? .null
                        let isMissing = stored.doubleValue == nil || stored.doubleValue == band.nodata
                        if isMissing { #expect(value == nil) } else {
                            let wanted = (stored.doubleValue ?? .nan) * band.scale + band.offset
                            #expect(close(value ?? .nan, wanted), "\(band.name) at \(t): \(value ?? .nan), expected \(wanted)")
                        }
                    }
                }
            }
        }
    }

    @Test("WebMercator tiles, nearest neighbour", arguments: SharedData.tiles, [false, true])
    func tile(_ name: String, published: Bool) throws {
        let parts = name.dropLast(4).components(separatedBy: ".tile_")
        let numbers = parts[1].split(separator: "_").compactMap { Int($0) }
        let cube = try Self.cube(parts[0], published: published)
        let arrays = try SharedData.npz(name)
        let time = arrays["time_index"].map { Int($0.values[0]) } ?? 0
        let bandIndex = arrays["band_index"].map { Int($0.values[0]) }
        let inside = try #require(arrays["inside"])
        let set = TileMatrixSet.webMercatorQuad
        let grid = set.grid(of: try TileCoordinate(zoom: numbers[0], row: numbers[2], column: numbers[1], in: set))
        for (variable, wanted) in arrays where !["inside", "time_index", "band_index"].contains(variable) {
            let band = try #require(bands(variable, cube).first { bandIndex == nil || $0.bandIndex == bandIndex })
            let plane = try #require(try cube.planes(.named(band.name), timeIndex: time, grid: grid).first)
            var (wrong, compared) = (0, 0)
            for i in wanted.values.indices {
                let stored = wanted.values[i]
                let isMissing = inside.values[i] == 0 || stored.isNaN || stored == band.nodata
                let value = Double(plane.values[i])
                let agrees = isMissing ? value.isNaN : abs(value - (stored * band.scale + band.offset)) <= 1e-5 * max(1e-3, abs(value))
                wrong += agrees ? 0 : 1
                compared += isMissing ? 0 : 1
            }
            #expect(compared > 0)
            // A centre within two hundredths of a source pixel of an edge may fall either way.
            #expect(Double(wrong) <= 0.02 * Double(compared) + 2, "\(variable): \(wrong) of \(compared) differ")
            if wrong > 0 { print("\(name) \(variable) published \(published): \(wrong) of \(compared)") }
        }
    }

    @Test("NDVI of land parcels", arguments: [false, true])
    func zones(published: Bool) throws {
        let cube = try Self.cube("s2_slovenia_ndvi_68dates_utm33n.v3.zarr", published: published)
        let expected = try SharedData.expected("zonal_ndvi.json")
        let parcels = try SharedData.parcels()
        for zone in try #require(expected["zones"]?.arrayValue) {
            let id = try #require(zone["feature_id"])
            let geometry = try #require(parcels[id.text], "no parcel \(id.text)")
            let series = try cube.timeSeries(TimeSeriesRequest(region: .geometry(geometry), layers: [.named("NDVI")]))
            #expect(series.pixelCount == zone["pixels"]?.intValue, "parcel \(id.text)")
            let means = try #require(zone["ndvi_mean"]?.arrayValue)
            for (value, mean) in zip(series.series[0].values, means) {
                if let mean = mean.doubleValue { #expect(close(value.value ?? .nan, mean)) } else { #expect(value.value == nil) }
            }
        }
    }
}
