import CPROJ
import Synchronization

/// One PROJ context. PROJ allows one thread at a time per context, so whoever holds it, holds it alone.
///
/// `@unchecked Sendable`: it is handed from thread to thread by a pool, never shared.
final class ProjContext: @unchecked Sendable {
    let handle: OpaquePointer

    init() throws(GeoError) {
        guard let handle = proj_context_create() else {
            throw GeoError(.invalidCRS, "PROJ could not be started (out of memory)")
        }
        proj_log_level(handle, PJ_LOG_NONE)
        // A server neither waits for a grid download nor gives other numbers depending on one.
        proj_context_set_enable_network(handle, 0)
        self.handle = handle
    }

    deinit { proj_context_destroy(handle) }

    /// PROJ's words for its last error in this context.
    var lastError: String {
        let number = proj_context_errno(handle)
        guard number != 0, let text = proj_context_errno_string(handle, number) else { return "PROJ does not know it" }
        return String(cString: text)
    }

    private static let idle = Mutex<[ProjContext]>([])
    private static let idleLimit = 8

    /// Runs `body` with a context of its own; contexts (each has the database open) are used again.
    static func withContext<T>(_ body: (ProjContext) throws(GeoError) -> T) throws(GeoError) -> T {
        let context: ProjContext
        if let used = idle.withLock({ $0.popLast() }) { context = used } else { context = try ProjContext() }
        defer { idle.withLock { if $0.count < idleLimit { $0.append(context) } } }
        return try body(context)
    }
}

/// A PROJ object that is destroyed with its wrapper. It must not outlive its context.
struct ProjObject: ~Copyable {
    let handle: OpaquePointer
    init?(_ handle: OpaquePointer?) {
        guard let handle else { return nil }
        self.handle = handle
    }
    deinit { proj_destroy(handle) }
}
