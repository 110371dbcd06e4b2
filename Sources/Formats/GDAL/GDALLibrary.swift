import CGDAL
import Core

/// The GDAL library of this process: registered once, silent, and unable to call other machines by itself.
public enum GDALLibrary {
    /// Version of GDAL and how many drivers are registered.
    public struct Versions: Hashable, Sendable {
        public var gdal: String
        public var driverCount: Int
    }

    public static var versions: Versions {
        prepare()
        return Versions(gdal: text(GDALVersionInfo("RELEASE_NAME")), driverCount: Int(GDALGetDriverCount()))
    }

    /// Registers the drivers once.
    static func prepare() { _ = registered }

    /// Drivers that open connections. A file that names a server must not make us call it, so they are taken out.
    private static let connecting = [
        "WMS", "WCS", "WMTS", "HTTP", "PLMOSAIC", "PLSCENES", "Scenes", "NGW", "EEDA", "EEDAI", "DAAS", "OGCAPI", "STACIT", "STACTA",
        "PostGISRaster", "WFS", "OAPIF", "PostgreSQL", "MySQL", "MSSQLSpatial", "ODBC", "OCI", "MongoDBv3", "Elasticsearch", "CSW",
        "Carto", "AmigoCloud", "GeoRaster", "HANA", "GMLAS",
    ]

    private static let registered: Bool = {
        // Also for threads of GDAL's own that no pushed handler reaches.
        CPLSetErrorHandler(CPLQuietErrorHandler)
        CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO")
        GDALAllRegister()
        for name in connecting {
            if let driver = GDALGetDriverByName(name) { GDALDeregisterDriver(driver) }
        }
        return true
    }()

    /// Runs calls to GDAL with errors kept from stderr, and with its network file systems shut unless `allowRemote`.
    static func quietly<T>(allowRemote: Bool = false, _ body: () throws(FormatsError) -> T) throws(FormatsError) -> T {
        prepare()
        CPLPushErrorHandler(CPLQuietErrorHandler)
        HDF5Silence.apply()
        CPLErrorReset()
        // Whatever a file refers to (a VRT its sources), no name but this one passes /vsicurl, /vsis3, ….
        let option = "CPL_VSIL_CURL_ALLOWED_FILENAME"
        if !allowRemote { CPLSetThreadLocalConfigOption(option, "-") }
        defer {
            if !allowRemote { CPLSetThreadLocalConfigOption(option, nil) }
            CPLPopErrorHandler()
        }
        return try body()
    }

    /// GDAL's last message on this thread, without directories.
    static func lastMessage(about path: String? = nil) -> String {
        var message = text(CPLGetLastErrorMsg())
        if let path, !path.isEmpty { message = message.replacing(path, with: FormatsError.lastComponent(path)) }
        return message.isEmpty ? "GDAL gives no reason" : CoreError.shorten(message, to: 300)
    }

    /// A C string that may be NULL.
    static func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

    /// A list of C strings that ends with NULL.
    static func list(_ pointer: UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
        guard let pointer else { return [] }
        var texts: [String] = []
        var at = pointer
        while let next = at.pointee {
            texts.append(String(cString: next))
            at += 1
        }
        return texts
    }

    /// Calls `body` with the strings as GDAL takes lists of them.
    static func withList<T>(_ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> T) -> T {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        for text in texts { list = CSLAddString(list, text) }
        defer { CSLDestroy(list) }
        return body(list)
    }
}
