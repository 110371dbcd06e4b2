/// The affine transform from column and row to x and y, its six numbers in GDAL's order.
///
/// `x = originX + column · pixelWidth + row · rowRotation`, `y = originY + column · columnRotation + row · pixelHeight`;
/// column 0, row 0 is the upper left corner of the first pixel. A grid stored south to north has a positive `pixelHeight`.
public struct GeoTransform: Hashable, Sendable {
    public var originX: Double
    public var pixelWidth: Double
    public var rowRotation: Double
    public var originY: Double
    public var columnRotation: Double
    public var pixelHeight: Double

    public init(originX: Double, pixelWidth: Double, rowRotation: Double = 0, originY: Double, columnRotation: Double = 0, pixelHeight: Double) {
        self.originX = originX
        self.pixelWidth = pixelWidth
        self.rowRotation = rowRotation
        self.originY = originY
        self.columnRotation = columnRotation
        self.pixelHeight = pixelHeight
    }

    /// - Throws: `GeoError.invalidTransform` unless there are six finite numbers that can be inverted.
    public init(_ six: [Double]) throws(GeoError) {
        guard six.count == 6, six.allSatisfy(\.isFinite) else {
            throw GeoError(.invalidTransform, "a geotransform has six finite numbers, not \(six.count) numbers")
        }
        self.init(originX: six[0], pixelWidth: six[1], rowRotation: six[2], originY: six[3], columnRotation: six[4], pixelHeight: six[5])
        guard inverse != nil else {
            throw GeoError(.invalidTransform, "a geotransform can be inverted: its pixels have an area")
        }
    }

    /// GDAL's order.
    public var array: [Double] { [originX, pixelWidth, rowRotation, originY, columnRotation, pixelHeight] }

    /// The six numbers as STAC's `proj:transform` has them (rasterio's order).
    public var affineArray: [Double] { [pixelWidth, rowRotation, originX, columnRotation, pixelHeight, originY] }

    public var isNorthUp: Bool { rowRotation == 0 && columnRotation == 0 && pixelHeight < 0 && pixelWidth > 0 }
    public var isAxisAligned: Bool { rowRotation == 0 && columnRotation == 0 }

    @inlinable public func apply(column: Double, row: Double) -> (x: Double, y: Double) {
        (originX + column * pixelWidth + row * rowRotation, originY + column * columnRotation + row * pixelHeight)
    }

    /// From x and y to column and row (as `x` and `y` of `apply`); nil where pixels have no area.
    public var inverse: GeoTransform? {
        let determinant = pixelWidth * pixelHeight - rowRotation * columnRotation
        guard determinant.isFinite, determinant != 0 else { return nil }
        let (a, b) = (pixelHeight / determinant, -rowRotation / determinant)
        let (d, e) = (-columnRotation / determinant, pixelWidth / determinant)
        let result = GeoTransform(
            originX: -(originX * a + originY * b), pixelWidth: a, rowRotation: b,
            originY: -(originX * d + originY * e), columnRotation: d, pixelHeight: e)
        return result.array.allSatisfy(\.isFinite) ? result : nil
    }

    /// The transform of a grid that begins at (column, row) of this one and whose pixels are `factor` times as large.
    public func scaled(by factor: Double, column: Double = 0, row: Double = 0) -> GeoTransform {
        let origin = apply(column: column, row: row)
        return GeoTransform(
            originX: origin.x, pixelWidth: pixelWidth * factor, rowRotation: rowRotation * factor,
            originY: origin.y, columnRotation: columnRotation * factor, pixelHeight: pixelHeight * factor)
    }
}
