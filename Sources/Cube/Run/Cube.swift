import Core
import Geo
import Raster
import Zarr

/// A published cube, ready to answer: tiles, time series, values at points. Reads no metadata; all of it is in the description.
///
/// Every call blocks and may be made from any thread. Decoded chunks are shared through `cache`.
public final class Cube: Sendable {
    public let description: CubeDescription
    let store: any ZarrStore
    let cache: ChunkCache?
    /// Arrays by level and variable.
    private let arrays: [[String: ZarrArray]]
    private let bands: [String: Band]
    private let axes: [String: CubeDescription.Axes]
    /// The layers of the description with their formulas parsed.
    private let layers: [String: ResolvedLayer]

    /// - Throws: `CubeError.invalidDescription` where a layer's formula cannot be parsed or names no band.
    public init(description: CubeDescription, store: any ZarrStore, cache: ChunkCache? = nil) throws(CubeError) {
        self.description = description
        self.store = store
        self.cache = cache
        arrays = description.levels.map { level in
            var arrays: [String: ZarrArray] = [:]
            for (variable, metadata) in level.arrays {
                arrays[variable] = ZarrArray(store: store, path: level.arrayPath(of: variable), metadata: metadata)
            }
            return arrays
        }
        var bands: [String: Band] = [:]
        for band in description.bands { bands[band.name] = band }
        self.bands = bands
        var axes: [String: CubeDescription.Axes] = [:]
        for variable in description.variables { axes[variable.path] = variable.axes }
        self.axes = axes
        var layers: [String: ResolvedLayer] = [:]
        for layer in description.layers {
            layers[layer.name] = try ResolvedLayer(layer.expressions, named: layer, bands: bands)
        }
        self.layers = layers
    }

    /// The formulas of a selection, checked against the bands there are.
    ///
    /// - Throws: `CubeError.unknownLayer`, `CubeError.invalidExpression`
    func resolve(_ selection: LayerSelection) throws(CubeError) -> ResolvedLayer {
        switch selection {
        case .named(let name):
            guard let layer = layers[name] else {
                let known = description.layers.prefix(40).map(\.name).joined(separator: ", ")
                throw CubeError(.unknownLayer, "there is no layer '\(CoreError.shorten(name, to: 60))' (there are: \(known))")
            }
            return layer
        case .expressions(let formulas):
            guard formulas.count == 1 || formulas.count == 3 else {
                throw CubeError(.invalidExpression, "a picture takes one formula, or three for red, green and blue, not \(formulas.count)")
            }
            return try ResolvedLayer(formulas, named: nil, bands: bands)
        }
    }

    /// - Throws: `CubeError.unknownTime` outside the cube's times.
    func storeIndex(ofTime index: Int) throws(CubeError) -> Int {
        guard description.times.indices.contains(index) else {
            throw CubeError(.unknownTime, "the cube has \(description.times.count) time steps; there is no step \(index)")
        }
        return description.timeOrder?[index] ?? index
    }

    func source(of name: String, level: Int) throws(CubeError) -> BandSource {
        guard let band = bands[name], let axes = axes[band.variable], arrays.indices.contains(level),
            let array = arrays[level][band.variable]
        else { throw CubeError(.unknownLayer, "there is no band '\(CoreError.shorten(name, to: 60))'") }
        return BandSource(band: band, array: array, axes: axes, decoding: PixelDecoding(band))
    }
}

/// What is asked for: a layer of the cube, or formulas over its bands.
public enum LayerSelection: Hashable, Sendable {
    case named(String)
    /// One formula, or three for red, green and blue.
    case expressions([String])
}

/// Formulas ready to evaluate.
struct ResolvedLayer: Sendable {
    /// The layer of the cube; nil for formulas of a request.
    var layer: Layer?
    var expressions: [Expression]
    /// The bands needed, each once.
    var bands: [Band]

    init(_ formulas: [String], named layer: Layer?, bands known: [String: Band]) throws(CubeError) {
        self.layer = layer
        expressions = []
        bands = []
        for formula in formulas {
            let expression = try CubeError.wrapping(.invalidExpression, "the formula '\(CoreError.shorten(formula))' cannot be read") {
                try Expression(parsing: formula)
            }
            for variable in expression.variables where !bands.contains(where: { $0.name == variable }) {
                guard let band = known[variable] else {
                    let names = known.keys.sorted(by: naturalOrder).prefix(40).joined(separator: ", ")
                    throw CubeError(
                        .invalidExpression,
                        "the formula '\(CoreError.shorten(formula))' names the band '\(CoreError.shorten(variable, to: 60))' (there are: \(names))")
                }
                bands.append(band)
            }
            expressions.append(expression)
        }
        guard !bands.isEmpty else { throw CubeError(.invalidExpression, "a formula names at least one band") }
    }
}
