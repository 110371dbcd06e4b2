import Core
import Testing

@testable import Zarr

@Suite struct ReductionTests {
    private static let shape = [7, 10, 13]
    private static let nodata = 3.0

    private func array(_ type: DataType, shard: Bool) throws -> (ZarrArray, [Double]) {
        var spec = ZarrArraySpec(
            shape: ReductionTests.shape, chunkShape: [2, 4, 5], dataType: .numeric(type), fillValue: 0)
        if shard { spec.shardShape = [4, 8, 10] }
        var bytes = Arrays.ramp(.numeric(type), 7 * 10 * 13)
        if type == .float32 {
            // Here and there a NaN; in one column nothing else.
            for n in stride(from: 0, to: 910, by: 130) { bytes.replaceSubrange(n * 4..<n * 4 + 4, with: [0, 0, 0xC0, 0x7F]) }
        }
        let array = try Arrays.write(spec, bytes)
        return (array, try array.readAll().doubles())
    }

    /// The plain definition, cell by cell.
    private func expected(_ values: [Double], axis: Int, _ operation: ZarrReduction, nodata: Double?, empty: Double) -> [Double] {
        let shape = ReductionTests.shape
        var out: [Double] = []
        var left = shape
        left[axis] = 1
        for n in 0..<left.reduce(1, *) {
            var index = Shape.unravel(n, left)
            var column: [Double] = []
            for step in 0..<shape[axis] {
                index[axis] = step
                let value = values[Shape.ravel(index, shape)]
                if !value.isNaN, value != nodata { column.append(value) }
            }
            out.append(reduce(column.sorted(), operation, empty))
        }
        return out
    }

    private func reduce(_ sorted: [Double], _ operation: ZarrReduction, _ empty: Double) -> Double {
        let n = Double(sorted.count)
        let mean = sorted.reduce(0, +) / n
        switch operation {
        case .count: return n
        case .sum: return sorted.reduce(0, +)
        case .mean: return mean
        case .min: return sorted.first ?? empty
        case .max: return sorted.last ?? empty
        case .std: return (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
        case .median:
            guard !sorted.isEmpty else { return .nan }
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }

    @Test(arguments: ZarrReduction.allCases, [DataType.uint8, .int16, .uint16, .int32, .int64, .uint64, .float32, .float64])
    func agreesWithTheDefinition(_ operation: ZarrReduction, _ type: DataType) throws {
        for shard in [false, true] {
            let (array, values) = try array(type, shard: shard)
            for axis in 0..<3 {
                for nodata in [nil, ReductionTests.nodata] {
                    let empty = nodata ?? (type.isFloatingPoint ? .nan : 0)
                    let wanted = expected(values, axis: axis, operation, nodata: nodata, empty: empty)
                    let options = ReduceOptions(nodata: nodata, concurrency: 2)
                    let result = try array.reduce(axis: axis, operation, options: options)
                    #expect(result.dataType == .numeric(operation.resultType(of: type)))
                    let got = result.doubles()
                    #expect(got.count == wanted.count)
                    let worst = zip(got, wanted).map { $0.isNaN && $1.isNaN ? 0 : abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
                    #expect(worst < (type == .float32 ? 1e-6 : 1e-12), "axis \(axis), nodata \(nodata ?? .nan)")
                }
            }
        }
    }

    @Test func whatCannotBeReducedIsRefused() throws {
        let (array, _) = try array(.uint8, shard: false)
        #expect(throws: ZarrError.self) { try array.reduce(axis: 3, .mean) }
        let flag = CancelFlag()
        flag.set()
        #expect(throws: CancellationError.self) { try array.reduce(axis: 0, .mean, options: ReduceOptions(cancel: flag)) }
    }
}
