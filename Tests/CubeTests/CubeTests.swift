import Core
import Geo
import Raster
import Testing
import Zarr

@testable import Cube

@Suite("Cube")
struct CubeTests {
    private func cube(_ builder: StoreBuilder) throws -> Cube {
        try Cube(description: try CubeInspector.inspect(builder.store).description, store: builder.store, cache: ChunkCache(byteLimit: 1 << 20))
    }

    /// Longitude and latitude of a pixel centre of the UTM grid.
    private func place(_ cube: Cube, column: Double, row: Double) throws -> (x: Double, y: Double) {
        let grid = cube.description.grid
        let point = grid.transform.apply(column: column + 0.5, row: row + 0.5)
        return try #require(try CoordinateTransform(from: grid.crs, to: .crs84).apply(x: point.x, y: point.y))
    }

    @Test("stored values become physical ones, nodata becomes NaN")
    func decoding() throws {
        var band = Band(name: "b", title: "b", dataType: .int16, variable: "b")
        (band.nodata, band.scale, band.offset, band.validRange) = (-1, 0.5, 10, -5...5)
        let raw: [Int16] = [-1, 0, 4, 6, -6]
        var out = [Double](repeating: 0, count: 5)
        raw.withUnsafeBytes { source in
            out.withUnsafeMutableBufferPointer { target in
                if let base = source.baseAddress { PixelDecoding(band).decode(base, into: target) }
            }
        }
        #expect(out[0].isNaN && out[1] == 10 && out[2] == 12 && out[3].isNaN && out[4].isNaN)
        // 1e20 is not a Float32; the comparison is made in the type of the data.
        var floats = Band(name: "f", title: "f", dataType: .float32, variable: "f")
        floats.nodata = 1e20
        var result = [Float](repeating: 0, count: 2)
        [Float(1e20), 2].withUnsafeBytes { source in
            result.withUnsafeMutableBufferPointer { target in
                if let base = source.baseAddress { PixelDecoding(floats).decode(base, into: target) }
            }
        }
        #expect(result[0].isNaN && result[1] == 2)
    }

    @Test("buckets pool the pixels of their time steps")
    func buckets() throws {
        let cube = try cube(StoreBuilder.small(times: 4))  // 2020-01-01, 11, 21, 31
        func values(_ aggregation: Aggregation, _ period: String?) throws -> [TimeSeries.Value] {
            try cube.timeSeries(
                TimeSeriesRequest(
                    region: .everything, layers: [.named("B04")], aggregation: aggregation, resolution: period.map { try CalendarPeriod(parsing: $0) })
            ).series[0].values
        }
        // Raw values 0…95, 24 per time step, × 0.001; 0 is nodata.
        let months = try values(.mean, "P1M")
        #expect(months.count == 1 && months[0].count == 95 && months[0].steps == 4)
        #expect(abs((months[0].value ?? 0) - 0.048) < 1e-12)
        #expect(months[0].start.description == "2020-01-01T00:00:00Z" && months[0].end.description == "2020-02-01T00:00:00Z")
        let weeks = try values(.max, "P1W")
        #expect(weeks.map(\.start.description) == ["2019-12-30T00:00:00Z", "2020-01-06T00:00:00Z", "2020-01-20T00:00:00Z", "2020-01-27T00:00:00Z"])
        #expect(weeks.map { (($0.value ?? 0) * 1000).rounded() } == [23, 47, 71, 95])
        #expect(try values(.count, nil).map(\.value) == [23, 24, 24, 24])
        #expect(try values(.sum, "P1Y").map { (($0.value ?? 0) * 1000).rounded() } == [4560])
        #expect(try values(.median, "P1M").map { (($0.value ?? 0) * 1e6).rounded() } == [48000])
        let std = try #require(try values(.std, "P1M")[0].value)
        #expect(abs(std - 0.001 * ((95.0 * 95 - 1) / 12).squareRoot()) < 1e-12)
        #expect(try values(.min, nil).map(\.start) == cube.description.times)
    }

    @Test("an interval keeps both ends; none of its times gives nothing")
    func interval() throws {
        let cube = try cube(StoreBuilder.small(times: 4))
        func starts(_ text: String) throws -> [String] {
            try cube.timeSeries(
                TimeSeriesRequest(region: .everything, interval: TimeInterval(parsing: text), layers: [.named("B04")])
            ).series[0].values.map { String($0.start.description.prefix(10)) }
        }
        #expect(try starts("2020-01-11T00:00:00Z/2020-01-21T00:00:00Z") == ["2020-01-11", "2020-01-21"])
        #expect(try starts("../2020-01-02T00:00:00Z") == ["2020-01-01"])
        #expect(try starts("2020-01-21T00:00:00Z/..") == ["2020-01-21", "2020-01-31"])
        #expect(try starts("2021-01-21T00:00:00Z/..") == [])
    }

