import Core

/// What can go wrong between a store of arrays and the cube made out of it.
public struct CubeError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No time axis, no scalar time and no override; the message names what was looked for.
        case missingTime
        /// No coordinate reference system; the message names what was looked for.
        case missingCRS
        /// No y/x dimensions, or nothing that says where they lie.
        case missingGrid
        /// Coordinates that are not evenly spaced.
        case irregularGrid
        /// Times that cannot be read, repeat, or do not exist.
        case invalidTime
        /// No array that can be a band.
        case missingBands
        /// A store, an array or a type that this version does not take.
        case unsupported
        /// An array's attribute contradicts its data.
        case invalidMetadata
        /// A chunk or an object of the store cannot be read; `cause` names array and chunk.
        case unreadable
        /// A layer or band that the cube does not have.
        case unknownLayer
        /// A formula that cannot be parsed or names a band the cube does not have.
        case invalidExpression
        /// A time that is not among the cube's time steps.
        case unknownTime
        /// A request that would read or hold more than it may; the message has both numbers.
        case budgetExceeded
        /// A region without area, or that cannot be brought into the cube's CRS.
        case invalidRegion
        /// A stored description that is not one.
        case invalidDescription
        /// Writing failed.
        case io
        /// The work was cancelled.
        case cancelled
    }

    public var code: Code
    /// What is wrong and what would be right, as one sentence. Safe to log.
    public var message: String
    /// The array, band, layer or attribute it is about.
    public var subject: String?
    /// The error of the module below.
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    public var description: String {
        var text = message
        if let subject, !message.contains(subject) { text = "\(subject): \(text)" }
        if let cause { text += " (\(cause))" }
        return text
    }

    /// Passes a `CubeError` on and wraps every other error.
    static func wrap(_ error: any Error, _ message: String, code: Code = .unreadable, subject: String? = nil) -> CubeError {
        if let error = error as? CubeError { return error }
        if error is CancellationError { return CubeError(.cancelled, "the work was cancelled") }
        return CubeError(code, message, subject: subject, cause: error)
    }

    /// Runs `work` with its errors turned into `CubeError`.
    static func wrapping<T>(
        _ code: Code = .unreadable, _ message: @autoclosure () -> String, subject: String? = nil, _ work: () throws -> T
    ) throws(CubeError) -> T {
        do { return try work() } catch { throw wrap(error, message(), code: code, subject: subject) }
    }
}
