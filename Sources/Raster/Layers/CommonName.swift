/// Common names of spectral bands (STAC electro-optical extension, table "Common Band Names").
public enum CommonName {
    /// All names of the extension, with the wavelengths (µm) they stand for.
    public static let all: [(name: String, range: ClosedRange<Double>)] = [
        ("coastal", 0.40...0.45), ("blue", 0.45...0.53), ("green", 0.51...0.60), ("green05", 0.51...0.55), ("pan", 0.40...1.00),
        ("yellow", 0.58...0.62), ("red", 0.62...0.69), ("rededge", 0.69...0.79), ("rededge071", 0.69...0.73),
        ("rededge075", 0.73...0.76), ("rededge078", 0.76...0.79), ("nir", 0.76...1.00), ("nir08", 0.80...0.90),
        ("nir09", 0.90...1.00), ("cirrus", 1.35...1.40), ("swir16", 1.55...1.75), ("swir22", 2.08...2.35), ("lwir", 10.5...12.5),
        ("lwir11", 10.5...11.5), ("lwir12", 11.5...12.5),
    ]

    /// The sensor a band name without context belongs to.
    public enum Sensor: String, Hashable, Sendable {
        case sentinel2, landsatTM, landsatETM, landsatOLI

        /// Reads what STAC, CF and product names call platforms and instruments: `sentinel-2b`, `LANDSAT_8`, `S2MSI2A`, `LC09_…`, `oli`.
        public init?(hint: String) {
            let text = String(decoding: hint.lowercased().utf8.filter { $0 != 0x2D && $0 != 0x5F && $0 != 0x20 }, as: UTF8.self)
            let table: [(Sensor, [String])] = [
                (.sentinel2, ["sentinel2", "s2a", "s2b", "s2c", "s2msi", "s2l1c", "s2l2a", "msil1c", "msil2a"]),
                (.landsatOLI, ["landsat8", "landsat9", "landsatoli", "lc08", "lc09", "lc8", "lc9", "oli", "l30"]),
                (.landsatETM, ["landsat7", "le07", "le7", "etm"]),
                (.landsatTM, ["landsat4", "landsat5", "lt04", "lt05", "lt4", "lt5", "thematicmapper"]),
            ]
            for (sensor, words) in table where words.contains(where: { text.contains($0) }) { self = sensor; return }
            guard text == "s2" || text == "msi" || text == "tm" else { return nil }
            self = text == "tm" ? .landsatTM : .sentinel2
        }

        /// Reads what the names of all bands of a product say together: a number with a leading zero, or `B8A`, is Sentinel-2's.
        public init?(siblings names: [String]) {
            let isSentinel = names.contains { name in
                let text = Array(name.lowercased().utf8)
                guard text.count == 3, text[0] == UInt8(ascii: "b") else { return false }
                return name.lowercased() == "b8a" || (text[1] == UInt8(ascii: "0") && (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(text[2]))
            }
            guard isSentinel else { return nil }
            self = .sentinel2
        }
    }

    /// What may stand in for a band, itself first.
    public static func substitutes(for name: String) -> [String] {
        switch name {
        case "nir": ["nir", "nir08"]
        case "nir08": ["nir08", "nir"]
        case "rededge": ["rededge", "rededge071"]
        case "rededge071": ["rededge071", "rededge"]
        case "green": ["green", "green05"]
        default: [name]
        }
    }

    /// The common name of a band, from its own name first, then from its wavelength.
    ///
    /// - Parameters:
    ///   - bandName: as in the store: `B04`, `B8A`, `SR_B5`, `red`, `NIR`, `band_4_reflectance`, …
    ///   - centerWavelength: in µm, or nm where above 100.
    ///   - sensorHint: platform, instrument, constellation or product name. Landsat's numbers mean nothing without it; numbers
    ///     with a leading zero or `B8A` are taken for Sentinel-2's.
    public static func infer(bandName: String, centerWavelength: Double? = nil, sensorHint: String? = nil) -> String? {
        let words = CommonName.words(of: bandName)
        if let plain = plain(words) { return plain }
        let sensor = sensorHint.flatMap { Sensor(hint: $0) } ?? Sensor(hint: bandName)
        if let byNumber = numbered(words, sensor: sensor) { return byNumber }
        return centerWavelength.flatMap { infer(centerWavelength: $0) }
    }

