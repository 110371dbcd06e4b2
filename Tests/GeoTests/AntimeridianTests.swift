import Core
import Testing

@testable import Geo

@Suite struct AntimeridianTests {
    @Test func cutsLines() {
        let line = Geometry.lineString([Position(x: 170, y: 0, z: 0), Position(x: 190, y: 10, z: 100)])
        #expect(
            line.cutAtAntimeridian()
                == .multiLineString([
                    [Position(x: 170, y: 0, z: 0), Position(x: 180, y: 5, z: 50)], [Position(x: -180, y: 5, z: 50), Position(x: -170, y: 10, z: 100)],
                ]))
        // There and back, with a stop on the edge itself.
        let back = Geometry.lineString(positions([(-170, 0), (-180, 0), (-180, 5), (-190, 5), (-170, 7)]))
        #expect(
            back.cutAtAntimeridian()
                == .multiLineString([
                    positions([(-170, 0), (-180, 0), (-180, 5)]), positions([(180, 5), (170, 5), (180, 6)]), positions([(-180, 6), (-170, 7)]),
                ]))
        let beyond = Geometry.lineString(positions([(200, 1), (210, 2)]))
        #expect(beyond.cutAtAntimeridian() == .lineString(positions([(-160, 1), (-150, 2)])))
    }

    @Test func cutsPolygonsWithTheirHoles() {
        let donut = Geometry.polygon([rectangle(170, -10, 190, 10), Array(rectangle(175, -5, 185, 5).reversed())])
        guard case .multiPolygon(let halves) = donut.cutAtAntimeridian() else { Issue.record("two polygons are expected"); return }
        #expect(halves.count == 2 && halves.allSatisfy { $0.count == 2 && $0[0].signedArea == 200 && $0[1].signedArea == -50 })
        #expect(donut.cutAtAntimeridian().bounds == BBox(west: 170, south: -10, east: -170, north: 10))
        let cut = donut.cutAtAntimeridian()
        #expect(cut.contains(x: 172, y: 0) && cut.contains(x: -172, y: 0) && !cut.contains(x: 178, y: 0) && !cut.contains(x: -178, y: 0))
    }

    @Test func leavesTheRestAlone() {
        let clockwise = Geometry.polygon([Array(rectangle(0, 0, 1, 1).reversed())])
        #expect(clockwise.cutAtAntimeridian() == clockwise)
        let world = Geometry.polygon([rectangle(-180, -90, 180, 90)])
        #expect(world.cutAtAntimeridian() == world)
        #expect(Geometry.point(Position(x: 361, y: 1)).cutAtAntimeridian() == .point(Position(x: 1, y: 1)))
    }

    @Test func aProjectedFieldOverTheAntimeridianIsCut() throws {
        // 40 km wide, across the western edge of UTM zone 1 at 65° north; pyproj has its corners at
        // (179.620219, 64.885783), (-179.536007, 64.902554), (-179.544505, 64.992194) and (179.608905, 64.975355).
        let field = Geometry.polygon([rectangle(340_000, 7_200_000, 380_000, 7_210_000)])
        let moved = try field.transformed(by: CoordinateTransform(from: CRS("EPSG:32601"), to: .crs84))
        guard case .multiPolygon(let halves) = moved else { Issue.record("two polygons are expected"); return }
        #expect(halves.count == 2)
        let box = try #require(moved.bounds)
        for (a, b) in zip(box.numbers, [179.608905, 64.885783, -179.536007, 64.992194]) { #expect(close(a, b, within: 1e-6)) }
        #expect(moved.contains(x: 180, y: 64.95) && !moved.contains(x: 0, y: 64.95))
    }

    @Test func aRingAroundThePoleHoldsIt() throws {
        let circle = (0..<36).map { i in
            let degrees = Double(i) * 10
            return (2_000_000 + 1_000_000 * cosine(degrees), 2_000_000 + 1_000_000 * cosine(degrees - 90))
        }
        let ice = Geometry.polygon([positions(circle + [circle[0]])])
        let moved = try ice.transformed(by: CoordinateTransform(from: CRS("EPSG:5041"), to: .crs84))
        for longitude in stride(from: -179.0, through: 179, by: 7) {
            #expect(moved.contains(x: longitude, y: 89) && !moved.contains(x: longitude, y: 78))
        }
        let box = try #require(moved.bounds)
        #expect(box.west == -180 && box.east == 180 && box.north == 90)
    }

    /// By the series, so that the test needs no mathematics library.
    private func cosine(_ degrees: Double) -> Double {
        let x = degrees * .pi / 180
        var (term, sum) = (1.0, 1.0)
        for n in 1...40 {
            term *= -x * x / Double((2 * n - 1) * (2 * n))
            sum += term
        }
        return sum
    }
}
