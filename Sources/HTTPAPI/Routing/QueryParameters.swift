import Core
import Services

/// The query string, decoded: names and values in their order, `+` read as a space (WHATWG URL, section 5.1).
struct QueryParameters: Sendable {
    let items: [(name: String, value: String)]

    /// - Throws: `invalidParameter` for a malformed percent escape or text that is not UTF-8.
    init(_ query: String?) throws(ServiceError) {
        var items: [(name: String, value: String)] = []
        for part in (query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try QueryParameters.decode(pair[0], plusIsSpace: true)
            items.append((name, pair.count > 1 ? try QueryParameters.decode(pair[1], plusIsSpace: true) : ""))
        }
        self.items = items
    }

    /// The value of a parameter; nil where it is absent or empty.
    subscript(_ name: String) -> String? { items.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value } }

    /// Values of a comma-separated list.
    func list(_ name: String) -> [String]? { self[name].map { $0.split(separator: ",").map(String.init) } }

    func has(_ name: String) -> Bool { items.contains { $0.name == name } }

    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) throws(ServiceError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    throw ServiceError(.invalidParameter, "'\(CoreError.shorten(String(text)))': a percent sign is followed by two hexadecimal digits")
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw ServiceError(.invalidParameter, "'\(CoreError.shorten(String(text)))': decodes to UTF-8 text without NUL")
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
