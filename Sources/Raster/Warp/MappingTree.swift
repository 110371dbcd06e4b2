import Geo

/// Exact source coordinates of points of the output.
struct MappingSampler {
    let output: GeoTransform
    let transform: CoordinateTransform
    let inverse: GeoTransform
    let period: Double?
    static let limit = 1e9

    /// Output columns and rows in, source columns and rows out; NaN for points without a counterpart.
    func apply(_ xs: inout [Double], _ ys: inout [Double]) {
        for i in xs.indices { (xs[i], ys[i]) = output.apply(column: xs[i], row: ys[i]) }
        transform.apply(&xs, &ys)
        for i in xs.indices {
            let p = inverse.apply(column: xs[i], row: ys[i])
            // No grid is so large; what PROJ gives near its poles of no return can be.
            (xs[i], ys[i]) = abs(p.x) < MappingSampler.limit && abs(p.y) < MappingSampler.limit ? p : (.nan, .nan)
        }
    }

    /// Removes whole turns between the points of a cell, so that a cell over the antimeridian is smooth.
    func unwrap(_ xs: UnsafeMutablePointer<Double>, count: Int) {
        guard let period else { return }
        let first = xs[0]
        for i in 1..<count { xs[i] -= period * ((xs[i] - first) / period).rounded() }
    }
}

/// A grid of square root cells, each of which is a leaf or cut into four.
struct MappingTree: Sendable {
    enum Node: Sendable {
        case leaf(Int)
        /// Index of the first of four children: upper left, upper right, lower left, lower right.
        case split(Int)
        case empty
    }

    /// Side of a root cell in output pixels.
    static let rootSize = 64

    let width: Int
    let height: Int
    let columns: Int
    private(set) var nodes: [Node]
    private(set) var cells: [MappingCell] = []

    init(width: Int, height: Int, tolerance: Double, sampler: MappingSampler) {
        let size = MappingTree.rootSize
        self.width = width
        self.height = height
        columns = (width + size - 1) / size
        let rows = (height + size - 1) / size
        nodes = [Node](repeating: .empty, count: columns * rows)
        var pending: [Pending] = []
        pending.reserveCapacity(nodes.count)
        for row in 0..<rows {
            for column in 0..<columns { pending.append(Pending(node: row * columns + column, column: column * size, row: row * size)) }
        }
        var side = size
        while !pending.isEmpty {
            pending = decide(pending, side: side, tolerance: tolerance, sampler)
            side /= 2
        }
    }

    private struct Pending {
        var node: Int
        var column: Int
        var row: Int
    }

    /// Samples all cells of one size in one call, keeps those that are smooth, and returns the quarters of the others.
    private mutating func decide(_ pending: [Pending], side: Int, tolerance: Double, _ sampler: MappingSampler) -> [Pending] {
        var (xs, ys) = MappingTree.samplePoints(pending, side: side)
        sampler.apply(&xs, &ys)
        var next: [Pending] = []
        xs.withUnsafeMutableBufferPointer { xs in
            ys.withUnsafeMutableBufferPointer { ys in
                guard let x = xs.baseAddress, let y = ys.baseAddress else { return }
                for (i, cell) in pending.enumerated() {
                    decide(cell, side, tolerance, x + 9 * i, y + 9 * i, sampler, &next)
                }
            }
        }
        return next
    }

    private mutating func decide(
        _ cell: Pending, _ side: Int, _ tolerance: Double, _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        _ sampler: MappingSampler, _ next: inout [Pending]
    ) {
        if x[4].isFinite { sampler.unwrap(x, count: 9) }
        let (bendX, bendY) = (MappingCell.bend(x), MappingCell.bend(y))
        let bend = max(bendX, bendY)
        // A parabola is far closer than the straight line the bend is measured from: by the ratio of the cell to the distance
        // over which the projection changes, at most about a tenth where the bend itself is below a pixel or so.
        if bend <= tolerance * 8 || (side == 1 && !MappingCell.isTorn(x, bendX) && !MappingCell.isTorn(y, bendY)) {
            nodes[cell.node] = .leaf(cells.count)
            cells.append(MappingCell(xs: x, ys: y))
        } else if side == 1 {
            guard x[4].isFinite else { return }
            nodes[cell.node] = .leaf(cells.count)
            cells.append(MappingCell(constant: x[4], y[4]))
        } else if side <= 16, (0..<9).allSatisfy({ x[$0].isNaN }) {
            return
        } else {
            split(cell, side / 2, &next)
        }
    }

