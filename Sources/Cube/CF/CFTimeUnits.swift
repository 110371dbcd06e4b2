import Core

/// The `units` of a CF time coordinate: `<unit> since <date> [<time>] [<zone>]` (CF 1.11, section 4.4).
struct CFTimeUnits: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// A fixed length in nanoseconds.
        case fixed(nanoseconds: Int64)
        /// Months of the calendar (12 for a year); only whole numbers of them mean a date.
        case months(Int)
    }

    let step: Step
    let epochDate: CivilDate
    /// Microseconds of the epoch's day, in UTC; may lie outside the day because of the zone.
    let epochMicroseconds: Int64

    /// - Throws: `CubeError.invalidTime`
    init(parsing text: String) throws(CubeError) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count >= 3, words[1].lowercased() == "since" else { throw CFTimeUnits.failure(text) }
        guard let step = CFTimeUnits.steps[words[0].lowercased()] else {
            throw CubeError(.invalidTime, "the time unit '\(CoreError.shorten(text, to: 60))' counts in an unknown unit '\(words[0])'")
        }
        self.step = step
        let moment = words[2...].joined(separator: " ")
        guard let epoch = CFTimeUnits.epoch(moment) else { throw CFTimeUnits.failure(text) }
        (epochDate, epochMicroseconds) = epoch
    }

    private static func failure(_ text: String) -> CubeError {
        CubeError(
            .invalidTime, "the units of a time axis have the form '<unit> since <date>' (CF 4.4), not '\(CoreError.shorten(text, to: 60))'")
    }

    private static let steps: [String: Step] = {
        var steps: [String: Step] = [:]
        func add(_ names: String, _ step: Step) { for name in names.split(separator: " ") { steps[String(name)] = step } }
        add("nanoseconds nanosecond nanosec nanosecs nsec nsecs ns", .fixed(nanoseconds: 1))
        add("microseconds microsecond microsec microsecs usec us", .fixed(nanoseconds: 1_000))
        add("milliseconds millisecond millisec millisecs msec msecs ms", .fixed(nanoseconds: 1_000_000))
        add("seconds second secs sec s", .fixed(nanoseconds: 1_000_000_000))
        add("minutes minute mins min", .fixed(nanoseconds: 60_000_000_000))
        add("hours hour hrs hr h", .fixed(nanoseconds: 3_600_000_000_000))
        add("days day d", .fixed(nanoseconds: 86_400_000_000_000))
        add("weeks week", .fixed(nanoseconds: 604_800_000_000_000))
        add("months month", .months(1))
        add("years year", .months(12))
        return steps
    }()

    /// `2000-1-1`, `2000-01-01T00:00:00Z`, `1970-01-01 00:00:0.0`, with `UTC`, `Z` or `±hh[:mm]` behind.
    private static func epoch(_ text: String) -> (CivilDate, Int64)? {
        var scanner = LooseTimeScanner(text)
        guard let date = scanner.date() else { return nil }
        guard let micros = scanner.timeOfDay(), scanner.isAtEnd else { return nil }
        return (date, micros)
    }
}

/// Reads dates and times as people write them in attributes: digits need no padding, the time and the zone may be absent.
struct LooseTimeScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { at == bytes.count }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skip(_ byte: Character) -> Bool {
        guard let wanted = byte.asciiValue, peek() == wanted else { return false }
        at += 1
        return true
    }

    private mutating func number(maximumDigits: Int) -> Int? {
        var value = 0
        let start = at
        while let byte = peek(), (0x30...0x39).contains(byte), at - start < maximumDigits {
            value = value * 10 + Int(byte - 0x30)
            at += 1
        }
        return at > start ? value : nil
    }

    mutating func date() -> CivilDate? {
        let negative = skip("-")
        guard let year = number(maximumDigits: 6), skip("-"), let month = number(maximumDigits: 2), skip("-"),
            let day = number(maximumDigits: 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return CivilDate(year: negative ? -year : year, month: month, day: day)
    }

    /// Microseconds of the day in UTC; 0 where nothing follows the date.
    mutating func timeOfDay() -> Int64? {
        _ = skip("T") || skip("t") || skip(" ")
        var micros: Int64 = 0
        if let byte = peek(), (0x30...0x39).contains(byte) {
            guard let time = clock() else { return nil }
            micros = time
        }
        while skip(" ") {}
        guard let zone = zoneMinutes() else { return nil }
        return micros - Int64(zone) * 60_000_000
    }

    private mutating func clock() -> Int64? {
        guard let hour = number(maximumDigits: 2), hour <= 24 else { return nil }
        var (minute, second, micros) = (0, 0, Int64(0))
        if skip(":") {
            guard let value = number(maximumDigits: 2), value <= 59 else { return nil }
            minute = value
            if skip(":") {
                guard let value = number(maximumDigits: 2), value <= 60 else { return nil }
                second = value
                if skip(".") { micros = fraction() }
            }
        }
        return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + micros
    }

    private mutating func fraction() -> Int64 {
        var (value, unit): (Int64, Int64) = (0, 100_000)
        while let byte = peek(), (0x30...0x39).contains(byte) {
            value += Int64(byte - 0x30) * unit
            unit /= 10
            at += 1
        }
        return value
    }

    private mutating func zoneMinutes() -> Int? {
        let rest = String(decoding: bytes[at...], as: UTF8.self)
        if rest.isEmpty || ["z", "utc", "gmt"].contains(rest.lowercased()) {
            at = bytes.count
            return 0
        }
        let negative = peek() == UInt8(ascii: "-")
        guard skip("+") || skip("-"), let hours = number(maximumDigits: 2), hours <= 23 else { return nil }
        _ = skip(":")
        let minutes = isAtEnd ? 0 : number(maximumDigits: 2) ?? 60
        guard minutes <= 59 else { return nil }
        return negative ? -(hours * 60 + minutes) : hours * 60 + minutes
    }
}
