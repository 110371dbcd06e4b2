import Core

/// Turns the numbers or strings of a time coordinate into instants.
enum CFTime {
    /// What a time coordinate holds, before it is understood.
    enum Values: Sendable {
        case integers([Int64])
        case doubles([Double])
        case strings([String])
        /// numpy's datetime64: a count of nanoseconds × `factor` since 1970.
        case datetime64([Int64], unitNanoseconds: Int64)
    }

    struct Decoded: Sendable {
        var instants: [TimeInstant]
        /// What a reader should know about how the dates were carried over.
        var note: String?
    }

    /// - Parameters:
    ///   - units: the attribute `units`; nil for strings and datetime64.
    ///   - calendar: the attribute `calendar`; nil is `standard`.
    /// - Throws: `CubeError.invalidTime`
    static func decode(_ values: Values, units: String?, calendar name: String?) throws(CubeError) -> Decoded {
        switch values {
        case .strings(let texts):
            var instants: [TimeInstant] = []
            for text in texts { instants.append(try instant(text)) }
            return Decoded(instants: instants)
        case .datetime64(let counts, let unit):
            var instants: [TimeInstant] = []
            for count in counts { instants.append(try instant(count, unitNanoseconds: unit)) }
            return Decoded(instants: instants)
        case .integers(let counts):
            return try decode(counts.map { .whole($0) }, units: units, calendar: name)
        case .doubles(let counts):
            return try decode(counts.map { .fractional($0) }, units: units, calendar: name)
        }
    }

    /// An ISO 8601 date or date-time; without a zone it is UTC.
    static func instant(_ text: String) throws(CubeError) -> TimeInstant {
        var scanner = LooseTimeScanner(text.filter { $0 != "\0" })
        guard let date = scanner.date(), date.isValid, let micros = scanner.timeOfDay(), scanner.isAtEnd else {
            throw CubeError(.invalidTime, "'\(CoreError.shorten(text, to: 40))' is not an ISO 8601 date or date-time")
        }
        return try checked(TimeInstant(date: date, microsecondsOfDay: micros))
    }

    private static func instant(_ count: Int64, unitNanoseconds unit: Int64) throws(CubeError) -> TimeInstant {
        guard count != .min else { throw CubeError(.invalidTime, "a time step is NaT (not a time)") }
        return try checked(TimeInstant(microseconds: try microseconds(of: count, unitNanoseconds: unit)))
    }

    // MARK: numbers with units

    private enum Count {
        case whole(Int64)
        case fractional(Double)
    }

    private static func decode(_ counts: [Count], units: String?, calendar name: String?) throws(CubeError) -> Decoded {
        guard let units else {
            throw CubeError(.invalidTime, "the time coordinate holds numbers but has no attribute 'units' ('days since …', CF 4.4)")
        }
        guard let calendar = CFCalendar(name: name) else {
            throw CubeError(.invalidTime, "the calendar '\(CoreError.shorten(name ?? "", to: 40))' is none of CF 4.4.1")
        }
        let parsed = try CFTimeUnits(parsing: units)
        guard calendar.isValid(parsed.epochDate) else {
            throw CubeError(.invalidTime, "the epoch of '\(CoreError.shorten(units, to: 60))' does not exist in the calendar \(calendar.rawValue)")
        }
        if case .months(let perUnit) = parsed.step { return try decodeMonths(counts, perUnit: perUnit, units: parsed) }
        var offsets: [Int64] = []
        offsets.reserveCapacity(counts.count)
        for count in counts { offsets.append(try microsecondsSinceEpochDay(count, parsed)) }
        let epochDay = Int64(calendar.dayNumber(of: parsed.epochDate))
        if calendar.countsRealDays {
            var instants: [TimeInstant] = []
            instants.reserveCapacity(offsets.count)
            for offset in offsets {
                let (base, overflow) = epochDay.multipliedReportingOverflow(by: TimeInstant.microsecondsPerDay)
                let (sum, overflow2) = base.addingReportingOverflow(offset)
                guard !overflow, !overflow2 else { throw outOfRange }
                instants.append(try checked(TimeInstant(microseconds: sum)))
            }
            return Decoded(instants: instants)
        }
        return try artificial(offsets, epochDay: epochDay, calendar: calendar)
    }

