import Core
import Testing

@testable import Geo

@Suite struct GridTests {
    @Test func transformsThereAndBack() throws {
        let transform = try GeoTransform([399_960, 10, 0.5, 5_100_000, -0.25, -10])
        let inverse = try #require(transform.inverse)
        let point = transform.apply(column: 123.5, row: 77.25)
        #expect(point.x == 399_960 + 1235 + 38.625 && point.y == 5_100_000 - 30.875 - 772.5)
        let pixel = inverse.apply(column: point.x, row: point.y)
        #expect(close(pixel.x, 123.5, within: 1e-6) && close(pixel.y, 77.25, within: 1e-6))
        #expect(transform.array == [399_960, 10, 0.5, 5_100_000, -0.25, -10])
        #expect(transform.affineArray == [10, 0.5, 399_960, -0.25, -10, 5_100_000])
    }

    @Test(arguments: [[], [1, 2, 3], [0, 1, 0, 0, 0, 0], [0, 1, 1, 0, 1, 1], [0, .nan, 0, 0, 0, 1], [0, .infinity, 0, 0, 0, 1]] as [[Double]])
    func refusesTransformsWithoutArea(six: [Double]) {
        #expect(throws: GeoError.self) { try GeoTransform(six) }
    }

    @Test func scalesForOverviews() {
        let transform = GeoTransform(originX: 100, pixelWidth: 10, originY: 200, pixelHeight: -10)
        #expect(transform.scaled(by: 2, column: 3, row: 1).array == [130, 20, 0, 190, 0, -20])
    }

    private func grid(_ code: String, _ minX: Double, _ minY: Double, _ maxX: Double, _ maxY: Double) throws -> PixelGrid {
        PixelGrid(crs: try CRS(code), minX: minX, minY: minY, maxX: maxX, maxY: maxY, width: 100, height: 100)
    }

