import CGDAL
import Core
import Geo

/// Files of variables with dimensions (NetCDF, HDF5): on one grid, one after the other in time.
struct MultidimImport {
    let files: [MultidimFile]
    let options: ImportOptions
    private(set) var notes: [String] = []

    init(_ files: [MultidimFile], options: ImportOptions) {
        self.files = files
        self.options = options
        notes = files.first?.notes ?? []
    }

    /// Where a step of the joined time axis lies.
    struct Step {
        var file: Int
        var index: Int
    }

    /// - Throws: `inconsistent`, `missingTime`, `missingCRS`, `invalidOption`
    mutating func plan() throws(FormatsError) -> (layout: CubeLayout, variables: [(CubeVariable, any PixelSource)]) {
        guard let first = files.first else { throw FormatsError(.invalidOption, "there is at least one file") }
        for file in files.dropFirst() { try check(file, against: first) }
        let crs = try crs(of: first)
        let (x, y) = (MultidimImport.scaled(first.x, to: crs), MultidimImport.scaled(first.y, to: crs))
        var layout = CubeLayout(x: x, y: y, transform: MultidimImport.transform(x, y), crs: crs)
        layout.attributes = first.attributes
        let (time, steps) = try times()
        layout.time = time
        let pool = OpenFiles(limit: 16) { path throws(FormatsError) in
            try MultidimReader(try Dataset(path, .multidim, drivers: ["netCDF", "HDF5", "HDF4"]))
        }
        var variables: [(CubeVariable, any PixelSource)] = []
        for variable in first.variables {
            if let made = try self.variable(variable, layout, steps, pool) { variables.append(made) }
        }
        guard !variables.isEmpty else { throw FormatsError(.inconsistent, "no variable is in all files") }
        return (layout, variables)
    }

    /// CF lets coordinates be in kilometres while the CRS counts metres.
    private static func scaled(_ axis: CubeLayout.Axis, to crs: CRS) -> CubeLayout.Axis {
        let kilometres = ["km", "kilometer", "kilometre", "kilometers", "kilometres"]
        guard !crs.isGeographic, crs.metresPerUnit == 1, kilometres.contains(axis.attributes["units"]?.stringValue?.lowercased() ?? "")
        else { return axis }
        var axis = axis
        axis.centres = axis.centres.map { $0 * 1000 }
        axis.type = .float64
        axis.attributes["units"] = "m"
        return axis
    }

    private static func transform(_ x: CubeLayout.Axis, _ y: CubeLayout.Axis) -> GeoTransform? {
        guard let (x0, dx) = edge(x), let (y0, dy) = edge(y) else { return nil }
        return try? GeoTransform([x0, dx, 0, y0, 0, dy])
    }

    private static func edge(_ axis: CubeLayout.Axis) -> (Double, Double)? {
        guard axis.centres.count > 1, let first = axis.centres.first, let last = axis.centres.last else { return nil }
        let step = (last - first) / Double(axis.centres.count - 1)
        return (first - step / 2, step)
    }

    private mutating func crs(of file: MultidimFile) throws(FormatsError) -> CRS {
        if let text = options.crs { return try RasterImport.crs(option: text) }
        if let crs = file.crs { return crs }
        guard file.isGeographic else {
            throw FormatsError(.missingCRS, "it has no coordinate reference system; name one with the option crs", file: file.path)
        }
        notes.append("longitude and latitude are taken as WGS 84 (EPSG:4326), the file names no CRS")
        return .epsg4326
    }

    private func check(_ file: MultidimFile, against first: MultidimFile) throws(FormatsError) {
        for (mine, theirs) in [(file.x, first.x), (file.y, first.y)] {
            let pixel = abs((theirs.centres.last ?? 0) - (theirs.centres.first ?? 0)) / Double(max(1, theirs.centres.count - 1))
            guard mine.centres.count == theirs.centres.count,
                zip(mine.centres, theirs.centres).allSatisfy({ abs($0 - $1) <= 0.01 * pixel })
            else { throw FormatsError(.inconsistent, "its coordinate '\(mine.name)' differs from that of the first file", file: file.path) }
        }
        guard options.crs != nil || file.crs == first.crs else {
            throw FormatsError(.inconsistent, "its CRS differs from that of the first file", file: file.path)
        }
    }

    // MARK: time

