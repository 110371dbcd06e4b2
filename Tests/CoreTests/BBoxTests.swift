import Testing

@testable import Core

@Suite struct BBoxTests {
    @Test(arguments: ["1,2,3", "1,2,3,4,5", "a,2,3,4", "nan,2,3,4", "1,5,3,4", "1,2,3,91", "-181,2,3,4", "", "1,2,,4", "[1,2,3,4]", "0,0,9,1,1,1", "inf,0,1,1"])
    func refuses(text: String) {
        #expect(throws: CoreError.self) { try BBox(parsing: text) }
    }

    @Test func readsSixNumbers() throws {
        let box = try BBox(parsing: "1,2,-10,3,4,20")
        #expect(box.numbers == [1, 2, -10, 3, 4, 20])
    }

    @Test func goesBeyondTheEdgeOfTheWorldByAHairOnly() throws {
        #expect(try BBox(parsing: "-180.000001,-90.000001,180.000001,90.000001") == .world)
        #expect(throws: CoreError.self) { try BBox(parsing: "-180.001,-90,180,90") }
        #expect(throws: CoreError.self) { try BBox(parsing: "-180,-90,180,90.001") }
    }

    @Test func wrapsTheAntimeridian() throws {
        let newZealand = try BBox(parsing: "160.6,-55.95,-170,-25.89")
        #expect(newZealand.crossesAntimeridian)
        #expect(newZealand.contains(longitude: 179, latitude: -40) && newZealand.contains(longitude: -175, latitude: -40))
        #expect(!newZealand.contains(longitude: 0, latitude: -40))
        #expect(newZealand.intersects(BBox(west: -180, south: -41, east: -179, north: -40)))
        #expect(!newZealand.intersects(BBox(west: -100, south: -41, east: 100, north: -40)))
        #expect(abs(newZealand.width - 29.4) < 1e-9)
    }

    @Test func joinsAcrossTheAntimeridian() {
        let fiji = BBox(west: 177, south: -19, east: -178, north: -16)
        let west = BBox(west: 170, south: -18, east: 171, north: -17)
        #expect(fiji.union(west) == BBox(west: 170, south: -19, east: -178, north: -16))
        #expect(west.union(fiji) == fiji.union(west))
    }
}
