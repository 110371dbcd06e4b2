import Catalog
import Core
import Cube
import Foundation
import Geo

/// What a file or store is, found out without publishing it.
public struct Inspection: Sendable {
    public let text: String
    public let json: JSON

    /// - Throws: `ServiceError` that says why it cannot be published.
    public static func make(_ path: String, _ options: PublishRequest) throws -> Inspection {
        let scratch = DataDirectory(NSTemporaryDirectory() + "/chronotope-inspect-" + DataDirectory.newID())
        try scratch.create()
        defer { try? FileManager.default.removeItem(atPath: scratch.path) }
        let spool = try SpoolFolder(scratch)
        var source = try PublishSource.detect(try spool.resolve(path), spool: spool.path)
        if case .foreign(let paths) = source { source = try ForeignImport.convert(paths, options, into: spool.path, { _, _ in }, nil) }
        switch source {
        case .cube(let store):
            let inspection = try Publisher.inspect(store, options)
            return Inspection(text: inspection.report(), json: inspection.json)
        case .features(let file): return try features(file, options)
        case .foreign: throw ServiceError(.invalidData, "'\(path)' is of no kind that can be published")
        }
    }

    private static func features(_ path: String, _ options: PublishRequest) throws -> Inspection {
        let source = try GeoJSONSource(path: path)
        let maker = try FeatureMaker(crs: options.crs ?? source.crs, timeProperty: options.timeProperty)
        var summary = FeatureSummary(crs: options.crs ?? source.crs ?? .crs84)
        for index in 0..<source.count {
            let feature = try source.feature(index)
            summary.add(feature, try maker.record(feature, number: index + 1))
        }
        return Inspection(text: summary.text, json: summary.json)
    }
}

/// What features have in common.
private struct FeatureSummary {
    let crs: CRS
    var count = 0
    var extent = Extent.none
    var types: [String: Int] = [:]
    var names: [String] = []

    init(crs: CRS) { self.crs = crs }

    mutating func add(_ feature: JSON, _ record: ItemRecord) {
        count += 1
        extent = extent.union(Extent(bbox: record.bbox, interval: record.interval))
        types[feature["geometry"]?["type"]?.stringValue ?? "null", default: 0] += 1
        for name in feature["properties"]?.objectValue?.keys ?? [] where !names.contains(name) { names.append(name) }
    }

    private var crsName: String { crs.code ?? crs.name }
    private var sortedTypes: [(key: String, value: Int)] { types.sorted { $0.key < $1.key } }

    var json: JSON {
        var document: JSONObject = ["kind": "features", "count": JSON(count), "crs": .string(crsName)]
        document["geometryTypes"] = JSON(sortedTypes.map { ($0.key, JSON($0.value)) })
        document["bbox"] = extent.bbox.map { JSON($0.numbers) } ?? .null
        document["interval"] = JSON(extent.interval?.description)
        document["properties"] = JSON(names)
        return .object(document)
    }

    var text: String {
        let numbers: [String] = extent.bbox?.numbers.map { "\($0)" } ?? ["none"]
        let box = numbers.joined(separator: ", ")
        let geometry = sortedTypes.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let time = extent.interval?.description ?? "none"
        let lines: [String] = [
            "Features     \(count)", "CRS          \(crsName)", "Geometry     \(geometry)", "Extent       \(box)", "Time         \(time)",
            "Properties   " + names.joined(separator: ", "),
        ]
        return lines.joined(separator: "\n")
    }
}
