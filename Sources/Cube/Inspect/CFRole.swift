import Core

/// What a dimension stands for.
enum CFRole: String, Sendable {
    case time, band, y, x

    /// By what CF says first: `axis`, `standard_name`, `units` (CF 1.11, chapter 4).
    init?(attributes: JSONObject) {
        if let standardName = attributes["standard_name"]?.stringValue?.lowercased() {
            switch standardName {
            case "time", "forecast_reference_time": self = .time; return
            case "latitude", "projection_y_coordinate", "grid_latitude": self = .y; return
            case "longitude", "projection_x_coordinate", "grid_longitude": self = .x; return
            case "radiation_wavelength", "sensor_band_central_radiation_wavelength", "sensor_band_identifier": self = .band; return
            default: break
            }
        }
        switch attributes["axis"]?.stringValue?.uppercased() {
        case "T": self = .time; return
        case "Y": self = .y; return
        case "X": self = .x; return
        default: break
        }
        let units = attributes["units"]?.stringValue?.lowercased() ?? ""
        if CFRole.northUnits.contains(units) { self = .y; return }
        if CFRole.eastUnits.contains(units) { self = .x; return }
        if units.contains(" since ") { self = .time; return }
        return nil
    }

    /// By the names people give.
    init?(name: String) {
        switch name.lowercased() {
        case "time", "t", "date", "datetime", "times", "valid_time", "time_counter", "dates", "timestamp": self = .time
        case "y", "lat", "latitude", "northing", "northings", "north", "nlat", "yc", "row", "rows", "y_coord", "lats": self = .y
        case "x", "lon", "long", "longitude", "lng", "easting", "eastings", "east", "nlon", "xc", "column", "columns", "col", "cols",
            "x_coord", "lons":
            self = .x
        case "band", "bands", "b", "channel", "channels", "wavelength", "wavelengths", "spectral", "variable", "bands_name": self = .band
        default: return nil
        }
    }

    static let northUnits: Set<String> = ["degrees_north", "degree_north", "degree_n", "degrees_n", "degreen", "degreesn"]
    static let eastUnits: Set<String> = ["degrees_east", "degree_east", "degree_e", "degrees_e", "degreee", "degreese"]

    /// Names that by themselves mean longitude or latitude.
    static func isGeographicName(_ name: String) -> Bool {
        ["lat", "latitude", "lats", "nlat", "lon", "long", "longitude", "lng", "lons", "nlon"].contains(name.lowercased())
    }
}
