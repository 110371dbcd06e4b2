import Core
import Geo
import Zarr

/// Writes coordinates, CRS, group attributes and, last of all, the root's document.
struct CubeMetadataWriter {
    let plan: PublishPlan
    let target: any WritableZarrStore
    let description: CubeDescription

    func write(_ writers: [[ZarrArrayWriter]]) throws {
        var consolidated: [String: JSON] = [:]
        for level in plan.grids.indices.reversed() {
            let path = plan.path(ofLevel: level)
            var documents: [String: JSON] = [:]
            for (name, writer) in try coordinates(level) {
                try writer.writeMetadata()
                documents[name] = writer.metadata.json
            }
            for (variable, writer) in zip(plan.variables, writers[level]) {
                try writer.writeMetadata()
                documents[variable.name] = writer.metadata.json
            }
            for (name, document) in documents { consolidated[path.isEmpty ? name : path + "/" + name] = document }
            if level > 0 {
                let attributes = spatial(plan.grids[level])
                // A group of its own can be opened by itself.
                try ZarrGroupWriter.write(target, path: path, attributes: attributes, consolidated: documents)
                consolidated[path] = ZarrGroupWriter.json(attributes: attributes)
            }
        }
        if plan.grids.count > 1 {
            try ZarrGroupWriter.write(target, path: "overviews", attributes: [:])
            consolidated["overviews"] = ZarrGroupWriter.json(attributes: [:])
        }
        try ZarrGroupWriter.write(target, path: "", attributes: rootAttributes, consolidated: consolidated)
    }

    // MARK: coordinates

    private func coordinates(_ level: Int) throws -> [(String, ZarrArrayWriter)] {
        let prefix = level == 0 ? "" : plan.path(ofLevel: level) + "/"
        let grid = plan.grids[level]
        var all: [(String, ZarrArrayWriter)] = []
        func add<T: BitwiseCopyable>(
            _ name: String, _ values: [T], shape: [Int], _ type: ZarrDataType, _ fill: JSON, _ attributes: JSONObject
        ) throws {
            let spec = ZarrArraySpec(
                shape: shape, chunkShape: shape.map { max(1, $0) }, dataType: type, fillValue: fill,
                dimensionNames: shape.isEmpty ? [] : [name], attributes: attributes, codec: .zstd(level: 3))
            let writer = try ZarrArrayWriter(store: target, path: prefix + name, spec: spec)
            if shape.isEmpty {
                try values.withUnsafeBytes { try writer.write(gridIndex: [], $0) }
            } else {
                try writer.writeAll(values)
            }
            all.append((name, writer))
        }
        let transform = grid.transform
        // A rotated grid has no coordinates of one dimension; its GeoTransform says where it lies.
        if transform.isAxisAligned {
            let xs = (0..<grid.width).map { transform.apply(column: Double($0) + 0.5, row: 0).x }
            let ys = (0..<grid.height).map { transform.apply(column: 0, row: Double($0) + 0.5).y }
            try add("x", xs, shape: [xs.count], .numeric(.float64), "NaN", axis(isX: true))
            try add("y", ys, shape: [ys.count], .numeric(.float64), "NaN", axis(isX: false))
        }
        let time = timeValues
        try add("time", time.values, shape: [time.values.count], .numeric(.int64), 0, time.attributes)
        try add("spatial_ref", [Int64(0)], shape: [], .numeric(.int64), 0, mappingAttributes(grid))
        for (name, labels) in bandLabels { try addLabels(name, labels, add) }
        return all
    }

    private func axis(isX: Bool) -> JSONObject {
        let crs = description.grid.crs
        if crs.isGeographic {
            return isX
                ? ["standard_name": "longitude", "long_name": "longitude", "units": "degrees_east", "axis": "X"]
                : ["standard_name": "latitude", "long_name": "latitude", "units": "degrees_north", "axis": "Y"]
        }
        var attributes: JSONObject =
            isX
            ? ["standard_name": "projection_x_coordinate", "long_name": "x coordinate of projection", "axis": "X"]
            : ["standard_name": "projection_y_coordinate", "long_name": "y coordinate of projection", "axis": "Y"]
        if crs.metresPerUnit == 1 { attributes["units"] = "m" }
        return attributes
    }

    /// Whole seconds where they are, else microseconds.
    private var timeValues: (values: [Int64], attributes: JSONObject) {
        let micros = description.times.map(\.microseconds)
        let isWhole = micros.allSatisfy { $0 % 1_000_000 == 0 }
        let attributes: JSONObject = [
            "standard_name": "time", "long_name": "time", "axis": "T",
            "units": .string((isWhole ? "seconds" : "microseconds") + " since 1970-01-01"), "calendar": "proleptic_gregorian",
        ]
        return (isWhole ? micros.map { $0 / 1_000_000 } : micros, attributes)
    }

    /// Names on the band axes: what the source has there.
    private var bandLabels: [(String, [String])] {
        var seen: Set<String> = []
        return plan.variables.compactMap { variable in
            guard let dimension = variable.bandDimension, seen.insert(dimension).inserted else { return nil }
            return (dimension, variable.bands.map { label($0, variable) })
        }
    }

