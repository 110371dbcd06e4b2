import Core
import Geo
import Raster
import Zarr

/// One publication: level 0, overviews, statistics, metadata, in this order.
struct PublishJob: Sendable {
    let plan: PublishPlan
    let source: any ZarrStore
    let target: any WritableZarrStore
    let threads: Int
    let cacheBytes: Int
    let progress: PublishProgress
    let cancel: CancelFlag?

    func run() throws -> CubeDescription {
        var writers: [[ZarrArrayWriter]] = []
        for (level, grid) in plan.grids.enumerated() {
            writers.append(
                try plan.variables.map { variable in
                    let path = level == 0 ? variable.name : plan.path(ofLevel: level) + "/" + variable.name
                    return try ZarrArrayWriter(
                        store: target, path: path, spec: variable.spec(width: grid.width, height: grid.height, isNative: level == 0))
                })
        }
        var bands: [Band] = []
        for (i, variable) in plan.variables.enumerated() {
            bands += try copy(variable, writers[0][i])
        }
        for level in plan.grids.indices.dropFirst() {
            for (i, variable) in plan.variables.enumerated() {
                try reduce(variable, from: writers[level - 1][i].metadata, level: level, writers[level][i])
            }
        }
        let order = plan.source.bands.map(\.name)
        bands.sort { (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0) }
        let description = try LayerStatistics(target: target, threads: threads, cancel: cancel).complete(describe(bands, writers))
        try cancel?.check()
        try CubeMetadataWriter(plan: plan, target: target, description: description).write(writers)
        progress.finish("published")
        return description
    }

    private func describe(_ bands: [Band], _ writers: [[ZarrArrayWriter]]) -> CubeDescription {
        var description = plan.source
        description.bands = bands
        description.timeOrder = nil
        description.variables = plan.variables.map { .init(path: $0.name, axes: $0.axes) }
        description.levels = plan.grids.enumerated().map { level, grid in
            var arrays: [String: ZarrArrayMetadata] = [:]
            for (variable, writer) in zip(plan.variables, writers[level]) { arrays[variable.name] = writer.metadata }
            return .init(path: plan.path(ofLevel: level), factor: 1 << level, grid: grid, arrays: arrays)
        }
        return description
    }

    /// A shard: the store's grid index and what it covers.
    private struct Piece {
        var gridIndex: [Int]
        var times: Range<Int>
        var band: Int
        var window: PixelWindow
    }

    /// Piece `ordinal` of an array, time innermost: neighbours in time share chunks of the source.
    private func piece(_ ordinal: Int, _ variable: VariablePlan, _ writer: ZarrArrayWriter, _ grid: PixelGrid) -> Piece {
        let (axes, counts, shape) = (variable.axes, writer.gridCounts, writer.gridShape)
        let timeCount = axes.time.map { counts[$0] } ?? 1
        let (time, rest) = (ordinal % timeCount, ordinal / timeCount)
        let (column, rest2) = (rest % counts[axes.x], rest / counts[axes.x])
        let (row, band) = (rest2 % counts[axes.y], rest2 / counts[axes.y])
        let (x, y) = (column * shape[axes.x], row * shape[axes.y])
        let steps = axes.time.map { shape[$0] } ?? 1
        return Piece(
            gridIndex: variable.extents(time: time, band: band, y: row, x: column),
            times: time * steps..<min(variable.times ?? 1, (time + 1) * steps), band: band,
            window: PixelWindow(column: x, row: y, width: min(shape[axes.x], grid.width - x), height: min(shape[axes.y], grid.height - y)))
    }

    /// Calls `body` for every shard with a buffer full of the fill value, and writes what it leaves there.
    private func forEachPiece(
        _ variable: VariablePlan, _ writer: ZarrArrayWriter, _ grid: PixelGrid, _ what: String,
        _ body: @Sendable (Int, Piece, UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        let count = writer.gridCounts.reduce(1, *)
        let fill = writer.metadata.fillValue.bytes
        try Parallel.forEach(count, threads: threads, cancel: cancel) { ordinal in
            let piece = piece(ordinal, variable, writer, grid)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: writer.pieceByteCount, alignment: 16)
            defer { buffer.deallocate() }
            PublishJob.fill(buffer, fill)
            try body(ordinal, piece, buffer)
            try writer.write(gridIndex: piece.gridIndex, UnsafeRawBufferPointer(buffer))
            progress.add(piece.window.pixelCount * piece.times.count, what)
        }
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, _ element: [UInt8]) {
        guard let base = buffer.baseAddress, !element.isEmpty, buffer.count >= element.count else { return }
        if element.allSatisfy({ $0 == element[0] }) {
            buffer.initializeMemory(as: UInt8.self, repeating: element[0])
            return
        }
        element.withUnsafeBytes { if let from = $0.baseAddress { base.copyMemory(from: from, byteCount: element.count) } }
        var done = element.count
        while done < buffer.count {
            let more = min(done, buffer.count - done)
            (base + done).copyMemory(from: base, byteCount: more)
            done += more
        }
    }

    // MARK: level 0

