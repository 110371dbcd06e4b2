import Core

/// What a row of a collection is.
public enum ItemKind: String, Hashable, CaseIterable, Sendable {
    /// A time step of a cube. It has no body: its document is derived from the cube.
    case slice
    /// A STAC Item registered by hand, stored as it came.
    case item
    /// A vector record with geometry and properties.
    case feature
}

/// One item of a collection as it is stored.
public struct ItemRecord: Hashable, Sendable {
    /// Unique within its collection, whatever its kind; any text that is not empty.
    public var id: String
    public var kind: ItemKind
    /// The geometry as ISO WKB in longitude and latitude; nil for an item without geometry.
    public var wkb: [UInt8]?
    /// The bounds of the geometry; may wrap the antimeridian. An item without bounds is found by no box (see `ItemQuery.matchUnlocated`).
    public var bbox: BBox?
    /// When it is valid; nil for an item without time, which is not the same as an interval open on both sides.
    public var interval: TimeInterval?
    /// The stored item as JSON object text without links; nil for slices.
    public var body: [UInt8]?
    /// The properties alone as JSON object text, for vector tiles.
    public var properties: [UInt8]?
    /// Set by the store.
    public var created: TimeInstant
    /// Set by the store.
    public var updated: TimeInstant

    public init(
        id: String, kind: ItemKind, wkb: [UInt8]? = nil, bbox: BBox? = nil, interval: TimeInterval? = nil, body: [UInt8]? = nil,
        properties: [UInt8]? = nil, created: TimeInstant = TimeInstant(microseconds: 0), updated: TimeInstant = TimeInstant(microseconds: 0)
    ) {
        self.id = id
        self.kind = kind
        self.wkb = wkb
        self.bbox = bbox
        self.interval = interval
        self.body = body
        self.properties = properties
        self.created = created
        self.updated = updated
    }
}
