import Core

/// Numbers as Zarr metadata writes them: JSON numbers, `"NaN"`, `"Infinity"`, `"-Infinity"`, `"0x…"` bit patterns, and numbers
/// in quotation marks (old writers, and integers beyond Int64, see `LenientJSON`).
enum NumericText {
    /// The bytes of one element in native order; nil if the value does not fit the type.
    static func bytes(_ json: JSON, _ type: DataType) -> [UInt8]? {
        if let text = json.stringValue, text.hasPrefix("0x") || text.hasPrefix("0X") { return pattern(text, type.size) }
        switch type {
        case .bool: return truth(json).map { [$0 ? 1 : 0] }
        case .int8: return integer(json, Int8.self)
        case .int16: return integer(json, Int16.self)
        case .int32: return integer(json, Int32.self)
        case .int64: return integer(json, Int64.self)
        case .uint8: return integer(json, UInt8.self)
        case .uint16: return integer(json, UInt16.self)
        case .uint32: return integer(json, UInt32.self)
        case .uint64: return integer(json, UInt64.self)
        case .float16: return double(json).map { native(Float16($0)) }
        case .float32: return double(json).map { native(Float($0)) }
        case .float64: return double(json).map { native($0) }
        }
    }

    private static func truth(_ json: JSON) -> Bool? {
        json.boolValue ?? json.intValue.map { $0 != 0 }
    }

    private static func integer<T: FixedWidthInteger>(_ json: JSON, _: T.Type) -> [UInt8]? {
        switch json {
        case .int(let value): return T(exactly: value).map { native($0) }
        case .double(let value): return T(exactly: value).map { native($0) }
        case .bool(let value): return native(T(value ? 1 : 0))
        case .string(let text): return (T(text) ?? Double(text).flatMap { T(exactly: $0) }).map { native($0) }
        default: return nil
        }
    }

    private static func double(_ json: JSON) -> Double? {
        switch json {
        case .string("NaN"): .nan
        case .string("Infinity"), .string("+Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        case .string(let text): Double(text)
        case .bool(let value): value ? 1 : 0
        default: json.doubleValue
        }
    }

    /// `0x7fc00000`: the bit pattern, most significant byte first.
    private static func pattern(_ text: String, _ size: Int) -> [UInt8]? {
        guard let bits = UInt64(text.dropFirst(2), radix: 16), size == 8 || bits >> UInt64(size * 8) == 0 else { return nil }
        return Array(native(bits.littleEndian).prefix(size))
    }

    private static func native<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
