import Core
import Cube
import Geo

/// What a cube adds to STAC documents: the datacube, eo, raster and projection extensions and its assets.
enum CubeMembers {
    static let datacube: JSON = "https://stac-extensions.github.io/datacube/v2.2.0/schema.json"
    static let eo: JSON = "https://stac-extensions.github.io/eo/v1.1.0/schema.json"
    static let raster: JSON = "https://stac-extensions.github.io/raster/v1.1.0/schema.json"
    static let projection: JSON = "https://stac-extensions.github.io/projection/v1.1.0/schema.json"
    static let webMapLinks: JSON = "https://stac-extensions.github.io/web-map-links/v1.1.0/schema.json"
    static let collectionExtensions: [JSON] = [datacube]
    static let itemExtensions: [JSON] = [eo, raster, projection, webMapLinks]

    static func collection(_ cube: CubeDescription, _ id: CollectionID, _ links: LinkBuilder) -> JSONObject {
        [
            "cube:dimensions": dimensions(cube), "cube:variables": variables(cube),
            "assets": ["zarr": zarrAsset(cube, id, links)],
        ]
    }

    private static func dimensions(_ cube: CubeDescription) -> JSON {
        let bounds = cube.grid.bounds
        let reference: JSON = cube.grid.crs.epsg.map { JSON($0) } ?? cube.grid.crs.projJSON
        func spatial(_ axis: String, _ low: Double, _ high: Double, _ step: Double) -> JSON {
            ["type": "spatial", "axis": .string(axis), "extent": JSON([low, high]), "step": JSON(step), "reference_system": reference]
        }
        return [
            "x": spatial("x", bounds.minX, bounds.maxX, cube.grid.resolution.x),
            "y": spatial("y", bounds.minY, bounds.maxY, cube.grid.resolution.y),
            "time": [
                "type": "temporal", "extent": [JSON(cube.times.first?.description), JSON(cube.times.last?.description)],
                "values": JSON(cube.times.map(\.description)),
            ],
            "bands": ["type": "bands", "values": JSON(cube.bands.map(\.name))],
        ]
    }

    private static func variables(_ cube: CubeDescription) -> JSON {
        JSON(
            cube.bands.map { band in
                var variable: JSONObject = [
                    "dimensions": band.isTimeVarying ? ["time", "y", "x"] : ["y", "x"], "type": "data", "description": .string(band.title),
                ]
                if let unit = band.unit { variable["unit"] = .string(unit) }
                return (band.name, .object(variable))
            })
    }

    static func zarrAsset(_ cube: CubeDescription, _ id: CollectionID, _ links: LinkBuilder) -> JSON {
        [
            "href": .string(links.collection(id, "zarr")), "type": .string(MediaType.zarr), "title": "The cube as Zarr, for xarray.open_zarr",
            "roles": ["data", "zarr"],
        ]
    }

    /// `eo:bands` and `raster:bands`, one entry a band.
    static func bands(_ cube: CubeDescription) -> JSONObject {
        [
            "eo:bands": .array(
                cube.bands.map { band in
                    var entry: JSONObject = ["name": .string(band.name), "description": .string(band.title)]
                    if let name = band.commonName, eoCommonNames.contains(name) { entry["common_name"] = .string(name) }
                    if let wavelength = band.centerWavelength { entry["center_wavelength"] = JSON(wavelength) }
                    return .object(entry)
                }),
            "raster:bands": .array(
                cube.bands.map { band in
                    var entry: JSONObject = ["scale": JSON(band.scale), "offset": JSON(band.offset)]
                    if band.dataType != .bool { entry["data_type"] = .string(band.dataType.rawValue) }
                    if let nodata = band.nodata { entry["nodata"] = nodata.isNaN ? "nan" : JSON(nodata) }
                    if let unit = band.unit { entry["unit"] = .string(unit) }
                    return .object(entry)
                }),
        ]
    }

    /// The common names of the eo extension 1.1.0; newer ones would not validate against it.
    private static let eoCommonNames: Set<String> = [
        "coastal", "blue", "green", "red", "yellow", "pan", "rededge", "nir", "nir08", "nir09", "cirrus", "swir16", "swir22", "lwir", "lwir11", "lwir12",
    ]

    /// `proj:epsg` (or the PROJJSON), `proj:shape` and `proj:transform` of the native grid.
    static func projection(_ grid: PixelGrid) -> JSONObject {
        let t = grid.transform.array
        var members: JSONObject = [
            "proj:epsg": grid.crs.epsg.map { JSON($0) } ?? .null,
            "proj:shape": [JSON(grid.height), JSON(grid.width)],
            "proj:transform": JSON([t[1], t[2], t[0], t[4], t[5], t[3]]),
        ]
        if grid.crs.epsg == nil { members["proj:projjson"] = grid.crs.projJSON }
        return members
    }
}

extension CRS {
    /// The number of an EPSG code; CRS84 is EPSG:4326 with its axes the other way round, which is how STAC names it.
    var epsg: Int? {
        guard let code else { return nil }
        if code == "OGC:CRS84" { return 4326 }
        return code.hasPrefix("EPSG:") ? Int(code.dropFirst(5)) : nil
    }
}
