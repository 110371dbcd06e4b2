import Geo
import Testing

@testable import Raster

struct WarpTests {
    @Test(arguments: [false, true])
    func nearestTakesThePixelsThatGDALTakes(southUp: Bool) throws {
        let source = try SyntheticGrid(southUp: southUp)
        let result = try warp(source.plane, source.grid, to: SyntheticGrid.tile(), .nearest)
        let rows = WarpReference.nearest.split(separator: "\n")
        #expect(rows.count == 32)
        var different = 0
        for (i, row) in rows.enumerated() {
            let digits = Array(row)
            for j in 0..<32 {
                let value = result[column: 3 + 8 * j, row: 3 + 8 * i]
                let wanted = Float(Int(String(digits[2 * j...2 * j + 1]), radix: 16) ?? -1)
                if wanted < 0 ? !value.isNaN : value != wanted { different += 1 }
            }
        }
        #expect(different == 0)
        #expect(abs(result.validCount - WarpReference.validCount) <= 2)
    }

    @Test(arguments: [(Resampling.bilinear, false), (.bilinear, true), (.cubic, false), (.cubic, true)])
    func kernelsAreWithinRoundingOfGDAL(method: Resampling, southUp: Bool) throws {
        let source = try SyntheticGrid(southUp: southUp)
        let result = try warp(source.plane, source.grid, to: SyntheticGrid.tile(), method)
        for (i, row) in (method == .cubic ? WarpReference.cubic : WarpReference.bilinear).split(separator: "\n").enumerated() {
            for (j, cell) in row.split(separator: " ").enumerated() {
                let value = result[column: 5 + 16 * j, row: 5 + 16 * i]
                guard let wanted = Float(cell) else { #expect(value.isNaN); continue }
                // The values jump by up to 101 from pixel to pixel: 0.02 is 0.0002 of a pixel; the literals have two decimals.
                #expect(abs(value - wanted) < 0.02, "row \(i), column \(j)")
            }
        }
        #expect(abs(result.validCount - WarpReference.validCount) <= 2)
    }

    @Test func averageAgreesWithGDAL() throws {
        let source = try SyntheticGrid()
        let result = try warp(source.plane, source.grid, to: SyntheticGrid.tile(size: 32), .average)
        for (i, row) in WarpReference.average.split(separator: "\n").enumerated() {
            for (j, cell) in row.split(separator: " ").enumerated() {
                let value = result[column: 1 + 4 * j, row: 1 + 4 * i]
                guard let gdal = Float(cell) else { #expect(value.isNaN); continue }
                let wanted = j == 5 ? WarpReference.averageAtEdge[i] : gdal
                #expect(abs(value - wanted) < 0.5, "row \(i), column \(j): \(value), \(wanted)")
            }
        }
        #expect(result.validCount == WarpReference.averageValidCount)
    }

    /// A tile cut into pieces at multiples of 64, each with its own window, is the tile.
    @Test(arguments: Resampling.allCases)
    func mosaicOfTilesIsOneRender(method: Resampling) throws {
        let source = try SyntheticGrid()
        let big = try SyntheticGrid.tile()
        let whole = try warp(source.plane, source.grid, to: big, method)
        #expect(whole.validCount > 20_000)
        for row in stride(from: 0, to: 256, by: 64) {
            for column in stride(from: 0, to: 256, by: 64) {
                let part = try warp(source.plane, source.grid, to: big.part(column: column, row: row, width: 64, height: 64), method)
                for r in 0..<64 {
                    for c in 0..<64 {
                        let (a, b) = (part[column: c, row: r], whole[column: column + c, row: row + r])
                        #expect(abs(a - b) < 1e-3 || (a.isNaN && b.isNaN), "\(method) at \(column + c), \(row + r): \(a), \(b)")
                    }
                }
            }
        }
    }

    /// Bilinear weights written out over the exact transform, with invalid pixels left out.
    @Test func bilinearNormalisesByValidWeight() throws {
        let source = try SyntheticGrid()
        let output = try SyntheticGrid.tile()
        let result = try warp(source.plane, source.grid, to: output, .bilinear)
        let exact = try CoordinateTransform(from: output.crs, to: source.grid.crs)
        let inverse = try #require(source.grid.transform.inverse)
        var atHole = 0
        for row in 0..<256 {
            for column in 0..<256 {
                let world = output.transform.apply(column: Double(column) + 0.5, row: Double(row) + 0.5)
                let there = try #require(exact.apply(x: world.x, y: world.y))
                let p = inverse.apply(column: there.x, row: there.y)
                let wanted = reference(source.plane, p.x, p.y)
                let value = result[column: column, row: row]
                // Right on the border of a pixel rounding decides; nowhere else.
                let border = min(abs(p.x - p.x.rounded()), abs(p.y - p.y.rounded())) < 1e-3
                if value.isNaN != wanted.value.isNaN { #expect(border) } else if !value.isNaN { #expect(abs(Double(value) - wanted.value) < 0.1) }
                if wanted.partly { atHole += 1 }
            }
        }
        #expect(atHole > 100)
    }

    private func reference(_ plane: Plane, _ x: Double, _ y: Double) -> (value: Double, partly: Bool) {
        guard !plane[column: Int(x.rounded(.down)), row: Int(y.rounded(.down))].isNaN else { return (.nan, false) }
        var (sum, weight) = (0.0, 0.0)
        for row in 0..<plane.height where abs(Double(row) + 0.5 - y) < 1 {
            for column in 0..<plane.width where abs(Double(column) + 0.5 - x) < 1 {
                let value = Double(plane[column: column, row: row])
                guard !value.isNaN else { continue }
                let w = (1 - abs(Double(column) + 0.5 - x)) * (1 - abs(Double(row) + 0.5 - y))
                sum += w * value
                weight += w
            }
        }
        return (sum / weight, weight < 0.999)
    }

    /// A constant stays what it is up to the last pixel next to a hole and to the edge; a plane stays a plane.
    @Test(arguments: Resampling.allCases)
    func constantsAndPlanesSurvive(method: Resampling) throws {
        let source = try SyntheticGrid()
        var constant = source.plane
        for i in constant.values.indices where !constant.values[i].isNaN { constant.values[i] = 7.25 }
        let result = try warp(constant, source.grid, to: SyntheticGrid.tile(), method)
        #expect(result.values.allSatisfy { $0.isNaN || abs($0 - 7.25) < 1e-5 })
        #expect(result.validCount > 20_000)
    }

    @Test func cubicReproducesParabolas() throws {
        // Catmull-Rom is exact for quadratics. Same CRS, shifted by 0.3 and 0.7 pixels.
        let crs = CRS.webMercator
        let source = PixelGrid(crs: crs, transform: try GeoTransform([0, 1, 0, 0, 0, -1]), width: 20, height: 20)
        let values = (0..<400).map { i -> Float in
            let (x, y) = (Float(i % 20), Float(i / 20))
            return 2 + x * x / 8 - y * y / 4 + x * y / 16
        }
        let output = PixelGrid(crs: crs, transform: try GeoTransform([5.3, 1, 0, -5.7, 0, -1]), width: 8, height: 8)
        let result = try warp(Plane(width: 20, height: 20, values: values), source, to: output, .cubic)
        for row in 0..<8 {
            for column in 0..<8 {
                let (x, y) = (Float(column) + 5.3, Float(row) + 5.7)
                #expect(abs(result[column: column, row: row] - (2 + x * x / 8 - y * y / 4 + x * y / 16)) < 1e-4)
            }
        }
    }

    @Test func reductionByTwoIsTheMeanAndTheMode() throws {
        let crs = CRS.webMercator
        let source = PixelGrid(crs: crs, transform: try GeoTransform([0, 1, 0, 0, 0, -1]), width: 4, height: 4)
        let plane = try Plane(width: 4, height: 4, values: [1, 2, 5, .nan, 3, 2, 5, 7, .nan, .nan, 4, 4, .nan, .nan, 9, 9])
        let output = PixelGrid(crs: crs, transform: try GeoTransform([0, 2, 0, 0, 0, -2]), width: 2, height: 2)
        let mean = try warp(plane, source, to: output, .average)
        #expect(mean.values[0] == 2 && abs(mean.values[1] - 17.0 / 3) < 1e-6 && mean.values[2].isNaN && mean.values[3] == 6.5)
        let mode = try warp(plane, source, to: output, .mode)
        #expect(mode.values[0] == 2 && mode.values[1] == 5 && mode.values[2].isNaN && mode.values[3] == 4)
    }

    /// The last overview pixel of an odd size lies half outside, centre on the edge.
    @Test func oddSizesKeepTheirLastPixels() throws {
        let crs = CRS.webMercator
        let source = PixelGrid(crs: crs, transform: try GeoTransform([0, 1, 0, 0, 0, -1]), width: 5, height: 3)
        let output = PixelGrid(crs: crs, transform: try GeoTransform([0, 2, 0, 0, 0, -2]), width: 3, height: 2)
        let plane = try Plane(width: 5, height: 3, values: (0..<15).map(Float.init))
        #expect(try warp(plane, source, to: output, .average).values == [3, 5, 6.5, 10.5, 12.5, 14])
        #expect(try warp(plane, source, to: output, .mode).values == [0, 2, 4, 10, 12, 14])
    }

    @Test func sameGridIsTheSamePixels() throws {
        let source = try SyntheticGrid()
        for method in Resampling.allCases {
            #expect(same(try warp(source.plane, source.grid, to: source.grid, method), source.plane), "\(method)")
        }
        let part = source.grid.part(column: 40, row: 20, width: 30, height: 30)
        #expect(same(try warp(source.plane, source.grid, to: part, .bilinear), source.plane.cut(PixelWindow(column: 40, row: 20, width: 30, height: 30))))
    }

    @Test func manyBandsAreEachBand() throws {
        let source = try SyntheticGrid()
        let mapping = try PixelMapping(from: SyntheticGrid.tile(), to: source.grid)
        var other = source.plane
        for i in other.values.indices { other.values[i] = Float(i % 251) }
        for method in Resampling.allCases {
            let window = try #require(mapping.sourceWindow(for: method))
            let both = try Warp.resample([source.plane.cut(window), other.cut(window)], at: window, mapping: mapping, method: method)
            #expect(same(both[0], try Warp.resample(source.plane.cut(window), at: window, mapping: mapping, method: method)))
            #expect(same(both[1], try Warp.resample(other.cut(window), at: window, mapping: mapping, method: method)))
        }
    }

    @Test func wrongSizesAreErrors() throws {
        let source = try SyntheticGrid()
        let mapping = try PixelMapping(from: SyntheticGrid.tile(), to: source.grid)
        #expect(throws: RasterError.self) {
            try Warp.resample(source.plane, at: PixelWindow(column: 0, row: 0, width: 5, height: 5), mapping: mapping, method: .nearest)
        }
        #expect(throws: RasterError.self) { try Plane(width: 2, height: 2, values: [1]) }
        #expect(throws: RasterError.self) { try Plane(width: -1, height: -1, values: [1]) }
        // A window that misses the data gives no values, not a crash.
        let far = PixelWindow(column: 5000, row: -400, width: 3, height: 3)
        for method in Resampling.allCases {
            #expect(try Warp.resample(Plane(width: 3, height: 3, repeating: 1), at: far, mapping: mapping, method: method).isEmpty)
        }
    }
}
