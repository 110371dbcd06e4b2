import Core
import Geo

/// What a principal may see. It is a condition in the very SQL that finds the records, never a filter over answers.
public struct Access: Hashable, Sendable {
    public enum Visibility: Hashable, Sendable {
        case all
        case only(Set<CollectionID>)
    }

    /// Which of the private collections are visible; public ones always are.
    public var privateCollections: Visibility

    public init(privateCollections: Visibility) { self.privateCollections = privateCollections }

    public static let all = Access(privateCollections: .all)
    public static let publicOnly = Access(privateCollections: .only([]))
}

/// A page of items to ask for. All conditions must hold.
public struct ItemQuery: Sendable {
    public enum Order: UInt8, Hashable, Sendable {
        /// By collection id; within a collection slices, then registered items, then features, each in the order they were inserted.
        case natural = 1
        /// Latest start first, items without time last; ties by collection id, then by item id (byte order).
        case timeDescending = 2
    }

    /// Nil: every visible collection. Ids that do not exist or are not visible are passed over.
    public var collections: [CollectionID]?
    public var ids: [String]?
    /// Tested exactly against the geometry. May wrap the antimeridian.
    public var bbox: BBox?
    /// Matches where it shares a point with the item's geometry; `bbox` is then the geometry's bounds.
    public let intersects: Geometry?
    /// Matches where it intersects the item's interval, ends included.
    public var interval: TimeInterval?
    public var kinds: Set<ItemKind>?
    /// How many records a page has at most; at least 1.
    public var limit: Int { didSet { limit = max(1, limit) } }
    public var after: PageToken?
    public var order: Order
    public var access: Access
    /// Items without time match every interval (OGC API – Features 7.15.4).
    public var matchUntimed: Bool
    /// Items without geometry match every box (OGC API – Features 7.15.3).
    public var matchUnlocated: Bool
    /// Whether `ItemPage.numberMatched` is wanted.
    public var wantsCount: Bool

    public init(
        collections: [CollectionID]? = nil, ids: [String]? = nil, bbox: BBox? = nil, intersects: Geometry? = nil, interval: TimeInterval? = nil,
        kinds: Set<ItemKind>? = nil, limit: Int = 10, after: PageToken? = nil, order: Order = .natural, access: Access,
        matchUntimed: Bool = false, matchUnlocated: Bool = false, wantsCount: Bool = true
    ) {
        self.collections = collections
        self.ids = ids
        self.bbox = bbox ?? intersects?.bounds
        self.intersects = intersects
        self.interval = interval
        self.kinds = kinds
        self.limit = max(1, limit)
        self.after = after
        self.order = order
        self.access = access
        self.matchUntimed = matchUntimed
        self.matchUnlocated = matchUnlocated
        self.wantsCount = wantsCount
    }
}

public struct ItemPage: Sendable {
    public var records: [(collection: CollectionID, item: ItemRecord)]
    /// Nil on the last page. A page that has a next one is full.
    public var next: PageToken?
    /// How many items match on all pages together; nil where that is not known exactly at little cost.
    public var numberMatched: Int?

    public init(records: [(collection: CollectionID, item: ItemRecord)], next: PageToken?, numberMatched: Int?) {
        self.records = records
        self.next = next
        self.numberMatched = numberMatched
    }
}

/// A page of collections to ask for, in the byte order of their ids.
public struct CollectionQuery: Sendable {
    /// At least 1.
    public var limit: Int { didSet { limit = max(1, limit) } }
    /// The last collection of the page before.
    public var after: CollectionID?
    /// Matches where it intersects the extent's box; a collection without one always matches.
    public var bbox: BBox?
    /// Matches where it intersects the extent's interval; a collection without one always matches.
    public var interval: TimeInterval?
    public var access: Access

    public init(limit: Int = 100, after: CollectionID? = nil, bbox: BBox? = nil, interval: TimeInterval? = nil, access: Access) {
        self.limit = max(1, limit)
        self.after = after
        self.bbox = bbox
        self.interval = interval
        self.access = access
    }
}

public struct CollectionPage: Sendable {
    public var records: [CollectionRecord]
    /// The `after` of the next page; nil on the last one.
    public var next: CollectionID?
    /// Exact, on all pages together.
    public var numberMatched: Int

    public init(records: [CollectionRecord], next: CollectionID?, numberMatched: Int) {
        self.records = records
        self.next = next
        self.numberMatched = numberMatched
    }
}
