extension TimeInstant {
    /// Reads an RFC 3339 date-time: `1985-04-12T23:20:50.52Z`, `…t…z`, `…+05:30`; 1 to 9 fractional digits (those below a
    /// microsecond are dropped); second 60 is read as the first second of the next minute. A date alone is refused.
    ///
    /// - Throws: `CoreError.invalidDateTime`
    public init(rfc3339 text: some StringProtocol) throws(CoreError) {
        var scanner = DateTimeScanner(text)
        self = try scanner.instant()
    }
}

/// Reads RFC 3339, section 5.6, byte by byte.
struct DateTimeScanner {
    private let text: String
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: some StringProtocol) {
        self.text = String(text)
        bytes = Array(text.utf8)
    }

    private func failure(_ rule: String) -> CoreError {
        CoreError(.invalidDateTime, value: text, rule: rule, offset: at)
    }

    private static let form = "a date-time has the form YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm) (RFC 3339)"

    private mutating func digits(_ count: Int) throws(CoreError) -> Int {
        guard at + count <= bytes.count else { throw failure(DateTimeScanner.form) }
        var value = 0
        for _ in 0..<count {
            guard (0x30...0x39).contains(bytes[at]) else { throw failure(DateTimeScanner.form) }
            value = value * 10 + Int(bytes[at] - 0x30)
            at += 1
        }
        return value
    }

    private mutating func expect(_ allowed: StaticString) throws(CoreError) -> UInt8 {
        guard at < bytes.count else { throw failure(DateTimeScanner.form) }
        for i in 0..<allowed.utf8CodeUnitCount where allowed.utf8Start[i] == bytes[at] {
            at += 1
            return bytes[at - 1]
        }
        throw failure(DateTimeScanner.form)
    }

    mutating func instant() throws(CoreError) -> TimeInstant {
        let year = try digits(4)
        _ = try expect("-")
        let month = try digits(2)
        _ = try expect("-")
        let date = CivilDate(year: year, month: month, day: try digits(2))
        guard date.isValid else { throw failure("the day exists in the calendar") }
        _ = try expect("Tt")
        let hour = try digits(2)
        _ = try expect(":")
        let minute = try digits(2)
        _ = try expect(":")
        let second = try digits(2)
        guard hour <= 23, minute <= 59, second <= 60 else { throw failure("hours are 00-23, minutes 00-59, seconds 00-60") }
        let microseconds = try fraction()
        let offset = try zone()
        guard at == bytes.count else { throw failure("nothing follows the time zone") }
        let seconds = Int64(hour * 3600 + minute * 60 + second) - Int64(offset * 60)
        return TimeInstant(date: date, microsecondsOfDay: seconds * 1_000_000 + microseconds)
    }

    private mutating func fraction() throws(CoreError) -> Int64 {
        guard at < bytes.count, bytes[at] == UInt8(ascii: ".") else { return 0 }
        at += 1
        var (value, count): (Int64, Int) = (0, 0)
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
            if count < 6 { value = value * 10 + Int64(bytes[at] - 0x30) }
            count += 1
            at += 1
        }
        guard (1...9).contains(count) else { throw failure("a fraction of a second has 1 to 9 digits") }
        for _ in count..<max(count, 6) { value *= 10 }
        return value
    }

    /// Minutes east of UTC.
    private mutating func zone() throws(CoreError) -> Int {
        let sign = try expect("Zz+-")
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return 0 }
        let hours = try digits(2)
        _ = try expect(":")
        let minutes = try digits(2)
        guard hours <= 23, minutes <= 59 else { throw failure("a zone offset is at most ±23:59") }
        let offset = hours * 60 + minutes
        return sign == UInt8(ascii: "-") ? -offset : offset
    }
}
