import Core

/// Finds date and band in a file name.
struct FileNamePattern {
    enum Token: Equatable {
        case literal(UInt8)
        /// Digits of a date: which part, and how many.
        case date(UInt8, digits: Int)
        case band
        case any
    }

    struct Match: Equatable {
        var time: TimeInstant?
        var band: String?
    }

    let tokens: [Token]

    /// - Throws: `invalidOption` for a directive that is not known.
    init(_ pattern: String) throws(FormatsError) {
        var tokens: [Token] = []
        var rest = pattern.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                let letter = rest.popFirst()
                guard let letter, let digits = FileNamePattern.digits[letter] else {
                    throw FormatsError(.invalidOption, "a file pattern knows %Y %m %d %H %M %S %j, {band} and *; '\(pattern)' has something else")
                }
                tokens.append(digits == 0 ? .literal(letter) : .date(letter, digits: digits))
            } else if byte == UInt8(ascii: "{"), rest.starts(with: "band}".utf8) {
                rest = rest.dropFirst(5)
                tokens.append(.band)
            } else {
                tokens.append(byte == UInt8(ascii: "*") ? .any : .literal(byte))
            }
        }
        self.tokens = tokens
    }

    var hasBand: Bool { tokens.contains(.band) }

    private static let digits: [UInt8: Int] = [
        UInt8(ascii: "Y"): 4, UInt8(ascii: "m"): 2, UInt8(ascii: "d"): 2, UInt8(ascii: "H"): 2, UInt8(ascii: "M"): 2,
        UInt8(ascii: "S"): 2, UInt8(ascii: "j"): 3, UInt8(ascii: "%"): 0,
    ]

    /// The first place in `name` where the pattern fits and makes a date that exists.
    func match(_ name: String) -> Match? {
        let bytes = Array(name.utf8)
        for start in 0...bytes.count {
            if let match = match(bytes[start...], tokens[...], Fields()) { return match }
        }
        return nil
    }

    private struct Fields {
        var parts: [UInt8: Int] = [:]
        var band: String?

        var match: Match? {
            guard !parts.isEmpty else { return Match(time: nil, band: band) }
            guard let time else { return nil }
            return Match(time: time, band: band)
        }

        private var time: TimeInstant? {
            guard let year = parts[UInt8(ascii: "Y")] else { return nil }
            var date = CivilDate(year: year, month: parts[UInt8(ascii: "m")] ?? 1, day: parts[UInt8(ascii: "d")] ?? 1)
            if let dayOfYear = parts[UInt8(ascii: "j")] {
                guard (1...(CivilDate.isLeap(year) ? 366 : 365)).contains(dayOfYear) else { return nil }
                date = CivilDate(daysSinceEpoch: CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + dayOfYear - 1)
            }
            let (hour, minute, second) = (parts[UInt8(ascii: "H")] ?? 0, parts[UInt8(ascii: "M")] ?? 0, parts[UInt8(ascii: "S")] ?? 0)
            guard date.isValid, hour < 24, minute < 60, second < 60 else { return nil }
            return TimeInstant(date: date, microsecondsOfDay: Int64(hour * 3600 + minute * 60 + second) * 1_000_000)
        }
    }

    private func match(_ bytes: ArraySlice<UInt8>, _ tokens: ArraySlice<Token>, _ fields: Fields) -> Match? {
        guard let token = tokens.first else { return fields.match }
        let next = tokens.dropFirst()
        switch token {
        case .literal(let byte):
            return bytes.first == byte ? match(bytes.dropFirst(), next, fields) : nil
        case .date(let part, let digits):
            guard let number = FileNamePattern.number(bytes.prefix(digits), digits) else { return nil }
            var fields = fields
            fields.parts[part] = number
            return match(bytes.dropFirst(digits), next, fields)
        case .any:
            for count in 0...bytes.count {
                if let found = match(bytes.dropFirst(count), next, fields) { return found }
            }
            return nil
        case .band:
            return matchBand(bytes, next, fields)
        }
    }

    /// The longest run of letters and digits that lets the rest fit.
    private func matchBand(_ bytes: ArraySlice<UInt8>, _ next: ArraySlice<Token>, _ fields: Fields) -> Match? {
        let run = bytes.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") || (0x30...0x39).contains($0) }
        for count in stride(from: run.count, to: 0, by: -1) {
            var fields = fields
            fields.band = String(decoding: run.prefix(count), as: UTF8.self)
            if let found = match(bytes.dropFirst(count), next, fields) { return found }
        }
        return nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ digits: Int) -> Int? {
        guard bytes.count == digits, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// What is tried on a name when no pattern is given. Anchors keep a run of eight digits within a longer number out.
    static func guess(_ name: String) -> TimeInstant? {
        for pattern in ["%Y-%m-%dT%H%M%S", "%Y%m%dT%H%M%S", "%Y-%m-%d", "%Y_%m_%d", "%Y%m%d"] {
            guard let time = try? FileNamePattern(pattern).match(name)?.time, (1900...2100).contains(time.date.year) else { continue }
            return time
        }
        return nil
    }
}