    /// A numbered band keeps its number: `band_3` → `3`.
    private func label(_ band: Band, _ variable: VariablePlan) -> String {
        for prefix in ["band_", variable.name + "_"] where band.name.hasPrefix(prefix) { return String(band.name.dropFirst(prefix.count)) }
        return band.name
    }

    private func addLabels(
        _ name: String, _ labels: [String],
        _ add: (String, [UInt32], [Int], ZarrDataType, JSON, JSONObject) throws -> Void
    ) throws {
        let width = max(1, labels.map(\.unicodeScalars.count).max() ?? 1)
        var codes: [UInt32] = []
        for label in labels {
            let scalars = label.unicodeScalars.map(\.value)
            codes += scalars + [UInt32](repeating: 0, count: width - scalars.count)
        }
        try add(name, codes, [labels.count], .fixedUTF32(width), "", [:])
    }

    // MARK: attributes

    private func mappingAttributes(_ grid: PixelGrid) -> JSONObject {
        let t = grid.transform
        var attributes: JSONObject = [
            "crs_wkt": .string(grid.crs.wkt2), "spatial_ref": .string(grid.crs.wkt2),
            "GeoTransform": .string(t.array.map { CubeMetadataWriter.text($0) }.joined(separator: " ")),
        ]
        if grid.crs.isGeographic { attributes["grid_mapping_name"] = "latitude_longitude" }
        return attributes
    }

    private static func text(_ value: Double) -> String { JSON.double(value).text }

    /// GeoZarr's `spatial:` and `proj:` conventions.
    private func spatial(_ grid: PixelGrid) -> JSONObject {
        let bounds = grid.bounds
        var attributes: JSONObject = [
            "spatial:dimensions": ["y", "x"], "spatial:transform": JSON(grid.transform.affineArray),
            "spatial:shape": [JSON(grid.height), JSON(grid.width)],
            "spatial:bbox": JSON([bounds.minX, bounds.minY, bounds.maxX, bounds.maxY]), "spatial:registration": "pixel",
        ]
        if let code = grid.crs.code { attributes["proj:code"] = .string(code) } else { attributes["proj:wkt2"] = .string(grid.crs.wkt2) }
        return attributes
    }

    private var rootAttributes: JSONObject {
        var attributes = plan.source.attributes
        for key in attributes.keys where key.hasPrefix("proj:") || key.hasPrefix("spatial:") || key == "_CRS" { attributes[key] = nil }
        if attributes["Conventions"] == nil { attributes["Conventions"] = "CF-1.11" }
        attributes.merge(spatial(plan.grids[0]))
        attributes["zarr_conventions"] = GeoZarrConventions.list(multiscales: plan.grids.count > 1)
        // Written out: in `? :` the nil would be JSON's null.
        attributes["multiscales"] = nil
        if plan.grids.count > 1 { attributes["multiscales"] = multiscales }
        return attributes
    }

    private var multiscales: JSON {
        let layout = plan.grids.enumerated().map { level, grid -> JSON in
            var entry: JSONObject = ["asset": .string(level == 0 ? "." : plan.path(ofLevel: level))]
            if level > 0 {
                entry["derived_from"] = .string(level == 1 ? "." : plan.path(ofLevel: level - 1))
                entry["transform"] = ["scale": [2.0, 2.0], "translation": [0.0, 0.0]]
            }
            entry["spatial:shape"] = [JSON(grid.height), JSON(grid.width)]
            entry["spatial:transform"] = JSON(grid.transform.affineArray)
            return .object(entry)
        }
        let isCategorical = description.bands.allSatisfy(\.isCategorical)
        return ["layout": .array(layout), "resampling_method": isCategorical ? "mode" : "average"]
    }
}

/// The conventions a store declares (zarr-conventions).
enum GeoZarrConventions {
    static func list(multiscales: Bool) -> JSON {
        var list: [JSON] = [
            convention("689b58e2-cf7b-45e0-9fff-9cfc0883d6b4", "zarr-conventions/spatial", "spatial:", "Spatial coordinate information"),
            convention(
                "f17cb550-5864-4468-aeb7-f3180cfb622f", "zarr-experimental/geo-proj", "proj:",
                "Coordinate reference system information for geospatial data"),
        ]
        if multiscales {
            list.append(
                convention(
                    "d35379db-88df-4056-af3a-620245f8e347", "zarr-conventions/multiscales", "multiscales", "Multiscale layout of zarr datasets"))
        }
        return .array(list)
    }

    private static func convention(_ uuid: String, _ repository: String, _ name: String, _ description: String) -> JSON {
        [
            "uuid": .string(uuid),
            "schema_url": .string("https://raw.githubusercontent.com/\(repository)/refs/tags/v1/schema.json"),
            "spec_url": .string("https://github.com/\(repository)/blob/v1/README.md"),
            "name": .string(name), "description": .string(description),
        ]
    }
}
