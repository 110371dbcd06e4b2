import Core
import Geo
import Zarr

extension CubeInspection {
    /// A description for people: what was detected, where, and what will be derived. Lines end with a newline.
    public func report() -> String {
        var lines: [String] = []
        if let title = description.title { lines.append(title) }
        if !group.isEmpty { lines.append("Group       \(group)") }
        lines.append("Dimensions  " + dimensions.map { "\($0.name) \($0.length)" }.joined(separator: ", "))
        lines += gridLines + timeLines + [""] + bandLines + [""] + layerLines
        if !notes.isEmpty { lines += ["", "Notes"] + notes.map { "  - \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private var gridLines: [String] {
        let grid = description.grid
        let unit = grid.crs.isGeographic ? "degrees" : "units of the CRS"
        let bounds = grid.bounds
        let box = description.bbox.numbers.map { Self.short($0, digits: 6) }.joined(separator: ", ")
        return [
            "Grid        \(grid.width) x \(grid.height) pixels of \(Self.short(grid.resolution.x)) x \(Self.short(grid.resolution.y)) \(unit)"
                + (grid.transform.pixelHeight > 0 ? ", rows from south to north" : ""),
            "            from \(gridSource)",
            "CRS         \(grid.crs.code ?? "(no code)") \(grid.crs.name)",
            "            from \(crsSource)",
            "Extent      \([bounds.minX, bounds.minY, bounds.maxX, bounds.maxY].map { Self.short($0) }.joined(separator: ", "))",
            "            longitude and latitude \(box)",
        ]
    }

    private var timeLines: [String] {
        let times = description.times
        guard let first = times.first, let last = times.last else { return [] }
        let span = times.count == 1 ? "\(first)" : "\(first) to \(last)"
        return ["Time        \(times.count) step\(times.count == 1 ? "" : "s"), \(span)", "            from \(timeSource)"]
    }

    private var bandLines: [String] {
        var rows = [["Band", "Common name", "Type", "Nodata", "Scale", "Offset", "Unit", "Title"]]
        for band in description.bands {
            let kind = (band.isTimeVarying ? "" : ", static") + (band.isCategorical ? ", classes" : "")
            rows.append([
                band.name, band.commonName ?? "-", band.dataType.rawValue + kind, band.nodata.map { Self.short($0) } ?? "-",
                Self.short(band.scale), Self.short(band.offset), band.unit ?? "-", band.title,
            ])
        }
        return Self.table(rows)
    }

    private var layerLines: [String] {
        var rows = [["Layer", "Kind", "Formula", "Range"]]
        for layer in description.layers where layer.kind != .band {
            let range = layer.range.map { "\(Self.short($0.lowerBound)) to \(Self.short($0.upperBound))" } ?? "-"
            rows.append([layer.name, layer.kind.rawValue, layer.expressions.joined(separator: "; "), layer.kind == .composite ? "from the data" : range])
        }
        guard rows.count > 1 else { return ["Layers      one per band; no index or composite, for lack of bands with common names"] }
        return Self.table(rows) + ["and one layer per band"]
    }

    private static func table(_ rows: [[String]]) -> [String] {
        guard let columns = rows.first?.count else { return [] }
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < columns - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line
        }
    }

    /// A number without a needless fraction.
    static func short(_ value: Double, digits: Int = 10) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return value.isNaN ? "nan" : String(value) }
        if value == value.rounded() { return String(Int64(value)) }
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        let rounded = (value * factor).rounded() / factor
        return rounded == 0 ? String(value) : String(rounded)
    }

    /// The same for programs.
    public var json: JSON {
        let grid = description.grid
        return [
            "title": JSON(description.title),
            "group": .string(group),
            "dimensions": .array(dimensions.map { ["name": .string($0.name), "role": .string($0.role), "length": JSON($0.length)] }),
            "grid": [
                "width": JSON(grid.width), "height": JSON(grid.height), "transform": JSON(grid.transform.affineArray),
                "resolution": JSON([grid.resolution.x, grid.resolution.y]), "source": .string(gridSource),
            ],
            "crs": ["code": JSON(grid.crs.code), "name": .string(grid.crs.name), "wkt2": .string(grid.crs.wkt2), "source": .string(crsSource)],
            "bbox": JSON(description.bbox.numbers),
            "time": [
                "count": JSON(description.times.count), "first": JSON(description.times.first?.description),
                "last": JSON(description.times.last?.description), "values": JSON(description.times.map(\.description)),
                "source": .string(timeSource),
            ],
            "bands": .array(description.bands.map(\.json)),
            "layers": .array(description.layers.map(\.json)),
            "notes": JSON(notes),
        ]
    }
}
