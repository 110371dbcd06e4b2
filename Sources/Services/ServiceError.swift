import Core

/// What a use case answers instead of a result. HTTP turns the code into a status in one place (`HTTPAPI/ErrorResponse.swift`).
public struct ServiceError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case invalidParameter = "InvalidParameterValue"
        case unknownParameter = "UnknownParameter"
        case invalidBody = "InvalidBody"
        case invalidData = "InvalidData"
        case unauthenticated = "AuthenticationRequired"
        case forbidden = "Forbidden"
        case notFound = "NotFound"
        case methodNotAllowed = "MethodNotAllowed"
        case notAcceptable = "NotAcceptable"
        case conflict = "Conflict"
        case preconditionFailed = "PreconditionFailed"
        case payloadTooLarge = "PayloadTooLarge"
        case rangeNotSatisfiable = "RangeNotSatisfiable"
        case unavailable = "ServiceUnavailable"
        case internalError = "InternalError"
    }

    public var code: Code
    /// One sentence for the client: names parameter, value and rule. Holds no path and no secret.
    public var message: String
    public var parameter: String?
    /// Methods a resource does have, for `methodNotAllowed`.
    public var allowed: [String] = []

    public init(_ code: Code, _ message: String, parameter: String? = nil) {
        self.code = code
        self.message = message
        self.parameter = parameter
    }

    public var description: String { "\(code.rawValue): \(message)" }

    /// A parameter whose value breaks a rule.
    public static func parameter(_ name: String, _ value: String, _ rule: String) -> ServiceError {
        ServiceError(.invalidParameter, "parameter '\(name)' = '\(CoreError.shorten(value))': \(rule)", parameter: name)
    }

    public static func notFound(_ what: String, _ id: String, hint: String? = nil) -> ServiceError {
        ServiceError(.notFound, "there is no \(what) '\(CoreError.shorten(id))'" + (hint.map { "; " + $0 } ?? ""))
    }

    /// Runs a parser of `Core` and names the parameter in what it throws.
    public static func naming<T>(_ parameter: String, _ parse: () throws(CoreError) -> T) throws(ServiceError) -> T {
        do throws(CoreError) { return try parse() } catch { throw .parameter(parameter, error.value, error.rule) }
    }
}