    private func expect(_ box: BBox, _ numbers: [Double], within tolerance: Double) {
        for (a, b) in zip(box.numbers, numbers) { #expect(close(a, b, within: tolerance), "\(box.numbers) against \(numbers)") }
    }

    /// pyproj's `transform_bounds` with 2001 points per edge (its wrapping boxes have left > right too).
    @Test func boxesAgreeWithPyproj() throws {
        expect(
            try grid("EPSG:32633", 399_960, 4_990_200, 509_760, 5_100_000).bboxWGS84(densify: 500),
            [13.706951084729683, 45.05819166177219, 15.126167237223433, 46.05357436977306], within: 1e-6)
        expect(
            try grid("EPSG:3031", 1_000_000, -500_000, 2_000_000, 500_000).bboxWGS84(densify: 500),
            [63.43494882292201, -80.81526528874716, 116.56505117707799, -71.19012373194688], within: 1e-5)
        expect(
            try grid("EPSG:3031", -3_000_000, -3_000_000, 3_000_000, 3_000_000).bboxWGS84(),
            [-180, -90, 180, -52.317100799230055], within: 1e-9)
    }

    @Test func aGridOverTheAntimeridianWraps() throws {
        // pyproj: transform_bounds(166000, 7000000, 400000, 7200000, densify_pts=21) from EPSG:32601
        let box = try grid("EPSG:32601", 166_000, 7_000_000, 400_000, 7_200_000).bboxWGS84()
        #expect(box.crossesAntimeridian)
        expect(box, [175.96953806161977, 62.975365534969406, -178.98230200486782, 64.90914676418237], within: 2e-3)
    }

    @Test func longitudesBeyond180AreBroughtBack() throws {
        #expect(try grid("EPSG:4326", 170, -50, 190, -30).bboxWGS84() == BBox(west: 170, south: -50, east: -170, north: -30))
        #expect(try grid("EPSG:4326", 200, 0, 210, 5).bboxWGS84() == BBox(west: -160, south: 0, east: -150, north: 5))
        #expect(try grid("EPSG:4326", 0, -90, 360, 90).bboxWGS84() == .world)
        #expect(try grid("EPSG:4326", -0.125, -90, 359.875, 90).bboxWGS84() == .world)
        #expect(try grid("EPSG:4326", 180, 0, 190, 5).bboxWGS84() == BBox(west: -180, south: 0, east: -170, north: 5))
        #expect(try grid("EPSG:4326", -190, 0, -180, 5).bboxWGS84() == BBox(west: 170, south: 0, east: 180, north: 5))
    }

    /// π · r / r · 180 / π is a hair more than 180.
    @Test func roundingAtTheEdgeOfTheWorldDoesNotWrap() throws {
        for zoom in 0...8 {
            let last = (1 << zoom) - 1
            for column in [0, last] {
                let set = TileMatrixSet.webMercatorQuad
                let tile = try TileCoordinate(zoom: zoom, row: last / 2, column: column, in: set)
                let grid = set.grid(of: tile)
                let box = try grid.bboxWGS84()
                #expect(!box.crossesAntimeridian && close(box.width, 360 / Double(1 << zoom), within: 1e-9), "\(box.numbers)")
                guard case .polygon(let rings) = try grid.footprintWGS84() else { Issue.record("one polygon is expected"); return }
                #expect(rings.count == 1 && rings[0].allSatisfy { abs($0.x) <= 180 })
            }
        }
        let hair = Geometry.polygon([rectangle(170, 0, 180.000_000_000_000_03, 1)])
        #expect(hair.bounds == BBox(west: 170, south: 0, east: 180, north: 1))
        guard case .polygon = hair.cutAtAntimeridian() else { Issue.record("one polygon is expected"); return }
    }

    @Test func aSouthUpGridHasTheSameBox() throws {
        let northUp = try grid("EPSG:32736", 200_000, 9_800_000, 300_000, 9_900_000)
        let southUp = PixelGrid(
            crs: northUp.crs, transform: GeoTransform(originX: 200_000, pixelWidth: 1000, originY: 9_800_000, pixelHeight: 1000), width: 100, height: 100)
        #expect(northUp.bounds == southUp.bounds)
        expect(try southUp.bboxWGS84(), try northUp.bboxWGS84().numbers, within: 1e-9)
        // Its footprint is counter-clockwise all the same.
        guard case .polygon(let rings) = try southUp.footprintWGS84() else { Issue.record("a polygon is expected"); return }
        #expect(rings[0].signedArea > 0 && rings[0].first == rings[0].last)
    }

    @Test func aFootprintIsCutAtTheAntimeridian() throws {
        let grid = try grid("EPSG:32601", 166_000, 7_000_000, 400_000, 7_200_000)
        let footprint = try grid.footprintWGS84()
        guard case .multiPolygon(let polygons) = footprint else { Issue.record("two polygons are expected"); return }
        #expect(polygons.count == 2)
        for polygon in polygons {
            #expect(polygon[0].signedArea > 0 && polygon[0].first == polygon[0].last)
            #expect(polygon[0].allSatisfy { abs($0.x) <= 180 })
        }
        #expect(footprint.bounds == (try grid.bboxWGS84()))
        #expect(footprint.contains(x: 180, y: 64) && footprint.contains(x: -179.5, y: 64) && !footprint.contains(x: 0, y: 64))
    }

    @Test func aFootprintAroundAPoleReachesIt() throws {
        let footprint = try grid("EPSG:5041", 1_000_000, 1_000_000, 3_000_000, 3_000_000).footprintWGS84()
        for longitude in stride(from: -175.0, through: 175, by: 25) {
            #expect(footprint.contains(x: longitude, y: 89.5))
            #expect(!footprint.contains(x: longitude, y: 70))
        }
        #expect(footprint.bounds?.north == 90)
    }

    @Test func aFullDiscHasABox() throws {
        let crs = "+proj=geos +h=35785831 +lon_0=140.7 +sweep=y +datum=WGS84"
        let box = try grid(crs, -5_500_000, -5_500_000, 5_500_000, 5_500_000).bboxWGS84()
        #expect(box.crossesAntimeridian && box.west > 50 && box.west < 75 && box.east < -130 && box.east > -155)
        #expect(throws: GeoError.self) { try grid(crs, 6_000_000, 6_000_000, 7_000_000, 7_000_000).bboxWGS84() }
    }

    @Test func knowsItsResolution() throws {
        let grid = try grid("EPSG:32633", 0, 0, 1000, 2000)
        #expect(grid.resolution == (10, 20))
        #expect(grid.metresPerPixel == 10)
    }
}
