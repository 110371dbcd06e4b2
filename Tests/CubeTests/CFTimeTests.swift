import Core
import Testing

@testable import Cube

@Suite("CF time")
struct CFTimeTests {
    private func decode(_ values: [Int64], _ units: String, _ calendar: String? = nil) throws -> [String] {
        try CFTime.decode(.integers(values), units: units, calendar: calendar).instants.map(\.description)
    }

    @Test(
        "units and epochs",
        arguments: [
            ("days since 1970-01-01", 18_000, "2019-04-14T00:00:00Z"),
            ("day since 1970-1-1", 1, "1970-01-02T00:00:00Z"),
            ("hours since 2000-01-01", 36, "2000-01-02T12:00:00Z"),
            ("hours since 1900-01-01 00:00:0.0", 1_051_200, "2019-12-03T00:00:00Z"),
            ("minutes since 2000-01-01T06:00:00Z", 90, "2000-01-01T07:30:00Z"),
            ("seconds since 2000-01-01 00:00:00 +05:30", 0, "1999-12-31T18:30:00Z"),
            ("s since 1970-01-01 00:00:00 UTC", 1, "1970-01-01T00:00:01Z"),
            ("milliseconds since 1970-01-01", 1_500, "1970-01-01T00:00:01.500Z"),
            ("microseconds since 1970-01-01", 7, "1970-01-01T00:00:00.000007Z"),
            ("nanoseconds since 1970-01-01", 7_000, "1970-01-01T00:00:00.000007Z"),
            ("weeks since 1970-01-01", 2, "1970-01-15T00:00:00Z"),
            ("months since 2000-01-31", 1, "2000-02-29T00:00:00Z"),
            ("years since 1990-06-15", 10, "2000-06-15T00:00:00Z"),
        ] as [(String, Int64, String)])
    func units(_ units: String, _ value: Int64, _ expected: String) throws {
        #expect(try decode([value], units) == [expected])
    }

    @Test(
        "calendars (answers of cftime)",
        arguments: [
            // Julian before 1582-10-15: 0001-01-01 of the standard calendar is two days before that of the proleptic one.
            ("standard", "days since 0001-01-01", 737_791, "2020-12-31T00:00:00Z"),
            ("proleptic_gregorian", "days since 0001-01-01", 737_791, "2021-01-02T00:00:00Z"),
            ("gregorian", "days since 1582-10-04", 1, "1582-10-15T00:00:00Z"),
            ("julian", "days since 2000-01-01", 0, "2000-01-14T00:00:00Z"),
            ("noleap", "days since 2000-02-28", 1, "2000-03-01T00:00:00Z"),
            ("365_day", "days since 2001-01-01", 365 * 3 + 59, "2004-03-01T00:00:00Z"),
            ("360_day", "days since 2000-01-01", 360 + 35, "2001-02-06T00:00:00Z"),
            ("all_leap", "days since 2000-01-01", 366, "2001-01-01T00:00:00Z"),
        ] as [(String, String, Int64, String)])
    func calendars(_ calendar: String, _ units: String, _ value: Int64, _ expected: String) throws {
        #expect(try decode([value], units, calendar) == [expected])
    }

    @Test("a day that does not exist moves the whole axis, which stays increasing")
    func impossibleDays() throws {
        let decoded = try CFTime.decode(.integers((0..<720).map { $0 }), units: "days since 2001-01-01", calendar: "360_day")
        #expect(zip(decoded.instants, decoded.instants.dropFirst()).allSatisfy(<))
        #expect(decoded.instants[360].description == "2002-01-01T00:00:00Z")
        #expect(decoded.note?.contains("360_day") == true)
    }

    @Test("fractions of days mean whole seconds")
    func fractions() throws {
        // 10:00:08 as xarray writes it in Float64 days, far from the epoch.
        let day = 737_791 + (10.0 * 3600 + 8) / 86_400
        let decoded = try CFTime.decode(.doubles([day]), units: "days since 0001-01-01", calendar: "proleptic_gregorian")
        #expect(decoded.instants.first?.description == "2021-01-02T10:00:08Z")
    }

    @Test("text and datetime64")
    func others() throws {
        let texts = try CFTime.decode(.strings(["2020-05-01", "2020-05-01T10:00:00.123456789", "2020-05-01T10:00:00+02:00"]), units: nil, calendar: nil)
        #expect(texts.instants.map(\.description) == ["2020-05-01T00:00:00Z", "2020-05-01T10:00:00.123456Z", "2020-05-01T08:00:00Z"])
        let days = try CFTime.decode(.datetime64([18_000], unitNanoseconds: 86_400_000_000_000), units: nil, calendar: nil)
        #expect(days.instants.first?.description == "2019-04-14T00:00:00Z")
    }

    @Test(
        "what is no time is refused",
        arguments: [
            ("days", "standard", 1), ("fortnights since 2000-01-01", "standard", 1), ("days since yesterday", "standard", 1),
            ("days since 2000-13-01", "standard", 1), ("days since 2000-01-01", "martian", 1), ("days since 2000-02-30", "noleap", 1),
            ("days since 2000-01-01", "standard", Int64.max), ("days since 2000-01-01", "standard", 90_000_000),
        ] as [(String, String, Int64)])
    func refused(_ units: String, _ calendar: String, _ value: Int64) {
        #expect(throws: CubeError.self) { try decode([value], units, calendar) }
    }

    @Test("NaN and NaT are refused")
    func notATime() {
        #expect(throws: CubeError.self) { try CFTime.decode(.doubles([.nan]), units: "days since 2000-01-01", calendar: nil) }
        #expect(throws: CubeError.self) { try CFTime.decode(.datetime64([.min], unitNanoseconds: 1), units: nil, calendar: nil) }
        #expect(throws: CubeError.self) { try CFTime.decode(.integers([1]), units: nil, calendar: nil) }
    }
}