    /// Days of calendars without real years keep their date. Where one of them does not exist (29 and 30 February), the whole
    /// axis is carried over by its place in the year, so that it stays strictly increasing.
    private static func artificial(_ offsets: [Int64], epochDay: Int64, calendar: CFCalendar) throws(CubeError) -> Decoded {
        let perDay = TimeInstant.microsecondsPerDay
        var days: [(number: Int, rest: Int64)] = []
        for offset in offsets {
            let day = floorDivide(Int(offset), Int(perDay))
            days.append((Int(epochDay) + day, offset - Int64(day) * perDay))
        }
        var instants: [TimeInstant] = []
        let dates = days.map { calendar.artificialDate(dayNumber: $0.number) }
        if dates.allSatisfy(\.isValid) {
            for (date, day) in zip(dates, days) { instants.append(try checked(TimeInstant(date: date, microsecondsOfDay: day.rest))) }
            return Decoded(
                instants: instants, note: "calendar \(calendar.rawValue): dates are kept as they are written")
        }
        for (date, day) in zip(dates, days) {
            let length = CivilDate.isLeap(date.year) ? 366 : 365
            let dayOfYear = Double(day.number - date.year * calendar.yearLength) + Double(day.rest) / Double(perDay)
            let scaled = dayOfYear * Double(length) / Double(calendar.yearLength)
            let start = TimeInstant(date: CivilDate(year: date.year, month: 1, day: 1))
            let micros = (scaled * 86_400).rounded() * 1_000_000
            instants.append(try checked(TimeInstant(microseconds: start.microseconds + Int64(micros))))
        }
        return Decoded(
            instants: instants,
            note: "calendar \(calendar.rawValue): dates are carried over by their place in the year, because some do not exist otherwise")
    }

    /// Months and years since: whole numbers step through the calendar.
    private static func decodeMonths(_ counts: [Count], perUnit: Int, units: CFTimeUnits) throws(CubeError) -> Decoded {
        var instants: [TimeInstant] = []
        for count in counts {
            let whole: Int64?
            switch count {
            case .whole(let n): whole = n
            case .fractional(let x): whole = Int64(exactly: x)
            }
            guard let whole, abs(whole) < 1_000_000 else {
                throw CubeError(.invalidTime, "months or years since a date must be whole numbers to mean one")
            }
            let months = units.epochDate.year * 12 + units.epochDate.month - 1 + Int(whole) * perUnit
            let year = floorDivide(months, 12)
            let month = months - year * 12 + 1
            let day = min(units.epochDate.day, CivilDate.daysInMonth(month, year: year))
            instants.append(
                try checked(TimeInstant(date: CivilDate(year: year, month: month, day: day), microsecondsOfDay: units.epochMicroseconds)))
        }
        return Decoded(instants: instants, note: "'months since' steps by calendar months")
    }

    private static func microsecondsSinceEpochDay(_ count: Count, _ units: CFTimeUnits) throws(CubeError) -> Int64 {
        guard case .fixed(let unit) = units.step else { throw outOfRange }
        let micros: Int64
        switch count {
        case .whole(let n): micros = try microseconds(of: n, unitNanoseconds: unit)
        case .fractional(let x): micros = try microseconds(of: x, unitNanoseconds: unit)
        }
        let (sum, overflow) = micros.addingReportingOverflow(units.epochMicroseconds)
        guard !overflow else { throw outOfRange }
        return sum
    }

    private static func microseconds(of count: Int64, unitNanoseconds unit: Int64) throws(CubeError) -> Int64 {
        if unit < 1000 { return Int64(floorDivide(Int(count), Int(1000 / unit))) }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit / 1000)
        guard !overflow else { throw outOfRange }
        return product
    }

    /// A fraction of a unit in binary misses whole seconds by a few ulp: it is snapped to the second it means.
    private static func microseconds(of count: Double, unitNanoseconds unit: Int64) throws(CubeError) -> Int64 {
        guard count.isFinite else { throw CubeError(.invalidTime, "a time step is not a finite number") }
        let micros = count * (Double(unit) / 1000)
        guard abs(micros) < 9e18 else { throw outOfRange }
        let slack = 2 * count.ulp * Double(unit) / 1000 + 0.5
        let second = (micros / 1_000_000).rounded() * 1_000_000
        return Int64(abs(micros - second) <= slack ? second : micros.rounded())
    }

    private static var outOfRange: CubeError {
        CubeError(.invalidTime, "a time step lies outside the years 0000 to 9999")
    }

    private static func checked(_ instant: TimeInstant) throws(CubeError) -> TimeInstant {
        guard instant >= .earliest, instant <= .latest else { throw outOfRange }
        return instant
    }
}
