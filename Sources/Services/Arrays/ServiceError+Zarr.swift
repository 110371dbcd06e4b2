import Core
import Zarr

extension ServiceError {
    /// What went wrong with a Zarr store, for the command line: names the array and the chunk.
    init(_ error: ZarrError) {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .outOfBounds: .invalidParameter
            case .tooLarge: .payloadTooLarge
            case .io: .unavailable
            default: .invalidData
            }
        self.init(code, error.description)
    }

    /// Runs work on a store; a `ZarrError` becomes a `ServiceError`.
    static func onStore<T>(_ work: () throws -> T) throws -> T {
        do { return try work() } catch let error as ZarrError { throw ServiceError(error) }
    }

    /// Runs a parser of `Zarr` and names the parameter whose value it refuses.
    static func naming<T>(_ parameter: String, value: String, _ parse: () throws(ZarrError) -> T) throws(ServiceError) -> T {
        do throws(ZarrError) { return try parse() } catch { throw .parameter(parameter, value, error.message) }
    }
}
