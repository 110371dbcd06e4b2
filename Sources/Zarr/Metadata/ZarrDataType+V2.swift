import Core

/// A type together with its byte order in the store, as numpy's type strings give both (Zarr v2, "Data type encoding").
struct StoredType: Hashable, Sendable {
    var type: ZarrDataType
    /// Per element: where a unit lies and how wide it is, for units that are stored big-endian.
    var bigEndianUnits: [SwapUnit]

    struct SwapUnit: Hashable, Sendable {
        var offset: Int
        var width: Int
    }

    var isBigEndian: Bool { !bigEndianUnits.isEmpty }

    init(_ type: ZarrDataType, bigEndian: Bool) {
        self.type = type
        bigEndianUnits =
            bigEndian && type.swapUnit > 1
            ? stride(from: 0, to: type.size, by: type.swapUnit).map { SwapUnit(offset: $0, width: type.swapUnit) } : []
    }

    private init(fields: [ZarrDataType.Field], units: [SwapUnit]) {
        type = .structured(fields)
        bigEndianUnits = units
    }

    /// Elements above this size are refused: no real array has them, a lying document does.
    static let maximumElementSize = 1 << 20

    /// - Throws: `unsupported`, naming the type; `invalidMetadata`
    static func parse(_ json: JSON, filters: [JSON] = [], depth: Int = 0) throws(ZarrError) -> StoredType {
        if let text = json.stringValue { return try parse(text, filters: filters) }
        guard let fields = json.arrayValue, !fields.isEmpty, depth < 8 else {
            throw ZarrError(.invalidMetadata, "dtype is a type string or a list of fields")
        }
        return try structured(fields, depth: depth)
    }

    private static func structured(_ list: [JSON], depth: Int) throws(ZarrError) -> StoredType {
        var fields: [ZarrDataType.Field] = []
        var units: [SwapUnit] = []
        var offset = 0
        for item in list {
            guard let name = item[0]?.stringValue, let inner = item[1] else {
                throw ZarrError(.invalidMetadata, "a field of a structured dtype has a name and a dtype")
            }
            let stored = try parse(inner, depth: depth + 1)
            guard !stored.type.isVariableLength else { throw ZarrError(.unsupported, "objects in a structured dtype") }
            let extents = item[2]?.arrayValue?.map { $0.intValue ?? -1 } ?? []
            guard extents.allSatisfy({ $0 >= 0 }), let count = Shape.product(extents), count <= maximumElementSize,
                offset + count * stored.type.size <= maximumElementSize
            else { throw ZarrError(.invalidMetadata, "the sub-array of field '\(name)' has a senseless shape") }
            fields.append(.init(name: name, type: stored.type, count: count))
            for _ in 0..<count {
                units += stored.bigEndianUnits.map { SwapUnit(offset: offset + $0.offset, width: $0.width) }
                offset += stored.type.size
            }
        }
        guard offset > 0 else { throw ZarrError(.invalidMetadata, "a structured dtype of no bytes") }
        return StoredType(fields: fields, units: units)
    }

    private static func parse(_ text: String, filters: [JSON]) throws(ZarrError) -> StoredType {
        var rest = Substring(text)
        var bigEndian = false
        if let first = rest.first, "<>|=".contains(first) {
            bigEndian = first == ">"
            rest = rest.dropFirst()
        }
        if rest == "O" { return try object(filters) }
        guard let type = plain(rest) else {
            throw ZarrError(.unsupported, "data type '\(CoreError.shorten(text))' is not supported")
        }
        guard (1...maximumElementSize).contains(type.size) else {
            throw ZarrError(.invalidMetadata, "elements of '\(CoreError.shorten(text))' have \(type.size) bytes")
        }
        return StoredType(type, bigEndian: bigEndian)
    }

    /// `|O` says nothing; the object codec among the filters does.
    private static func object(_ filters: [JSON]) throws(ZarrError) -> StoredType {
        for filter in filters {
            switch filter["id"]?.stringValue {
            case "vlen-utf8": return StoredType(.string, bigEndian: false)
            case "vlen-bytes": return StoredType(.variableBytes, bigEndian: false)
            case let name?: throw ZarrError(.unsupported, "data type '|O' with the codec '\(CoreError.shorten(name))'")
            case nil: break
            }
        }
        throw ZarrError(.unsupported, "data type '|O' without an object codec")
    }

    private static let simple: [Substring: DataType] = [
        "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32,
        "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]

    private static func plain(_ text: Substring) -> ZarrDataType? {
        if let type = simple[text] { return .numeric(type) }
        if text == "c8" { return .complex64 }
        if text == "c16" { return .complex128 }
        guard let kind = text.first else { return nil }
        if kind == "M" || kind == "m" { return time(text.dropFirst(), isDate: kind == "M") }
        guard let count = Int(text.dropFirst()), (0...maximumElementSize).contains(count) else { return nil }
        switch kind {
        case "S", "a": return .fixedBytes(count)
        case "V": return .raw(count)
        case "U": return .fixedUTF32(count)
        default: return nil
        }
    }

    /// `8[ns]`, `8[10s]`, or `8` for the generic unit.
    private static func time(_ text: Substring, isDate: Bool) -> ZarrDataType? {
        guard text.first == "8" else { return nil }
        var (unit, scale) = ("generic", 1)
        let rest = text.dropFirst()
        if !rest.isEmpty {
            guard rest.first == "[", rest.last == "]" else { return nil }
            let inner = rest.dropFirst().dropLast()
            let digits = inner.prefix { $0.isNumber }
            unit = String(inner.dropFirst(digits.count))
            scale = digits.isEmpty ? 1 : Int(digits) ?? 0
        }
        guard ZarrDataType.timeUnits.contains(unit), scale > 0 else { return nil }
        return isDate ? .datetime64(unit: unit, scale: scale) : .timedelta64(unit: unit, scale: scale)
    }
}

extension ZarrDataType {
    static let timeUnits: Set<String> = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "μs", "ns", "ps", "fs", "as", "generic"]
}
