/// A step of the calendar as an ISO 8601 duration of one unit: `P1D`, `P10D`, `P1W`, `P1M`, `P1Y`, `PT1H`.
///
/// Buckets are half-open, `[start, next start)`, in UTC. Hours and days are counted from 1970-01-01; weeks begin on Monday
/// (ISO 8601); months and years at their first day, counted from January and from year 0.
public struct CalendarPeriod: Hashable, Sendable, CustomStringConvertible {
    public enum Unit: String, Sendable { case hour = "H", day = "D", week = "W", month = "M", year = "Y" }

    public let count: Int
    public let unit: Unit

    public init(count: Int, unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// - Throws: `CoreError.invalidDuration`
    public init(parsing text: String) throws(CoreError) {
        let isTime = text.hasPrefix("PT")
        let body = text.dropFirst(isTime ? 2 : 1)
        guard text.hasPrefix("P"), let letter = body.last, let unit = Unit(rawValue: String(letter)), isTime == (unit == .hour),
            let count = Int(body.dropLast()), (1...10_000).contains(count), body.first?.isNumber == true
        else {
            throw CoreError(
                .invalidDuration, value: text,
                rule: "a resolution is an ISO 8601 duration of one unit, PT<n>H, P<n>D, P<n>W, P<n>M or P<n>Y, with n from 1 to 10000")
        }
        self.init(count: count, unit: unit)
    }

    public var description: String { (unit == .hour ? "PT" : "P") + "\(count)" + unit.rawValue }

    /// The start of the bucket that holds `instant`.
    public func bucketStart(of instant: TimeInstant) -> TimeInstant { start(index(of: instant)) }

    /// The start of the bucket after the one that holds `instant`.
    public func nextBucketStart(after instant: TimeInstant) -> TimeInstant { start(index(of: instant) + 1) }

    private func index(of instant: TimeInstant) -> Int {
        switch unit {
        case .hour: floorDivide(floorDivide(Int(instant.microseconds), 3_600_000_000), count)
        case .day: floorDivide(Int(instant.dayNumber), count)
        // 1970-01-01 was a Thursday: the Monday before it is day -3.
        case .week: floorDivide(Int(instant.dayNumber) + 3, 7 * count)
        case .month: floorDivide(instant.date.year * 12 + instant.date.month - 1, count)
        case .year: floorDivide(instant.date.year, count)
        }
    }

    private func start(_ index: Int) -> TimeInstant {
        switch unit {
        case .hour: return TimeInstant(microseconds: Int64(index * count) * 3_600_000_000)
        case .day: return TimeInstant(date: CivilDate(daysSinceEpoch: index * count))
        case .week: return TimeInstant(date: CivilDate(daysSinceEpoch: index * 7 * count - 3))
        case .month:
            let months = index * count
            let year = floorDivide(months, 12)
            return TimeInstant(date: CivilDate(year: year, month: months - year * 12 + 1, day: 1))
        case .year: return TimeInstant(date: CivilDate(year: index * count, month: 1, day: 1))
        }
    }

    private func floorDivide(_ a: Int, _ b: Int) -> Int {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
