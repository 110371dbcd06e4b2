import Core

/// What the features of a collection look like: the ground for queryables, TileJSON `vector_layers` and styles.
///
/// It grows with appended features and is made anew when the features are replaced. After single deletions it may still name what is gone.
public struct VectorSummary: Hashable, Sendable {
    public enum GeometryType: String, CaseIterable, Sendable {
        case point = "Point"
        case lineString = "LineString"
        case polygon = "Polygon"
        case multiPoint = "MultiPoint"
        case multiLineString = "MultiLineString"
        case multiPolygon = "MultiPolygon"
        case geometryCollection = "GeometryCollection"
    }

    /// The JSON types that the values of a property have.
    public enum ValueType: String, CaseIterable, Sendable {
        case string, integer, number, boolean, array, object, null
    }

    public struct Property: Hashable, Sendable {
        public var name: String
        /// In the order of `ValueType`; `integer` is absent where `number` stands.
        public var types: [ValueType]
        public var minimum: Double?
        public var maximum: Double?
        /// All distinct strings in byte order, where there are at most `VectorSummary.distinctLimit`; nil otherwise.
        public var values: [String]?

        public init(name: String, types: [ValueType], minimum: Double? = nil, maximum: Double? = nil, values: [String]? = nil) {
            self.name = name
            self.types = types
            self.minimum = minimum
            self.maximum = maximum
            self.values = values
        }
    }

    /// How many distinct strings of a property are kept.
    public static let distinctLimit = 50
    /// How many properties are described; more are ignored, so that a table of random keys cannot fill the memory.
    public static let propertyLimit = 1000

    /// In the order of `GeometryType`.
    public var geometryTypes: [GeometryType]
    /// In the order in which they were first met.
    public var properties: [Property]

    public init(geometryTypes: [GeometryType] = [], properties: [Property] = []) {
        self.geometryTypes = geometryTypes
        self.properties = properties
    }

    /// The stored form: `{"geometryTypes": […], "properties": [{"name", "types", "minimum", "maximum", "values"}]}`.
    public var json: JSON {
        let rows = properties.map { property -> JSON in
            var row: JSONObject = ["name": .string(property.name), "types": JSON(property.types.map(\.rawValue))]
            if let minimum = property.minimum { row["minimum"] = JSON(minimum) }
            if let maximum = property.maximum { row["maximum"] = JSON(maximum) }
            if let values = property.values { row["values"] = JSON(values) }
            return .object(row)
        }
        return ["geometryTypes": JSON(geometryTypes.map(\.rawValue)), "properties": .array(rows)]
    }

    /// Reads the stored form; members that it does not know are ignored.
    public init?(json: JSON) {
        guard let types = json["geometryTypes"]?.arrayValue, let rows = json["properties"]?.arrayValue else { return nil }
        geometryTypes = types.compactMap { $0.stringValue.flatMap(GeometryType.init(rawValue:)) }
        properties = rows.compactMap { row in
            guard let name = row["name"]?.stringValue else { return nil }
            let types = (row["types"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(ValueType.init(rawValue:)) }
            return Property(
                name: name, types: types, minimum: row["minimum"]?.doubleValue, maximum: row["maximum"]?.doubleValue,
                values: row["values"]?.arrayValue?.compactMap(\.stringValue))
        }
    }
}
