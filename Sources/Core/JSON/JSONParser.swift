/// A strict JSON parser (RFC 8259) with a limit on depth: it never recurses deeper than told, never reads past its input.
public struct JSONParser {
    public static let defaultMaximumDepth = 64

    /// - Parameters:
    ///   - bytes: UTF-8 text. A byte order mark is refused (RFC 8259, section 8.1).
    ///   - maximumDepth: how deep arrays and objects may nest.
    /// - Throws: `CoreError.invalidJSON` with the byte offset.
    public static func parse(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int = defaultMaximumDepth) throws(CoreError) -> JSON {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.at == bytes.count else { throw parser.failure("nothing follows the value") }
        return value
    }

    public static func parse(_ bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth) throws(CoreError) -> JSON {
        let result = bytes.withUnsafeBytes { raw -> Result<JSON, CoreError> in
            do throws(CoreError) { return .success(try parse(raw, maximumDepth: maximumDepth)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    public static func parse(_ text: String, maximumDepth: Int = defaultMaximumDepth) throws(CoreError) -> JSON {
        try parse(Array(text.utf8), maximumDepth: maximumDepth)
    }

    private let bytes: UnsafeRawBufferPointer
    private let maximumDepth: Int
    private var at = 0

    private init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private func failure(_ rule: String) -> CoreError {
        let start = max(0, at - 20)
        let end = min(bytes.count, at + 20)
        let excerpt = String(decoding: bytes[start..<end], as: UTF8.self)
        return CoreError(.invalidJSON, value: excerpt, rule: "JSON: " + rule, offset: at)
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(CoreError) -> JSON {
        skipSpace()
        guard at < bytes.count else { throw failure("the text ends where a value is expected") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw failure("a value begins with one of { [ \" t f n - or a digit")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(CoreError) -> JSON {
        let count = text.utf8CodeUnitCount
        guard at + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[at + $0] == text.utf8Start[$0] })
        else { throw failure("a bare word is true, false or null") }
        at += count
        return value
    }

    private mutating func enter(_ depth: Int) throws(CoreError) {
        guard depth <= maximumDepth else { throw failure("values nest at most \(maximumDepth) deep") }
        at += 1
    }

    private mutating func array(depth: Int) throws(CoreError) -> JSON {
        try enter(depth)
        var elements: [JSON] = []
        skipSpace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") { at += 1; return .array([]) }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            guard at < bytes.count else { throw failure("an array ends with ]") }
            if bytes[at] == UInt8(ascii: ",") { at += 1; continue }
            if bytes[at] == UInt8(ascii: "]") { at += 1; return .array(elements) }
            throw failure("elements of an array are separated by commas")
        }
    }

    private mutating func object(depth: Int) throws(CoreError) -> JSON {
        try enter(depth)
        var members = JSONObject()
        skipSpace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") { at += 1; return .object(members) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw failure("the name of a member is a string") }
            let key = try string()
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw failure("a colon follows the name of a member") }
            at += 1
            members[key] = try value(depth: depth)
            skipSpace()
            guard at < bytes.count else { throw failure("an object ends with }") }
            if bytes[at] == UInt8(ascii: ",") { at += 1; continue }
            if bytes[at] == UInt8(ascii: "}") { at += 1; return .object(members) }
            throw failure("members of an object are separated by commas")
        }
    }

    private mutating func number() throws(CoreError) -> JSON {
        let start = at
        var isInteger = true
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        guard at < bytes.count, isDigit(bytes[at]) else { throw failure("a digit follows the minus sign") }
        if bytes[at] == UInt8(ascii: "0") { at += 1 } else { skipDigits() }
        if at < bytes.count, isDigit(bytes[at]) { throw failure("a number has no leading zero") }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            isInteger = false
            at += 1
            guard at < bytes.count, isDigit(bytes[at]) else { throw failure("a digit follows the decimal point") }
            skipDigits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard at < bytes.count, isDigit(bytes[at]) else { throw failure("a digit follows the exponent sign") }
            skipDigits()
        }
        if isInteger, let value = integer(start..<at) { return .int(value) }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
            throw failure("a number fits into Float64")
        }
        return .double(value)
    }

    private func integer(_ range: Range<Int>) -> Int64? {
        let negative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value: Int64 = 0
        for i in (negative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(bytes[i] - 0x30)
            let (sum, overflow2) = negative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || overflow2 { return nil }
            value = sum
        }
        return value
    }

    private mutating func skipDigits() { while at < bytes.count, isDigit(bytes[at]) { at += 1 } }
    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func string() throws(CoreError) -> String {
        at += 1
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                let slice = UnsafeRawBufferPointer(rebasing: bytes[start..<at])
                guard let text = String(validating: slice, as: UTF8.self) else { throw failure("a string is valid UTF-8") }
                at += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            if byte < 0x20 { throw failure("control characters are escaped in a string") }
            at += 1
        }
        throw failure("a string ends with a quotation mark")
    }

    private mutating func escapedString(from start: Int) throws(CoreError) -> String {
        var out = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else { throw failure("a string is valid UTF-8") }
                at += 1
                return text
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw failure("control characters are escaped in a string")
            default:
                out.append(byte)
                at += 1
            }
        }
        throw failure("a string ends with a quotation mark")
    }

    private mutating func escape(into out: inout [UInt8]) throws(CoreError) {
        guard at + 1 < bytes.count else { throw failure("a character follows the backslash") }
        at += 2
        switch bytes[at - 1] {
        case UInt8(ascii: "\""): out.append(0x22)
        case UInt8(ascii: "\\"): out.append(0x5C)
        case UInt8(ascii: "/"): out.append(0x2F)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): out.append(contentsOf: Array(String(Character(try unicodeEscape())).utf8))
        default: throw failure("an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
    }

    private mutating func unicodeEscape() throws(CoreError) -> Unicode.Scalar {
        let high = try fourHexDigits()
        if (0xD800...0xDBFF).contains(high) {
            guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
                return "\u{FFFD}"
            }
            let mark = at
            at += 2
            let low = try fourHexDigits()
            guard (0xDC00...0xDFFF).contains(low) else { at = mark; return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
        }
        return Unicode.Scalar(high) ?? "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(CoreError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw failure("four hexadecimal digits follow \\u") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[at]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: throw failure("four hexadecimal digits follow \\u")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}
