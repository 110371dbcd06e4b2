import Catalog
import Core
import Cube
import Raster

/// What a collection has and what can be asked of it, in one document: the map page and scripts need no other.
public enum CapabilitiesDocument {
    public static func make(_ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        let record = collection.record
        let id = collection.id
        var document: JSONObject = [
            "id": .string(id.rawValue), "title": .string(record.title ?? id.rawValue), "description": JSON(record.description),
            "kind": .string(kind(collection)), "version": .int(record.version), "extent": extent(record),
        ]
        if let cube = collection.description { document["raster"] = raster(cube, collection, links) }
        if collection.hasFeatures { document["vector"] = vector(collection, links) }
        document["tilesets"] = .array(
            TilesetID.available(for: collection).map {
                ["id": .string($0.rawValue), "kind": $0 == .raster ? "map" : "vector", "href": .string(links.collection(id, "tiles", $0.rawValue))]
            })
        document["formats"] = ["raster": ["png", "webp"], "vector": ["mvt"], "features": ["geojson"], "series": ["json", "csv"]]
        document["aggregations"] = [
            "functions": JSON(Aggregation.allCases.map(\.rawValue)), "resolutions": ["P1D", "P1W", "P1M", "P1Y"],
            "resolutionRule": "any ISO 8601 duration of one unit; buckets are half-open, in UTC, weeks begin on Monday",
        ]
        document["links"] = JSON([
            Link("self", links.collection(id, "capabilities"), type: MediaType.json), Link("collection", links.collection(id), type: MediaType.json),
            Link("items", links.collection(id, "items"), type: MediaType.geoJSON),
            Link("preview", links.url("map", query: [("collection", id.rawValue)]), type: MediaType.html),
        ])
        return .object(document)
    }

    static func kind(_ collection: LoadedCollection) -> String {
        switch (collection.cube != nil, collection.hasFeatures) {
        case (true, true): "hybrid"
        case (true, false): "raster"
        case (false, true): "vector"
        case (false, false): "empty"
        }
    }

    private static func extent(_ record: CollectionRecord) -> JSON {
        [
            "bbox": record.bbox.map { JSON($0.numbers) } ?? .null,
            "interval": [JSON(record.interval?.start?.description), JSON(record.interval?.end?.description)],
        ]
    }

    // MARK: Raster

    private static func raster(_ cube: CubeDescription, _ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        let standard = Layers.standard(of: cube)
        let bounds = cube.grid.bounds
        return [
            "crs": [
                "code": JSON(cube.grid.crs.code), "uri": JSON(cube.grid.crs.uri), "name": .string(cube.grid.crs.name), "wkt2": .string(cube.grid.crs.wkt2),
            ],
            "grid": [
                "width": JSON(cube.grid.width), "height": JSON(cube.grid.height), "transform": JSON(cube.grid.transform.array),
                "bounds": JSON([bounds.minX, bounds.minY, bounds.maxX, bounds.maxY]), "resolution": JSON([cube.grid.resolution.x, cube.grid.resolution.y]),
            ],
            "levels": .array(
                cube.levels.enumerated().map { index, level in
                    [
                        "level": JSON(index), "width": JSON(level.grid.width), "height": JSON(level.grid.height),
                        "resolution": JSON([level.grid.resolution.x, level.grid.resolution.y]),
                    ]
                }),
            "colormaps": JSON(Colormap.names), "times": JSON(cube.times.map(\.description)),
            "defaultTime": JSON(cube.times[safe: cube.defaultTimeIndex(of: standard?.bands)]?.description),
            "bands": .array(cube.bands.map(band)),
            "layers": .array(cube.layers.map { layer($0, isDefault: $0.name == standard?.name, cube, collection, links) }),
            "zarr": .string(links.collection(collection.id, "zarr")),
        ]
    }

    private static func band(_ band: Band) -> JSON {
        var document: JSONObject = [
            "name": .string(band.name), "commonName": JSON(band.commonName), "title": .string(band.title), "unit": JSON(band.unit),
            "dataType": .string(band.dataType.rawValue), "nodata": JSON(band.nodata), "scale": JSON(band.scale), "offset": JSON(band.offset),
            "isCategorical": JSON(band.isCategorical), "isStatic": JSON(!band.isTimeVarying),
        ]
        if let s = band.statistics {
            document["statistics"] = [
                "count": JSON(s.count), "min": JSON(s.minimum), "max": JSON(s.maximum), "mean": JSON(s.mean), "std": JSON(s.standardDeviation),
                "p2": JSON(s.p2), "p98": JSON(s.p98),
            ]
        }
        return .object(document)
    }

    private static func layer(_ layer: Layer, isDefault: Bool, _ cube: CubeDescription, _ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        let ranges = layer.ranges.map { JSON([$0.lowerBound, $0.upperBound]) }
        let isComposite = layer.kind == .composite
        var document: JSONObject = [
            "name": .string(layer.name), "title": .string(layer.title), "kind": .string(layer.kind.rawValue),
            "expression": isComposite ? JSON(layer.expressions) : JSON(layer.expressions.first), "bands": JSON(layer.bands),
            "range": isComposite ? .array(ranges) : (ranges.first ?? .null), "colormap": JSON(layer.colormap), "unit": JSON(layer.unit),
            "isStatic": JSON(!layer.bands.contains { cube.band(named: $0)?.isTimeVarying ?? true }), "default": JSON(isDefault),
            "style": ["colormap": JSON(layer.colormap), "rescale": .array(ranges)],
            "tilejson": .string(links.collection(collection.id, "tiles", TilesetID.raster.rawValue, "tilejson.json", query: [("layers", layer.name)])),
            "legend": .string(links.collection(collection.id, "legend", query: [("layers", layer.name)])),
        ]
        if layer.isCategorical {
            document["categories"] = .array(layer.categories.map { ["value": JSON($0.value), "label": .string($0.label), "color": JSON($0.color)] })
        }
        return .object(document)
    }

    // MARK: Vector

    private static func vector(_ collection: LoadedCollection, _ links: LinkBuilder) -> JSON {
        [
            "geometryTypes": JSON(collection.record.geometryTypes), "featureCount": JSON(collection.record.featureCount),
            "properties": .array(collection.record.vectorProperties.map(\.json)),
            "tilejson": .string(links.collection(collection.id, "tiles", TilesetID.vector.rawValue, "tilejson.json")),
        ]
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
