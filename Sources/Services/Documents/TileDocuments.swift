import Catalog
import Core
import Cube
import Geo

/// TileJSON 3.0.0 and the tileset metadata of OGC API – Tiles 1.0.
public enum TileDocuments {
    // MARK: TileJSON

    /// - Parameter query: what the tiles shall be asked with (layer, time, style), as the request had it.
    public static func rasterTileJSON(_ collection: LoadedCollection, _ cube: CubeDescription, layer: Layer, query: [(String, String?)], _ links: LinkBuilder)
        -> JSON
    {
        let zoom = Zoom.range(of: cube)
        let all = query + [("v", String(collection.record.version))]
        return [
            "tilejson": "3.0.0", "name": .string("\(collection.record.title ?? collection.id.rawValue) – \(layer.title)"),
            "description": .string(layer.expressions.joined(separator: " | ")), "version": "1.0.0", "scheme": "xyz",
            "tiles": [.string(links.tileTemplate(collection.id, tileset: TilesetID.raster.rawValue, query: all))],
            "minzoom": JSON(zoom.lowerBound), "maxzoom": JSON(zoom.upperBound), "bounds": JSON(bounds(cube.bbox)),
            "center": JSON(center(cube.bbox, zoom: zoom.lowerBound)), "vector_layers": [],
        ]
    }

    public static func vectorTileJSON(_ collection: LoadedCollection, query: [(String, String?)], _ links: LinkBuilder) -> JSON {
        let box = collection.record.bbox ?? .world
        return [
            "tilejson": "3.0.0", "name": .string(collection.record.title ?? collection.id.rawValue), "version": "1.0.0", "scheme": "xyz",
            "tiles": [
                .string(links.tileTemplate(collection.id, tileset: TilesetID.vector.rawValue, query: query + [("v", String(collection.record.version))]))
            ],
            "minzoom": JSON(Zoom.vector.lowerBound), "maxzoom": JSON(Zoom.vector.upperBound), "bounds": JSON(bounds(box)),
            "center": JSON(center(box, zoom: 0)), "vector_layers": [vectorLayer(collection)],
        ]
    }

    static func vectorLayer(_ collection: LoadedCollection) -> JSON {
        [
            "id": .string(collection.id.rawValue), "description": .string(collection.record.title ?? collection.id.rawValue),
            "minzoom": JSON(Zoom.vector.lowerBound), "maxzoom": JSON(Zoom.vector.upperBound),
            "fields": JSON(collection.record.vectorProperties.map { ($0.name, .string($0.tileField)) }),
        ]
    }

    /// TileJSON knows no box over the antimeridian: such a one becomes the whole width.
    private static func bounds(_ box: BBox) -> [Double] {
        let limit = 85.05112877980659
        let south = min(max(box.south, -limit), limit)
        let north = min(max(box.north, -limit), limit)
        return box.crossesAntimeridian ? [-180, south, 180, north] : [box.west, south, box.east, north]
    }

    private static func center(_ box: BBox, zoom: Int) -> [Double] {
        var x = box.west + box.width / 2
        if x > 180 { x -= 360 }
        return [x, (box.south + box.north) / 2, Double(zoom)]
    }

    // MARK: OGC API – Tiles

    public static func tilesets(_ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        [
            "links": JSON([
                Link("self", links.collection(collection.id, "tiles"), type: MediaType.json),
                Link("collection", links.collection(collection.id), type: MediaType.json),
            ]),
            "tilesets": .array(TilesetID.available(for: collection).map { tileset($0, collection, links, isWhole: false) }),
        ]
    }

    public static func tileset(_ id: TilesetID, _ collection: LoadedCollection, _ links: LinkBuilder, isWhole: Bool = true) -> JSON {
        let set = id.matrixSet
        let item = Link(
            "item", links.base + "/collections/\(collection.id)/tiles/\(id.rawValue)/{tileMatrix}/{tileRow}/{tileCol}",
            type: id == .raster ? MediaType.png : MediaType.mvt, title: "Tiles", extra: ["templated": true])
        var document: JSONObject = [
            "title": .string("\(collection.record.title ?? collection.id.rawValue) (\(id.rawValue))"),
            "dataType": id == .raster ? "map" : "vector", "crs": .string(set.crs.uri ?? ""), "tileMatrixSetURI": .string(set.uri ?? ""),
        ]
        var all = [
            Link("self", links.collection(collection.id, "tiles", id.rawValue), type: MediaType.json),
            Link(Rel.tilingScheme, links.url("tileMatrixSets", set.id), type: MediaType.json), item,
            Link("tilejson", links.collection(collection.id, "tiles", id.rawValue, "tilejson.json"), type: MediaType.json),
        ]
        if isWhole {
            all.append(Link("collection", links.collection(collection.id), type: MediaType.json))
            if let box = collection.record.bbox {
                document["boundingBox"] = [
                    "lowerLeft": JSON([box.west, box.south]), "upperRight": JSON([box.east, box.north]), "crs": .string(CollectionDocument.crs84),
                ]
            }
            if id == .vector { document["layers"] = [["id": .string(collection.id.rawValue), "dataType": "vector"]] }
        }
        document["links"] = JSON(all)
        return .object(document)
    }
}
