import Core

/// What can go wrong in `Geo`.
///
/// `path` says where in the document (a JSON path such as `coordinates[0][3]`, or `byte 17` of a WKB), `message` is the rule
/// that is broken. Neither holds more than a short excerpt of the input, so `description` is safe to log.
public struct GeoError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case invalidGeoJSON
        case invalidWKB
        case invalidWKT
        case invalidCRS
        case invalidTransform
        /// The coordinates have no counterpart in the other CRS.
        case notTransformable
        case invalidTile
        case invalidTileMatrixSet
    }

    public var code: Code
    public var message: String
    /// Where it went wrong; empty for a whole value.
    public var path: String

    public init(_ code: Code, _ message: String, path: String = "") {
        self.code = code
        self.message = message
        self.path = path
    }

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
