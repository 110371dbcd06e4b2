import Core

/// An interval as two integers that compare and subtract without special cases: microseconds, open ends as numbers beyond any date.
struct StoredTime: Hashable {
    /// ± 2^61: beyond the years 0 to 9999, and their difference still fits into 64 bits.
    static let openStart: Int64 = -(1 << 61)
    static let openEnd: Int64 = 1 << 61

    var start: Int64
    var end: Int64

    init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    init(_ interval: TimeInterval) {
        start = interval.start.map { StoredTime.clamp($0.microseconds) } ?? StoredTime.openStart
        end = interval.end.map { StoredTime.clamp($0.microseconds) } ?? StoredTime.openEnd
    }

    private static func clamp(_ value: Int64) -> Int64 { min(max(value, openStart + 1), openEnd - 1) }

    var interval: TimeInterval {
        TimeInterval(
            start: start == StoredTime.openStart ? nil : TimeInstant(microseconds: start),
            end: end == StoredTime.openEnd ? nil : TimeInstant(microseconds: end))
    }

    var length: Int64 { end - start }

    func intersects(_ other: StoredTime) -> Bool { start <= other.end && other.start <= end }
}
