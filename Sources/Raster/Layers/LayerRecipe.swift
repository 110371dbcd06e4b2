/// How to draw a layer out of bands known by their STAC `eo:common_name`.
public struct LayerRecipe: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// One value per pixel.
        case index(Expression)
        /// Red, green and blue.
        case composite([Expression])
    }

    /// Short name as used in URLs: `NDVI`, `RGB`.
    public var name: String
    public var title: String
    public var kind: Kind
    /// Values that the colormap (or each channel) spans; nil where it comes from the statistics of the bands.
    public var range: ClosedRange<Double>?
    /// Name of a `Colormap`; nil for composites.
    public var colormap: String?
    /// Whether the formula holds constants in units of reflectance, so that bands must be scaled to 0…1 for it to mean anything.
    public var needsReflectance: Bool

    public init(name: String, title: String, kind: Kind, range: ClosedRange<Double>? = nil, colormap: String? = nil, needsReflectance: Bool = false) {
        self.name = name
        self.title = title
        self.kind = kind
        self.range = range
        self.colormap = colormap
        self.needsReflectance = needsReflectance
    }

    public var expressions: [Expression] {
        switch kind {
        case .index(let expression): [expression]
        case .composite(let channels): channels
        }
    }

    public var isComposite: Bool { if case .composite = kind { true } else { false } }

    /// The names the expressions use, each once.
    public var requires: [String] {
        var names: [String] = []
        for expression in expressions { for name in expression.variables where !names.contains(name) { names.append(name) } }
        return names
    }

    public func renamingVariables(_ names: [String: String]) -> LayerRecipe {
        var copy = self
        switch kind {
        case .index(let expression): copy.kind = .index(expression.renamingVariables(names))
        case .composite(let channels): copy.kind = .composite(channels.map { $0.renamingVariables(names) })
        }
        return copy
    }

    /// The recipe over names that exist, where `nir` may be `nir08` and the like; nil if a band is missing.
    public func resolved(with commonNames: Set<String>) -> LayerRecipe? {
        var names: [String: String] = [:]
        for wanted in requires {
            guard let found = CommonName.substitutes(for: wanted).first(where: commonNames.contains) else { return nil }
            names[wanted] = found
        }
        // Two different bands of a formula cannot be one and the same band.
        guard Set(names.values).count == names.count else { return nil }
        return renamingVariables(names)
    }
}
