import CImage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Baseline JPEG, colours only; transparent pixels become white.
///
/// libjpeg reports errors by leaving through `longjmp` or `exit`, neither of which Swift can catch. So nothing is handed to it
/// that it could refuse: size, quality and layout are checked here, and it writes to memory. What remains is running out of memory.
enum JPEGEncoder {
    static let maximumSide = 65_500

    static func encode(_ image: PixelImage, quality: Int = 85) throws(RasterError) -> [UInt8] {
        guard (1...maximumSide).contains(image.width), (1...maximumSide).contains(image.height) else {
            throw RasterError(.encodingFailed, "a JPEG image has 1 to \(maximumSide) pixels along each side")
        }
        var pixels = image.rgbOverWhite
        guard pixels.count == image.width * image.height * 3 else {
            throw RasterError(.encodingFailed, "a JPEG image has three bytes per pixel")
        }
        let state = UnsafeMutablePointer<jpeg_compress_struct>.allocate(capacity: 1)
        let errors = UnsafeMutablePointer<jpeg_error_mgr>.allocate(capacity: 1)
        state.initialize(to: jpeg_compress_struct())
        errors.initialize(to: jpeg_error_mgr())
        defer {
            state.deallocate()
            errors.deallocate()
        }
        state.pointee.err = jpeg_std_error(errors)
        jpeg_CreateCompress(state, JPEG_LIB_VERSION, MemoryLayout<jpeg_compress_struct>.size)
        defer { jpeg_destroy_compress(state) }
        var memory: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        jpeg_mem_dest(state, &memory, &size)
        defer { free(memory) }
        write(&pixels, image, min(100, max(1, quality)), state)
        guard let memory, size > 0 else { throw RasterError(.encodingFailed, "libjpeg wrote nothing") }
        return Array(UnsafeBufferPointer(start: memory, count: Int(size)))
    }

    private static func write(_ pixels: inout [UInt8], _ image: PixelImage, _ quality: Int, _ state: UnsafeMutablePointer<jpeg_compress_struct>) {
        state.pointee.image_width = JDIMENSION(image.width)
        state.pointee.image_height = JDIMENSION(image.height)
        state.pointee.input_components = 3
        state.pointee.in_color_space = JCS_RGB
        jpeg_set_defaults(state)
        jpeg_set_quality(state, Int32(quality), 1)
        jpeg_start_compress(state, 1)
        pixels.withUnsafeMutableBufferPointer { buffer in
            for row in 0..<image.height {
                var line = buffer.baseAddress.map { $0 + row * image.width * 3 }
                _ = jpeg_write_scanlines(state, &line, 1)
            }
        }
        jpeg_finish_compress(state)
    }
}
