import Core

/// A web link (RFC 8288) as STAC and OGC documents write it.
public struct Link: Sendable {
    public var rel: String
    public var href: String
    public var type: String?
    public var title: String?
    /// Further members: `method`, `body`, `templated`, `tiles:…`.
    public var extra: JSONObject

    public init(_ rel: String, _ href: String, type: String? = nil, title: String? = nil, extra: JSONObject = [:]) {
        self.rel = rel
        self.href = href
        self.type = type
        self.title = title
        self.extra = extra
    }

    public var json: JSON {
        var object: JSONObject = ["rel": .string(rel), "href": .string(href)]
        if let type { object["type"] = .string(type) }
        if let title { object["title"] = .string(title) }
        object.merge(extra)
        return .object(object)
    }
}

extension JSON {
    public init(_ links: [Link]) { self = .array(links.map(\.json)) }
}

/// The media types that the documents name.
public enum MediaType {
    public static let json = "application/json"
    public static let geoJSON = "application/geo+json"
    public static let html = "text/html"
    public static let openAPI = "application/vnd.oai.openapi+json;version=3.0"
    public static let problem = "application/problem+json"
    public static let png = "image/png"
    public static let webp = "image/webp"
    public static let svg = "image/svg+xml"
    public static let mvt = "application/vnd.mapbox-vector-tile"
    public static let mapboxStyle = "application/vnd.mapbox.style+json"
    public static let csv = "text/csv"
    public static let zarr = "application/vnd.zarr; version=3"
}
