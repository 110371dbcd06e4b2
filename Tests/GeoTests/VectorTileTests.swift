import Core
import Testing

@testable import Geo

@Suite struct VectorTileTests {
    private func tile(_ z: Int, _ x: Int, _ y: Int, _ set: TileMatrixSet = .webMercatorQuad) throws -> TileCoordinate {
        try TileCoordinate(zoom: z, row: y, column: x, in: set)
    }

    private func encode(_ z: Int, _ x: Int, _ y: Int, _ geometry: Geometry, simplification: Double = 1) throws -> DecodedFeature? {
        var builder = VectorTileBuilder(layerName: "l", tile: try tile(z, x, y), simplification: simplification)
        builder.add(id: 1, geometry: geometry, properties: [])
        return try TileDecoder.decode(builder.encode()).first?.features.first
    }

    private func expect(_ part: [(x: Int, y: Int)]?, _ points: [(Int, Int)]) {
        #expect(part?.map { [$0.x, $0.y] } == points.map { [$0.0, $0.1] })
    }

    @Test func placesPoints() throws {
        // Tile units by morecantile: (x - left) / (right - left) · 4096 and (top - y) / (top - bottom) · 4096 of tile 14/9000/5000.
        expect(try encode(0, 0, 0, .point(Position(x: 0, y: 0)))?.parts.first, [(2048, 2048)])
        expect(try encode(0, 0, 0, .point(Position(x: -90, y: 66.51326044311186)))?.parts.first, [(1024, 1024)])
        let feature = try encode(14, 9000, 5000, .multiPoint(positions([(17.76, 57.22), (17.77, 57.225), (17.7, 57.2)])))
        #expect(feature?.type == 1 && feature?.parts.count == 2)
        expect(feature?.parts[0], [(1136, 3961)])
        expect(feature?.parts[1], [(3000, 2240)])
    }

