import Core

extension ZarrDataType {
    /// The type as numpy's `dtype.str` or `dtype.descr` has it, little endian: `"<u2"`, `"|S5"`, or a list of fields; nil for
    /// elements of variable length.
    public var numpyDescription: JSON? {
        switch self {
        case .numeric(let type): .string(ZarrDataType.numpyName(type))
        case .complex64: "<c8"
        case .complex128: "<c16"
        case .fixedBytes(let count): .string("|S\(count)")
        case .raw(let count): .string("|V\(count)")
        case .fixedUTF32(let count): .string("<U\(count)")
        case .datetime64(let unit, let scale): .string("<M8" + ZarrDataType.numpyUnit(unit, scale))
        case .timedelta64(let unit, let scale): .string("<m8" + ZarrDataType.numpyUnit(unit, scale))
        case .string, .variableBytes: nil
        case .structured(let fields): ZarrDataType.numpyFields(fields)
        }
    }

    /// For reports: `<u2`, `string`, the list of fields.
    public var displayName: String {
        switch self {
        case .string: "string"
        case .variableBytes: "variable_length_bytes"
        default: numpyDescription.map { $0.stringValue ?? PythonLiteral.text($0) } ?? ""
        }
    }

    private static func numpyName(_ type: DataType) -> String {
        let kind =
            switch type {
            case .bool: "b"
            case .float16, .float32, .float64: "f"
            default: type.isSigned ? "i" : "u"
            }
        return (type.size == 1 ? "|" : "<") + kind + String(type.size)
    }

    private static func numpyUnit(_ unit: String, _ scale: Int) -> String {
        if unit == "generic" { return "" }
        return "[" + (scale == 1 ? "" : String(scale)) + (unit == "μs" ? "us" : unit) + "]"
    }

    private static func numpyFields(_ fields: [Field]) -> JSON? {
        var list: [JSON] = []
        for field in fields {
            guard let type = field.type.numpyDescription else { return nil }
            list.append(.array([.string(field.name), type] + (field.count == 1 ? [] : [.array([JSON(field.count)])])))
        }
        return .array(list)
    }
}
