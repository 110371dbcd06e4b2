import Core

/// What a user may say about rasters that do not say it themselves.
public struct ImportOptions: Sendable {
    /// Names for the bands of a GeoTIFF (and the like), as many as it has.
    public var bandNames: [String]
    /// One time per file, in the order of the paths; for a single file with several steps one per step.
    public var datetimes: [TimeInstant]
    /// Where a file name holds the date, as of strptime (`%Y %m %d %H %M %S %j`), `{band}` for the name of its band and `*` for
    /// anything: `T31UFS_%Y%m%dT%H%M%S_{band}_10m.jp2`, or only `%Y%m%d`. May begin and end within the name.
    public var filePattern: String?
    /// The CRS in any form that `Geo.CRS` reads; used instead of the files' own.
    public var crs: String?
    /// Only these variables of a NetCDF or HDF5 file; empty for all.
    public var variables: [String]
    /// Paths on other machines (`/vsicurl/`, `/vsis3/`, https:) may be opened. Never set it for a path out of a request.
    public var allowRemote: Bool
    /// Files that refer to other files (VRT) may be opened. Unset it for files out of a request.
    public var allowVirtual: Bool
    /// Columns and rows of a chunk.
    public var chunkSize: Int
    /// Bytes of pixels held at once.
    public var bufferBytes: Int

    public init(
        bandNames: [String] = [], datetimes: [TimeInstant] = [], filePattern: String? = nil, crs: String? = nil,
        variables: [String] = [], allowRemote: Bool = false, allowVirtual: Bool = true, chunkSize: Int = 512,
        bufferBytes: Int = 64 << 20
    ) {
        self.bandNames = bandNames
        self.datetimes = datetimes
        self.filePattern = filePattern
        self.crs = crs
        self.variables = variables
        self.allowRemote = allowRemote
        self.allowVirtual = allowVirtual
        self.chunkSize = chunkSize
        self.bufferBytes = bufferBytes
    }
}

/// What an import has made.
public struct ImportSummary: Sendable {
    /// The arrays that hold pixels.
    public var arrays: [String]
    public var width: Int
    public var height: Int
    /// Steps of the time axis; 0 where the files have no time.
    public var timeCount: Int
    /// GDAL's name of the driver that read the files.
    public var driver: String
    /// What a user should know: what was left out or assumed.
    public var notes: [String]
}
