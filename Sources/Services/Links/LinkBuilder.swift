import Core

/// The only place where an absolute URL is made (design decision 10).
///
/// `root` is the public address of the server: `public_url` if it is set, else what the request (or a trusted proxy) says.
/// `surface` is the prefix the request came in on (`/api/v2` or nothing), so that links stay on their surface.
public struct LinkBuilder: Sendable, Hashable {
    public let root: String
    public let surface: String

    /// A token that came as `?token=` (desktop clients cannot send headers): every link then carries it on.
    public let token: String?

    public init(root: String, surface: String = "", token: String? = nil) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
        self.surface = surface
        self.token = token
    }

    public var base: String { root + surface }

    /// The URL of a resource: segments are percent-encoded one by one, query items in their order.
    public func url(_ segments: [String] = [], query: [(String, String?)] = []) -> String {
        let path = segments.isEmpty ? "/" : segments.map { "/" + LinkBuilder.encode($0) }.joined()
        return base + path + queryText(query)
    }

    public func url(_ segments: String..., query: [(String, String?)] = []) -> String { url(segments, query: query) }

    public func collection(_ id: CollectionID, _ segments: String..., query: [(String, String?)] = []) -> String {
        url(["collections", id.rawValue] + segments, query: query)
    }

    /// A tile URL template with `{z}/{y}/{x}`: row before column, as OGC API – Tiles has it.
    public func tileTemplate(_ id: CollectionID, tileset: String, query: [(String, String?)] = []) -> String {
        base + ["collections", id.rawValue, "tiles", tileset].map { "/" + LinkBuilder.encode($0) }.joined() + "/{z}/{y}/{x}" + queryText(query)
    }

    private func queryText(_ query: [(String, String?)]) -> String {
        let items = (query + [("token", token)]).compactMap { name, value in
            value.map { LinkBuilder.encode(name) + "=" + LinkBuilder.encode($0, keeping: ":/,") }
        }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }

    /// Percent-encodes what RFC 3986 does not leave unreserved.
    public static func encode(_ text: String, keeping kept: String = ":,") -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where kept.utf8.contains(byte): out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
