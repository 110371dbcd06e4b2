/// A region cut into boxes along the borders of chunks, each of about as many bytes as allowed (one chunk at least), in C order:
/// so that a long read needs little memory and decodes no chunk twice.
public struct RegionBoxes: Sendable {
    private let cuts: [[Range<Int>]]
    /// Number of boxes.
    public let count: Int
    /// No box has more bytes than this.
    public let largestByteCount: Int

    /// - Throws: `outOfBounds`
    public init(_ region: [Range<Int>], of array: ZarrArray, byteLimit: Int) throws(ZarrError) {
        try self.init(region, of: array.metadata, grid: array.metadata.chunkGrid, byteLimit: byteLimit, path: array.path)
    }

    /// - Parameter covering: extents that a box should reach if it may, before it grows further: those of the chunks of
    ///   another array, each of which would otherwise be decoded for several boxes.
    init(
        _ region: [Range<Int>], of metadata: ZarrArrayMetadata, grid: ZarrChunkGrid, covering: [Int]? = nil, byteLimit: Int,
        path: String
    ) throws(ZarrError) {
        let plan = try RegionPlan(region, of: metadata, grid: grid, path: path)
        guard plan.total > 0 else {
            (cuts, count, largestByteCount) = ([], 0, 0)
            return
        }
        let sizes = zip(grid.maximumShape, region).map { min($0, $1.count) }
        let size = metadata.dataType.isVariableLength ? 16 : metadata.dataType.size
        let groups = RegionBoxes.groups(
            sizes, counts: plan.counts, covering: covering ?? sizes, itemSize: size, budget: byteLimit)
        cuts = region.indices.map { axis in
            stride(from: 0, to: plan.counts[axis], by: groups[axis]).map { start in
                let first = grid.range(axis, plan.first[axis] + start)
                let last = grid.range(axis, plan.first[axis] + min(start + groups[axis], plan.counts[axis]) - 1)
                return max(first.lowerBound, region[axis].lowerBound)..<min(last.upperBound, region[axis].upperBound)
            }
        }
        count = Shape.product(cuts.map(\.count)) ?? 0
        largestByteCount = zip(sizes, groups).reduce(size) { $0 * $1.0 * $1.1 }
    }

    /// How many chunks a box has along each axis: first as many as cover the extents asked for, then more from the last axis
    /// on, an axis only when those behind it are whole.
    private static func groups(_ sizes: [Int], counts: [Int], covering: [Int], itemSize: Int, budget: Int) -> [Int] {
        var groups = sizes.map { _ in 1 }
        var bytes = sizes.reduce(max(itemSize, 1), *)
        for axis in sizes.indices.reversed() {
            let wanted = min(counts[axis], (covering[axis] - 1) / max(sizes[axis], 1) + 1)
            groups[axis] = max(1, min(wanted, budget / max(bytes, 1)))
            bytes *= groups[axis]
        }
        for axis in sizes.indices.reversed() {
            let times = max(1, min((counts[axis] - 1) / groups[axis] + 1, budget / max(bytes, 1)))
            groups[axis] *= times
            bytes *= times
            if groups[axis] < counts[axis] { break }
        }
        return groups
    }

    /// The n-th box: one range per axis.
    public subscript(_ n: Int) -> [Range<Int>] {
        zip(Shape.unravel(n, cuts.map(\.count)), cuts).map { $1[$0] }
    }
}
