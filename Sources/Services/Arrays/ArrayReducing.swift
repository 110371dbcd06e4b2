import Core
import Zarr

/// Reduces an array along one dimension into a `.npy` file.
public struct ArrayReducing: Sendable {
    public let array: ZarrArray
    public let axis: Int
    private let operation: ZarrReduction
    private let type: DataType
    private let nodata: Double?
    private let work: ArrayWork

    /// Names of the operations.
    public static let operations = ZarrReduction.allCases.map(\.rawValue)

    /// - Parameters:
    ///   - axis: a dimension's name or number.
    ///   - nodata: values that are left out beside NaN.
    /// - Throws: `invalidParameter` naming `axis` or `op`; `invalidData` if the elements are no numbers; what finding the array throws.
    public init(_ location: ArrayLocation, axis: String, operation: String, nodata: Double?, work: ArrayWork) throws {
        guard let operation = ZarrReduction(rawValue: operation) else {
            throw ServiceError.parameter("op", operation, "is one of " + ArrayReducing.operations.joined(separator: ", "))
        }
        array = try location.array()
        let metadata = array.metadata
        self.axis = try ServiceError.naming("axis", value: axis) { () throws(ZarrError) in try metadata.axis(named: axis) }
        guard let type = array.dataType.numericType else {
            throw ServiceError(.invalidData, "'\(array.path)' holds \(array.dataType.displayName): only numbers can be reduced")
        }
        self.type = type
        self.operation = operation
        self.nodata = nodata
        self.work = work
    }

    /// Extents of the result.
    public var shape: [Int] { array.shape.indices.filter { $0 != axis }.map { array.shape[$0] } }

    /// Computes block by block and writes each at its place. The file appears when it is whole.
    public func writeNPY(to path: String) throws {
        try ServiceError.onStore {
            let writer = try NPYWriter(path, dataType: .numeric(operation.resultType(of: type)), shape: shape)
            let done = Counter()
            let total = Double(max(1, shape.reduce(1, *)))
            let (progress, message) = (work.progress, "\(operation.rawValue) over \(array.metadata.axisName(axis))")
            let options = ReduceOptions(nodata: nodata, concurrency: work.threads, cancel: work.cancel)
            try array.reduce(axis: axis, operation, options: options) { block in
                try writer.write(block.region, block.bytes)
                progress?(Double(done.increment(by: block.region.reduce(1) { $0 * $1.count })) / total, message)
            }
            try writer.finish()
        }
    }
}
