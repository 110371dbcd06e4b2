import Core

/// A tree of groups and arrays, v2 or v3, opened with as few reads as its metadata allow: one where they are consolidated.
public struct ZarrHierarchy: Sendable {
    /// Path of the root in the store.
    public let path: String
    /// 2 or 3: the version of the root node.
    public let formatVersion: Int
    /// Attributes of the root.
    public let attributes: JSONObject
    /// Attributes of every group by path relative to the root; the root itself is "".
    public let groups: [String: JSONObject]
    /// Every readable array by path relative to the root ("" if the root is an array).
    public let arrays: [String: ZarrArray]
    /// Arrays that cannot be read, and why: an unknown codec in one array does not hide the others.
    public let problems: [String: ZarrError]
    /// Whether consolidated metadata were used.
    public let isConsolidated: Bool

    /// Opens the node at `path` and everything below it.
    ///
    /// - Throws: `notFound` if there is neither group nor array; `invalidMetadata`; `io`.
    public static func open(_ store: any ZarrStore, path: String = "") throws(ZarrError) -> ZarrHierarchy {
        var walk = HierarchyWalk(store: store, root: path)
        try walk.open()
        return ZarrHierarchy(
            path: path, formatVersion: walk.version, attributes: walk.groups[""] ?? walk.arrays[""]?.metadata.attributes ?? [:],
            groups: walk.groups, arrays: walk.arrays, problems: walk.problems, isConsolidated: walk.isConsolidated)
    }
}

/// Collects the nodes.
private struct HierarchyWalk {
    let store: any ZarrStore
    let root: String
    var version = 3
    var isConsolidated = false
    var groups: [String: JSONObject] = [:]
    var arrays: [String: ZarrArray] = [:]
    var problems: [String: ZarrError] = [:]

    /// A hierarchy deeper than this is a loop of links.
    private static let maximumDepth = 32

    init(store: any ZarrStore, root: String) {
        self.store = store
        self.root = root
    }

    mutating func open() throws(ZarrError) {
        if let bytes = try read("", "zarr.json") {
            try openV3(try LenientJSON.parse(bytes, path: root))
        } else if let bytes = try read("", ".zmetadata") {
            version = 2
            try openConsolidatedV2(try LenientJSON.parse(bytes, path: root))
        } else if try visit("", depth: 0) {
            version = 2
        } else {
            throw ZarrError(.notFound, "neither a Zarr group nor an array here", path: root)
        }
    }

    private func read(_ path: String, _ name: String) throws(ZarrError) -> [UInt8]? {
        try store.read(StoreKey.join(full(path), name))
    }

    private func full(_ path: String) -> String { path.isEmpty ? root : StoreKey.join(root, path) }

    // MARK: v3

    private mutating func openV3(_ json: JSON) throws(ZarrError) {
        let metadata = json["consolidated_metadata"]?["metadata"]?.objectValue
        try add(v3: json, at: "")
        guard json["node_type"]?.stringValue == "group" else { return }
        guard let metadata else { return try visitChildren("", depth: 0) }
        isConsolidated = true
        for (path, node) in metadata { try add(v3: node, at: path) }
    }

    private mutating func add(v3 json: JSON, at path: String) throws(ZarrError) {
        if !path.isEmpty { try StoreKey.validate(path) }
        switch json["node_type"]?.stringValue {
        case "group": groups[path] = json["attributes"]?.objectValue ?? [:]
        case "array": add(json, at: path)
        default: throw ZarrError(.invalidMetadata, "node_type is group or array", path: full(path))
        }
    }

    private mutating func add(_ json: JSON, at path: String) {
        do throws(ZarrError) {
            let metadata = try ZarrArrayMetadata(json: json, path: full(path))
            arrays[path] = ZarrArray(store: store, path: full(path), metadata: metadata)
        } catch {
            problems[path] = error
        }
    }

    // MARK: v2

    private mutating func openConsolidatedV2(_ json: JSON) throws(ZarrError) {
        guard let metadata = json["metadata"]?.objectValue else {
            throw ZarrError(.invalidMetadata, ".zmetadata has no member metadata", path: root)
        }
        isConsolidated = true
        for (key, node) in metadata {
            let (path, name) = HierarchyWalk.split(key)
            if !path.isEmpty { try StoreKey.validate(path) }
            let attributes = metadata[StoreKey.join(path, ".zattrs")]?.objectValue ?? [:]
            switch name {
            case ".zgroup": groups[path] = attributes
            case ".zarray": add(v2: node, attributes, at: path)
            default: break
            }
        }
        if groups[""] == nil, arrays[""] == nil { groups[""] = metadata[".zattrs"]?.objectValue ?? [:] }
    }

    private mutating func add(v2 json: JSON, _ attributes: JSONObject, at path: String) {
        guard case .object(var object) = json else {
            problems[path] = ZarrError(.invalidMetadata, ".zarray is no object", path: full(path))
            return
        }
        object["attributes"] = .object(attributes)
        add(.object(object), at: path)
    }

    private static func split(_ key: String) -> (path: String, name: String) {
        guard let slash = key.lastIndex(of: "/") else { return ("", key) }
        return (String(key[..<slash]), String(key[key.index(after: slash)...]))
    }

    // MARK: Without consolidated metadata

    /// Looks for a node at `path`; true if there is one.
    private mutating func visit(_ path: String, depth: Int) throws(ZarrError) -> Bool {
        if let bytes = try read(path, "zarr.json") {
            try readNode(path) { (walk) throws(ZarrError) in try walk.add(v3: try LenientJSON.parse(bytes, path: path), at: path) }
        } else if let bytes = try read(path, ".zarray") {
            try readNode(path) { (walk) throws(ZarrError) in
                walk.add(v2: try LenientJSON.parse(bytes, path: path), try walk.attributesV2(path), at: path)
            }
        } else if try read(path, ".zgroup") != nil {
            groups[path] = try attributesV2(path)
        } else {
            return false
        }
        if groups[path] != nil { try visitChildren(path, depth: depth) }
        return true
    }

    /// A broken node below the root is a problem of its own, not of the hierarchy.
    private mutating func readNode(_ path: String, _ body: (inout HierarchyWalk) throws(ZarrError) -> Void) throws(ZarrError) {
        do throws(ZarrError) { try body(&self) } catch {
            if path.isEmpty { throw error }
            problems[path] = error.at(path: full(path))
        }
    }

    private func attributesV2(_ path: String) throws(ZarrError) -> JSONObject {
        guard let bytes = try read(path, ".zattrs") else { return [:] }
        return try LenientJSON.parse(bytes, path: full(path)).objectValue ?? [:]
    }

    private mutating func visitChildren(_ path: String, depth: Int) throws(ZarrError) {
        guard depth < HierarchyWalk.maximumDepth else { return }
        for name in try store.children(of: full(path)) {
            _ = try visit(StoreKey.join(path, name), depth: depth + 1)
        }
    }
}
