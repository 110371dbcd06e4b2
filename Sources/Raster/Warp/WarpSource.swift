/// What the kernels know of the source: its size, the window that was read of it, and whether it goes round the earth.
///
/// `x`, `y` are source coordinates, `column`, `row` source pixels; offsets count within the window.
struct WarpSource {
    let sourceWidth: Int
    let sourceHeight: Int
    let window: PixelWindow
    let wraps: Bool

    init(_ mapping: PixelMapping, _ window: PixelWindow) {
        (sourceWidth, sourceHeight, wraps) = (mapping.sourceWidth, mapping.sourceHeight, mapping.wrapsAround)
        self.window = window
    }

    /// Pixels belong to the cell on their right and below within rounding, as in GDAL.
    static let edge = 1e-10

    /// Position of a pixel within the window; -1 outside the source or the window.
    @inline(__always)
    func offset(column: Int, row: Int) -> Int {
        guard row >= 0, row < sourceHeight else { return -1 }
        var c = column
        if c < 0 || c >= sourceWidth {
            guard wraps else { return -1 }
            c = ((c % sourceWidth) + sourceWidth) % sourceWidth
        }
        c -= window.column
        if c < 0, wraps { c += sourceWidth }
        let r = row - window.row
        guard c >= 0, c < window.width, r >= 0, r < window.height else { return -1 }
        return r * window.width + c
    }

    /// Whether a point lies on the source at all. NaN does not.
    @inline(__always)
    func holds(_ x: Double, _ y: Double) -> Bool {
        x >= -WarpSource.edge && x < Double(sourceWidth) && y >= -WarpSource.edge && y < Double(sourceHeight)
    }
}
