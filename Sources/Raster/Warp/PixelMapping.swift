import Geo

/// Where the pixels of an output grid lie in a source grid, in source pixels (column 0.5 is the centre of the first).
///
/// Exact transforms are made only at the corners, edge midpoints and centres of cells of 64 output pixels; a cell in which they
/// bend more than a parabola can follow is cut into four, down to single pixels. Cells begin at multiples of 64 pixels of the
/// output and each decides by itself, so that a tile whose pixels begin at a multiple of 64 of a larger image sees the same
/// mapping as that image. Between equal CRSs the mapping is one affine transform and exact.
///
/// A geographic source wraps: an output pixel at 190° meets a source of −180…180 at −170°, one at −10° a source of 0…360 at 350°.
public struct PixelMapping: Sendable {
    public let width: Int
    public let height: Int
    public let sourceWidth: Int
    public let sourceHeight: Int
    /// Columns of one turn around the earth; nil if the source is not geographic or rotated.
    let period: Double?
    /// Whether the last column of the source is the neighbour of the first.
    public let wrapsAround: Bool
    let shape: Shape

    enum Shape: Sendable {
        /// `x = a.originX + column · a.pixelWidth + row · a.rowRotation`, …: source pixels instead of coordinates.
        case affine(GeoTransform)
        case cells(MappingTree)
    }

    /// - Parameter tolerance: the error allowed between exact points, in source pixels.
    /// - Throws: `RasterError.invalidGrid` for an empty grid, one whose pixels have no area, or CRSs without a transform.
    public init(from output: PixelGrid, to source: PixelGrid, tolerance: Double = 0.02) throws(RasterError) {
        guard (1...PixelMapping.maximumSide).contains(output.width), (1...PixelMapping.maximumSide).contains(output.height) else {
            throw RasterError(.invalidGrid, "an output has 1 to \(PixelMapping.maximumSide) pixels along each side, not \(output.width)×\(output.height)")
        }
        guard output.width * output.height <= PixelMapping.maximumPixels else {
            throw RasterError(.invalidGrid, "an output has at most \(PixelMapping.maximumPixels) pixels, not \(output.width)×\(output.height)")
        }
        guard source.width > 0, source.height > 0 else { throw RasterError(.invalidGrid, "the source grid has no pixels") }
        guard let inverse = source.transform.inverse, output.transform.inverse != nil else {
            throw RasterError(.invalidGrid, "the pixels of a grid have no area")
        }
        (width, height, sourceWidth, sourceHeight) = (output.width, output.height, source.width, source.height)
        let period = PixelMapping.period(of: source)
        self.period = period
        wrapsAround = period.map { abs($0 - Double(source.width)) < 0.01 } ?? false
        let transform: CoordinateTransform
        do { transform = try CoordinateTransform(from: output.crs, to: source.crs) } catch {
            throw RasterError(.invalidGrid, "there is no way from the CRS of the output to that of the source", cause: "\(error)")
        }
        if transform.isIdentity {
            shape = .affine(PixelMapping.compose(output.transform, inverse, source.transform))
        } else {
            let sampler = MappingSampler(output: output.transform, transform: transform, inverse: inverse, period: period)
            shape = .cells(MappingTree(width: output.width, height: output.height, tolerance: max(1e-6, tolerance), sampler: sampler))
        }
    }

    /// Cells the output was cut into (0 where the mapping is affine): what it cost.
    var cellCount: Int { if case .cells(let tree) = shape { tree.cells.count } else { 0 } }

    /// Outputs are tiles and images, not whole mosaics.
    static let maximumSide = 1 << 16
    static let maximumPixels = 1 << 27

    private static func period(of source: PixelGrid) -> Double? {
        guard source.crs.isGeographic, source.transform.rowRotation == 0, source.transform.columnRotation == 0 else { return nil }
        return 360 / abs(source.transform.pixelWidth)
    }

