import Core
import Zarr

/// The variable that says how a grid lies on the earth (CF 1.11, section 5.6), if the store has one.
struct GridMapping {
    let name: String
    let attributes: JSONObject

    init?(_ view: StoreView, rasters: [RasterArray]) {
        guard let name = GridMapping.name(view, rasters), let array = view.arrays[name] else { return nil }
        self.name = name
        attributes = array.metadata.attributes
    }

    private static func name(_ view: StoreView, _ rasters: [RasterArray]) -> String? {
        for raster in rasters {
            // The extended form is `crs: x y other: lat lon`; the simple one is a bare name.
            guard let text = raster.array.metadata.attributes["grid_mapping"]?.stringValue else { continue }
            let name = String(text.split(separator: " ").first ?? "").split(separator: ":").first.map(String.init)
            if let name, view.arrays[name] != nil { return name }
        }
        let known = view.names.first { ["spatial_ref", "crs"].contains($0.lowercased()) && !rasters.map(\.name).contains($0) }
        return known
            ?? view.names.first { name in
                guard let attributes = view.arrays[name]?.metadata.attributes, view.arrays[name]?.metadata.shape.count ?? 9 <= 1 else {
                    return false
                }
                return attributes["crs_wkt"] != nil || attributes["grid_mapping_name"] != nil || attributes["spatial_ref"] != nil
            }
    }

    /// `GeoTransform`: six numbers in GDAL's order, as a string or an array.
    var geoTransform: [Double]? {
        guard let value = attributes["GeoTransform"] else { return nil }
        if let numbers = value.numbers, numbers.count == 6 { return numbers }
        let numbers = value.stringValue?.split { $0 == " " || $0 == "," }.compactMap { Double($0) }
        return numbers?.count == 6 ? numbers : nil
    }
}