    /// The common name of a wavelength in µm (or nm where above 100).
    public static func infer(centerWavelength: Double) -> String? {
        guard centerWavelength.isFinite, centerWavelength > 0 else { return nil }
        let µm = centerWavelength > 100 ? centerWavelength / 1000 : centerWavelength
        // The ranges of the extension overlap; these do not. Edges lie between the bands of the usual sensors.
        let table: [(ClosedRange<Double>, String)] = [
            (0.40...0.4549, "coastal"), (0.455...0.5149, "blue"), (0.515...0.5849, "green"), (0.585...0.6249, "yellow"),
            (0.625...0.6899, "red"), (0.69...0.7249, "rededge071"), (0.725...0.7599, "rededge075"), (0.76...0.7999, "rededge078"),
            (0.80...0.8449, "nir"), (0.845...0.8999, "nir08"), (0.90...1.0, "nir09"), (1.35...1.41, "cirrus"),
            (1.5...1.8, "swir16"), (2.0...2.4, "swir22"), (10.0...11.4999, "lwir11"), (11.5...12.6, "lwir12"),
        ]
        return table.first { $0.0.contains(µm) }?.1
    }
}

extension CommonName {
    /// The parts of a name between `_ - . :` and blanks, lower case.
    private static func words(of name: String) -> [String] {
        name.lowercased().split { "_-.: /".contains($0) }.map(String.init)
    }

    private static let aliases: [String: String] = [
        "r": "red", "g": "green", "b": "blue", "nir": "nir", "n": "nir", "swir1": "swir16", "swir2": "swir22", "nir1": "nir",
        "nir2": "nir08", "narrownir": "nir08", "nirnarrow": "nir08", "rededge1": "rededge071", "rededge2": "rededge075",
        "rededge3": "rededge078", "re1": "rededge071", "re2": "rededge075", "re3": "rededge078", "aerosol": "coastal",
        "ultrablue": "coastal", "panchromatic": "pan", "tir1": "lwir11", "tir2": "lwir12", "tirs1": "lwir11", "tirs2": "lwir12",
        "watervapour": "nir09", "watervapor": "nir09", "swir11": "swir16",
    ]

    private static func plain(_ words: [String]) -> String? {
        let names = Set(all.map(\.name))
        let joined = words.joined()
        if names.contains(joined) { return joined }
        if let alias = aliases[joined] { return alias }
        // `surface_reflectance_red`, `red_mean`: exactly one word that is a name.
        let found = words.filter { names.contains($0) || ($0.count > 1 && aliases[$0] != nil) }
        guard found.count == 1, let word = found.first else { return nil }
        return aliases[word] ?? word
    }

    private static let sentinel2: [String: String] = [
        "1": "coastal", "2": "blue", "3": "green", "4": "red", "5": "rededge071", "6": "rededge075", "7": "rededge078", "8": "nir",
        "8a": "nir08", "9": "nir09", "10": "cirrus", "11": "swir16", "12": "swir22",
    ]
    private static let landsatOLI: [String: String] = [
        "1": "coastal", "2": "blue", "3": "green", "4": "red", "5": "nir08", "6": "swir16", "7": "swir22", "8": "pan", "9": "cirrus",
        "10": "lwir11", "11": "lwir12",
    ]
    private static let landsatTM: [String: String] = [
        "1": "blue", "2": "green", "3": "red", "4": "nir08", "5": "swir16", "6": "lwir", "7": "swir22",
    ]

    private static func numbered(_ words: [String], sensor: Sensor?) -> String? {
        guard let (number, padded) = number(words) else { return nil }
        switch sensor {
        case .sentinel2: return sentinel2[number]
        case .landsatOLI: return landsatOLI[number]
        case .landsatETM: return number == "8" ? "pan" : landsatTM[number]
        case .landsatTM: return landsatTM[number]
        case nil: return padded || number == "8a" ? sentinel2[number] : nil
        }
    }

    /// `b04`, `b8a`, `band5`, `band 5`: the number without leading zeros, and whether it had one.
    private static func number(_ words: [String]) -> (number: String, padded: Bool)? {
        for (i, word) in words.enumerated() {
            var rest = Substring(word)
            if rest.hasPrefix("band") { rest = rest.dropFirst(4) } else if rest.hasPrefix("b") { rest = rest.dropFirst(1) } else { continue }
            if rest.isEmpty, i + 1 < words.count { rest = Substring(words[i + 1]) }
            let padded = rest.hasPrefix("0")
            let number = rest.drop { $0 == "0" }
            let digits = number.hasSuffix("a") ? number.dropLast() : number
            guard (1...2).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
            return (String(number), padded)
        }
        return nil
    }
}
