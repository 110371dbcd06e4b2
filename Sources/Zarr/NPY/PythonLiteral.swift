import Core

/// The Python literals that `.npy` headers are made of: dictionaries, lists, tuples, strings, whole numbers, True and False.
/// Lists and tuples are both JSON arrays here.
enum PythonLiteral {
    /// - Throws: `invalidMetadata` naming the byte where it went wrong.
    static func parse(_ text: ArraySlice<UInt8>) throws(ZarrError) -> JSON {
        var parser = Parser(bytes: Array(text))
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.at == parser.bytes.count else { throw parser.failure("nothing more") }
        return value
    }

    /// A numpy `descr`: strings as they are, fields as tuples in a list, shapes of sub-arrays as tuples.
    static func text(_ json: JSON, isField: Bool = false) -> String {
        switch json {
        case .string(let text): return quoted(text)
        case .int(let value): return String(value)
        case .array(let items):
            let isTuple = isField || items.allSatisfy { $0.intValue != nil }
            let inner = items.map { self.text($0, isField: !isField) }.joined(separator: ", ")
            return isTuple ? "(\(inner)\(items.count == 1 ? "," : ""))" : "[\(inner)]"
        default: return json.text
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\": out += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                out += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "'"
    }

    private struct Parser {
        let bytes: [UInt8]
        var at = 0

        private static let maximumDepth = 16

        mutating func value(depth: Int) throws(ZarrError) -> JSON {
            skipSpace()
            guard depth < Parser.maximumDepth else { throw failure("less nesting") }
            switch next {
            case UInt8(ascii: "{"): return try dictionary(depth)
            case UInt8(ascii: "["): return .array(try items(until: UInt8(ascii: "]"), depth))
            case UInt8(ascii: "("): return try parenthesis(depth)
            case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
            default: return try word()
            }
        }

        private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

        func failure(_ expected: String) -> ZarrError {
            ZarrError(.invalidMetadata, "the .npy header is not as expected at byte \(at): \(expected) should stand there")
        }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || (9...13).contains(byte) { at += 1 }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            at += 1
            return true
        }

        private mutating func dictionary(_ depth: Int) throws(ZarrError) -> JSON {
            at += 1
            var members: [(String, JSON)] = []
            while !take(UInt8(ascii: "}")) {
                skipSpace()
                let key = try string()
                guard take(UInt8(ascii: ":")) else { throw failure("a colon") }
                members.append((key, try value(depth: depth + 1)))
                if take(UInt8(ascii: ",")) { continue }
                guard take(UInt8(ascii: "}")) else { throw failure("a comma or the end of the dictionary") }
                break
            }
            return JSON(members)
        }

        private mutating func items(until end: UInt8, _ depth: Int) throws(ZarrError) -> [JSON] {
            at += 1
            var items: [JSON] = []
            while !take(end) {
                items.append(try value(depth: depth + 1))
                if take(UInt8(ascii: ",")) { continue }
                guard take(end) else { throw failure("a comma or the end of the list") }
                break
            }
            return items
        }

        /// `(3)` is a number in parentheses to Python, but no numpy has written it.
        private mutating func parenthesis(_ depth: Int) throws(ZarrError) -> JSON {
            .array(try items(until: UInt8(ascii: ")"), depth))
        }

        private mutating func string() throws(ZarrError) -> String {
            guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw failure("a string") }
            at += 1
            var out: [UInt8] = []
            while let byte = next, byte != quote {
                at += 1
                if byte == UInt8(ascii: "\\") { try escape(into: &out) } else { out.append(byte) }
            }
            guard next == quote else { throw failure("the end of a string") }
            at += 1
            return String(decoding: out, as: UTF8.self)
        }

        private mutating func escape(into out: inout [UInt8]) throws(ZarrError) {
            guard let byte = next else { throw failure("an escaped character") }
            at += 1
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "x"):
                let digits = String(decoding: bytes[at..<min(at + 2, bytes.count)], as: UTF8.self)
                guard digits.count == 2, let code = UInt8(digits, radix: 16) else { throw failure("two hexadecimal digits") }
                out += Array(String(Unicode.Scalar(code)).utf8)
                at += 2
            default: throw failure("a known escape")
            }
        }

        private mutating func word() throws(ZarrError) -> JSON {
            let start = at
            while let byte = next,
                byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte)
            { at += 1 }
            switch String(decoding: bytes[start..<at], as: UTF8.self) {
            case "True": return true
            case "False": return false
            case "None": return nil
            // Python 2 wrote extents as long integers.
            case let text:
                guard let number = Int(text.hasSuffix("L") ? text.dropLast() : text[...]) else {
                    at = start
                    throw failure("a value")
                }
                return JSON(number)
            }
        }
    }
}
