import HTTPTypes
import Services

/// A representation that a resource can have: its short name for `f=` and its media type.
struct Representation: Sendable, Hashable {
    let name: String
    let mediaType: String

    static let json = Representation(name: "json", mediaType: MediaType.json)
    static let geoJSON = Representation(name: "geojson", mediaType: MediaType.geoJSON)
    static let html = Representation(name: "html", mediaType: MediaType.html)
    static let csv = Representation(name: "csv", mediaType: MediaType.csv)
    static let png = Representation(name: "png", mediaType: MediaType.png)
    static let webp = Representation(name: "webp", mediaType: MediaType.webp)
    static let svg = Representation(name: "svg", mediaType: MediaType.svg)
    static let mvt = Representation(name: "mvt", mediaType: MediaType.mvt)
}

extension APIRequest {
    /// Chooses the representation: `f=` wins, else `Accept` (RFC 9110, section 12.5.1), else the first that is offered.
    ///
    /// - Throws: `invalidParameter` for an unknown `f`, `notAcceptable` if nothing offered is accepted.
    func negotiate(_ offered: [Representation]) throws(ServiceError) -> Representation {
        if let name = query["f"] {
            guard let found = offered.first(where: { $0.name == name.lowercased() || $0.mediaType == name }) else {
                throw .parameter("f", name, "is one of " + offered.map(\.name).joined(separator: ", "))
            }
            return found
        }
        guard let accept = headers[.accept], let first = offered.first else { return offered[0] }
        let ranges = AcceptRange.parse(accept)
        if ranges.isEmpty { return first }
        var best: (representation: Representation, quality: Double)?
        for representation in offered {
            let quality = AcceptRange.quality(of: representation.mediaType, in: ranges)
            if quality > (best?.quality ?? 0) { best = (representation, quality) }
        }
        guard let best else {
            throw ServiceError(.notAcceptable, "Accept '\(accept)': offered are " + offered.map(\.mediaType).joined(separator: ", "))
        }
        return best.representation
    }
}

/// One media range of an `Accept` header.
struct AcceptRange: Sendable {
    let type: String
    let quality: Double

    static func parse(_ header: String) -> [AcceptRange] {
        header.split(separator: ",").compactMap { part in
            let pieces = part.split(separator: ";").map { $0.trimmingSpaces() }
            guard let type = pieces.first?.lowercased(), type.contains("/") else { return nil }
            let q = pieces.dropFirst().first { $0.lowercased().hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return AcceptRange(type: type, quality: min(max(q ?? 1, 0), 1))
        }
    }

    /// The quality of the most specific range that fits. `application/json` also accepts its structured relatives.
    static func quality(of mediaType: String, in ranges: [AcceptRange]) -> Double {
        let bare = mediaType.split(separator: ";")[0].lowercased()
        let family = bare.split(separator: "/")[0] + "/*"
        if let exact = ranges.first(where: { $0.type == bare }) { return exact.quality }
        if bare.hasSuffix("+json"), let json = ranges.first(where: { $0.type == MediaType.json }) { return json.quality }
        if bare == MediaType.json, let geo = ranges.first(where: { $0.type == MediaType.geoJSON }) { return geo.quality }
        if let group = ranges.first(where: { $0.type == family }) { return group.quality }
        return ranges.first { $0.type == "*/*" }?.quality ?? 0
    }
}
