import Core
import Services

/// The parameters that several resources share, each described once.
extension Parameter {
    static func path(_ name: String, _ description: String) -> Parameter {
        Parameter(name: name, place: .path, description: description, schema: ["type": "string"], required: true)
    }

    static func query(_ name: String, _ description: String, _ schema: JSON = ["type": "string"], required: Bool = false) -> Parameter {
        Parameter(name: name, place: .query, description: description, schema: schema, required: required)
    }

    static func list(_ name: String, _ description: String) -> Parameter {
        .query(name, description + " (comma-separated)", ["type": "array", "items": ["type": "string"]])
    }

    static func format(_ names: String...) -> Parameter {
        .query("f", "The representation; wins over Accept", ["type": "string", "enum": JSON(names)])
    }

    static let collectionID = Parameter.path("collectionId", "The id of a collection")
    static let bbox = Parameter.query(
        "bbox", "west,south,east,north in degrees (or six numbers with heights); west greater than east crosses the antimeridian",
        ["type": "array", "items": ["type": "number"], "minItems": 4, "maxItems": 6])
    static let datetime = Parameter.query(
        "datetime", "An RFC 3339 instant, or an interval start/end with '..' or nothing for an open end")
    static func limit(default standard: Int, maximum: Int) -> Parameter {
        .query(
            "limit", "How many to answer at most; larger values than the maximum are lowered to it",
            ["type": "integer", "minimum": 1, "maximum": JSON(maximum), "default": JSON(standard)])
    }
    static let after = Parameter.query("after", "Where the page before this one ended; taken from its next link")
    static let layers = Parameter.list("layers", "Names of layers, see the collection's capabilities")
    static let rescale = Parameter.query("rescale", "min,max of the values that the colours span (composites: one pair, or three)")
    static let colormap = Parameter.query("colormap", "A colormap by name, one of those in the collection's capabilities; '_r' reverses it")
    static let resampling = Parameter.query(
        "resampling", "How pixels are taken from the grid", ["type": "string", "enum": ["nearest", "bilinear", "cubic", "average", "mode"]])
}

extension APIRequest {
    /// `limit` within 1…maximum; larger values are lowered (OGC API – Features, 7.15.2).
    func limit(default standard: Int, maximum: Int) throws(ServiceError) -> Int {
        guard let text = query["limit"] else {
            if query.has("limit") { throw .parameter("limit", "", "is a whole number of at least 1") }
            return standard
        }
        return try Limits.limit(text, maximum: maximum)
    }

    func bbox() throws(ServiceError) -> BBox? {
        guard let text = query["bbox"] else {
            if query.has("bbox") { throw .parameter("bbox", "", "a bbox has 4 or 6 numbers") }
            return nil
        }
        return try ServiceError.naming("bbox") { () throws(CoreError) in try BBox(parsing: text) }
    }

    func datetime() throws(ServiceError) -> TimeInterval? {
        guard let text = query["datetime"] else {
            if query.has("datetime") { throw .parameter("datetime", "", "is an RFC 3339 instant or an interval") }
            return nil
        }
        return try ServiceError.naming("datetime") { () throws(CoreError) in try TimeInterval(parsing: text) }
    }
}
