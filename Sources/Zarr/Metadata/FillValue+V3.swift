import Core

extension ZarrFillValue {
    /// The value as v3 metadata write it (Zarr v3, "Fill value list"); an undefined one is written as zeros.
    ///
    /// - Parameter type: the type that the value is of.
    public func v3JSON(_ type: ZarrDataType) -> JSON {
        switch type {
        case .numeric(let number): return number.run(ToJSON(bytes: bytes, type: number, json: json))
        case .complex64: return .array([part(0, .float32), part(4, .float32)])
        case .complex128: return .array([part(0, .float64), part(8, .float64)])
        case .datetime64, .timedelta64: return part(0, .int64)
        case .fixedUTF32: return .string(bytes.withUnsafeBytes { TextDecoding.utf32($0) })
        case .fixedBytes, .raw, .structured: return .string(Base64.encode(bytes))
        case .string, .variableBytes: return .string(text)
        }
    }

    private func part(_ offset: Int, _ type: DataType) -> JSON {
        let end = min(offset + type.size, bytes.count)
        return type.run(ToJSON(bytes: Array(bytes[min(offset, end)..<end]), type: type, json: .null))
    }

    private struct ToJSON: NumericOperation {
        let bytes: [UInt8]
        let type: DataType
        let json: JSON

        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) -> JSON {
            guard bytes.count == MemoryLayout<T>.size else { return .int(0) }
            let value = bytes.withUnsafeBytes { $0.loadUnaligned(as: T.self) }
            if type == .bool { return .bool(value.wrapped != 0) }
            if type == .uint64, value.wrapped < 0 { return json.isNull ? .int(0) : json }
            if T.isInteger { return .int(value.wrapped) }
            return float(value.asDouble)
        }

        private func float(_ value: Double) -> JSON {
            if value.isFinite { return .double(value) }
            if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
            // Other NaNs than the usual one are told by their bits.
            let usual: [UInt8] =
                switch type {
                case .float16: [0x00, 0x7E]
                case .float32: [0, 0, 0xC0, 0x7F]
                default: [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]
                }
            if bytes == usual { return "NaN" }
            let digits = bytes.reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return .string("0x" + digits.joined())
        }
    }
}

extension Base64 {
    /// With padding (RFC 4648, section 4).
    static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
            for at in 0..<4 { out.append(at <= group.count ? digits[bits >> (18 - at * 6) & 63] : UInt8(ascii: "=")) }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
