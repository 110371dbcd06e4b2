import Core
import Geo

/// The exact test of items against the box of a query, in Float64: an index knows boxes only, and those of an R*Tree are Float32.
struct BoxTest {
    enum Result {
        case outside
        /// The item's box lies within the query's, so its geometry meets it whatever its shape.
        case inside
        /// The boxes meet; only the geometry can tell.
        case undecided
    }

    let box: BBox

    func compare(_ item: BBox) -> Result {
        guard item.south <= box.north, item.north >= box.south, meetsLongitudes(of: item) else { return .outside }
        return isInside(item) ? .inside : .undecided
    }

    private func meetsLongitudes(of item: BBox) -> Bool {
        switch (box.crossesAntimeridian, item.crossesAntimeridian) {
        case (false, false): item.west <= box.east && item.east >= box.west
        case (true, true): true
        default: item.west <= box.east || item.east >= box.west
        }
    }

    private func isInside(_ item: BBox) -> Bool {
        guard item.south >= box.south, item.north <= box.north else { return false }
        switch (box.crossesAntimeridian, item.crossesAntimeridian) {
        case (false, false), (true, true): return item.west >= box.west && item.east <= box.east
        case (true, false): return item.west >= box.west || item.east <= box.east
        case (false, true): return box.west <= -180 && box.east >= 180
        }
    }

    /// Whether a geometry meets the box. One that cannot be read is taken at its box: the reader of the item will say what is wrong with it.
    func meets(wkb: [UInt8]?) -> Bool {
        guard let wkb, let geometry = try? Geometry(wkb: wkb) else { return true }
        return geometry.intersects(box)
    }
}
