import CCompression

/// What this module runs with.
public enum ZarrLibrary {
    /// Names and versions of the compression libraries.
    public static var versions: [(name: String, version: String)] {
        [
            ("blosc", BLOSC_VERSION_STRING), ("zstd", String(cString: ZSTD_versionString())), ("lz4", String(cString: LZ4_versionString())),
            ("zlib", String(cString: zlibVersion())), ("libdeflate", LIBDEFLATE_VERSION_STRING),
        ]
    }
}
