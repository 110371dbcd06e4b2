import Core
import Cube
import Raster

/// The legend of a layer as PNG, SVG or JSON.
public enum LegendDocument {
    public static func make(_ layer: Layer, _ parameters: RasterParameters, _ format: String) throws -> [UInt8] {
        if layer.kind == .composite { return try composite(layer, parameters, format) }
        if layer.isCategorical, parameters.rescale == nil, parameters.colormap == nil { return try classes(layer, format) }
        let range = parameters.rescale?.first ?? layer.range ?? 0...1
        let name = parameters.colormap ?? layer.colormap ?? "viridis"
        guard let colormap = Colormap.named(name) else { throw ServiceError.parameter("colormap", name, "is one of " + Colormap.names.joined(separator: ", ")) }
        switch format {
        case "svg": return Array(Legend.svg(colormap, range: range, title: layer.title, unit: layer.unit).utf8)
        case "json": return Legend.json(.singleBand(colormap, range: range), title: layer.title, unit: layer.unit).encoded
        default: return try Legend.png(colormap)
        }
    }

    private static func classes(_ layer: Layer, _ format: String) throws -> [UInt8] {
        let styles = layer.categories.styles
        switch format {
        case "json": return Legend.json(.categorical(styles), title: layer.title, unit: layer.unit).encoded
        case "svg": return Array(Legend.svg(styles, title: layer.title).utf8)
        default: return try Legend.png(styles)
        }
    }

    /// A composite has no scale: its colours are the bands themselves, and the legend names them.
    private static func composite(_ layer: Layer, _ parameters: RasterParameters, _ format: String) throws -> [UInt8] {
        let ranges = parameters.rescale.map { $0.count == 3 ? $0 : Array(repeating: $0[0], count: 3) } ?? layer.ranges
        switch format {
        case "json": return Legend.json(.rgb(ranges: ranges, gamma: 1), title: layer.title, unit: layer.unit).encoded
        case "svg": return Array(Legend.svg(channels(layer), title: layer.title).utf8)
        default: return try Legend.png(channels(layer))
        }
    }

    private static func channels(_ layer: Layer) -> [CategoryStyle] {
        let colors = [("red", RGBA(220, 50, 47)), ("green", RGBA(64, 160, 43)), ("blue", RGBA(38, 110, 210))]
        return zip(colors, layer.expressions).enumerated().map { index, pair in
            CategoryStyle(value: Double(index), color: pair.0.1, label: "\(pair.0.0): \(pair.1)")
        }
    }
}
