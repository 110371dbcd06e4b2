import Core
import Testing

@testable import Geo

/// Reference numbers: morecantile 7.1.0 (`xy_bounds`, `bounds`), whose files are those of OGC's registry.
@Suite struct TileMatrixSetTests {
    struct Case: Sendable { var set: String, zoom: Int, column: Int, row: Int, bounds: [Double], tolerance: Double }

    static let cases = [
        Case(
            set: "WebMercatorQuad", zoom: 5, column: 17, row: 11,
            bounds: [1252344.271424327, 5009377.085697312, 2504688.542848654, 6261721.357121639], tolerance: 1e-6),
        Case(
            set: "WebMercatorQuad", zoom: 14, column: 9000, row: 5000,
            bounds: [1976355.8033415154, 7805137.8322559185, 1978801.7882466428, 7807583.817161044], tolerance: 1e-6),
        Case(
            set: "WebMercatorQuad", zoom: 24, column: 16_777_215, row: 0,
            bounds: [20037505.954132114, 20037505.95413211, 20037508.342789244, 20037508.342789244], tolerance: 1e-6),
        Case(set: "WorldCRS84Quad", zoom: 2, column: 5, row: 1, bounds: [45, 0, 90, 45], tolerance: 0),
        Case(set: "EuropeanETRS89_LAEAQuad", zoom: 3, column: 3, row: 2, bounds: [3687500, 3812500, 4250000, 4375000], tolerance: 0),
        Case(
            set: "UPSArcticWGS84Quad", zoom: 2, column: 1, row: 2,
            bounds: [-6220379.674092, -6220379.678228002, 2000000.002068, 1999999.9979319982], tolerance: 0.01),
        Case(
            set: "CanadianNAD83_LCC", zoom: 1, column: 3, row: 4,
            bounds: [-17383765.455930956, 10523275.759884931, -11626420.607907943, 16280620.607907943], tolerance: 1e-4),
        Case(
            set: "UTM31WGS84Quad", zoom: 2, column: 3, row: 4,
            bounds: [5500982.864656391, -5000982.864656422, 10501965.729312776, 0], tolerance: 1e-4),
    ]

