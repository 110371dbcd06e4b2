import Core

/// What elements of missing chunks hold.
public struct ZarrFillValue: Hashable, Sendable {
    /// One element in native byte order; empty for variable-length types.
    public let bytes: [UInt8]
    /// As the metadata has it; null means "undefined" (v2) and reads as zeros.
    public let json: JSON
    /// The text of missing elements of variable-length types.
    public let text: String

    public var isUndefined: Bool { json.isNull }
    let pattern: FillPattern

    init(bytes: [UInt8], json: JSON, text: String = "") {
        self.bytes = bytes
        self.json = json
        self.text = text
        pattern = FillPattern(bytes)
    }

    /// The value as Float64 where the type is a number (int64 beyond 2^53 is rounded).
    public func double(_ type: ZarrDataType) -> Double? {
        guard case .numeric(let number) = type, bytes.count == number.size else { return nil }
        return bytes.withUnsafeBytes { NumericConversion.doubles($0, number).first }
    }

    /// Reads every form that v2 and v3 metadata know for the type.
    ///
    /// - Throws: `invalidMetadata`
    static func parse(_ json: JSON, _ type: ZarrDataType) throws(ZarrError) -> ZarrFillValue {
        if type.isVariableLength {
            return ZarrFillValue(bytes: [], json: json, text: json.stringValue ?? "")
        }
        if json.isNull { return ZarrFillValue(bytes: [UInt8](repeating: 0, count: type.size), json: json) }
        guard let bytes = element(json, type), bytes.count == type.size else {
            throw ZarrError(.invalidMetadata, "fill_value \(CoreError.shorten(json.text)) does not fit the data type")
        }
        return ZarrFillValue(bytes: bytes, json: json)
    }

    private static func element(_ json: JSON, _ type: ZarrDataType) -> [UInt8]? {
        switch type {
        case .numeric(let number): return NumericText.bytes(json, number)
        case .complex64: return pair(json, .float32)
        case .complex128: return pair(json, .float64)
        case .datetime64, .timedelta64:
            if json.stringValue == "NaT" { return native(Int64.min) }
            return NumericText.bytes(json, .int64)
        case .fixedUTF32(let count): return utf32(json, count)
        case .fixedBytes(let count), .raw(let count): return opaque(json, count, isText: true)
        case .structured: return opaque(json, type.size, isText: false)
        case .string, .variableBytes: return nil
        }
    }

    private static func pair(_ json: JSON, _ part: DataType) -> [UInt8]? {
        guard let parts = json.arrayValue else {
            // A bare number: no imaginary part.
            return NumericText.bytes(json, part).map { $0 + [UInt8](repeating: 0, count: part.size) }
        }
        guard parts.count == 2, let real = NumericText.bytes(parts[0], part), let imaginary = NumericText.bytes(parts[1], part)
        else { return nil }
        return real + imaginary
    }

    private static func utf32(_ json: JSON, _ count: Int) -> [UInt8]? {
        if json.intValue == 0 { return [UInt8](repeating: 0, count: count * 4) }
        guard let text = json.stringValue, text.unicodeScalars.count <= count else { return nil }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars { bytes += native(scalar.value) }
        return bytes + [UInt8](repeating: 0, count: count * 4 - bytes.count)
    }

    /// Base64, a list of byte values, the number 0 (old writers), or plain text where it is text.
    private static func opaque(_ json: JSON, _ count: Int, isText: Bool) -> [UInt8]? {
        func padded(_ bytes: [UInt8]) -> [UInt8]? {
            bytes.count <= count ? bytes + [UInt8](repeating: 0, count: count - bytes.count) : nil
        }
        if json.doubleValue == 0 { return padded([]) }
        if let list = json.arrayValue {
            let bytes = list.compactMap { $0.intValue.flatMap(UInt8.init(exactly:)) }
            return bytes.count == list.count && bytes.count == count ? bytes : nil
        }
        guard let text = json.stringValue else { return nil }
        if let bytes = Base64.decode(text), bytes.count <= count, bytes.count == count || text.isEmpty || isText {
            return padded(bytes)
        }
        return isText ? padded(Array(text.utf8)) : nil
    }

    private static func native<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}

/// Base64 with or without padding (RFC 4648, section 4).
enum Base64 {
    static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var (bits, held) = (UInt32(0), 0)
        let body = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
        for byte in body {
            guard let value = digit(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return body.count % 4 == 1 ? nil : out
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
