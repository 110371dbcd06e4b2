import Catalog
import Core
import Cube
import Geo
import HTTPTypes
import Hummingbird
import Logging
import Raster
import Services
import Zarr

/// Errors to status: the one place where that is decided.
enum ErrorResponse {
    static func make(_ error: any Error, requestID: String, logger: Logger) -> Response {
        let problem = problem(error)
        if problem.status.code >= 500 {
            logger.error("request failed", metadata: ["error": "\(String(reflecting: error))", "hb.request.id": "\(requestID)"])
        }
        // One document for RFC 9457 (type, title, status, detail), OGC (code, description), STAC and openEO (code, message, id).
        let body: JSON = [
            "type": "about:blank", "title": .string(problem.status.reasonPhrase), "status": JSON(problem.status.code),
            "detail": .string(problem.message), "code": .string(problem.code), "message": .string(problem.message),
            "description": .string(problem.message), "id": .string(requestID),
        ]
        var response = Response.bytes(body.encoded, type: MediaType.problem, status: problem.status)
        if problem.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer realm=\"chronotope\"" }
        if problem.status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
        if !problem.allowed.isEmpty { response.headers[.allow] = problem.allowed.joined(separator: ", ") }
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private struct Problem {
        var status: HTTPResponse.Status
        var code: String
        var message: String
        var allowed: [String] = []
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let error as ServiceError:
            return Problem(status: status(error.code), code: error.code.rawValue, message: error.message, allowed: error.allowed)
        case let error as CoreError:
            if error.code == .budgetExceeded { return Problem(status: .serviceUnavailable, code: "ServiceUnavailable", message: "\(error)") }
            return Problem(status: .badRequest, code: "InvalidParameterValue", message: "\(error)")
        case let error as CatalogError: return catalog(error)
        case let error as CubeError: return cube(error)
        case let error as RasterError: return Problem(status: .badRequest, code: "InvalidParameterValue", message: "\(error)")
        case let error as GeoError: return Problem(status: .badRequest, code: "InvalidParameterValue", message: "\(error)")
        case is CancellationError:
            return Problem(status: .serviceUnavailable, code: "ServiceUnavailable", message: "the work was cancelled before it was done")
        default:
            return Problem(
                status: .internalServerError, code: "InternalError", message: "the server failed to answer; its log has the reason under the id of this answer")
        }
    }

    private static func status(_ code: ServiceError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalidParameter, .unknownParameter, .invalidBody: .badRequest
        case .invalidData: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notAcceptable: .notAcceptable
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .payloadTooLarge: .contentTooLarge
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .unavailable: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }

    /// Errors of a cube while it is served. What a request asked for wrongly is the client's, what cannot be read the server's.
    private static func cube(_ error: CubeError) -> Problem {
        switch error.code {
        case .unknownLayer, .unknownTime: Problem(status: .notFound, code: "NotFound", message: "\(error)")
        case .invalidExpression, .invalidRegion, .unsupported: Problem(status: .badRequest, code: "InvalidParameterValue", message: "\(error)")
        case .budgetExceeded: Problem(status: .contentTooLarge, code: "PayloadTooLarge", message: error.message)
        case .cancelled: Problem(status: .serviceUnavailable, code: "ServiceUnavailable", message: error.message)
        default:
            Problem(
                status: .internalServerError, code: "InternalError",
                message: "the cube cannot be read; the server's log has the reason under the id of this answer")
        }
    }

    private static func catalog(_ error: CatalogError) -> Problem {
        switch error.code {
        case .notFound: Problem(status: .notFound, code: "NotFound", message: error.message)
        case .conflict, .duplicateItem: Problem(status: .conflict, code: "Conflict", message: error.message)
        case .invalidToken: Problem(status: .badRequest, code: "InvalidParameterValue", message: error.message)
        case .invalidRecord: Problem(status: .unprocessableContent, code: "InvalidData", message: error.message)
        case .busy: Problem(status: .serviceUnavailable, code: "ServiceUnavailable", message: "the catalogue is busy")
        default:
            Problem(
                status: .internalServerError, code: "InternalError",
                message: "the catalogue failed to answer; the log has the reason under the id of this answer")
        }
    }
}