    @Test(arguments: cases)
    func boundsAgreeWithMorecantile(c: Case) throws {
        let set = try #require(TileMatrixSet.named(c.set))
        let box = set.bounds(of: try TileCoordinate(zoom: c.zoom, row: c.row, column: c.column, in: set))
        for (a, b) in zip([box.minX, box.minY, box.maxX, box.maxY], c.bounds) { #expect(close(a, b, within: c.tolerance), "\(box)") }
    }

    @Test func boxesInDegrees() throws {
        let set = TileMatrixSet.webMercatorQuad
        let box = set.bboxWGS84(of: try TileCoordinate(zoom: 5, row: 11, column: 17, in: set))
        for (a, b) in zip(box.numbers, [11.25, 40.97989806962014, 22.5, 48.92249926375824]) { #expect(close(a, b, within: 1e-9)) }
        let world = set.bboxWGS84(of: try TileCoordinate(zoom: 0, row: 0, column: 0, in: set))
        for (a, b) in zip(world.numbers, [-180, -85.0511287798066, 180, 85.0511287798066]) { #expect(close(a, b, within: 1e-9)) }
        let laea = try #require(TileMatrixSet.europeanETRS89LAEAQuad)
        // morecantile has the corners only (-2.106, 57.409, 8.820, 61.985); the edges bulge north of them.
        let europe = laea.bboxWGS84(of: try TileCoordinate(zoom: 3, row: 2, column: 3, in: laea))
        #expect(europe.west <= -2.106 && europe.south <= 57.4095 && europe.east >= 8.82 && europe.north >= 61.9848 && europe.width < 13)
    }

    @Test func refusesTilesOutside() throws {
        let set = TileMatrixSet.webMercatorQuad
        for (zoom, row, column) in [(-1, 0, 0), (25, 0, 0), (0, 1, 0), (0, 0, 1), (3, 8, 0), (3, 0, -1), (24, 1 << 24, 0)] {
            let error = #expect(throws: GeoError.self) { try TileCoordinate(zoom: zoom, row: row, column: column, in: set) }
            #expect(error?.code == .invalidTile)
        }
        #expect(try TileCoordinate(zoom: 3, row: 7, column: 7, in: set).zoom == 3)
    }

    @Test func theRegistryIsWhole() throws {
        #expect(
            TileMatrixSet.registry.map(\.id) == [
                "WebMercatorQuad", "WorldCRS84Quad", "WorldMercatorWGS84Quad", "EuropeanETRS89_LAEAQuad", "UPSArcticWGS84Quad",
                "UPSAntarcticWGS84Quad", "CanadianNAD83_LCC", "UTM31WGS84Quad",
            ])
        for set in TileMatrixSet.registry {
            #expect(set.uri == "http://www.opengis.net/def/tilematrixset/OGC/1.0/" + set.id)
            #expect(set.crs.uri != nil)
            for (a, b) in zip(set.matrices, set.matrices.dropFirst()) { #expect(a.cellSize > b.cellSize) }
        }
        #expect(TileMatrixSet.named("http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad")?.id == "WebMercatorQuad")
        #expect(TileMatrixSet.named("Nowhere") == nil)
        #expect(TileMatrixSet.utm31WGS84Quad?.zoom(ofMatrix: "1") == 0)
    }

    @Test func scalesAreThoseOfTheRegistry() throws {
        // scaleDenominator of the registry's files.
        #expect(close(TileMatrixSet.webMercatorQuad.matrices[0].scaleDenominator, 559_082_264.028_717_8, within: 1e-6))
        #expect(close(TileMatrixSet.worldCRS84Quad.matrices[0].scaleDenominator, 279_541_132.014_358, within: 1e-6))
        #expect(close(try #require(TileMatrixSet.europeanETRS89LAEAQuad).matrices[0].scaleDenominator, 62_779_017.857_142_8, within: 1e-6))
        #expect(close(try #require(TileMatrixSet.canadianNAD83LCC).matrices[2].cellSize, 13_229.193_125_052_9, within: 1e-9))
        #expect(close(try #require(TileMatrixSet.utm31WGS84Quad).matrices[0].scaleDenominator, 279_072_704.500_914, within: 1e-5))
    }

    @Test func theJSONHasTheOrderOfTheCRS() throws {
        let laea = try #require(TileMatrixSet.europeanETRS89LAEAQuad).json
        #expect(laea["orderedAxes"] == ["Y", "X"])
        #expect(laea["tileMatrices"]?[0]?["pointOfOrigin"]?.numbers == [5_500_000, 2_000_000])
        #expect(laea["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3035")
        let web = TileMatrixSet.webMercatorQuad.json
        #expect(web["tileMatrices"]?[3]?["matrixWidth"] == 8 && web["tileMatrices"]?[3]?["id"] == "3")
        #expect(web["tileMatrices"]?[0]?["pointOfOrigin"]?.numbers == [-WebMercator.halfWorld, WebMercator.halfWorld])
        #expect(web["wellKnownScaleSet"] == "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible")
    }

    @Test func gridsAreTheTile() throws {
        let set = TileMatrixSet.webMercatorQuad
        let grid = set.grid(of: try TileCoordinate(zoom: 1, row: 1, column: 0, in: set), size: 512)
        #expect(grid.width == 512 && grid.height == 512 && grid.crs == .webMercator)
        #expect(grid.transform.originX == -WebMercator.halfWorld && grid.transform.originY == 0)
        #expect(close(grid.resolution.x, 39_135.758_482_010_235, within: 1e-6))
    }

    @Test func tilesOfABox() throws {
        let set = TileMatrixSet.webMercatorQuad
        // mercantile: tiles(160.6, -55.95, 180, -25.89, 3) are columns 7, rows 4 and 5; the other half is column 0.
        let fiji = set.tiles(at: 3, covering: BBox(west: 160.6, south: -55.95, east: -170, north: -25.89))
        #expect(fiji.map(\.columns) == [7...7, 0...0] && fiji.map(\.rows) == [4...5, 4...5])
        let world = set.tiles(at: 2, covering: .world)
        #expect(world.map(\.columns) == [0...3] && world.map(\.rows) == [0...3])
        // A box that is exactly a tile covers no neighbour.
        let tile = try TileCoordinate(zoom: 7, row: 41, column: 67, in: set)
        let own = set.tiles(at: 7, covering: set.bboxWGS84(of: tile))
        #expect(own.map(\.columns) == [67...67] && own.map(\.rows) == [41...41])
    }

    @Test func picksALevelForAResolution() {
        #expect(TileMatrixSet.webMercatorQuad.zoom(forCellSize: 156_543.1) == 0)
        #expect(TileMatrixSet.webMercatorQuad.zoom(forCellSize: 10) == 14)
        #expect(TileMatrixSet.webMercatorQuad.zoom(forCellSize: 1e-9) == 24)
    }
}
