extension PixelMapping {
    /// Source pixels that `method` needs for this output, with the reach of its kernel; nil if the output lies outside the source.
    public func sourceWindow(for method: Resampling) -> PixelWindow? {
        switch method {
        case .nearest, .bilinear, .cubic: sourceWindow(halo: method.halo)
        case .average, .mode: sourceWindow(halo: method.halo + footprintReach)
        }
    }

    /// Half the width of an output pixel in source pixels, at most the whole source.
    private var footprintReach: Int {
        let half = (sourcePixelsPerOutputPixel / 2).rounded(.up)
        let most = max(sourceWidth, sourceHeight)
        return half < Double(most) ? Int(half) : most
    }

    /// The smallest window of the source around all output pixels plus `halo` pixels on every side, clipped to the source;
    /// nil if they lie outside it. Over the seam of a source that goes round the earth the window wraps (see `PixelWindow`).
    public func sourceWindow(halo: Int) -> PixelWindow? {
        var rows: (low: Double, high: Double) = (.infinity, -.infinity)
        var spans: [(low: Double, high: Double)] = []
        forEachPatch { x, y in
            guard y.high >= 0, y.low < Double(sourceHeight) else { return }
            rows = (min(rows.low, y.low), max(rows.high, y.high))
            spans.append(x)
        }
        guard let (column, width) = columnRange(spans, halo: halo) else { return nil }
        // One more for what a parabola may bulge between its samples.
        let top = max(0, Int(max(0, rows.low).rounded(.down)) - halo - 1)
        let bottom = min(sourceHeight, Int(min(Double(sourceHeight), rows.high).rounded(.down)) + halo + 2)
        guard top < bottom else { return nil }
        return PixelWindow(column: column, row: top, width: width, height: bottom - top)
    }

    private func columnRange(_ spans: [(low: Double, high: Double)], halo: Int) -> (column: Int, width: Int)? {
        let limit = Double(sourceWidth)
        if wrapsAround { return circularRange(spans, halo: halo) }
        var (low, high) = (Double.infinity, -Double.infinity)
        for span in spans {
            for shift in shifts(of: span) where span.high + shift >= 0 && span.low + shift < limit {
                low = min(low, span.low + shift)
                high = max(high, span.high + shift)
            }
        }
        guard low <= high else { return nil }
        let first = max(0, Int(max(0, low).rounded(.down)) - halo - 1)
        let last = min(sourceWidth, Int(min(limit, high).rounded(.down)) + halo + 2)
        return first < last ? (first, last - first) : nil
    }

    /// Whole turns that may bring a span into the source.
    private func shifts(of span: (low: Double, high: Double)) -> [Double] {
        guard let period else { return [0] }
        let turns = (span.low / period).rounded(.down)
        return [-turns * period, -(turns + 1) * period]
    }

    /// The shortest arc of columns that holds all spans, on a circle of `sourceWidth` columns.
    private func circularRange(_ spans: [(low: Double, high: Double)], halo: Int) -> (column: Int, width: Int)? {
        let turn = Double(sourceWidth)
        var sorted: [(low: Double, high: Double)] = []
        // Beyond the limit an affine output lies nowhere near the earth.
        for span in spans where abs(span.low) < MappingSampler.limit * 1000 {
            guard span.high - span.low < turn else { return (0, sourceWidth) }
            let base = (span.low / turn).rounded(.down) * turn
            sorted.append((span.low - base, span.high - base))
        }
        sorted.sort { $0.low < $1.low }
        guard let first = sorted.first else { return nil }
        // The widest gap between the end of what is covered so far and the next start.
        var covered = first.high
        var best = (gap: -Double.infinity, start: first.low, end: first.high)
        for span in sorted.dropFirst() {
            if span.low - covered > best.gap { best = (span.low - covered, span.low, covered + turn) }
            covered = max(covered, span.high)
        }
        if first.low + turn - covered > best.gap { best = (first.low + turn - covered, first.low, covered) }
        let start = Int(best.start.rounded(.down)) - halo - 1
        let count = Int(best.end.rounded(.down)) + halo + 2 - start
        guard best.gap > 0, count < sourceWidth else { return (0, sourceWidth) }
        let column = ((start % sourceWidth) + sourceWidth) % sourceWidth
        return (column, count)
    }

    /// About how many source pixels one output pixel is wide (1 or less: no reduction); chooses the overview.
    ///
    /// The square root of the area where the mapping is defined, the median over the output's cells.
    public var sourcePixelsPerOutputPixel: Double {
        switch shape {
        case .affine(let t):
            return abs(t.pixelWidth * t.pixelHeight - t.rowRotation * t.columnRotation).squareRoot()
        case .cells(let tree):
            let scales = tree.scales.sorted()
            return scales.isEmpty ? 1 : scales[scales.count / 2]
        }
    }

    /// Calls `body` with the ranges of source columns and rows of each part of the output.
    private func forEachPatch(_ body: ((low: Double, high: Double), (low: Double, high: Double)) -> Void) {
        switch shape {
        case .affine(let t):
            let corners = [(0.0, 0.0), (Double(width), 0.0), (0.0, Double(height)), (Double(width), Double(height))]
                .map { t.apply(column: $0.0, row: $0.1) }
            let (xs, ys) = (corners.map(\.x), corners.map(\.y))
            body((xs.min() ?? 0, xs.max() ?? 0), (ys.min() ?? 0, ys.max() ?? 0))
        case .cells(let tree):
            for cell in tree.cells {
                var x = (low: Double.infinity, high: -Double.infinity)
                var y = (low: Double.infinity, high: -Double.infinity)
                for v in [0, 0.5, 1] {
                    let line = cell.row(v)
                    for u in [0, 0.5, 1] {
                        let (px, py) = (line.x.0 + u * (line.x.1 + u * line.x.2), line.y.0 + u * (line.y.1 + u * line.y.2))
                        x = (min(x.low, px), max(x.high, px))
                        y = (min(y.low, py), max(y.high, py))
                    }
                }
                body(x, y)
            }
        }
    }
}

extension MappingTree {
    /// Source pixels per output pixel in the middle of every leaf.
    var scales: [Double] {
        var scales: [Double] = []
        var stack: [(node: Int, side: Double)] = (0..<rootCount).map { ($0, Double(MappingTree.rootSize)) }
        while let (node, side) = stack.popLast() {
            switch nodes[node] {
            case .empty: continue
            case .split(let first): for child in 0..<4 { stack.append((first + child, side / 2)) }
            case .leaf(let index):
                let cell = cells[index]
                let (xu, xv) = (cell.cx.1 + cell.cx.2 + (cell.cx.4 + cell.cx.5) / 2, cell.cx.3 + cell.cx.4 / 2 + cell.cx.6)
                let (yu, yv) = (cell.cy.1 + cell.cy.2 + (cell.cy.4 + cell.cy.5) / 2, cell.cy.3 + cell.cy.4 / 2 + cell.cy.6)
                let scale = abs(xu * yv - xv * yu).squareRoot() / side
                if scale > 0, scale.isFinite { scales.append(scale) }
            }
        }
        return scales
    }

    var rootCount: Int { columns * ((height + MappingTree.rootSize - 1) / MappingTree.rootSize) }
}
