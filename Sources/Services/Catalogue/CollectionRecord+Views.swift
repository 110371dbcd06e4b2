import Catalog
import Core

extension CollectionRecord {
    public var bbox: BBox? { extent.bbox }
    public var interval: TimeInterval? { extent.interval }
    public var sliceCount: Int { counts.slices }
    /// Rows with a body of their own: features, and items registered by hand.
    public var featureCount: Int { counts.features + counts.items }
    var vectorProperties: [VectorSummary.Property] { vectorSummary?.properties ?? [] }
    var geometryTypes: [String] { vectorSummary?.geometryTypes.map(\.rawValue) ?? [] }
}

extension VectorSummary.Property {
    /// `String`, `Number` or `Boolean`, as TileJSON's `fields` put it.
    var tileField: String {
        let known = types.filter { $0 != .null }
        if known == [.number] || known == [.integer] { return "Number" }
        return known == [.boolean] ? "Boolean" : "String"
    }

    /// How capabilities describe it.
    var json: JSON {
        var members: JSONObject = ["name": .string(name), "type": .string(types.first { $0 != .null }?.rawValue ?? "null")]
        if let minimum { members["min"] = JSON(minimum) }
        if let maximum { members["max"] = JSON(maximum) }
        if let values { members["values"] = JSON(values) }
        return .object(members)
    }
}
