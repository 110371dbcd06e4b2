import Core
import Geo
import Raster

/// A picture of a layer at one time on a grid.
public struct TileRequest: Sendable {
    public var layer: LayerSelection
    /// Index into the cube's times; nil: the latest that is about as complete as the best.
    public var timeIndex: Int?
    public var grid: PixelGrid
    public var resampling: Resampling
    public var style: StyleOverride
    public var format: ImageFormat

    public init(
        layer: LayerSelection, timeIndex: Int? = nil, grid: PixelGrid, resampling: Resampling = .nearest,
        style: StyleOverride = StyleOverride(), format: ImageFormat = .png
    ) {
        self.layer = layer
        self.timeIndex = timeIndex
        self.grid = grid
        self.resampling = resampling
        self.style = style
        self.format = format
    }

    /// A tile of a tile matrix set.
    public init(
        layer: LayerSelection, timeIndex: Int? = nil, tile: TileCoordinate, in set: TileMatrixSet, size: Int = 256,
        resampling: Resampling = .nearest, style: StyleOverride = StyleOverride(), format: ImageFormat = .png
    ) {
        self.init(
            layer: layer, timeIndex: timeIndex, grid: set.grid(of: tile, size: size), resampling: resampling, style: style, format: format)
    }
}

/// What a request changes of a layer's default style.
public struct StyleOverride: Hashable, Sendable {
    /// One range for all formulas, or one for each.
    public var ranges: [ClosedRange<Double>]?
    public var colormap: String?

    public init(ranges: [ClosedRange<Double>]? = nil, colormap: String? = nil) {
        self.ranges = ranges
        self.colormap = colormap
    }
}

/// An encoded picture.
public struct RenderedTile: Sendable {
    public var bytes: [UInt8]
    public var format: ImageFormat
    /// No pixel of it is valid.
    public var isEmpty: Bool
    /// Which time step was drawn; nil outside the cube.
    public var timeIndex: Int?
    /// Which level it was drawn from; nil outside the cube.
    public var level: Int?
}
