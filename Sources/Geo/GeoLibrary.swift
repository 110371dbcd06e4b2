import CPROJ

/// What this module runs with.
public enum GeoLibrary {
    /// The version of PROJ that is loaded, such as `9.1.1`.
    public static var projVersion: String {
        let info = proj_info()
        return "\(info.major).\(info.minor).\(info.patch)"
    }
}
