/// What can go wrong in `Core`: a value from outside does not have the form it must have.
///
/// Every error names the *parameter* (or member) it was read from where the caller knew it, the offending *value*
/// (shortened) and the *rule* that it breaks, so that an answer to a client can repeat all three.
public struct CoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case invalidIdentifier
        case invalidBBox
        case invalidDateTime
        case invalidDuration
        case invalidJSON
        case budgetExceeded
    }

    public var code: Code
    /// The rule that is broken, as a sentence without the value.
    public var rule: String
    /// The offending value, shortened to 120 characters.
    public var value: String
    /// Where in the value it went wrong (a byte offset), where that helps.
    public var offset: Int?

    public init(_ code: Code, value: String, rule: String, offset: Int? = nil) {
        self.code = code
        self.rule = rule
        self.value = CoreError.shorten(value)
        self.offset = offset
    }

    public var description: String {
        let place = offset.map { " (at byte \($0))" } ?? ""
        return "'\(value)': \(rule)\(place)"
    }

    /// Keeps an offending value readable, and an answer small, whatever was sent.
    public static func shorten(_ value: String, to limit: Int = 120) -> String {
        value.unicodeScalars.count <= limit ? value : String(String.UnicodeScalarView(value.unicodeScalars.prefix(limit))) + "…"
    }
}
