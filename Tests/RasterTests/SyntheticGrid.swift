import Geo

@testable import Raster

/// A small UTM grid with a hole of invalid pixels, and how to cut windows out of it.
struct SyntheticGrid {
    let grid: PixelGrid
    let plane: Plane

    /// 120×110 pixels of 10 m in UTM zone 31 at 51.45° N; columns 50–69 of rows 30–39 are invalid. With `southUp` the same pixels
    /// are stored from the south.
    init(southUp: Bool = false) throws {
        let (width, height) = (120, 110)
        var values: [Float] = []
        for stored in 0..<height {
            let r = southUp ? height - 1 - stored : stored
            for c in 0..<width {
                let hole = (30..<40).contains(r) && (50..<70).contains(c)
                values.append(hole ? .nan : Float((c * 7 + r * 13) % 101 + (c * r) % 17))
            }
        }
        plane = try Plane(width: width, height: height, values: values)
        let transform = southUp ? [499_000, 10, 0, 5_700_500 - 1100, 0, 10] : [499_000, 10, 0, 5_700_500, 0, -10]
        grid = PixelGrid(crs: try CRS("EPSG:32631"), transform: try GeoTransform(transform.map(Double.init)), width: width, height: height)
    }

    static func tile(size: Int = 256) throws -> PixelGrid {
        try TileMatrixSet.webMercatorQuad.grid(of: TileCoordinate(zoom: 14, row: 5452, column: 8328, in: .webMercatorQuad), size: size)
    }
}

extension Plane {
    /// The pixels of a window, which may wrap round the plane.
    func cut(_ window: PixelWindow) -> Plane {
        var values: [Float] = []
        for row in window.rows { for column in window.columns { values.append(self[column: column % width, row: row]) } }
        return Plane(width: window.width, height: window.height, unchecked: values)
    }
}

extension PixelGrid {
    /// A part of this grid as a grid.
    func part(column: Int, row: Int, width: Int, height: Int) -> PixelGrid {
        PixelGrid(crs: crs, transform: transform.scaled(by: 1, column: Double(column), row: Double(row)), width: width, height: height)
    }
}

/// Window, cut and resample: what a reader does.
func warp(_ plane: Plane, _ source: PixelGrid, to output: PixelGrid, _ method: Resampling) throws -> Plane {
    let mapping = try PixelMapping(from: output, to: source)
    guard let window = mapping.sourceWindow(for: method) else { return Plane(width: output.width, height: output.height) }
    return try Warp.resample(plane.cut(window), at: window, mapping: mapping, method: method)
}

/// Equal bit by bit, where NaN equals NaN.
func same(_ a: Plane, _ b: Plane) -> Bool {
    a.width == b.width && a.height == b.height && zip(a.values, b.values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}
