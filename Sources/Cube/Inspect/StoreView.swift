import Core
import Zarr

/// One group of a store with its arrays, as the detectors look at it.
struct StoreView {
    /// The path of the group; empty for the root.
    let path: String
    /// Attributes of the root, overlaid with those of the group.
    let attributes: JSONObject
    /// The arrays directly in the group, by name.
    let arrays: [String: ZarrArray]

    init(_ hierarchy: ZarrHierarchy, group: String) {
        path = group
        var attributes = hierarchy.attributes
        if !group.isEmpty, let own = hierarchy.groups[group] { attributes.merge(own) }
        self.attributes = attributes
        let prefix = group.isEmpty ? "" : group + "/"
        var arrays: [String: ZarrArray] = [:]
        for (path, array) in hierarchy.arrays where path.hasPrefix(prefix) {
            let name = String(path.dropFirst(prefix.count))
            if !name.isEmpty, !name.contains("/") { arrays[name] = array }
        }
        self.arrays = arrays
    }

    /// Names in a stable order: `B2` before `B10`.
    var names: [String] { arrays.keys.sorted(by: naturalOrder) }

    func dimensions(of name: String) -> [String]? { arrays[name].flatMap { $0.metadata.dimensionNames } }

    /// The 1-D array that holds the coordinates of a dimension: the one of its name, else one that CF attributes tell.
    func coordinate(of dimension: String) -> ZarrArray? {
        if let array = arrays[dimension], array.metadata.shape.count == 1 { return array }
        return names.lazy.compactMap { arrays[$0] }.first { array in
            array.metadata.dimensionNames == [dimension] && CFRole(attributes: array.metadata.attributes) != nil
        }
    }

    /// Every group of a store: the root first, then by path.
    static func groups(of hierarchy: ZarrHierarchy) -> [String] {
        [""] + hierarchy.groups.keys.filter { !$0.isEmpty }.sorted(by: naturalOrder)
    }
}

/// Digits compare as numbers, so that bands come in the order people expect.
func naturalOrder(_ a: String, _ b: String) -> Bool {
    var (x, y) = (Array(a.utf8)[...], Array(b.utf8)[...])
    while let p = x.first, let q = y.first {
        let (m, n) = (digits(x), digits(y))
        if let m, let n {
            if m.value != n.value { return m.value < n.value }
            if m.count != n.count { return m.count < n.count }
            x = x.dropFirst(m.count)
            y = y.dropFirst(n.count)
        } else {
            if p != q { return p < q }
            x = x.dropFirst()
            y = y.dropFirst()
        }
    }
    return x.isEmpty && !y.isEmpty
}

private func digits(_ bytes: ArraySlice<UInt8>) -> (value: Int, count: Int)? {
    let run = bytes.prefix { (0x30...0x39).contains($0) }.prefix(18)
    guard !run.isEmpty else { return nil }
    return (run.reduce(0) { $0 * 10 + Int($1 - 0x30) }, run.count)
}