    /// The joined axis in order, and where each of its steps lies.
    private mutating func times() throws(FormatsError) -> (CFTimeAxis?, [Step]) {
        let counts = files.map { $0.time?.count ?? 1 }
        let steps = files.indices.flatMap { file in (0..<counts[file]).map { Step(file: file, index: $0) } }
        if let given = try given(stepCount: steps.count) {
            let order = given.indices.sorted { given[$0] < given[$1] }
            var axis = CFTimeAxis(order.map { given[$0] })
            axis.name = files.first?.time?.name ?? "time"
            return (try checked(axis), order.map { steps[$0] })
        }
        let known = files.compactMap { file in file.time.map { (axis: $0, file: file.path) } }
        guard !known.isEmpty else {
            if files.count == 1 { return (nil, steps) }
            throw FormatsError(.missingTime, "the files have no time; give the option datetimes or a file pattern such as %Y%m%d")
        }
        guard known.count == files.count, var axis = try CFTimeAxis.joined(known) else {
            throw FormatsError(.missingTime, "some of the files have a time and some have not; give the option datetimes")
        }
        let values = axis.doubles
        let order = values.indices.sorted { values[$0] < values[$1] }
        axis.values =
            switch axis.values {
            case .integers(let values): .integers(order.map { values[$0] })
            case .doubles(let values): .doubles(order.map { values[$0] })
            }
        return (try checked(axis), order.map { steps[$0] })
    }

    /// What options and file names say; nil where the files' own times count.
    private mutating func given(stepCount: Int) throws(FormatsError) -> [TimeInstant]? {
        if !options.datetimes.isEmpty {
            guard options.datetimes.count == stepCount else {
                throw FormatsError(.invalidOption, "there are \(options.datetimes.count) datetimes for \(stepCount) time steps")
            }
            return options.datetimes
        }
        let isPlain = files.allSatisfy { $0.time?.count ?? 1 == 1 }
        if let text = options.filePattern, isPlain {
            let pattern = try FileNamePattern(text)
            var times: [TimeInstant] = []
            for file in files {
                guard let time = pattern.match(FormatsError.lastComponent(file.path))?.time else {
                    throw FormatsError(.invalidOption, "its name does not fit the file pattern '\(text)'", file: file.path)
                }
                times.append(time)
            }
            return times
        }
        guard isPlain, files.allSatisfy({ $0.time == nil }) else { return nil }
        let guessed = files.compactMap(MultidimImport.time)
        guard guessed.count == files.count, let first = guessed.first else { return nil }
        notes.append("the time\(files.count > 1 ? "s are" : " \(first) is") taken from the files' attributes or names")
        return guessed
    }

    /// The start of what the file covers (ACDD), else a date in its name.
    private static func time(_ file: MultidimFile) -> TimeInstant? {
        for key in ["time_coverage_start", "BeginDate", "RangeBeginningDate"] {
            if let text = file.attributes[key]?.stringValue, let time = BandFile.time(text) { return time }
        }
        return FileNamePattern.guess(FormatsError.lastComponent(file.path))
    }

    private func checked(_ axis: CFTimeAxis) throws(FormatsError) -> CFTimeAxis {
        let values = axis.doubles
        guard values.allSatisfy(\.isFinite) else { throw FormatsError(.inconsistent, "a time step is not a finite number") }
        for (a, b) in zip(values, values.dropFirst()) where a == b {
            throw FormatsError(.inconsistent, "the time \(a) (\(axis.units)) is there twice")
        }
        return axis
    }

    // MARK: variables

