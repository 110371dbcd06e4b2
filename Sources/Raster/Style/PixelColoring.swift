#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The loops that turn values into bytes.
enum PixelColoring {
    /// Adding 2²³ to a Float of 0…255 leaves the rounded whole number in its lowest bits: rounding and conversion without a
    /// branch, so that the loop is vectorised.
    private static let magic: Float = 8_388_608

    /// Scale and offset that take a range to 0…`top`, in Double so that a narrow range far from zero keeps its ends.
    private static func line(_ range: ClosedRange<Double>, top: Double) -> (scale: Float, low: Float) {
        (Float(top / (range.upperBound - range.lowerBound)), Float(range.lowerBound))
    }

    /// 0 for NaN, 1…255 across the range.
    static func indexes(_ values: [Float], range: ClosedRange<Double>) -> [UInt8] {
        let (scale, low) = line(range, top: 254)
        return [UInt8](unsafeUninitializedCapacity: values.count) { out, count in
            values.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = out.baseAddress else { return }
                for i in 0..<source.count {
                    let value = from[i]
                    let t = (value - low) * scale
                    // Comparisons that NaN fails: it falls to 0 here and is masked below.
                    let clamped = t > 0 ? (t < 254 ? t : 254) : 0
                    let index = (clamped + magic).bitPattern &+ 1
                    to[i] = UInt8(truncatingIfNeeded: value == value ? index : 0)
                }
            }
            count = values.count
        }
    }

    /// Entry 0 transparent, then 255 colours of the map.
    static func palette(_ colormap: Colormap) -> [RGBA] {
        [.transparent] + (0..<255).map { colormap.entries[min(255, ($0 * 255 + 127) / 254)] }
    }

    static func composite(_ planes: [[Float]], ranges: [ClosedRange<Double>], gamma: Double) -> PixelImage.Content {
        let count = planes[0].count
        var transparent: UInt8 = 0
        var bytes = [UInt8](repeating: 0, count: count * 4)
        bytes.withUnsafeMutableBufferPointer { out in
            guard let to = out.baseAddress else { return }
            for i in 0..<count { to[4 * i + 3] = 255 }
            for (k, values) in planes.enumerated() { channel(values, ranges[k], to, k) }
            if gamma != 1 { applyGamma(gamma, to, count) }
            for i in 0..<count where to[4 * i + 3] == 0 {
                (to[4 * i], to[4 * i + 1], to[4 * i + 2]) = (0, 0, 0)
                transparent = 1
            }
        }
        return transparent == 0 ? .rgb(PixelColoring.withoutAlpha(bytes)) : .rgba(bytes)
    }

    /// Writes one channel and clears the alpha of pixels without a value.
    private static func channel(_ values: [Float], _ range: ClosedRange<Double>, _ to: UnsafeMutablePointer<UInt8>, _ k: Int) {
        let (scale, low) = line(range, top: 255)
        values.withUnsafeBufferPointer { source in
            for i in 0..<source.count {
                let value = source[i]
                let t = (value - low) * scale
                let clamped = t > 0 ? (t < 255 ? t : 255) : 0
                to[4 * i + k] = UInt8(truncatingIfNeeded: (clamped + magic).bitPattern)
                to[4 * i + 3] &= value == value ? 255 : 0
            }
        }
    }

    private static func applyGamma(_ gamma: Double, _ to: UnsafeMutablePointer<UInt8>, _ count: Int) {
        let table = (0..<256).map { UInt8((pow(Double($0) / 255, 1 / gamma) * 255).rounded()) }
        table.withUnsafeBufferPointer { table in
            for i in 0..<count { for k in 0..<3 { to[4 * i + k] = table[Int(to[4 * i + k])] } }
        }
    }

    private static func withoutAlpha(_ rgba: [UInt8]) -> [UInt8] {
        let count = rgba.count / 4
        return [UInt8](unsafeUninitializedCapacity: count * 3) { out, initialized in
            rgba.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = out.baseAddress else { return }
                for i in 0..<count {
                    to[3 * i] = from[4 * i]
                    to[3 * i + 1] = from[4 * i + 1]
                    to[3 * i + 2] = from[4 * i + 2]
                }
            }
            initialized = count * 3
        }
    }

    /// Palette up to 255 classes, RGBA beyond.
    static func classes(_ values: [Float], _ classes: [CategoryStyle]) -> PixelImage.Content {
        var places: [Float: Int] = [:]
        for (i, entry) in classes.enumerated() where places[Float(entry.value)] == nil { places[Float(entry.value)] = i + 1 }
        let palette = [RGBA.transparent] + classes.map(\.color)
        // Classes come in runs.
        var last = (value: Float.nan, place: 0)
        func place(_ value: Float) -> Int {
            if value == last.value { return last.place }
            last = (value, places[value] ?? 0)
            return last.place
        }
        if palette.count <= 256 { return .indexed(values.map { UInt8(place($0)) }, palette: palette) }
        return .rgba(values.flatMap { value -> [UInt8] in
            let color = palette[place(value)]
            return [color.red, color.green, color.blue, color.alpha]
        })
    }
}
