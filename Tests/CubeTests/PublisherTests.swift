import Core
import Geo
import Raster
import Synchronization
import Testing
import Zarr

@testable import Cube

@Suite("Publisher")
struct PublisherTests {
    private func publish(
        _ builder: StoreBuilder, to target: MemoryStore = MemoryStore(), budget: Int = 256 << 20, options: InspectOptions = InspectOptions(),
        progress: @escaping @Sendable (Double, String) -> Void = { _, _ in }, cancel: CancelFlag? = nil
    ) throws -> (description: CubeDescription, target: MemoryStore) {
        let inspection = try CubeInspector.inspect(builder.store, options: options)
        let description = try CubePublisher.publish(
            from: builder.store, inspection: inspection, to: target, budget: MemoryBudget(bytes: budget), threads: 2, progress: progress,
            cancel: cancel)
        return (description, target)
    }

    private func bytes(_ store: any ZarrStore, _ path: String) throws -> [UInt8] {
        let array = try ZarrArray(store: store, path: path)
        return try array.read(array.metadata.shape.map { 0..<$0 }).bytes
    }

    @Test("level 0 is bit for bit the source")
    func bitForBit() throws {
        let builder = try StoreBuilder.small()
        let (description, target) = try publish(builder)
        for name in ["B04", "B08"] { #expect(try bytes(target, name) == bytes(builder.store, name)) }
        #expect(description.levels.count == 1)
        let metadata = try ZarrArray(store: target, path: "B04").metadata
        #expect(metadata.dimensionNames == ["time", "y", "x"])
        #expect(metadata.attributes["_FillValue"] == 0)
        #expect(metadata.attributes["scale_factor"]?.doubleValue == 0.001)
        #expect(metadata.attributes["grid_mapping"] == "spatial_ref")
    }

    @Test("what is published is inspected as what it was")
    func again() throws {
        let builder = try StoreBuilder.small()
        let (description, target) = try publish(builder)
        let back = try CubeInspector.inspect(target).description
        #expect(back.grid == description.grid)
        #expect(back.times == description.times)
        #expect(back.bands.map(\.name) == description.bands.map(\.name))
        #expect(back.bands.map(\.nodata) == description.bands.map(\.nodata))
        #expect(back.layers.map(\.name) == description.layers.map(\.name))
        #expect(try ZarrHierarchy.open(target).isConsolidated)
    }

    @Test("statistics, valid shares and ranges come from the data")
    func statistics() throws {
        let builder = try StoreBuilder.small()
        let (description, _) = try publish(builder)
        let statistics = try #require(description.band(named: "B04")?.statistics)
        // 0…71 × 0.001, of which 0 is nodata.
        #expect(statistics.count == 71)
        #expect(abs(statistics.minimum - 0.001) < 1e-12 && abs(statistics.maximum - 0.071) < 1e-12)
        #expect(abs(statistics.mean - 0.036) < 1e-12)
        #expect(statistics.validShare == [23.0 / 24, 1, 1])
        let range = try #require(description.layer(named: "B04")?.range)
        #expect(range.lowerBound > 0.001 && range.upperBound < 0.071 && range.lowerBound < range.upperBound)
        #expect(description.layer(named: "NDVI")?.range == -0.2...1)
        #expect(description.layer(named: "NDVI")?.statistics?.count ?? 0 > 0)
        #expect(description.defaultTimeIndex(of: ["B04"]) == 2)
    }

    @Test("overviews halve until one tile or two hold the extent; nodata does not leak into means")
    func overviews() throws {
        let builder = StoreBuilder()
        let (width, height) = (1101, 700)
        try builder.utmAxes(width: width, height: height)
        try builder.days([0])
        // Even columns hold nodata, odd ones 100 + row; classes come in columns of 0 1 1 2.
        var values: [Int16] = []
        var classes: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                values.append(column % 2 == 0 ? -1 : Int16(100 + row))
                classes.append([0, 1, 1, 2][(column % 2) * 2 + row % 2])
            }
        }
        try builder.array("v", values, shape: [1, height, width], .int16, dims: ["time", "y", "x"], chunks: [1, 300, 300], ["_FillValue": -1])
        try builder.array("c", classes, shape: [height, width], .uint8, dims: ["y", "x"], ["flag_values": [0, 1, 2], "flag_meanings": "a b c"])
        try builder.root(["proj:code": "EPSG:32631"])
        let (description, target) = try publish(builder)
        #expect(try bytes(target, "v") == bytes(builder.store, "v"))
        #expect(description.levels.map(\.grid.width) == [1101, 551, 276])
        #expect(description.levels.map(\.grid.height) == [700, 350, 175])
        #expect(description.levels.map(\.factor) == [1, 2, 4])
        #expect(description.levels[1].grid.transform.array == [600_000, 20, 0, 5_600_000, 0, -20])
        #expect(description.levels[1].path == "overviews/1")

