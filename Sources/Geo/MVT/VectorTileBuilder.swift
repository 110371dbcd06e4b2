import Core

/// One layer of a Mapbox Vector Tile 2.1 (https://github.com/mapbox/vector-tile-spec), feature by feature.
///
/// Each geometry (longitudes and latitudes) is projected, clipped to the tile and its buffer, simplified, snapped to the integer grid,
/// and turned as section 4.3.4 wants it. Parts that come to nothing are dropped. What crosses the antimeridian shows on both sides of it.
///
/// A polygon too small for the grid is shown as a square of one unit, at most one per pixel: so a thousand fields do not vanish when
/// zoomed out, and no tile is flooded with what nobody could tell apart. Which one shows depends on the order of adding only.
public struct VectorTileBuilder: Sendable {
    public let layerName: String
    public let extent: Int
    /// How many units around the tile are kept, so that strokes do not end at its edge.
    public let buffer: Int
    /// Features in the layer.
    public private(set) var featureCount = 0
    /// Features that were given but lie beside the tile, come to nothing, or share their pixel with another that is as small.
    public private(set) var droppedCount = 0

    private let projection: TileProjection?
    private let window: PlanarBox
    private let tolerance: Double
    /// Pixels (a 256th of the tile) that have their speck.
    private var specks: Set<GridPoint> = []
    private var features = ProtobufWriter()
    private var keys: [String: UInt64] = [:]
    private var values: [JSON: UInt64] = [:]
    private var keyBytes = ProtobufWriter()
    private var valueBytes = ProtobufWriter()

    /// - Parameters:
    ///   - extent: units along an edge of the tile.
    ///   - buffer: units around the tile.
    ///   - simplification: tolerance in units of the tile; 1 of 4096 is a sixteenth of a pixel. 0 keeps every point.
    public init(
        layerName: String, tile: TileCoordinate, in set: TileMatrixSet = .webMercatorQuad, extent: Int = 4096, buffer: Int = 64,
        simplification: Double = 1
    ) {
        self.layerName = layerName
        self.extent = min(1 << 20, max(1, extent))
        self.buffer = min(1 << 20, max(0, buffer))
        tolerance = simplification
        let (edge, margin) = (Double(self.extent), Double(self.buffer))
        window = PlanarBox(minX: -margin, minY: -margin, maxX: edge + margin, maxY: edge + margin)
        projection = try? TileProjection(tile, in: set, extent: self.extent)
    }

    /// Adds a feature. A collection of several kinds becomes one feature per kind with the same id.
    ///
    /// Members that are null are left out; arrays and objects become JSON text (the format has scalars only).
    /// - Returns: whether anything of it shows in the tile.
    @discardableResult
    public mutating func add(id: UInt64?, geometry: Geometry, properties: [(String, JSON)]) -> Bool {
        add(id: id, geometry: geometry, propertiesIfShown: { properties })
    }

    /// As `add(id:geometry:properties:)`, asking for the properties only if the feature shows: in a tile of a low level most do not, and
    /// reading their properties would be most of the work.
    @discardableResult
    public mutating func add(id: UInt64?, geometry: Geometry, propertiesIfShown properties: () throws -> [(String, JSON)]) rethrows -> Bool {
        guard let projection else { return false }
        let shown = encoded(TileGeometry(geometry, projection: projection, window: window, tolerance: tolerance))
        guard !shown.isEmpty else {
            droppedCount += 1
            return false
        }
        let tags = tags(for: try properties())
        for (type, encoder) in shown { append(id: id, type: type, tags: tags, geometry: encoder.writer.bytes) }
        return true
    }

