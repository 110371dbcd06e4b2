/// From planes of physical values to the bytes of an image.
public enum Renderer {
    /// Pixels where a plane that is drawn has no value (or a class without a colour) are transparent.
    ///
    /// One plane becomes a palette image (`PLTE` and `tRNS`, entry 0 transparent), three an RGBA one (RGB where nothing is transparent).
    /// - Throws: `RasterError.invalidStyle` (wrong number of planes, empty range), `.sizeMismatch`, `.encodingFailed`.
    public static func render(_ planes: [Plane], style: RasterStyle, format: ImageFormat) throws(RasterError) -> [UInt8] {
        try encode(try image(of: planes, style: style), format)
    }

    /// Four bytes (red, green, blue, alpha) per pixel, row by row.
    public static func rgba(_ planes: [Plane], style: RasterStyle) throws(RasterError) -> [UInt8] {
        try image(of: planes, style: style).rgbaBytes
    }

    /// An image without any colour: what lies outside the data. `width` and `height` are 1 to 16383.
    public static func transparent(width: Int, height: Int, format: ImageFormat) throws(RasterError) -> [UInt8] {
        guard (1...WebPEncoder.maximumSide).contains(width), (1...WebPEncoder.maximumSide).contains(height) else {
            throw RasterError(.encodingFailed, "an image has 1 to \(WebPEncoder.maximumSide) pixels along each side")
        }
        let indexes = [UInt8](repeating: 0, count: width * height)
        return try encode(PixelImage(width: width, height: height, content: .indexed(indexes, palette: [.transparent])), format)
    }

    /// Encodes RGBA bytes that were made elsewhere.
    public static func encode(rgba: [UInt8], width: Int, height: Int, format: ImageFormat) throws(RasterError) -> [UInt8] {
        guard width > 0, height > 0, width <= 1 << 20, height <= 1 << 20, rgba.count == width * height * 4 else {
            throw RasterError(.sizeMismatch, "an image of \(width)×\(height) pixels has four bytes for each")
        }
        return try encode(PixelImage(width: width, height: height, content: .rgba(rgba)), format)
    }

    static func encode(_ image: PixelImage, _ format: ImageFormat) throws(RasterError) -> [UInt8] {
        switch format {
        case .png: try PNGEncoder.encode(image)
        case .webp: try WebPEncoder.encode(image)
        case .jpeg: try JPEGEncoder.encode(image)
        }
    }

    static func image(of planes: [Plane], style: RasterStyle) throws(RasterError) -> PixelImage {
        guard planes.count == style.planeCount, let first = planes.first else {
            throw RasterError(.invalidStyle, "the style draws \(style.planeCount) plane(s), not \(planes.count)")
        }
        guard planes.allSatisfy({ $0.width == first.width && $0.height == first.height }) else {
            throw RasterError(.sizeMismatch, "the planes of an image have one size")
        }
        let content: PixelImage.Content
        switch style {
        case .singleBand(let colormap, let range):
            content = .indexed(PixelColoring.indexes(first.values, range: try checked(range)), palette: PixelColoring.palette(colormap))
        case .rgb(let ranges, let gamma):
            guard ranges.count == 3, gamma > 0, gamma.isFinite else {
                throw RasterError(.invalidStyle, "a composite has three ranges and a positive gamma")
            }
            var checkedRanges: [ClosedRange<Double>] = []
            for range in ranges { checkedRanges.append(try checked(range)) }
            content = PixelColoring.composite(planes.map(\.values), ranges: checkedRanges, gamma: gamma)
        case .categorical(let classes):
            content = PixelColoring.classes(first.values, classes)
        }
        return PixelImage(width: first.width, height: first.height, content: content)
    }

    private static func checked(_ range: ClosedRange<Double>) throws(RasterError) -> ClosedRange<Double> {
        guard range.lowerBound.isFinite, range.upperBound.isFinite, range.lowerBound < range.upperBound else {
            throw RasterError(.invalidStyle, "a range of values has two finite ends, the lower below the upper")
        }
        return range
    }
}
