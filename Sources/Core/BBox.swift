/// A box in longitude and latitude (WGS 84, x before y, degrees), optionally with heights.
///
/// `west > east` is legal and means that the box crosses the antimeridian (RFC 7946, section 5.2; OGC API – Features 7.15.3).
/// It is split only where it meets something that cannot wrap: an R-tree, a tile edge, SQL.
public struct BBox: Hashable, Sendable {
    public var west: Double
    public var south: Double
    public var east: Double
    public var north: Double
    /// Lowest and highest height in metres where the box has a third dimension.
    public var heights: ClosedRange<Double>?

    /// - Precondition: none; use `init(numbers:)` for values from outside.
    public init(west: Double, south: Double, east: Double, north: Double, heights: ClosedRange<Double>? = nil) {
        self.west = west
        self.south = south
        self.east = east
        self.north = north
        self.heights = heights
    }

    public static let world = BBox(west: -180, south: -90, east: 180, north: 90)

    /// Reads 4 (`west,south,east,north`) or 6 numbers (with the heights third and sixth).
    ///
    /// - Throws: `CoreError.invalidBBox` for another count, a number that is not finite, south above north,
    ///   a latitude outside −90…90 or a longitude outside −180…180.
    public init(numbers: [Double], text: String? = nil) throws(CoreError) {
        let shown = text ?? numbers.map { "\($0)" }.joined(separator: ",")
        guard numbers.count == 4 || numbers.count == 6 else {
            throw CoreError(.invalidBBox, value: shown, rule: "a bbox has 4 or 6 numbers, not \(numbers.count)")
        }
        guard numbers.allSatisfy(\.isFinite) else {
            throw CoreError(.invalidBBox, value: shown, rule: "every number of a bbox is finite")
        }
        let half = numbers.count / 2
        let (w, s, e, n) = (
            BBox.snapped(numbers[0], 180), BBox.snapped(numbers[1], 90), BBox.snapped(numbers[half], 180), BBox.snapped(numbers[half + 1], 90)
        )
        guard s <= n else {
            throw CoreError(.invalidBBox, value: shown, rule: "south (\(s)) is not greater than north (\(n))")
        }
        guard (-90...90).contains(s), (-90...90).contains(n) else {
            throw CoreError(.invalidBBox, value: shown, rule: "latitudes lie in -90...90")
        }
        guard (-180...180).contains(w), (-180...180).contains(e) else {
            throw CoreError(.invalidBBox, value: shown, rule: "longitudes lie in -180...180")
        }
        var heights: ClosedRange<Double>?
        if numbers.count == 6 {
            guard numbers[2] <= numbers[5] else {
                throw CoreError(.invalidBBox, value: shown, rule: "the lower height is not greater than the upper one")
            }
            heights = numbers[2]...numbers[5]
        }
        self.init(west: w, south: s, east: e, north: n, heights: heights)
    }

    /// Programs that round, or add a margin against rounding, go beyond the edge of the world by a hair (a metre): that is no error.
    private static func snapped(_ degrees: Double, _ limit: Double) -> Double {
        abs(degrees) > limit && abs(degrees) <= limit + 1e-5 ? (degrees < 0 ? -limit : limit) : degrees
    }

    /// Reads the text form of a query parameter: numbers separated by commas.
    public init(parsing text: String) throws(CoreError) {
        var numbers: [Double] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.drop { $0 == " " }
            guard let number = Double(trimmed), number.isFinite else {
                throw CoreError(.invalidBBox, value: text, rule: "a bbox is a list of finite numbers separated by commas")
            }
            numbers.append(number)
        }
        try self.init(numbers: numbers, text: text)
    }

    public var crossesAntimeridian: Bool { west > east }

    /// One box, or the two halves either side of the antimeridian.
    public var parts: [BBox] {
        guard crossesAntimeridian else { return [self] }
        return [
            BBox(west: west, south: south, east: 180, north: north, heights: heights),
            BBox(west: -180, south: south, east: east, north: north, heights: heights),
        ]
    }

    /// Width in degrees of longitude, also across the antimeridian.
    public var width: Double { crossesAntimeridian ? east + 360 - west : east - west }
    public var height: Double { north - south }

    public func contains(longitude: Double, latitude: Double) -> Bool {
        guard latitude >= south, latitude <= north else { return false }
        return crossesAntimeridian
            ? longitude >= west || longitude <= east
            : longitude >= west && longitude <= east
    }

    public func intersects(_ other: BBox) -> Bool {
        guard south <= other.north, other.south <= north else { return false }
        return parts.contains { a in other.parts.contains { b in a.west <= b.east && b.west <= a.east } }
    }

    /// The smallest box around both; where both plainly cannot be joined without wrapping, it wraps the shorter way.
    public func union(_ other: BBox) -> BBox {
        let (south, north) = (min(south, other.south), max(north, other.north))
        let heights = BBox.join(heights, other.heights)
        if !crossesAntimeridian, !other.crossesAntimeridian {
            return BBox(west: min(west, other.west), south: south, east: max(east, other.east), north: north, heights: heights)
        }
        let (a, b) = crossesAntimeridian ? (self, other) : (other, self)
        // `a` wraps. Extend it by the nearer edge for a box that does not wrap; join edges for one that does.
        var (w, e) = (a.west, a.east)
        if b.crossesAntimeridian {
            (w, e) = (min(w, b.west), max(e, b.east))
        } else if b.west < w, b.east > e {
            if w - b.west <= b.east - e { w = b.west } else { e = b.east }
        }
        if e >= w { return BBox(west: -180, south: south, east: 180, north: north, heights: heights) }
        return BBox(west: w, south: south, east: e, north: north, heights: heights)
    }

    /// `[west, south, east, north]`, or six numbers with heights: the form of GeoJSON and STAC.
    public var numbers: [Double] {
        guard let heights else { return [west, south, east, north] }
        return [west, south, heights.lowerBound, east, north, heights.upperBound]
    }

    private static func join(_ a: ClosedRange<Double>?, _ b: ClosedRange<Double>?) -> ClosedRange<Double>? {
        guard let a, let b else { return nil }
        return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }
}
