import Core

extension ZarrBuffer {
    /// The elements as nested JSON arrays of the given extents (those of the buffer, or with axes of extent 1 left out); a bare
    /// value for a scalar.
    ///
    /// Numbers are numbers, what is not finite and "not a time" are null, complex numbers are pairs, times are counts of their
    /// unit, opaque bytes are base64, structures are lists. Unsigned integers beyond Int64 are written as text.
    public func json(shape: [Int]? = nil) -> JSON {
        let values: [JSON]
        if dataType.isVariableLength {
            values = strings().map(JSON.string)
        } else {
            values = withUnsafeBytes { raw in (0..<count).map { ZarrBuffer.json(dataType, raw, at: $0 * dataType.size) } }
        }
        var next = 0
        return ZarrBuffer.nest(values, &next, (shape ?? self.shape)[...])
    }

    private static func nest(_ values: [JSON], _ next: inout Int, _ shape: ArraySlice<Int>) -> JSON {
        guard let extent = shape.first else {
            defer { next += 1 }
            return next < values.count ? values[next] : .null
        }
        var list: [JSON] = []
        for _ in 0..<extent { list.append(nest(values, &next, shape.dropFirst())) }
        return .array(list)
    }

    private static func json(_ type: ZarrDataType, _ raw: UnsafeRawBufferPointer, at offset: Int) -> JSON {
        switch type {
        case .numeric(let number): return number.run(Number(type: number, raw: raw, offset: offset))
        case .complex64: return .array([json(.numeric(.float32), raw, at: offset), json(.numeric(.float32), raw, at: offset + 4)])
        case .complex128: return .array([json(.numeric(.float64), raw, at: offset), json(.numeric(.float64), raw, at: offset + 8)])
        case .datetime64, .timedelta64:
            let count = raw.loadUnaligned(fromByteOffset: offset, as: Int64.self)
            return count == .min ? .null : .int(count)
        case .fixedBytes(let size): return .string(TextDecoding.bytes(raw.part(offset..<offset + size)))
        case .fixedUTF32(let count): return .string(TextDecoding.utf32(raw.part(offset..<offset + count * 4)))
        case .raw(let size): return .string(Base64.encode(Array(raw[offset..<offset + size])))
        case .structured(let fields): return structure(fields, raw, at: offset)
        case .string, .variableBytes: return .null
        }
    }

    private static func structure(_ fields: [ZarrDataType.Field], _ raw: UnsafeRawBufferPointer, at offset: Int) -> JSON {
        var (at, list) = (offset, [JSON]())
        for field in fields {
            let parts = (0..<field.count).map { json(field.type, raw, at: at + $0 * field.type.size) }
            list.append(field.count == 1 ? parts[0] : .array(parts))
            at += field.count * field.type.size
        }
        return .array(list)
    }

    private struct Number: NumericOperation {
        let type: DataType
        let raw: UnsafeRawBufferPointer
        let offset: Int
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) -> JSON {
            let value = raw.loadUnaligned(fromByteOffset: offset, as: T.self)
            if type == .bool { return .bool(value.wrapped != 0) }
            if !T.isInteger { return JSON(value.asDouble) }
            if type == .uint64, value.wrapped < 0 { return .string(String(UInt64(bitPattern: value.wrapped))) }
            return .int(value.wrapped)
        }
    }
}
