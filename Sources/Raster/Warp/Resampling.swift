/// How the value of an output pixel comes from the pixels of the source.
public enum Resampling: String, Hashable, CaseIterable, Sendable {
    /// The source pixel that the output pixel's centre falls into.
    case nearest
    /// The four source pixels around, weighted by closeness.
    case bilinear
    /// The sixteen source pixels around: cubic convolution with a = -0.5 (Catmull-Rom), as GDAL's `cubic`.
    case cubic
    /// The mean of the source pixels under the output pixel, weighted by the area covered.
    case average
    /// The value that covers the largest area under the output pixel: for classes. Of equals the smaller value.
    case mode

    /// Whether the result can only be a value of the source (so that classes survive).
    public var keepsValues: Bool { self == .nearest || self == .mode }

    /// Source pixels that the kernel reaches beyond the pixel that holds its centre.
    ///
    /// For `average` and `mode` the reach depends on the reduction: `PixelMapping.sourceWindow(for:)` knows it.
    public var halo: Int {
        switch self {
        case .nearest: 0
        case .bilinear, .average, .mode: 1
        case .cubic: 2
        }
    }
}
