import Core
import Foundation
import Zarr

/// What somebody wants to publish, recognised by its content rather than by its name.
public enum PublishSource: Sendable {
    case cube(any ZarrStore)
    /// The path of a GeoJSON file.
    case features(String)
    /// A file that GDAL may know: imported into one of the others first.
    case foreign([String])

    /// The files that make a folder a Zarr store.
    static let zarrMarks = ["zarr.json", ".zgroup", ".zmetadata", ".zarray"]

    /// Looks at a file or folder.
    ///
    /// - Throws: `notFound` if there is nothing, `invalidData` for an archive with neither a Zarr store nor a GeoJSON file.
    public static func detect(_ path: String, spool: String) throws -> PublishSource {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ServiceError(.notFound, "'\(path)' does not exist")
        }
        if isFolder.boolValue { return try folder(path) }
        switch try FileKind(path) {
        case .zip: return try archive(path, spool: spool)
        case .json: return .features(path)
        case .other: return .foreign([path])
        }
    }

    private static func folder(_ path: String) throws -> PublishSource {
        if zarrMarks.contains(where: { FileManager.default.fileExists(atPath: path + "/" + $0) }) { return .cube(DirectoryStore(path)) }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        let json = names.filter { isGeoJSON($0) }
        if json.count == 1 { return .features(path + "/" + json[0]) }
        let rasters = names.filter { $0.lowercased().hasSuffix(".tif") || $0.lowercased().hasSuffix(".tiff") }
        if !rasters.isEmpty { return .foreign(rasters.map { path + "/" + $0 }) }
        throw ServiceError(.invalidData, "'\(path)' is neither a Zarr store (no \(zarrMarks.joined(separator: ", "))) nor a folder with one GeoJSON file")
    }

    /// A zip may hold the store at its top or in one folder, or one GeoJSON file.
    private static func archive(_ path: String, spool: String) throws -> PublishSource {
        let zip: ZipStore
        let keys: [String]
        do {
            zip = try ZipStore(path)
            keys = try zip.list(prefix: "")
        } catch { throw ServiceError(.invalidData, "the zip archive cannot be read: \(error)") }
        let roots = keys.filter { key in zarrMarks.contains { key == $0 || key.hasSuffix("/" + $0) } }
            .map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        if let root = roots.min(by: { $0.count < $1.count }) { return .cube(root.isEmpty ? zip : PrefixedStore(zip, prefix: root)) }
        let json = keys.filter { isGeoJSON($0) }
        guard json.count == 1, let bytes = try zip.read(json[0]) else {
            throw ServiceError(.invalidData, "the zip archive holds neither a Zarr store nor exactly one GeoJSON file")
        }
        let target = spool + "/features.geojson"
        try Data(bytes).write(to: URL(fileURLWithPath: target))
        return .features(target)
    }

    static func isGeoJSON(_ name: String) -> Bool {
        [".geojson", ".json", ".ndjson", ".geojsonl", ".geojsonseq", ".jsonl"].contains { name.lowercased().hasSuffix($0) }
    }
}

/// What a file is, by its first bytes.
private enum FileKind {
    case zip, json, other

    init(_ path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ServiceError(.notFound, "'\(path)' cannot be read") }
        defer { try? handle.close() }
        let head = (try handle.read(upToCount: 512)) ?? Data()
        let first = head.first { ![0x20, 0x0A, 0x0D, 0x09, 0x1E].contains($0) }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { self = .zip } else if first == UInt8(ascii: "{") { self = .json } else { self = .other }
    }
}

/// A store that lies in a folder of another one.
struct PrefixedStore: ZarrStore {
    let base: any ZarrStore
    let prefix: String

    init(_ base: any ZarrStore, prefix: String) {
        self.base = base
        self.prefix = prefix + "/"
    }

    func read(_ key: String) throws(ZarrError) -> [UInt8]? { try base.read(prefix + key) }
    func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? { try base.read(prefix + key, range) }
    func size(of key: String) throws(ZarrError) -> Int? { try base.size(of: prefix + key) }
    func list(prefix below: String) throws(ZarrError) -> [String] { try base.list(prefix: prefix + below).map { String($0.dropFirst(prefix.count)) } }
}
