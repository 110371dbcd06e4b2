import CGDAL
import Core

/// Types of pixels as GDAL has them, by number: newer ones have no name in the headers of older releases.
enum PixelType {
    /// - Parameter pixelType: `PIXELTYPE` of the domain IMAGE_STRUCTURE, by which GDAL before 3.7 tells signed bytes.
    static func dataType(_ type: GDALDataType, pixelType: String? = nil) -> DataType? {
        switch type.rawValue {
        case 1: pixelType == "SIGNEDBYTE" ? .int8 : .uint8
        case 2: .uint16
        case 3: .int16
        case 4: .uint32
        case 5: .int32
        case 6: .float32
        case 7: .float64
        case 12: .uint64
        case 13: .int64
        case 14: .int8
        case 15: .float16
        default: nil
        }
    }
}

/// A nodata value in the two forms that a Zarr array needs.
struct Nodata: Hashable {
    /// `fill_value` of the array.
    var fill: JSON
    /// The attribute `_FillValue`: a number, or for floats base64 of a Float64 as xarray has it in Zarr v3.
    var attribute: JSON

    /// nil if the type cannot hold the value, so that no pixel can have it.
    init?(_ value: Double, _ type: DataType) {
        guard type.isFloatingPoint else {
            guard let whole = Int64(exactly: value), Nodata.range(type).contains(whole) else { return nil }
            (fill, attribute) = (.int(whole), .int(whole))
            return
        }
        let exact = type == .float32 ? Double(Float(value)) : value
        fill = exact.isNaN ? "NaN" : exact.isInfinite ? (exact > 0 ? "Infinity" : "-Infinity") : .double(exact)
        attribute = .string(Nodata.base64(exact))
    }

    init(_ value: Int64) { (fill, attribute) = (.int(value), .int(value)) }

    init(_ value: UInt64) {
        let json: JSON = Int64(exactly: value).map(JSON.int) ?? .string(String(value))
        (fill, attribute) = (json, json)
    }

    private static func range(_ type: DataType) -> ClosedRange<Int64> {
        switch type {
        case .int8: -128...127
        case .uint8, .bool: 0...255
        case .int16: Int64(Int16.min)...Int64(Int16.max)
        case .uint16: 0...Int64(UInt16.max)
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .uint32: 0...Int64(UInt32.max)
        case .uint64: 0...Int64.max
        default: Int64.min...Int64.max
        }
    }

    /// Eight bytes, least significant first (RFC 4648, section 4).
    static func base64(_ value: Double) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = (0..<9).map { $0 < 8 ? Int(truncatingIfNeeded: value.bitPattern >> UInt64($0 * 8)) & 0xFF : 0 }
        var text = ""
        for group in stride(from: 0, to: 9, by: 3) {
            let bits = bytes[group] << 16 | bytes[group + 1] << 8 | bytes[group + 2]
            for shift in [18, 12, 6, 0] { text.append(alphabet[(bits >> shift) & 63]) }
        }
        return String(text.dropLast()) + "="
    }
}