        let half = try ZarrArray(store: target, path: "overviews/1/v").read([0..<1, 0..<350, 0..<551]).doubles()
        // Mean of 100 + 2r and 101 + 2r, rounded half up; the last column covers one column of nodata.
        #expect(half[0] == 101 && half[5 * 551 + 3] == 111)
        #expect(half[550] == -1)
        let mode = try ZarrArray(store: target, path: "overviews/1/c").read([0..<350, 0..<551]).doubles()
        #expect(mode[0] == 1 && mode[551] == 1)

        let root = try ZarrHierarchy.open(target).attributes
        #expect(root["multiscales"]?["layout"]?.arrayValue?.count == 3)
        #expect(root["multiscales"]?["layout"]?[2]?["derived_from"] == "overviews/1")
    }

    @Test("axes in any order, a lone time and unsorted times are put right")
    func layouts() throws {
        let builder = StoreBuilder()
        try builder.utmAxes(width: 3, height: 2)
        try builder.days([20, 0, 10])
        // x, time, y: value = 100 x + 10 t + y
        var values: [Float] = []
        for x in 0..<3 { for t in 0..<3 { for y in 0..<2 { values.append(Float(100 * x + 10 * t + y)) } } }
        try builder.array("v", values, shape: [3, 3, 2], .float32, dims: ["x", "time", "y"], fill: "NaN")
        try builder.root(["proj:code": "EPSG:32631"])
        let (description, target) = try publish(builder)
        let written = try ZarrArray(store: target, path: "v").read([0..<3, 0..<2, 0..<3]).doubles()
        var wanted: [Double] = []
        for t in [1, 2, 0] { for y in 0..<2 { for x in 0..<3 { wanted.append(Double(100 * x + 10 * t + y)) } } }
        #expect(written == wanted)
        #expect(description.timeOrder == nil)

        let scene = StoreBuilder()
        try scene.utmAxes(width: 2, height: 2)
        try scene.labels("band", ["red", "nir"])
        try scene.array("s", (0..<8).map { UInt16($0) }, shape: [2, 2, 2], .uint16, dims: ["band", "y", "x"])
        try scene.root(["proj:code": "EPSG:32631"])
        let dated = try publish(scene, options: InspectOptions(datetime: TimeInstant(seconds: 86_400)))
        let metadata = try ZarrArray(store: dated.target, path: "s").metadata
        #expect(metadata.shape == [1, 2, 2, 2])
        #expect(metadata.dimensionNames == ["time", "band", "y", "x"])
        #expect(try bytes(dated.target, "s") == bytes(scene.store, "s"))
        #expect(try CubeInspector.inspect(dated.target).description.times == [TimeInstant(seconds: 86_400)])
        #expect(try CubeInspector.inspect(dated.target).description.bands.map(\.name) == ["red", "nir"])
        let cube = try Cube(description: dated.description, store: dated.target)
        let series = try cube.timeSeries(TimeSeriesRequest(region: .everything, layers: [.named("red"), .named("nir"), .named("NDVI")]))
        let means = series.series.map { $0.values[0].value ?? .nan }
        let ndvi: Double = (1.0 + 4.0 / 6 + 0.5 + 0.4) / 4
        #expect(means[0] == 1.5 && means[1] == 5.5)
        #expect(abs(means[2] - ndvi) < 1e-12)
    }

    @Test("a corrupt chunk fails by array and chunk, and leaves no store", arguments: ["B04/c/1/0/1", "B08/c/2/0/0"])
    func corrupt(_ key: String) throws {
        let builder = try StoreBuilder.small()
        let whole = try #require(try builder.store.read(key))
        try builder.store.write(key, Array(whole.prefix(whole.count / 2)))
        let target = MemoryStore()
        do {
            _ = try publish(builder, to: target)
            Issue.record("no error")
        } catch let error as CubeError {
            #expect(error.code == .unreadable)
            #expect(error.description.contains(String(key.prefix(3))))
            #expect(error.description.contains("chunk (\(key.dropFirst(6).split(separator: "/").joined(separator: ", ")))"))
        }
        #expect(try target.read("zarr.json") == nil)
    }

    @Test("progress rises to 1; cancelling stops")
    func progressAndCancel() throws {
        let told = Mutex<[Double]>([])
        _ = try publish(try StoreBuilder.small(), progress: { share, _ in told.withLock { $0.append(share) } })
        let shares = told.withLock { $0 }
        #expect(shares.last == 1)
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })

        let cancel = CancelFlag()
        let target = MemoryStore()
        do {
            _ = try publish(try StoreBuilder.small(), to: target, progress: { _, _ in cancel.set() }, cancel: cancel)
            Issue.record("no error")
        } catch let error as CubeError { #expect(error.code == .cancelled) }
        #expect(try target.read("zarr.json") == nil)
    }

    @Test("a budget too small for one shard is refused with the numbers")
    func budget() throws {
        do {
            _ = try publish(try StoreBuilder.small(), budget: 1000)
            Issue.record("no error")
        } catch let error as CubeError {
            #expect(error.code == .budgetExceeded)
            #expect(error.message.contains("1000"))
        }
    }

    @Test("every type survives", arguments: DataType.allCases.filter { $0 != .bool })
    func types(_ type: DataType) throws {
        let builder = StoreBuilder()
        try builder.utmAxes(width: 600, height: 4)
        try builder.days([0])
        var bytes = [UInt8](repeating: 0, count: 2400 * type.size)
        for i in bytes.indices where i % type.size == 0 { bytes[i] = UInt8(i / type.size % 100) }
        let writer = try ZarrArrayWriter(
            store: builder.store, path: "v",
            spec: ZarrArraySpec(
                shape: [1, 4, 600], chunkShape: [1, 4, 100], dataType: .numeric(type), fillValue: 0, dimensionNames: ["time", "y", "x"]))
        try bytes.withUnsafeBytes { try writer.writeAll($0) }
        try writer.writeMetadata()
        try builder.root(["proj:code": "EPSG:32631"])
        let (description, target) = try publish(builder)
        #expect(try self.bytes(target, "v") == bytes)
        #expect(description.levels.count == 2)
        let cube = try Cube(description: description, store: target)
        if !type.isFloatingPoint {
            let series = try cube.timeSeries(TimeSeriesRequest(region: .everything, layers: [.named("v")]))
            #expect(series.series[0].values[0].value == 49.5)
        }
    }
}

