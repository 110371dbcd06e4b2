import CGDAL
import Core

/// An array of GDAL's multidimensional model. Of one thread at a time.
final class MDArray {
    let handle: GDALMDArrayH
    let fullName: String
    let name: String
    let dimensions: [Dimension]

    /// An axis of an array.
    struct Dimension {
        var name: String
        /// Unlike the name it is unique in the file.
        var fullName: String
        var size: Int
        /// GDAL's guess: `HORIZONTAL_X`, `HORIZONTAL_Y`, `VERTICAL`, `TEMPORAL`, or empty.
        var type: String
        /// The full name of the array with its coordinates.
        var coordinate: String?
    }

    /// Takes the handle over.
    init(_ handle: GDALMDArrayH) {
        self.handle = handle
        fullName = GDALLibrary.text(GDALMDArrayGetFullName(handle))
        name = GDALLibrary.text(GDALMDArrayGetName(handle))
        var count = 0
        let list = GDALMDArrayGetDimensions(handle, &count)
        defer { GDALReleaseDimensions(list, count) }
        dimensions = (0..<(list == nil ? 0 : count)).compactMap { i in list?[i].map { MDArray.dimension($0) } }
    }

    deinit { GDALMDArrayRelease(handle) }

    private static func dimension(_ handle: GDALDimensionH) -> Dimension {
        var coordinate: String?
        if let array = GDALDimensionGetIndexingVariable(handle) {
            coordinate = GDALLibrary.text(GDALMDArrayGetFullName(array))
            GDALMDArrayRelease(array)
        }
        return Dimension(
            name: GDALLibrary.text(GDALDimensionGetName(handle)), fullName: GDALLibrary.text(GDALDimensionGetFullName(handle)),
            size: Int(clamping: GDALDimensionGetSize(handle)), type: GDALLibrary.text(GDALDimensionGetType(handle)), coordinate: coordinate)
    }

    var shape: [Int] { dimensions.map(\.size) }

    /// nil for text, compounds and complex numbers.
    var dataType: DataType? {
        guard let type = GDALMDArrayGetDataType(handle) else { return nil }
        defer { GDALExtendedDataTypeRelease(type) }
        guard GDALExtendedDataTypeGetClass(type) == GEDTC_NUMERIC else { return nil }
        return PixelType.dataType(GDALExtendedDataTypeGetNumericDataType(type))
    }

    var unit: String { GDALLibrary.text(GDALMDArrayGetUnit(handle)) }

    /// Reads a box into memory, its axes in the order of the array's unless `transpose` names another.
    ///
    /// - Throws: `unreadable`
    func read(_ region: [Range<Int>], as type: GDALDataType, transpose: [Int]? = nil, into target: UnsafeMutableRawBufferPointer)
        throws(FormatsError)
    {
        let bufferType = GDALExtendedDataTypeCreate(type)
        defer { GDALExtendedDataTypeRelease(bufferType) }
        let start = region.map { GUInt64($0.lowerBound) }
        let counts = region.map(\.count)
        // Strides place each axis of the file where the wanted order has it.
        var strides = [GPtrDiff_t](repeating: 0, count: region.count)
        var stride = 1
        for axis in (transpose ?? Array(region.indices)).reversed() {
            strides[axis] = GPtrDiff_t(stride)
            stride *= counts[axis]
        }
        let size = Int(GDALGetDataTypeSizeBytes(type))
        guard target.count >= stride * size else { throw FormatsError(.unreadable, "array '\(fullName)': the buffer is too small") }
        CPLErrorReset()
        guard GDALMDArrayRead(handle, start, counts, nil, strides, bufferType, target.baseAddress, target.baseAddress, target.count) != 0 else {
            throw FormatsError(.unreadable, "array '\(fullName)' cannot be read: \(GDALLibrary.lastMessage())")
        }
    }

    /// All values as Float64.
    func doubles() throws(FormatsError) -> [Double] { try values(GDT_Float64, zero: 0.0) }

    /// All values as Int64.
    func integers() throws(FormatsError) -> [Int64] { try values(GDT_Int64, zero: Int64(0)) }

    private func values<T: BitwiseCopyable>(_ type: GDALDataType, zero: T) throws(FormatsError) -> [T] {
        let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 * $1 }
        guard count <= 16_000_000 else { throw FormatsError(.unsupported, "the coordinate '\(fullName)' has \(count) values") }
        var values = [T](repeating: zero, count: count)
        var failure: FormatsError?
        values.withUnsafeMutableBytes { raw in
            do throws(FormatsError) { try read(shape.map { 0..<$0 }, as: type, into: raw) } catch { failure = error }
        }
        if let failure { throw failure }
        return values
    }
}
