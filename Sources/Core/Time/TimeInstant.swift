/// An instant: microseconds since 1970-01-01T00:00:00Z on the proleptic Gregorian calendar, without leap seconds.
public struct TimeInstant: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    public static func < (a: TimeInstant, b: TimeInstant) -> Bool { a.microseconds < b.microseconds }

    /// The earliest and latest instants that can be written as RFC 3339 (years 0000 to 9999).
    public static let earliest = TimeInstant(date: CivilDate(year: 0, month: 1, day: 1))
    public static let latest = TimeInstant(microseconds: TimeInstant(date: CivilDate(year: 10000, month: 1, day: 1)).microseconds - 1)

    public init(date: CivilDate, microsecondsOfDay: Int64 = 0) {
        microseconds = Int64(date.daysSinceEpoch) * TimeInstant.microsecondsPerDay + microsecondsOfDay
    }

    public static let microsecondsPerDay: Int64 = 86_400_000_000

    public var date: CivilDate { CivilDate(daysSinceEpoch: Int(dayNumber)) }
    /// Whole days since 1970-01-01, rounded down.
    public var dayNumber: Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: TimeInstant.microsecondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }
    public var microsecondsOfDay: Int64 { microseconds - dayNumber * TimeInstant.microsecondsPerDay }

    /// RFC 3339 in UTC, ending in `Z`, with as many fractional digits as are needed (0, 3 or 6).
    public var description: String {
        let d = date
        let rest = microsecondsOfDay
        let seconds = Int(rest / 1_000_000)
        let fraction = Int(rest % 1_000_000)
        var text = "\(pad(d.year, 4))-\(pad(d.month, 2))-\(pad(d.day, 2))T"
        text += "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
        if fraction % 1000 != 0 { text += "." + pad(fraction, 6) } else if fraction != 0 { text += "." + pad(fraction / 1000, 3) }
        return text + "Z"
    }

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Hashable, Sendable {
    public var year: Int
    public var month: Int
    public var day: Int

    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days before (−) or after 1970-01-01, by counting eras of 400 years from 1 March.
    public var daysSinceEpoch: Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    public init(daysSinceEpoch days: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * mp + 2) / 5 + 1
        month = mp < 10 ? mp + 3 : mp - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    public var isValid: Bool {
        (1...12).contains(month) && day >= 1 && day <= CivilDate.daysInMonth(month, year: year)
    }
}
