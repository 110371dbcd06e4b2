import Core
import Zarr

/// The dimensions of a cube, found in the arrays of one group.
struct CubeDimensions: Sendable {
    var time: String?
    var band: String?
    var y: String
    var x: String
    var height: Int
    var width: Int
}

/// An array that can be drawn, and what its axes are.
struct RasterArray: Sendable {
    let name: String
    let array: ZarrArray
    let axes: CubeDescription.Axes
}

/// Finds out which dimensions of a group are time, band, y and x, and which arrays lie on that grid.
struct DimensionDetector {
    let view: StoreView
    private(set) var notes: [String] = []

    init(_ view: StoreView) { self.view = view }

    /// The role of a dimension: by its coordinate's CF attributes, else by `spatial:dimensions`, else by its name.
    func role(of dimension: String) -> CFRole? {
        if let coordinate = view.coordinate(of: dimension), let role = CFRole(attributes: coordinate.metadata.attributes) { return role }
        if let spatial = view.attributes["spatial:dimensions"]?.arrayValue, spatial.count >= 2 {
            if spatial[spatial.count - 2].stringValue == dimension { return .y }
            if spatial[spatial.count - 1].stringValue == dimension { return .x }
        }
        return CFRole(name: dimension)
    }

    /// The largest pair of y and x dimensions that arrays share; nil if no array has both.
    func grid() -> (y: String, x: String, height: Int, width: Int)? {
        var best: (y: String, x: String, height: Int, width: Int)?
        for name in view.names {
            guard let array = view.arrays[name], let dimensions = array.metadata.dimensionNames,
                isData(name, array.metadata), let pair = spatialAxes(dimensions)
            else { continue }
            let (height, width) = (array.metadata.shape[pair.y], array.metadata.shape[pair.x])
            if best.map({ height.multipliedReportingOverflow(by: width).partialValue > $0.height * $0.width }) ?? true {
                best = (dimensions[pair.y], dimensions[pair.x], height, width)
            }
        }
        return best
    }

    private func spatialAxes(_ dimensions: [String]) -> (y: Int, x: Int)? {
        guard let y = dimensions.lastIndex(where: { role(of: $0) == .y }), let x = dimensions.lastIndex(where: { role(of: $0) == .x })
        else { return nil }
        return (y, x)
    }

    /// Arrays that hold pixels rather than coordinates, bounds or text.
    private func isData(_ name: String, _ metadata: ZarrArrayMetadata) -> Bool {
        guard metadata.shape.count >= 2, metadata.shape.allSatisfy({ $0 > 0 }), case .numeric = metadata.dataType else { return false }
        let standardName = metadata.attributes["standard_name"]?.stringValue?.lowercased()
        if standardName == "latitude" || standardName == "longitude" { return false }
        let units = metadata.attributes["units"]?.stringValue?.lowercased() ?? ""
        if CFRole.northUnits.contains(units) || CFRole.eastUnits.contains(units) { return false }
        return !isBounds(name)
    }

    private func isBounds(_ name: String) -> Bool {
        if name.hasSuffix("_bnds") || name.hasSuffix("_bounds") { return true }
        return view.arrays.values.contains { $0.metadata.attributes["bounds"]?.stringValue == name }
    }

    /// All arrays on the grid with their axes; what had to be left out is noted.
    mutating func rasters(y: String, x: String, height: Int, width: Int) -> [RasterArray] {
        var rasters: [RasterArray] = []
        for name in view.names {
            guard let array = view.arrays[name], isData(name, array.metadata) else { continue }
            guard let dimensions = array.metadata.dimensionNames, dimensions.count == array.metadata.shape.count else {
                notes.append("array '\(name)' has no dimension names and is left out")
                continue
            }
            guard let yAxis = dimensions.firstIndex(of: y), let xAxis = dimensions.firstIndex(of: x) else {
                if spatialAxes(dimensions) != nil { notes.append("array '\(name)' lies on another grid and is left out") }
                continue
            }
            guard array.metadata.shape[yAxis] == height, array.metadata.shape[xAxis] == width else {
                notes.append("array '\(name)' has another size along \(y) or \(x) and is left out")
                continue
            }
            if let axes = axes(name, dimensions, array.metadata.shape, y: yAxis, x: xAxis) {
                rasters.append(RasterArray(name: name, array: array, axes: axes))
            }
        }
        return rasters
    }

    private mutating func axes(_ name: String, _ dimensions: [String], _ shape: [Int], y: Int, x: Int) -> CubeDescription.Axes? {
        var axes = CubeDescription.Axes(time: nil, band: nil, y: y, x: x)
        for (i, dimension) in dimensions.enumerated() where i != y && i != x {
            switch role(of: dimension) {
            case .time where axes.time == nil: axes.time = i
            case .band where axes.band == nil: axes.band = i
            default:
                guard shape[i] == 1 else {
                    notes.append("array '\(name)' has a further dimension '\(dimension)' of length \(shape[i]) and is left out")
                    return nil
                }
            }
        }
        return axes
    }

    /// Names of the dimensions in the order they were looked at, for messages.
    var dimensionNames: [String] {
        var seen: [String] = []
        for name in view.names {
            for dimension in view.dimensions(of: name) ?? [] where !seen.contains(dimension) { seen.append(dimension) }
        }
        return seen
    }
}
