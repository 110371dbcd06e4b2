import Geo
import Testing

@testable import Raster

struct PixelMappingTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        let output: String, bounds: (Double, Double, Double, Double), source: String, transform: [Double], size: (Int, Int)
        var testDescription: String { "\(output) → \(source)" }
    }

    /// From street to continent, conformal to conformal, rotated, polar.
    static let pairs = [
        Pair(
            output: "EPSG:3857", bounds: (332_000, 6_700_000, 334_446, 6_702_446), source: "EPSG:32631", transform: [499_000, 10, 0, 5_700_500, 0, -10],
            size: (256, 256)),
        Pair(
            output: "EPSG:3857", bounds: (0, 5_000_000, 1_252_344, 6_252_344), source: "EPSG:32631", transform: [300_000, 5000, 0, 5_800_000, 0, -5000],
            size: (256, 256)),
        Pair(
            output: "EPSG:3857", bounds: (0, 0, 10_018_754, 10_018_754), source: "EPSG:32633", transform: [-4_000_000, 40_000, 0, 9_000_000, 0, -40_000],
            size: (256, 256)),
        Pair(
            output: "EPSG:3857", bounds: (8_000_000, 1_000_000, 9_000_000, 2_000_000), source: "EPSG:7755",
            transform: [2_000_000, 3000, 900, 5_000_000, 700, -3000], size: (200, 130)),
        Pair(
            output: "EPSG:3857", bounds: (-20_037_508, -20_037_508, 20_037_508, 20_037_508), source: "EPSG:4326", transform: [-180, 0.5, 0, 90, 0, -0.5],
            size: (256, 256)),
        Pair(
            output: "EPSG:3413", bounds: (-3_000_000, -3_000_000, 3_000_000, 3_000_000), source: "EPSG:4326", transform: [0, 0.25, 0, 90, 0, -0.25],
            size: (256, 256)),
        Pair(
            output: "EPSG:3035", bounds: (2_500_000, 1_500_000, 6_000_000, 5_000_000), source: "EPSG:3857",
            transform: [-2_000_000, 10_000, 0, 9_000_000, 0, -10_000], size: (300, 300)),
    ]

    @Test(arguments: pairs)
    func interpolatedPositionsAreWithinTolerance(_ pair: Pair) throws {
        let output = PixelGrid(
            crs: try CRS(pair.output), minX: pair.bounds.0, minY: pair.bounds.1, maxX: pair.bounds.2, maxY: pair.bounds.3,
            width: pair.size.0, height: pair.size.1)
        let geographic = try CRS(pair.source).isGeographic
        let source = PixelGrid(
            crs: try CRS(pair.source), transform: try GeoTransform(pair.transform), width: geographic ? Int(360 / pair.transform[1]) : 4000, height: 4000)
        let mapping = try PixelMapping(from: output, to: source)
        let exact = try CoordinateTransform(from: output.crs, to: source.crs)
        let inverse = try #require(source.transform.inverse)
        var (worst, seen) = (0.0, 0)
        for row in stride(from: 0, to: output.height, by: 3) {
            for column in stride(from: 1, to: output.width, by: 3) {
                let world = output.transform.apply(column: Double(column) + 0.5, row: Double(row) + 0.5)
                guard let there = exact.apply(x: world.x, y: world.y) else { continue }
                let p = inverse.apply(column: there.x, row: there.y)
                let q = try #require(mapping.source(column: Double(column) + 0.5, row: Double(row) + 0.5))
                var dx = abs(p.x - q.x)
                if geographic { dx = min(dx, abs(dx - 360 / pair.transform[1])) }
                worst = max(worst, dx, abs(p.y - q.y))
                seen += 1
            }
        }
        #expect(seen > 2900)
        #expect(worst < 0.02, "off by \(worst) source pixels")
        // Of 65536 pixels; the worst holds a pole and a seam.
        #expect(mapping.cellCount < 5000)
    }

    /// The window holds every pixel any kernel wants: a larger one changes nothing.
    @Test(arguments: pairs)
    func windowIsLargeEnough(_ pair: Pair) throws {
        let output = PixelGrid(
            crs: try CRS(pair.output), minX: pair.bounds.0, minY: pair.bounds.1, maxX: pair.bounds.2, maxY: pair.bounds.3,
            width: pair.size.0, height: pair.size.1)
        let geographic = try CRS(pair.source).isGeographic
        let source = PixelGrid(
            crs: try CRS(pair.source), transform: try GeoTransform(pair.transform), width: geographic ? Int(360 / pair.transform[1]) : 1000,
            height: geographic ? Int(180 / pair.transform[1]) : 1000)
        let plane = Plane(width: source.width, height: source.height, unchecked: (0..<(source.width * source.height)).map { Float($0 % 1009) })
        let mapping = try PixelMapping(from: output, to: source)
        let all = PixelWindow(column: 0, row: 0, width: source.width, height: source.height)
        for method in [Resampling.nearest, .bilinear, .cubic] {
            let window = try #require(mapping.sourceWindow(for: method))
            #expect(window.row >= 0 && window.rows.upperBound <= source.height && window.width <= source.width)
            let part = try Warp.resample(plane.cut(window), at: window, mapping: mapping, method: method)
            #expect(same(part, try Warp.resample(plane, at: all, mapping: mapping, method: method)), "\(method)")
            #expect(part.validCount > 1000)
        }
    }

    @Test func outsideTheSourceThereIsNoWindow() throws {
        let source = try SyntheticGrid()
        let far = try TileMatrixSet.webMercatorQuad.grid(of: TileCoordinate(zoom: 14, row: 5452, column: 8500, in: .webMercatorQuad))
        #expect(try PixelMapping(from: far, to: source.grid).sourceWindow(halo: 2) == nil)
        // The other side of the earth, where UTM has no coordinates.
        let antipode = try TileMatrixSet.webMercatorQuad.grid(of: TileCoordinate(zoom: 2, row: 2, column: 0, in: .webMercatorQuad))
        let mapping = try PixelMapping(from: antipode, to: source.grid)
        #expect(mapping.sourceWindow(halo: 2) == nil)
    }

    /// The same earth stored from −180, from 0, south-up and from 100: one picture.
    @Test(arguments: [Resampling.nearest, .bilinear, .cubic, .average])
    func longitudesWrap(method: Resampling) throws {
        func earth(from west: Double, southUp: Bool = false) throws -> (PixelGrid, Plane) {
            let transform = southUp ? [west, 2.5, 0, -90, 0, 2.5] : [west, 2.5, 0, 90, 0, -2.5]
            var values: [Float] = []
            for stored in 0..<72 {
                let row = southUp ? 71 - stored : stored
                for column in 0..<144 {
                    let i = (column + Int((west + 180) / 2.5)) % 144
                    values.append(Float((i * 37 + row * 11) % 101))
                }
            }
            return (PixelGrid(crs: .crs84, transform: try GeoTransform(transform), width: 144, height: 72), try Plane(width: 144, height: 72, values: values))
        }
        let (grid, plane) = try earth(from: -180)
        for (zoom, row, column) in [(0, 0, 0), (1, 0, 0), (1, 1, 1), (3, 2, 7), (3, 3, 4), (3, 4, 3)] {
            let tile = try TileMatrixSet.webMercatorQuad.grid(of: TileCoordinate(zoom: zoom, row: row, column: column, in: .webMercatorQuad), size: 128)
            let wanted = try warp(plane, grid, to: tile, method)
            #expect(wanted.validCount == 128 * 128)
            for (west, southUp) in [(0.0, false), (0, true), (100, false), (-180, true)] {
                let (other, pixels) = try earth(from: west, southUp: southUp)
                let result = try warp(pixels, other, to: tile, method)
                let off = zip(wanted.values, result.values).filter { !(abs($0 - $1) < 0.01) }.count
                #expect(off == 0, "\(zoom)/\(row)/\(column) from \(west), \(off) pixels differ")
            }
        }
    }

    @Test func windowOverTheSeamIsSmall() throws {
        // 0…360 at 0.25°; a tile around Greenwich needs columns on both ends.
        let grid = PixelGrid(crs: .crs84, transform: try GeoTransform([0, 0.25, 0, 90, 0, -0.25]), width: 1440, height: 720)
        let output = PixelGrid(crs: .webMercator, minX: -200_000, minY: 6_000_000, maxX: 200_000, maxY: 6_400_000, width: 256, height: 256)
        let window = try #require(try PixelMapping(from: output, to: grid).sourceWindow(halo: 1))
        #expect(window.width < 30 && window.column > 1400)
        let parts = window.parts(sourceWidth: 1440)
        #expect(parts.count == 2 && parts[1].window.column == 0 && parts[1].atColumn == 1440 - window.column)
        #expect(parts.reduce(0) { $0 + $1.window.width } == window.width)
    }

    /// A regional source stored in 0…360 meets tiles at negative longitudes; one that does not go round has edges.
    @Test func regionalSourceBeyond180() throws {
        let grid = PixelGrid(crs: .crs84, transform: try GeoTransform([230, 1, 0, 50, 0, -1]), width: 70, height: 30)
        let plane = Plane(width: 70, height: 30, unchecked: (0..<2100).map { Float($0 % 70) })
        let output = PixelGrid(crs: .crs84, minX: -140, minY: 20, maxX: -50, maxY: 50, width: 90, height: 30)
        let result = try warp(plane, grid, to: output, .nearest)
        // −140…−130 and −60…−50 lie outside.
        #expect((0..<90).map { result[column: $0, row: 3] }.filter(\.isNaN).count == 20)
        #expect(result[column: 10, row: 0] == 0 && result[column: 79, row: 0] == 69 && result[column: 9, row: 0].isNaN && result[column: 80, row: 0].isNaN)
    }

    @Test func scaleChoosesTheOverview() throws {
        let source = try SyntheticGrid()
        let tile = try PixelMapping(from: SyntheticGrid.tile(), to: source.grid)
        // 9.55 m of Web Mercator at 51.45° N are 5.96 m on the ground.
        #expect(abs(tile.sourcePixelsPerOutputPixel - 0.596) < 0.004)
        let double = PixelGrid(crs: source.grid.crs, transform: source.grid.transform.scaled(by: 2), width: 60, height: 55)
        #expect(try PixelMapping(from: double, to: source.grid).sourcePixelsPerOutputPixel == 2)
    }

    /// Nothing that a client can ask for may end in a trap: coordinates off the earth by any factor.
    @Test(arguments: [1e7, 1e12, 1e100, 1e300, -1e300])
    func outputsFarOffTheEarthHaveNoPixels(_ x: Double) throws {
        let utm = try SyntheticGrid()
        let earth = PixelGrid(crs: .crs84, transform: try GeoTransform([0, 1, 0, 90, 0, -1]), width: 360, height: 180)
        for crs in [CRS.webMercator, .crs84, utm.grid.crs] {
            let grid = PixelGrid(
                crs: crs, transform: GeoTransform(originX: x, pixelWidth: abs(x) / 100, originY: x, pixelHeight: -abs(x) / 100), width: 40, height: 40)
            for (source, plane) in [(utm.grid, utm.plane), (earth, Plane(width: 360, height: 180, repeating: 1))] {
                for method in Resampling.allCases {
                    guard let result = try? warp(plane, source, to: grid, method) else { continue }
                    #expect(result.values.count == 1600)
                }
            }
        }
    }

    @Test func impossibleGridsAreErrors() throws {
        let source = try SyntheticGrid()
        let tile = try SyntheticGrid.tile()
        for (width, height) in [(0, 5), (5, -1), (1 << 20, 5), (1 << 16, 1 << 16)] {
            let grid = PixelGrid(crs: tile.crs, transform: tile.transform, width: width, height: height)
            #expect(throws: RasterError.self) { try PixelMapping(from: grid, to: source.grid) }
        }
        let flat = PixelGrid(crs: tile.crs, transform: GeoTransform(originX: 0, pixelWidth: 0, originY: 0, pixelHeight: -1), width: 5, height: 5)
        #expect(throws: RasterError.self) { try PixelMapping(from: flat, to: source.grid) }
        #expect(throws: RasterError.self) { try PixelMapping(from: tile, to: flat) }
    }
}
