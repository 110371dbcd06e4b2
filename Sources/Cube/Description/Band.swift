import Core

/// One plane per time step of a cube, or one plane for all of them: an array of the store, or one place on its band axis.
public struct Band: Hashable, Sendable {
    /// Unique in the cube and usable as a variable of an expression.
    public var name: String
    /// The STAC common name (`red`, `nir`, …) where one is known.
    public var commonName: String?
    public var title: String
    /// The unit of the physical values, as the store has it.
    public var unit: String?
    public var dataType: DataType
    /// The stored value that means "no data"; NaN always does in floating-point bands.
    public var nodata: Double?
    /// Further stored values without data (`missing_value` beside `_FillValue`).
    public var otherNodata: [Double] = []
    /// Stored values outside are not valid (CF `valid_range`, `valid_min`, `valid_max`).
    public var validRange: ClosedRange<Double>?
    /// physical = stored × scale + offset
    public var scale: Double = 1
    public var offset: Double = 0
    /// Classes rather than amounts: overviews take the mode, never an average.
    public var isCategorical: Bool
    public var categories: [Category] = []
    /// False for a plane that holds for every time, such as elevation.
    public var isTimeVarying: Bool
    /// In micrometres, as STAC `eo:bands` has it.
    public var centerWavelength: Double?
    /// Which array, by the path of its variable.
    public var variable: String
    /// The place on the band axis; nil where the array has none.
    public var bandIndex: Int?
    /// Known once the cube is published.
    public var statistics: BandStatistics?

    /// A class of a categorical band.
    public struct Category: Hashable, Sendable {
        public var value: Int
        public var label: String
        /// `#rrggbb` where the store gives one (CF `flag_colors`).
        public var color: String?

        public init(value: Int, label: String, color: String? = nil) {
            self.value = value
            self.label = label
            self.color = color
        }
    }

    public init(
        name: String, title: String, dataType: DataType, variable: String, isCategorical: Bool = false, isTimeVarying: Bool = true
    ) {
        self.name = name
        self.title = title
        self.dataType = dataType
        self.variable = variable
        self.isCategorical = isCategorical
        self.isTimeVarying = isTimeVarying
    }
}

/// Statistics of the physical values of a band over all its times.
public struct BandStatistics: Hashable, Sendable {
    /// Valid pixels, summed over the times.
    public var count: Int
    public var minimum: Double
    public var maximum: Double
    public var mean: Double
    /// Of the population (ddof = 0).
    public var standardDeviation: Double
    /// The 2nd and 98th percentile, approximate: of a regular sample.
    public var p2: Double
    public var p98: Double
    /// The share (0…1) of valid pixels per time step; one element for a band without time.
    public var validShare: [Double]

    public init(
        count: Int, minimum: Double, maximum: Double, mean: Double, standardDeviation: Double, p2: Double, p98: Double,
        validShare: [Double]
    ) {
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.p2 = p2
        self.p98 = p98
        self.validShare = validShare
    }
}
