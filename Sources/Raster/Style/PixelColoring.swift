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
                    let positive = t > 0 ? t : 0
                    let clamped = positive < 254 ? positive : 254
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

    /// Three channels; alpha only where a pixel lacks a value in any of them.
    static func composite(_ planes: [[Float]], ranges: [ClosedRange<Double>], gamma: Double) -> PixelImage.Content {
        var channels = zip(planes, ranges).map { bytes($0, range: $1) }
        if gamma != 1 { channels = channels.map { corrected($0, gamma) } }
        let mask = validity(planes)
        return mask.contains(0) ? .rgba(interleaved(channels, mask)) : .rgb(interleaved(channels))
    }

    /// 0…255 across the range; what NaN becomes does not matter.
    private static func bytes(_ values: [Float], range: ClosedRange<Double>) -> [UInt8] {
        let (scale, low) = line(range, top: 255)
        return [UInt8](unsafeUninitializedCapacity: values.count) { out, count in
            values.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = out.baseAddress else { return }
                for i in 0..<source.count {
                    let t = (from[i] - low) * scale
                    // Two selects in a row are maxps and minps; nested they become branches.
                    let positive = t > 0 ? t : 0
                    let clamped = positive < 255 ? positive : 255
                    to[i] = UInt8(truncatingIfNeeded: (clamped + magic).bitPattern)
                }
            }
            count = values.count
        }
    }

    private static func corrected(_ channel: [UInt8], _ gamma: Double) -> [UInt8] {
        let table = (0..<256).map { UInt8((pow(Double($0) / 255, 1 / gamma) * 255).rounded()) }
        return table.withUnsafeBufferPointer { table in channel.map { table[Int($0)] } }
    }

    /// 255 where every plane has a value, 0 elsewhere.
    private static func validity(_ planes: [[Float]]) -> [UInt8] {
        var mask = [UInt8](repeating: 255, count: planes.first?.count ?? 0)
        mask.withUnsafeMutableBufferPointer { mask in
            for plane in planes {
                plane.withUnsafeBufferPointer { values in
                    for i in 0..<min(values.count, mask.count) { mask[i] &= values[i] == values[i] ? 255 : 0 }
                }
            }
        }
        return mask
    }

    private static func interleaved(_ channels: [[UInt8]]) -> [UInt8] {
        let count = channels[0].count
        return [UInt8](unsafeUninitializedCapacity: count * 3) { out, initialized in
            withBases(channels) { r, g, b in
                guard let to = out.baseAddress else { return }
                for i in 0..<count { (to[3 * i], to[3 * i + 1], to[3 * i + 2]) = (r[i], g[i], b[i]) }
            }
            initialized = count * 3
        }
    }

    private static func interleaved(_ channels: [[UInt8]], _ mask: [UInt8]) -> [UInt8] {
        let count = mask.count
        return [UInt8](unsafeUninitializedCapacity: count * 4) { out, initialized in
            withBases(channels) { r, g, b in
                guard let to = out.baseAddress else { return }
                for i in 0..<count {
                    // Colours under transparent pixels are black: they compress better, and no viewer can bleed them.
                    let m = mask[i]
                    (to[4 * i], to[4 * i + 1], to[4 * i + 2], to[4 * i + 3]) = (r[i] & m, g[i] & m, b[i] & m, m)
                }
            }
            initialized = count * 4
        }
    }

    private static func withBases(_ c: [[UInt8]], _ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>, UnsafePointer<UInt8>) -> Void) {
        c[0].withUnsafeBufferPointer { r in
            c[1].withUnsafeBufferPointer { g in
                c[2].withUnsafeBufferPointer { b in
                    guard let r = r.baseAddress, let g = g.baseAddress, let b = b.baseAddress else { return }
                    body(r, g, b)
                }
            }
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
        return .rgba(
            values.flatMap { value -> [UInt8] in
                let color = palette[place(value)]
                return [color.red, color.green, color.blue, color.alpha]
            })
    }
}
