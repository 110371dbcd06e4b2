import Core
import Testing

@testable import Raster

struct ColormapTests {
    /// matplotlib 3.10: entries 0, 64, 128, 192, 255. Those with few stops may be off by a few steps in between.
    @Test(arguments: [
        ("viridis", ["440154", "3b528b", "21918c", "5ec962", "fde725"]), ("magma", ["000004", "51127c", "b73779", "fc8961", "fcfdbf"]),
        ("turbo", ["30123b", "28bbec", "a4fc3c", "fb7e21", "7a0403"]), ("RdYlGn", ["a50026", "f98e52", "feffbe", "84ca66", "006837"]),
        ("Greys", ["ffffff", "d9d9d9", "959595", "525252", "000000"]), ("Jet", ["000080", "0080ff", "7dff7a", "ff9400", "800000"]),
        ("terrain", ["333399", "01cc66", "fefe98", "805e56", "ffffff"]),
    ])
    func followsThePublishedCurve(_ name: String, _ wanted: [String]) throws {
        let map = try #require(Colormap.named(name))
        #expect(map.entries.count == 256)
        for (i, hex) in zip([0, 64, 128, 192, 255], wanted) {
            let (a, b) = (map.entries[i], try #require(RGBA(hex: hex)))
            for (x, y) in [(a.red, b.red), (a.green, b.green), (a.blue, b.blue)] { #expect(abs(Int(x) - Int(y)) <= 6, "\(name)[\(i)]: \(a.hex)") }
        }
    }

    @Test func namesIgnoreCaseAndReverse() throws {
        #expect(Colormap.names.count >= 30 && Colormap.names.contains("spectral") && Colormap.names == Colormap.names.sorted())
        for name in Colormap.names {
            let map = try #require(Colormap.named(name))
            #expect(map.entries.count == 256 && map.name == name)
            #expect(Colormap.named(name.uppercased() + "_R")?.entries == map.entries.reversed())
            #expect(map.reversed.reversed == map)
        }
        #expect(Colormap.named("nope") == nil && Colormap.named("_r") == nil && Colormap.named("") == nil)
    }

    @Test func stopsInterpolate() throws {
        let map = try Colormap(stops: [(1, RGBA(0, 0, 255, 0)), (0, RGBA(255, 0, 0)), (0.2, RGBA(255, 0, 0))])
        #expect(map.entries[0] == RGBA(255, 0, 0) && map.entries[51] == RGBA(255, 0, 0) && map.entries[255] == RGBA(0, 0, 255, 0))
        #expect(map.entries[204] == RGBA(64, 0, 191, 64))
        #expect(throws: RasterError.self) { try Colormap(stops: []) }
        #expect(throws: RasterError.self) { try Colormap(stops: [(.nan, RGBA(1, 2, 3))]) }
    }

    @Test func hexColoursBothWays() {
        #expect(RGBA(hex: "#0aF")?.hex == "#00aaff" && RGBA(hex: "01020304")?.hex == "#01020304")
        for bad in ["", "#", "12345", "#gg0000", "#1234567", "#１２３"] { #expect(RGBA(hex: bad) == nil, "\(bad)") }
    }

    @Test func legends() throws {
        let bar = try PNGReader(Legend.png(.viridis, width: 256, height: 4))
        #expect(bar.width == 256 && bar.height == 4 && Array(bar.pixels[..<256]) == (0...255).map(UInt8.init))
        let upright = try PNGReader(Legend.png(.viridis, width: 2, height: 256))
        #expect(upright.pixels.first == 255 && upright.pixels.last == 0)
        #expect(throws: RasterError.self) { try Legend.png(.viridis, width: 0, height: 5) }
        let svg = Legend.svg(.viridis, range: -0.2...1, title: "a < b & \"c\"", unit: "m/s")
        #expect(svg.contains("a &lt; b &amp; &quot;c&quot; (m/s)") && svg.contains(">-0.2<") && svg.contains(">0.4<") && svg.contains(">1<"))
        let classes = CategoryStyle.palette(for: [(1, "Water"), (2, "Forest")])
        #expect(try PNGReader(Legend.png(classes)).height == 40)
        #expect(Legend.svg(classes).contains(">Forest</text>"))
        let json = Legend.json(.singleBand(.viridis, range: 0...2), title: "t", unit: "m")
        #expect(json["range"]?.numbers == [0, 2] && json["colormap"] == "viridis" && json["stops"]?.arrayValue?.count == 17)
        #expect(json["stops"]?[16]?["color"] == "#fbe723" || json["stops"]?[16]?["color"] == "#fde725")
        #expect(Legend.json(.categorical(classes))["classes"]?[1]?["label"] == "Forest")
    }

    @Test(arguments: [
        (0.0, "0"), (0.25, "0.25"), (1.0 / 3, "0.3333"), (-1234.56, "-1235"), (0.1 + 0.2, "0.3"), (250, "250"), (1e-12, "1e-12"), (2.5e12, "2500000000000.0"),
    ])
    func labelsAreShort(_ value: Double, _ text: String) { #expect(Legend.label(value) == text) }
}
