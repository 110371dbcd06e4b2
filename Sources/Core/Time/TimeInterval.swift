/// A closed interval of time; nil means open on that side. An instant is an interval whose ends are equal.
public struct TimeInterval: Hashable, Sendable, CustomStringConvertible {
    public var start: TimeInstant?
    public var end: TimeInstant?

    public init(start: TimeInstant?, end: TimeInstant?) {
        self.start = start
        self.end = end
    }

    public init(_ instant: TimeInstant) { self.init(start: instant, end: instant) }

    /// Reads the `datetime` parameter (OGC API – Features 7.15.4, STAC API): an RFC 3339 instant, or `start/end` where one end
    /// may be `..` or empty.
    ///
    /// - Throws: `CoreError.invalidDateTime` for a date without a time, both ends open, or a start after the end.
    public init(parsing text: String) throws(CoreError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: self.init(try TimeInstant(rfc3339: text))
        case 2:
            let start = try TimeInterval.end(parts[0])
            let end = try TimeInterval.end(parts[1])
            guard start != nil || end != nil else {
                throw CoreError(.invalidDateTime, value: text, rule: "at most one end of an interval is open")
            }
            if let start, let end, start > end {
                throw CoreError(.invalidDateTime, value: text, rule: "an interval does not end before it starts")
            }
            self.init(start: start, end: end)
        default:
            throw CoreError(.invalidDateTime, value: text, rule: "an interval has two ends separated by one slash")
        }
    }

    private static func end(_ text: Substring) throws(CoreError) -> TimeInstant? {
        text.isEmpty || text == ".." ? nil : try TimeInstant(rfc3339: text)
    }

    public var isInstant: Bool { start != nil && start == end }

    public func contains(_ instant: TimeInstant) -> Bool {
        (start.map { $0 <= instant } ?? true) && (end.map { instant <= $0 } ?? true)
    }

    public func intersects(_ other: TimeInterval) -> Bool {
        let (a, b) = (start ?? .earliest, end ?? .latest)
        let (c, d) = (other.start ?? .earliest, other.end ?? .latest)
        return a <= d && c <= b
    }

    /// The smallest interval around both.
    public func union(_ other: TimeInterval) -> TimeInterval {
        var joined = TimeInterval(start: nil, end: nil)
        if let a = start, let b = other.start { joined.start = min(a, b) }
        if let a = end, let b = other.end { joined.end = max(a, b) }
        return joined
    }

    public var description: String {
        if let start, start == end { return start.description }
        return "\(start?.description ?? "..")/\(end?.description ?? "..")"
    }
}