    /// The geometry as commands, by kind: 1 points, 2 lines, 3 polygons (section 4.3.4).
    private mutating func encoded(_ parts: TileGeometry) -> [(type: UInt64, TileGeometryEncoder)] {
        var shown: [(type: UInt64, TileGeometryEncoder)] = []
        if !parts.points.isEmpty {
            var encoder = TileGeometryEncoder()
            encoder.points(parts.points)
            shown.append((1, encoder))
        }
        if !parts.lines.isEmpty {
            var encoder = TileGeometryEncoder()
            for line in parts.lines { encoder.line(line) }
            shown.append((2, encoder))
        }
        if !parts.polygons.isEmpty {
            var encoder = TileGeometryEncoder()
            for ring in parts.polygons.joined() { encoder.ring(ring) }
            shown.append((3, encoder))
        } else if shown.isEmpty, let speck = parts.speck, claimPixel(of: speck) {
            var encoder = TileGeometryEncoder()
            encoder.ring(VectorTileBuilder.square(at: speck))
            shown.append((3, encoder))
        }
        return shown
    }

    /// Bytes so far, for a budget.
    public var byteCount: Int { features.bytes.count + keyBytes.bytes.count + valueBytes.bytes.count }

    /// The tile with this one layer; no bytes at all if it has no features (an empty tile is valid).
    public func encode() -> [UInt8] {
        guard featureCount > 0 else { return [] }
        var layer = ProtobufWriter()
        layer.field(15, varint: 2)
        layer.field(1, bytes: layerName.utf8)
        layer.bytes.append(contentsOf: features.bytes)
        layer.bytes.append(contentsOf: keyBytes.bytes)
        layer.bytes.append(contentsOf: valueBytes.bytes)
        layer.field(5, varint: UInt64(extent))
        var tile = ProtobufWriter()
        tile.field(3, bytes: layer.bytes)
        return tile.bytes
    }

    /// A tile of several layers (their names must differ: section 4.1).
    public static func encode(_ layers: [VectorTileBuilder]) -> [UInt8] { layers.flatMap { $0.encode() } }

    private mutating func claimPixel(of point: GridPoint) -> Bool {
        let size = Int32(max(1, extent / 256))
        return specks.insert(GridPoint(x: point.x / size, y: point.y / size)).inserted
    }

    private static func square(at p: GridPoint) -> [GridPoint] {
        [p, GridPoint(x: p.x + 1, y: p.y), GridPoint(x: p.x + 1, y: p.y + 1), GridPoint(x: p.x, y: p.y + 1)]
    }

    private mutating func append(id: UInt64?, type: UInt64, tags: [UInt8], geometry: [UInt8]) {
        var feature = ProtobufWriter()
        if let id { feature.field(1, varint: id) }
        if !tags.isEmpty { feature.field(2, bytes: tags) }
        feature.field(3, varint: type)
        feature.field(4, bytes: geometry)
        features.field(2, bytes: feature.bytes)
        featureCount += 1
    }

    private mutating func tags(for properties: [(String, JSON)]) -> [UInt8] {
        var tags = ProtobufWriter()
        for (name, json) in properties {
            guard let value = VectorTileBuilder.scalar(json) else { continue }
            tags.varint(key(name))
            tags.varint(index(of: value))
        }
        return tags.bytes
    }

    private mutating func key(_ name: String) -> UInt64 {
        if let known = keys[name] { return known }
        let index = UInt64(keys.count)
        keys[name] = index
        keyBytes.field(3, bytes: name.utf8)
        return index
    }

    private mutating func index(of value: JSON) -> UInt64 {
        if let known = values[value] { return known }
        let index = UInt64(values.count)
        values[value] = index
        var message = ProtobufWriter()
        switch value {
        case .string(let text): message.field(1, bytes: text.utf8)
        case .double(let number): message.field(3, double: number)
        case .int(let number) where number >= 0: message.field(5, varint: UInt64(number))
        case .int(let number): message.field(6, varint: ProtobufWriter.zigzag(number))
        case .bool(let flag): message.field(7, varint: flag ? 1 : 0)
        case .null, .array, .object: break
        }
        valueBytes.field(4, bytes: message.bytes)
        return index
    }

    /// What the format can hold; nil for what is left out.
    private static func scalar(_ json: JSON) -> JSON? {
        switch json {
        // A bare nil would be JSON's own null.
        case .null: Optional<JSON>.none
        case .double(let number): number.isFinite ? json : Optional<JSON>.none
        case .array, .object: .string(json.text)
        case .string, .int, .bool: json
        }
    }
}
