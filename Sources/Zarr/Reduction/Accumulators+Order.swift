import Core

/// Smallest or largest value. Cells without a valid value hold nodata, or NaN, or (integers) the fill value.
final class Extremes: ReductionAccumulator {
    private let job: ReductionJob
    private let best: CellMemory
    private let known: CellMemory
    let slices = [0..<1]

    init(_ job: ReductionJob) {
        self.job = job
        best = CellMemory(cells: job.layout.cells, size: job.type.size)
        known = CellMemory(cells: job.layout.cells, size: 1)
    }

    func begin(_ slice: Range<Int>) {
        known.clear()
        let empty = job.options.nodata ?? (job.type.isFloatingPoint ? .nan : job.array.metadata.fillValue.double(job.array.dataType) ?? 0)
        job.type.run(Reset(best: best, cells: job.layout.cells, empty: empty))
    }

    func add(_ chunk: ChunkColumn) {
        if job.operation == .max {
            job.type.run(Largest(chunk: chunk, best: best, known: known))
        } else {
            job.type.run(Smallest(chunk: chunk, best: best, known: known))
        }
    }

    func finish(into target: UnsafeMutableRawPointer) {
        target.copyMemory(from: best.base, byteCount: job.layout.cells * job.type.size)
    }

    private struct Reset: NumericOperation {
        let best: CellMemory
        let cells: Int
        let empty: Double
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) { best.of(T.self).update(repeating: T(clamping: empty), count: cells) }
    }

    private struct Largest: NumericOperation {
        let chunk: ChunkColumn
        let best: CellMemory
        let known: CellMemory
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) { Extremes.add(T.self, chunk, best, known) { $0 > $1 } }
    }

    private struct Smallest: NumericOperation {
        let chunk: ChunkColumn
        let best: CellMemory
        let known: CellMemory
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) { Extremes.add(T.self, chunk, best, known) { $0 < $1 } }
    }

    @inline(__always)
    private static func add<T: ZarrNumber & BitwiseCopyable>(
        _: T.Type, _ chunk: ChunkColumn, _ best: CellMemory, _ known: CellMemory, _ isBetter: (T, T) -> Bool
    ) {
        let nodata = T.nodata(chunk.nodata)
        let (hasNodata, none) = (nodata != nil, nodata ?? T(clamping: 0))
        let (best, known, behind) = (best.of(T.self), known.of(UInt8.self), chunk.layout.behind)
        chunk.rows(T.self) { row, cell in
            let (best, known) = (best + cell, known + cell)
            for i in 0..<behind {
                let value = row[i]
                let isValid = value == value && !(hasNodata && value == none)
                let wins = isValid && (known[i] == 0 || isBetter(value, best[i]))
                best[i] = wins ? value : best[i]
                known[i] |= isValid ? 1 : 0
            }
        }
    }
}

/// Mean and sum of squared deviations, updated value by value (Welford), so that large means cost no precision.
final class Moments: ReductionAccumulator {
    private let job: ReductionJob
    private let means: CellMemory
    private let squares: CellMemory
    private let counts: CellMemory
    let slices = [0..<1]

    init(_ job: ReductionJob) {
        self.job = job
        means = CellMemory(cells: job.layout.cells, size: 8)
        squares = CellMemory(cells: job.layout.cells, size: 8)
        counts = CellMemory(cells: job.layout.cells, size: 8)
    }

    func begin(_ slice: Range<Int>) {
        means.clear()
        squares.clear()
        counts.clear()
    }

    func add(_ chunk: ChunkColumn) { job.type.run(Add(chunk: chunk, means: means, squares: squares, counts: counts)) }

