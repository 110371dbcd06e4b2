import Core

/// The values of a time coordinate as a file has them, with what says what they mean (CF 1.11, section 4.4).
struct CFTimeAxis {
    enum Values: Hashable {
        case integers([Int64])
        case doubles([Double])
    }

    var name: String
    var values: Values
    var units: String
    /// As the file has it; nil is the standard one.
    var calendar: String?
    /// Of the coordinate, units and calendar among them.
    var attributes: JSONObject

    var count: Int {
        switch values {
        case .integers(let values): values.count
        case .doubles(let values): values.count
        }
    }

    /// Times that the user gave or a name holds: seconds since 1970, or microseconds where seconds are not enough.
    init(_ times: [TimeInstant], name: String = "time") {
        let isWhole = times.allSatisfy { $0.microseconds % 1_000_000 == 0 }
        values = .integers(times.map { isWhole ? $0.microseconds / 1_000_000 : $0.microseconds })
        units = isWhole ? "seconds since 1970-01-01" : "microseconds since 1970-01-01"
        calendar = "proleptic_gregorian"
        self.name = name
        attributes = ["standard_name": "time", "axis": "T", "units": .string(units), "calendar": "proleptic_gregorian"]
    }

    init(name: String, values: Values, units: String, calendar: String?, attributes: JSONObject) {
        self.name = name
        self.values = values
        self.units = units
        self.calendar = calendar
        self.attributes = attributes
        self.attributes["units"] = .string(units)
        if let calendar { self.attributes["calendar"] = .string(calendar) }
        self.attributes["standard_name"] = self.attributes["standard_name"] ?? "time"
    }

    var doubles: [Double] {
        switch values {
        case .integers(let values): values.map { Double($0) }
        case .doubles(let values): values
        }
    }

    /// The steps of several files one after the other, in the units of the first.
    ///
    /// - Throws: `inconsistent` where other units cannot be counted over.
    static func joined(_ axes: [(axis: CFTimeAxis, file: String)]) throws(FormatsError) -> CFTimeAxis? {
        guard let first = axes.first?.axis else { return nil }
        var joined = first
        if axes.allSatisfy({ $0.axis.units == first.units && $0.axis.calendar == first.calendar }) {
            var integers: [Int64] = []
            for case .integers(let values) in axes.map(\.axis.values) { integers += values }
            joined.values =
                integers.count == axes.reduce(0, { $0 + $1.axis.count })
                ? .integers(integers) : .doubles(axes.flatMap { $0.axis.doubles })
            return joined
        }
        guard let base = CFEpoch(first.units) else { throw differing(first, axes.first?.file) }
        var values: [Double] = []
        for (axis, file) in axes {
            guard axis.calendar ?? "standard" == first.calendar ?? "standard", first.countsRealDays, let epoch = CFEpoch(axis.units)
            else { throw differing(axis, file) }
            let shift = epoch.secondsSince1970 - base.secondsSince1970
            values += axis.doubles.map { ($0 * epoch.secondsPerUnit + shift) / base.secondsPerUnit }
        }
        joined.values = .doubles(values)
        return joined
    }

    private var countsRealDays: Bool {
        ["standard", "gregorian", "proleptic_gregorian"].contains((calendar ?? "standard").lowercased())
    }

    private static func differing(_ axis: CFTimeAxis, _ file: String?) -> FormatsError {
        FormatsError(
            .inconsistent,
            "its times are counted in '\(CoreError.shorten(axis.units, to: 60))' (calendar \(axis.calendar ?? "standard")), "
                + "which cannot be joined with those of the other files; give the option datetimes", file: file)
    }
}

/// `<unit> since <date>[ <time>]` where the unit has a fixed length. The rest of CF's forms is read by Cube; this one serves to
/// bring files together that each count from a day of their own.
struct CFEpoch {
    var secondsPerUnit: Double
    var secondsSince1970: Double

    init?(_ units: String) {
        var words = units.split(separator: " ").map(String.init)
        if words.count == 3, let mark = words[2].firstIndex(of: "T") {
            words.append(String(words[2][words[2].index(after: mark)...]))
            words[2] = String(words[2][..<mark])
        }
        guard words.count >= 3, words[1].lowercased() == "since", let length = CFEpoch.length(words[0].lowercased()) else { return nil }
        let parts = words[2].split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid else { return nil }
        var seconds = Double(date.daysSinceEpoch) * 86_400
        var zone = words.dropFirst(3)
        if let clock = zone.first, clock.first?.isNumber == true {
            guard let time = CFEpoch.clock(clock) else { return nil }
            seconds += time
            zone = zone.dropFirst()
        }
        guard zone.isEmpty || (zone.count == 1 && ["UTC", "Z", "GMT"].contains(zone.first ?? "")) else { return nil }
        secondsPerUnit = length
        secondsSince1970 = seconds
    }

    private static func length(_ unit: String) -> Double? {
        switch unit {
        case "seconds", "second", "secs", "sec", "s": 1
        case "minutes", "minute", "mins", "min": 60
        case "hours", "hour", "hrs", "hr", "h": 3600
        case "days", "day", "d": 86_400
        default: nil
        }
    }

    private static func clock(_ text: String) -> Double? {
        let parts = (text.hasSuffix("Z") ? text.dropLast() : Substring(text)).split(separator: ":").map { Double($0) }
        guard (1...3).contains(parts.count), parts.allSatisfy({ $0 != nil }) else { return nil }
        return zip(parts, [3600.0, 60, 1]).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
    }
}
