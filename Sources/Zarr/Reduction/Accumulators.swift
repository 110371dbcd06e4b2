import Core

/// What is kept per cell while chunks along the axis come by.
///
/// The classes know no element type: each `add` chooses it once per chunk (`DataType.run`) and enters a kernel that the compiler
/// has specialised. Generic classes would not do, as their methods are not specialised behind an existential.
protocol ReductionAccumulator: AnyObject {
    /// Passes over the column of chunks; one, unless all values of a cell must be held at once.
    var slices: [Range<Int>] { get }
    func begin(_ slice: Range<Int>)
    func add(_ chunk: ChunkColumn)
    func end(_ slice: Range<Int>)
    /// Writes the result type, one element per cell.
    func finish(into target: UnsafeMutableRawPointer)
}

extension ReductionAccumulator {
    func end(_ slice: Range<Int>) {}
}

/// A decoded chunk as the kernels see it.
struct ChunkColumn {
    let values: UnsafeRawPointer
    let layout: ChunkLayout
    /// Elements along the axis that lie in the array.
    let count: Int
    let nodata: Double?

    /// Calls `body` with every row behind the axis and the cell that it begins at.
    @inline(__always)
    func rows<T: BitwiseCopyable>(_: T.Type, _ body: (_ row: UnsafePointer<T>, _ cell: Int) -> Void) {
        let base = values.assumingMemoryBound(to: T.self)
        for before in 0..<layout.before {
            for step in 0..<count { body(base + (before * layout.along + step) * layout.behind, before * layout.behind) }
        }
    }
}

enum Accumulators {
    static func make(_ job: ReductionJob) -> any ReductionAccumulator {
        switch job.operation {
        case .mean, .sum, .count: Sums(job)
        case .min, .max: Extremes(job)
        case .std: Moments(job)
        case .median: Median(job)
        }
    }
}

/// Memory of one element per cell, freed with its owner.
final class CellMemory {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(cells: Int, size: Int) {
        byteCount = max(cells, 1) * size
        base = .allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { base.deallocate() }

    func clear() { base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount) }
    func of<T: BitwiseCopyable>(_: T.Type) -> UnsafeMutablePointer<T> { base.assumingMemoryBound(to: T.self) }
}

extension ZarrNumber {
    /// The nodata value as an element; nil if no element can equal it.
    static func nodata(_ value: Double?) -> Self? {
        guard let value, !value.isNaN else { return nil }
        let element = Self(clamping: value)
        return element.asDouble == value ? element : nil
    }
}

extension ReductionJob {
    /// Stores fractions in the type of the result.
    @inline(__always)
    func store(into target: UnsafeMutableRawPointer, _ value: (Int) -> Double) {
        if resultType == .float32 {
            let out = target.assumingMemoryBound(to: Float.self)
            for i in 0..<layout.cells { out[i] = Float(value(i)) }
        } else {
            let out = target.assumingMemoryBound(to: Double.self)
            for i in 0..<layout.cells { out[i] = value(i) }
        }
    }
}

/// Sum and count: exact for integers, Float64 for the rest.
final class Sums: ReductionAccumulator {
    private let job: ReductionJob
    private let sumType: DataType
    /// Without nodata every integer counts: then there is nothing to count.
    private let countsAll: Bool
    private let sums: CellMemory
    private let counts: CellMemory
    /// Whether a byte holds the count of a cell: the counts of a block then stay in the processor's cache.
    private let countsInBytes: Bool
    private var seen = 0
    let slices = [0..<1]

    init(_ job: ReductionJob) {
        self.job = job
        sumType = Sums.type(job)
        countsInBytes = job.array.shape[job.axis] < 256
        countsAll = job.options.nodata == nil && !job.type.isFloatingPoint
        sums = CellMemory(cells: job.layout.cells, size: sumType.size)
        counts = CellMemory(cells: countsAll ? 0 : job.layout.cells, size: countsInBytes ? 1 : 4)
    }

    /// Narrow sums put twice the elements into a register.
    private static func type(_ job: ReductionJob) -> DataType {
        let length = job.array.shape[job.axis]
        switch job.type {
        case .bool, .uint8, .int8: return length < 1 << 23 ? .int32 : .int64
        case .uint16, .int16: return length < 1 << 15 ? .int32 : .int64
        case .int32, .uint32: return .int64
        case .int64, .uint64: return job.operation == .sum ? .int64 : .float64
        case .float16, .float32, .float64: return .float64
        }
    }

