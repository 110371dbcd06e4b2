import HTTPTypes
import Hummingbird

/// Cross-origin access: open for every resource, since tokens travel in a header and never in a cookie.
enum CORS {
    static func decorate(_ response: inout Response) {
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = "Link, ETag, Location, Content-Crs, Content-Range, Accept-Ranges, Retry-After, Chronotope-Datetime"
        if response.headers[.vary] == nil { response.headers[.vary] = "Accept, Authorization" }
        if response.headers[.xContentTypeOptions] == nil { response.headers[.xContentTypeOptions] = "nosniff" }
    }

    static func preflight(allowed: Set<String>) -> Response {
        let methods = allowed.union(["OPTIONS"]).sorted().joined(separator: ", ")
        var headers = HTTPFields()
        headers[.allow] = methods
        headers[.accessControlAllowMethods] = methods
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Content-Digest, If-Match, If-None-Match, Prefer, Range"
        headers[.accessControlMaxAge] = "86400"
        return Response(status: .noContent, headers: headers)
    }
}

extension HTTPFields {
    /// The headers of a HEAD answer: with the length that GET would send.
    func withLength(of body: ResponseBody) -> HTTPFields {
        var headers = self
        if headers[.contentLength] == nil, let length = body.contentLength { headers[.contentLength] = String(length) }
        return headers
    }
}
