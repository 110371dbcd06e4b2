import Core
import Geo
import Zarr

extension CubeDescription {
    /// The form kept in the catalogue. `init(json:)` reads it back to an equal description.
    public var json: JSON {
        var members: [(String, JSON)] = [
            ("format", 1),
            ("title", JSON(title)),
            ("attributes", .object(attributes)),
            ("crs", JSON(grid.crs.code ?? grid.crs.wkt2)),
            ("grid", Self.json(of: grid)),
            ("times", .array(times.map { .int($0.microseconds) })),
        ]
        if let timeOrder { members.append(("timeOrder", .array(timeOrder.map { JSON($0) }))) }
        members += [
            ("bands", .array(bands.map(\.json))),
            ("layers", .array(layers.map(\.json))),
            ("variables", .array(variables.map(\.json))),
            ("levels", .array(levels.map(\.json))),
            ("footprint", footprint.geoJSON),
            ("bbox", JSON(bbox.numbers)),
        ]
        return JSON(members)
    }

    /// - Throws: `CubeError.invalidDescription`
    public init(json: JSON) throws(CubeError) {
        do {
            try self.init(reading: DescriptionReader(json))
        } catch {
            throw CubeError.wrap(error, "the stored description of the cube cannot be read", code: .invalidDescription)
        }
    }

    private init(reading reader: DescriptionReader) throws {
        guard try reader.int("format") == 1 else {
            throw CubeError(.invalidDescription, "the stored description of the cube has an unknown format")
        }
        let crs = try CRS(try reader.string("crs"))
        title = reader.optionalString("title")
        attributes = try reader.object("attributes")
        grid = try Self.grid(try reader.child("grid"), crs: crs)
        times = try reader.array("times").map { TimeInstant(microseconds: try $0.integer()) }
        timeOrder = try reader.optionalArray("timeOrder")?.map { try $0.int() }
        bands = try reader.array("bands").map { try Band(reading: $0) }
        layers = try reader.array("layers").map { try Layer(reading: $0) }
        variables = try reader.array("variables").map { try Variable(reading: $0) }
        levels = try reader.array("levels").map { try Level(reading: $0, crs: crs) }
        footprint = try Geometry.fromGeoJSON(try reader.child("footprint").json)
        bbox = try BBox(numbers: try reader.child("bbox").numbers())
        try check()
    }

    /// What every reader of a description relies on.
    private func check() throws(CubeError) {
        func fail(_ rule: String) -> CubeError { CubeError(.invalidDescription, "the stored description breaks a rule: \(rule)") }
        guard !times.isEmpty, zip(times, times.dropFirst()).allSatisfy(<) else { throw fail("times increase") }
        if let timeOrder, timeOrder.count != times.count { throw fail("timeOrder has one entry per time") }
        guard !levels.isEmpty else { throw fail("there is a level 0") }
        for band in bands {
            guard variable(band.variable) != nil, levels.allSatisfy({ $0.arrays[band.variable] != nil }) else {
                throw fail("the array of band \(band.name) is described at every level")
            }
        }
    }

    fileprivate static func json(of grid: PixelGrid) -> JSON {
        ["transform": JSON(grid.transform.array), "width": JSON(grid.width), "height": JSON(grid.height)]
    }

    fileprivate static func grid(_ reader: DescriptionReader, crs: CRS) throws -> PixelGrid {
        let six = try reader.child("transform").numbers()
        let (width, height) = (try reader.int("width"), try reader.int("height"))
        guard six.count == 6, width > 0, height > 0 else { throw reader.failure("a grid has six numbers, a width and a height") }
        return PixelGrid(crs: crs, transform: try GeoTransform(six), width: width, height: height)
    }
}

extension CubeDescription.Variable {
    fileprivate var json: JSON {
        ["path": .string(path), "time": JSON(axes.time), "band": JSON(axes.band), "y": JSON(axes.y), "x": JSON(axes.x)]
    }

    fileprivate init(reading reader: DescriptionReader) throws {
        path = try reader.string("path")
        axes = CubeDescription.Axes(
            time: reader.optionalInt("time"), band: reader.optionalInt("band"), y: try reader.int("y"), x: try reader.int("x"))
    }
}

extension CubeDescription.Level {
    fileprivate var json: JSON {
        let documents = arrays.keys.sorted().compactMap { key in arrays[key].map { (key, $0.json) } }
        return ["path": .string(path), "factor": JSON(factor), "grid": CubeDescription.json(of: grid), "arrays": JSON(documents)]
    }

    fileprivate init(reading reader: DescriptionReader, crs: CRS) throws {
        path = try reader.string("path")
        factor = try reader.int("factor")
        grid = try CubeDescription.grid(try reader.child("grid"), crs: crs)
        arrays = [:]
        for (key, document) in try reader.object("arrays") { arrays[key] = try ZarrArrayMetadata(json: document) }
    }
}

extension JSON {
    fileprivate init(_ value: Int?) { self = value.map { JSON($0) } ?? .null }
}
