/// The layers that come for free with well-known bands.
public enum LayerCatalogue {
    /// Indices, with their formulas over `eo:common_name`s.
    public static let indices: [LayerRecipe] = [
        index("NDVI", "Normalized difference vegetation index", "(nir - red) / (nir + red)", -0.2...1, "rdylgn"),
        index("NDMI", "Normalized difference moisture index", "(nir - swir16) / (nir + swir16)", -0.6...0.6, "rdbu"),
        index("NDRE", "Normalized difference red edge index", "(nir - rededge) / (nir + rededge)", -0.2...0.8, "rdylgn"),
        index("GNDVI", "Green normalized difference vegetation index", "(nir - green) / (nir + green)", -0.2...0.9, "rdylgn"),
        index("EVI", "Enhanced vegetation index", "2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)", -0.2...1, "rdylgn", reflectance: true),
        index("SAVI", "Soil adjusted vegetation index (L = 0.5)", "1.5 * (nir - red) / (nir + red + 0.5)", -0.2...1, "rdylgn", reflectance: true),
        index(
            "MSAVI", "Modified soil adjusted vegetation index",
            "(2 * nir + 1 - sqrt((2 * nir + 1) ** 2 - 8 * (nir - red))) / 2", -0.2...1, "rdylgn", reflectance: true),
        index("NDWI", "Normalized difference water index (McFeeters)", "(green - nir) / (green + nir)", -0.8...0.8, "rdbu"),
        index("MNDWI", "Modified normalized difference water index", "(green - swir16) / (green + swir16)", -0.8...0.8, "rdbu"),
        index("NBR", "Normalized burn ratio", "(nir - swir22) / (nir + swir22)", -0.5...1, "rdylgn"),
        index("NDSI", "Normalized difference snow index", "(green - swir16) / (green + swir16)", -0.4...1, "blues_r"),
        index("NDBI", "Normalized difference built-up index", "(swir16 - nir) / (swir16 + nir)", -0.5...0.5, "greys_r"),
        index("BSI", "Bare soil index", "((swir16 + red) - (nir + blue)) / ((swir16 + red) + (nir + blue))", -0.5...0.5, "ylorbr"),
    ].compactMap(\.self)

    /// Three bands as red, green and blue. Their ranges come from the statistics of the bands.
    public static let composites: [LayerRecipe] = [
        composite("RGB", "True colour", "red", "green", "blue"),
        composite("CIR", "Colour infrared", "nir", "red", "green"),
        composite("AGRICULTURE", "Agriculture (short-wave infrared, near infrared, blue)", "swir16", "nir", "blue"),
        composite("SWIR", "Short-wave infrared", "swir22", "nir", "red"),
    ]

    /// What can be made of bands with these common names, indices first, over the names that exist.
    public static func derivable(from commonNames: Set<String>) -> [LayerRecipe] {
        (indices + composites).compactMap { $0.resolved(with: commonNames) }
    }

    /// The recipe of a name in any case.
    public static func named(_ name: String) -> LayerRecipe? {
        (indices + composites).first { $0.name.lowercased() == name.lowercased() }
    }

    /// nil only if the formula here in the source did not parse: a test counts them.
    private static func index(
        _ name: String, _ title: String, _ formula: String, _ range: ClosedRange<Double>, _ colormap: String, reflectance: Bool = false
    ) -> LayerRecipe? {
        guard let expression = try? Expression(parsing: formula) else { return nil }
        return LayerRecipe(name: name, title: title, kind: .index(expression), range: range, colormap: colormap, needsReflectance: reflectance)
    }

    private static func composite(_ name: String, _ title: String, _ channels: String...) -> LayerRecipe {
        LayerRecipe(name: name, title: title, kind: .composite(channels.map { Expression(variable: $0) }))
    }
}
