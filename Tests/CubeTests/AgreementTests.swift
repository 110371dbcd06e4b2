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
        if published { return try PublishedCubes.cube(name) }
        let inspection = try SharedData.inspect(name)
        return try Cube(description: inspection.description, store: SharedData.store(name), cache: ChunkCache(byteLimit: 64 << 20))
    }

    /// Every store read in place; of those that differ only in their format one is published too.
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var published: Bool
        var testDescription: String { name + (published ? ", published" : ", in place") }

        static func all(_ names: [String]) -> [Case] {
            names.map { Case(name: $0, published: false) }
                + names.filter { $0.contains(".v2.zarr") || $0.contains("amazon_lonlat_f32") }.map { Case(name: $0, published: true) }
        }
    }

    @Test("bbox statistics", arguments: Case.all(SharedData.stores))
    func bbox(_ item: Case) throws {
        let (name, published) = (item.name, item.published)
        let cube = try Self.cube(name, published: published)
        let expected = try SharedData.expected(name + ".bbox.json")
        let box = try BBox(numbers: try #require(expected["bbox"]?.numbers))
        let onEdge = expected["centres_on_the_edge"]?.intValue ?? 0
        let pixels = try #require(expected["pixels"]?.intValue)
        for (variable, answers) in try #require(expected["arrays"]?.objectValue) {
            let all = bands(variable, cube)
            for aggregation in Aggregation.allCases {
                guard let answer = answers[aggregation.rawValue] else { continue }
                let series = try cube.timeSeries(
                    TimeSeriesRequest(region: .bbox(box), layers: all.map { .named($0.name) }, aggregation: aggregation))
                // A centre exactly on the edge of the box may count or not; everything else is exact.
                #expect(abs(series.pixelCount - pixels) <= onEdge)
                for (b, band) in all.enumerated() {
                    for (t, value) in series.series[b].values.enumerated() {
                        // An array without time has one answer, and the same value at every time.
                        let single = element(
                            answer, time: band.isTimeVarying ? t : 0, band: band.bandIndex.map { _ in b }, of: all.count)
                        check(value, single, aggregation, band, tolerant: series.pixelCount != pixels, "\(band.name) \(aggregation) at \(t)")
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
        // Where a centre on the edge counted differently: one pixel in 1600.
        #expect(tolerant ? abs(got - wanted) <= 0.02 * abs(wanted) + 1e-3 : close(got, wanted), "\(what): \(got), expected \(wanted)")
    }

    /// Lists of lists, or one flat list in the order time, band.
    private func element(_ json: JSON, time: Int, band: Int?, of count: Int) -> JSON {
        guard json.arrayValue != nil else { return json }
        guard let band else { return json[time] ?? .null }
        return json[time]?[band] ?? json[time * count + band] ?? .null
    }

    @Test("values at points", arguments: Case.all(SharedData.stores))
    func points(_ item: Case) throws {
        let (name, published) = (item.name, item.published)
        let cube = try Self.cube(name, published: published)
        let expected = try SharedData.expected(name + ".points.json")
        for point in try #require(expected["points"]?.arrayValue) {
            let (lon, lat) = (try #require(point["lon"]?.doubleValue), try #require(point["lat"]?.doubleValue))
            for (variable, raw) in try #require(point["values"]?.objectValue) {
                let count = bands(variable, cube).count
                for (b, band) in bands(variable, cube).enumerated() {
                    let values = try #require(try cube.pointValues(longitude: lon, latitude: lat, layers: [.named(band.name)]))
                    #expect(values.column == point["col"]?.intValue && values.row == point["row"]?.intValue)
                    for (t, value) in values.series[0].values.enumerated() {
                        let stored = element(raw, time: band.isTimeVarying ? t : 0, band: band.bandIndex.map { _ in b }, of: count)
                        let isMissing = stored.doubleValue == nil || stored.doubleValue == band.nodata
                        if isMissing {
                            #expect(value == nil)
                        } else {
                            let wanted = (stored.doubleValue ?? .nan) * band.scale + band.offset
                            #expect(close(value ?? .nan, wanted), "\(band.name) at \(t): \(value ?? .nan), expected \(wanted)")
                        }
                    }
                }
            }
        }
    }

    @Test("WebMercator tiles, nearest neighbour", arguments: Case.all(SharedData.tiles))
    func tile(_ item: Case) throws {
        let (name, published) = (item.name, item.published)
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
            let exact = try CoordinateTransform(from: grid.crs, to: cube.description.grid.crs)
            var compared = 0
            for i in wanted.values.indices {
                let stored = wanted.values[i]
                let isMissing = inside.values[i] == 0 || stored.isNaN || stored == band.nodata
                let value = Double(plane.values[i])
                compared += isMissing ? 0 : 1
                let agrees = isMissing ? value.isNaN : abs(value - (stored * band.scale + band.offset)) <= 1e-5 * max(1e-3, abs(value))
                guard !agrees else { continue }
                // GDAL warps with an error of up to an eighth of a pixel: what differs must lie that close to a pixel's edge.
                let place = try distanceToEdge(column: i % 256, row: i / 256, grid, cube.description.grid, exact)
                #expect(place <= 0.125 + 0.02, "\(variable): pixel \(i % 256), \(i / 256) differs, \(place) pixels from an edge")
            }
            #expect(compared > 0)
        }
    }

    /// How far the exact place of an output pixel's centre is from the nearest edge of a source pixel, in source pixels.
    private func distanceToEdge(
        column: Int, row: Int, _ output: PixelGrid, _ source: PixelGrid, _ transform: CoordinateTransform
    ) throws -> Double {
        let centre = output.transform.apply(column: Double(column) + 0.5, row: Double(row) + 0.5)
        let point = try #require(transform.apply(x: centre.x, y: centre.y))
        let pixel = try #require(source.transform.inverse).apply(column: point.x, row: point.y)
        return min(abs(pixel.x - pixel.x.rounded()), abs(pixel.y - pixel.y.rounded()))
    }

    @Test("NDVI of land parcels", arguments: [false, true])
    func zones(published: Bool) throws {
        let cube = try Self.cube("s2_slovenia_ndvi_68dates_utm33n.v2.zarr", published: published)
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
