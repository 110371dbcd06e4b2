import Core

/// Finds the time of a feature among its properties and writes it the STAC way.
enum FeatureTime {
    /// Where a time is looked for when nobody says where it is; names are compared without case.
    static let usualNames = ["datetime", "time", "timestamp", "date"]

    /// Reads the time and leaves `datetime` (or `start_datetime` and `end_datetime`) in the properties as RFC 3339 in UTC.
    ///
    /// - Returns: nil for a feature without a time; its properties then hold none of the three.
    /// - Throws: `invalidData` if a property that must be a time is not one.
    static func take(from properties: inout JSONObject, property: String?) throws(ServiceError) -> TimeInterval? {
        if let property { return try named(property, &properties) }
        if let interval = try interval(&properties) { return interval }
        for name in usualNames {
            guard let key = properties.keys.first(where: { $0.lowercased() == name }), let value = properties[key]?.stringValue else { continue }
            guard let instant = instant(value) else {
                if key == "datetime" {
                    throw ServiceError(.invalidData, "property 'datetime' = '\(CoreError.shorten(value))': is an RFC 3339 date-time or a date")
                }
                continue
            }
            return set(instant, &properties)
        }
        for name in ["datetime", "start_datetime", "end_datetime"] { properties[name] = nil }
        return nil
    }

    private static func named(_ name: String, _ properties: inout JSONObject) throws(ServiceError) -> TimeInterval? {
        guard let value = properties[name], !value.isNull else {
            for name in ["datetime", "start_datetime", "end_datetime"] { properties[name] = nil }
            return nil
        }
        guard let text = value.stringValue, let instant = instant(text) else {
            throw ServiceError(.invalidData, "property '\(name)' = '\(CoreError.shorten(value.text))': is an RFC 3339 date-time or a date")
        }
        return set(instant, &properties)
    }

    private static func set(_ instant: TimeInstant, _ properties: inout JSONObject) -> TimeInterval {
        properties["datetime"] = .string(instant.description)
        return TimeInterval(instant)
    }

    private static func interval(_ properties: inout JSONObject) throws(ServiceError) -> TimeInterval? {
        guard let from = properties["start_datetime"]?.stringValue, let to = properties["end_datetime"]?.stringValue else { return nil }
        guard let start = instant(from), let end = instant(to), start <= end else {
            throw ServiceError(.invalidData, "'start_datetime' and 'end_datetime' are date-times, the first not after the second")
        }
        properties["start_datetime"] = .string(start.description)
        properties["end_datetime"] = .string(end.description)
        if let own = properties["datetime"]?.stringValue, let instant = instant(own) {
            properties["datetime"] = .string(instant.description)
        } else {
            properties["datetime"] = .null
        }
        return TimeInterval(start: start, end: end)
    }

    /// An RFC 3339 date-time, one without a zone (taken as UTC), or a date (its first instant).
    static func instant(_ text: String) -> TimeInstant? {
        let trimmed = text.replacing(" ", with: "T", maxReplacements: 1)
        for candidate in [trimmed, trimmed + "Z", trimmed + "T00:00:00Z"] {
            if let instant = try? TimeInstant(rfc3339: candidate) { return instant }
        }
        return nil
    }
}
