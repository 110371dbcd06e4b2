import Raster
import Synchronization

/// Transparent pictures, encoded once per size and format.
final class BlankTiles: Sendable {
    static let shared = BlankTiles()

    private struct Key: Hashable {
        var width: Int
        var height: Int
        var format: ImageFormat
    }

    private let known = Mutex<[Key: [UInt8]]>([:])
    /// Sizes are a client's choice: no more of them are kept.
    private static let maximumCount = 32

    func bytes(width: Int, height: Int, format: ImageFormat) throws(CubeError) -> [UInt8] {
        let key = Key(width: width, height: height, format: format)
        if let bytes = known.withLock({ $0[key] }) { return bytes }
        let bytes = try CubeError.wrapping(.unsupported, "the picture cannot be encoded") {
            try Renderer.transparent(width: width, height: height, format: format)
        }
        known.withLock { if $0.count < BlankTiles.maximumCount { $0[key] = bytes } }
        return bytes
    }
}
