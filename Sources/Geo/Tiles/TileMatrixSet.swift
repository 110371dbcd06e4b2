import Core

/// One level of a tile matrix set (OGC 17-083r4, section 6.1). Origin and sizes in units of the CRS, x before y.
public struct TileMatrix: Hashable, Sendable {
    public var id: String
    /// Scale at the standardised pixel of 0.28 mm.
    public var scaleDenominator: Double
    /// Size of a pixel in units of the CRS.
    public var cellSize: Double
    /// The upper left corner of tile (0, 0), x before y (the JSON has it in the order of the CRS).
    public var pointOfOrigin: (x: Double, y: Double) { (originX, originY) }
    public var originX: Double
    public var originY: Double
    public var tileWidth: Int
    public var tileHeight: Int
    public var matrixWidth: Int
    public var matrixHeight: Int

    public init(
        id: String, scaleDenominator: Double, cellSize: Double, originX: Double, originY: Double, tileWidth: Int = 256, tileHeight: Int = 256, matrixWidth: Int,
        matrixHeight: Int
    ) {
        self.id = id
        self.scaleDenominator = scaleDenominator
        self.cellSize = cellSize
        self.originX = originX
        self.originY = originY
        self.tileWidth = tileWidth
        self.tileHeight = tileHeight
        self.matrixWidth = matrixWidth
        self.matrixHeight = matrixHeight
    }
}

/// A tile matrix set (OGC Two Dimensional Tile Matrix Set 2.0, 17-083r4).
public struct TileMatrixSet: Sendable {
    public var id: String
    public var title: String
    public var uri: String?
    public var crs: CRS
    /// Names of the axes in the order of the CRS.
    public var orderedAxes: [String]
    public var wellKnownScaleSet: String?
    /// From coarse to fine.
    public var matrices: [TileMatrix]

    public init(id: String, title: String, uri: String? = nil, crs: CRS, orderedAxes: [String], wellKnownScaleSet: String? = nil, matrices: [TileMatrix]) {
        self.id = id
        self.title = title
        self.uri = uri
        self.crs = crs
        self.orderedAxes = orderedAxes
        self.wellKnownScaleSet = wellKnownScaleSet
        self.matrices = matrices
    }

    /// Zoom of a matrix by its identifier, which need not be its position.
    public func zoom(ofMatrix id: String) -> Int? { matrices.firstIndex { $0.id == id } }

    /// The coarsest level with pixels not larger than `cellSize` (in units of the CRS) — the level to render natively at; the finest if none is.
    public func zoom(forCellSize cellSize: Double) -> Int {
        matrices.firstIndex { $0.cellSize <= cellSize * 1.000_000_1 } ?? max(0, matrices.count - 1)
    }
}

/// A tile within a tile matrix set: the position of its matrix, its row from the top and its column from the left.
public struct TileCoordinate: Hashable, Sendable {
    /// Position of the matrix in `TileMatrixSet.matrices`.
    public let matrix: Int
    public let row: Int
    public let column: Int
    public var zoom: Int { matrix }

    /// - Throws: `GeoError.invalidTile` outside the matrices, rows and columns of the set.
    public init(zoom: Int, row: Int, column: Int, in set: TileMatrixSet) throws(GeoError) {
        guard set.matrices.indices.contains(zoom) else {
            throw GeoError(.invalidTile, "\(set.id) has the levels 0 to \(set.matrices.count - 1), not \(zoom)", path: "tileMatrix")
        }
        let matrix = set.matrices[zoom]
        guard (0..<matrix.matrixHeight).contains(row) else {
            throw GeoError(.invalidTile, "level \(zoom) of \(set.id) has the rows 0 to \(matrix.matrixHeight - 1), not \(row)", path: "tileRow")
        }
        guard (0..<matrix.matrixWidth).contains(column) else {
            throw GeoError(.invalidTile, "level \(zoom) of \(set.id) has the columns 0 to \(matrix.matrixWidth - 1), not \(column)", path: "tileCol")
        }
        self.matrix = zoom
        self.row = row
        self.column = column
    }
}
