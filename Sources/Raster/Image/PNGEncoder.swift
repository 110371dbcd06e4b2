import CCompression

/// Writes PNG (ISO/IEC 15948): 8 bits per channel, palette, RGB or RGBA, not interlaced.
enum PNGEncoder {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func encode(_ image: PixelImage) throws(RasterError) -> [UInt8] {
        let (colorType, channels, pixels): (UInt8, Int, [UInt8]) =
            switch image.content {
            case .indexed(let bytes, _): (3, 1, bytes)
            case .rgb(let bytes): (2, 3, bytes)
            case .rgba(let bytes): (6, 4, bytes)
            }
        guard (1...Int(Int32.max)).contains(image.width), (1...Int(Int32.max)).contains(image.height),
            pixels.count == image.width * image.height * channels
        else { throw RasterError(.encodingFailed, "an image of \(image.width)×\(image.height) pixels cannot be written") }
        let rows = channels == 1 ? unfiltered(pixels, stride: image.width) : subFiltered(pixels, stride: image.width * channels, step: channels)
        let packed = try compress(rows)
        var out: [UInt8] = []
        out.reserveCapacity(packed.count + 2048)
        out += signature
        append("IHDR", bigEndian(image.width) + bigEndian(image.height) + [8, colorType, 0, 0, 0], to: &out)
        if case .indexed(_, let palette) = image.content { appendPalette(palette, to: &out) }
        append("IDAT", packed, to: &out)
        append("IEND", [], to: &out)
        return out
    }

    private static func compress(_ rows: [UInt8]) throws(RasterError) -> [UInt8] {
        var result: Result<[UInt8], RasterError> = .success([])
        rows.withUnsafeBytes { bytes in
            do throws(RasterError) { result = .success(try ZlibDeflate.compress(bytes)) } catch { result = .failure(error) }
        }
        return try result.get()
    }

    /// Filter type 0: palette indexes have no meaning as numbers, differences of them compress worse.
    private static func unfiltered(_ pixels: [UInt8], stride: Int) -> [UInt8] {
        let height = pixels.count / stride
        return [UInt8](unsafeUninitializedCapacity: height * (stride + 1)) { out, count in
            pixels.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = out.baseAddress else { return }
                for row in 0..<height {
                    to[row * (stride + 1)] = 0
                    (to + row * (stride + 1) + 1).update(from: from + row * stride, count: stride)
                }
            }
            count = height * (stride + 1)
        }
    }

    /// Filter type 1: each byte minus the one a pixel to the left.
    private static func subFiltered(_ pixels: [UInt8], stride: Int, step: Int) -> [UInt8] {
        let height = pixels.count / stride
        return [UInt8](unsafeUninitializedCapacity: height * (stride + 1)) { out, count in
            pixels.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = out.baseAddress else { return }
                for row in 0..<height {
                    let (line, target) = (from + row * stride, to + row * (stride + 1) + 1)
                    target[-1] = 1
                    for i in 0..<step { target[i] = line[i] }
                    for i in step..<max(step, stride) { target[i] = line[i] &- line[i - step] }
                }
            }
            count = height * (stride + 1)
        }
    }

    private static func appendPalette(_ palette: [RGBA], to out: inout [UInt8]) {
        let colors = palette.isEmpty ? [.transparent] : Array(palette.prefix(256))
        append("PLTE", colors.flatMap { [$0.red, $0.green, $0.blue] }, to: &out)
        // Opaque entries at the end may be left out.
        let alphas = colors.map(\.alpha)
        if let last = alphas.lastIndex(where: { $0 != 255 }) { append("tRNS", Array(alphas[...last]), to: &out) }
    }

    private static func append(_ type: String, _ content: [UInt8], to out: inout [UInt8]) {
        out += bigEndian(content.count)
        let start = out.count
        out += Array(type.utf8)
        out += content
        let crc = out.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress.map { $0 + start }, $0.count - start) }
        out += bigEndian(Int(crc))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value),
        ]
    }
}
