import CGDAL
import Core
import Geo
import Glibc

/// Makes a Zarr store out of the rasters that GDAL reads.
public enum RasterImport {
    /// Reads one or more rasters and writes a plain Zarr v3 store with CF metadata, its pixels bit for bit as they were.
    ///
    /// Files of bands (GeoTIFF, COG, JPEG 2000, VRT, …) give one array per band, several of them one time step each; NetCDF, HDF5 and
    /// HDF4 give one array per variable over (time, y, x), several files one after the other in time. The store has `x`, `y` and
    /// `time` coordinates and `spatial_ref`, so that `CubeInspector` reads it like any other.
    ///
    /// Blocks. What was written before an error has no root metadata and is to be removed by the caller.
    ///
    /// - Parameters:
    ///   - directory: where the store goes; made if it does not exist.
    ///   - progress: share done (0…1) and the array at work.
    /// - Throws: `FormatsError`
    @discardableResult
    public static func importCube(
        paths: [String], options: ImportOptions = ImportOptions(), into directory: String,
        progress: @Sendable (Double, String) -> Void = { _, _ in }, cancel: CancelFlag? = nil
    ) throws(FormatsError) -> ImportSummary {
        guard !paths.isEmpty else { throw FormatsError(.invalidOption, "there is at least one file") }
        for path in paths { try SourcePath.check(path, allowRemote: options.allowRemote) }
        return try GDALLibrary.quietly(allowRemote: options.allowRemote) { () throws(FormatsError) in
            let plan = try Plan(paths, options)
            return try write(plan, options, directory, progress, cancel)
        }
    }

    /// What is to be written, whichever kind of file it comes from.
    private struct Plan {
        var layout: CubeLayout
        var variables: [(CubeVariable, any PixelSource)]
        var driver: String
        var notes: [String]

        init(_ given: [String], _ options: ImportOptions) throws(FormatsError) {
            var paths: [String] = []
            for path in given { paths.append(try SourcePath.inside(path, extensions: rasterExtensions)) }
            if let files = try RasterImport.multidimensional(paths, options) {
                var job = MultidimImport(files, options: options)
                (layout, variables) = try job.plan()
                (driver, notes) = (files.first?.driver ?? "", job.notes)
            } else {
                var files: [BandFile] = []
                for path in paths { files.append(try BandFile(try Dataset(path, .raster, drivers: bandDrivers(options)))) }
                var job = BandImport(files, options: options)
                (layout, variables) = try job.plan()
                (driver, notes) = (files.first?.driver ?? "", job.notes)
            }
        }
    }

    /// Largest sizes taken: more is a header that lies.
    static let maximumSide = 4_000_000
    static let maximumTimes = 1_000_000

    static let rasterExtensions = ["tif", "tiff", "nc", "nc4", "h5", "hdf5", "he5", "hdf", "jp2", "vrt", "img", "asc", "grib", "grib2", "grb"]

    /// Drivers that read files of bands, and neither databases nor services.
    private static let bandDriverNames = [
        "GTiff", "COG", "JP2OpenJPEG", "JP2ECW", "JP2KAK", "JP2MrSID", "HFA", "ENVI", "EHdr", "AAIGrid", "GRIB", "PNG", "JPEG", "WEBP", "netCDF",
        "HDF5", "HDF5Image", "HDF4", "HDF4Image", "SENTINEL2", "SAFE", "SRTMHGT", "USGSDEM", "GSAG", "GSBG", "GS7BG", "ISCE", "PCIDSK", "RST",
        "SAGA", "XYZ", "ERS", "ILWIS", "NITF", "BMP", "GPKG", "MBTiles", "KRO", "ROI_PAC", "ISIS3", "PDS", "PDS4", "VICAR", "ENVISAT", "BSB",
        "DTED", "ADRG", "AIG", "BAG", "CEOS", "DIMAP", "L1B", "RS2", "TSX", "GFF", "LAN", "SNODAS", "TIL", "S102", "MFF", "RMF", "RRASTER",
    ]

    static func bandDrivers(_ options: ImportOptions) -> [String] { bandDriverNames + (options.allowVirtual ? ["VRT"] : []) }

    static func crs(option text: String) throws(FormatsError) -> CRS {
        try FormatsError.wrapping(.invalidOption, "the option crs is not a CRS that PROJ knows") { () throws(GeoError) in try CRS(text) }
    }

    /// The files as variables with dimensions; nil if the first is of another kind.
    private static func multidimensional(_ paths: [String], _ options: ImportOptions) throws(FormatsError) -> [MultidimFile]? {
        let drivers = ["netCDF", "HDF5", "HDF4"]
        guard let first = paths.first, let dataset = try? Dataset(first, .multidim, drivers: drivers) else { return nil }
        guard let file = try MultidimFile(dataset, options) else { return nil }
        var files = [file]
        for path in paths.dropFirst() {
            guard let next = try MultidimFile(try Dataset(path, .multidim, drivers: drivers), options) else {
                throw FormatsError(.inconsistent, "it has no variables on a grid, as the first file has", file: path)
            }
            files.append(next)
        }
        return files
    }

    private static func write(
        _ plan: Plan, _ options: ImportOptions, _ directory: String, _ progress: @Sendable (Double, String) -> Void, _ cancel: CancelFlag?
    ) throws(FormatsError) -> ImportSummary {
        guard plan.layout.width <= maximumSide, plan.layout.height <= maximumSide, plan.layout.time?.count ?? 0 <= maximumTimes else {
            throw FormatsError(.unsupported, "a grid has at most \(maximumSide) rows and columns and \(maximumTimes) times")
        }
        var writer = CubeStoreWriter(plan.layout, directory: directory, options: options)
        var outputs: [CubeStoreWriter.Output] = []
        for (variable, source) in plan.variables { outputs.append(try writer.output(variable, source)) }
        try CubeCopy(outputs: outputs, layout: plan.layout, options: options).run(progress: progress, cancel: cancel)
        try writer.finish(outputs)
        return ImportSummary(
            arrays: plan.variables.map(\.0.name), width: plan.layout.width, height: plan.layout.height,
            timeCount: plan.layout.time?.count ?? 0, driver: plan.driver, notes: plan.notes)
    }
}
