import Core
import Zarr

/// Which stored values of an array mean "no data" (CF 1.11, section 2.5.1), as xarray writes and reads them.
struct CFMissing: Hashable, Sendable {
    var nodata: Double?
    var others: [Double] = []
    var validRange: ClosedRange<Double>?

    /// - Throws: `CubeError.invalidMetadata` for an attribute that is no number in any known form.
    init(_ metadata: ZarrArrayMetadata, type: DataType, name: String) throws(CubeError) {
        let attributes = metadata.attributes
        var values: [Double] = []
        if let json = attributes["_FillValue"], !json.isNull { values.append(try CFMissing.value(json, type, "_FillValue", name)) }
        if values.isEmpty, let fill = CFMissing.storedFill(metadata, type) { values.append(fill) }
        if let json = attributes["missing_value"], !json.isNull {
            for element in json.arrayValue ?? [json] {
                let value = try CFMissing.value(element, type, "missing_value", name)
                if !values.contains(where: { $0 == value || ($0.isNaN && value.isNaN) }) { values.append(value) }
            }
        }
        // NaN is invalid anyway in floating-point arrays; a number beside it is the more telling nodata.
        nodata = values.first
        others = values.dropFirst().filter { !$0.isNaN }
        validRange = CFMissing.validRange(attributes, type)
    }

    /// In v2 the `fill_value` is the nodata value as xarray writes it. In v3 it only fills what was never written: there the
    /// attribute alone counts, but NaN stays what it is.
    private static func storedFill(_ metadata: ZarrArrayMetadata, _ type: DataType) -> Double? {
        guard !metadata.fillValue.isUndefined, type != .bool, let fill = metadata.fillValue.double(metadata.dataType) else { return nil }
        if metadata.formatVersion == 2 { return isFlags(metadata.attributes) ? nil : fill }
        return type.isFloatingPoint && fill.isNaN ? fill : nil
    }

    /// A mask's 0 is a class, not a hole, unless an attribute says so.
    private static func isFlags(_ attributes: JSONObject) -> Bool {
        attributes["flag_values"] != nil || attributes["flag_masks"] != nil
    }

    /// A number; `NaN` or a number as text; for floats base64 of a little-endian Float64 (xarray in v3).
    static func value(_ json: JSON, _ type: DataType, _ attribute: String, _ name: String) throws(CubeError) -> Double {
        if let number = json.doubleValue { return number }
        if let flag = json.boolValue { return flag ? 1 : 0 }
        if let text = json.stringValue {
            switch text.lowercased() {
            case "nan": return .nan
            case "infinity", "inf": return .infinity
            case "-infinity", "-inf": return -.infinity
            default: break
            }
            if let number = Double(text) { return number }
            if type.isFloatingPoint, let number = base64Double(text) { return number }
        }
        if let first = json.arrayValue?.first { return try value(first, type, attribute, name) }
        throw CubeError(
            .invalidMetadata, "\(attribute) of array '\(name)' is \(CoreError.shorten(json.text, to: 40)), which is no number", subject: name)
    }

    /// Eight bytes, least significant first, in 12 characters of base64.
    static func base64Double(_ text: String) -> Double? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let characters = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        guard text.utf8.count == 12, characters.count == 11 else { return nil }
        var bytes: [UInt8] = []
        var (bits, held): (UInt32, UInt32) = (0, 0)
        for character in characters {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(digit)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> held))
            }
        }
        return Double(bitPattern: bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64($1.offset * 8) })
    }

    /// The other way round, as xarray expects `_FillValue` of floats in v3.
    static func base64(_ value: Double) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = (0..<9).map { $0 < 8 ? UInt32(truncatingIfNeeded: value.bitPattern >> UInt64($0 * 8)) & 0xFF : 0 }
        var text: [UInt8] = []
        for group in stride(from: 0, to: 9, by: 3) {
            let bits = bytes[group] << 16 | bytes[group + 1] << 8 | bytes[group + 2]
            for shift in [18, 12, 6, 0] { text.append(alphabet[Int(bits >> UInt32(shift)) & 63]) }
        }
        text[11] = UInt8(ascii: "=")
        return String(decoding: text, as: UTF8.self)
    }

    /// CF has the range in packed values; some write it in physical ones, told by fractions in an integer array.
    private static func validRange(_ attributes: JSONObject, _ type: DataType) -> ClosedRange<Double>? {
        let pair = attributes["valid_range"]?.numbers ?? []
        guard var low = pair.count == 2 ? pair[0] : attributes["valid_min"]?.doubleValue ?? -.infinity as Double?,
            var high = pair.count == 2 ? pair[1] : attributes["valid_max"]?.doubleValue ?? .infinity as Double?
        else { return nil }
        guard low.isFinite || high.isFinite, low <= high else { return nil }
        let scale = attributes["scale_factor"]?.doubleValue ?? 1
        let offset = attributes["add_offset"]?.doubleValue ?? 0
        let isPhysical = !type.isFloatingPoint && [low, high].contains { $0.isFinite && $0 != $0.rounded() }
        if isPhysical, scale > 0 { (low, high) = ((low - offset) / scale, (high - offset) / scale) }
        return low...high
    }
}
