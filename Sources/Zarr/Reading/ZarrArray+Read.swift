import Core
import Dispatch
import Synchronization

extension ZarrArray {
    /// Reads a region: one half-open range per axis. Absent chunks give the fill value.
    ///
    /// - Throws: `ZarrError` (`outOfBounds`, `tooLarge`, `corruptChunk` naming the chunk, `io`…); `CancellationError`.
    public func read(_ region: [Range<Int>], options: ReadOptions = ReadOptions()) throws -> ZarrBuffer {
        let plan = try RegionPlan(region, of: metadata, path: path)
        if dataType.isVariableLength {
            return ZarrBuffer(dataType: dataType, shape: plan.shape, text: try readText(plan, options))
        }
        guard let bytes = Shape.bytes(plan.shape, itemSize: dataType.size), bytes <= options.byteLimit else {
            throw ZarrError(.tooLarge, "the region has more than \(options.byteLimit) bytes", path: path)
        }
        let buffer = try RawBuffer.make(bytes)
        try read(plan, into: buffer.mutableBytes, options)
        return ZarrBuffer(dataType: dataType, shape: plan.shape, buffer: buffer)
    }

    /// Reads the whole array.
    public func readAll(options: ReadOptions = ReadOptions()) throws -> ZarrBuffer {
        try read(shape.map { 0..<$0 }, options: options)
    }

    /// Reads a region into memory of the caller's: C order, native byte order, exactly the region's bytes.
    public func read(
        _ region: [Range<Int>], into target: UnsafeMutableRawBufferPointer, options: ReadOptions = ReadOptions()
    ) throws {
        let plan = try RegionPlan(region, of: metadata, path: path)
        guard !dataType.isVariableLength, Shape.bytes(plan.shape, itemSize: dataType.size) == target.count else {
            throw ZarrError(.outOfBounds, "the destination does not have the region's size", path: path)
        }
        try read(plan, into: target, options)
    }

    private func read(_ plan: RegionPlan, into target: UnsafeMutableRawBufferPointer, _ options: ReadOptions) throws {
        guard plan.total > 0, let base = target.baseAddress else { return }
        let job = RegionRead(array: self, plan: plan, target: base, options: options)
        if options.cache != nil {
            try Workers.run(plan.total, options) { () in { (n) throws(ZarrError) in try job.fromCache(n) } }
        } else if metadata.plan.shards.isEmpty {
            try Workers.run(plan.total, options) {
                var scratch = ReadScratch()
                return { (n) throws(ZarrError) in try job.fromStore(n, &scratch) }
            }
        } else {
            let runs = try job.shardRuns()
            try Workers.run(runs.count, options) {
                var scratch = ReadScratch()
                return { (n) throws(ZarrError) in try job.fromShard(runs[n], &scratch) }
            }
        }
    }
}

/// What a worker uses again for every chunk.
struct ReadScratch {
    var decode = DecodeScratch()
    var chunk = ScratchBuffer()
}

/// Spreads numbered pieces of work over threads; the first error, or the cancel flag, stops all.
enum Workers {
    typealias Step = (Int) throws(ZarrError) -> Void

    /// - Parameter makeWorker: called once per thread, so that a worker has scratch memory of its own.
    static func run(_ count: Int, _ options: ReadOptions, _ makeWorker: @escaping @Sendable () -> Step) throws {
        let next = Atomic<Int>(0)
        let failure = Mutex<ZarrError?>(nil)
        let work: @Sendable (Int) -> Void = { _ in
            let step = makeWorker()
            while options.cancel?.isSet != true {
                let n = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard n < count else { return }
                do throws(ZarrError) { try step(n) } catch {
                    failure.withLock { $0 = $0 ?? error }
                    next.store(count, ordering: .relaxed)
                }
            }
        }
        let threads = max(1, min(options.concurrency, count))
        if threads == 1 { work(0) } else { DispatchQueue.concurrentPerform(iterations: threads, execute: work) }
        if let error = failure.withLock({ $0 }) { throw error }
        try options.cancel?.check()
    }
}

