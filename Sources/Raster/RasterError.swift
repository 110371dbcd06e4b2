/// What can go wrong between a window of pixels and an encoded image.
///
/// `description` is safe to log and to answer with: it holds what the client sent (shortened), never pixel data or paths.
public struct RasterError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The text of an expression breaks the grammar or a limit; `offset` says where.
        case invalidExpression
        /// An expression needs a variable that was not given.
        case missingVariable
        /// Planes that must have one size do not, or a plane does not match its window.
        case sizeMismatch
        /// A style or legend that cannot be drawn: unknown colormap, empty range, wrong number of planes.
        case invalidStyle
        /// A grid that cannot be mapped: empty, not invertible.
        case invalidGrid
        /// An encoder refused its input.
        case encodingFailed
    }

    public var code: Code
    /// What is wrong, as a sentence.
    public var message: String
    /// Byte offset into the text of an expression.
    public var offset: Int?
    /// The error of a lower module, as text.
    public var cause: String?

    public init(_ code: Code, _ message: String, offset: Int? = nil, cause: String? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
        self.cause = cause
    }

    public var description: String {
        var text = message
        if let offset { text += " (at byte \(offset))" }
        if let cause { text += ": \(cause)" }
        return text
    }
}
