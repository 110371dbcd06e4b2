import Core

/// Classes of a categorical array: `flag_values`, `flag_meanings`, `flag_colors` (CF 1.11, section 3.5).
enum CFFlags {
    static func categories(_ attributes: JSONObject) -> [Band.Category] {
        guard let flags = attributes["flag_values"] else { return [] }
        let values = flags.numbers ?? flags.stringValue?.split { $0 == "," || $0 == " " }.compactMap { Double($0) } ?? []
        let meanings = words(attributes["flag_meanings"])
        let colors = words(attributes["flag_colors"])
        return values.enumerated().compactMap { i, value in
            guard let number = Int(exactly: value) else { return nil }
            let label = i < meanings.count ? meanings[i].replacing("_", with: " ") : String(number)
            return Band.Category(value: number, label: label, color: i < colors.count ? hex(colors[i]) : nil)
        }
    }

    private static func words(_ json: JSON?) -> [String] {
        if let list = json?.arrayValue { return list.compactMap(\.stringValue) }
        return json?.stringValue?.split(separator: " ").map(String.init) ?? []
    }

    private static func hex(_ text: String) -> String? {
        text.hasPrefix("#") && text.utf8.count == 7 && text.dropFirst().allSatisfy(\.isHexDigit) ? text : nil
    }

    /// Names that mean classes although no attribute lists them.
    static func isCategorical(_ attributes: JSONObject, name: String, type: DataType) -> Bool {
        guard !type.isFloatingPoint, attributes["scale_factor"] == nil else { return false }
        if attributes["flag_masks"] != nil || attributes["flag_meanings"] != nil { return true }
        let known: Set<String> = [
            "scl", "lulc", "landcover", "land_cover", "lccs_class", "qa", "qa_pixel", "pixel_qa", "cloud_mask", "mask", "clm", "fmask",
            "classification", "class", "classes", "crop_type", "croptype", "esa_worldcover", "worldcover",
        ]
        return known.contains(name.lowercased())
    }

    /// In micrometres.
    static func wavelength(_ attributes: JSONObject) -> Double? {
        for (key, factor) in [("wavelength_nm", 0.001), ("central_wavelength_nm", 0.001), ("wavelength_um", 1.0)] {
            if let value = attributes[key]?.doubleValue, value > 0 { return value * factor }
        }
        for key in ["center_wavelength", "central_wavelength", "radiation_wavelength", "wavelength"] {
            guard let value = attributes[key]?.doubleValue, value > 0 else { continue }
            let unit = (attributes[key + "_unit"] ?? attributes[key + "_units"])?.stringValue?.lowercased() ?? ""
            return unit.hasPrefix("n") || (unit.isEmpty && value > 100) ? value / 1000 : value
        }
        return nil
    }
}
