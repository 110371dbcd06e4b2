import Core
import Geo

/// How many values become one.
public enum Aggregation: String, CaseIterable, Sendable {
    case mean, min, max, sum, count, std, median
}

/// Values of layers over a region, one per time step or per bucket of the calendar.
public struct TimeSeriesRequest: Sendable {
    public var region: Region
    /// Both ends belong to it; nil: all times.
    public var interval: TimeInterval?
    public var layers: [LayerSelection]
    public var aggregation: Aggregation
    /// The width of the buckets; nil: every time step by itself.
    public var resolution: CalendarPeriod?
    /// Bytes that may be decoded, and (median) held.
    public var byteBudget: Int
    public var threads: Int

    public init(
        region: Region, interval: TimeInterval? = nil, layers: [LayerSelection], aggregation: Aggregation = .mean,
        resolution: CalendarPeriod? = nil, byteBudget: Int = 4 << 30, threads: Int = 2
    ) {
        self.region = region
        self.interval = interval
        self.layers = layers
        self.aggregation = aggregation
        self.resolution = resolution
        self.byteBudget = byteBudget
        self.threads = threads
    }
}

/// The answer to a `TimeSeriesRequest`.
public struct TimeSeries: Sendable {
    /// In the order of the request's layers.
    public var series: [Series]
    /// Pixels of the cube whose centre lies in the region, valid or not.
    public var pixelCount: Int

    public struct Series: Sendable {
        /// The layer's name, or its formula.
        public var name: String
        public var unit: String?
        /// In order of time; only buckets that hold a time step of the cube.
        public var values: [Value]
    }

    public struct Value: Hashable, Sendable {
        /// Start of the bucket; the time step itself without a resolution.
        public var start: TimeInstant
        /// Start of the next bucket; the time step itself without a resolution.
        public var end: TimeInstant
        /// nil if no pixel is valid; `count` and `sum` are then 0 and nil alike to tell "nothing" from a sum of 0.
        public var value: Double?
        /// Valid pixels, over all time steps of the bucket.
        public var count: Int
        /// Time steps of the cube in the bucket.
        public var steps: Int

        public init(start: TimeInstant, end: TimeInstant, value: Double?, count: Int, steps: Int) {
            self.start = start
            self.end = end
            self.value = value
            self.count = count
            self.steps = steps
        }
    }
}

/// The values of layers at one place.
public struct PointValues: Sendable {
    public var times: [TimeInstant]
    public var series: [Series]
    /// The pixel that holds the place.
    public var column: Int
    public var row: Int

    public struct Series: Sendable {
        public var name: String
        public var unit: String?
        /// One per time; nil where nothing is valid.
        public var values: [Double?]
    }
}
