import Core

/// What a collection covers in space and time.
public struct Extent: Hashable, Sendable {
    /// Nil where nothing has a place. May wrap the antimeridian.
    public var bbox: BBox?
    /// Nil where nothing has a time.
    public var interval: TimeInterval?

    public init(bbox: BBox? = nil, interval: TimeInterval? = nil) {
        self.bbox = bbox
        self.interval = interval
    }

    public static let none = Extent()

    /// The smallest extent around both; what is missing on one side is taken from the other.
    public func union(_ other: Extent) -> Extent {
        Extent(bbox: join(bbox, other.bbox) { $0.union($1) }, interval: join(interval, other.interval) { $0.union($1) })
    }

    private func join<T>(_ a: T?, _ b: T?, _ merge: (T, T) -> T) -> T? {
        guard let a else { return b }
        return b.map { merge(a, $0) } ?? a
    }
}

/// How many items of each kind a collection holds. Kept exact by the store.
public struct ItemCounts: Hashable, Sendable {
    public var slices: Int
    public var items: Int
    public var features: Int

    public init(slices: Int = 0, items: Int = 0, features: Int = 0) {
        self.slices = slices
        self.items = items
        self.features = features
    }

    public var total: Int { slices + items + features }

    public subscript(kind: ItemKind) -> Int {
        get {
            switch kind {
            case .slice: slices
            case .item: items
            case .feature: features
            }
        }
        set {
            switch kind {
            case .slice: slices = newValue
            case .item: items = newValue
            case .feature: features = newValue
            }
        }
    }
}

/// A collection as it is stored. What the user gives and what the store keeps are marked.
public struct CollectionRecord: Hashable, Sendable {
    public var id: CollectionID
    public var title: String?
    public var description: String?
    /// A private collection shows only to an `Access` that includes it.
    public var isPrivate: Bool
    /// Members of the STAC Collection that the user gave: keywords, license, providers, summaries, …
    public var document: JSONObject
    /// The cube's description (written and read by `Cube`); nil for a collection without a cube.
    public var cube: JSON?
    /// Name of the directory that holds the cube.
    public var storage: String?
    /// What is published as extent. Kept by the store from the items, unless `hasUserExtent`; while a collection has no items, as given.
    public var extent: Extent
    /// The extent was given by the user and is not to be computed.
    public var hasUserExtent: Bool
    /// Kept by the store.
    public var counts: ItemCounts
    /// Kept by the store: raised by every write to the collection or its items; never used twice for one id, even after a deletion.
    public var version: Int64
    /// Kept by the store.
    public var created: TimeInstant
    /// Kept by the store.
    public var updated: TimeInstant
    /// Kept by the store: geometry types and properties of the features; nil without features.
    public var vectorSummary: VectorSummary?

    public init(
        id: CollectionID, title: String? = nil, description: String? = nil, isPrivate: Bool = false, document: JSONObject = [:],
        cube: JSON? = nil, storage: String? = nil, extent: Extent = .none, hasUserExtent: Bool = false
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.isPrivate = isPrivate
        self.document = document
        self.cube = cube
        self.storage = storage
        self.extent = extent
        self.hasUserExtent = hasUserExtent
        counts = ItemCounts()
        version = 0
        created = TimeInstant(microseconds: 0)
        updated = TimeInstant(microseconds: 0)
        vectorSummary = nil
    }
}
