import Core

/// CF grid mappings by parameters (appendix F) as PROJ strings, for stores without a WKT.
enum CFGridMapping {
    static func projString(_ attributes: JSONObject) -> String? {
        guard let name = attributes["grid_mapping_name"]?.stringValue, let projection = projection(name, attributes) else { return nil }
        return ["+proj=" + projection, ellipsoid(attributes), "+no_defs +type=crs"].joined(separator: " ")
    }

    private static func projection(_ name: String, _ a: JSONObject) -> String? {
        func number(_ key: String, _ fallback: Double = 0) -> Double { a[key]?.doubleValue ?? fallback }
        let origin = "+x_0=\(number("false_easting")) +y_0=\(number("false_northing"))"
        let latitude = "+lat_0=\(number("latitude_of_projection_origin"))"
        let central = "+lon_0=\(number("longitude_of_central_meridian"))"
        let parallels = standardParallels(a)
        switch name {
        case "latitude_longitude": return "longlat"
        case "transverse_mercator":
            return "tmerc \(latitude) \(central) +k_0=\(number("scale_factor_at_central_meridian", 1)) \(origin)"
        case "lambert_conformal_conic":
            guard let first = parallels.first else { return nil }
            let second = parallels.count > 1 ? " +lat_2=\(parallels[1])" : ""
            return "lcc \(latitude) \(central) +lat_1=\(first)\(second) \(origin)"
        case "albers_conical_equal_area":
            guard let first = parallels.first else { return nil }
            return "aea \(latitude) \(central) +lat_1=\(first) +lat_2=\(parallels.count > 1 ? parallels[1] : first) \(origin)"
        case "lambert_azimuthal_equal_area":
            return "laea \(latitude) +lon_0=\(number("longitude_of_projection_origin")) \(origin)"
        case "azimuthal_equidistant": return "aeqd \(latitude) +lon_0=\(number("longitude_of_projection_origin")) \(origin)"
        case "polar_stereographic", "stereographic":
            let meridian = a["straight_vertical_longitude_from_pole"]?.doubleValue ?? number("longitude_of_projection_origin")
            let trueScale = parallels.first.map { " +lat_ts=\($0)" } ?? " +k_0=\(number("scale_factor_at_projection_origin", 1))"
            return "stere \(latitude) +lon_0=\(meridian)\(trueScale) \(origin)"
        case "mercator":
            let scale = parallels.first.map { "+lat_ts=\($0)" } ?? "+k_0=\(number("scale_factor_at_projection_origin", 1))"
            return "merc +lon_0=\(number("longitude_of_projection_origin")) \(scale) \(origin)"
        case "lambert_cylindrical_equal_area": return "cea \(central) +lat_ts=\(parallels.first ?? 0) \(origin)"
        case "sinusoidal": return "sinu +lon_0=\(number("longitude_of_projection_origin", number("longitude_of_central_meridian"))) \(origin)"
        default: return nil
        }
    }

    private static func standardParallels(_ a: JSONObject) -> [Double] {
        guard let value = a["standard_parallel"] else { return [] }
        return value.numbers ?? value.doubleValue.map { [$0] } ?? []
    }

    private static func ellipsoid(_ a: JSONObject) -> String {
        if let radius = a["earth_radius"]?.doubleValue, radius > 0 { return "+R=\(radius)" }
        guard let major = a["semi_major_axis"]?.doubleValue, major > 0 else { return "+datum=WGS84" }
        if let flattening = a["inverse_flattening"]?.doubleValue {
            // WGS 84 by its numbers: named, so that it needs no datum shift.
            if major == 6_378_137, abs(flattening - 298.257223563) < 1e-6 { return "+datum=WGS84" }
            return flattening == 0 ? "+R=\(major)" : "+a=\(major) +rf=\(flattening)"
        }
        if let minor = a["semi_minor_axis"]?.doubleValue, minor > 0 { return "+a=\(major) +b=\(minor)" }
        return "+R=\(major)"
    }
}
