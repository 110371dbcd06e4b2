import Core
import Testing

@testable import Geo

/// Reference numbers: `pyproj.Transformer.from_crs("OGC:CRS84", code, always_xy=True).transform(x, y)`, pyproj 3.7.2 (PROJ 9.5.1).
@Suite struct CoordinateTransformTests {
    struct Case: Sendable { var code: String, longitude: Double, latitude: Double, x: Double, y: Double }

    static let cases = [
        Case(code: "EPSG:32631", longitude: 3, latitude: 0, x: 500_000, y: 0),
        Case(code: "EPSG:32631", longitude: 2.3522, latitude: 48.8566, x: 452_482.532703, y: 5_411_717.176869),
        Case(code: "EPSG:32631", longitude: 5.9, latitude: 60.1, x: 661_232.233993, y: 6_666_086.421173),
        Case(code: "EPSG:7755", longitude: 80, latitude: 24, x: 4_000_000, y: 4_000_000),
        Case(code: "EPSG:7755", longitude: 73.1062439, latitude: 26.3025426, x: 3_324_712.495607, y: 4_266_690.962971),
        Case(code: "EPSG:3857", longitude: 14.56, latitude: 45.87, x: 1_620_811.785950, y: 5_759_541.046585),
        Case(code: "EPSG:3857", longitude: -179.5, latitude: -80, x: -19_981_848.597393, y: -15_538_711.096309),
        Case(code: "EPSG:3035", longitude: 10, latitude: 52, x: 4_321_000, y: 3_210_000),
        Case(code: "EPSG:3035", longitude: 2.35, latitude: 48.85, x: 3_760_536.822902, y: 2_888_771.020950),
        Case(code: "EPSG:32736", longitude: 36.8, latitude: -1.3, x: 923_048.779207, y: 9_855_992.059815),
        Case(code: "EPSG:5041", longitude: 45, latitude: 80, x: 2_786_975.296070, y: 1_213_024.703930),
        Case(code: "EPSG:2193", longitude: -176.5, latitude: -44, x: 2_441_977.480126, y: 5_074_225.226125),
        Case(code: "EPSG:4326", longitude: 12, latitude: 34, x: 12, y: 34),
    ]

    @Test(arguments: cases)
    func agreesWithPyproj(c: Case) throws {
        let there = try CoordinateTransform(from: .crs84, to: CRS(c.code))
        let point = try #require(there.apply(x: c.longitude, y: c.latitude))
        #expect(close(point.x, c.x, within: 2e-6) && close(point.y, c.y, within: 2e-6))
        let back = try #require(try there.inverse().apply(x: point.x, y: point.y))
        // PROJ 9.1's series for authalic latitudes (EPSG:3035) is itself 3.4e-9 degrees (0.4 mm) off on the way back.
        let exact = c.code == "EPSG:3035" ? 5e-9 : 1e-9
        #expect(close(back.x, c.longitude, within: exact) && close(back.y, c.latitude, within: exact))
        // From EPSG:4326 it is the same: x before y whatever the authority says.
        let same = try #require(try CoordinateTransform(from: .epsg4326, to: CRS(c.code)).apply(x: c.longitude, y: c.latitude))
        #expect(close(same.x, c.x, within: 2e-6) && close(same.y, c.y, within: 2e-6))
    }

    @Test func joinsTwoProjections() throws {
        // pyproj: from_crs("EPSG:3857", "EPSG:32631", always_xy=True).transform(300000, 6000000)
        let point = try #require(try CoordinateTransform(from: .webMercator, to: CRS("EPSG:32631")).apply(x: 300_000, y: 6_000_000))
        #expect(close(point.x, 476_961.588112, within: 1e-5) && close(point.y, 5_244_516.362148, within: 1e-5))
    }

    @Test func ownMercatorEqualsPROJ() throws {
        let proj = try ProjTransformPool.shared(from: .crs84, to: .webMercator)
        var generator = SeededGenerator(1)
        var xs = (0..<500).map { _ in Double.random(in: -180...180, using: &generator) }
        var ys = (0..<500).map { _ in Double.random(in: -89...89, using: &generator) }
        var (px, py) = (xs, ys)
        px.withUnsafeMutableBufferPointer { x in py.withUnsafeMutableBufferPointer { y in proj.apply(x, y, count: 500) } }
        try CoordinateTransform(from: .crs84, to: .webMercator).apply(&xs, &ys)
        for i in xs.indices { #expect(close(xs[i], px[i], within: 1e-7) && close(ys[i], py[i], within: 1e-7)) }
    }

    @Test func marksWhatHasNoCounterpart() throws {
        let mercator = try CoordinateTransform(from: .crs84, to: .webMercator)
        #expect(mercator.apply(x: 0, y: 90) == nil)
        #expect(mercator.apply(x: .nan, y: 0) == nil)
        // A full disc sees half of the Earth.
        let disc = try CoordinateTransform(from: .crs84, to: CRS("+proj=geos +h=35785831 +lon_0=0 +sweep=y +datum=WGS84"))
        var (xs, ys) = ([0.0, 180, 10], [0.0, 0, .infinity])
        disc.apply(&xs, &ys)
        #expect(close(xs[0], 0, within: 1e-6) && xs[1].isNaN && ys[1].isNaN && xs[2].isNaN)
    }

    @Test func runsOnManyThreads() async throws {
        let transform = try CoordinateTransform(from: .crs84, to: CRS("EPSG:32633"))
        let expected = try #require(transform.apply(x: 14.5, y: 45.9))
        let ok = await withTaskGroup(of: Bool.self) { group in
            for task in 0..<16 {
                group.addTask {
                    (0..<200).allSatisfy { _ in
                        if task % 4 == 0, let fresh = try? CRS("EPSG:\(32601 + task)"), fresh.isGeographic { return false }
                        guard let point = transform.apply(x: 14.5, y: 45.9) else { return false }
                        return point == expected
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(ok)
    }

    @Test func boxesFollowTheEdges() throws {
        // pyproj: transform_bounds(399960, 4990200, 509760, 5100000, densify_pts=2001) from EPSG:32633
        let transform = try CoordinateTransform(from: CRS("EPSG:32633"), to: .crs84)
        let box = try #require(transform.applyBounds(minX: 399_960, minY: 4_990_200, maxX: 509_760, maxY: 5_100_000, densify: 500))
        #expect(close(box.minX, 13.706951, within: 1e-5) && close(box.maxX, 15.126167, within: 1e-5))
        #expect(close(box.minY, 45.058192, within: 1e-5) && close(box.maxY, 46.053574, within: 1e-5))
    }
}
