import Catalog
import Core
import Formats
import Foundation
import Zarr

/// Publishes what GDAL reads: rasters become a Zarr store in a staging folder, vectors a GeoJSON file, and then go the usual way.
struct ForeignImport {
    let publisher: Publisher
    let options: PublishRequest

    func publish(_ paths: [String], _ progress: @escaping ProgressReport, _ cancel: CancelFlag?) throws -> CollectionRecord {
        let staging = try StagingFolder(in: publisher.service.directory)
        let source = try ForeignImport.convert(paths, options, into: staging.path, { progress($0 * 0.4, $1) }, cancel)
        return try publisher.publish(source, options, progress: { progress(0.4 + $0 * 0.6, $1) }, cancel: cancel)
    }

    /// What has layers of features is read as such, everything else as a raster.
    static func convert(_ paths: [String], _ request: PublishRequest, into folder: String, _ progress: @escaping ProgressReport, _ cancel: CancelFlag?) throws
        -> PublishSource
    {
        do {
            if paths.count == 1, hasFeatures(paths[0], request) { return .features(try importFeatures(paths[0], request, folder, progress, cancel)) }
            return .cube(DirectoryStore(try importCube(paths, request, folder, progress, cancel)))
        } catch {
            throw ServiceError(.invalidData, "\(error)")
        }
    }

    private static func importFeatures(_ path: String, _ request: PublishRequest, _ folder: String, _ progress: @escaping ProgressReport, _ cancel: CancelFlag?)
        throws -> String
    {
        let file = folder + "/import.ndjson"
        try VectorImport.importFeatures(path: path, into: file, options: vectorOptions(request), progress: progress, cancel: cancel)
        return file
    }

    private static func importCube(_ paths: [String], _ request: PublishRequest, _ folder: String, _ progress: @escaping ProgressReport, _ cancel: CancelFlag?)
        throws -> String
    {
        let store = folder + "/import.zarr"
        let options = ImportOptions(
            bandNames: request.bandNames, datetimes: request.datetime.map { [$0] } ?? [], filePattern: request.datePattern, crs: crs(request),
            allowVirtual: allowsVirtual(request))
        try RasterImport.importCube(paths: paths, options: options, into: store, progress: progress, cancel: cancel)
        return store
    }

    private static func vectorOptions(_ request: PublishRequest) -> VectorImport.Options {
        VectorImport.Options(crs: crs(request), allowVirtual: allowsVirtual(request))
    }

    private static func hasFeatures(_ path: String, _ request: PublishRequest) -> Bool {
        do { return try !VectorImport.layers(path: path, options: vectorOptions(request)).isEmpty } catch { return false }
    }

    private static func crs(_ request: PublishRequest) -> String? { request.crs.map { $0.code ?? $0.wkt2 } }

    /// A file that came over HTTP must not make GDAL read others that it names.
    private static func allowsVirtual(_ request: PublishRequest) -> Bool { request.upload == nil }
}
