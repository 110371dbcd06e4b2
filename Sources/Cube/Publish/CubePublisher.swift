import Core
import Geo
import Raster
import Zarr

/// Copies a store into the form that Chronotope serves: Zarr v3, sharded, with overviews and statistics.
///
/// Level 0 keeps type and stored values bit for bit and lies at the root with CF coordinates, so that `xarray.open_zarr` and GDAL read
/// it; overviews are groups `overviews/1` … listed in GeoZarr's `multiscales`. Metadata are written last: until the root's `zarr.json`
/// is there, the directory is no store.
public enum CubePublisher {
    /// - Parameters:
    ///   - store: the store that was inspected.
    ///   - directory: a staging directory, empty or not yet there; the caller renames it into place.
    ///   - budget: bytes that may be held at once.
    ///   - progress: the share done (0…1) and what is being done; called from several threads, one at a time.
    /// - Returns: the description to keep in the catalogue.
    /// - Throws: `CubeError.unreadable` naming array and chunk, `.io`, `.cancelled`, `.budgetExceeded`
    public static func publish(
        from store: any ZarrStore, inspection: CubeInspection, to directory: String, budget: MemoryBudget, threads: Int,
        progress: @escaping @Sendable (Double, String) -> Void = { _, _ in }, cancel: CancelFlag? = nil
    ) throws(CubeError) -> CubeDescription {
        try publish(
            from: store, inspection: inspection, to: DirectoryStore(directory), budget: budget, threads: threads, progress: progress,
            cancel: cancel)
    }

    /// The same into any store that can be written.
    public static func publish(
        from store: any ZarrStore, inspection: CubeInspection, to target: any WritableZarrStore, budget: MemoryBudget, threads: Int,
        progress: @escaping @Sendable (Double, String) -> Void = { _, _ in }, cancel: CancelFlag? = nil
    ) throws(CubeError) -> CubeDescription {
        do {
            let plan = try PublishPlan(inspection)
            try plan.refuseEmptyPromise(store)
            let threads = try affordable(threads, plan, budget)
            return try budget.withReservation(threads.bytes, for: "publishing") {
                let job = PublishJob(
                    plan: plan, source: store, target: target, threads: threads.count, cacheBytes: threads.cache,
                    progress: PublishProgress(total: plan.pixelCount, report: progress), cancel: cancel)
                return try job.run()
            }
        } catch let error as CoreError where error.code == .budgetExceeded {
            throw CubeError(.budgetExceeded, error.description)
        } catch let error as ZarrError where error.code == .io {
            throw CubeError(.io, "the cube cannot be written", cause: error)
        } catch { throw CubeError.wrap(error, "the cube cannot be published") }
    }

    /// How many threads the budget can feed: each holds a shard raw, encoded and as read.
    private static func affordable(
        _ threads: Int, _ plan: PublishPlan, _ budget: MemoryBudget
    ) throws(CubeError) -> (count: Int, bytes: Int, cache: Int) {
        let grid = plan.source.grid
        var (shard, chunk) = (0, 0)
        for variable in plan.variables {
            let spec = variable.spec(width: grid.width, height: grid.height, isNative: true)
            shard = max(shard, (spec.shardShape ?? spec.chunkShape).reduce(variable.dataType.size, *))
            chunk = max(chunk, variable.metadata.chunkShape.reduce(variable.dataType.size) { $0.multipliedReportingOverflow(by: $1).partialValue })
        }
        let each = 4 * shard + chunk + (4 << 20)
        let free = budget.limit - budget.inUse
        guard each <= free else {
            throw CubeError(.budgetExceeded, "publishing needs \(each) bytes for a shard, the budget has \(free) left")
        }
        let count = max(1, min(threads, free / each))
        // What is left holds source chunks that do not fit the shards, so that they are decoded once.
        return (count, each * count, max(0, (free - each * count) / 2))
    }
}

/// Counts what is done and tells it, in whole permille only.
final class PublishProgress: Sendable {
    private let total: Int
    private let report: @Sendable (Double, String) -> Void
    private let state = Counter()
    private let told = TellOnce()

    init(total: Int, report: @escaping @Sendable (Double, String) -> Void) {
        self.total = max(1, total)
        self.report = report
    }

    func add(_ pixels: Int, _ what: @autoclosure () -> String) {
        let done = state.increment(by: pixels)
        let share = min(1, Double(done) / Double(total))
        told.tell(Int(share * 1000)) { report(share, what()) }
    }

    func finish(_ what: String) { told.tell(1001) { report(1, what) } }
}
