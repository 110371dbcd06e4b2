import Core

/// Something drawable: a band, an index or a composite. A layer is formulas over bands, never a copy of pixels.
public struct Layer: Hashable, Sendable {
    public enum Kind: String, Sendable { case band, index, composite }

    public var name: String
    public var title: String
    public var kind: Kind
    /// One formula over band names, or three for red, green and blue.
    public var expressions: [String]
    /// The bands that the formulas name.
    public var bands: [String]
    /// The default range of values per formula: what is drawn black…white, or first…last colour.
    public var ranges: [ClosedRange<Double>]
    /// The default colormap of a layer with one formula.
    public var colormap: String?
    public var categories: [Band.Category] = []
    public var unit: String?
    /// Of an index, from the coarsest level at a few times; nil before publishing and for other layers (see `Band.statistics`).
    public var statistics: BandStatistics?

    /// The default range of the first formula.
    public var range: ClosedRange<Double>? { ranges.first }
    public var isCategorical: Bool { !categories.isEmpty }

    public init(
        name: String, title: String, kind: Kind, expressions: [String], bands: [String], ranges: [ClosedRange<Double>],
        colormap: String? = nil, unit: String? = nil
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.expressions = expressions
        self.bands = bands
        self.ranges = ranges
        self.colormap = colormap
        self.unit = unit
    }
}
