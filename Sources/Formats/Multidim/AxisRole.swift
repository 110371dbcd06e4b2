import Core

/// What a dimension of a NetCDF or HDF5 file stands for.
enum AxisRole: Equatable {
    case time, y, x, other

    /// GDAL's type of the dimension, else CF attributes of its coordinate, else the names people use.
    init(_ dimension: MDArray.Dimension, coordinate: JSONObject?) {
        switch dimension.type {
        case "HORIZONTAL_X": self = .x
        case "HORIZONTAL_Y": self = .y
        case "TEMPORAL": self = .time
        case "VERTICAL", "PARAMETRIC": self = .other
        default: self = coordinate.flatMap { AxisRole(attributes: $0) } ?? AxisRole(name: dimension.name)
        }
    }

    private init?(attributes: JSONObject) {
        let units = attributes["units"]?.stringValue?.lowercased() ?? ""
        if units.contains(" since ") { self = .time; return }
        if units.hasPrefix("degree"), units.contains("north") || units.hasSuffix("_n") { self = .y; return }
        if units.hasPrefix("degree"), units.contains("east") || units.hasSuffix("_e") { self = .x; return }
        switch attributes["standard_name"]?.stringValue?.lowercased() {
        case "latitude", "projection_y_coordinate", "grid_latitude": self = .y; return
        case "longitude", "projection_x_coordinate", "grid_longitude": self = .x; return
        case "time": self = .time; return
        default: break
        }
        switch attributes["axis"]?.stringValue?.uppercased() {
        case "X": self = .x
        case "Y": self = .y
        case "T": self = .time
        case "Z": self = .other
        default: return nil
        }
    }

    private init(name: String) {
        switch name.lowercased() {
        case "time", "t", "date", "datetime", "valid_time", "time_counter": self = .time
        case "y", "lat", "latitude", "northing", "nlat", "lats", "ydim", "yc": self = .y
        case "x", "lon", "long", "longitude", "easting", "nlon", "lons", "xdim", "xc": self = .x
        default: self = .other
        }
    }

    /// Longitude and latitude rather than a projection.
    static func isGeographic(_ name: String, _ attributes: JSONObject) -> Bool {
        let standardName = attributes["standard_name"]?.stringValue?.lowercased() ?? ""
        if standardName == "latitude" || standardName == "longitude" { return true }
        if standardName.hasPrefix("projection_") || standardName.hasPrefix("grid_") { return false }
        let units = attributes["units"]?.stringValue?.lowercased() ?? ""
        if units.hasPrefix("degree") { return true }
        return units.isEmpty && ["lat", "latitude", "lats", "lon", "long", "longitude", "lons"].contains(name.lowercased())
    }
}