/// One region on its way into memory.
///
/// Unchecked: the workers write disjoint boxes of the destination, which outlives them.
struct RegionRead: @unchecked Sendable {
    let array: ZarrArray
    let plan: RegionPlan
    let target: UnsafeMutableRawPointer
    let options: ReadOptions

    func fromCache(_ ordinal: Int) throws(ZarrError) {
        let index = plan.index(ordinal)
        let box = plan.box(index).copy
        guard let chunk = try array.decodedChunk(index, cache: options.cache) else {
            return box.fill(target, with: array.metadata.fillValue.pattern)
        }
        box.copy(from: chunk.buffer.base, to: target)
        withExtendedLifetime(chunk) {}
    }

    func fromStore(_ ordinal: Int, _ scratch: inout ReadScratch) throws(ZarrError) {
        let index = plan.index(ordinal)
        do throws(ZarrError) {
            guard let bytes = try array.fetch(index) else {
                return plan.box(index).copy.fill(target, with: array.metadata.fillValue.pattern)
            }
            try bytes.withRaw { (raw) throws(ZarrError) in try place(raw, index, &scratch) }
        } catch {
            throw error.at(path: array.path, chunk: index)
        }
    }

    /// Decodes straight into the destination if the whole chunk lies there in one run; else decodes aside and copies rows.
    private func place(_ raw: UnsafeRawBufferPointer, _ index: [Int], _ scratch: inout ReadScratch) throws(ZarrError) {
        let (box, shape, isWhole) = plan.box(index)
        let pipeline = try array.pipeline(for: shape)
        if isWhole, let range = box.denseTargetRange, range.count == pipeline.decodedSize {
            let place = UnsafeMutableRawBufferPointer(start: target + range.lowerBound, count: range.count)
            return try array.decode(raw, pipeline, into: place, index, &scratch.decode)
        }
        let chunk = try scratch.chunk.bytes(pipeline.decodedSize)
        try array.decode(raw, pipeline, into: chunk, index, &scratch.decode)
        if let base = chunk.baseAddress { box.copy(from: base, to: target) }
    }
}

// MARK: - Shards

extension RegionRead {
    /// Chunks of one shard that lie close enough together to be fetched at once.
    struct Run: Sendable {
        var key: String
        var range: Range<Int>
        var chunks: [(ordinal: Int, range: Range<Int>)]
    }

    /// Gaps up to this are read over rather than asked around; runs end at the second size, so that threads share a shard.
    private static let maximumGap = 32 << 10
    private static let maximumRun = 4 << 20

    /// Looks every chunk up in the shard indexes, fills the absent ones at once, and joins the others to runs.
    func shardRuns() throws -> [Run] {
        var runs: [Run] = []
        let shards = try RegionPlan(plan.region, of: array.metadata, grid: array.metadata.storeGrid, path: array.path)
        for shard in 0..<shards.total {
            try options.cancel?.check()
            runs += try self.runs(ofShard: shards.index(shard))
        }
        return runs
    }

    private func runs(ofShard shard: [Int]) throws(ZarrError) -> [Run] {
        let unit = array.metadata.plan.unitShape
        // The part of the chunk grid that lies in both shard and region.
        var (low, counts) = ([Int](), [Int]())
        for axis in shard.indices {
            let perShard = array.metadata.plan.shards[0].shardShape[axis] / unit[axis]
            let first = max(shard[axis] * perShard, plan.first[axis])
            low.append(first)
            counts.append(min((shard[axis] + 1) * perShard, plan.first[axis] + plan.counts[axis]) - first)
        }
        var key = ""
        var found: [(ordinal: Int, range: Range<Int>)] = []
        for n in 0..<(Shape.product(counts) ?? 0) {
            let index = zip(Shape.unravel(n, counts), low).map { $0 + $1 }
            do throws(ZarrError) {
                if let place = try array.locate(index) {
                    key = place.key
                    found.append((Shape.ravel(zip(index, plan.first).map { $0 - $1 }, plan.counts), place.range))
                } else {
                    plan.box(index).copy.fill(target, with: array.metadata.fillValue.pattern)
                }
            } catch {
                throw error.at(path: array.path, chunk: index)
            }
        }
        return RegionRead.joined(found, key: key)
    }

