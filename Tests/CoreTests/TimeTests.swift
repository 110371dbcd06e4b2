import Testing

@testable import Core

@Suite struct TimeTests {
    @Test(arguments: [
        ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"), ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"),
        ("1937-01-01t12:00:27.87+01:00", "1937-01-01T11:00:27.870Z"), ("1990-12-31T23:59:60z", "1991-01-01T00:00:00Z"),
        ("2020-02-29T00:00:00.123456789Z", "2020-02-29T00:00:00.123456Z"), ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
    ])
    func readsRFC3339(text: String, written: String) throws {
        #expect(try TimeInstant(rfc3339: text).description == written)
    }

    @Test(arguments: [
        "1985-04-12", "1985-13-12T00:00:00Z", "1985-02-30T00:00:00Z", "1985-04-12T23:20:50", "1985-04-12T23:20:50,5Z",
        "1985-04-12T23:20:50.Z", "1985-04-12T24:20:50Z", "1985-04-12T23:20:50+0100", "1985-04-12 23:20:50Z", "", "Z",
        "1985-04-12T23:20:50.1234567890Z", "1985-04-12T23:20:50ZZ", "37-01-01T12:00:27.87Z",
    ])
    func refusesWhatIsNotRFC3339(text: String) {
        #expect(throws: CoreError.self) { try TimeInstant(rfc3339: text) }
    }

    @Test(arguments: [
        "2020-01-01T00:00:00Z/2020-02-01T00:00:00Z", "2020-01-01T00:00:00Z/..", "../2020-01-01T00:00:00Z",
        "2020-01-01T00:00:00Z/", "/2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z",
    ])
    func readsIntervals(text: String) throws { _ = try TimeInterval(parsing: text) }

    @Test(arguments: ["../..", "/", "..", "", "2020-02-01T00:00:00Z/2020-01-01T00:00:00Z", "2020-01-01/..", "a/b/c"])
    func refusesIntervals(text: String) {
        #expect(throws: CoreError.self) { try TimeInterval(parsing: text) }
    }

    @Test func daysRoundTripOverFourHundredYears() {
        for day in stride(from: -200_000, to: 200_000, by: 37) {
            let date = CivilDate(daysSinceEpoch: day)
            #expect(date.isValid && date.daysSinceEpoch == day)
        }
    }

    @Test(arguments: [
        ("P1D", "2021-03-03T00:00:00Z", "2021-03-04T00:00:00Z"), ("P1W", "2021-03-01T00:00:00Z", "2021-03-08T00:00:00Z"),
        ("P1M", "2021-03-01T00:00:00Z", "2021-04-01T00:00:00Z"), ("P1Y", "2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z"),
        ("PT6H", "2021-03-03T12:00:00Z", "2021-03-03T18:00:00Z"), ("P3M", "2021-01-01T00:00:00Z", "2021-04-01T00:00:00Z"),
    ])
    func bucketsHaveStatedEdges(period: String, start: String, next: String) throws {
        let period = try CalendarPeriod(parsing: period)
        let instant = try TimeInstant(rfc3339: "2021-03-03T13:14:15Z")
        #expect(period.bucketStart(of: instant).description == start)
        #expect(period.nextBucketStart(after: instant).description == next)
    }

    @Test(arguments: ["P0D", "1D", "P", "PD", "P-1D", "P1H", "PT1D", "P1M2D", "P99999D", "P+1D"])
    func refusesDurations(text: String) {
        #expect(throws: CoreError.self) { try CalendarPeriod(parsing: text) }
    }
}
