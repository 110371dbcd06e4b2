import Core
import HTTPTypes
import Hummingbird
import NIOCore
import Services

extension Response {
    static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func json(_ json: JSON, type: String = MediaType.json, status: HTTPResponse.Status = .ok) -> Response {
        bytes(json.encoded, type: type, status: status)
    }

    static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        bytes(Array(text.utf8), type: type, status: status)
    }

    /// Adds an entity tag and what caches may do: keep, but ask again. Private collections are kept by no shared cache.
    func tagged(_ etag: String, isPrivate: Bool, maximumAge: Int = 0) -> Response {
        var response = self
        response.headers[.eTag] = etag
        response.headers[.cacheControl] = (isPrivate ? "private" : "public") + (maximumAge > 0 ? ", max-age=\(maximumAge)" : ", no-cache")
        return response
    }

    static func notModified(_ etag: String) -> Response {
        var headers = HTTPFields()
        headers[.eTag] = etag
        return Response(status: .notModified, headers: headers)
    }
}

extension APIRequest {
    /// An answer that follows from the collection alone: 304 if the client has it, else made and tagged.
    ///
    /// - Parameter name: tells representations of the same collection apart. The links in them depend on where they were asked
    ///   for, so that is part of the tag too.
    func versioned(_ collection: LoadedCollection, _ name: String, _ make: () throws -> Response) rethrows -> Response {
        let etag = collection.etag(name + "-" + links.tag)
        return has(etag) ? .notModified(etag) : try make().tagged(etag, isPrivate: collection.record.isPrivate)
    }

    /// Whether the client has what `etag` stands for already (RFC 9110, section 13.1.2; weak comparison).
    func has(_ etag: String) -> Bool {
        guard let header = headers[.ifNoneMatch] else { return false }
        return header.split(separator: ",").contains { part in
            let tag = part.trimmingSpaces()
            return tag == "*" || tag == etag || tag == "W/" + etag || "W/" + tag == etag
        }
    }
}
