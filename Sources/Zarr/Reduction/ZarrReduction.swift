import Core

/// What is made of the values along an axis. NaN and nodata are left out.
public enum ZarrReduction: String, CaseIterable, Sendable {
    case mean, min, max, sum
    /// Standard deviation of the population (divided by n, as numpy does).
    case std
    /// How many values are valid.
    case count
    /// The middle value; the mean of the two middle ones for an even number.
    case median

    /// The type of the result, as numpy has it: `min` and `max` keep the type, `count` is int64, sums of integers are 64 bits
    /// wide, means are float64, or float32 of float16 and float32.
    public func resultType(of type: DataType) -> DataType {
        switch self {
        case .count: .int64
        case .min, .max: type
        case .sum where !type.isFloatingPoint: type == .bool || type.isSigned ? .int64 : .uint64
        case .mean, .sum, .std, .median: type == .float32 || type == .float16 ? .float32 : .float64
        }
    }
}

/// How an array is reduced.
public struct ReduceOptions: Sendable {
    /// Values equal to this are left out beside NaN.
    public var nodata: Double?
    /// Result type of mean, std, median and sums of floats: `.float32` or `.float64`; nil: see `ZarrReduction.resultType`.
    public var resultType: DataType?
    public var concurrency: Int
    public var cancel: CancelFlag?

    public init(nodata: Double? = nil, resultType: DataType? = nil, concurrency: Int = 1, cancel: CancelFlag? = nil) {
        self.nodata = nodata
        self.resultType = resultType
        self.concurrency = concurrency
        self.cancel = cancel
    }
}

/// A finished part of a reduction.
public struct ReducedBlock {
    /// Where it lies in the result: one range per axis that is left.
    public let region: [Range<Int>]
    public let dataType: DataType
    /// C order, native byte order; valid during the call only.
    public let bytes: UnsafeRawBufferPointer
}

extension ZarrArray {
    /// Reduces along an axis, block by block: memory is that of a few chunks per thread, whatever the array's size.
    ///
    /// - Parameters:
    ///   - axis: the axis that disappears.
    ///   - sink: gets every block once, on any thread, several at a time.
    /// - Throws: `unsupported` for elements that are no numbers; `outOfBounds` for an axis that is none; what reading throws;
    ///   what `sink` throws, as `io`.
    public func reduce(
        axis: Int, _ operation: ZarrReduction, options: ReduceOptions = ReduceOptions(),
        sink: @escaping @Sendable (ReducedBlock) throws -> Void
    ) throws {
        guard shape.indices.contains(axis) else { throw ZarrError(.outOfBounds, "there is no axis \(axis)", path: path) }
        guard case .numeric(let type) = dataType else {
            throw ZarrError(.unsupported, "only numbers can be reduced", path: path)
        }
        guard metadata.chunkGrid.regularShape != nil else {
            throw ZarrError(.unsupported, "reducing an array of uneven chunks", path: path)
        }
        let job = ReductionJob(array: self, type: type, axis: axis, operation: operation, options: options, sink: sink)
        let read = ReadOptions(concurrency: options.concurrency, cancel: options.cancel)
        try Workers.run(job.blockCount, read) {
            var worker = ReductionWorker(job: job)
            return { (n) throws(ZarrError) in try worker.reduce(n) }
        }
    }

    /// Reduces along an axis into memory.
    public func reduce(axis: Int, _ operation: ZarrReduction, options: ReduceOptions = ReduceOptions()) throws -> ZarrBuffer {
        guard case .numeric(let type) = dataType, shape.indices.contains(axis) else {
            throw ZarrError(.unsupported, "only numbers can be reduced, along an axis that exists", path: path)
        }
        var left = shape
        left.remove(at: axis)
        let resultType = ReductionJob.resultType(operation, type, options)
        guard let bytes = Shape.bytes(left, itemSize: resultType.size), bytes <= ReadOptions().byteLimit else {
            throw ZarrError(.tooLarge, "the result is too large for memory", path: path)
        }
        let buffer = try RawBuffer.make(bytes)
        try reduce(axis: axis, operation, options: options) { [left] block in
            guard let from = block.bytes.baseAddress else { return }
            let extents = block.region.map(\.count)
            BoxCopy(
                box: extents, source: extents, sourceOrigin: extents.map { _ in 0 }, target: left,
                targetOrigin: block.region.map(\.lowerBound), itemSize: resultType.size
            ).copy(from: from, to: buffer.base)
        }
        return ZarrBuffer(dataType: .numeric(resultType), shape: left, buffer: buffer)
    }
}

/// The array cut into columns of chunks along the axis that disappears.
struct ReductionJob: Sendable {
    let array: ZarrArray
    let type: DataType
    let axis: Int
    let operation: ZarrReduction
    let options: ReduceOptions
    let sink: @Sendable (ReducedBlock) throws -> Void
    /// Extents before, along and behind the axis of one chunk.
    let layout: ChunkLayout

