import Core

/// The legend of a layer: as an image for viewers that show one, as SVG with labels, as JSON for those that draw their own.
public enum Legend {
    static let maximumSide = 4096

    /// A bar of the colormap, left to right or, where higher than wide, bottom to top.
    ///
    /// - Throws: `RasterError.invalidStyle` unless both sides have 1 to 4096 pixels.
    public static func png(_ colormap: Colormap, width: Int = 256, height: Int = 24) throws(RasterError) -> [UInt8] {
        guard (1...maximumSide).contains(width), (1...maximumSide).contains(height) else {
            throw RasterError(.invalidStyle, "a legend has 1 to \(maximumSide) pixels along each side")
        }
        let upright = height > width
        var indexes = [UInt8](repeating: 0, count: width * height)
        for row in 0..<height {
            for column in 0..<width {
                let (at, length) = upright ? (height - 1 - row, height) : (column, width)
                indexes[row * width + column] = UInt8(length > 1 ? (at * 255 + (length - 1) / 2) / (length - 1) : 0)
            }
        }
        return try PNGEncoder.encode(PixelImage(width: width, height: height, content: .indexed(indexes, palette: colormap.entries)))
    }

    /// Boxes of colour, one below the other, for classes.
    public static func png(_ classes: [CategoryStyle], width: Int = 24, rowHeight: Int = 20) throws(RasterError) -> [UInt8] {
        guard (1...255).contains(classes.count), (1...maximumSide).contains(width), (1...64).contains(rowHeight) else {
            throw RasterError(.invalidStyle, "a legend of classes has 1 to 255 of them and 1 to \(maximumSide) pixels across")
        }
        let indexes = (0..<(classes.count * rowHeight * width)).map { UInt8($0 / width / rowHeight) }
        let image = PixelImage(width: width, height: classes.count * rowHeight, content: .indexed(indexes, palette: classes.map(\.color)))
        return try PNGEncoder.encode(image)
    }

    /// The bar with its values below.
    public static func svg(_ colormap: Colormap, range: ClosedRange<Double>, title: String = "", unit: String? = nil, width: Int = 280, ticks: Int = 5)
        -> String
    {
        let width = min(maximumSide, max(60, width))
        let bar = width - 40
        var svg = open(width: width, height: 58)
        svg += "<title>\(escaped(title.isEmpty ? "Legend" : title))</title><defs><linearGradient id=\"c\">"
        for step in 0...16 {
            svg += "<stop offset=\"\(Double(step) / 16)\" stop-color=\"\(colormap.entries[min(255, step * 16)].hex)\"/>"
        }
        let heading = unit.map { "\(title) (\($0))" } ?? title
        svg += "</linearGradient></defs><text x=\"20\" y=\"13\">\(escaped(heading))</text>"
        svg += "<rect x=\"20\" y=\"19\" width=\"\(bar)\" height=\"14\" fill=\"url(#c)\" stroke=\"#888\" stroke-width=\"0.5\"/>"
        for value in tickValues(range, ticks) {
            let share = (value - range.lowerBound) / max(.leastNonzeroMagnitude, range.upperBound - range.lowerBound)
            let x = 20 + (share * Double(bar)).rounded()
            svg += "<line x1=\"\(x)\" y1=\"33\" x2=\"\(x)\" y2=\"37\" stroke=\"#444\"/>"
            svg += "<text x=\"\(x)\" y=\"50\" text-anchor=\"middle\">\(label(value))</text>"
        }
        return svg + "</svg>"
    }

    public static func svg(_ classes: [CategoryStyle], title: String = "", width: Int = 280) -> String {
        let top = title.isEmpty ? 4 : 22
        var svg = open(width: min(maximumSide, max(60, width)), height: top + classes.count * 20 + 4)
        svg += "<title>\(escaped(title.isEmpty ? "Legend" : title))</title>"
        if !title.isEmpty { svg += "<text x=\"6\" y=\"14\">\(escaped(title))</text>" }
        for (i, entry) in classes.enumerated() {
            let y = top + i * 20
            svg += "<rect x=\"6\" y=\"\(y)\" width=\"22\" height=\"15\" fill=\"\(entry.color.hex)\" stroke=\"#888\" stroke-width=\"0.5\"/>"
            svg += "<text x=\"36\" y=\"\(y + 12)\">\(escaped(entry.label))</text>"
        }
        return svg + "</svg>"
    }

    /// `{"type": "gradient", "colormap", "range", "unit"?, "stops": [{"value", "color"}]}` with 17 stops, or
    /// `{"type": "classes", "classes": [{"value", "label", "color"}]}`, or the three ranges of a composite.
    public static func json(_ style: RasterStyle, title: String = "", unit: String? = nil) -> JSON {
        var object = JSONObject([("title", .string(title))])
        switch style {
        case .singleBand(let colormap, let range):
            object["type"] = "gradient"
            object["colormap"] = .string(colormap.name)
            object["range"] = JSON([range.lowerBound, range.upperBound])
            if let unit { object["unit"] = .string(unit) }
            object["stops"] = .array(
                (0...16).map { step in
                    let value = range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / 16
                    return .object(["value": JSON(value), "color": .string(colormap.entries[min(255, step * 16)].hex)])
                })
        case .categorical(let classes):
            object["type"] = "classes"
            object["classes"] = .array(
                classes.map {
                    .object(["value": JSON($0.value), "label": .string($0.label), "color": .string($0.color.hex)])
                })
        case .rgb(let ranges, let gamma):
            object["type"] = "composite"
            object["ranges"] = .array(ranges.map { JSON([$0.lowerBound, $0.upperBound]) })
            object["gamma"] = JSON(gamma)
        }
        return .object(object)
    }
}

extension Legend {
    private static func open(width: Int, height: Int) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
            + "font-family=\"system-ui, sans-serif\" font-size=\"11\" fill=\"#222\">"
    }

    private static func tickValues(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
        let count = min(20, max(2, count))
        return (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1) }
    }

    /// Four significant digits, no trailing zeros.
    static func label(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        var unit = 1.0
        var size = abs(value)
        guard size >= 1e-4, size < 1e9 else { return "\(value)" }
        while size < 1000 { size *= 10; unit *= 10 }
        let rounded = (value * unit).rounded() / unit
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// Text for XML; control characters, which XML cannot hold, become blanks.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
