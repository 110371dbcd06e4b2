import Core
import Geo
import Zarr

/// Everything a request needs to know of a cube: kept as JSON in the catalogue from publish on, so that no request reads metadata.
public struct CubeDescription: Sendable {
    public var title: String?
    /// The attributes of the store's root group.
    public var attributes: JSONObject
    /// The grid of level 0.
    public var grid: PixelGrid
    /// Strictly increasing; at least one.
    public var times: [TimeInstant]
    /// Where in the store's time axis each of `times` lies; nil where the store has them in order.
    public var timeOrder: [Int]?
    public var bands: [Band]
    public var layers: [Layer]
    /// From native resolution to coarsest; at least one.
    public var levels: [Level]
    /// The axes of each array, by the path of its variable.
    public var variables: [Variable]
    /// Longitude and latitude, WGS 84.
    public var footprint: Geometry
    public var bbox: BBox

    /// An array of the store (at every level) and what its axes are.
    public struct Variable: Hashable, Sendable {
        /// The path below the level's group.
        public var path: String
        public var axes: Axes
    }

    /// Positions of the axes of an array; axes that are not named have length 1.
    public struct Axes: Hashable, Sendable {
        public var time: Int?
        public var band: Int?
        public var y: Int
        public var x: Int

        public init(time: Int?, band: Int?, y: Int, x: Int) {
            self.time = time
            self.band = band
            self.y = y
            self.x = x
        }
    }

    /// One resolution of the cube.
    public struct Level: Sendable {
        /// The group that holds the arrays: empty for level 0, `overviews/1` …
        public var path: String
        /// How many pixels of level 0 one pixel spans in each direction.
        public var factor: Int
        public var grid: PixelGrid
        /// The metadata of each array, by the path of its variable.
        public var arrays: [String: ZarrArrayMetadata]

        public init(path: String, factor: Int, grid: PixelGrid, arrays: [String: ZarrArrayMetadata]) {
            self.path = path
            self.factor = factor
            self.grid = grid
            self.arrays = arrays
        }

        /// The path in the store of a variable's array at this level.
        public func arrayPath(of variable: String) -> String { path.isEmpty ? variable : path + "/" + variable }
    }

    public func band(named name: String) -> Band? { bands.first { $0.name == name } }
    public func layer(named name: String) -> Layer? { layers.first { $0.name == name } }
    func variable(_ path: String) -> Variable? { variables.first { $0.path == path } }

    /// Indices of the time steps within `interval`; all of them where it is nil.
    public func timeIndices(in interval: TimeInterval?) -> Range<Int> {
        guard let interval else { return 0..<times.count }
        let first = interval.start.map { start in times.firstIndex { $0 >= start } ?? times.count } ?? 0
        let end = interval.end.map { end in times.firstIndex { $0 > end } ?? times.count } ?? times.count
        return first..<max(first, end)
    }

    /// The time step drawn where none is asked for: the latest one that is about as complete as the best.
    public func defaultTimeIndex(of bandNames: [String]? = nil) -> Int {
        var best = [Double](repeating: 1, count: times.count)
        for band in bands where band.isTimeVarying && (bandNames?.contains(band.name) ?? true) {
            guard let share = band.statistics?.validShare, share.count == times.count else { continue }
            for t in best.indices { best[t] = min(best[t], share[t]) }
        }
        let enough = 0.8 * (best.max() ?? 0)
        return best.lastIndex { $0 >= enough } ?? max(0, times.count - 1)
    }

    /// Start of the first to the last time step.
    public var interval: TimeInterval { TimeInterval(start: times.first, end: times.last) }
}
