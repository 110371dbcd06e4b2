import Core
import Geo
import Zarr

/// Finds the coordinate reference system of a grid where stores keep it.
struct CRSDetector {
    let view: StoreView
    let mapping: GridMapping?
    let rasters: [RasterArray]
    let dimensions: CubeDimensions
    let isGeographic: Bool

    struct Found {
        var crs: CRS
        /// Where it was found, for the report.
        var source: String
    }

    /// What is looked for, for the message of `missingCRS`.
    static let lookedFor = """
        a grid_mapping variable (spatial_ref, crs) with crs_wkt, spatial_ref, proj4text or CF parameters; proj:code, proj:wkt2, \
        proj:projjson or proj:epsg of the group or an array; _CRS of an array (GDAL); longitude and latitude in degrees
        """

    /// - Throws: `CubeError.missingCRS`, also for an identifier that PROJ does not know.
    func detect(override: String?) throws(CubeError) -> Found {
        if let override { return Found(crs: try crs(override, "the option crs"), source: "option crs") }
        var problem: CubeError?
        for candidate in candidates() {
            do throws(CubeError) {
                let found = Found(crs: try crs(candidate.definition, candidate.source), source: candidate.source)
                return better(found)
            } catch { problem = problem ?? error }
        }
        if let problem { throw problem }
        if isGeographic { return Found(crs: .crs84, source: "longitude and latitude in degrees, no CRS given") }
        throw CubeError(
            .missingCRS, "the store has no coordinate reference system; looked for \(CRSDetector.lookedFor). Name one with the option crs")
    }

    /// A WKT without an authority's code is replaced by `proj:code` where the store has one too.
    private func better(_ found: Found) -> Found {
        guard found.crs.code == nil, let code = view.attributes["proj:code"]?.stringValue, let crs = try? CRS(code),
            crs.isGeographic == found.crs.isGeographic
        else { return found }
        return Found(crs: crs, source: "proj:code of the group")
    }

    private func crs(_ definition: String, _ source: String) throws(CubeError) -> CRS {
        try CubeError.wrapping(.missingCRS, "the CRS of \(source) is not one that PROJ knows") { try CRS(definition) }
    }

    private func candidates() -> [(definition: String, source: String)] {
        var list: [(definition: String, source: String)] = []
        if let mapping { list += definitions(mapping.attributes, "grid mapping '\(mapping.name)'") }
        list += definitions(view.attributes, "the group's attributes")
        for raster in rasters { list += definitions(raster.array.metadata.attributes, "array '\(raster.name)'") }
        if let mapping, let proj = CFGridMapping.projString(mapping.attributes) {
            list.append((proj, "CF parameters of '\(mapping.name)'"))
        }
        return list
    }

    private func definitions(_ attributes: JSONObject, _ place: String) -> [(definition: String, source: String)] {
        var list: [(definition: String, source: String)] = []
        func add(_ key: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            list.append((text, "\(key) of \(place)"))
        }
        for key in ["crs_wkt", "spatial_ref", "proj:code", "proj:wkt2"] { add(key, attributes[key]?.stringValue) }
        if let value = attributes["proj:projjson"] { add("proj:projjson", value.objectValue == nil ? value.stringValue : value.text) }
        if let epsg = attributes["proj:epsg"]?.intValue { add("proj:epsg", "EPSG:\(epsg)") }
        if let gdal = attributes["_CRS"] {
            add("_CRS.wkt", gdal["wkt"]?.stringValue)
            if let json = gdal["projjson"], json.objectValue != nil { add("_CRS.projjson", json.text) }
            add("_CRS.url", gdal["url"]?.stringValue)
        }
        for key in ["proj4text", "proj4_string", "proj4", "proj4_params", "epsg_code"] { add(key, attributes[key]?.stringValue) }
        if let epsg = attributes["epsg"]?.intValue ?? attributes["epsg_code"]?.intValue { add("epsg", "EPSG:\(epsg)") }
        // People's own `crs` attribute; odx/stackstac write `EPSG:n`.
        if let crs = attributes["crs"]?.stringValue, crs.contains(":") || crs.contains("[") { add("crs", crs) }
        return list
    }
}
