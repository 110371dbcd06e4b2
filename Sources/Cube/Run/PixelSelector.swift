import Core
import Geo
import Raster

/// A region in longitude and latitude.
public enum Region: Sendable {
    case bbox(BBox)
    /// A polygon or multipolygon (also in a collection).
    case geometry(Geometry)
    /// The whole cube.
    case everything
}

/// Pixels of a window that lie in a region, as runs along its rows.
struct PixelSelection: Sendable {
    struct Run: Sendable {
        /// Row-major position in the window.
        var start: Int
        var count: Int
    }

    var window: PixelWindow
    var runs: [Run]
    var count: Int

    /// All pixels of a window.
    init(all window: PixelWindow) {
        self.window = window
        runs = [Run(start: 0, count: window.pixelCount)]
        count = window.pixelCount
    }

    init(window: PixelWindow, mask: [Bool]) {
        self.window = window
        runs = []
        count = 0
        var start = -1
        for i in 0...mask.count {
            if i < mask.count, mask[i] {
                if start < 0 { start = i }
            } else if start >= 0 {
                runs.append(Run(start: start, count: i - start))
                count += i - start
                start = -1
            }
        }
    }
}

/// Decides which pixels of a grid lie in a region: exactly those whose centre does, in longitude and latitude.
///
/// Blocks whose outline is clear of the region's edges are decided as a whole; only along the edges each centre is looked at.
struct PixelSelector: Sendable {
    private let grid: PixelGrid
    private let toLonLat: CoordinateTransform
    private let region: Region
    private let bounds: BBox
    private let edges: [Edge]

    private struct Edge: Sendable {
        var west, south, east, north: Double
    }

    /// - Throws: `CubeError.invalidRegion` for a geometry that is not a polygon.
    init(_ region: Region, grid: PixelGrid) throws(CubeError) {
        self.grid = grid
        self.region = region
        toLonLat = try CubeError.wrapping(.invalidRegion, "the region cannot be brought into the cube's CRS") {
            try CoordinateTransform(from: grid.crs, to: .crs84)
        }
        switch region {
        case .everything: (bounds, edges) = (.world, [])
        case .bbox(let box):
            bounds = box
            edges = box.parts.flatMap { part in
                [
                    Edge(west: part.west, south: part.south, east: part.west, north: part.north),
                    Edge(west: part.east, south: part.south, east: part.east, north: part.north),
                    Edge(west: part.west, south: part.south, east: part.east, north: part.south),
                    Edge(west: part.west, south: part.north, east: part.east, north: part.north),
                ]
            }
        case .geometry(let geometry):
            let rings = PixelSelector.rings(geometry)
            guard !rings.isEmpty, let box = geometry.bounds else {
                throw CubeError(.invalidRegion, "a region is a polygon or a multipolygon in longitude and latitude")
            }
            bounds = box
            edges = rings.flatMap { ring in
                zip(ring, ring.dropFirst()).map { a, b in
                    Edge(west: min(a.x, b.x), south: min(a.y, b.y), east: max(a.x, b.x), north: max(a.y, b.y))
                }
            }
        }
    }

    private static func rings(_ geometry: Geometry) -> [[Position]] {
        switch geometry {
        case .polygon(let rings): rings
        case .multiPolygon(let polygons): polygons.flatMap { $0 }
        case .geometryCollection(let parts): parts.flatMap(rings)
        default: []
        }
    }

    private func contains(_ longitude: Double, _ latitude: Double) -> Bool {
        guard longitude.isFinite, latitude.isFinite else { return false }
        let turned = longitude < -180 || longitude > 180 ? longitude - (longitude / 360).rounded() * 360 : longitude
        switch region {
        case .everything: return true
        case .bbox(let box): return box.contains(longitude: turned, latitude: latitude)
        case .geometry(let geometry): return geometry.contains(x: turned, y: latitude)
        }
    }

    // MARK: blocks

    /// The selections of all blocks of `block` size that have any pixel in the region, in row-major order of the blocks.
    func selections(blockWidth: Int, blockHeight: Int, threads: Int) throws -> [PixelSelection] {
        let (columns, rows) = ((grid.width + blockWidth - 1) / blockWidth, (grid.height + blockHeight - 1) / blockHeight)
        var candidates: [PixelWindow] = []
        collect(0..<columns, 0..<rows, blockWidth, blockHeight, &candidates)
        candidates.sort { ($0.row, $0.column) < ($1.row, $1.column) }
        let windows = candidates
        return try Parallel.map(windows.count, threads: threads) { selection(in: windows[$0]) }.filter { $0.count > 0 }
    }

    /// Halves the range of blocks until one block is left, leaving out what cannot meet the region.
    private func collect(
        _ columns: Range<Int>, _ rows: Range<Int>, _ blockWidth: Int, _ blockHeight: Int, _ found: inout [PixelWindow]
    ) {
        let (column, row) = (columns.lowerBound * blockWidth, rows.lowerBound * blockHeight)
        let window = PixelWindow(
            column: column, row: row, width: min(columns.upperBound * blockWidth, grid.width) - column,
            height: min(rows.upperBound * blockHeight, grid.height) - row)
        guard mayMeet(window) else { return }
        if columns.count == 1, rows.count == 1 {
            found.append(window)
        } else if columns.count >= rows.count {
            let middle = (columns.lowerBound + columns.upperBound) / 2
            collect(columns.lowerBound..<middle, rows, blockWidth, blockHeight, &found)
            collect(middle..<columns.upperBound, rows, blockWidth, blockHeight, &found)
        } else {
            let middle = (rows.lowerBound + rows.upperBound) / 2
            collect(columns, rows.lowerBound..<middle, blockWidth, blockHeight, &found)
            collect(columns, middle..<rows.upperBound, blockWidth, blockHeight, &found)
        }
    }

