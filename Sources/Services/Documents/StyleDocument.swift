import Core
import Cube
import Glibc

/// The MapLibre style of a collection (MapLibre Style Specification 8): its default layer, its features on top.
public enum StyleDocument {
    public static let id = "default"

    public static func list(_ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        let href = links.collection(collection.id, "styles", id)
        return [
            "default": .string(id),
            "styles": [
                [
                    "id": .string(id), "title": .string(collection.record.title ?? collection.id.rawValue),
                    "links": JSON([Link("stylesheet", href, type: MediaType.mapboxStyle)]),
                ]
            ],
            "links": JSON([
                Link("self", links.collection(collection.id, "styles"), type: MediaType.json),
                Link("collection", links.collection(collection.id), type: MediaType.json),
            ]),
        ]
    }

    public static func make(_ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        var sources: JSONObject = [:]
        var layers: [JSON] = []
        if let cube = collection.description, let layer = Layers.standard(of: cube) {
            sources["raster"] = rasterSource(collection, cube, layer, links)
            layers.append(["id": .string(layer.name), "type": "raster", "source": "raster"])
        }
        if collection.hasFeatures {
            sources["features"] = [
                "type": "vector", "url": .string(links.collection(collection.id, "tiles", TilesetID.vector.rawValue, "tilejson.json")),
            ]
            layers += vectorLayers(collection)
        }
        let box = collection.record.bbox ?? .world
        return [
            "version": 8, "name": .string(collection.record.title ?? collection.id.rawValue),
            "center": JSON([box.west + box.width / 2 > 180 ? box.west + box.width / 2 - 360 : box.west + box.width / 2, (box.south + box.north) / 2]),
            "zoom": JSON(Zoom.fitting(box)), "sources": .object(sources), "layers": .array(layers),
        ]
    }

    private static func rasterSource(_ collection: LoadedCollection, _ cube: CubeDescription, _ layer: Layer, _ links: LinkBuilder) -> JSON {
        [
            "type": "raster", "tileSize": 256,
            "url": .string(links.collection(collection.id, "tiles", TilesetID.raster.rawValue, "tilejson.json", query: [("layers", layer.name)])),
        ]
    }

    /// One layer a geometry type, by plain filters that every style reader understands.
    private static func vectorLayers(_ collection: LoadedCollection) -> [JSON] {
        let name = collection.id.rawValue
        func layer(_ suffix: String, _ type: String, _ geometry: String, _ paint: JSON) -> JSON {
            [
                "id": .string(name + "-" + suffix), "type": .string(type), "source": "features", "source-layer": .string(name),
                "filter": ["==", "$type", .string(geometry)], "paint": paint,
            ]
        }
        var layers: [JSON] = []
        let types = collection.record.geometryTypes
        let has = { (suffix: String) in types.isEmpty || types.contains { $0.hasSuffix(suffix) || $0 == "GeometryCollection" } }
        if has("Polygon") {
            layers.append(layer("fill", "fill", "Polygon", ["fill-color": "#2a7f9e", "fill-opacity": 0.25]))
            layers.append(layer("outline", "line", "Polygon", ["line-color": "#1b5e77", "line-width": 1.2]))
        }
        if has("LineString") { layers.append(layer("line", "line", "LineString", ["line-color": "#1b5e77", "line-width": 1.6])) }
        if has("Point") {
            layers.append(
                layer("point", "circle", "Point", ["circle-color": "#d1495b", "circle-radius": 4, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1]))
        }
        return layers
    }
}

extension Zoom {
    /// The zoom at which a box fills a map of about 800 pixels.
    static func fitting(_ box: BBox) -> Double {
        let degrees = max(box.width, box.height * 2, 1e-4)
        return min(18, max(0, log2(800 / 256 * 360 / degrees)))
    }
}
