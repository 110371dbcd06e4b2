/// The element type of a raster band or an array, as Zarr v3, STAC and the raster extension name it.
public enum DataType: String, Hashable, Sendable, CaseIterable {
    case bool
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case float16, float32, float64

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    public var isFloatingPoint: Bool { self == .float16 || self == .float32 || self == .float64 }
    public var isSigned: Bool {
        switch self {
        case .int8, .int16, .int32, .int64, .float16, .float32, .float64: true
        default: false
        }
    }
}
