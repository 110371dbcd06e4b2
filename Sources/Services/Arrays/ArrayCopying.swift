import Core
import Foundation
import Zarr

/// Copies an array, or a group with all that is in it, into a new store: Zarr v3 with consolidated metadata.
public struct ArrayCopying: Sendable {
    private let hierarchy: ZarrHierarchy
    private let layout: CopyLayout
    private let work: ArrayWork

    /// - Throws: `invalidData` if any array cannot be read: nothing is left out in silence.
    public init(_ location: ArrayLocation, layout: CopyLayout, work: ArrayWork) throws {
        hierarchy = try location.hierarchy()
        self.layout = layout
        self.work = work
        if let (_, problem) = hierarchy.problems.min(by: { $0.key < $1.key }) { throw ServiceError(problem) }
        let arrays = Array(hierarchy.arrays.values)
        try layout.chunks?.check(arrays)
        try layout.shards?.check(arrays)
    }

    /// Writes beside the target and renames when all is there.
    ///
    /// - Throws: `conflict` if the target exists.
    public func write(to target: String) throws {
        let path = URL(fileURLWithPath: target).standardizedFileURL
        let parent = path.deletingLastPathComponent()
        try ArrayCopying.checkTarget(target, path, parent)
        let staging = parent.appendingPathComponent(".\(path.lastPathComponent).partial-\(ProcessInfo.processInfo.processIdentifier)")
        var isDone = false
        defer { if !isDone { try? FileManager.default.removeItem(at: staging) } }
        try ServiceError.onStore { try fill(DirectoryStore(staging.path)) }
        // Somebody may have made it meanwhile.
        try ArrayCopying.checkTarget(target, path, parent)
        do { try FileManager.default.moveItem(at: staging, to: path) } catch {
            throw ServiceError(.unavailable, "'\(target)' cannot be given its name: \(error.localizedDescription)")
        }
        isDone = true
    }

    private static func checkTarget(_ target: String, _ path: URL, _ parent: URL) throws(ServiceError) {
        guard !FileManager.default.fileExists(atPath: path.path) else {
            throw ServiceError(.conflict, "'\(target)' exists already; a copy makes a new store")
        }
        guard FileManager.default.fileExists(atPath: parent.path) else {
            throw ServiceError(.notFound, "the folder of '\(target)' does not exist")
        }
        guard !path.lastPathComponent.lowercased().hasSuffix(".zip") else {
            throw ServiceError.parameter("out", target, "is the name of a folder to be made; zip archives are not written")
        }
    }

    /// Arrays, then groups, then the root with everything's metadata in it.
    private func fill(_ store: DirectoryStore) throws {
        let arrays = hierarchy.arrays.sorted { $0.key < $1.key }
        let weights = arrays.map { Double($0.value.metadata.byteCount ?? 0) + 1 }
        let total = weights.reduce(0, +)
        var consolidated: [String: JSON] = [:]
        var before = 0.0
        for ((path, array), weight) in zip(arrays, weights) {
            let (start, report) = (before, work.progress)
            let document = try copy(array, to: store, path) { report?((start + $0 * weight) / total, path.isEmpty ? "copying" : "copying \(path)") }
            consolidated[path] = document
            before += weight
        }
        guard hierarchy.arrays[""] == nil else { return }
        for (path, attributes) in hierarchy.groups.sorted(by: { $0.key < $1.key }) where !path.isEmpty {
            try ZarrGroupWriter.write(store, path: path, attributes: attributes)
            consolidated[path] = ZarrGroupWriter.json(attributes: attributes)
        }
        try ZarrGroupWriter.write(store, path: "", attributes: hierarchy.attributes, consolidated: consolidated)
    }

    /// - Returns: the copy's metadata.
    private func copy(_ array: ZarrArray, to store: DirectoryStore, _ path: String, _ progress: @escaping @Sendable (Double) -> Void) throws -> JSON {
        if array.dataType.isVariableLength { return try copyText(array, to: store, path) }
        let spec = try layout.spec(array.metadata, type: array.dataType)
        let writer = try ZarrArrayWriter(store: store, path: path, spec: spec)
        try ZarrCopy.copy(
            array, to: writer, byteLimit: work.bufferBytes, concurrency: work.threads, cancel: work.cancel, progress: progress)
        return writer.metadata.json
    }

    /// Text of any length is written as text of the longest element's length; it is read whole.
    private func copyText(_ array: ZarrArray, to store: DirectoryStore, _ path: String) throws -> JSON {
        guard array.dataType == .string else {
            throw ZarrError(.unsupported, "copying bytes of variable length", path: array.path)
        }
        let text = try array.readAll(options: ReadOptions(concurrency: work.threads, cancel: work.cancel)).strings()
        let (values, length) = ArrayReading.utf32(text + [array.metadata.fillValue.text])
        let spec = try layout.spec(array.metadata, type: .fixedUTF32(length))
        let writer = try ZarrArrayWriter(store: store, path: path, spec: spec)
        try writer.writeAll(Array(values.dropLast(length)))
        try writer.writeMetadata()
        return writer.metadata.json
    }
}
