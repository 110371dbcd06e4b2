import Catalog
import Core
import Geo

/// The parameters of an item search, from a query string or from a JSON body (STAC API – Item Search 1.0.0).
public struct SearchRequest: Sendable {
    public var collections: [CollectionID]?
    public var ids: [String]?
    public var bbox: BBox?
    /// Any of the GeoJSON geometries; not together with `bbox`.
    public var intersects: Geometry?
    public var interval: TimeInterval?
    public var limit: Int
    public var after: String?

    public init(
        collections: [CollectionID]? = nil, ids: [String]? = nil, bbox: BBox? = nil, intersects: Geometry? = nil, interval: TimeInterval? = nil, limit: Int,
        after: String? = nil
    ) {
        self.collections = collections
        self.ids = ids
        self.bbox = bbox
        self.intersects = intersects
        self.interval = interval
        self.limit = limit
        self.after = after
    }

    private static let known: Set<String> = ["collections", "ids", "bbox", "intersects", "datetime", "limit", "after"]

    /// Reads the body of `POST /search`.
    ///
    /// - Throws: `invalidParameter` that names the member.
    public init(body: JSONObject) throws(ServiceError) {
        if let stranger = body.keys.first(where: { !SearchRequest.known.contains($0) }) {
            throw ServiceError(
                .unknownParameter,
                "'\(CoreError.shorten(stranger))' is not a member of a search; there are: \(SearchRequest.known.sorted().joined(separator: ", "))",
                parameter: stranger)
        }
        collections = try SearchRequest.collectionIDs(try SearchRequest.strings(body, "collections"))
        ids = try SearchRequest.strings(body, "ids")
        bbox = try SearchRequest.bbox(body["bbox"])
        intersects = try body["intersects"].flatMap { json throws(ServiceError) in json.isNull ? nil : try SearchRequest.geometry(json) }
        interval = try SearchRequest.interval(body["datetime"])
        limit = try SearchRequest.limit(body["limit"])
        switch body["after"] ?? .null {
        case .null: after = nil
        case .string(let text): after = text
        default: throw .parameter("after", body["after"]?.text ?? "", "is the string of a next link")
        }
    }

    /// Ids that no collection can have simply match nothing.
    public static func collectionIDs(_ names: [String]?) throws(ServiceError) -> [CollectionID]? {
        guard let names, !names.isEmpty else { return nil }
        return names.compactMap { try? CollectionID($0) }
    }

    private static func strings(_ body: JSONObject, _ name: String) throws(ServiceError) -> [String]? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let array = value.arrayValue, array.allSatisfy({ $0.stringValue != nil }) else {
            throw .parameter(name, value.text, "is an array of strings")
        }
        return array.compactMap(\.stringValue)
    }

    /// - Throws: `invalidParameter` that names the place in the geometry.
    public static func geometry(_ json: JSON) throws(ServiceError) -> Geometry {
        let geometry: Geometry
        do {
            geometry = try Geometry.fromGeoJSON(json)
            try geometry.checkLongitudeLatitude()
        } catch { throw .parameter("intersects", json.text, "\(error)") }
        guard !geometry.isEmpty else { throw .parameter("intersects", json.text, "has at least one position") }
        return geometry
    }

    private static func bbox(_ value: JSON?) throws(ServiceError) -> BBox? {
        guard let value, !value.isNull else { return nil }
        guard let numbers = value.numbers else { throw .parameter("bbox", value.text, "is an array of 4 or 6 numbers") }
        return try ServiceError.naming("bbox") { () throws(CoreError) in try BBox(numbers: numbers, text: value.text) }
    }

    private static func interval(_ value: JSON?) throws(ServiceError) -> TimeInterval? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.stringValue else { throw .parameter("datetime", value.text, "is a string") }
        return try ServiceError.naming("datetime") { () throws(CoreError) in try TimeInterval(parsing: text) }
    }

    private static func limit(_ value: JSON?) throws(ServiceError) -> Int {
        guard let value, !value.isNull else { return Limits.items.standard }
        guard case .int(let number) = value, number >= 1 else { throw .parameter("limit", value.text, "is a whole number of at least 1") }
        return min(Int(number), Limits.items.maximum)
    }

    /// The catalogue's query.
    ///
    /// - Parameter isFeatures: OGC API – Features, where an untimed or unlocated feature matches every time and box
    ///   (requirement fc-time-response C, fc-bbox-response C), in the order of the collection; otherwise STAC's search,
    ///   newest first.
    public func query(for principal: Principal, isFeatures: Bool) throws -> ItemQuery {
        if let bbox, intersects != nil { throw ServiceError.parameter("intersects", JSON(bbox.numbers).text, "is not given together with bbox") }
        return ItemQuery(
            collections: collections, ids: ids, bbox: bbox, intersects: intersects, interval: interval, limit: limit,
            after: try after.map { try PageToken(text: $0) },
            order: isFeatures ? .natural : .timeDescending, access: principal.access, matchUntimed: isFeatures, matchUnlocated: isFeatures)
    }
}