    @Test func clipsLinesIntoPieces() throws {
        // A W across the lower edge of tile 1/0/0 (its box is -180…0, 0…85).
        let line = Geometry.lineString(positions([(-170, 40), (-150, -40), (-130, 40), (-110, -40), (-90, 40)]))
        let feature = try encode(1, 0, 0, line)
        #expect(feature?.type == 2 && feature?.parts.count == 3)
        for part in feature?.parts ?? [] { #expect(part.allSatisfy { $0.y <= 4096 + 64 }) }
        #expect(feature?.parts.flatMap { $0 }.contains { $0.y == 4160 } == true)
    }

    @Test func turnsRings() throws {
        let outer = rectangle(-90, 0, 0, 60)
        let hole = rectangle(-60, 20, -30, 40)
        for (a, b) in [(outer, hole), (outer.reversed(), hole), (outer, hole.reversed()), (outer.reversed(), hole.reversed())] as [([Position], [Position])] {
            let feature = try encode(0, 0, 0, .polygon([a, b]))
            #expect(feature?.type == 3 && feature?.parts.count == 2)
            #expect(doubledArea(feature?.parts[0] ?? []) > 0)
            #expect(doubledArea(feature?.parts[1] ?? []) < 0)
        }
    }

    @Test func aTileInsideAPolygonIsFilled() throws {
        let feature = try encode(5, 17, 11, .polygon([rectangle(-100, -60, 100, 80)]))
        #expect(feature?.parts.count == 1)
        #expect(doubledArea(feature?.parts[0] ?? []) == 2 * (4096 + 128) * (4096 + 128))
    }

    @Test func aTileInsideAHoleIsEmpty() throws {
        #expect(try encode(5, 17, 11, .polygon([rectangle(-100, -60, 100, 80), rectangle(-50, -50, 50, 70)])) == nil)
        // Within the ring's box, but beside the ring.
        let ell = positions([(0, 0), (80, 0), (80, 10), (5, 10), (5, 70), (0, 70), (0, 0)])
        #expect(try encode(5, 20, 10, .polygon([ell])) == nil)
    }

    @Test func simplifiesBelowAPixelOnly() throws {
        // A coast of 20 000 points that wavers by a hundredth of a degree.
        let coast = (0...20_000).map { i in Position(x: -90 + 180 * Double(i) / 20_000, y: i % 2 == 0 ? 0.01 : -0.01) }
        let coarse = try #require(try encode(0, 0, 0, .lineString(coast)))
        expect(coarse.parts.first, [(1024, 2048), (3072, 2048)])
        let exact = try #require(try encode(10, 512, 511, .lineString(coast), simplification: 0))
        // The waves leave the buffer below: many short pieces.
        #expect(exact.parts.joined().count > 40)
        // A corner of two units stays.
        let step = 360.0 / 4096
        let corner = try encode(0, 0, 0, .lineString(positions([(0, 0), (step * 100, step * 2), (step * 200, 0)])))
        expect(corner?.parts.first, [(2048, 2048), (2148, 2046), (2248, 2048)])
    }

    @Test func dropsWhatCollapses() throws {
        var builder = VectorTileBuilder(layerName: "l", tile: try tile(3, 4, 2))
        let kept = builder.add(id: 1, geometry: .polygon([positions([(10, 50), (10, 50), (10, 50), (10, 50)])]), properties: [])
        builder.add(id: 2, geometry: .lineString(positions([(10, 50), (10.0001, 50)])), properties: [])
        builder.add(id: 3, geometry: .polygon([positions([(10, 50), (12, 50), (11, 50), (10, 50)])]), properties: [])
        builder.add(id: 4, geometry: .geometryCollection([]), properties: [])
        #expect(!kept && builder.featureCount == 0 && builder.droppedCount == 4)
        #expect(builder.encode().isEmpty)
        // One part of many collapses, the rest stays.
        builder.add(
            id: 5, geometry: .multiPolygon([[rectangle(10, 50, 10.0001, 50.0001)], [rectangle(10, 50, 12, 52), rectangle(11, 51, 11.0001, 51.0001)]]),
            properties: [])
        #expect(try TileDecoder.decode(builder.encode())[0].features[0].parts.count == 1)
    }

    @Test func tinyPolygonsDoNotVanish() throws {
        var builder = VectorTileBuilder(layerName: "l", tile: try tile(3, 4, 2))
        // Three fields of ten metres: two in one pixel (0.176 degrees wide at this level), one elsewhere.
        let shown = [(10.0, 50.0), (10.001, 50.001), (12.0, 51.0)].enumerated().map { i, corner in
            builder.add(id: UInt64(i), geometry: .polygon([rectangle(corner.0, corner.1, corner.0 + 1e-4, corner.1 + 1e-4)]), properties: [("n", 1)])
        }
        #expect(shown == [true, false, true] && builder.droppedCount == 1)
        let features = try TileDecoder.decode(builder.encode())[0].features
        #expect(features.map(\.id) == [0, 2])
        for feature in features { #expect(feature.parts.count == 1 && doubledArea(feature.parts[0]) == 2 && feature.properties == ["n": .uint(1)]) }
        // What does not show is not asked for its properties, and an error in them gets through.
        var asked = 0
        builder.add(
            id: 5, geometry: .polygon([rectangle(10.002, 50, 10.0021, 50.0001)]),
            propertiesIfShown: {
                asked += 1; return []
            })
        #expect(asked == 0)
        #expect(throws: TileDecodeError.self) {
            try builder.add(id: 6, geometry: .point(Position(x: 10, y: 50)), propertiesIfShown: { throw TileDecodeError(message: "broken") })
        }
        // Beside the tile there is no speck either.
        let beside = builder.add(id: 9, geometry: .polygon([rectangle(-10, 50, -10 + 1e-4, 50 + 1e-4)]), properties: [])
        #expect(!beside)
    }

    @Test func removesSpikes() throws {
        let s = 360.0 / 4096
        // A square with a needle of no width and a point on a straight edge.
        let ring = positions([(0, 0), (20 * s, 0), (20 * s, -20 * s), (40 * s, -20 * s), (20 * s, -20 * s), (0, -20 * s), (0, -10 * s), (0, 0)])
        let feature = try encode(0, 0, 0, .polygon([ring]), simplification: 0)
        #expect(feature?.parts[0].count == 4)
        #expect(doubledArea(feature?.parts[0] ?? []) == 800)
    }

    @Test func showsOnBothSidesOfTheAntimeridian() throws {
        // Cut in two, running on beyond 180, and running on below −180: the same tiles.
        let cut = Geometry.multiPolygon([[rectangle(170, -20, 180, -10)], [rectangle(-180, -20, -170, -10)]])
        for geometry in [cut, .polygon([rectangle(170, -20, 190, -10)]), .polygon([rectangle(-190, -20, -170, -10)])] {
            for (x, side) in [(15, 0), (0, 4096)] {
                let feature = try #require(try encode(4, x, 8, geometry))
                let xs = feature.parts.flatMap { $0 }.map(\.x)
                #expect((xs.min() ?? 9999) <= (side == 0 ? 2276 : -64) && (xs.max() ?? -9999) >= (side == 0 ? 4160 : 1820))
            }
            #expect(try encode(4, 8, 8, geometry) == nil)
        }
        let line = Geometry.lineString(positions([(179, 1), (181, 1)]))
        #expect(try encode(6, 63, 31, line) != nil && encode(6, 0, 31, line) != nil && encode(6, 32, 31, line) == nil)
        // In the buffer of the tile on the other side.
        let near = Geometry.point(Position(x: 179.99, y: 1))
        expect(try encode(2, 0, 1, near)?.parts.first, [(0, 4050)])
    }

    @Test func endsAtThePoles() throws {
        let antarctica = Geometry.polygon([rectangle(-180, -90, 180, -60)])
        let feature = try #require(try encode(0, 0, 0, antarctica))
        let ys = feature.parts.flatMap { $0 }.map(\.y)
        #expect(ys.max() == 4160 && (ys.min() ?? 0) > 2900)
    }

    @Test func otherTileMatrixSets() throws {
        let set = TileMatrixSet.worldCRS84Quad
        var builder = VectorTileBuilder(layerName: "l", tile: try tile(1, 3, 0, set), in: set)
        builder.add(id: nil, geometry: .polygon([rectangle(170, 20, 190, 40)]), properties: [])
        let feature = try #require(try TileDecoder.decode(builder.encode()).first?.features.first)
        // 90° are 4096 units: 170° lies at 80/90 of the tile.
        #expect(feature.parts[0].map(\.x).min() == 3641 && feature.parts[0].map(\.x).max() == 4160)
        #expect(feature.parts[0].map(\.y).min() == 2276 && feature.parts[0].map(\.y).max() == 3186)
        let laea = try #require(TileMatrixSet.europeanETRS89LAEAQuad)
        var europe = VectorTileBuilder(layerName: "l", tile: try tile(0, 0, 0, laea), in: laea)
        europe.add(id: nil, geometry: .multiPoint(positions([(10, 52), (-170, -52)])), properties: [])
        // (4321000 - 2000000) / 4500000 · 4096 and (5500000 - 3210000) / 4500000 · 4096
        expect(try TileDecoder.decode(europe.encode())[0].features[0].parts.first, [(2113, 2084)])
        let mercator = try #require(TileMatrixSet.worldMercatorWGS84Quad)
        var other = VectorTileBuilder(layerName: "l", tile: try tile(3, 7, 4, mercator), in: mercator)
        other.add(id: nil, geometry: .lineString(positions([(175, -5), (185, -5)])), properties: [])
        #expect(try TileDecoder.decode(other.encode())[0].features[0].parts[0].map(\.x).max() == 4160)
    }

    @Test func writesTypedProperties() throws {
        var builder = VectorTileBuilder(layerName: "fields", tile: try tile(0, 0, 0))
        let point = Geometry.point(Position(x: 0, y: 0))
        builder.add(
            id: 18_446_744_073_709_551_615, geometry: point,
            properties: [
                ("crop", "maize"), ("area", 1.5), ("count", 3), ("change", -7), ("irrigated", true), ("note", nil), ("nan", .double(.nan)),
                ("tags", ["a", 1]), ("owner", ["name": "Ö"]), ("large", .int(.max)), ("small", .int(.min)), ("whole", 2.0),
            ])
        builder.add(id: nil, geometry: point, properties: [("crop", "maize"), ("count", 3), ("other", 3.0)])
        let layer = try #require(try TileDecoder.decode(builder.encode()).first)
        #expect(layer.name == "fields" && layer.version == 2 && layer.extent == 4096 && layer.features.count == 2)
        #expect(layer.features[0].id == .max && layer.features[1].id == nil)
        #expect(
            layer.features[0].properties == [
                "crop": .string("maize"), "area": .double(1.5), "count": .uint(3), "change": .sint(-7), "irrigated": .bool(true),
                "tags": .string(#"["a",1]"#), "owner": .string(#"{"name":"Ö"}"#), "large": .uint(UInt64(Int64.max)), "small": .sint(.min), "whole": .double(2),
            ])
        #expect(layer.features[1].properties == ["crop": .string("maize"), "count": .uint(3), "other": .double(3)])
        #expect(layer.keys.count == 11)
    }

    @Test func aCollectionBecomesOneFeaturePerKind() throws {
        var builder = VectorTileBuilder(layerName: "l", tile: try tile(0, 0, 0))
        let mixed = Geometry.geometryCollection([
            .point(Position(x: 0, y: 0)), .lineString(positions([(0, 0), (20, 20)])), .polygon([rectangle(0, 0, 20, 20)]), .point(Position(x: 5, y: 5)),
        ])
        builder.add(id: 9, geometry: mixed, properties: [("a", 1)])
        let features = try TileDecoder.decode(builder.encode())[0].features
        #expect(features.map(\.type) == [1, 2, 3] && features.allSatisfy { $0.id == 9 && $0.properties == ["a": .uint(1)] })
        #expect(features[0].parts.count == 2)
    }

    @Test func severalLayersAreOneTile() throws {
        var first = VectorTileBuilder(layerName: "a", tile: try tile(0, 0, 0))
        var second = VectorTileBuilder(layerName: "b", tile: try tile(0, 0, 0), extent: 512)
        first.add(id: 1, geometry: .point(Position(x: 0, y: 0)), properties: [])
        second.add(id: 1, geometry: .point(Position(x: 0, y: 0)), properties: [])
        let layers = try TileDecoder.decode(VectorTileBuilder.encode([first, second]))
        #expect(layers.map(\.name) == ["a", "b"] && layers.map(\.extent) == [4096, 512])
        expect(layers[1].features[0].parts.first, [(256, 256)])
    }

    /// Neighbours agree on where a polygon meets their common edge, and together they have its whole area.
    @Test func tilesFitTogether() throws {
        var generator = SeededGenerator(3)
        for _ in 0..<40 {
            let (cx, cy) = (Double.random(in: -60...60, using: &generator), Double.random(in: -50...50, using: &generator))
            let corners = (0..<24).map { i in
                let radius = Double.random(in: 3...25, using: &generator)
                return (cx + radius * Self.cosine(i), cy + radius * Self.cosine(i - 6) * 0.8)
            }
            let star = Geometry.polygon([positions(corners + [corners[0]])])
            var whole = VectorTileBuilder(layerName: "l", tile: try tile(0, 0, 0), extent: 4096 * 4, buffer: 0, simplification: 0)
            whole.add(id: 1, geometry: star, properties: [])
            let total = try TileDecoder.decode(whole.encode())[0].features[0].parts.reduce(0) { $0 + doubledArea($1) }
            var sum = 0
            for x in 0..<4 {
                for y in 0..<4 {
                    var builder = VectorTileBuilder(layerName: "l", tile: try tile(2, x, y), buffer: 0, simplification: 0)
                    builder.add(id: 1, geometry: star, properties: [])
                    sum += try TileDecoder.decode(builder.encode()).first?.features.first?.parts.reduce(0) { $0 + doubledArea($1) } ?? 0
                }
            }
            // Snapping moves every corner by at most half a unit.
            #expect(abs(total - sum) < total / 500, "\(total) against \(sum)")
        }
    }

    private static func cosine(_ step: Int) -> Double {
        let table = [1, 0.9659258, 0.8660254, 0.7071068, 0.5, 0.2588190, 0, -0.2588190, -0.5, -0.7071068, -0.8660254, -0.9659258]
        let at = ((step % 24) + 24) % 24
        return at < 12 ? table[at] : -table[at - 12]
    }
}
