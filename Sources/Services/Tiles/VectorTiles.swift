import Catalog
import Core
import Geo

/// Vector tiles of a collection's features.
public struct VectorTiles: Sendable {
    let service: Chronotope
    /// Features of one tile at most; what is beyond is left out and said so.
    static let featureLimit = 50_000

    public init(_ service: Chronotope) { self.service = service }

    public struct Tile: Sendable {
        public var bytes: [UInt8]
        /// Features left out because the tile would have had too many.
        public var isTruncated: Bool
    }

    /// An MVT 2.1 tile with one layer named like the collection.
    public func tile(_ tile: TileCoordinate, of collection: LoadedCollection) throws -> Tile {
        let box = TileMatrixSet.webMercatorQuad.bboxWGS84(of: tile).grown(by: 64.0 / 4096)
        var builder = VectorTileBuilder(layerName: collection.id.rawValue, tile: tile)
        var seen = 0
        try service.catalog.features(in: collection.id, bbox: box, limit: VectorTiles.featureLimit + 1) { record in
            seen += 1
            guard seen <= VectorTiles.featureLimit, let wkb = record.wkb else { return }
            let geometry = try Geometry(wkb: wkb)
            try builder.add(id: UInt64(record.id), geometry: geometry, propertiesIfShown: { try VectorTiles.properties(record) })
        }
        return Tile(bytes: builder.encode(), isTruncated: seen > VectorTiles.featureLimit)
    }

    /// The feature's properties, and its id, which MVT itself can only hold as a number.
    private static func properties(_ record: ItemRecord) throws -> [(String, JSON)] {
        var members: [(String, JSON)] = []
        if let bytes = record.properties, let object = try JSONParser.parse(bytes).objectValue { members = object.members.map { ($0.key, $0.value) } }
        if !members.contains(where: { $0.0 == "id" }) { members.append(("id", .string(record.id))) }
        return members
    }
}

extension BBox {
    /// The box with a margin on each side, as a share of its size, so that features just outside still draw their outlines.
    func grown(by share: Double) -> BBox {
        let (dx, dy) = (width * share, height * share)
        let (south, north) = (max(-90, south - dy), min(90, north + dy))
        if width + 2 * dx >= 360 { return BBox(west: -180, south: south, east: 180, north: north) }
        var (west, east) = (west - dx, east + dx)
        if west < -180 { west += 360 }
        if east > 180 { east -= 360 }
        return BBox(west: west, south: south, east: east, north: north)
    }
}
