import Core

extension ZarrDataType {
    /// Reads the `data_type` of v3 metadata: the core types, and the extensions that zarr-python writes.
    ///
    /// - Throws: `unsupported`, naming the type.
    static func parseV3(_ json: JSON, depth: Int = 0) throws(ZarrError) -> ZarrDataType {
        let name = json.stringValue ?? json["name"]?.stringValue
        guard let name, depth < 8 else { throw ZarrError(.invalidMetadata, "data_type is a name or an object with a name") }
        if let type = try plainV3(name) { return type }
        let configuration = json["configuration"]
        switch name {
        case "null_terminated_bytes": return .fixedBytes(try length(configuration, name, unit: 1))
        case "raw_bytes": return .raw(try length(configuration, name, unit: 1))
        case "fixed_length_utf32": return .fixedUTF32(try length(configuration, name, unit: 4))
        case "numpy.datetime64", "numpy.timedelta64":
            let unit = configuration?["unit"]?.stringValue ?? "generic"
            let scale = configuration?["scale_factor"]?.intValue ?? 1
            guard timeUnits.contains(unit), scale > 0 else { throw ZarrError(.invalidMetadata, "\(name) has an unknown unit") }
            return name == "numpy.datetime64" ? .datetime64(unit: unit, scale: scale) : .timedelta64(unit: unit, scale: scale)
        case "structured", "struct": return try structuredV3(configuration, depth: depth)
        default: throw ZarrError(.unsupported, "data type '\(CoreError.shorten(name))' is not supported")
        }
    }

    private static func plainV3(_ name: String) throws(ZarrError) -> ZarrDataType? {
        if let type = DataType(rawValue: name) { return .numeric(type) }
        switch name {
        case "complex64", "complex_float32": return .complex64
        case "complex128", "complex_float64": return .complex128
        case "string": return .string
        case "bytes", "variable_length_bytes": return .variableBytes
        default: break
        }
        guard name.first == "r", let bits = Int(name.dropFirst()) else { return nil }
        guard bits > 0, bits % 8 == 0, bits / 8 <= StoredType.maximumElementSize else {
            throw ZarrError(.invalidMetadata, "raw type '\(CoreError.shorten(name))' is not a sensible number of whole bytes")
        }
        return .raw(bits / 8)
    }

    private static func length(_ configuration: JSON?, _ name: String, unit: Int) throws(ZarrError) -> Int {
        guard let bytes = configuration?["length_bytes"]?.intValue, bytes > 0, bytes % unit == 0,
            bytes <= StoredType.maximumElementSize
        else { throw ZarrError(.invalidMetadata, "\(name) needs a sensible length_bytes") }
        return bytes / unit
    }

    private static func structuredV3(_ configuration: JSON?, depth: Int) throws(ZarrError) -> ZarrDataType {
        guard let list = configuration?["fields"]?.arrayValue, !list.isEmpty else {
            throw ZarrError(.invalidMetadata, "a structured type has fields")
        }
        var fields: [Field] = []
        var total = 0
        for item in list {
            let inner = item[1] ?? item["data_type"]
            guard let name = item[0]?.stringValue ?? item["name"]?.stringValue, let inner else {
                throw ZarrError(.invalidMetadata, "a field of a structured type has a name and a type")
            }
            let type = try parseV3(inner, depth: depth + 1)
            total += type.size
            guard !type.isVariableLength, total <= StoredType.maximumElementSize else {
                throw ZarrError(.unsupported, "a structured type with fields of variable or senseless length")
            }
            fields.append(Field(name: name, type: type))
        }
        return .structured(fields)
    }
}
