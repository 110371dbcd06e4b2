import Core
import HTTPTypes
import Hummingbird
import Services

/// One operation of the API. The table of all routes is what requests are dispatched by, what unknown parameters are refused
/// by, and what `/api` and `/conformance` are generated from: none of them can say something that the others do not know.
struct Route: Sendable {
    typealias Handler = @Sendable (APIRequest) async throws -> Response

    var method: HTTPRequest.Method
    /// Segments separated by slashes: literal, `{name}` for one segment, `{name+}` at the end for the rest of the path.
    var path: String
    var operationID: String
    var summary: String
    var tag: Tag
    var parameters: [Parameter] = []
    var body: RequestBodyDescription?
    var responses: [ResponseDescription]
    /// Conformance classes that this route is needed for.
    var conformance: [String] = []
    var needsWrite = false
    var handler: Handler

    enum Tag: String, CaseIterable, Sendable {
        case server = "Server"
        case collections = "Collections"
        case items = "Items"
        case tiles = "Tiles and styles"
        case values = "Values and aggregations"
        case data = "Data"
        case uploads = "Uploads"
        case pages = "Pages"
    }

    var segments: [PathSegment] { path.split(separator: "/").map { PathSegment(String($0)) } }
}

enum PathSegment: Sendable, Hashable {
    case literal(String)
    case capture(String)
    case rest(String)

    init(_ text: String) {
        if text.hasPrefix("{"), text.hasSuffix("+}") {
            self = .rest(String(text.dropFirst().dropLast(2)))
        } else if text.hasPrefix("{"), text.hasSuffix("}") {
            self = .capture(String(text.dropFirst().dropLast()))
        } else {
            self = .literal(text)
        }
    }
}

/// A parameter of an operation as OpenAPI 3.0 describes it.
struct Parameter: Sendable {
    enum Place: String, Sendable { case query, path, header }
    var name: String
    var place: Place
    var description: String
    var schema: JSON
    var required = false
}

struct RequestBodyDescription: Sendable {
    var mediaTypes: [String]
    var description: String
    var required = true
}

struct ResponseDescription: Sendable {
    var status: Int
    var description: String
    var mediaTypes: [String]

    static func ok(_ mediaTypes: String..., description: String = "The resource") -> ResponseDescription {
        ResponseDescription(status: 200, description: description, mediaTypes: mediaTypes)
    }
    static let notModified = ResponseDescription(status: 304, description: "What the client has is still right", mediaTypes: [])
    static func problem(_ status: Int, _ description: String) -> ResponseDescription {
        ResponseDescription(status: status, description: description, mediaTypes: [MediaType.problem])
    }
}
