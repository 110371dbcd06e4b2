/// What can go wrong where files of other formats are read.
///
/// Messages name the file by its last component only and hold no pixels or attribute values, hence are safe to log and to return.
public struct FormatsError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No such file.
        case notFound
        /// A file that no reader knows, or whose beginning is broken.
        case notRecognised
        /// A path that leads to another machine, or a file that refers to others, where that is not allowed.
        case refused
        /// The file is known but its content cannot be read: cut off, damaged.
        case unreadable
        /// Something that is well formed but not taken: complex numbers, curvilinear grids.
        case unsupported
        /// No time in the file, its name or the options.
        case missingTime
        /// No coordinate reference system in the file or the options.
        case missingCRS
        /// Nothing that says where the pixels lie.
        case missingGrid
        /// Files that do not belong together: other grids, bands or types, or the same time twice.
        case inconsistent
        /// An option that does not fit the files.
        case invalidOption
        /// The result cannot be written.
        case writeFailed
        /// The work was cancelled.
        case cancelled
    }

    public var code: Code
    /// What is wrong and what would be right, as one sentence.
    public var message: String
    /// The file it is about, its last component only.
    public var file: String?
    /// The error of the module below.
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, file path: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        file = path.map(FormatsError.lastComponent)
        self.cause = cause
    }

    public var description: String {
        var text = message
        if let file, !message.contains(file) { text = "'\(file)': \(text)" }
        if let cause { text += " (\(cause))" }
        return text
    }

    static let cancelled = FormatsError(.cancelled, "the work was cancelled")

    static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Runs `work` of a module below, with its errors turned into this one.
    static func wrapping<T, E: Error>(_ code: Code, _ message: @autoclosure () -> String, _ work: () throws(E) -> T) throws(FormatsError) -> T {
        do { return try work() } catch {
            if let own = error as? FormatsError { throw own }
            throw FormatsError(code, message(), cause: error)
        }
    }
}