    private mutating func variable(
        _ variable: MultidimFile.Variable, _ layout: CubeLayout, _ steps: [Step], _ pool: OpenFiles<MultidimReader>
    ) throws(FormatsError) -> (CubeVariable, any PixelSource)? {
        // Without a time axis of its own a variable of a file of several steps holds for all of them.
        let hasTime = layout.time != nil && (variable.time != nil || files.allSatisfy { $0.time?.count ?? 1 == 1 && !$0.hasTimeAxis })
        var versions: [MultidimFile.Variable] = []
        for file in files {
            guard let version = file.variables.first(where: { $0.fullName == variable.fullName }) else {
                notes.append("variable '\(variable.name)' is not in '\(FormatsError.lastComponent(file.path))' and is left out")
                return nil
            }
            guard version.type == variable.type, version.nodata == variable.nodata,
                version.attributes["scale_factor"] == variable.attributes["scale_factor"],
                version.attributes["add_offset"] == variable.attributes["add_offset"]
            else {
                throw FormatsError(
                    .inconsistent, "variable '\(variable.name)' has another type, _FillValue, scale or offset than in the first file",
                    file: file.path)
            }
            versions.append(version)
        }
        let taken: Set<String> = [layout.x.name, layout.y.name, layout.time?.name ?? "time", "spatial_ref"]
        let name = ArrayName.safe(variable.name) ?? "variable"
        let made = CubeVariable(
            name: taken.contains(name) ? "data_" + name : name, type: variable.type, nodata: variable.nodata,
            attributes: variable.attributes, hasTime: hasTime)
        return (made, MultidimSource(paths: files.map(\.path), versions: versions, steps: hasTime ? steps : [Step(file: 0, index: 0)], files: pool))
    }
}

extension MultidimFile {
    /// Some variable lies on a time dimension.
    var hasTimeAxis: Bool { variables.contains { $0.time != nil } }
}

/// An open file whose arrays are looked up once.
final class MultidimReader {
    private let dataset: Dataset
    private let root: MDGroup
    private var arrays: [String: MDArray] = [:]

    init(_ dataset: Dataset) throws(FormatsError) {
        self.dataset = dataset
        guard let root = MDGroup(dataset) else { throw FormatsError(.unreadable, "it has no root group", file: dataset.path) }
        self.root = root
    }

    func array(_ fullName: String) throws(FormatsError) -> MDArray {
        if let known = arrays[fullName] { return known }
        guard let array = root.array(fullName) else {
            throw FormatsError(.unreadable, "array '\(fullName)' is gone", file: dataset.path)
        }
        arrays[fullName] = array
        return array
    }
}

/// Pixels of one variable, out of the files that hold its steps.
struct MultidimSource: PixelSource {
    let paths: [String]
    /// The variable as each file has it.
    let versions: [MultidimFile.Variable]
    let steps: [MultidimImport.Step]
    let files: OpenFiles<MultidimReader>

    func read(_ block: PixelBlock, into target: UnsafeMutableRawBufferPointer) throws(FormatsError) {
        let size = versions.first?.type.size ?? 1
        let planeBytes = block.rows.count * block.columns.count * size
        var at = block.times.lowerBound
        while at < block.times.upperBound {
            let run = self.run(from: at, to: block.times.upperBound)
            let start = (at - block.times.lowerBound) * planeBytes
            let part = UnsafeMutableRawBufferPointer(rebasing: target[start..<start + run * planeBytes])
            try read(steps[at], count: run, block, part)
            at += run
        }
    }

    /// How many steps from here on follow each other in one file.
    private func run(from start: Int, to end: Int) -> Int {
        var count = 1
        while start + count < end, steps[start + count].file == steps[start].file,
            steps[start + count].index == steps[start].index + count
        { count += 1 }
        return count
    }

    private func read(
        _ step: MultidimImport.Step, count: Int, _ block: PixelBlock, _ target: UnsafeMutableRawBufferPointer
    ) throws(FormatsError) {
        let version = versions[step.file]
        let array = try files.file(paths[step.file]).array(version.fullName)
        guard array.shape == version.shape, let type = array.gdalType else {
            throw FormatsError(.unreadable, "variable '\(version.name)' has changed while it was read", file: paths[step.file])
        }
        var region = [Range<Int>](repeating: 0..<1, count: version.shape.count)
        if let time = version.time { region[time] = step.index..<step.index + count }
        region[version.y] = block.rows
        region[version.x] = block.columns
        let spatial = [version.y, version.x]
        let others = region.indices.filter { $0 != version.time && !spatial.contains($0) }
        do throws(FormatsError) {
            try array.read(region, as: type, transpose: others + (version.time.map { [$0] } ?? []) + spatial, into: target)
        } catch { throw FormatsError(error.code, error.message, file: paths[step.file]) }
    }
}

extension MDArray {
    var gdalType: GDALDataType? {
        guard let type = GDALMDArrayGetDataType(handle) else { return nil }
        defer { GDALExtendedDataTypeRelease(type) }
        return GDALExtendedDataTypeGetNumericDataType(type)
    }
}
