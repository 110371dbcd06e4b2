import CImage

/// WebP without loss, at the setting that costs the least time.
enum WebPEncoder {
    /// The format's own limit of 16383 pixels along a side.
    static let maximumSide = 16_383

    static func encode(_ image: PixelImage) throws(RasterError) -> [UInt8] {
        guard (1...maximumSide).contains(image.width), (1...maximumSide).contains(image.height) else {
            throw RasterError(.encodingFailed, "a WebP image has 1 to \(maximumSide) pixels along each side")
        }
        var config = WebPConfig()
        guard WebPConfigInit(&config) != 0, WebPConfigLosslessPreset(&config, 0) != 0 else { throw failure }
        // Colours under transparent pixels are ours: let them be.
        config.exact = 0
        var picture = WebPPicture()
        guard WebPPictureInit(&picture) != 0 else { throw failure }
        defer { WebPPictureFree(&picture) }
        picture.use_argb = 1
        picture.width = Int32(image.width)
        picture.height = Int32(image.height)
        let pixels = image.rgbaBytes
        guard WebPPictureImportRGBA(&picture, pixels, Int32(image.width * 4)) != 0 else { throw failure }
        var writer = WebPMemoryWriter()
        WebPMemoryWriterInit(&writer)
        defer { WebPMemoryWriterClear(&writer) }
        picture.writer = WebPMemoryWrite
        let encoded = withUnsafeMutablePointer(to: &writer) { pointer in
            picture.custom_ptr = UnsafeMutableRawPointer(pointer)
            return WebPEncode(&config, &picture)
        }
        guard encoded != 0, let bytes = writer.mem else { throw failure }
        return Array(UnsafeBufferPointer(start: bytes, count: writer.size))
    }

    private static var failure: RasterError { RasterError(.encodingFailed, "libwebp refused an image") }
}
