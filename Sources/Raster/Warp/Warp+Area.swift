/// What becomes of the source pixels under one output pixel.
protocol AreaReducer {
    mutating func begin()
    mutating func add(_ value: Float, weight: Double)
    func result() -> Float
    init()
}

/// The mean by area.
struct AreaMean: AreaReducer {
    private var sum = 0.0
    private var weight = 0.0
    @inline(__always) mutating func begin() { (sum, weight) = (0, 0) }
    @inline(__always) mutating func add(_ value: Float, weight w: Double) {
        sum += w * Double(value)
        weight += w
    }
    @inline(__always) func result() -> Float { weight > 1e-9 ? Float(sum / weight) : .nan }
}

/// The value with the largest area, of equals the smallest.
struct AreaMode: AreaReducer {
    private var seen: [(value: Float, weight: Double)] = []
    mutating func begin() { seen.removeAll(keepingCapacity: true) }
    mutating func add(_ value: Float, weight: Double) {
        // Runs of one class are the rule.
        if let last = seen.last, last.value == value { seen[seen.count - 1].weight += weight } else { seen.append((value, weight)) }
    }
    func result() -> Float {
        var best = (value: Float.nan, weight: 1e-9)
        var run = (value: Float.nan, weight: 0.0)
        for entry in seen.sorted(by: { $0.value < $1.value }) {
            run = entry.value == run.value ? (run.value, run.weight + entry.weight) : entry
            // Sums of the same areas in another order differ by rounding.
            if run.weight > best.weight * (1 + 1e-9) || run.value == best.value { best = run }
        }
        return best.value
    }
}

extension Warp {
    /// Reduces, per output pixel, the box around its footprint in the source; each pixel counts by the area inside the box.
    static func area<R: AreaReducer>(_ bands: [Band], _ source: WarpSource, _ mapping: PixelMapping, _ reducer: R) {
        let width = mapping.width
        let centre = RowScratch(width: width)
        let left = RowScratch(width: width)
        let right = RowScratch(width: width)
        let top = RowScratch(width: width)
        let bottom = RowScratch(width: width)
        var reducer = reducer
        for row in 0..<mapping.height {
            mapping.fill(row: row, centre.xs, centre.ys)
            mapping.fill(row: row, offsetX: 0, centre: left)
            mapping.fill(row: row, offsetX: 1, centre: right)
            mapping.fill(row: row, offsetY: 0, centre: top)
            mapping.fill(row: row, offsetY: 1, centre: bottom)
            for c in 0..<width {
                let (x, y) = (centre.xs[c], centre.ys[c])
                let halfX = (mapping.span(left.xs[c], right.xs[c]) + mapping.span(top.xs[c], bottom.xs[c])) / 2
                let halfY = (abs(right.ys[c] - left.ys[c]) + abs(bottom.ys[c] - top.ys[c])) / 2
                guard let box = AreaBox(x: x, halfX: halfX, y: y, halfY: halfY, source) else { continue }
                for band in bands { band.output[row * width + c] = box.reduce(band.source, source, &reducer) }
            }
        }
    }
}

/// A box in source pixels and the pixels it touches.
private struct AreaBox {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let columns: Range<Int>
    let rows: Range<Int>

    /// nil for a box that misses the source. The centre may lie outside: the last pixel of an overview of an odd size does.
    init?(x: Double, halfX: Double, y: Double, halfY: Double, _ source: WarpSource) {
        // A box of no width (a degenerate mapping) still covers the pixel it lies in; none is wider than the source.
        let (width, height) = (Double(source.sourceWidth), Double(source.sourceHeight))
        let (hx, hy) = (min(max(halfX, 1e-6), width / 2), min(max(halfY, 1e-6), height))
        // NaN fails these.
        guard x + hx > 0, x - hx < width, y + hy > 0, y - hy < height else { return nil }
        self.x = (x - hx)...(x + hx)
        self.y = (y - hy)...(y + hy)
        let touched = Int((x - hx).rounded(.down))..<Int((x + hx).rounded(.up))
        columns = source.wraps ? touched : touched.clamped(to: source.window.columns)
        rows = (Int((y - hy).rounded(.down))..<Int((y + hy).rounded(.up))).clamped(to: source.window.rows)
    }

    @inline(__always)
    func reduce<R: AreaReducer>(_ values: UnsafePointer<Float>, _ source: WarpSource, _ reducer: inout R) -> Float {
        reducer.begin()
        for row in rows {
            let high = min(y.upperBound, Double(row + 1)) - max(y.lowerBound, Double(row))
            for column in columns {
                let at = source.offset(column: column, row: row)
                guard at >= 0, values[at].isFinite else { continue }
                let wide = min(x.upperBound, Double(column + 1)) - max(x.lowerBound, Double(column))
                reducer.add(values[at], weight: wide * high)
            }
        }
        return reducer.result()
    }
}

extension PixelMapping {
    fileprivate func fill(row: Int, offsetX: Double = 0.5, offsetY: Double = 0.5, centre scratch: borrowing RowScratch) {
        fill(row: row, offsetX: offsetX, offsetY: offsetY, scratch.xs, scratch.ys)
    }

    /// How far apart two columns are, the short way round the earth.
    fileprivate func span(_ a: Double, _ b: Double) -> Double {
        let distance = abs(b - a)
        guard let period, distance > period / 2 else { return distance }
        return abs(distance - period)
    }
}
