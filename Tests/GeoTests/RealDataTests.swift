import Core
import Testing

@testable import Geo

/// Countries of the world and surveyed fields, where they stand beside the repository.
@Suite(.enabled(if: Shared.vector != nil)) struct RealDataTests {
    private func geometries(_ name: String) throws -> [Geometry] {
        try Shared.features(name).map { try Geometry.fromGeoJSON($0["geometry"] ?? .null) }
    }

    private func country(_ name: String) throws -> Geometry {
        let feature = try Shared.features("countries_110m.geojson").first { feature in
            feature["properties"]?.objectValue?.members.contains { $0.value.stringValue == name } == true
        }
        return try Geometry.fromGeoJSON(feature?["geometry"] ?? .null)
    }

    @Test(arguments: [
        "countries_110m.geojson", "fields_india.geojson", "fields_kenya.geojson", "fields_lem_brazil.geojson", "india_constituencies.geojson",
        "slovenia_lpis.geojson",
    ])
    func everythingIsReadAndComesBack(name: String) throws {
        let all = try geometries(name)
        #expect(all.count > 10)
        for geometry in all {
            #expect(try Geometry(wkb: geometry.wkb) == geometry)
            try geometry.checkLongitudeLatitude()
            let bounds = try #require(geometry.bounds)
            #expect(geometry.intersects(bounds))
        }
    }

    @Test func countriesAtTheAntimeridian() throws {
        let russia = try #require(try country("Russia").bounds)
        #expect(russia.crossesAntimeridian && russia.west > 19 && russia.west < 30 && russia.east > -170 && russia.east < -169)
        let fiji = try #require(try country("Fiji").bounds)
        #expect(fiji.crossesAntimeridian && fiji.width < 5)
        let antarctica = try #require(try country("Antarctica").bounds)
        #expect(antarctica.west == -180 && antarctica.east == 180 && antarctica.south == -90)
        #expect(try country("Fiji").intersects(BBox(west: 179, south: -18, east: -179, north: -16)))
        #expect(try !country("Fiji").intersects(BBox(west: -170, south: -18, east: 170, north: -16)))
    }

    @Test(arguments: [
        ("fields_kenya.geojson", "fields_kenya_utm36n.geojson", "EPSG:32636"), ("fields_india.geojson", "fields_india_epsg7755.geojson", "EPSG:7755"),
        ("slovenia_lpis.geojson", "slovenia_lpis_utm33n.geojson", "EPSG:32633"),
    ])
    func projectedCopiesLieWhereTheyShould(degrees: String, metres: String, code: String) throws {
        let transform = try CoordinateTransform(from: CRS(code), to: .crs84)
        let (expected, projected) = (try geometries(degrees), try geometries(metres))
        #expect(expected.count == projected.count && expected.count > 10)
        for (a, b) in zip(expected, projected) {
            let back = try b.transformed(by: transform)
            guard let x = a.extent, let y = back.extent else { Issue.record("both have positions"); continue }
            // The files are rounded to 1e-7 degrees and to millimetres.
            for (p, q) in [(x.minX, y.minX), (x.minY, y.minY), (x.maxX, y.maxX), (x.maxY, y.maxY)] { #expect(close(p, q, within: 1.2e-7)) }
        }
    }

    @Test func everyTileOfTheWorldIsValid() throws {
        let all = try geometries("countries_110m.geojson")
        var features = 0
        for zoom in 0...3 {
            for column in 0..<(1 << zoom) {
                for row in 0..<(1 << zoom) {
                    let tile = try TileCoordinate(zoom: zoom, row: row, column: column, in: .webMercatorQuad)
                    var builder = VectorTileBuilder(layerName: "countries", tile: tile)
                    for (i, geometry) in all.enumerated() { builder.add(id: UInt64(i), geometry: geometry, properties: []) }
                    for feature in try TileDecoder.decode(builder.encode()).first?.features ?? [] {
                        features += 1
                        #expect(feature.type == 3)
                        #expect(doubledArea(feature.parts[0]) > 0)
                        #expect(
                            feature.parts.allSatisfy { doubledArea($0) != 0 && $0.allSatisfy { (-64...4160).contains($0.x) && (-64...4160).contains($0.y) } })
                    }
                }
            }
        }
        #expect(features > 500)
    }

    @Test func russiaShowsAtBothEdges() throws {
        let russia = try country("Russia")
        for column in [0, 15] {
            var builder = VectorTileBuilder(layerName: "l", tile: try TileCoordinate(zoom: 4, row: 3, column: column, in: .webMercatorQuad))
            let shown = builder.add(id: 1, geometry: russia, properties: [])
            #expect(shown)
        }
    }
}
