/// A colour with straight (not premultiplied) alpha.
public struct RGBA: Hashable, Sendable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8
    public var alpha: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, _ alpha: UInt8 = 255) {
        (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
    }

    public static let transparent = RGBA(0, 0, 0, 0)

    /// `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`, with or without `#`.
    public init?(hex: String) {
        var digits: [UInt8] = []
        for character in hex.hasPrefix("#") ? hex.dropFirst() : Substring(hex) {
            guard let value = character.hexDigitValue, character.isASCII else { return nil }
            digits.append(UInt8(value))
        }
        if digits.count == 3 || digits.count == 4 { digits = digits.flatMap { [$0, $0] } }
        guard digits.count == 6 || digits.count == 8 else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        self.init(bytes[0], bytes[1], bytes[2], bytes.count == 4 ? bytes[3] : 255)
    }

    /// `#rrggbb`, with `aa` where not opaque.
    public var hex: String {
        let digits = Array("0123456789abcdef")
        let bytes = alpha == 255 ? [red, green, blue] : [red, green, blue, alpha]
        return "#" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

/// 256 colours over a range of values.
public struct Colormap: Hashable, Sendable {
    /// The name it was asked for by, lower case; empty for one of one's own.
    public let name: String
    /// Always 256.
    public let entries: [RGBA]

    /// Colours at positions from 0 to 1, interpolated in between; positions in any order, the outermost extend to the ends.
    ///
    /// - Throws: `RasterError.invalidStyle` without stops or with a position that is not a number.
    public init(stops: [(position: Double, color: RGBA)]) throws(RasterError) {
        guard !stops.isEmpty, stops.allSatisfy({ $0.position.isFinite }) else {
            throw RasterError(.invalidStyle, "a colormap has at least one colour, each at a finite position")
        }
        self.init(name: "", sorted: stops.sorted { $0.position < $1.position })
    }

    init(name: String, sorted stops: [(position: Double, color: RGBA)]) {
        self.name = name
        entries = (0..<256).map { Colormap.color(at: Double($0) / 255, in: stops) }
    }

    private init(name: String, entries: [RGBA]) {
        self.name = name
        self.entries = entries
    }

    public var reversed: Colormap {
        Colormap(name: name.hasSuffix("_r") ? String(name.dropLast(2)) : name + "_r", entries: entries.reversed())
    }

    private static func color(at t: Double, in stops: [(position: Double, color: RGBA)]) -> RGBA {
        guard let first = stops.first, let last = stops.last else { return .transparent }
        guard t > first.position else { return first.color }
        guard t < last.position else { return last.color }
        let upper = stops.firstIndex { $0.position >= t } ?? stops.count - 1
        let (a, b) = (stops[max(0, upper - 1)], stops[upper])
        let span = b.position - a.position
        let share = span > 0 ? (t - a.position) / span : 1
        func mix(_ x: UInt8, _ y: UInt8) -> UInt8 { UInt8((Double(x) + (Double(y) - Double(x)) * share).rounded()) }
        return RGBA(
            mix(a.color.red, b.color.red), mix(a.color.green, b.color.green), mix(a.color.blue, b.color.blue),
            mix(a.color.alpha, b.color.alpha))
    }
}

extension Colormap {
    /// Names of all colormaps, sorted; each also exists reversed, as `name_r`.
    public static let names: [String] = table.keys.sorted()

    /// The colormap of a name in any case, `_r` at the end reverses it; nil for an unknown name.
    public static func named(_ name: String) -> Colormap? {
        let key = name.lowercased()
        if let map = table[key] { return map }
        guard key.hasSuffix("_r") else { return nil }
        return table[String(key.dropLast(2))]?.reversed
    }

    /// What is used where nothing else is said.
    public static let viridis = table["viridis"] ?? Colormap(name: "viridis", sorted: [(0, RGBA(68, 1, 84)), (1, RGBA(253, 231, 37))])

    /// Built once, on first use.
    private static let table: [String: Colormap] = {
        var table: [String: Colormap] = [:]
        for (name, colors) in evenStops {
            let parsed = colors.split(separator: " ").compactMap { RGBA(hex: String($0)) }
            let stops = parsed.enumerated().map { (position: Double($0.offset) / Double(max(1, parsed.count - 1)), color: $0.element) }
            table[name] = Colormap(name: name, sorted: stops)
        }
        for (name, stops) in unevenStops {
            table[name] = Colormap(name: name, sorted: stops.compactMap { stop in RGBA(hex: stop.1).map { (stop.0, $0) } })
        }
        return table
    }()
}