    @Test("pixels count whose centre lies in the polygon, whatever the blocks")
    func polygon() throws {
        let builder = try StoreBuilder.small(width: 60, height: 40, times: 1)
        let cube = try cube(builder)
        let corners = try [(10.2, 5.3), (50.4, 8.1), (30.7, 37.9), (10.2, 5.3)].map { try place(cube, column: $0.0, row: $0.1) }
        let triangle = Geometry.polygon([corners.map { Position(x: $0.x, y: $0.y) }])
        var wanted = 0
        for row in 0..<40 {
            for column in 0..<60 {
                let centre = try place(cube, column: Double(column), row: Double(row))
                wanted += triangle.contains(x: centre.x, y: centre.y) ? 1 : 0
            }
        }
        let series = try cube.timeSeries(TimeSeriesRequest(region: .geometry(triangle), layers: [.named("B08")], aggregation: .count))
        #expect(series.pixelCount == wanted && wanted > 400)
        let selector = try PixelSelector(.geometry(triangle), grid: cube.description.grid)
        for size in [1, 7, 16, 33, 100] {
            let selections = try selector.selections(blockWidth: size, blockHeight: size, threads: 2)
            #expect(selections.reduce(0) { $0 + $1.count } == wanted, "blocks of \(size)")
        }
        #expect(throws: CubeError.self) {
            try cube.timeSeries(TimeSeriesRequest(region: .geometry(.point(Position(x: 1, y: 1))), layers: [.named("B08")]))
        }
    }

    @Test("0–360 longitudes and boxes over the antimeridian meet the right pixels", arguments: [0.0, -180.0])
    func longitudes(_ west: Double) throws {
        let builder = StoreBuilder()
        let longitudes = (0..<36).map { west + 5 + 10 * Double($0) }
        let latitudes = (0..<18).map { 85 - 10 * Double($0) }
        try builder.array("lon", longitudes, shape: [36], .float64, dims: ["lon"], fill: "NaN", ["units": "degrees_east"])
        try builder.array("lat", latitudes, shape: [18], .float64, dims: ["lat"], fill: "NaN", ["units": "degrees_north"])
        try builder.days([0])
        // Each pixel holds its own longitude in −180…180.
        let own = longitudes.map { Float($0 > 180 ? $0 - 360 : $0) }
        try builder.array(
            "v", latitudes.flatMap { _ in own }, shape: [1, 18, 36], .float32, dims: ["time", "lat", "lon"], chunks: [1, 5, 5], fill: "NaN")
        try builder.root()
        let cube = try cube(builder)
        #expect(cube.description.grid.crs.code == "OGC:CRS84")
        func range(_ box: BBox) throws -> [Double?] {
            try [Aggregation.min, .max, .count].map { aggregation in
                try cube.timeSeries(TimeSeriesRequest(region: .bbox(box), layers: [.named("v")], aggregation: aggregation)).series[0].values[0].value
            }
        }
        #expect(try range(BBox(west: -60, south: -90, east: -30, north: 90)) == [-55, -35, 54])
        #expect(try range(BBox(west: 170, south: 0, east: -170, north: 90)) == [-175, 175, 18])
        #expect(try range(BBox(west: -20, south: 0, east: 20, north: 10)) == [-15, 15, 4])
        #expect(try range(.world) == [-175, 175, 648])
        for longitude in [-175.0, -5, 5, 175] {
            let values = try #require(try cube.pointValues(longitude: longitude, latitude: 0.5, layers: [.named("v")]))
            #expect(values.series[0].values == [longitude])
        }
        let grid = PixelGrid(crs: .crs84, minX: -180, minY: -80, maxX: 180, maxY: 80, width: 36, height: 16)
        let plane = try #require(try cube.planes(.named("v"), grid: grid).first)
        for column in 0..<36 { #expect(plane[column: column, row: 7] == Float(-175 + 10 * column)) }
    }

    @Test("tiles draw from the coarsest level that is fine enough; outside nothing is read")
    func tiles() throws {
        let builder = StoreBuilder()
        try builder.utmAxes(width: 1200, height: 1200)
        try builder.days([0])
        try builder.array(
            "v", [UInt8](repeating: 100, count: 1_440_000), shape: [1, 1200, 1200], .uint8, dims: ["time", "y", "x"], chunks: [1, 256, 256],
            ["_FillValue": 0])
        try builder.root(["proj:code": "EPSG:32631"])
        let target = MemoryStore()
        let description = try CubePublisher.publish(
            from: builder.store, inspection: CubeInspector.inspect(builder.store), to: target, budget: MemoryBudget(bytes: 256 << 20), threads: 2)
        let cache = ChunkCache(byteLimit: 8 << 20)
        let cube = try Cube(description: description, store: target, cache: cache)
        func tile(pixel: Double, at origin: Double = 600_000) throws -> RenderedTile {
            let grid = PixelGrid(
                crs: description.grid.crs, transform: try GeoTransform([origin, pixel, 0, 5_600_000, 0, -pixel]), width: 64, height: 64)
            return try cube.tile(TileRequest(layer: .named("v"), grid: grid))
        }
        #expect(try tile(pixel: 10).level == 0)
        #expect(try tile(pixel: 19).level == 0)
        #expect(try tile(pixel: 20).level == 1)
        #expect(try tile(pixel: 45).level == 2)
        #expect(try tile(pixel: 400).level == 2)
        #expect(try tile(pixel: 5).level == 0)
        let before = cache.statistics
        let outside = try tile(pixel: 10, at: 900_000)
        #expect(outside.isEmpty && outside.level == nil)
        #expect(outside.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(cache.statistics == before)
        #expect(try tile(pixel: 10).isEmpty == false)
    }

    @Test("a mosaic of tiles is one large picture")
    func mosaic() throws {
        let cube = try cube(StoreBuilder.small(width: 200, height: 150, times: 1))
        let set = TileMatrixSet.webMercatorQuad
        let centre = try place(cube, column: 100, row: 75)
        let zoom = 15
        let count = Double(1 << zoom)
        let column = Int((centre.x + 180) / 360 * count)
        let row = try #require(
            (0..<1 << zoom).first { row in
                guard let tile = try? TileCoordinate(zoom: zoom, row: row, column: column, in: set) else { return false }
                return set.bboxWGS84(of: tile).contains(longitude: centre.x, latitude: centre.y)
            })
        for method in [Resampling.nearest, .bilinear, .cubic] {
            let first = set.grid(of: try TileCoordinate(zoom: zoom, row: row, column: column, in: set))
            let large = PixelGrid(crs: first.crs, transform: first.transform, width: 512, height: 512)
            let whole = try #require(try cube.planes(.named("NDVI"), grid: large, resampling: method).first)
            for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let tile = set.grid(of: try TileCoordinate(zoom: zoom, row: row + dy, column: column + dx, in: set))
                let part = try #require(try cube.planes(.named("NDVI"), grid: tile, resampling: method).first)
                var different = 0
                for y in 0..<256 {
                    for x in 0..<256 {
                        let (a, b) = (part[column: x, row: y], whole[column: dx * 256 + x, row: dy * 256 + y])
                        different += a == b || (a.isNaN && b.isNaN) || abs(a - b) < 1e-5 ? 0 : 1
                    }
                }
                #expect(different == 0, "\(method) tile \(dy), \(dx)")
            }
        }
    }

    @Test("formulas, styles and their errors")
    func requests() throws {
        let cube = try cube(StoreBuilder.small())
        let grid = cube.description.grid
        func code(_ layer: LayerSelection, time: Int? = nil, _ style: StyleOverride = StyleOverride()) -> CubeError.Code? {
            do throws(CubeError) {
                _ = try cube.tile(TileRequest(layer: layer, timeIndex: time, grid: grid, style: style))
                return nil
            } catch { return error.code }
        }
        #expect(code(.named("NDVI")) == nil)
        #expect(code(.expressions(["B08 / B04"])) == nil)
        #expect(code(.expressions(["B08", "B04", "B08 - B04"])) == nil)
        #expect(code(.named("NDVI"), StyleOverride(ranges: [0...0.5], colormap: "magma")) == nil)
        #expect(code(.named("NOPE")) == .unknownLayer)
        #expect(code(.expressions(["B99 + 1"])) == .invalidExpression)
        #expect(code(.expressions(["B08 +"])) == .invalidExpression)
        #expect(code(.expressions(["1 + 1"])) == .invalidExpression)
        #expect(code(.expressions(["B08", "B04"])) == .invalidExpression)
        #expect(code(.named("NDVI"), time: 3) == .unknownTime)
        #expect(code(.named("NDVI"), time: -1) == .unknownTime)
        #expect(code(.named("NDVI"), StyleOverride(colormap: "nope")) == .unsupported)
        #expect(code(.named("NDVI"), StyleOverride(ranges: [0...1, 0...1])) == .unsupported)
    }

    @Test("a series beyond its budget is refused with both numbers")
    func budget() throws {
        let cube = try cube(StoreBuilder.small())
        do throws(CubeError) {
            _ = try cube.timeSeries(TimeSeriesRequest(region: .everything, layers: [.named("NDVI")], byteBudget: 100))
            Issue.record("no error")
        } catch {
            #expect(error.code == .budgetExceeded)
            #expect(error.message.contains("288") && error.message.contains("100"))
        }
    }

    @Test("a broken description is refused")
    func brokenDescription() throws {
        let json = try cube(StoreBuilder.small()).description.json
        guard case .object(let whole) = json else { return }
        for key in ["times", "bands", "levels", "grid", "crs", "footprint"] {
            var object = whole
            object[key] = nil
            #expect(throws: CubeError.self, "\(key)") { try CubeDescription(json: .object(object)) }
            object[key] = "x"
            #expect(throws: CubeError.self, "\(key)") { try CubeDescription(json: .object(object)) }
        }
        var unordered = whole
        unordered["times"] = [3, 2, 1]
        #expect(throws: CubeError.self) { try CubeDescription(json: .object(unordered)) }
    }
}
