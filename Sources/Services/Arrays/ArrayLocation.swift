import Core
import Foundation
import Zarr

/// A group or an array on disk: the store that it belongs to, and its path there.
public struct ArrayLocation: Sendable {
    public let store: any ZarrStore
    /// "" for the store's root.
    public let path: String
    /// As the user wrote it.
    let given: String

    /// Finds the store that a path leads into: a folder or a zip archive, with or without the path of a group or array in it.
    ///
    /// - Throws: `notFound`, `invalidData` where there is no Zarr store.
    public init(_ given: String) throws {
        let absolute = URL(fileURLWithPath: given).standardizedFileURL.path
        var parts = absolute.split(separator: "/").map(String.init)
        var rest: [String] = []
        while !parts.isEmpty, !FileManager.default.fileExists(atPath: ArrayLocation.join(parts)) { rest.insert(parts.removeLast(), at: 0) }
        if let last = parts.last, PublishSource.zarrMarks.contains(last), rest.isEmpty { parts.removeLast() }
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: ArrayLocation.join(parts), isDirectory: &isFolder)
        if isFolder.boolValue {
            (store, path) = try ArrayLocation.folder(parts, rest, given)
        } else {
            (store, path) = try ArrayLocation.archive(ArrayLocation.join(parts), rest, given)
        }
        self.given = given
    }

    private static func join(_ parts: [String]) -> String { "/" + parts.joined(separator: "/") }

    private static func isNode(_ parts: [String]) -> Bool {
        PublishSource.zarrMarks.contains { FileManager.default.fileExists(atPath: join(parts) + "/" + $0) }
    }

    /// The store's root is the topmost folder above with metadata in it, as far as they go on without a gap.
    private static func folder(_ parts: [String], _ rest: [String], _ given: String) throws -> (any ZarrStore, String) {
        var (root, inner) = (parts, rest)
        while !root.isEmpty, !isNode(root) { inner.insert(root.removeLast(), at: 0) }
        guard !root.isEmpty else {
            if !rest.isEmpty { throw ServiceError(.notFound, "'\(given)' does not exist") }
            throw ServiceError(
                .invalidData, "'\(given)' is no Zarr store: it has no \(PublishSource.zarrMarks.joined(separator: ", ")), nor has a folder above it")
        }
        while root.count > 1, isNode(Array(root.dropLast())) { inner.insert(root.removeLast(), at: 0) }
        return (DirectoryStore(join(root)), inner.joined(separator: "/"))
    }

    /// A zip may hold the store at its top or in a folder.
    private static func archive(_ file: String, _ rest: [String], _ given: String) throws -> (any ZarrStore, String) {
        let inner = rest.joined(separator: "/")
        do throws(ZarrError) {
            let zip = try ZipStore(file)
            let keys = try zip.list(prefix: "")
            let folders = Set(
                keys.compactMap { key -> String? in
                    let parts = key.split(separator: "/")
                    guard let name = parts.last, PublishSource.zarrMarks.contains(String(name)) else { return nil }
                    return parts.dropLast().joined(separator: "/")
                })
            if folders.contains("") || folders.contains(inner) { return (zip, inner) }
            guard let root = folders.min(by: { $0.count < $1.count }) else {
                throw ZarrError(.notFound, "the archive holds no Zarr store")
            }
            return (PrefixedStore(zip, prefix: root), inner)
        } catch {
            throw ServiceError(.invalidData, "'\(given)' is neither a Zarr store nor a zip archive of one: \(error.message)")
        }
    }

    /// The group or array and everything below it.
    public func hierarchy() throws -> ZarrHierarchy {
        do throws(ZarrError) { return try ZarrHierarchy.open(store, path: path) } catch { throw explained(error) }
    }

    /// The array.
    public func array() throws -> ZarrArray {
        do throws(ZarrError) { return try ZarrArray(store: store, path: path) } catch {
            // Some stores describe an array in the consolidated metadata only.
            if error.code == .notFound, let array = try? ZarrHierarchy.open(store).arrays[path] { return array }
            throw explained(error)
        }
    }

    /// Says what there is instead.
    private func explained(_ error: ZarrError) -> ServiceError {
        guard error.code == .notFound || error.code == .invalidMetadata, let all = try? ZarrHierarchy.open(store) else {
            return ServiceError(error)
        }
        if all.groups[path] != nil {
            let below = all.arrays.keys.filter { path.isEmpty || $0.hasPrefix(path + "/") }
            return ServiceError(.invalidData, "'\(given)' is a group; name one of its arrays: \(ArrayLocation.list(below, after: path))")
        }
        guard error.code == .notFound else { return ServiceError(error) }
        return ServiceError(.notFound, "there is no '\(path)' in the store; it has the arrays \(ArrayLocation.list(Array(all.arrays.keys), after: ""))")
    }

    private static func list(_ names: [String], after path: String) -> String {
        let shown = names.sorted().prefix(20).map { path.isEmpty ? $0 : String($0.dropFirst(path.count + 1)) }
        return shown.isEmpty ? "(none)" : shown.joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
}
