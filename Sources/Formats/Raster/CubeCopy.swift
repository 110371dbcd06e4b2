import Core
import Zarr

/// Copies pixels from their sources into the chunks of a store, holding one block of them at a time.
struct CubeCopy {
    let outputs: [CubeStoreWriter.Output]
    let layout: CubeLayout
    let options: ImportOptions

    func run(progress: @Sendable (Double, String) -> Void, cancel: CancelFlag?) throws(FormatsError) {
        let total = outputs.reduce(0.0) { $0 + Double($1.timeCount) * Double(layout.height) * Double(layout.width) }
        var done = 0.0
        let itemSize = outputs.map(\.variable.type.size).max() ?? 1
        for window in windows(itemSize: itemSize) {
            // Variables within a window: files that hold their bands interleaved are then decoded once.
            for output in outputs {
                for block in blocks(of: output, rows: window.rows, columns: window.columns) {
                    if cancel?.isSet == true { throw .cancelled }
                    try copy(block, of: output)
                    done += Double(block.count)
                    progress(min(1, done / max(1, total)), output.variable.name)
                }
            }
        }
    }

    /// Row and column ranges on chunk edges, whole rows first, whose pixels of one time fit the buffer.
    private func windows(itemSize: Int) -> [(rows: Range<Int>, columns: Range<Int>)] {
        let side = max(16, options.chunkSize)
        let budget = max(options.bufferBytes, side * side * itemSize)
        let bandBytes = layout.width * side * itemSize
        let rowStep = side * max(1, min(budget / max(1, bandBytes), (layout.height + side - 1) / side))
        let columnStep = bandBytes <= budget ? layout.width : side * max(1, budget / (side * side * itemSize))
        var windows: [(Range<Int>, Range<Int>)] = []
        for row in stride(from: 0, to: layout.height, by: rowStep) {
            for column in stride(from: 0, to: layout.width, by: columnStep) {
                windows.append((row..<min(row + rowStep, layout.height), column..<min(column + columnStep, layout.width)))
            }
        }
        return windows
    }

    /// Steps of the time axis on chunk edges that fit the buffer together.
    private func blocks(of output: CubeStoreWriter.Output, rows: Range<Int>, columns: Range<Int>) -> [PixelBlock] {
        let chunk = output.writer.gridShape.count == 3 ? output.writer.gridShape[0] : 1
        let chunkBytes = chunk * rows.count * columns.count * output.variable.type.size
        let step = chunk * max(1, options.bufferBytes / max(1, chunkBytes))
        return stride(from: 0, to: output.timeCount, by: step).map {
            PixelBlock(times: $0..<min($0 + step, output.timeCount), rows: rows, columns: columns)
        }
    }

    private func copy(_ block: PixelBlock, of output: CubeStoreWriter.Output) throws(FormatsError) {
        let size = output.variable.type.size
        let pixels = UnsafeMutableRawBufferPointer.allocate(byteCount: block.count * size, alignment: 16)
        defer { pixels.deallocate() }
        try output.source.read(block, into: pixels)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: output.writer.pieceByteCount, alignment: 16)
        defer { piece.deallocate() }
        let shape = output.writer.gridShape.count == 3 ? output.writer.gridShape : [1] + output.writer.gridShape
        for t in stride(from: block.times.lowerBound, to: block.times.upperBound, by: shape[0]) {
            for row in stride(from: block.rows.lowerBound, to: block.rows.upperBound, by: shape[1]) {
                for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: shape[2]) {
                    fill(piece, output)
                    let part = PixelBlock(
                        times: t..<min(t + shape[0], block.times.upperBound), rows: row..<min(row + shape[1], block.rows.upperBound),
                        columns: column..<min(column + shape[2], block.columns.upperBound))
                    cut(part, of: block, from: UnsafeRawBufferPointer(pixels), into: piece, shape: shape, size: size)
                    let index = [t / shape[0], row / shape[1], column / shape[2]]
                    let gridIndex = output.writer.gridShape.count == 3 ? index : Array(index.dropFirst())
                    try FormatsError.wrapping(.writeFailed, "a chunk cannot be written") { () throws(ZarrError) in
                        try output.writer.write(gridIndex: gridIndex, UnsafeRawBufferPointer(piece))
                    }
                }
            }
        }
    }

    /// Beyond the edge a chunk holds its fill value, so that one without data is seen to be empty.
    private func fill(_ piece: UnsafeMutableRawBufferPointer, _ output: CubeStoreWriter.Output) {
        let element = output.writer.metadata.fillValue.bytes
        guard element.contains(where: { $0 != 0 }), !element.isEmpty else {
            piece.initializeMemory(as: UInt8.self, repeating: 0)
            return
        }
        element.withUnsafeBytes { FillBytes.repeat($0, into: piece) }
    }

    private func cut(
        _ part: PixelBlock, of block: PixelBlock, from pixels: UnsafeRawBufferPointer, into piece: UnsafeMutableRawBufferPointer,
        shape: [Int], size: Int
    ) {
        let bytes = part.columns.count * size
        for t in part.times {
            for row in part.rows {
                let plane = (t - block.times.lowerBound) * block.rows.count + row - block.rows.lowerBound
                let source = (plane * block.columns.count + part.columns.lowerBound - block.columns.lowerBound) * size
                let target = ((t - part.times.lowerBound) * shape[1] + row - part.rows.lowerBound) * shape[2] * size
                UnsafeMutableRawBufferPointer(rebasing: piece[target..<target + bytes])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: pixels[source..<source + bytes]))
            }
        }
    }
}

/// Fills memory with one element over and over.
enum FillBytes {
    static func `repeat`(_ element: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        guard element.count > 0, target.count >= element.count else { return }
        UnsafeMutableRawBufferPointer(rebasing: target[..<element.count]).copyMemory(from: element)
        var filled = element.count
        // What is filled is copied behind itself, twice as much each time.
        while filled < target.count {
            let next = min(filled, target.count - filled)
            UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + next])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: target[..<next]))
            filled += next
        }
    }
}
