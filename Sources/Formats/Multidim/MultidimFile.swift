import CGDAL
import Core
import Geo

/// What one NetCDF or HDF5 file says about itself: the variables on its largest grid, their axes and times. Holds no file open.
struct MultidimFile {
    /// A variable over (time, …, y, x) in any order, where the others have one step.
    struct Variable {
        var name: String
        var fullName: String
        var shape: [Int]
        var time: Int?
        var y: Int
        var x: Int
        var type: DataType
        var nodata: Nodata?
        var attributes: JSONObject
    }

    var path: String
    var driver: String
    var x: CubeLayout.Axis
    var y: CubeLayout.Axis
    var crs: CRS?
    var isGeographic: Bool
    var time: CFTimeAxis?
    var variables: [Variable] = []
    var attributes: JSONObject = [:]
    var notes: [String] = []

    /// - Returns: nil if the file has no variable with two or more dimensions, so that another way of reading it may be tried.
    /// - Throws: `missingGrid`, `unsupported`
    init?(_ dataset: Dataset, _ options: ImportOptions) throws(FormatsError) {
        guard let root = MDGroup(dataset) else { return nil }
        var arrays = root.arrays()
        guard arrays.contains(where: { $0.dimensions.count >= 2 && $0.dataType != nil }) else { return nil }
        arrays.sort { $0.fullName < $1.fullName }
        let finder = GridFinder(arrays, file: dataset.path)
        guard let grid = try finder.grid() else { return nil }
        path = dataset.path
        driver = dataset.driver
        (x, y) = (try finder.axis(grid.x), try finder.axis(grid.y))
        isGeographic = AxisRole.isGeographic(x.name, x.attributes) && AxisRole.isGeographic(y.name, y.attributes)
        attributes = MDAttributes.json(of: root.handle)
        var timeDimension: MDArray.Dimension?
        for array in arrays {
            guard let variable = finder.variable(array, on: grid, options, &notes) else { continue }
            if let axis = variable.time { timeDimension = timeDimension ?? array.dimensions[axis] }
            if crs == nil { crs = try BandFile.crs(of: array.spatialReference, file: path) }
            variables.append(variable)
        }
        try checkVariables(options)
        if let timeDimension { time = try finder.time(timeDimension) } else { time = try finder.scalarTime() }
    }

    private mutating func checkVariables(_ options: ImportOptions) throws(FormatsError) {
        for name in options.variables where !variables.contains(where: { $0.name == name }) {
            let known = variables.map(\.name).joined(separator: ", ")
            throw FormatsError(.invalidOption, "it has no variable '\(CoreError.shorten(name))' on the grid; it has \(known)", file: path)
        }
        if !options.variables.isEmpty { variables.removeAll { !options.variables.contains($0.name) } }
        guard !variables.isEmpty else {
            let reasons = notes.isEmpty ? "" : ": " + notes.prefix(5).joined(separator: "; ")
            throw FormatsError(.unsupported, "no variable lies over (time, y, x)\(reasons)", file: path)
        }
    }
}

/// A group of GDAL's multidimensional model.
final class MDGroup {
    let handle: GDALGroupH

    init?(_ dataset: Dataset) {
        guard let handle = GDALDatasetGetRootGroup(dataset.handle) else { return nil }
        self.handle = handle
    }

    private init(_ handle: GDALGroupH) { self.handle = handle }

    deinit { GDALGroupRelease(handle) }

    /// All arrays of this group and those within, scalars and coordinates too.
    func arrays(depth: Int = 0) -> [MDArray] {
        var arrays: [MDArray] = []
        let names = GDALLibrary.withList(["SHOW_ALL=YES"]) { GDALGroupGetMDArrayNames(handle, $0) }
        defer { CSLDestroy(names) }
        for name in GDALLibrary.list(names).prefix(10_000) {
            if let array = GDALGroupOpenMDArray(handle, name, nil) { arrays.append(MDArray(array)) }
        }
        guard depth < 8 else { return arrays }
        let groups = GDALGroupGetGroupNames(handle, nil)
        defer { CSLDestroy(groups) }
        for name in GDALLibrary.list(groups).prefix(1000) {
            if let group = GDALGroupOpenGroup(handle, name, nil) { arrays += MDGroup(group).arrays(depth: depth + 1) }
        }
        return arrays
    }

    func array(_ fullName: String) -> MDArray? { GDALGroupOpenMDArrayFromFullname(handle, fullName, nil).map { MDArray($0) } }
}

extension MDArray {
    /// Owned by the array.
    var spatialReference: OGRSpatialReferenceH? { GDALMDArrayGetSpatialRef(handle) }
}
