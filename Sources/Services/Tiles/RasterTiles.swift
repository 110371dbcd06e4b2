import Core
import Cube
import Geo
import Raster

/// What a request says about how a layer is drawn; the same for tiles, legends and TileJSON.
public struct RasterParameters: Sendable, Hashable {
    public var layers: [String]?
    public var interval: TimeInterval?
    public var rescale: [ClosedRange<Double>]?
    public var colormap: String?
    public var resampling: Resampling

    /// - Throws: `invalidParameter` that names the parameter.
    public init(layers: [String]?, interval: TimeInterval?, rescale: String?, colormap: String?, resampling: String?) throws(ServiceError) {
        self.layers = layers
        self.interval = interval
        self.rescale = try rescale.map(RasterParameters.ranges)
        if let colormap, Colormap.named(colormap) == nil {
            throw .parameter("colormap", colormap, "is one of " + Colormap.names.joined(separator: ", "))
        }
        self.colormap = colormap
        self.resampling = .nearest
        if let resampling {
            guard let method = Resampling(rawValue: resampling) else {
                throw .parameter("resampling", resampling, "is one of " + Resampling.allCases.map(\.rawValue).joined(separator: ", "))
            }
            self.resampling = method
        }
    }

    /// `min,max`, or three such pairs.
    private static func ranges(_ text: String) throws(ServiceError) -> [ClosedRange<Double>] {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmingPrefix(while: { $0 == " " })) ?? .nan }
        guard numbers.count == 2 || numbers.count == 6, numbers.allSatisfy(\.isFinite) else {
            throw .parameter("rescale", text, "has two finite numbers, or six for a composite, separated by commas")
        }
        var ranges: [ClosedRange<Double>] = []
        for i in stride(from: 0, to: numbers.count, by: 2) {
            guard numbers[i] < numbers[i + 1] else { throw .parameter("rescale", text, "the first number of a pair is less than the second") }
            ranges.append(numbers[i]...numbers[i + 1])
        }
        return ranges
    }
}

/// Pictures of a cube's layers on tiles.
public struct RasterTiles: Sendable {
    let service: Chronotope

    public init(_ service: Chronotope) { self.service = service }

    public struct Tile: Sendable {
        public var bytes: [UInt8]
        /// The time step that was drawn.
        public var time: TimeInstant
    }

    /// A tile of 256 × 256 pixels; transparent where the cube has no valid pixel.
    ///
    /// - Throws: `notFound` for a layer or a time that the cube does not have.
    public func tile(_ tile: TileCoordinate, _ parameters: RasterParameters, format: ImageFormat, of collection: LoadedCollection, _ cube: Cube) throws -> Tile
    {
        let layer = try Layers.named(parameters.layers, of: cube.description, maximum: 1)[0]
        let index = try RasterTiles.timeIndex(parameters.interval, layer: layer, of: cube.description)
        let style = StyleOverride(ranges: parameters.rescale, colormap: parameters.colormap)
        if let ranges = parameters.rescale, ranges.count == 3, layer.expressions.count == 1 {
            throw ServiceError.parameter("rescale", "", "layer '\(layer.name)' takes one pair of numbers")
        }
        let key = TileCache.Key(
            collection: collection.id, version: collection.record.version,
            request: "\(layer.name)|\(index)|\(tile)|\(parameters.resampling)|\(format)|\(String(describing: style.ranges))|\(style.colormap ?? "")")
        let bytes = try service.tiles.value(key) {
            try cube.tile(
                TileRequest(
                    layer: .named(layer.name), timeIndex: index, tile: tile, in: .webMercatorQuad, resampling: parameters.resampling, style: style,
                    format: format)
            ).bytes
        }
        return Tile(bytes: bytes, time: cube.description.times[index])
    }

    /// The time step that a request means: the exact instant, the latest within an interval, or the cube's default.
    ///
    /// - Throws: `notFound` if there is none; the message names the closest ones.
    static func timeIndex(_ interval: TimeInterval?, layer: Layer, of cube: CubeDescription) throws(ServiceError) -> Int {
        guard let interval else { return cube.defaultTimeIndex(of: layer.bands) }
        let isStatic = !layer.bands.contains { cube.band(named: $0)?.isTimeVarying ?? true }
        if let last = cube.timeIndices(in: interval).last { return last }
        if isStatic { return cube.defaultTimeIndex(of: layer.bands) }
        let before = cube.times.last { t in interval.start.map { t < $0 } ?? false }
        let after = cube.times.first { t in interval.end.map { t > $0 } ?? false }
        let near = [before, after].compactMap { $0?.description }.joined(separator: " and ")
        throw ServiceError(.notFound, "parameter 'datetime' = '\(interval)': the cube has no slice there; the closest are \(near)", parameter: "datetime")
    }
}
