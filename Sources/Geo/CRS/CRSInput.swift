import Core

/// Brings what users write for a CRS into a form for `proj_create`, and keeps out what would read files.
enum CRSInput {
    static let maximumLength = 65_536

    static func definition(from userInput: String) throws(GeoError) -> String {
        guard userInput.utf8.count <= maximumLength else {
            throw GeoError(.invalidCRS, "a CRS definition has at most \(maximumLength) bytes")
        }
        let text = trim(userInput)
        guard !text.isEmpty, !text.utf8.contains(0) else { throw GeoError(.invalidCRS, "a CRS is not empty text") }
        if text.hasPrefix("{") { return text }
        if text.hasPrefix("+") || text.hasPrefix("proj=") { return try projString(text) }
        if let keyword = text.prefix(while: { $0 != "[" && $0 != "(" }).split(separator: " ").first, text.contains("["), isWKT(keyword) {
            return text
        }
        if let code = code(in: text) { return code }
        throw GeoError(
            .invalidCRS, "'\(CoreError.shorten(text))' is none of EPSG:n, OGC:CRS84, a CRS URI or URN, WKT, PROJJSON or a PROJ string")
    }

    /// `EPSG:n` out of the forms in which a code is written.
    private static func code(in text: String) -> String? {
        var body = Substring(text)
        if body.hasPrefix("["), body.hasSuffix("]") { body = body.dropFirst().dropLast() }
        let lower = body.lowercased()
        if lower == "crs84" || lower == "wgs84" { return "OGC:CRS84" }
        if lower.hasPrefix("http://www.opengis.net/def/crs/") || lower.hasPrefix("https://www.opengis.net/def/crs/") {
            // …/def/crs/{authority}/{version}/{code}
            let parts = body.split(separator: "/", omittingEmptySubsequences: true)
            return parts.count == 7 ? join(parts[4], parts[6]) : nil
        }
        if lower.hasPrefix("urn:ogc:def:crs:") || lower.hasPrefix("urn:x-ogc:def:crs:") {
            // urn:ogc:def:crs:{authority}:{version}:{code}
            let parts = body.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count == 7 ? join(parts[4], parts[6]) : nil
        }
        if body.allSatisfy({ $0.isASCII && $0.isNumber }), body.count <= 7 { return "EPSG:" + body }
        let parts = body.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? join(parts[0], parts[1]) : nil
    }

    private static func join(_ authority: Substring, _ code: Substring) -> String? {
        guard isName(authority), isName(code), let first = authority.first, first.isLetter else { return nil }
        let joined = authority.uppercased() + ":" + code.uppercased()
        return joined == "OGC:84" ? "OGC:CRS84" : (joined == "OGC:CRS84H" ? "OGC:CRS84h" : joined)
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 32 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }

    static func isAuthorityCode(_ definition: String) -> Bool {
        let parts = definition.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy(isName)
    }

    private static func isWKT(_ keyword: Substring) -> Bool {
        let upper = keyword.uppercased()
        return upper.hasSuffix("CRS") || upper.hasSuffix("CS") || upper == "GEOGRAPHICCRS" || upper == "COMPD_CS"
    }

    /// PROJ strings may name files (`+init=`, grids): refused, as the text can come from a request.
    private static func projString(_ text: String) throws(GeoError) -> String {
        var isCRS = false
        for word in text.split(whereSeparator: \.isWhitespace) {
            let parameter = word.first == "+" ? word.dropFirst() : word
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard let name = parts.first else { continue }
            let value = parts.count == 2 ? parts[1] : ""
            switch name {
            case "type": isCRS = value == "crs"
            case "init", "file", "xy_grids", "z_grids", "grids", "geoidgrids":
                throw GeoError(.invalidCRS, "a PROJ string here has no +\(name)=, as that reads a file")
            case "nadgrids" where value != "@null" && value != "null":
                throw GeoError(.invalidCRS, "a PROJ string here has no +nadgrids= other than @null, as that reads a file")
            case "proj" where value == "pipeline":
                throw GeoError(.invalidCRS, "a PROJ pipeline is an operation, not a CRS")
            default: break
            }
        }
        return isCRS ? text : text + " +type=crs"
    }

    private static func trim(_ text: String) -> String {
        var body = Substring(text)
        while let last = body.last, last.isWhitespace { body.removeLast() }
        return String(body.drop(while: \.isWhitespace))
    }
}
