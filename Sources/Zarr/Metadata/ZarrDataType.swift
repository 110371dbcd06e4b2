import Core

/// The type of an array's elements, in memory: always native byte order (the order in the store is the codecs' business).
public indirect enum ZarrDataType: Hashable, Sendable {
    /// bool, integers and floats.
    case numeric(DataType)
    /// Two float32: real, imaginary.
    case complex64
    /// Two float64: real, imaginary.
    case complex128
    /// Text of n bytes, padded with NUL (v2 `|S`, v3 `null_terminated_bytes`).
    case fixedBytes(Int)
    /// n opaque bytes (v2 `|V`, v3 `r8`… and `raw_bytes`, which is written as zarr-python does not know the former).
    case raw(Int)
    /// Text of n code points of four bytes, padded with NUL (v2 `<U`, v3 `fixed_length_utf32`).
    case fixedUTF32(Int)
    /// Int64 counts of `scale` × `unit` since 1970-01-01; Int64.min is "not a time". Units as numpy writes them: Y M W D h m s ms us ns ps fs as, or generic.
    case datetime64(unit: String, scale: Int)
    case timedelta64(unit: String, scale: Int)
    /// Text of any length, UTF-8 (v3 `string`, v2 `|O` with the `vlen-utf8` filter).
    case string
    /// Bytes of any length (v3 `bytes`/`variable_length_bytes`, v2 `|O` with `vlen-bytes`).
    case variableBytes
    /// Fields one after the other without padding.
    case structured([Field])

    /// A field of a structured type.
    public struct Field: Hashable, Sendable {
        public var name: String
        public var type: ZarrDataType
        /// Elements of a sub-array; 1 for a plain field.
        public var count: Int
        public init(name: String, type: ZarrDataType, count: Int = 1) {
            self.name = name
            self.type = type
            self.count = count
        }
    }

    /// Bytes of one element; 0 for the variable-length types.
    public var size: Int {
        switch self {
        case .numeric(let type): type.size
        case .complex64, .datetime64, .timedelta64: 8
        case .complex128: 16
        case .fixedBytes(let count), .raw(let count): count
        case .fixedUTF32(let count): count * 4
        case .string, .variableBytes: 0
        case .structured(let fields): fields.reduce(0) { $0 + $1.type.size * $1.count }
        }
    }

    public var isVariableLength: Bool { self == .string || self == .variableBytes }

    /// The plain number type, if it is one.
    public var numericType: DataType? { if case .numeric(let type) = self { type } else { nil } }

    /// Width of the units that byte order concerns; 1 where it does not.
    var swapUnit: Int {
        switch self {
        case .numeric(let type): type.size
        case .complex64, .fixedUTF32: 4
        case .complex128, .datetime64, .timedelta64: 8
        case .fixedBytes, .raw, .string, .variableBytes, .structured: 1
        }
    }

    /// The type's name in v3 metadata: a string or an object with `name` and `configuration`.
    public var v3JSON: JSON {
        switch self {
        case .numeric(let type): .string(type.rawValue)
        case .complex64: "complex64"
        case .complex128: "complex128"
        case .fixedBytes(let count): extended("null_terminated_bytes", [("length_bytes", JSON(count))])
        case .raw(let count): extended("raw_bytes", [("length_bytes", JSON(count))])
        case .fixedUTF32(let count): extended("fixed_length_utf32", [("length_bytes", JSON(count * 4))])
        case .datetime64(let unit, let scale):
            extended("numpy.datetime64", [("unit", .string(unit)), ("scale_factor", JSON(scale))])
        case .timedelta64(let unit, let scale):
            extended("numpy.timedelta64", [("unit", .string(unit)), ("scale_factor", JSON(scale))])
        case .string: "string"
        case .variableBytes: "variable_length_bytes"
        case .structured(let fields):
            extended("structured", [("fields", .array(fields.map { .array([.string($0.name), $0.type.v3JSON]) }))])
        }
    }

    private func extended(_ name: String, _ configuration: [(String, JSON)]) -> JSON {
        JSON([("name", .string(name)), ("configuration", JSON(configuration))])
    }
}