    /// Copies an array bit for bit and returns its bands with their statistics.
    private func copy(_ variable: VariablePlan, _ writer: ZarrArrayWriter) throws -> [Band] {
        let grid = plan.grids[0]
        let array = ZarrArray(
            store: source, path: plan.inspection.group.isEmpty ? variable.name : plan.inspection.group + "/" + variable.name,
            metadata: variable.metadata)
        let options = ReadOptions(cache: cache(variable, writer), concurrency: 1, cancel: cancel)
        let tallies = TallyBoard()
        // About a quarter of a million samples per band.
        let every = max(1, grid.width * grid.height * (variable.times ?? 1) / 250_000)
        try forEachPiece(variable, writer, grid, "copying \(variable.name)") { ordinal, piece, buffer in
            guard let base = buffer.baseAddress else { return }
            let band = variable.bands[piece.band]
            let source = BandSource(band: band, array: array, axes: variable.sourceAxes, decoding: PixelDecoding(band))
            let stride = writer.gridShape[variable.axes.x], rows = writer.gridShape[variable.axes.y]
            let plane = stride * rows * variable.dataType.size
            if let order = plan.source.timeOrder, variable.sourceAxes.time != nil {
                for (i, t) in piece.times.enumerated() {
                    try source.copyRaw(
                        times: order[t]..<(order[t] + 1), window: piece.window, to: base + i * plane, stride: stride, rows: rows, options)
                }
            } else {
                try source.copyRaw(times: piece.times, window: piece.window, to: base, stride: stride, rows: rows, options)
            }
            tallies.add(
                tally(source.decoding, piece, base, stride: stride, rows: rows, every: every, width: grid.width), band: piece.band,
                ordinal: ordinal)
        }
        return variable.bands.enumerated().map { i, band in
            var band = band
            band.statistics = tallies.sum(band: i).summary(pixels: grid.width * grid.height, times: variable.times ?? 1)
            return band
        }
    }

    /// Source chunks that lie within one shard are decoded once anyway; others are kept for the neighbours.
    private func cache(_ variable: VariablePlan, _ writer: ZarrArrayWriter) -> ChunkCache? {
        let (from, to) = (variable.sourceAxes, variable.axes)
        var pairs = [(variable.metadata.chunkShape[from.y], writer.gridShape[to.y]), (variable.metadata.chunkShape[from.x], writer.gridShape[to.x])]
        if let a = from.time, let b = to.time { pairs.append((variable.metadata.chunkShape[a], writer.gridShape[b])) }
        if let a = from.band { pairs.append((variable.metadata.chunkShape[a], 1)) }
        let isAligned = plan.source.timeOrder == nil && pairs.allSatisfy { $0.0 > 0 && $0.1 % $0.0 == 0 }
        return isAligned ? nil : ChunkCache(byteLimit: cacheBytes)
    }

    /// Statistics of one shard, decoded a few rows at a time.
    private func tally(
        _ decoding: PixelDecoding, _ piece: Piece, _ base: UnsafeMutableRawPointer, stride: Int, rows: Int, every: Int, width: Int
    ) -> BandTally {
        var tally = BandTally()
        let window = piece.window
        withUnsafeTemporaryAllocation(of: Double.self, capacity: window.width) { line in
            for (i, time) in piece.times.enumerated() {
                for row in 0..<window.height {
                    decoding.decode(base + ((i * rows + row) * stride) * decoding.type.size, into: line)
                    tally.add(UnsafeBufferPointer(line), time: time, every: every, phase: (window.row + row) * width + window.column + time)
                }
            }
        }
        return tally
    }

    // MARK: overviews

    private func reduce(_ variable: VariablePlan, from finer: ZarrArrayMetadata, level: Int, _ writer: ZarrArrayWriter) throws {
        let (grid, fine) = (plan.grids[level], plan.grids[level - 1])
        let path = level == 1 ? variable.name : plan.path(ofLevel: level - 1) + "/" + variable.name
        let array = ZarrArray(store: target, path: path, metadata: finer)
        let options = ReadOptions(concurrency: 1, cancel: cancel)
        try forEachPiece(variable, writer, grid, "overview \(level) of \(variable.name)") { _, piece, buffer in
            guard let base = buffer.baseAddress else { return }
            let band = variable.bands[piece.band]
            let source = BandSource(band: band, array: array, axes: variable.axes, decoding: PixelDecoding(band))
            let downsampling = Downsampling(band)
            let stride = writer.gridShape[variable.axes.x], rows = writer.gridShape[variable.axes.y]
            let window = PixelWindow(
                column: piece.window.column * 2, row: piece.window.row * 2,
                width: min(piece.window.width * 2, fine.width - piece.window.column * 2),
                height: min(piece.window.height * 2, fine.height - piece.window.row * 2))
            for (i, t) in piece.times.enumerated() {
                let raw = try source.raw(times: t..<(t + 1), window: window, options)
                raw.withUnsafeBytes { bytes in
                    guard let from = bytes.baseAddress else { return }
                    downsampling.run(
                        .init(base: from, width: window.width, height: window.height),
                        to: base + i * stride * rows * variable.dataType.size, stride: stride)
                }
            }
        }
    }
}
