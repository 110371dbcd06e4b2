/// A point in the units of a tile: (0, 0) is its upper left corner, y grows downwards.
struct TilePoint: Hashable {
    var x: Double
    var y: Double
}

/// A point on the integer grid of a tile.
struct GridPoint: Hashable {
    var x: Int32
    var y: Int32

    init(x: Int32, y: Int32) {
        self.x = x
        self.y = y
    }

    init(_ point: TilePoint) { self.init(x: GridPoint.round(point.x), y: GridPoint.round(point.y)) }

    /// Clipping has bounded the coordinates already; this keeps a surprise from trapping.
    private static func round(_ value: Double) -> Int32 {
        Int32(exactly: value.rounded()) ?? (value > 0 ? Int32.max / 4 : Int32.min / 4)
    }
}

extension [TilePoint] {
    var box: PlanarBox {
        var box = PlanarBox(minX: .infinity, minY: .infinity, maxX: -.infinity, maxY: -.infinity)
        for p in self { box.extend(p.x, p.y) }
        return box
    }
}

extension PlanarBox {
    mutating func extend(_ x: Double, _ y: Double) {
        if x < minX { minX = x }
        if x > maxX { maxX = x }
        if y < minY { minY = y }
        if y > maxY { maxY = y }
    }

    func overlaps(_ other: PlanarBox) -> Bool { overlaps(minX: other.minX, minY: other.minY, maxX: other.maxX, maxY: other.maxY) }

    func holds(_ other: PlanarBox) -> Bool {
        other.minX >= minX && other.maxX <= maxX && other.minY >= minY && other.maxY <= maxY
    }

    func holds(_ p: TilePoint) -> Bool { p.x >= minX && p.x <= maxX && p.y >= minY && p.y <= maxY }
}
