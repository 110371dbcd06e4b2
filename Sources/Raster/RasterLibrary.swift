import CImage

/// What this module runs with.
public enum RasterLibrary {
    /// Names and versions of the image libraries.
    public static var versions: [(name: String, version: String)] {
        let webp = WebPGetEncoderVersion()
        return [("libwebp", "\(webp >> 16).\(webp >> 8 & 255).\(webp & 255)"), ("libjpeg", "API \(JPEG_LIB_VERSION)")]
    }
}
