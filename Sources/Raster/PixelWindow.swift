/// A rectangle of pixels of a source grid.
///
/// Where the source goes round the whole earth, a window may run over its last column: `column + width` is then greater than
/// the width of the source and the pixels beyond it are those from column 0 on (`parts(sourceWidth:)` splits it).
public struct PixelWindow: Hashable, Sendable {
    public var column: Int
    public var row: Int
    public var width: Int
    public var height: Int

    public init(column: Int, row: Int, width: Int, height: Int) {
        self.column = column
        self.row = row
        self.width = width
        self.height = height
    }

    public var columns: Range<Int> { column..<(column + max(0, width)) }
    public var rows: Range<Int> { row..<(row + max(0, height)) }
    public var pixelCount: Int { max(0, width) * max(0, height) }

    /// The windows to read, none of which wraps, with the column of this window that each begins at.
    public func parts(sourceWidth: Int) -> [(window: PixelWindow, atColumn: Int)] {
        guard sourceWidth > 0, column + width > sourceWidth else { return [(self, 0)] }
        var parts: [(window: PixelWindow, atColumn: Int)] = []
        var done = 0
        while done < width {
            let start = (column + done) % sourceWidth
            let count = min(width - done, sourceWidth - start)
            parts.append((PixelWindow(column: start, row: row, width: count, height: height), done))
            done += count
        }
        return parts
    }
}
