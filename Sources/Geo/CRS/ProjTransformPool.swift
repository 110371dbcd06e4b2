import CPROJ
import Synchronization

/// PROJ transformations from one CRS to another: as many copies as threads use it at once, each with its own context.
final class ProjTransformPool: Sendable {
    private let source: String
    private let target: String
    private let idle: Mutex<[Worker]>
    private static let idleLimit = 8

    private init(source: String, target: String) throws(GeoError) {
        self.source = source
        self.target = target
        idle = Mutex([try Worker(source: source, target: target)])
    }

    private struct Pair: Hashable { var source: String, target: String }
    private static let pools = Mutex<[Pair: ProjTransformPool]>([:])
    private static let poolLimit = 128

    /// The pool of a pair of CRSs; making its first copy takes some milliseconds.
    static func shared(from source: CRS, to target: CRS) throws(GeoError) -> ProjTransformPool {
        let pair = Pair(source: source.definition, target: target.definition)
        if let pool = pools.withLock({ $0[pair] }) { return pool }
        let pool = try ProjTransformPool(source: pair.source, target: pair.target)
        return pools.withLock {
            if let other = $0[pair] { return other }
            // CRSs come from outside: what nobody holds any more is let go.
            if $0.count >= poolLimit { $0.removeAll(keepingCapacity: true) }
            $0[pair] = pool
            return pool
        }
    }

    func apply(_ xs: UnsafeMutableBufferPointer<Double>, _ ys: UnsafeMutableBufferPointer<Double>, count: Int) {
        guard let worker = idle.withLock({ $0.popLast() }) ?? (try? Worker(source: source, target: target)) else {
            for i in 0..<count { (xs[i], ys[i]) = (.nan, .nan) }
            return
        }
        worker.apply(xs, ys, count: count)
        idle.withLock { if $0.count < ProjTransformPool.idleLimit { $0.append(worker) } }
    }

    /// `@unchecked Sendable`: held by one thread at a time.
    private final class Worker: @unchecked Sendable {
        private let context: ProjContext
        private let transform: OpaquePointer

        init(source: String, target: String) throws(GeoError) {
            context = try ProjContext()
            guard let from = ProjObject(proj_create(context.handle, source)), let to = ProjObject(proj_create(context.handle, target)),
                let raw = ProjObject(proj_create_crs_to_crs_from_pj(context.handle, from.handle, to.handle, nil, nil)),
                let normalized = proj_normalize_for_visualization(context.handle, raw.handle)
            else {
                throw GeoError(.notTransformable, "there is no transformation between the two CRSs: \(context.lastError)")
            }
            transform = normalized
        }

        deinit { proj_destroy(transform) }

        func apply(_ xs: UnsafeMutableBufferPointer<Double>, _ ys: UnsafeMutableBufferPointer<Double>, count: Int) {
            let stride = MemoryLayout<Double>.stride
            proj_errno_reset(transform)
            _ = proj_trans_generic(
                transform, PJ_FWD, xs.baseAddress, stride, count, ys.baseAddress, stride, count, nil, 0, 0, nil, 0, 0)
            // PROJ marks failed points with infinities.
            for i in 0..<count where !xs[i].isFinite || !ys[i].isFinite { (xs[i], ys[i]) = (.nan, .nan) }
        }
    }
}
