import CCompression
import CImage
import Testing

@testable import Raster

struct RenderTests {
    static let ramp: Plane = {
        var plane = Plane(width: 40, height: 30, repeating: 0)
        for i in plane.values.indices { plane.values[i] = i % 7 == 3 ? .nan : Float(i) / 600 - 1 }
        return plane
    }()

    @Test func singleBandIsAPalettePNG() throws {
        let png = try PNGReader(Renderer.render([Self.ramp], style: .singleBand(.viridis, range: -0.5...0.5), format: .png))
        #expect(png.width == 40 && png.height == 30 && png.colorType == 3)
        #expect(png.palette.count == 256 && png.transparency == [0])
        for (i, value) in Self.ramp.values.enumerated() {
            guard !value.isNaN else { #expect(png.pixels[i] == 0); continue }
            let wanted = 1 + ((min(0.5, max(-0.5, Double(value))) + 0.5) * 254)
            #expect(png.pixels[i] > 0 && abs(Double(png.pixels[i]) - wanted) <= 0.5001)
        }
        #expect(png.palette[1] == [68, 1, 84] && png.palette[255] == [253, 231, 37])
    }

    @Test func infinitiesTakeTheEndsAndNaNIsTransparent() throws {
        let plane = try Plane(width: 5, height: 1, values: [-.infinity, .infinity, .nan, -.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        let png = try PNGReader(Renderer.render([plane], style: .singleBand(.viridis, range: 0...1), format: .png))
        #expect(png.pixels == [1, 255, 0, 1, 255])
    }

    @Test func compositesAreRGBWhereFullAndRGBAWhereNot() throws {
        let full = Plane(width: 9, height: 4, repeating: 0.25)
        let style = RasterStyle.rgb(ranges: [0...1, 0...0.5, 0...0.25])
        let rgb = try PNGReader(Renderer.render([full, full, full], style: style, format: .png))
        #expect(rgb.colorType == 2)
        #expect(Array(rgb.pixels.prefix(6)) == [64, 128, 255, 64, 128, 255])
        var holed = full
        holed.values[7] = .nan
        let rgba = try PNGReader(Renderer.render([full, holed, full], style: style, format: .png))
        #expect(rgba.colorType == 6)
        #expect(Array(rgba.pixels[24..<36]) == [64, 128, 255, 255, 0, 0, 0, 0, 64, 128, 255, 255])
        let bright = try PNGReader(Renderer.render([full, full, full], style: .rgb(ranges: [0...1, 0...1, 0...1], gamma: 2), format: .png))
        // 255 · (64/255)^(1/2)
        #expect(bright.pixels[0] == 128)
    }

    @Test func classesHaveTheirColours() throws {
        let plane = try Plane(width: 5, height: 1, values: [1, 2, 7, .nan, 1])
        let classes = [CategoryStyle(value: 1, color: RGBA(1, 2, 3), label: "a"), CategoryStyle(value: 2, color: RGBA(9, 8, 7), label: "b")]
        let png = try PNGReader(Renderer.render([plane], style: .categorical(classes), format: .png))
        #expect(png.pixels == [1, 2, 0, 0, 1] && png.palette == [[0, 0, 0], [1, 2, 3], [9, 8, 7]] && png.transparency == [0])
        let many = (0..<300).map { CategoryStyle(value: Double($0), color: RGBA(UInt8($0 / 2), 5, 6), label: "\($0)") }
        #expect(try Renderer.rgba([plane], style: .categorical(many)) == [0, 5, 6, 255, 1, 5, 6, 255, 3, 5, 6, 255, 0, 0, 0, 0, 0, 5, 6, 255])
    }

    @Test func largeAndNoisyImagesSurvive() throws {
        var state: UInt32 = 7
        var noise = Plane(width: 257, height: 301)
        for i in noise.values.indices {
            state = state &* 1_664_525 &+ 1_013_904_223
            noise.values[i] = Float(state >> 24)
        }
        // Incompressible bytes are the worst case for the size of the output.
        let png = try PNGReader(Renderer.render([noise], style: .singleBand(.viridis, range: 0...255), format: .png))
        #expect(png.pixels.count == 257 * 301)
        for (i, value) in noise.values.enumerated() { #expect(abs(Float(png.pixels[i]) - 1 - value * 254 / 255) <= 0.51) }
        let one = try PNGReader(Renderer.transparent(width: 1, height: 1, format: .png))
        #expect(one.pixels == [0] && one.transparency == [0])
    }

    @Test func fallbackCompressorWritesTheSame() throws {
        let bytes = [UInt8]((0..<70_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 1000) })
        let a = try bytes.withUnsafeBytes { try #require(ZlibDeflate.isal($0)) }
        let b = try bytes.withUnsafeBytes { try ZlibDeflate.libdeflate($0) }
        #expect(try PNGReader.zlib(a) == bytes)
        #expect(try PNGReader.zlib(b) == bytes)
        #expect(a.count < bytes.count)
    }

    @Test func webPIsWithoutLoss() throws {
        let style = RasterStyle.singleBand(.viridis, range: -1...1)
        let wanted = try Renderer.rgba([Self.ramp], style: style)
        let webp = try Renderer.render([Self.ramp], style: style, format: .webp)
        var (width, height): (Int32, Int32) = (0, 0)
        let decoded = try #require(WebPDecodeRGBA(webp, webp.count, &width, &height))
        defer { WebPFree(decoded) }
        #expect(width == 40 && height == 30)
        for i in 0..<1200 {
            #expect(decoded[4 * i + 3] == wanted[4 * i + 3])
            if wanted[4 * i + 3] == 255 { #expect((0..<3).allSatisfy { decoded[4 * i + $0] == wanted[4 * i + $0] }) }
        }
    }

    @Test func jpegIsWhiteWhereTransparent() throws {
        let jpeg = try Renderer.transparent(width: 16, height: 8, format: .jpeg)
        #expect(jpeg.starts(with: [0xFF, 0xD8, 0xFF]) && jpeg.suffix(2) == [0xFF, 0xD9])
        let image = PixelImage(width: 2, height: 1, content: .rgba([10, 20, 30, 0, 10, 20, 30, 255]))
        #expect(image.rgbOverWhite == [255, 255, 255, 10, 20, 30])
    }

    @Test func impossibleStylesAreErrors() throws {
        let plane = Self.ramp
        for style in [
            RasterStyle.singleBand(.viridis, range: 1...1), .singleBand(.viridis, range: 0 ... .infinity), .rgb(ranges: [0...1, 0...1, 0...1]),
        ] {
            #expect { try Renderer.render([plane], style: style, format: .png) } throws: { ($0 as? RasterError)?.code == .invalidStyle }
        }
        #expect(throws: RasterError.self) { try Renderer.render([plane, plane, plane], style: .rgb(ranges: [0...1], gamma: 1), format: .png) }
        #expect(throws: RasterError.self) { try Renderer.render([plane, plane, plane], style: .rgb(ranges: [0...1, 0...1, 0...1], gamma: 0), format: .png) }
        #expect { try Renderer.render([plane, plane, Plane(width: 1, height: 1)], style: .rgb(ranges: [0...1, 0...1, 0...1]), format: .png) } throws: {
            ($0 as? RasterError)?.code == .sizeMismatch
        }
        for format in ImageFormat.allCases {
            #expect(throws: RasterError.self) { try Renderer.render([Plane(width: 0, height: 0)], style: .singleBand(.viridis, range: 0...1), format: format) }
            #expect(throws: RasterError.self) { try Renderer.transparent(width: 0, height: 4, format: format) }
            #expect(throws: RasterError.self) { try Renderer.encode(rgba: [1, 2, 3], width: 1, height: 1, format: format) }
        }
    }
}