    private static func joined(_ chunks: [(ordinal: Int, range: Range<Int>)], key: String) -> [Run] {
        var runs: [Run] = []
        for chunk in chunks.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last = runs.indices.last, chunk.range.lowerBound - runs[last].range.upperBound <= maximumGap,
                max(chunk.range.upperBound, runs[last].range.upperBound) - runs[last].range.lowerBound <= maximumRun
            {
                let range = runs[last].range
                runs[last].range = range.lowerBound..<max(range.upperBound, chunk.range.upperBound)
                runs[last].chunks.append(chunk)
            } else {
                runs.append(Run(key: key, range: chunk.range, chunks: [chunk]))
            }
        }
        return runs
    }

    func fromShard(_ run: Run, _ scratch: inout ReadScratch) throws(ZarrError) {
        let bytes: [UInt8]
        do throws(ZarrError) {
            guard let read = try array.store.read(run.key, .fromStart(run.range)) else {
                throw ZarrError(.io, "the shard vanished while it was read")
            }
            bytes = read
        } catch {
            throw error.at(path: array.path, chunk: run.chunks.first.map { plan.index($0.ordinal) })
        }
        try bytes.withRaw { (raw) throws(ZarrError) in
            for chunk in run.chunks {
                let index = plan.index(chunk.ordinal)
                let upper = chunk.range.upperBound - run.range.lowerBound
                guard upper <= raw.count else {
                    throw ZarrError(
                        .corruptChunk, "the shard ends before the chunk that its index promises", path: array.path, chunk: index)
                }
                try place(raw.part(chunk.range.lowerBound - run.range.lowerBound..<upper), index, &scratch)
            }
        }
    }
}

// MARK: - Text

extension ZarrArray {
    /// Reads elements of variable length, chunk by chunk.
    private func readText(_ plan: RegionPlan, _ options: ReadOptions) throws -> [String] {
        guard let count = Shape.product(plan.shape), count <= options.byteLimit / 16 else {
            throw ZarrError(.tooLarge, "the region has too many elements", path: path)
        }
        var text = [String](repeating: metadata.fillValue.text, count: count)
        var scratch = DecodeScratch()
        for ordinal in 0..<plan.total {
            try options.cancel?.check()
            let index = plan.index(ordinal)
            let elements: [String]
            do throws(ZarrError) {
                guard let decoded = try chunkText(index, &scratch) else { continue }
                elements = decoded
            } catch {
                throw error.at(path: path, chunk: index)
            }
            place(elements, plan, index, into: &text)
        }
        return text
    }

    private func chunkText(_ index: [Int], _ scratch: inout DecodeScratch) throws(ZarrError) -> [String]? {
        guard let bytes = try fetch(index) else { return nil }
        let shape = metadata.chunkGrid.shape(of: index)
        let pipeline = try pipeline(for: shape)
        return try bytes.withRaw { (raw) throws(ZarrError) in
            do throws(CodecFailure) {
                let decoded = try pipeline.decodeVariable(raw, scratch: &scratch)
                return try TextDecoding.variable(decoded, count: Shape.product(shape) ?? 0)
            } catch {
                throw ZarrError(.corruptChunk, error.message)
            }
        }
    }

    private func place(_ elements: [String], _ plan: RegionPlan, _ index: [Int], into text: inout [String]) {
        let shape = metadata.chunkGrid.shape(of: index)
        let origin = metadata.chunkGrid.origin(of: index)
        for (n, element) in elements.enumerated() {
            let at = zip(Shape.unravel(n, shape), origin).map { $0 + $1 }
            guard zip(at, plan.region).allSatisfy({ $1.contains($0) }) else { continue }
            text[Shape.ravel(zip(at, plan.region).map { $0 - $1.lowerBound }, plan.shape)] = element
        }
    }
}
