import Core
import Zarr

/// Reads whole coordinate arrays.
enum CoordinateValues {
    /// More elements than any axis has; a guard against metadata that lies.
    static let maximumCount = 16_000_000

    private static func buffer(_ array: ZarrArray, _ name: String) throws(CubeError) -> ZarrBuffer {
        let shape = array.metadata.shape
        guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 * $1 }) <= maximumCount else {
            throw CubeError(.unsupported, "the coordinate '\(name)' has more than \(maximumCount) elements", subject: name)
        }
        return try CubeError.wrapping(.unreadable, "the coordinate '\(name)' cannot be read", subject: name) {
            try array.read(shape.map { 0..<$0 })
        }
    }

    /// Physical values: packed coordinates are unpacked.
    static func numbers(_ array: ZarrArray, _ name: String) throws(CubeError) -> [Double] {
        guard case .numeric = array.metadata.dataType else {
            throw CubeError(.invalidMetadata, "the coordinate '\(name)' does not hold numbers", subject: name)
        }
        let values = try buffer(array, name).doubles()
        let scale = array.metadata.attributes["scale_factor"]?.doubleValue ?? 1
        let offset = array.metadata.attributes["add_offset"]?.doubleValue ?? 0
        return scale == 1 && offset == 0 ? values : values.map { $0 * scale + offset }
    }

    /// Labels of a band axis: strings as they are, numbers without a needless fraction.
    static func labels(_ array: ZarrArray, _ name: String) throws(CubeError) -> [String] {
        switch array.metadata.dataType {
        case .numeric:
            return try numbers(array, name).map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int64($0)) : String($0) }
        default:
            return try buffer(array, name).strings().map { $0.filter { $0 != "\0" } }
        }
    }

    /// What a time coordinate holds.
    static func times(_ array: ZarrArray, _ name: String) throws(CubeError) -> CFTime.Values {
        switch array.metadata.dataType {
        case .numeric(let type):
            if type.isFloatingPoint || type == .bool || array.metadata.attributes["scale_factor"] != nil {
                return .doubles(try numbers(array, name))
            }
            return .integers(try integers(array, name))
        default:
            return try otherTimes(array, name)
        }
    }

    /// Integers exactly: counts of nanoseconds do not fit into Float64.
    fileprivate static func integers(_ array: ZarrArray, _ name: String) throws(CubeError) -> [Int64] {
        guard let counts = try buffer(array, name).integers() else {
            throw CubeError(.invalidTime, "the time coordinate '\(name)' holds counts beyond 64 bits", subject: name)
        }
        return counts
    }
}

extension CoordinateValues {
    /// datetime64, or text in ISO 8601.
    fileprivate static func otherTimes(_ array: ZarrArray, _ name: String) throws(CubeError) -> CFTime.Values {
        switch array.metadata.dataType {
        case .datetime64(let unit, let scale):
            let counts = try integers(array, name)
            guard let nanoseconds = nanoseconds(unit), nanoseconds < Int64.max / Int64(max(1, scale)) else {
                throw CubeError(.invalidTime, "datetime64 in the unit '\(unit)' is not supported", subject: name)
            }
            return .datetime64(counts, unitNanoseconds: nanoseconds * Int64(max(1, scale)))
        case .fixedUTF32, .fixedBytes, .string:
            return .strings(try buffer(array, name).strings())
        default:
            throw CubeError(.invalidTime, "the time coordinate '\(name)' holds neither numbers, dates nor text", subject: name)
        }
    }

    private static func nanoseconds(_ unit: String) -> Int64? {
        switch unit {
        case "ns": 1
        case "us", "μs": 1_000
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        case "D": 86_400_000_000_000
        case "W": 604_800_000_000_000
        default: nil
        }
    }
}
