import Core

/// The calendars of the CF conventions (section 4.4.1).
enum CFCalendar: String, Sendable {
    /// Julian before 1582-10-15, Gregorian from then on. Also `gregorian`; the default.
    case standard
    case prolepticGregorian = "proleptic_gregorian"
    case noLeap = "noleap"
    case allLeap = "all_leap"
    case day360 = "360_day"
    case julian

    init?(name: String?) {
        switch (name ?? "standard").lowercased() {
        case "standard", "gregorian", "": self = .standard
        case "proleptic_gregorian": self = .prolepticGregorian
        case "noleap", "no_leap", "365_day": self = .noLeap
        case "all_leap", "366_day": self = .allLeap
        case "360_day": self = .day360
        case "julian": self = .julian
        default: return nil
        }
    }

    /// Whether a day of this calendar is a day of real time, so that differences of days carry over unchanged.
    var countsRealDays: Bool { self == .standard || self == .prolepticGregorian || self == .julian }

    /// The number of a day of this calendar. For calendars of real days it counts from 1970-01-01 (Gregorian); for the
    /// others from the first day of year 0.
    func dayNumber(of date: CivilDate) -> Int {
        switch self {
        case .prolepticGregorian: date.daysSinceEpoch
        case .standard:
            (date.year, date.month, date.day) < (1582, 10, 15) ? CFCalendar.julianDayNumber(date) : date.daysSinceEpoch
        case .julian: CFCalendar.julianDayNumber(date)
        case .noLeap: date.year * 365 + CFCalendar.daysBefore(month: date.month, leap: false) + date.day - 1
        case .allLeap: date.year * 366 + CFCalendar.daysBefore(month: date.month, leap: true) + date.day - 1
        case .day360: date.year * 360 + (date.month - 1) * 30 + date.day - 1
        }
    }

    /// The date a day number of an artificial calendar stands for.
    func artificialDate(dayNumber: Int) -> CivilDate {
        let length = yearLength
        let year = floorDivide(dayNumber, length)
        let day = dayNumber - year * length
        if self == .day360 { return CivilDate(year: year, month: day / 30 + 1, day: day % 30 + 1) }
        var month = 12
        while month > 1, CFCalendar.daysBefore(month: month, leap: self == .allLeap) > day { month -= 1 }
        return CivilDate(year: year, month: month, day: day - CFCalendar.daysBefore(month: month, leap: self == .allLeap) + 1)
    }

    /// Days of every year of an artificial calendar.
    var yearLength: Int { self == .day360 ? 360 : self == .allLeap ? 366 : 365 }

    /// Whether a date can be written in this calendar.
    func isValid(_ date: CivilDate) -> Bool {
        guard (1...12).contains(date.month), date.day >= 1 else { return false }
        switch self {
        case .day360: return date.day <= 30
        case .noLeap: return date.day <= CivilDate.daysInMonth(date.month, year: 2001)
        case .allLeap: return date.day <= CivilDate.daysInMonth(date.month, year: 2000)
        case .julian, .standard:
            return date.day <= (date.month == 2 && date.year % 4 == 0 ? 29 : CivilDate.daysInMonth(date.month, year: 2001))
        case .prolepticGregorian: return date.isValid
        }
    }

    /// Days since 1970-01-01 (Gregorian) of a date of the Julian calendar.
    private static func julianDayNumber(_ date: CivilDate) -> Int {
        let y = date.month <= 2 ? date.year - 1 : date.year
        let dayOfYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1
        return y * 365 + floorDivide(y, 4) + dayOfYear - 719_470
    }

    private static func daysBefore(month: Int, leap: Bool) -> Int {
        let table = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        return table[min(max(month, 1), 12) - 1] + (leap && month > 2 ? 1 : 0)
    }
}

/// Division rounding down, as calendars need it before year 0.
func floorDivide(_ a: Int, _ b: Int) -> Int {
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    return remainder < 0 ? quotient - 1 : quotient
}
