/// The words of an expression, with the byte each begins at.
struct ExpressionToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case number(Double)
        /// An identifier; `quoted` ones are never functions.
        case name(String, quoted: Bool)
        /// An operator or a bracket or a comma.
        case symbol(String)
        case end
    }

    var kind: Kind
    var offset: Int
}

/// Cuts the text of an expression into tokens. Everything is ASCII except what stands between quotes.
struct ExpressionLexer {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    static func tokens(of text: String) throws(RasterError) -> [ExpressionToken] {
        var lexer = ExpressionLexer(text)
        var tokens: [ExpressionToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func next() throws(RasterError) -> ExpressionToken {
        while let byte = peek(), byte == 0x20 || (0x09...0x0D).contains(byte) { at += 1 }
        let start = at
        guard let byte = peek() else { return ExpressionToken(kind: .end, offset: start) }
        if isDigit(byte) || (byte == 0x2E && isDigit(peek(1) ?? 0)) {
            return ExpressionToken(kind: .number(try number()), offset: start)
        }
        if isNameStart(byte) { return ExpressionToken(kind: .name(name(), quoted: false), offset: start) }
        if byte == 0x22 { return ExpressionToken(kind: .name(try quotedName(), quoted: true), offset: start) }
        return ExpressionToken(kind: .symbol(try symbol()), offset: start)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }
    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private func isNameStart(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    private mutating func number() throws(RasterError) -> Double {
        let start = at
        while let byte = peek(), isDigit(byte) { at += 1 }
        if peek() == 0x2E {
            at += 1
            while let byte = peek(), isDigit(byte) { at += 1 }
        }
        if let e = peek(), e == 0x65 || e == 0x45 {
            let signed = peek(1) == 0x2B || peek(1) == 0x2D
            if let digit = peek(signed ? 2 : 1), isDigit(digit) {
                at += signed ? 2 : 1
                while let byte = peek(), isDigit(byte) { at += 1 }
            }
        }
        if let byte = peek(), isNameStart(byte) || byte == 0x2E {
            throw RasterError(.invalidExpression, "a number is followed by a letter or a second point; quote band names that begin with a digit", offset: at)
        }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
            throw RasterError(.invalidExpression, "a number is too large", offset: start)
        }
        return value
    }

    private mutating func name() -> String {
        let start = at
        while let byte = peek(), isNameStart(byte) || isDigit(byte) || byte == 0x2E { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// `"…"`, in which `""` stands for one quote.
    private mutating func quotedName() throws(RasterError) -> String {
        let start = at
        at += 1
        var content: [UInt8] = []
        while let byte = peek() {
            at += 1
            if byte != 0x22 { content.append(byte); continue }
            if peek() == 0x22 { content.append(0x22); at += 1; continue }
            guard !content.isEmpty else { throw RasterError(.invalidExpression, "a quoted name is empty", offset: start) }
            return String(decoding: content, as: UTF8.self)
        }
        throw RasterError(.invalidExpression, "a quoted name has no closing quote", offset: start)
    }

    private mutating func symbol() throws(RasterError) -> String {
        let start = at
        for candidate in ["**", "<=", ">=", "==", "!=", "&&", "||"] where matches(candidate) {
            at += 2
            return candidate
        }
        for candidate in ["+", "-", "*", "/", "(", ")", ",", "<", ">", "!", "&", "|", "^"] where matches(candidate) {
            at += 1
            // The single forms are what numexpr (titiler, rio-tiler) writes.
            return switch candidate {
            case "&": "&&"
            case "|": "||"
            case "^": throw RasterError(.invalidExpression, "'^' is not an operator here: a power is written **", offset: start)
            default: candidate
            }
        }
        throw RasterError(.invalidExpression, "a character that does not belong in an expression", offset: start)
    }

    private func matches(_ candidate: String) -> Bool {
        candidate.utf8.enumerated().allSatisfy { peek($0.offset) == $0.element }
    }
}
