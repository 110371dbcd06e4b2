import HTTPTypes
import Hummingbird
import NIOCore
import Services

/// The address under which the client sees the server: the configured one, else that of a trusted proxy's headers
/// (`Forwarded`, RFC 7239, before `X-Forwarded-*`), else the `Host` of the request.
enum PublicAddress {
    static func links(_ request: Request, remote: SocketAddress?, surface: String, token: String?, _ configuration: Configuration) -> LinkBuilder {
        if let url = configuration.publicURL { return LinkBuilder(root: url, surface: surface, token: token) }
        let host = request.head.authority ?? request.headers[.init("Host")!] ?? "\(configuration.host):\(configuration.port)"
        var (scheme, authority, prefix) = ("http", host, "")
        if let address = remote?.ipAddress, configuration.trustedProxies.contains(address) {
            let forwarded = forwarded(request.headers)
            scheme = forwarded["proto"] ?? first(request.headers, "X-Forwarded-Proto") ?? scheme
            authority = forwarded["host"] ?? first(request.headers, "X-Forwarded-Host") ?? authority
            prefix = first(request.headers, "X-Forwarded-Prefix") ?? ""
        }
        guard scheme == "http" || scheme == "https", isAuthority(authority), isPrefix(prefix) else {
            return LinkBuilder(root: "http://\(configuration.host):\(configuration.port)", surface: surface, token: token)
        }
        return LinkBuilder(root: "\(scheme)://\(authority)" + (prefix.hasPrefix("/") || prefix.isEmpty ? prefix : "/" + prefix), surface: surface, token: token)
    }

    private static func first(_ headers: HTTPFields, _ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }?.split(separator: ",").first.map { $0.trimmingSpaces() }
    }

    private static func forwarded(_ headers: HTTPFields) -> [String: String] {
        var found: [String: String] = [:]
        for pair in (first(headers, "Forwarded") ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { found[parts[0].trimmingSpaces().lowercased()] = parts[1].trimmingSpaces().filter { $0 != "\"" } }
        }
        return found
    }

    private static func isAuthority(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || [0x2D, 0x2E, 0x3A, 0x5B, 0x5D].contains($0)
            }
    }

    private static func isPrefix(_ text: String) -> Bool {
        text.utf8.count <= 255 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at either end.
    func trimmingSpaces() -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
