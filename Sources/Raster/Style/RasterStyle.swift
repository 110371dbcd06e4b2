/// How values become colours. The output has 8 bits per channel whatever the data, and never depends on it.
public enum RasterStyle: Hashable, Sendable {
    /// One plane through a colormap; values outside the range take the colours of its ends.
    case singleBand(Colormap, range: ClosedRange<Double>)
    /// Three planes, each with the range that spans 0…255, then `gamma` (1: linear; above 1: brighter).
    case rgb(ranges: [ClosedRange<Double>], gamma: Double = 1)
    /// One plane of classes; values without a class are transparent.
    case categorical([CategoryStyle])

    /// Planes that the style draws.
    public var planeCount: Int { if case .rgb = self { 3 } else { 1 } }
}

/// The colour and the meaning of one class.
public struct CategoryStyle: Hashable, Sendable {
    public var value: Double
    public var color: RGBA
    public var label: String

    public init(value: Double, color: RGBA, label: String) {
        self.value = value
        self.color = color
        self.label = label
    }

    /// Colours for classes that came without: twelve that are easy to tell apart, repeated.
    public static func palette(for values: [(value: Double, label: String)]) -> [CategoryStyle] {
        let colors = [
            "1f77b4", "ff7f0e", "2ca02c", "d62728", "9467bd", "8c564b", "e377c2", "7f7f7f", "bcbd22", "17becf", "4b4e8a", "c49a3f",
        ].compactMap { RGBA(hex: $0) }
        return values.enumerated().map { i, entry in
            CategoryStyle(value: entry.value, color: colors[i % max(1, colors.count)], label: entry.label)
        }
    }
}

/// The encodings of an image.
public enum ImageFormat: String, Hashable, CaseIterable, Sendable {
    case png, webp, jpeg

    public var mediaType: String {
        switch self {
        case .png: "image/png"
        case .webp: "image/webp"
        case .jpeg: "image/jpeg"
        }
    }

    /// `jpg` and media types are understood too.
    public init?(name: String) {
        let key = name.lowercased()
        if key == "jpg" || key == "image/jpg" { self = .jpeg; return }
        guard let found = ImageFormat.allCases.first(where: { $0.rawValue == key || $0.mediaType == key }) else { return nil }
        self = found
    }

    /// Whether pixels can be transparent; in JPEG they become white.
    public var hasTransparency: Bool { self != .jpeg }
}