    private func mayMeet(_ window: PixelWindow) -> Bool {
        if case .everything = region { return true }
        guard let outline = outline(window) else { return true }
        return shifted(outline).contains { box in
            box.south <= bounds.north && box.north >= bounds.south
                && bounds.parts.contains { $0.west <= box.east && $0.east >= box.west }
        }
    }

    /// The box around a window in longitude and latitude, somewhat too large; nil where it has no sensible one.
    private func outline(_ window: PixelWindow) -> Edge? {
        var (xs, ys): ([Double], [Double]) = ([], [])
        let steps = 8
        for j in 0...steps {
            for i in 0...steps {
                let point = grid.transform.apply(
                    column: Double(window.column) + Double(window.width * i) / Double(steps),
                    row: Double(window.row) + Double(window.height * j) / Double(steps))
                xs.append(point.x)
                ys.append(point.y)
            }
        }
        toLonLat.apply(&xs, &ys)
        guard let west = xs.min(), let east = xs.max(), let south = ys.min(), let north = ys.max(),
            xs.allSatisfy(\.isFinite), ys.allSatisfy(\.isFinite), east - west < 180 || grid.crs.isGeographic, abs(north) < 88,
            abs(south) < 88
                || grid.crs.isGeographic
        else { return nil }
        let (dx, dy) = ((east - west) * 0.1, (north - south) * 0.1)
        return Edge(west: west - dx, south: south - dy, east: east + dx, north: north + dy)
    }

    /// A box that may lie beyond ±180°, once for each turn in which it meets −180…180.
    private func shifted(_ box: Edge) -> [Edge] {
        [-360.0, 0, 360].compactMap { turn in
            let moved = Edge(west: box.west + turn, south: box.south, east: box.east + turn, north: box.north)
            return moved.east >= -180 && moved.west <= 180 ? moved : nil
        }
    }

    // MARK: pixels

    private static let small = 16

    func selection(in window: PixelWindow) -> PixelSelection {
        if case .everything = region { return PixelSelection(all: window) }
        let near = nearEdges(window, edges)
        if let near, near.isEmpty {
            return isInside(window) ? PixelSelection(all: window) : PixelSelection(window: window, mask: [])
        }
        var mask = [Bool](repeating: false, count: window.pixelCount)
        for row in stride(from: 0, to: window.height, by: PixelSelector.small) {
            for column in stride(from: 0, to: window.width, by: PixelSelector.small) {
                let part = PixelWindow(
                    column: window.column + column, row: window.row + row, width: min(PixelSelector.small, window.width - column),
                    height: min(PixelSelector.small, window.height - row))
                mark(part, in: window, near ?? edges, &mask)
            }
        }
        return PixelSelection(window: window, mask: mask)
    }

    private func mark(_ part: PixelWindow, in window: PixelWindow, _ edges: [Edge], _ mask: inout [Bool]) {
        let at = (part.row - window.row) * window.width + part.column - window.column
        if let near = nearEdges(part, edges), near.isEmpty {
            guard isInside(part) else { return }
            for row in 0..<part.height {
                for column in 0..<part.width { mask[at + row * window.width + column] = true }
            }
            return
        }
        let (xs, ys) = centres(part)
        for row in 0..<part.height {
            for column in 0..<part.width where contains(xs[row * part.width + column], ys[row * part.width + column]) {
                mask[at + row * window.width + column] = true
            }
        }
    }

    /// Edges whose box meets the window; nil if that cannot be told.
    private func nearEdges(_ window: PixelWindow, _ edges: [Edge]) -> [Edge]? {
        guard let outline = outline(window) else { return nil }
        let boxes = shifted(outline)
        return edges.filter { edge in
            boxes.contains { $0.west <= edge.east && $0.east >= edge.west && $0.south <= edge.north && $0.north >= edge.south }
        }
    }

    /// For a window that no edge meets one centre stands for all.
    private func isInside(_ window: PixelWindow) -> Bool {
        let (xs, ys) = centres(PixelWindow(column: window.column, row: window.row, width: 1, height: 1))
        return contains(xs[0], ys[0])
    }

    private func centres(_ window: PixelWindow) -> ([Double], [Double]) {
        var (xs, ys): ([Double], [Double]) = ([], [])
        xs.reserveCapacity(window.pixelCount)
        ys.reserveCapacity(window.pixelCount)
        for row in window.rows {
            for column in window.columns {
                let point = grid.transform.apply(column: Double(column) + 0.5, row: Double(row) + 0.5)
                xs.append(point.x)
                ys.append(point.y)
            }
        }
        toLonLat.apply(&xs, &ys)
        return (xs, ys)
    }
}
