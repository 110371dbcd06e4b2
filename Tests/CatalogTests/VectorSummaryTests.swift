import Core
import Testing

@testable import Catalog

@Suite struct VectorSummaryTests {
    private func feature(_ id: Int, _ properties: String) -> ItemRecord { .point("f\(id)", 0, 0, properties: properties) }

    @Test(arguments: CatalogBackend.all) func describesTypesRangesAndValues(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let record = CollectionRecord(id: try collectionID("a"))
            let features = [
                feature(0, #"{"n": 3, "x": 1.5, "name": "b", "flag": true, "many": "v0", "list": [1], "deep": {"a": 1}}"#),
                feature(1, #"{"name": "a\u00e4", "n": -7, "x": 2, "flag": null, "late": 1}"#),
                ItemRecord(id: "area", kind: .feature, wkb: WKB.polygon([(0, 0), (1, 0), (0, 1), (0, 0)]), bbox: BBox(west: 0, south: 0, east: 1, north: 1)),
            ]
            let summary = try #require(try store.publish(record, items: features, mode: .replace).vectorSummary)
            #expect(summary.geometryTypes == [.point, .polygon])
            #expect(
                summary.properties == [
                    .init(name: "n", types: [.integer], minimum: -7, maximum: 3), .init(name: "x", types: [.number], minimum: 1.5, maximum: 2),
                    .init(name: "name", types: [.string], values: ["aä", "b"]), .init(name: "flag", types: [.boolean, .null]),
                    .init(name: "many", types: [.string], values: ["v0"]), .init(name: "list", types: [.array]), .init(name: "deep", types: [.object]),
                    .init(name: "late", types: [.integer], minimum: 1, maximum: 1),
                ])
            // Appended features widen it, in a store that knows only what is written down.
            let more = (1...60).map { feature(100 + $0, #"{"n": \#($0), "many": "v\#($0)", "name": "c"}"#) }
            let wider = try #require(try store.publish(record, items: more, mode: .append).vectorSummary)
            #expect(wider.properties.first { $0.name == "n" } == .init(name: "n", types: [.integer], minimum: -7, maximum: 60))
            #expect(wider.properties.first { $0.name == "name" }?.values == ["aä", "b", "c"])
            #expect(wider.properties.first { $0.name == "many" } == .init(name: "many", types: [.string], values: nil))
            let still = try #require(try store.publish(record, items: [feature(999, #"{"many": "v0"}"#)], mode: .append).vectorSummary)
            #expect(still.properties.first { $0.name == "many" }?.values == nil)
            #expect(VectorSummary(json: still.json) == still)
            // Replaced features start it anew.
            #expect(try store.publish(record, items: [feature(1, #"{"only": 1}"#)], mode: .replace).vectorSummary?.properties.map(\.name) == ["only"])
        }
    }

    @Test func readsTypesOutOfAnyWKBHeader() {
        #expect(VectorSummaryBuilder.geometryType([1, 6, 0, 0, 0]) == .multiPolygon)
        #expect(VectorSummaryBuilder.geometryType([0, 0, 0, 0, 2]) == .lineString)
        #expect(VectorSummaryBuilder.geometryType([1, 0xE9, 3, 0, 0]) == .point)  // ISO Z: 1001
        #expect(VectorSummaryBuilder.geometryType([1, 3, 0, 0, 0x80]) == .polygon)  // EWKB Z
        #expect(VectorSummaryBuilder.geometryType([1, 3, 0, 0, 0x20]) == .polygon)  // EWKB with SRID
        for bad in [[], [1], [1, 0, 0, 0, 0], [1, 99, 0, 0, 0]] as [[UInt8]] { #expect(VectorSummaryBuilder.geometryType(bad) == nil) }
    }

    @Test func aTableOfRandomKeysStaysBounded() {
        var builder = VectorSummaryBuilder()
        for i in 0..<3000 { builder.add(feature(i, "{\"k\(i)\": \(i)}")) }
        #expect(builder.summary.properties.count == VectorSummary.propertyLimit)
    }
}
