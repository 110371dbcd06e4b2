import Core
import Raster

/// Derives the layers of a cube from its bands: one per band, and the indices and composites whose bands exist.
enum LayerBuilder {
    static func layers(for bands: [Band]) -> [Layer] {
        bands.map(layer) + derived(from: bands)
    }

    /// A band as a layer. Without statistics the range is a guess that publishing replaces.
    static func layer(for band: Band) -> Layer {
        var layer = Layer(
            name: band.name, title: band.title, kind: .band, expressions: [band.name], bands: [band.name], ranges: [guess(band)],
            colormap: colormap(band), unit: band.unit)
        layer.categories = band.categories
        return layer
    }

    private static func guess(_ band: Band) -> ClosedRange<Double> {
        if let first = band.categories.map(\.value).min(), let last = band.categories.map(\.value).max(), first < last {
            return Double(first)...Double(last)
        }
        if band.dataType == .bool { return 0...1 }
        if band.commonName != nil { return 0...(band.scale == 1 && !band.dataType.isFloatingPoint ? 3000 : 0.3) }
        return 0...1
    }

    private static func colormap(_ band: Band) -> String {
        let name = (band.name + " " + band.title).lowercased()
        if name.contains("ndvi") || name.contains("vegetation index") { return known("rdylgn") }
        if name.contains("elevation") || name.contains("dem") { return known("terrain") }
        if name.contains("temperature") || name.contains("sst") { return known("inferno") }
        return band.commonName != nil ? known("gray") : known("viridis")
    }

    /// The name if there is such a colormap, else the first there is.
    private static func known(_ name: String) -> String {
        Colormap.named(name) != nil ? name : Colormap.names.first ?? name
    }

    /// Indices and composites by the common names of the bands. A band of the same name keeps its name.
    private static func derived(from bands: [Band]) -> [Layer] {
        var byCommonName: [String: Band] = [:]
        for band in bands where !band.isCategorical {
            guard let name = band.commonName, byCommonName[name] == nil else { continue }
            byCommonName[name] = band
        }
        let taken = Set(bands.map(\.name))
        return LayerCatalogue.derivable(from: Set(byCommonName.keys)).compactMap { recipe in
            taken.contains(recipe.name) ? nil : layer(recipe, byCommonName)
        }
    }

    private static func layer(_ recipe: LayerRecipe, _ bands: [String: Band]) -> Layer? {
        let used = recipe.requires.compactMap { bands[$0] }
        guard used.count == recipe.requires.count else { return nil }
        // A formula with constants in units of reflectance means nothing for digital numbers.
        if recipe.needsReflectance, !used.allSatisfy({ $0.scale != 1 || $0.dataType.isFloatingPoint }) { return nil }
        let expressions = recipe.renamingVariables(bands.mapValues(\.name)).expressions.map(\.description)
        let range = recipe.range ?? (recipe.isComposite ? guess(used[0]) : -1...1)
        return Layer(
            name: recipe.name, title: recipe.title, kind: recipe.isComposite ? .composite : .index, expressions: expressions,
            bands: used.map(\.name), ranges: [ClosedRange<Double>](repeating: range, count: expressions.count),
            colormap: recipe.isComposite ? nil : recipe.colormap ?? known("viridis"))
    }
}
