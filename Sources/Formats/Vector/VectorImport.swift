import CGDAL
import Core
import Geo

/// Makes newline-delimited GeoJSON out of the vector files that GDAL reads.
public enum VectorImport {
    /// What a user may say about a file that does not say it itself.
    public struct Options: Sendable {
        /// The CRS in any form that `Geo.CRS` reads; used instead of the file's own.
        public var crs: String?
        /// See `ImportOptions.allowRemote`.
        public var allowRemote: Bool
        /// See `ImportOptions.allowVirtual`.
        public var allowVirtual: Bool

        public init(crs: String? = nil, allowRemote: Bool = false, allowVirtual: Bool = true) {
            self.crs = crs
            self.allowRemote = allowRemote
            self.allowVirtual = allowVirtual
        }
    }

    /// Reads one layer of a file (GeoPackage, Shapefile also in a zip, FlatGeobuf, CSV with coordinates, GML, KML, …) and writes one
    /// GeoJSON Feature per line in WGS 84 (RFC 7946): `id` from the feature's number, properties with their types, dates as
    /// RFC 3339. Feature by feature: memory does not grow with the file.
    ///
    /// Blocks. The file appears when it is whole.
    ///
    /// - Parameters:
    ///   - layer: nil takes the first one with features.
    ///   - progress: share done (0…1; 0 where the file does not know how many it has) and a text.
    /// - Throws: `FormatsError`
    @discardableResult
    public static func importFeatures(
        path: String, layer: String? = nil, into file: String, options: Options = Options(),
        progress: @Sendable (Double, String) -> Void = { _, _ in }, cancel: CancelFlag? = nil
    ) throws(FormatsError) -> VectorSummary {
        try SourcePath.check(path, allowRemote: options.allowRemote)
        return try GDALLibrary.quietly(allowRemote: options.allowRemote) { () throws(FormatsError) in
            let inner = try SourcePath.inside(path, extensions: extensions)
            let drivers = driverNames + (options.allowVirtual ? ["OGR_VRT"] : [])
            let dataset = try Dataset(inner, .vector, drivers: drivers, options: openOptions)
            let source = try VectorLayer(dataset, name: layer, crs: options.crs)
            let output = try LineFile(file)
            do throws(FormatsError) {
                let summary = try copy(source, to: output, progress, cancel)
                try output.finish()
                return summary
            } catch {
                output.abandon()
                throw error
            }
        }
    }

    /// Names of the layers of a file that have features or may have them, and how many where that is known.
    public static func layers(path: String, options: Options = Options()) throws(FormatsError) -> [(name: String, featureCount: Int?)] {
        try SourcePath.check(path, allowRemote: options.allowRemote)
        return try GDALLibrary.quietly(allowRemote: options.allowRemote) { () throws(FormatsError) in
            let inner = try SourcePath.inside(path, extensions: extensions)
            let dataset = try Dataset(inner, .vector, drivers: driverNames, options: openOptions)
            return VectorLayer.all(of: dataset).map { layer in
                let count = OGR_L_GetFeatureCount(layer, 0)
                return (GDALLibrary.text(OGR_L_GetName(layer)), count < 0 ? nil : Int(count))
            }
        }
    }

    /// In the order in which they are looked for in a zip.
    private static let extensions = ["gpkg", "shp", "fgb", "geojson", "geojsonl", "json", "gml", "kml", "kmz", "csv", "parquet", "gpx", "tab", "mif"]

    /// Drivers that read files, and neither databases nor services.
    private static let driverNames = [
        "GPKG", "ESRI Shapefile", "FlatGeobuf", "CSV", "GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "GML", "LIBKML", "KML", "Parquet", "Arrow",
        "SQLite", "MapInfo File", "GPX", "DXF", "DGN", "OpenFileGDB", "S57", "OGR_GMT", "XLSX", "ODS", "OSM", "JML", "AVCE00", "AVCBin", "SXF",
        "VDV", "netCDF", "GeoRSS", "Selafin", "WAsP", "TIGER", "UK .NTF", "MVT",
    ]

    /// Columns of a CSV that are coordinates; nothing is written beside the source, no schema fetched.
    private static let openOptions = [
        "X_POSSIBLE_NAMES=x,lon,lng,long,longitude,easting,lon_dd,decimallongitude,xcoord,x_coord",
        "Y_POSSIBLE_NAMES=y,lat,latitude,northing,lat_dd,decimallatitude,ycoord,y_coord",
        "GEOM_POSSIBLE_NAMES=wkt,geom,geometry,the_geom,geom_wkt,wkb_geometry", "KEEP_GEOM_COLUMNS=NO", "AUTODETECT_TYPE=YES",
        "WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO",
    ]

    private static func copy(
        _ layer: VectorLayer, to output: LineFile, _ progress: @Sendable (Double, String) -> Void, _ cancel: CancelFlag?
    ) throws(FormatsError) -> VectorSummary {
        var summary = VectorSummary(layer: layer.name, sourceCRS: layer.crsName, fields: layer.schema.summary, notes: layer.notes)
        let total = OGR_L_GetFeatureCount(layer.handle, 0)
        OGR_L_ResetReading(layer.handle)
        CPLErrorReset()
        var writer = FeatureWriter(layer)
        while let feature = OGR_L_GetNextFeature(layer.handle) {
            defer { OGR_F_Destroy(feature) }
            if cancel?.isSet == true { throw .cancelled }
            try writer.write(feature, number: summary.featureCount, &summary)
            summary.featureCount += 1
            if writer.json.bytes.count >= LineFile.bufferSize { try output.append(&writer.json.bytes) }
            if summary.featureCount % 1000 == 0 {
                progress(total > 0 ? min(1, Double(summary.featureCount) / Double(total)) : 0, "\(summary.featureCount) features")
            }
            CPLErrorReset()
        }
        guard CPLGetLastErrorType() != CE_Failure, CPLGetLastErrorType() != CE_Fatal else {
            throw FormatsError(
                .unreadable, "reading stops after feature \(summary.featureCount): \(GDALLibrary.lastMessage(about: layer.path))", file: layer.path)
        }
        try output.append(&writer.json.bytes)
        writer.finish(&summary)
        progress(1, "\(summary.featureCount) features")
        return summary
    }
}

/// What an import of features has made.
public struct VectorSummary: Sendable {
    /// A property and its type: `string`, `integer`, `number`, `boolean`, `date`, `date-time`, `time`, `array`, `object`.
    public struct Field: Hashable, Sendable {
        public var name: String
        public var type: String
    }

    public var layer: String
    public var featureCount = 0
    /// The CRS of the source as a code or name; nil where it names none.
    public var sourceCRS: String?
    /// Around all geometries, in WGS 84; nil without any. Does not wrap.
    public var bbox: BBox?
    /// `Point`, `Polygon`, …
    public var geometryTypes: Set<String> = []
    public var fields: [Field]
    /// What a user should know.
    public var notes: [String]

    init(layer: String, sourceCRS: String?, fields: [Field], notes: [String]) {
        self.layer = layer
        self.sourceCRS = sourceCRS
        self.fields = fields
        self.notes = notes
    }
}