    private mutating func split(_ cell: Pending, _ half: Int, _ next: inout [Pending]) {
        let first = nodes.count
        nodes[cell.node] = .split(first)
        nodes.append(contentsOf: repeatElement(.empty, count: 4))
        for child in 0..<4 {
            let (column, row) = (cell.column + (child & 1) * half, cell.row + (child >> 1) * half)
            if column < width, row < height { next.append(Pending(node: first + child, column: column, row: row)) }
        }
    }

    private static func samplePoints(_ pending: [Pending], side: Int) -> ([Double], [Double]) {
        var xs: [Double] = []
        var ys: [Double] = []
        xs.reserveCapacity(9 * pending.count)
        ys.reserveCapacity(9 * pending.count)
        let step = Double(side) / 2
        for cell in pending {
            for k in 0..<9 {
                xs.append(Double(cell.column) + Double(k % 3) * step)
                ys.append(Double(cell.row) + Double(k / 3) * step)
            }
        }
        return (xs, ys)
    }
}

extension MappingTree {
    func fill(row: Int, offsetX: Double, offsetY: Double, _ xs: UnsafeMutablePointer<Double>, _ ys: UnsafeMutablePointer<Double>) {
        let size = MappingTree.rootSize
        nodes.withUnsafeBufferPointer { nodes in
            cells.withUnsafeBufferPointer { cells in
                let walk = Walk(nodes: nodes, cells: cells, width: width, offsetX: offsetX, xs: xs, ys: ys)
                let first = row / size * columns
                let y = Double(row % size) + offsetY
                for i in 0..<columns { walk.visit(first + i, i * size, Double(size), row % size, y) }
            }
        }
    }

    func point(column: Int, row: Int, offsetX: Double, offsetY: Double) -> (x: Double, y: Double) {
        var side = MappingTree.rootSize
        var (c, r) = (column % side, row % side)
        var node = row / side * columns + column / side
        while true {
            switch nodes[node] {
            case .empty: return (.nan, .nan)
            case .leaf(let index):
                let (u, v) = ((Double(c) + offsetX) / Double(side), (Double(r) + offsetY) / Double(side))
                let line = cells[index].row(v)
                return (line.x.0 + u * (line.x.1 + u * line.x.2), line.y.0 + u * (line.y.1 + u * line.y.2))
            case .split(let first):
                side /= 2
                node = first + (c >= side ? 1 : 0) + (r >= side ? 2 : 0)
                if c >= side { c -= side }
                if r >= side { r -= side }
            }
        }
    }

    /// One row's way through the tree.
    private struct Walk {
        let nodes: UnsafeBufferPointer<Node>
        let cells: UnsafeBufferPointer<MappingCell>
        let width: Int
        let offsetX: Double
        let xs: UnsafeMutablePointer<Double>
        let ys: UnsafeMutablePointer<Double>

        /// - Parameters: `row` is the pixel row within the cell, `y` the same with its offset.
        func visit(_ node: Int, _ column: Int, _ side: Double, _ row: Int, _ y: Double) {
            let end = min(width, column + Int(side))
            guard column < end else { return }
            switch nodes[node] {
            case .empty:
                for c in column..<end { (xs[c], ys[c]) = (.nan, .nan) }
            case .leaf(let index):
                let line = cells[index].row(y / side)
                let scale = 1 / side
                let (px, py) = (xs + column, ys + column)
                for i in 0..<Int32(truncatingIfNeeded: end - column) {
                    // Thirty-two bits: SSE2 has no conversion of more.
                    let u = (Double(i) + offsetX) * scale
                    px[Int(i)] = line.x.0 + u * (line.x.1 + u * line.x.2)
                    py[Int(i)] = line.y.0 + u * (line.y.1 + u * line.y.2)
                }
            case .split(let first):
                let half = Int(side) / 2
                let lower = row >= half
                let (childRow, childY) = lower ? (row - half, y - Double(half)) : (row, y)
                let child = first + (lower ? 2 : 0)
                visit(child, column, side / 2, childRow, childY)
                visit(child + 1, column + half, side / 2, childRow, childY)
            }
        }
    }
}
