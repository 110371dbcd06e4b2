/// Which chunks a region meets, and where the part of each lies in chunk and destination.
struct RegionPlan: Sendable {
    let region: [Range<Int>]
    /// Extents of the destination.
    let shape: [Int]
    let grid: ZarrChunkGrid
    /// First chunk and number of chunks along each axis.
    let first: [Int]
    let counts: [Int]
    /// Number of chunks met.
    let total: Int
    let itemSize: Int

    /// - Throws: `outOfBounds`
    init(_ region: [Range<Int>], of metadata: ZarrArrayMetadata, grid: ZarrChunkGrid? = nil, path: String) throws(ZarrError) {
        guard region.count == metadata.shape.count,
            zip(region, metadata.shape).allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= $1 })
        else {
            let asked = region.map { "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ", ")
            throw ZarrError(.outOfBounds, "the region [\(asked)] lies outside the shape \(metadata.shape)", path: path)
        }
        self.region = region
        let grid = grid ?? metadata.chunkGrid
        self.grid = grid
        shape = region.map(\.count)
        itemSize = metadata.dataType.size
        let isEmpty = shape.contains(0)
        first = region.enumerated().map { isEmpty ? 0 : grid.chunk($0, holding: $1.lowerBound) }
        let first = first
        counts = region.enumerated().map { isEmpty ? 0 : grid.chunk($0, holding: $1.upperBound - 1) - first[$0] + 1 }
        // The grid has checked that all its chunks can be counted.
        total = isEmpty ? 0 : Shape.product(counts) ?? 0
    }

    /// Position in the chunk grid of the n-th chunk met.
    func index(_ ordinal: Int) -> [Int] {
        var index = Shape.unravel(ordinal, counts)
        for axis in index.indices { index[axis] += first[axis] }
        return index
    }

    /// From the chunk into the destination.
    func box(_ index: [Int]) -> (copy: BoxCopy, chunkShape: [Int], isWhole: Bool) {
        let rank = index.count
        var (box, source, sourceOrigin, targetOrigin) = ([Int](), [Int](), [Int](), [Int]())
        box.reserveCapacity(rank)
        source.reserveCapacity(rank)
        sourceOrigin.reserveCapacity(rank)
        targetOrigin.reserveCapacity(rank)
        var isWhole = true
        for axis in 0..<rank {
            let chunk = grid.range(axis, index[axis])
            let lower = max(chunk.lowerBound, region[axis].lowerBound)
            let upper = min(chunk.upperBound, region[axis].upperBound)
            box.append(upper - lower)
            source.append(chunk.count)
            sourceOrigin.append(lower - chunk.lowerBound)
            targetOrigin.append(lower - region[axis].lowerBound)
            if upper - lower != chunk.count { isWhole = false }
        }
        let copy = BoxCopy(
            box: box, source: source, sourceOrigin: sourceOrigin, target: shape, targetOrigin: targetOrigin, itemSize: itemSize)
        return (copy, source, isWhole)
    }
}
