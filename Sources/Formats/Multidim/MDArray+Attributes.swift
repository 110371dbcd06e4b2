import CGDAL
import Core

extension MDArray {
    /// Attributes as CF has them; what GDAL keeps apart (units, scale, offset) is put back. Nodata is `nodata`.
    var attributes: JSONObject {
        var count = 0
        let list = GDALMDArrayGetAttributes(handle, &count, nil)
        defer { GDALReleaseAttributes(list, count) }
        var attributes = MDAttributes.json(list, count)
        for key in MDArray.dropped { attributes[key] = nil }
        if attributes["units"] == nil, !unit.isEmpty { attributes["units"] = .string(unit) }
        var given: Int32 = 0
        let scale = GDALMDArrayGetScale(handle, &given)
        if given != 0, attributes["scale_factor"] == nil { attributes["scale_factor"] = .double(scale) }
        let offset = GDALMDArrayGetOffset(handle, &given)
        if given != 0, attributes["add_offset"] == nil { attributes["add_offset"] = .double(offset) }
        return attributes
    }

    /// What concerns the file's own layout, or names arrays that are not carried over.
    private static let dropped = [
        "_FillValue", "_ChunkSizes", "_NCProperties", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_nc3_strict", "_CoordinateAxisType",
        "CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "grid_mapping", "coordinates", "bounds", "ancillary_variables", "cell_measures",
    ]

    func nodata(_ type: DataType) -> Nodata? {
        var given: Int32 = 0
        switch type {
        case .int64:
            let value = GDALMDArrayGetNoDataValueAsInt64(handle, &given)
            return given == 0 ? nil : Nodata(Int64(value))
        case .uint64:
            let value = GDALMDArrayGetNoDataValueAsUInt64(handle, &given)
            return given == 0 ? nil : Nodata(UInt64(value))
        default:
            let value = GDALMDArrayGetNoDataValueAsDouble(handle, &given)
            return given == 0 ? nil : Nodata(value, type)
        }
    }
}

/// GDAL's attributes as JSON.
enum MDAttributes {
    static func json(_ list: UnsafeMutablePointer<GDALAttributeH?>?, _ count: Int) -> JSONObject {
        var object: JSONObject = [:]
        guard let list else { return object }
        for i in 0..<min(count, 1000) {
            guard let attribute = list[i] else { continue }
            let name = GDALLibrary.text(GDALAttributeGetName(attribute))
            if !name.isEmpty, let value = value(attribute) { object[name] = value }
        }
        return object
    }

    static func json(of group: GDALGroupH) -> JSONObject {
        var count = 0
        let list = GDALGroupGetAttributes(group, &count, nil)
        defer { GDALReleaseAttributes(list, count) }
        return json(list, count)
    }

    /// nil for what is neither number nor text, and for very long ones.
    private static func value(_ attribute: GDALAttributeH) -> JSON? {
        guard GDALAttributeGetTotalElementsCount(attribute) <= 10_000, let type = GDALAttributeGetDataType(attribute) else { return nil }
        defer { GDALExtendedDataTypeRelease(type) }
        let isScalar = GDALAttributeGetDimensionCount(attribute) == 0
        if GDALExtendedDataTypeGetClass(type) == GEDTC_STRING {
            if isScalar { return GDALAttributeReadAsString(attribute).map { .string(clean(String(cString: $0))) } }
            let list = GDALAttributeReadAsStringArray(attribute)
            defer { CSLDestroy(list) }
            return JSON(GDALLibrary.list(list).map(clean))
        }
        guard GDALExtendedDataTypeGetClass(type) == GEDTC_NUMERIC,
            let numeric = PixelType.dataType(GDALExtendedDataTypeGetNumericDataType(type))
        else { return nil }
        var count = 0
        guard let numbers = GDALAttributeReadAsDoubleArray(attribute, &count) else { return nil }
        defer { VSIFree(numbers) }
        let values = (0..<count).map { number(numbers[$0], isInteger: !numeric.isFloatingPoint) }
        return isScalar ? values.first : .array(values)
    }

    private static func number(_ value: Double, isInteger: Bool) -> JSON {
        if isInteger, let whole = Int64(exactly: value) { return .int(whole) }
        if value.isFinite { return .double(value) }
        return value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
    }

    /// Files pad text with NUL.
    private static func clean(_ text: String) -> String { text.filter { $0 != "\0" } }
}
