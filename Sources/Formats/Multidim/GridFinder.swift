import Core
import Geo

/// Finds the grid, the axes and the times among the arrays of one file.
struct GridFinder {
    let arrays: [MDArray]
    let file: String

    init(_ arrays: [MDArray], file: String) {
        self.arrays = arrays
        self.file = file
    }

    struct Grid {
        var x: MDArray.Dimension
        var y: MDArray.Dimension
    }

    /// The 1-D array with the coordinates of a dimension.
    func coordinate(of dimension: MDArray.Dimension) -> MDArray? {
        let candidates = arrays.filter { $0.dimensions.count == 1 && $0.dimensions[0].fullName == dimension.fullName && $0.dataType != nil }
        return candidates.first { $0.fullName == dimension.coordinate } ?? candidates.first { $0.name == dimension.name }
    }

    func role(of dimension: MDArray.Dimension) -> AxisRole {
        AxisRole(dimension, coordinate: coordinate(of: dimension)?.attributes)
    }

    private func axes(of array: MDArray) -> (x: Int, y: Int)? {
        guard array.dataType != nil, array.dimensions.count >= 2, array.shape.allSatisfy({ $0 > 0 }),
            let y = array.dimensions.lastIndex(where: { role(of: $0) == .y }),
            let x = array.dimensions.lastIndex(where: { role(of: $0) == .x })
        else { return nil }
        return (x, y)
    }

    /// The largest pair of y and x that an array lies on and that has coordinates.
    ///
    /// - Throws: `unsupported` where there is none but arrays of latitudes and longitudes per pixel (a curvilinear grid).
    func grid() throws(FormatsError) -> Grid? {
        var best: Grid?
        for array in arrays {
            guard let axes = axes(of: array) else { continue }
            let grid = Grid(x: array.dimensions[axes.x], y: array.dimensions[axes.y])
            guard coordinate(of: grid.x) != nil, coordinate(of: grid.y) != nil else { continue }
            if best.map({ Double(grid.x.size) * Double(grid.y.size) > Double($0.x.size) * Double($0.y.size) }) ?? true { best = grid }
        }
        if best == nil, arrays.contains(where: isCurvilinear) {
            throw FormatsError(
                .unsupported,
                "its grid is curvilinear (latitude and longitude are given per pixel); warp it to an even grid first, "
                    + "for instance with gdalwarp -geoloc", file: file)
        }
        return best
    }

    private func isCurvilinear(_ array: MDArray) -> Bool {
        let units = array.unit.lowercased()
        return array.dimensions.count == 2 && units.hasPrefix("degree") && (units.contains("north") || units.contains("east"))
    }

    func axis(_ dimension: MDArray.Dimension) throws(FormatsError) -> CubeLayout.Axis {
        guard let array = coordinate(of: dimension) else {
            throw FormatsError(.missingGrid, "the dimension '\(dimension.name)' has no coordinates", file: file)
        }
        guard dimension.size <= RasterImport.maximumSide else {
            throw FormatsError(.unsupported, "the dimension '\(dimension.name)' has \(dimension.size) pixels", file: file)
        }
        var attributes = array.attributes
        var centres = try array.doubles()
        var type = array.dataType == .float32 ? DataType.float32 : .float64
        let (scale, offset) = (attributes["scale_factor"]?.doubleValue, attributes["add_offset"]?.doubleValue)
        if scale != nil || offset != nil {
            centres = centres.map { $0 * (scale ?? 1) + (offset ?? 0) }
            type = .float64
            for key in ["scale_factor", "add_offset"] { attributes[key] = nil }
        }
        if attributes["units"]?.stringValue?.lowercased().hasPrefix("degree") == true, role(of: dimension) == .x {
            if let continuous = GridFinder.unwrapped(centres) { (centres, type) = (continuous, .float64) }
        }
        let name = ArrayName.safe(dimension.name) ?? array.name
        try GridFinder.checkEven(centres, name: name, isSinglePrecision: array.dataType == .float32, file: file)
        return CubeLayout.Axis(name: name, centres: centres, type: type, attributes: attributes)
    }

    /// Longitudes that jump back once (359.9, 0.1) run on instead; nil where they do so already.
    static func unwrapped(_ longitudes: [Double]) -> [Double]? {
        let jumps = longitudes.indices.dropFirst().filter { abs(longitudes[$0] - longitudes[$0 - 1]) > 180 }
        guard let jump = jumps.first, jumps.count == 1 else { return nil }
        let turn = longitudes[jump] < longitudes[jump - 1] ? 360.0 : -360.0
        // Those before the jump move back, so that what crosses Greenwich lies around 0.
        let isBeyond = longitudes.contains { $0 > 180 }
        return longitudes.enumerated().map { i, x in isBeyond ? (i < jump ? x - turn : x) : (i < jump ? x : x + turn) }
    }

