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
        var (bbox, interval, types, names) = (BBox?.none, TimeInterval?.none, [String: Int](), [String]())
        for index in 0..<source.count {
            let feature = try source.feature(index)
            let record = try maker.record(feature, number: index + 1)
            if let box = record.bbox { bbox = bbox?.union(box) ?? box }
            if let time = record.interval { interval = interval?.union(time) ?? time }
            types[feature["geometry"]?["type"]?.stringValue ?? "null", default: 0] += 1
            for name in feature["properties"]?.objectValue?.keys ?? [] where !names.contains(name) { names.append(name) }
        }
        let crs = options.crs ?? source.crs ?? .crs84
        let json: JSON = [
            "kind": "features", "count": JSON(source.count), "crs": .string(crs.code ?? crs.name),
            "geometryTypes": JSON(types.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }), "bbox": bbox.map { JSON($0.numbers) } ?? .null,
            "interval": JSON(interval?.description), "properties": JSON(names),
        ]
        let lines = [
            "Features     \(source.count)", "CRS          \(crs.code ?? crs.name)",
            "Geometry     " + types.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "),
            "Extent       " + (bbox.map { $0.numbers.map { "\($0)" }.joined(separator: ", ") } ?? "none"), "Time         \(interval?.description ?? "none")",
            "Properties   " + names.joined(separator: ", "),
        ]
        return Inspection(text: lines.joined(separator: "\n"), json: json)
    }
}
