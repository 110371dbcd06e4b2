import Catalog
import Core
import Cube
import Geo

/// Items: slices derived from their cube, features spliced from their stored bytes. Both are valid STAC Items and plain
/// GeoJSON Features.
public enum ItemDocument {
    /// Writes one item as JSON text.
    ///
    /// - Parameter frame: what all items of the collection have in common, made once a page.
    public static func write(_ item: ItemRecord, of collection: LoadedCollection, _ frame: ItemFrame, to writer: inout JSONWriter) {
        if item.kind == .slice, let description = collection.description {
            writer.write(slice(item, description, collection, frame.links))
        } else if let body = item.body {
            splice(body, item, frame, to: &writer)
        }
    }

    // MARK: Slices

    private static func slice(_ item: ItemRecord, _ cube: CubeDescription, _ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        let instant = item.interval?.start?.description
        var properties: JSONObject = ["datetime": JSON(instant), "chronotope:kind": "slice"]
        properties.merge(CubeMembers.projection(cube.grid))
        properties["created"] = .string(collection.record.updated.description)
        var asset = CubeMembers.zarrAsset(cube, collection.id, links).objectValue ?? [:]
        asset.merge(CubeMembers.bands(cube))
        return [
            "type": "Feature", "stac_version": .string(CollectionDocument.stacVersion), "stac_extensions": .array(CubeMembers.itemExtensions),
            "id": .string(item.id), "collection": .string(collection.id.rawValue), "geometry": cube.footprint.geoJSON,
            "bbox": JSON(cube.bbox.numbers), "properties": .object(properties), "assets": ["zarr": .object(asset)],
            "links": JSON(itemLinks(item.id, collection.id, links) + mapLinks(cube, instant, collection.id, links)),
        ]
    }

    private static func mapLinks(_ cube: CubeDescription, _ instant: String?, _ id: CollectionID, _ links: LinkBuilder) -> [Link] {
        let layer = Layers.standard(of: cube)?.name
        let query: [(String, String?)] = [("layers", layer), ("datetime", instant)]
        return [
            Link(
                "xyz", links.tileTemplate(id, tileset: TilesetID.raster.rawValue, query: query), type: MediaType.png, title: "Tiles of \(layer ?? "the slice")"),
            Link(
                "tilejson", links.collection(id, "tiles", TilesetID.raster.rawValue, "tilejson.json", query: query), type: MediaType.json,
                title: "TileJSON of \(layer ?? "the slice")"),
        ]
    }

    // MARK: Features

    /// Stored bodies end with `"properties":{…}}`. Time members go in before the last brace but one, what depends on the
    /// request and the collection before the last: nothing stored is parsed or written anew.
    private static func splice(_ body: [UInt8], _ item: ItemRecord, _ frame: ItemFrame, to writer: inout JSONWriter) {
        guard body.count >= 4 else { return }
        writer.raw(body.dropLast(2))
        if item.interval == nil {
            if body[body.count - 3] != UInt8(ascii: "{") { writer.raw(",") }
            writer.raw(frame.untimed)
        }
        writer.raw(frame.beforeID)
        writer.raw(LinkBuilder.encode(item.id).utf8)
        writer.raw(frame.afterID)
    }

    static func itemLinks(_ id: String, _ collection: CollectionID, _ links: LinkBuilder) -> [Link] {
        [
            Link("self", links.collection(collection, "items", id), type: MediaType.geoJSON),
            Link("root", links.url(), type: MediaType.json),
            Link("parent", links.collection(collection), type: MediaType.json),
            Link("collection", links.collection(collection), type: MediaType.json),
        ]
    }
}

/// The text that all features of a collection have in common in one answer: only the id in the `self` link differs.
public struct ItemFrame: Sendable {
    let links: LinkBuilder
    let untimed: [UInt8]
    let beforeID: [UInt8]
    let afterID: [UInt8]

    public init(_ collection: LoadedCollection, _ links: LinkBuilder) {
        self.links = links
        let record = collection.record
        // STAC wants a null `datetime` to come with an interval: the collection's own, or the time it was published.
        let start = record.interval?.start ?? record.created
        let end = record.interval?.end ?? record.interval?.start ?? record.created
        untimed = Array("\"datetime\":null,\"start_datetime\":\"\(start)\",\"end_datetime\":\"\(end)\"".utf8)
        var writer = JSONWriter()
        writer.raw("},\"stac_version\":\"\(CollectionDocument.stacVersion)\",\"collection\":")
        writer.write(collection.id.rawValue)
        writer.raw(",\"links\":")
        // A control character, which percent-encoding makes recognisable, marks where ids go.
        let mark = "\u{1}"
        let text = JSON(ItemDocument.itemLinks(mark, collection.id, links)).text
        let parts = text.split(separator: LinkBuilder.encode(mark), maxSplits: 1, omittingEmptySubsequences: false)
        writer.raw(parts.first.map(String.init) ?? text)
        beforeID = writer.bytes
        afterID = Array(((parts.count > 1 ? String(parts[1]) : "") + "}").utf8)
    }
}

extension ItemRecord {
    /// The id of a slice: its time in the basic form of ISO 8601, which needs no escaping in a URL.
    static func sliceID(_ time: TimeInstant) -> String { time.description.filter { $0 != "-" && $0 != ":" } }
}
