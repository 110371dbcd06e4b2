import Core
import GRDB

/// Writes boxes into the R-tree, in batches that are sorted along a space-filling curve.
///
/// An R*Tree descends for every box from its root to a leaf. Neighbours one after the other find the same nodes in the caches; boxes
/// in the order of a file jump from one leaf to any other.
struct BoxWriter {
    private struct Entry {
        var curve: UInt64
        var id: Int64
        var box: BBox
    }

    private let insertion: Statement
    private var entries: [Entry] = []
    private static let batch = 1 << 16

    init(_ db: Database) throws {
        insertion = try Statement(
            db, "INSERT INTO item_box (id, west, east, south, north, slot_low, slot_high) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6 + 0.5)")
    }

    /// A box that wraps becomes two entries.
    mutating func add(_ bbox: BBox, _ row: Int64) throws {
        for (half, part) in bbox.parts.enumerated() {
            entries.append(Entry(curve: BoxWriter.curve(part), id: row << 1 | Int64(half), box: part))
        }
        if entries.count >= BoxWriter.batch { try flush() }
    }

    mutating func flush() throws {
        entries.sort { $0.curve < $1.curve }
        for entry in entries {
            try insertion.bind(1, entry.id)
            try insertion.bind(2, entry.box.west)
            try insertion.bind(3, entry.box.east)
            try insertion.bind(4, entry.box.south)
            try insertion.bind(5, entry.box.north)
            try insertion.bind(6, Double(BoxSlot.slot(of: entry.id >> 1)))
            try insertion.run()
        }
        entries.removeAll(keepingCapacity: true)
    }

    /// The place of a box's centre on the Z-order curve (Morton code) over the globe.
    private static func curve(_ box: BBox) -> UInt64 {
        spread((box.west + box.east) / 2 / 360 + 0.5) | spread((box.south + box.north) / 2 / 180 + 0.5) << 1
    }

    /// The upper 32 bits of a share between 0 and 1, each followed by a zero.
    private static func spread(_ share: Double) -> UInt64 {
        var x = UInt64(min(max(share, 0), 1) * 4_294_967_295)
        x = (x | x << 16) & 0x0000_FFFF_0000_FFFF
        x = (x | x << 8) & 0x00FF_00FF_00FF_00FF
        x = (x | x << 4) & 0x0F0F_0F0F_0F0F_0F0F
        x = (x | x << 2) & 0x3333_3333_3333_3333
        return (x | x << 1) & 0x5555_5555_5555_5555
    }
}

/// The third dimension of the R-tree: a collection's key and a kind.
enum BoxSlot {
    static func slot(of row: Int64) -> Int64 { row >> RowNumber.sequenceBits }

    /// All slots of a collection, as the interval that meets them and no other.
    static func range(collection key: Int64) -> ClosedRange<Double> {
        let first = Double(key << RowNumber.kindBits)
        return first + 0.125...first + 2.375
    }

    static func range(collection key: Int64, kind: ItemKind) -> ClosedRange<Double> {
        let slot = Double(key << RowNumber.kindBits | RowNumber.code(of: kind))
        return slot + 0.125...slot + 0.375
    }
}
