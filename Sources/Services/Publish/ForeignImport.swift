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

    /// Rasters first: of a file that is both (a GeoPackage with tiles and tables) the raster is taken.
    static func convert(_ paths: [String], _ options: PublishRequest, into folder: String, _ progress: @escaping ProgressReport, _ cancel: CancelFlag?) throws -> PublishSource {
        do {
            if try GDALProbe.isRaster(paths[0]) {
                let store = folder + "/import.zarr"
                try RasterImport.importCube(paths: paths, options: ImportOptions(datetime: options.datetime, crs: options.crs), into: store, progress: progress, cancel: cancel)
                return .cube(DirectoryStore(store))
            }
            let file = folder + "/import.ndjson"
            try VectorImport.importFeatures(path: paths[0], layer: nil, into: file, progress: progress, cancel: cancel)
            return .features(file)
        } catch let error as FormatsError {
            throw ServiceError(.invalidData, "\(error)")
        }
    }
}
