import Catalog
import Core
import Cube
import Foundation
import Geo
import Zarr

/// What a publication shall be called and how it is to be read.
public struct PublishRequest: Sendable {
    public var collection: CollectionID
    public var title: String?
    public var description: String?
    /// nil keeps what the collection has; a new one is public.
    public var isPrivate: Bool?
    /// Replace a cube or features that are there already.
    public var force = false
    /// The time of a store that has none.
    public var datetime: TimeInstant?
    /// The CRS of data that does not say.
    public var crs: CRS?
    /// The property that holds a feature's time.
    public var timeProperty: String?
    /// Names of the bands of an imported raster; none keeps the file's own.
    public var bandNames: [String] = []
    /// Where the date stands in the names of several imported rasters.
    public var datePattern: String?
    /// Members of the STAC Collection to keep with it.
    public var document: JSONObject = [:]

    /// The upload that this publishes: it is committed in the same transaction.
    public var upload: String?

    public init(collection: CollectionID) { self.collection = collection }
}

public typealias ProgressReport = @Sendable (Double, String) -> Void

/// Puts cubes and features into the catalogue. Everything is prepared in a staging folder; one transaction makes it visible.
public struct Publisher: Sendable {
    let service: Chronotope

    public init(_ service: Chronotope) { self.service = service }

    /// Publishes what lies at `source`.
    ///
    /// - Throws: `conflict` if the collection has such data already and `force` is not set, `invalidData` for data that
    ///   cannot be published, with the reason.
    @discardableResult
    public func publish(_ source: PublishSource, _ options: PublishRequest, progress: @escaping ProgressReport = { _, _ in }, cancel: CancelFlag? = nil) throws
        -> CollectionRecord
    {
        switch source {
        case .cube(let store): try publishCube(store, options, progress, cancel)
        case .features(let path): try publishFeatures(path, options, progress, cancel)
        case .foreign(let paths): try ForeignImport(publisher: self, options: options).publish(paths, progress, cancel)
        }
    }

    // MARK: Cubes

    /// Looks at a store without publishing it.
    public static func inspect(_ store: any ZarrStore, _ options: PublishRequest? = nil) throws -> CubeInspection {
        do { return try CubeInspector.inspect(store, options: InspectOptions(datetime: options?.datetime, crs: options?.crs.map { $0.code ?? $0.wkt2 })) } catch
        {
            throw ServiceError(.invalidData, "\(error)")
        }
    }

    private func publishCube(_ store: any ZarrStore, _ options: PublishRequest, _ progress: @escaping ProgressReport, _ cancel: CancelFlag?) throws
        -> CollectionRecord
    {
        try refuseConflict(options, isCube: true)
        let inspection = try Publisher.inspect(store, options)
        let staging = try StagingFolder(in: service.directory)
        let description: CubeDescription
        do {
            description = try CubePublisher.publish(
                from: store, inspection: inspection, to: staging.path, budget: service.memory, threads: service.configuration.threads,
                progress: progress, cancel: cancel)
        } catch {
            if error.code == .io || error.code == .cancelled { throw error }
            throw ServiceError(error.code == .budgetExceeded ? .payloadTooLarge : .invalidData, "\(error)")
        }
        let storage = DataDirectory.newID()
        let home = service.directory.cube(options.collection, storage: storage)
        try staging.move(to: home)
        do { return try commit(description, storage, options) } catch {
            try? FileManager.default.removeItem(atPath: home)
            throw error
        }
    }

    private func commit(_ description: CubeDescription, _ storage: String, _ options: PublishRequest) throws -> CollectionRecord {
        let previous = try service.catalog.collection(options.collection, access: .all)
        var record = draft(options, previous)
        record.title = record.title ?? description.title
        record.cube = description.json
        record.storage = storage
        var slices = description.times.makeIterator()
        let (wkb, bbox) = (description.footprint.wkb, description.bbox)
        let next: () throws -> ItemRecord? = {
            slices.next().map { time in
                ItemRecord(
                    id: ItemRecord.sliceID(time), kind: .slice, wkb: wkb, bbox: bbox, interval: TimeInterval(time), body: nil, properties: nil)
            }
        }
        let committed = try service.catalog.publish(record, items: next, options: commitOptions(options, .slice, previous)) { _ in }
        if let old = previous?.storage { Sweeper.retire(service.directory.cube(options.collection, storage: old)) }
        return committed
    }

    // MARK: Features

    private func publishFeatures(_ path: String, _ options: PublishRequest, _ progress: @escaping ProgressReport, _ cancel: CancelFlag?) throws
        -> CollectionRecord
    {
        try refuseConflict(options, isCube: false)
        let source = try GeoJSONSource(path: path)
        let maker = try FeatureMaker(crs: options.crs ?? source.crs, timeProperty: options.timeProperty)
        let previous = try service.catalog.collection(options.collection, access: .all)
        let record = draft(options, previous)
        var index = 0
        do {
            let next: () throws -> ItemRecord? = {
                guard index < source.count else { return nil }
                try cancel?.check()
                if index % 1000 == 0 { progress(Double(index) / Double(max(1, source.count)), "feature \(index) of \(source.count)") }
                index += 1
                return try maker.record(try source.feature(index - 1), number: index)
            }
            return try service.catalog.publish(record, items: next, options: commitOptions(options, .feature, previous)) { _ in }
        } catch let error as CatalogError where error.code == .invalidRecord {
            throw ServiceError(.invalidData, "feature \(index): \(error.message)")
        } catch let error as CatalogError where error.code == .duplicateItem {
            throw ServiceError(.invalidData, "feature \(index): its id is that of an earlier one (\(error.message))")
        }
    }

    // MARK: Both

    private func draft(_ options: PublishRequest, _ previous: CollectionRecord?) -> CollectionRecord {
        var record = previous ?? CollectionRecord(id: options.collection)
        if let title = options.title { record.title = title }
        if let description = options.description { record.description = description }
        if let isPrivate = options.isPrivate { record.isPrivate = isPrivate }
        record.document.merge(options.document)
        return record
    }

    /// The collection must be as it was when the work began: of two publications at once the later one gets a conflict, and
    /// nothing of the other is lost.
    private func commitOptions(_ request: PublishRequest, _ kind: ItemKind, _ previous: CollectionRecord?) -> Catalog.PublishOptions {
        Catalog.PublishOptions(mode: .replaceKind(kind), mustBeNew: previous == nil, expectedVersion: previous?.version, upload: request.upload)
    }

    /// - Throws: `conflict` if there is such data already and it shall not be replaced.
    func refuseConflict(_ options: PublishRequest, isCube: Bool) throws {
        guard !options.force, let record = try service.catalog.collection(options.collection, access: .all) else { return }
        if isCube ? record.cube != nil : record.featureCount > 0 {
            throw ServiceError(
                .conflict, "collection '\(options.collection)' has \(isCube ? "a cube" : "features") already; ask for it to be replaced (--force)")
        }
    }
}
