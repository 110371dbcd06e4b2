import Core
import Testing

@testable import Geo

/// Broken input gives an error or a geometry, never a crash. The same mutations on every run.
@Suite struct FuzzTests {
    private func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var out = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !out.isEmpty {
            let at = Int.random(in: 0..<out.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: out[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: out[at] = [0, 1, 0x7F, 0x80, 0xFF, 0xE8].randomElement(using: &generator) ?? 0
            case 2: out.remove(at: at)
            case 3: out.insert(UInt8.random(in: 0...255, using: &generator), at: at)
            case 4: out.removeLast(out.count - at)
            default:
                let end = min(out.count, at + Int.random(in: 1...16, using: &generator))
                out.insert(contentsOf: out[at..<end], at: Int.random(in: 0...out.count, using: &generator))
            }
        }
        return out
    }

    /// Changes one place of the document: text would mostly stop being JSON at all.
    private func mutate(_ json: JSON, _ generator: inout SeededGenerator) -> JSON {
        let strange: [JSON] = [nil, true, "x", 1e300, -5, [], [1], [[1, 2]], [:], ["type": "Point"], .double(.nan), "Polygon", [0, 0]]
        switch json {
        case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<8, using: &generator) > 0:
            let at = Int.random(in: 0..<elements.count, using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: elements.remove(at: at)
            case 1: elements.insert(elements[at], at: 0)
            default: elements[at] = mutate(elements[at], &generator)
            }
            return .array(elements)
        case .object(var object) where Int.random(in: 0..<8, using: &generator) > 0:
            guard let key = object.keys.randomElement(using: &generator) else { return json }
            object[key] = object[key].map { mutate($0, &generator) }
            return .object(object)
        case .double where Bool.random(using: &generator): return .double(Double.random(in: -400...400, using: &generator))
        default: return strange.randomElement(using: &generator) ?? nil
        }
    }

    @Test func brokenWKB() {
        var generator = SeededGenerator(99)
        var (read, refused) = (0, 0)
        for round in 0..<6000 {
            let seed = round % 7 == 0 ? WKBTests.bytes(WKBTests.collection) : GeoJSONTests.random(&generator, depth: 0).wkb
            do throws(GeoError) {
                let geometry = try Geometry(wkb: mutate(seed, &generator))
                exercise(geometry)
                read += 1
            } catch {
                #expect(error.code == .invalidWKB)
                refused += 1
            }
        }
        #expect(read > 500 && refused > 500)
    }

    @Test func brokenGeoJSON() {
        var generator = SeededGenerator(5)
        var (read, refused) = (0, 0)
        for _ in 0..<4000 {
            let json = mutate(GeoJSONTests.random(&generator, depth: 0).geoJSON, &generator)
            do throws(GeoError) {
                exercise(try Geometry.fromGeoJSON(json))
                read += 1
            } catch {
                #expect(error.code == .invalidGeoJSON && !error.message.isEmpty)
                refused += 1
            }
        }
        #expect(read > 500 && refused > 300)
    }

    /// Whatever could be read can be used, with numbers however strange.
    private func exercise(_ geometry: Geometry) {
        _ = geometry.bounds
        _ = geometry.cutAtAntimeridian().bounds
        _ = geometry.intersects(BBox(west: 170, south: -10, east: -170, north: 10))
        _ = geometry.contains(x: 1, y: 1)
        guard let tile = try? TileCoordinate(zoom: 3, row: 3, column: 7, in: .webMercatorQuad) else { return }
        var builder = VectorTileBuilder(layerName: "l", tile: tile)
        builder.add(id: 1, geometry: geometry, properties: [])
        #expect(throws: Never.self) { try TileDecoder.decode(builder.encode()) }
    }

    @Test func strangeNumbers() {
        let numbers = [0, -0.0, .leastNonzeroMagnitude, 180, -180, 360, 90, -90, 1e18, -1e18, 1e300, -1e300, .greatestFiniteMagnitude]
        for a in numbers {
            for b in numbers {
                exercise(.point(Position(x: a, y: b)))
                exercise(.lineString(positions([(a, b), (b, a), (0, 0)])))
                exercise(.polygon([positions([(a, b), (b, a), (a, a), (b, b), (a, b)])]))
            }
        }
    }

    @Test func strangeGrids() throws {
        for six in [[1e300, 1e300, 0, 0, 0, 1e300], [0, 1e-300, 0, 0, 0, 1e-8], [-1e9, 1, 3, 1e9, 4, 5], [0, 1, 0, 0, 0, 1]] as [[Double]] {
            guard let transform = try? GeoTransform(six) else { continue }
            for crs in [CRS.crs84, .webMercator, try CRS("EPSG:32631"), try CRS("EPSG:5041")] {
                for size in [0, 1, 1 << 40] {
                    let grid = PixelGrid(crs: crs, transform: transform, width: size, height: size)
                    _ = try? grid.bboxWGS84()
                    _ = try? grid.footprintWGS84()
                }
            }
        }
    }

    @Test func brokenCRSs() {
        var generator = SeededGenerator(21)
        let seeds = [
            CRSTests.gdalWKT, CRSTests.esriWKT, "+proj=utm +zone=31 +datum=WGS84 +units=m +no_defs", "urn:ogc:def:crs:EPSG::32631",
            CRS.webMercator.projJSON.text,
        ]
        for round in 0..<150 {
            let text = String(decoding: mutate(Array(seeds[round % seeds.count].utf8), &generator), as: UTF8.self)
            do throws(GeoError) { _ = try CRS(text) } catch { #expect(error.code == .invalidCRS) }
        }
    }
}