@Suite("Downsampling")
struct DownsamplingTests {
    private func run<T: BitwiseCopyable>(_ values: [T], width: Int, height: Int, _ band: Band, zero: T) -> [T] {
        let (w, h) = ((width + 1) / 2, (height + 1) / 2)
        var out = [T](repeating: zero, count: w * h)
        values.withUnsafeBytes { source in
            out.withUnsafeMutableBytes { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                Downsampling(band).run(.init(base: from, width: width, height: height), to: to, stride: w)
            }
        }
        return out
    }

    private func band(_ type: DataType, nodata: Double? = nil, categorical: Bool = false) -> Band {
        var band = Band(name: "b", title: "b", dataType: type, variable: "b", isCategorical: categorical)
        band.nodata = nodata
        return band
    }

    @Test("means round half up, also below zero, and ignore nodata")
    func means() {
        #expect(run([1, 2, 3, 4] as [Int16], width: 2, height: 2, band(.int16), zero: 0) == [3])
        #expect(run([-1, -2, -3, -4] as [Int16], width: 2, height: 2, band(.int16), zero: 0) == [-2])
        #expect(run([65535, 65535, 65535, 65534] as [UInt16], width: 2, height: 2, band(.uint16), zero: 0) == [65535])
        #expect(run([65535, 10, 65535, 20] as [UInt16], width: 2, height: 2, band(.uint16, nodata: 65535), zero: 0) == [15])
        #expect(run([7, 7, 7, 7] as [UInt16], width: 2, height: 2, band(.uint16, nodata: 7), zero: 0) == [7])
        #expect(run([.max, .max, .max, .max] as [Int64], width: 2, height: 2, band(.int64), zero: 0) == [.max])
        let floats = run([.nan, 1, 2, .nan, .nan, .nan] as [Float], width: 3, height: 2, band(.float32), zero: 0)
        #expect(floats[0] == 1 && floats[1] == 2)
        #expect(run([.nan, .nan] as [Float], width: 2, height: 1, band(.float32), zero: 0)[0].isNaN)
    }

    @Test("classes take the most frequent, the first of equals, never nodata")
    func modes() {
        let classes = band(.uint8, nodata: 0, categorical: true)
        #expect(run([0, 0, 0, 9] as [UInt8], width: 2, height: 2, classes, zero: 0) == [9])
        #expect(run([3, 5, 5, 3] as [UInt8], width: 2, height: 2, classes, zero: 0) == [3])
        #expect(run([3, 5, 5, 4] as [UInt8], width: 2, height: 2, classes, zero: 0) == [5])
        #expect(run([1, 2, 3] as [UInt8], width: 3, height: 1, classes, zero: 0) == [1, 3])
    }
}
