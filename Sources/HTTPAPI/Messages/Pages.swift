import Core
import Hummingbird
import Services

extension APIRequest {
    /// A document as JSON or as a page for people, whichever was asked for.
    func page(_ document: JSON, title: String) throws -> Response {
        try negotiate([.json, .html]) == .html
            ? .text(HTMLPage.make(document, title: title, self), type: "text/html; charset=utf-8").withPagePolicy() : .json(document)
    }

    /// GeoJSON text in the representation that was negotiated.
    func geoJSON(_ bytes: [UInt8], _ representation: Representation, title: String) throws -> Response {
        guard representation == .html else { return .bytes(bytes, type: MediaType.geoJSON) }
        return .text(HTMLPage.make(try JSONParser.parse(bytes), title: title, self), type: "text/html; charset=utf-8").withPagePolicy()
    }

    /// This request's URL with another `after`.
    func following(after token: String) -> String {
        let items = query.items.filter { $0.name != "after" } + [(name: "after", value: token)]
        let path = selfURL.split(separator: "?", maxSplits: 1)[0]
        return path + "?" + items.map { LinkBuilder.encode($0.name) + "=" + LinkBuilder.encode($0.value, keeping: ":/,") }.joined(separator: "&")
    }
}

extension LinkBuilder {
    /// Where the links of a document lead, as a part of its entity tag.
    var tag: String { stableTag(base + "|" + (token ?? "")) }
}

extension Response {
    /// What a page of ours may load: only from this server (design: works offline, nothing from elsewhere).
    func withPagePolicy() -> Response {
        var response = self
        response.headers[.contentSecurityPolicy] =
            "default-src 'self'; img-src 'self' data: blob:; worker-src blob:; child-src blob:; connect-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
        response.headers[.init("Referrer-Policy")!] = "same-origin"
        return response
    }
}