    func begin(_ slice: Range<Int>) {
        sums.clear()
        counts.clear()
        seen = 0
    }

    func add(_ chunk: ChunkColumn) {
        seen += chunk.count
        job.type.run(
            Add(
                chunk: chunk, sums: sums, counts: counts, sumType: sumType, countsAll: countsAll, countsInBytes: countsInBytes))
    }

    private struct Add: NumericOperation {
        let chunk: ChunkColumn
        let sums: CellMemory
        let counts: CellMemory
        let sumType: DataType
        let countsAll: Bool
        let countsInBytes: Bool

        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            switch sumType {
            case .int32: add(T.self, sums.of(Int32.self))
            case .int64: add(T.self, sums.of(Int64.self))
            default: add(T.self, sums.of(Double.self))
            }
        }

        @inline(__always)
        private func add<T: ZarrNumber & BitwiseCopyable, S: ZarrNumber & BitwiseCopyable>(
            _: T.Type, _ sums: UnsafeMutablePointer<S>
        ) {
            if countsAll {
                let behind = chunk.layout.behind
                chunk.rows(T.self) { row, cell in
                    let sums = sums + cell
                    for i in 0..<behind { sums[i] = sums[i].wrappingSum(row[i].cast(to: S.self)) }
                }
            } else if countsInBytes {
                addValid(T.self, sums, counts.of(UInt8.self))
            } else {
                addValid(T.self, sums, counts.of(UInt32.self))
            }
        }

        @inline(__always)
        private func addValid<T: ZarrNumber & BitwiseCopyable, S: ZarrNumber & BitwiseCopyable, C: FixedWidthInteger>(
            _: T.Type, _ sums: UnsafeMutablePointer<S>, _ counts: UnsafeMutablePointer<C>
        ) {
            let behind = chunk.layout.behind
            guard let none = T.nodata(chunk.nodata) else {
                chunk.rows(T.self) { row, cell in
                    let (sums, counts) = (sums + cell, counts + cell)
                    for i in 0..<behind {
                        // NaN differs from itself.
                        let isValid = row[i] == row[i]
                        sums[i] = sums[i].wrappingSum(isValid ? row[i].cast(to: S.self) : S(clamping: 0))
                        counts[i] &+= isValid ? 1 : 0
                    }
                }
                return
            }
            // Sums and counts differ in width: a loop for each keeps both in full registers, a stretch at a time in the cache.
            chunk.rows(T.self) { row, cell in
                let (sums, counts) = (sums + cell, counts + cell)
                for start in stride(from: 0, to: behind, by: 4096) {
                    let end = min(start + 4096, behind)
                    for i in start..<end {
                        let isValid = row[i] == row[i] && row[i] != none
                        sums[i] = sums[i].wrappingSum(isValid ? row[i].cast(to: S.self) : S(clamping: 0))
                    }
                    for i in start..<end { counts[i] &+= row[i] == row[i] && row[i] != none ? 1 : 0 }
                }
            }
        }
    }

    func finish(into target: UnsafeMutableRawPointer) {
        switch sumType {
        case .int32: finish(sums.of(Int32.self), into: target)
        case .int64: finish(sums.of(Int64.self), into: target)
        default: finish(sums.of(Double.self), into: target)
        }
    }

    @inline(__always)
    private func finish<S: ZarrNumber>(_ sums: UnsafeMutablePointer<S>, into target: UnsafeMutableRawPointer) {
        if countsAll {
            let all = seen
            finish(sums, into: target) { _ in all }
        } else if countsInBytes {
            let counts = counts.of(UInt8.self)
            finish(sums, into: target) { Int(counts[$0]) }
        } else {
            let counts = counts.of(UInt32.self)
            finish(sums, into: target) { Int(counts[$0]) }
        }
    }

    @inline(__always)
    private func finish<S: ZarrNumber>(
        _ sums: UnsafeMutablePointer<S>, into target: UnsafeMutableRawPointer, _ count: (Int) -> Int
    ) {
        switch job.operation {
        case .count:
            let out = target.assumingMemoryBound(to: Int64.self)
            for i in 0..<job.layout.cells { out[i] = Int64(count(i)) }
        case .sum where S.isInteger:
            let out = target.assumingMemoryBound(to: Int64.self)
            for i in 0..<job.layout.cells { out[i] = sums[i].wrapped }
        case .sum: job.store(into: target) { sums[$0].asDouble }
        // Nothing valid: 0 / 0 is the NaN that is wanted.
        default: job.store(into: target) { sums[$0].asDouble / Double(count($0)) }
        }
    }
}