    /// - Throws: `unsupported` where a centre is off an even grid by more than a hundredth of a pixel (or what Float32 can tell).
    static func checkEven(_ values: [Double], name: String, isSinglePrecision: Bool, file: String) throws(FormatsError) {
        guard let first = values.first, let last = values.last, values.count > 1 else { return }
        let step = (last - first) / Double(values.count - 1)
        let precision = isSinglePrecision ? 4 * Double(Float(max(abs(first), abs(last))).ulp) : 0
        let tolerance = max(abs(step) * 0.01, precision)
        guard step != 0, step.isFinite else { throw uneven(name, 1, file) }
        for (i, value) in values.enumerated() where !(abs(value - (first + step * Double(i))) <= tolerance) { throw uneven(name, i, file) }
    }

    private static func uneven(_ name: String, _ index: Int, _ file: String) -> FormatsError {
        FormatsError(
            .unsupported, "the coordinate '\(name)' is not evenly spaced (element \(index)); warp the file to an even grid first", file: file)
    }

    // MARK: variables

    func variable(_ array: MDArray, on grid: Grid, _ options: ImportOptions, _ notes: inout [String]) -> MultidimFile.Variable? {
        guard array.dimensions.count >= 2, let axes = axes(of: array), array.dimensions[axes.x].fullName == grid.x.fullName,
            array.dimensions[axes.y].fullName == grid.y.fullName, let type = array.dataType
        else {
            note(array, grid, &notes)
            return nil
        }
        var time: Int?
        for (i, dimension) in array.dimensions.enumerated() where i != axes.x && i != axes.y {
            if role(of: dimension) == .time, time == nil { time = i; continue }
            guard dimension.size == 1 else {
                notes.append("variable '\(array.name)' has a further dimension '\(dimension.name)' of length \(dimension.size) and is left out")
                return nil
            }
        }
        let attributes = array.attributes
        if AxisRole.isGeographic(array.name, attributes), attributes["standard_name"] != nil { return nil }
        return MultidimFile.Variable(
            name: array.name, fullName: array.fullName, shape: array.shape, time: time, y: axes.y, x: axes.x, type: type,
            nodata: array.nodata(type), attributes: attributes)
    }

    private func note(_ array: MDArray, _ grid: Grid, _ notes: inout [String]) {
        guard array.dimensions.count >= 2, !array.name.hasSuffix("_bnds"), !array.name.hasSuffix("_bounds") else { return }
        let shown = array.dimensions.map { "\($0.name): \($0.size)" }.joined(separator: ", ")
        notes.append("variable '\(array.name)' (\(shown)) does not lie on the grid \(grid.y.name), \(grid.x.name) and is left out")
    }

    // MARK: time

    /// - Throws: `missingTime` for a time dimension that says nothing.
    func time(_ dimension: MDArray.Dimension) throws(FormatsError) -> CFTimeAxis? {
        guard let array = coordinate(of: dimension) else { return nil }
        return try axis(of: array, name: ArrayName.safe(dimension.name) ?? "time")
    }

    /// A time that holds for the whole file: a variable without dimensions, or over one of length 1.
    func scalarTime() throws(FormatsError) -> CFTimeAxis? {
        for array in arrays where array.shape.allSatisfy({ $0 == 1 }) && array.dimensions.count <= 1 && array.dataType != nil {
            guard array.unit.lowercased().contains(" since ") else { continue }
            return try axis(of: array, name: "time")
        }
        return nil
    }

    private func axis(of array: MDArray, name: String) throws(FormatsError) -> CFTimeAxis? {
        var attributes = array.attributes
        guard let units = attributes["units"]?.stringValue, units.lowercased().contains(" since "), let type = array.dataType else { return nil }
        let isPacked = attributes["scale_factor"] != nil || attributes["add_offset"] != nil
        var values: CFTimeAxis.Values
        if type.isFloatingPoint || isPacked {
            let (scale, offset) = (attributes["scale_factor"]?.doubleValue ?? 1, attributes["add_offset"]?.doubleValue ?? 0)
            let raw = try array.doubles()
            values = .doubles(isPacked ? raw.map { $0 * scale + offset } : raw)
        } else {
            values = .integers(try array.integers())
        }
        for key in ["scale_factor", "add_offset", "missing_value", "valid_range", "actual_range"] { attributes[key] = nil }
        return CFTimeAxis(name: name, values: values, units: units, calendar: attributes["calendar"]?.stringValue, attributes: attributes)
    }
}
