import Core

/// A grid of pixels in a CRS: `width` columns by `height` rows, placed by a geotransform.
public struct PixelGrid: Hashable, Sendable {
    public var crs: CRS
    public var transform: GeoTransform
    public var width: Int
    public var height: Int

    public init(crs: CRS, transform: GeoTransform, width: Int, height: Int) {
        self.crs = crs
        self.transform = transform
        self.width = width
        self.height = height
    }

    /// A north-up grid that fills a box of its CRS.
    public init(crs: CRS, minX: Double, minY: Double, maxX: Double, maxY: Double, width: Int, height: Int) {
        let transform = GeoTransform(
            originX: minX, pixelWidth: (maxX - minX) / Double(max(1, width)),
            originY: maxY, pixelHeight: -(maxY - minY) / Double(max(1, height)))
        self.init(crs: crs, transform: transform, width: width, height: height)
    }

    /// The box around the grid in its own CRS (of the four corners, so also of a rotated grid).
    public var bounds: (minX: Double, minY: Double, maxX: Double, maxY: Double) {
        let (w, h) = (Double(width), Double(height))
        let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map { transform.apply(column: $0.0, row: $0.1) }
        let (xs, ys) = (corners.map(\.x), corners.map(\.y))
        return (xs.min() ?? 0, ys.min() ?? 0, xs.max() ?? 0, ys.max() ?? 0)
    }

    /// Size of a pixel along columns and rows in units of the CRS, always positive.
    public var resolution: (x: Double, y: Double) {
        (
            (transform.pixelWidth * transform.pixelWidth + transform.columnRotation * transform.columnRotation).squareRoot(),
            (transform.pixelHeight * transform.pixelHeight + transform.rowRotation * transform.rowRotation).squareRoot()
        )
    }

    /// About how many metres a pixel is wide (exact on the equator of a geographic CRS).
    public var metresPerPixel: Double { resolution.x * crs.metresPerUnit }

    /// The box in longitude and latitude around the grid, following its edges with `densify` points each.
    ///
    /// A grid over the antimeridian gives a box with `west > east`; one that holds a pole or goes round the Earth gives all longitudes.
    /// - Throws: `GeoError.notTransformable` if no point of the grid lies on the Earth.
    public func bboxWGS84(densify: Int = 21) throws(GeoError) -> BBox {
        try GridOutline(self, densify: densify).bbox
    }

    /// The outline in longitude and latitude: a counter-clockwise polygon, or a multipolygon cut at the antimeridian (RFC 7946, 3.1.9).
    public func footprintWGS84(densify: Int = 21) throws(GeoError) -> Geometry {
        try GridOutline(self, densify: densify).footprint
    }
}
