import Core
import Geo

/// Where the pixels of a store that is to be written lie, in space and time.
struct CubeLayout {
    var width: Int
    var height: Int
    var x: Axis
    var y: Axis
    /// Absent where the axes are not evenly spaced or have one pixel.
    var transform: GeoTransform?
    /// nil where neither file nor options name one.
    var crs: CRS?
    var time: CFTimeAxis?
    var attributes: JSONObject = [:]

    /// A dimension with the centres of its pixels.
    struct Axis {
        var name: String
        /// Empty where pixels have no coordinates of their own (a rotated grid).
        var centres: [Double]
        var type: DataType = .float64
        var attributes: JSONObject
    }

    /// The axes of a grid given by an affine transform, as CF has them.
    init(width: Int, height: Int, transform: GeoTransform, crs: CRS?) {
        self.width = width
        self.height = height
        self.transform = transform
        self.crs = crs
        let straight = transform.isAxisAligned
        x = Axis(
            name: "x", centres: straight ? (0..<width).map { transform.apply(column: Double($0) + 0.5, row: 0.5).x } : [],
            attributes: CubeLayout.attributes("x", crs))
        y = Axis(
            name: "y", centres: straight ? (0..<height).map { transform.apply(column: 0.5, row: Double($0) + 0.5).y } : [],
            attributes: CubeLayout.attributes("y", crs))
    }

    init(x: Axis, y: Axis, transform: GeoTransform?, crs: CRS?) {
        (width, height) = (x.centres.count, y.centres.count)
        (self.x, self.y) = (x, y)
        self.transform = transform
        self.crs = crs
    }

    /// CF 1.11, sections 4.1, 4.2 and appendix F.
    private static func attributes(_ axis: String, _ crs: CRS?) -> JSONObject {
        var attributes: JSONObject = ["axis": .string(axis.uppercased())]
        guard let crs else { return attributes }
        if crs.isGeographic {
            attributes["standard_name"] = axis == "x" ? "longitude" : "latitude"
            attributes["units"] = axis == "x" ? "degrees_east" : "degrees_north"
        } else {
            attributes["standard_name"] = .string("projection_\(axis)_coordinate")
            if crs.metresPerUnit == 1 { attributes["units"] = "m" }
            if crs.metresPerUnit == 1000 { attributes["units"] = "km" }
        }
        return attributes
    }

    /// Attributes of the `spatial_ref` variable: CF's `crs_wkt`, GDAL's `GeoTransform`.
    var spatialReference: JSONObject? {
        guard let crs else { return nil }
        var attributes: JSONObject = ["crs_wkt": .string(crs.wkt2), "spatial_ref": .string(crs.wkt2)]
        if let transform {
            attributes["GeoTransform"] = .string(transform.array.map { "\($0)" }.joined(separator: " "))
        }
        return attributes
    }
}

/// An array of pixels that is to be written.
struct CubeVariable {
    var name: String
    var type: DataType
    var nodata: Nodata?
    /// Without those that the layout adds.
    var attributes: JSONObject
    /// Lies on the time axis; else it is the same at all times.
    var hasTime: Bool
}

/// A box of pixels over some steps of the time axis.
struct PixelBlock {
    var times: Range<Int>
    var rows: Range<Int>
    var columns: Range<Int>

    var count: Int { times.count * rows.count * columns.count }
}

/// Delivers pixels of one variable, raw, in the order time, row, column.
protocol PixelSource {
    /// - Parameter target: as many bytes as the block has pixels times the size of the type.
    func read(_ block: PixelBlock, into target: UnsafeMutableRawBufferPointer) throws(FormatsError)
}
