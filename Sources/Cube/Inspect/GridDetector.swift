import Core
import Geo
import Zarr

/// Finds out where the pixels of a grid lie, in the units of its CRS.
struct GridDetector {
    let view: StoreView
    let mapping: GridMapping?
    let dimensions: CubeDimensions
    private(set) var notes: [String] = []

    init(view: StoreView, mapping: GridMapping?, dimensions: CubeDimensions) {
        self.view = view
        self.mapping = mapping
        self.dimensions = dimensions
    }

    struct Found {
        var transform: GeoTransform
        var source: String
        /// Both axes are longitude and latitude by their names or units.
        var isGeographic: Bool
    }

    /// An axis of evenly spaced pixel centres.
    struct Axis {
        var first: Double
        var step: Double
        var count: Int

        /// The outer edge of the first pixel.
        var edge: Double { first - step / 2 }
    }

    /// - Throws: `CubeError.missingGrid`, `CubeError.irregularGrid`
    mutating func detect() throws(CubeError) -> Found {
        let declared = try declaredTransform()
        let x = try axis(dimensions.x, count: dimensions.width)
        let y = try axis(dimensions.y, count: dimensions.height)
        let isGeographic = isGeographic(dimensions.x, .x) && isGeographic(dimensions.y, .y)
        if let x, let y, let transform = joined(x, y, declared?.transform) {
            let agrees = declared.map { agree($0.transform, transform) } ?? false
            if let declared, agrees {
                // The same place, but without the rounding of differences of coordinates.
                return Found(transform: declared.transform, source: "\(declared.source), as the coordinates", isGeographic: isGeographic)
            }
            if let declared { notes.append("\(declared.source) contradicts the coordinates and is ignored") }
            return Found(
                transform: transform, source: "coordinates '\(dimensions.y)' and '\(dimensions.x)'", isGeographic: isGeographic)
        }
        guard let declared else {
            throw CubeError(
                .missingGrid,
                "nothing says where the pixels lie; looked for 1-D coordinate arrays '\(dimensions.y)' and '\(dimensions.x)' with at least "
                    + "two values, GeoTransform of a grid_mapping variable and spatial:transform")
        }
        return Found(transform: declared.transform, source: declared.source, isGeographic: isGeographic)
    }

    private func isGeographic(_ dimension: String, _ role: CFRole) -> Bool {
        guard let attributes = view.coordinate(of: dimension)?.metadata.attributes else { return CFRole.isGeographicName(dimension) }
        if let name = attributes["standard_name"]?.stringValue?.lowercased() {
            if name.hasPrefix("projection_") || name.hasPrefix("grid_") { return false }
            if name == "latitude" || name == "longitude" { return true }
        }
        let units = attributes["units"]?.stringValue?.lowercased() ?? ""
        if CFRole.northUnits.contains(units) || CFRole.eastUnits.contains(units) { return true }
        return CFRole.isGeographicName(dimension) && (units.isEmpty || units.hasPrefix("deg"))
    }

    // MARK: coordinates

    private func axis(_ dimension: String, count: Int) throws(CubeError) -> Axis? {
        guard let array = view.coordinate(of: dimension), case .numeric(let type) = array.metadata.dataType,
            array.metadata.shape == [count]
        else { return nil }
        let values = try CoordinateValues.numbers(array, dimension)
        return try GridDetector.fit(values, name: dimension, isSinglePrecision: type == .float32)
    }

    /// - Throws: `CubeError.irregularGrid` where a centre is off by more than a hundredth of a pixel (or the precision of Float32).
    static func fit(_ values: [Double], name: String, isSinglePrecision: Bool) throws(CubeError) -> Axis? {
        guard let first = values.first, let last = values.last else { return nil }
        guard values.allSatisfy(\.isFinite) else {
            throw CubeError(.irregularGrid, "the coordinate '\(name)' has values that are not finite numbers", subject: name)
        }
        if values.count == 1 { return Axis(first: first, step: 0, count: 1) }
        let step = (last - first) / Double(values.count - 1)
        let precision = isSinglePrecision ? 4 * Double(Float(max(abs(first), abs(last))).ulp) : 0
        let tolerance = max(abs(step) * 0.01, precision)
        guard step != 0 else { throw irregular(name, at: 1, values[1], first) }
        for (i, value) in values.enumerated() where abs(value - (first + step * Double(i))) > tolerance {
            throw irregular(name, at: i, value, first + step * Double(i))
        }
        return Axis(first: first, step: step, count: values.count)
    }

    private static func irregular(_ name: String, at i: Int, _ value: Double, _ expected: Double) -> CubeError {
        CubeError(
            .irregularGrid, "the coordinate '\(name)' is not evenly spaced: element \(i) is \(value), an even grid would have \(expected)",
            subject: name)
    }

    /// An axis of one pixel has no spacing of its own: it takes the declared one.
    private func joined(_ x: Axis, _ y: Axis, _ declared: GeoTransform?) -> GeoTransform? {
        var (x, y) = (x, y)
        if x.step == 0 { x.step = declared?.pixelWidth ?? abs(y.step) }
        if y.step == 0 { y.step = declared?.pixelHeight ?? -abs(x.step) }
        return try? GeoTransform([x.edge, x.step, 0, y.edge, 0, y.step])
    }

    // MARK: transforms

    private func declaredTransform() throws(CubeError) -> (transform: GeoTransform, source: String)? {
        if let mapping, let six = mapping.geoTransform, let transform = try? GeoTransform(six) {
            return (transform, "GeoTransform of '\(mapping.name)'")
        }
        guard let six = view.attributes["spatial:transform"]?.numbers, six.count >= 6 else { return nil }
        // GeoZarr has the affine's rows: a b c d e f, as STAC's proj:transform.
        guard var transform = try? GeoTransform([six[2], six[0], six[1], six[5], six[3], six[4]]) else {
            throw CubeError(.missingGrid, "spatial:transform has no inverse", subject: "spatial:transform")
        }
        if view.attributes["spatial:registration"]?.stringValue == "node" {
            let corner = transform.apply(column: -0.5, row: -0.5)
            (transform.originX, transform.originY) = (corner.x, corner.y)
        }
        return (transform, "spatial:transform")
    }

    /// Whether two transforms put every corner within a tenth of a pixel of each other.
    private func agree(_ a: GeoTransform, _ b: GeoTransform) -> Bool {
        let (w, h) = (Double(dimensions.width), Double(dimensions.height))
        return [(0.0, 0.0), (w, 0), (0, h), (w, h)].allSatisfy { corner in
            let (p, q) = (a.apply(column: corner.0, row: corner.1), b.apply(column: corner.0, row: corner.1))
            return abs(p.x - q.x) <= 0.1 * abs(b.pixelWidth) && abs(p.y - q.y) <= 0.1 * abs(b.pixelHeight)
        }
    }
}