    private struct Add: NumericOperation {
        let chunk: ChunkColumn
        let means: CellMemory
        let squares: CellMemory
        let counts: CellMemory

        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            let nodata = T.nodata(chunk.nodata)
            let (hasNodata, none) = (nodata != nil, nodata ?? T(clamping: 0))
            let (means, squares, counts) = (means.of(Double.self), squares.of(Double.self), counts.of(Double.self))
            let behind = chunk.layout.behind
            chunk.rows(T.self) { row, cell in
                let (means, squares, counts) = (means + cell, squares + cell, counts + cell)
                for i in 0..<behind {
                    let value = row[i].asDouble
                    let isValid = row[i] == row[i] && !(hasNodata && row[i] == none)
                    let count = counts[i] + (isValid ? 1 : 0)
                    let delta = isValid ? value - means[i] : 0
                    let mean = means[i] + delta / max(count, 1)
                    squares[i] += isValid ? delta * (value - mean) : 0
                    means[i] = mean
                    counts[i] = count
                }
            }
        }
    }

    func finish(into target: UnsafeMutableRawPointer) {
        let (squares, counts) = (squares.of(Double.self), counts.of(Double.self))
        job.store(into: target) { (squares[$0] / counts[$0]).squareRoot() }
    }
}

/// Holds all values of some cells at once, sorts them, and takes the middle. Long axes take several passes, so that memory
/// stays within bounds.
final class Median: ReductionAccumulator {
    private let job: ReductionJob
    private let length: Int
    private let held: CellMemory
    private let counts: CellMemory
    private let medians: CellMemory
    private var slice = 0..<0
    let slices: [Range<Int>]

    /// Bytes held per thread.
    private static let budget = 24 << 20

    init(_ job: ReductionJob) {
        self.job = job
        length = job.array.shape[job.axis]
        let cells = job.layout.cells
        let step = max(1, min(cells, Median.budget / max(1, length * job.type.size)))
        slices = stride(from: 0, to: cells, by: step).map { $0..<min($0 + step, cells) }
        held = CellMemory(cells: step * length, size: job.type.size)
        counts = CellMemory(cells: step, size: 4)
        medians = CellMemory(cells: cells, size: 8)
    }

    func begin(_ slice: Range<Int>) {
        self.slice = slice
        counts.clear()
    }

    func add(_ chunk: ChunkColumn) {
        job.type.run(Collect(chunk: chunk, slice: slice, length: length, held: held, counts: counts))
    }

    func end(_ slice: Range<Int>) {
        job.type.run(Settle(slice: slice, length: length, held: held, counts: counts, medians: medians))
    }

    func finish(into target: UnsafeMutableRawPointer) {
        let medians = medians.of(Double.self)
        job.store(into: target) { medians[$0] }
    }

    private struct Collect: NumericOperation {
        let chunk: ChunkColumn
        let slice: Range<Int>
        let length: Int
        let held: CellMemory
        let counts: CellMemory

        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            let nodata = T.nodata(chunk.nodata)
            let (hasNodata, none) = (nodata != nil, nodata ?? T(clamping: 0))
            let (held, counts, behind) = (held.of(T.self), counts.of(UInt32.self), chunk.layout.behind)
            chunk.rows(T.self) { row, cell in
                for at in (cell..<cell + behind).clamped(to: slice) {
                    let value = row[at - cell]
                    guard value == value, !(hasNodata && value == none) else { continue }
                    let place = at - slice.lowerBound
                    held[place * length + Int(counts[place])] = value
                    counts[place] += 1
                }
            }
        }
    }

    private struct Settle: NumericOperation {
        let slice: Range<Int>
        let length: Int
        let held: CellMemory
        let counts: CellMemory
        let medians: CellMemory

        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            for cell in slice {
                let place = cell - slice.lowerBound
                let count = Int(counts.of(UInt32.self)[place])
                var values = UnsafeMutableBufferPointer(start: held.of(T.self) + place * length, count: count)
                values.sort()
                medians.of(Double.self)[cell] =
                    count == 0
                    ? .nan
                    : count % 2 == 1 ? values[count / 2].asDouble : (values[count / 2 - 1].asDouble + values[count / 2].asDouble) / 2
            }
        }
    }
}