    init(
        array: ZarrArray, type: DataType, axis: Int, operation: ZarrReduction, options: ReduceOptions,
        sink: @escaping @Sendable (ReducedBlock) throws -> Void
    ) {
        self.array = array
        self.type = type
        self.axis = axis
        self.operation = operation
        self.options = options
        self.sink = sink
        let chunk = array.metadata.chunkShape
        layout = ChunkLayout(
            before: chunk[..<axis].reduce(1, *), along: chunk[axis], behind: chunk[(axis + 1)...].reduce(1, *))
    }

    var chunkShape: [Int] { array.metadata.chunkShape }
    var counts: [Int] { array.metadata.chunkGrid.counts }
    var resultType: DataType { ReductionJob.resultType(operation, type, options) }

    /// Chunk counts of the axes that are left.
    var blockCounts: [Int] {
        var left = counts
        left.remove(at: axis)
        return left
    }
    var blockCount: Int { Shape.product(blockCounts) ?? 0 }

    static func resultType(_ operation: ZarrReduction, _ type: DataType, _ options: ReduceOptions) -> DataType {
        let natural = operation.resultType(of: type)
        let isFraction = operation == .mean || operation == .std || operation == .median || (operation == .sum && type.isFloatingPoint)
        guard isFraction, let asked = options.resultType, asked == .float32 || asked == .float64 else { return natural }
        return asked
    }
}

/// A chunk seen as three axes.
struct ChunkLayout: Sendable {
    var before: Int
    var along: Int
    var behind: Int
    var cells: Int { before * behind }
}

/// One thread's memory and its way through a column of chunks.
struct ReductionWorker {
    private let job: ReductionJob
    private var scratch = ReadScratch()
    private var result = ScratchBuffer()
    private var cropped = ScratchBuffer()
    private let accumulator: any ReductionAccumulator

    init(job: ReductionJob) {
        self.job = job
        accumulator = Accumulators.make(job)
    }

    mutating func reduce(_ block: Int) throws(ZarrError) {
        var index = Shape.unravel(block, job.blockCounts)
        index.insert(0, at: job.axis)
        for slice in accumulator.slices {
            accumulator.begin(slice)
            for step in 0..<job.counts[job.axis] {
                index[job.axis] = step
                try add(index)
                if job.options.cancel?.isSet == true { return }
            }
            accumulator.end(slice)
        }
        try emit(index)
    }

    /// Decodes one chunk and adds the part of it that lies in the array.
    private mutating func add(_ index: [Int]) throws(ZarrError) {
        let array = job.array
        let chunk = try scratch.chunk.bytes(array.pipeline.decodedSize)
        guard let base = chunk.baseAddress else { return }
        do throws(ZarrError) {
            if let bytes = try array.fetch(index) {
                try bytes.withRaw { (raw) throws(ZarrError) in
                    try array.decode(raw, array.pipeline, into: chunk, index, &scratch.decode)
                }
            } else {
                array.metadata.fillValue.pattern.fill(base, byteCount: chunk.count)
            }
        } catch {
            throw error.at(path: array.path, chunk: index)
        }
        let start = index[job.axis] * job.chunkShape[job.axis]
        let count = min(job.chunkShape[job.axis], array.shape[job.axis] - start)
        accumulator.add(
            ChunkColumn(
                values: UnsafeRawPointer(base), layout: job.layout, count: count, nodata: job.options.nodata))
    }

    /// Cuts off what lies beyond the array's edge and hands the block over.
    private mutating func emit(_ index: [Int]) throws(ZarrError) {
        let size = job.resultType.size
        let all = try result.bytes(job.layout.cells * size)
        guard let base = all.baseAddress else { return }
        accumulator.finish(into: base)
        var (region, full) = ([Range<Int>](), [Int]())
        for axis in index.indices where axis != job.axis {
            let start = index[axis] * job.chunkShape[axis]
            region.append(start..<min(start + job.chunkShape[axis], job.array.shape[axis]))
            full.append(job.chunkShape[axis])
        }
        let extents = region.map(\.count)
        var bytes = UnsafeRawBufferPointer(all)
        if extents != full {
            let part = try cropped.bytes((Shape.product(extents) ?? 0) * size)
            let zeros = extents.map { _ in 0 }
            if let target = part.baseAddress {
                BoxCopy(box: extents, source: full, sourceOrigin: zeros, target: extents, targetOrigin: zeros, itemSize: size)
                    .copy(from: base, to: target)
            }
            bytes = UnsafeRawBufferPointer(part)
        }
        do { try job.sink(ReducedBlock(region: region, dataType: job.resultType, bytes: bytes)) } catch {
            throw (error as? ZarrError) ?? ZarrError(.io, "the result could not be taken: \(error)", path: job.array.path)
        }
    }
}
