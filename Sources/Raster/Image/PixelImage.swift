/// Pixels ready to be encoded.
struct PixelImage {
    enum Content {
        /// One byte per pixel into `palette`.
        case indexed([UInt8], palette: [RGBA])
        case rgba([UInt8])
        case rgb([UInt8])
    }

    let width: Int
    let height: Int
    var content: Content

    /// Four bytes per pixel.
    var rgbaBytes: [UInt8] {
        switch content {
        case .rgba(let bytes): return bytes
        case .rgb(let bytes):
            return [UInt8](unsafeUninitializedCapacity: width * height * 4) { out, count in
                for i in 0..<(width * height) {
                    for k in 0..<3 { out[4 * i + k] = bytes[3 * i + k] }
                    out[4 * i + 3] = 255
                }
                count = width * height * 4
            }
        case .indexed(let indexes, let palette):
            let colors = (0..<256).map { $0 < palette.count ? palette[$0] : .transparent }
            return [UInt8](unsafeUninitializedCapacity: indexes.count * 4) { out, count in
                for (i, index) in indexes.enumerated() {
                    let color = colors[Int(index)]
                    (out[4 * i], out[4 * i + 1], out[4 * i + 2], out[4 * i + 3]) = (color.red, color.green, color.blue, color.alpha)
                }
                count = indexes.count * 4
            }
        }
    }

    /// Three bytes per pixel over a white ground.
    var rgbOverWhite: [UInt8] {
        if case .rgb(let bytes) = content { return bytes }
        let rgba = rgbaBytes
        return [UInt8](unsafeUninitializedCapacity: width * height * 3) { out, count in
            for i in 0..<(width * height) {
                let alpha = Int(rgba[4 * i + 3])
                for k in 0..<3 { out[3 * i + k] = UInt8((Int(rgba[4 * i + k]) * alpha + 255 * (255 - alpha) + 127) / 255) }
            }
            count = width * height * 3
        }
    }
}