    /// Output pixel → source pixel where both lie in one CRS. Offsets are taken before dividing, so that grids with a common
    /// origin give whole numbers.
    private static func compose(_ output: GeoTransform, _ inverse: GeoTransform, _ source: GeoTransform) -> GeoTransform {
        let (dx, dy) = (output.originX - source.originX, output.originY - source.originY)
        if output.isAxisAligned, source.isAxisAligned {
            return GeoTransform(
                originX: dx / source.pixelWidth, pixelWidth: output.pixelWidth / source.pixelWidth, rowRotation: 0,
                originY: dy / source.pixelHeight, columnRotation: 0, pixelHeight: output.pixelHeight / source.pixelHeight)
        }
        return GeoTransform(
            originX: dx * inverse.pixelWidth + dy * inverse.rowRotation,
            pixelWidth: output.pixelWidth * inverse.pixelWidth + output.columnRotation * inverse.rowRotation,
            rowRotation: output.rowRotation * inverse.pixelWidth + output.pixelHeight * inverse.rowRotation,
            originY: dx * inverse.columnRotation + dy * inverse.pixelHeight,
            columnRotation: output.pixelWidth * inverse.columnRotation + output.columnRotation * inverse.pixelHeight,
            pixelHeight: output.rowRotation * inverse.columnRotation + output.pixelHeight * inverse.pixelHeight)
    }

    /// Source coordinates of one output row: of the points `offsetX`, `offsetY` (0…1) within each pixel. NaN where there are none.
    ///
    /// - Precondition: both buffers hold `width` numbers; `row` lies in the output.
    func fill(row: Int, offsetX: Double = 0.5, offsetY: Double = 0.5, _ xs: UnsafeMutablePointer<Double>, _ ys: UnsafeMutablePointer<Double>) {
        switch shape {
        case .affine(let t):
            let y = Double(row) + offsetY
            let (x0, y0) = (t.originX + y * t.rowRotation, t.originY + y * t.pixelHeight)
            for c in 0..<width {
                let x = Double(c) + offsetX
                xs[c] = x0 + x * t.pixelWidth
                ys[c] = y0 + x * t.columnRotation
            }
        case .cells(let tree):
            tree.fill(row: row, offsetX: offsetX, offsetY: offsetY, xs, ys)
        }
        wrap(xs)
    }

    /// Moves columns by whole turns into the source where that brings them into it.
    private func wrap(_ xs: UnsafeMutablePointer<Double>) {
        guard let period else { return }
        let limit = Double(sourceWidth)
        for c in 0..<width where xs[c] < 0 || xs[c] >= limit { xs[c] = PixelMapping.wrapped(xs[c], period, limit) }
    }

    static func wrapped(_ x: Double, _ period: Double, _ limit: Double) -> Double {
        let moved = x - period * (x / period).rounded(.down)
        // Rounding can leave `moved` at the period itself, which is column 0 of a source that goes round.
        if moved >= limit, moved >= period - 1e-9 { return 0 }
        return moved < limit ? moved : x
    }

    /// The source coordinates of a point of the output (column, row; pixel centres are at .5); nil outside the domain of the source's CRS.
    public func source(column: Double, row: Double) -> (x: Double, y: Double)? {
        guard column >= 0, row >= 0, column <= Double(width), row <= Double(height) else { return nil }
        let (c, r) = (min(width - 1, Int(column)), min(height - 1, Int(row)))
        var point: (x: Double, y: Double)
        switch shape {
        case .affine(let t): point = t.apply(column: column, row: row)
        case .cells(let tree): point = tree.point(column: c, row: r, offsetX: column - Double(c), offsetY: row - Double(r))
        }
        if let period, point.x < 0 || point.x >= Double(sourceWidth) {
            point.x = PixelMapping.wrapped(point.x, period, Double(sourceWidth))
        }
        return point.x.isFinite && point.y.isFinite ? point : nil
    }
}
