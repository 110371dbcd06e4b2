import Catalog
import Core
import Cube
import Geo

/// A collection as STAC Collection 1.0.0 and OGC API collection in one (design: one collection model).
public enum CollectionDocument {
    public static let stacVersion = "1.0.0"
    static let crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

    public static func make(_ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        let record = collection.record
        var document: JSONObject = [
            "type": "Collection", "stac_version": .string(stacVersion), "stac_extensions": [], "id": .string(record.id.rawValue),
            "title": .string(record.title ?? record.id.rawValue),
            "description": .string(record.description ?? record.title ?? record.id.rawValue),
            "license": "other", "itemType": "feature", "crs": [.string(crs84)], "storageCrs": .string(crs84),
        ]
        document.merge(record.document)
        document["extent"] = extent(record)
        var extensions = record.document["stac_extensions"]?.arrayValue ?? []
        if let description = collection.description {
            document.merge(CubeMembers.collection(description, record.id, links))
            for uri in CubeMembers.collectionExtensions where !extensions.contains(uri) { extensions.append(uri) }
        }
        document["stac_extensions"] = .array(extensions)
        document["created"] = .string(record.created.description)
        document["updated"] = .string(record.updated.description)
        document["chronotope:version"] = .int(record.version)
        document["links"] = JSON(self.links(collection, links))
        return .object(document)
    }

    static func extent(_ record: CollectionRecord) -> JSON {
        let interval = record.interval ?? TimeInterval(start: nil, end: nil)
        return [
            "spatial": ["bbox": [JSON((record.bbox ?? .world).numbers)], "crs": .string(crs84)],
            "temporal": [
                "interval": [[JSON(interval.start?.description), JSON(interval.end?.description)]],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            ],
        ]
    }

    static func links(_ collection: LoadedCollection, _ links: LinkBuilder) -> [Link] {
        let id = collection.id
        let href = links.collection(id)
        var all = [
            Link("self", href, type: MediaType.json),
            Link("alternate", links.collection(id, query: [("f", "html")]), type: MediaType.html, title: "This page for people"),
            Link("root", links.url(), type: MediaType.json), Link("parent", links.url(), type: MediaType.json),
            Link("items", links.collection(id, "items"), type: MediaType.geoJSON, title: "Items"),
            Link(Rel.tilesets, links.collection(id, "tiles"), type: MediaType.json, title: "Tilesets"),
            Link(Rel.styles, links.collection(id, "styles"), type: MediaType.json, title: "Styles"),
            Link("capabilities", links.collection(id, "capabilities"), type: MediaType.json, title: "Layers, times, levels and what can be asked of them"),
            Link("preview", links.url("map", query: [("collection", id.rawValue)]), type: MediaType.html, title: "Map"),
        ]
        if let license = collection.record.document["chronotope:license_url"]?.stringValue { all.append(Link("license", license)) }
        if collection.cube != nil {
            all.append(Link(Rel.mapTilesets, links.collection(id, "tiles"), type: MediaType.json, title: "Map tilesets"))
            all.append(
                Link(
                    "tilejson", links.collection(id, "tiles", TilesetID.raster.rawValue, "tilejson.json"), type: MediaType.json,
                    title: "TileJSON of the default layer"))
        }
        if collection.hasFeatures {
            all.append(Link(Rel.vectorTilesets, links.collection(id, "tiles"), type: MediaType.json, title: "Vector tilesets"))
            all.append(
                Link(
                    "tilejson", links.collection(id, "tiles", TilesetID.vector.rawValue, "tilejson.json"), type: MediaType.json,
                    title: "TileJSON of the features"))
        }
        return all
    }
}

/// Link relations that have no short registered name.
public enum Rel {
    static let ogc = "http://www.opengis.net/def/rel/ogc/1.0/"
    public static let tilesets = ogc + "tilesets"
    public static let mapTilesets = ogc + "tilesets-map"
    public static let vectorTilesets = ogc + "tilesets-vector"
    public static let styles = ogc + "styles"
    public static let tilingScheme = ogc + "tiling-scheme"
    public static let tilingSchemes = ogc + "tiling-schemes"
    public static let conformance = ogc + "conformance"
    public static let data = ogc + "data"
}
