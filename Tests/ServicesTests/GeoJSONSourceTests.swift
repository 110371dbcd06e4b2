import Core
import Foundation
import Testing

@testable import Services

@Suite struct GeoJSONSourceTests {
    static let feature = #"{"type":"Feature","id":"a","geometry":null,"properties":{"s":"}]\"{"}}"#

    private func source(_ text: String) throws -> GeoJSONSource { try GeoJSONSource(Data(text.utf8)) }

    @Test(arguments: [
        (#"{"type":"FeatureCollection","features":[\#(feature),\#(feature)]}"#, 2), (feature, 1), ("\(feature)\n\(feature)\n\n\(feature)", 3),
        ("\u{1E}\(feature)\n\u{1E}\(feature)\n", 2), (#" {"features" : [ ] , "type":"FeatureCollection"} "#, 0),
    ])
    func findsFeatures(text: String, count: Int) throws {
        let source = try source(text)
        #expect(source.count == count)
        for index in 0..<count { #expect(try source.feature(index)["properties"]?["s"] == #"}]"{"#) }
    }

    @Test func readsTheOldCRSMemberAlsoAfterTheFeatures() throws {
        let source = try source(#"{"features":[],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32636"}}}"#)
        #expect(source.crs?.code == "EPSG:32636")
    }

    @Test(arguments: ["", "[1]", "{", #"{"features":[{"#, #"{"features":3}"#, #"{"a":1}"#, #"{"type":"Point","coordinates":[1,2]}"#, #"{"features":[}]}"#])
    func refusesWhatIsNotGeoJSON(text: String) {
        #expect(throws: ServiceError.self) {
            let source = try source(text)
            for index in 0..<source.count { _ = try source.feature(index) }
        }
    }

    /// Cut and damaged files end in an error or in fewer features, never in a crash.
    @Test func survivesDamage() {
        let whole = Array(#"{"type":"FeatureCollection","features":[\#(Self.feature),\#(Self.feature)]}"#.utf8)
        var random = SystemRandomNumberGenerator()
        for length in 0..<whole.count {
            var bytes = Array(whole[..<length])
            if length > 0 { bytes[Int(random.next(upperBound: UInt(length)))] = UInt8.random(in: .min ... .max) }
            guard let source = try? GeoJSONSource(Data(bytes)) else { continue }
            for index in 0..<source.count { _ = try? source.feature(index) }
        }
    }
}

@Suite struct FeatureTimeTests {
    private func take(_ text: String, _ property: String? = nil) throws -> (Core.TimeInterval?, JSONObject) {
        var properties = try #require(try JSONParser.parse(text).objectValue)
        return (try FeatureTime.take(from: &properties, property: property), properties)
    }

    @Test(arguments: [
        (#"{"datetime":"2020-01-02T03:04:05+01:00"}"#, "2020-01-02T02:04:05Z"), (#"{"Date":"2020-01-02"}"#, "2020-01-02T00:00:00Z"),
        (#"{"timestamp":"2020-01-02 03:04:05"}"#, "2020-01-02T03:04:05Z"),
    ])
    func findsTheUsualNames(text: String, expected: String) throws {
        let (interval, properties) = try take(text)
        #expect(interval?.description == expected && properties["datetime"] == .string(expected))
    }

    @Test func anUntimedFeatureKeepsNoTimeMembers() throws {
        let (interval, properties) = try take(#"{"datetime":null,"start_datetime":null,"a":1}"#)
        #expect(interval == nil && properties.keys == ["a"])
    }

    @Test func readsIntervals() throws {
        let (interval, properties) = try take(#"{"start_datetime":"2020-01-01","end_datetime":"2020-02-01"}"#)
        #expect(interval?.description == "2020-01-01T00:00:00Z/2020-02-01T00:00:00Z" && properties["datetime"] == .null)
    }

    @Test(arguments: [#"{"datetime":"soon"}"#, #"{"start_datetime":"2020-02-01","end_datetime":"2020-01-01"}"#])
    func refusesWhatMustBeATime(text: String) { #expect(throws: ServiceError.self) { try take(text) } }

    @Test func readsTheNamedProperty() throws {
        #expect(try take(#"{"survey":"2019-05-16","date":"2001-01-01"}"#, "survey").0?.description == "2019-05-16T00:00:00Z")
        #expect(throws: ServiceError.self) { try take(#"{"survey":17}"#, "survey") }
    }
}
