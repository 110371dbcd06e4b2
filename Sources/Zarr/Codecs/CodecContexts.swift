import CCompression
import Synchronization

/// Decompressor contexts that are used again: making one costs more than decoding a small chunk.
final class ContextPool: @unchecked Sendable {
    // Unchecked: a context is owned by whoever took it; the list is under the lock.
    private let free = Mutex<[SendablePointer]>([])
    private let make: @Sendable () -> OpaquePointer?
    private let destroy: @Sendable (OpaquePointer) -> Void

    private struct SendablePointer: @unchecked Sendable { let pointer: OpaquePointer }

    init(make: @escaping @Sendable () -> OpaquePointer?, destroy: @escaping @Sendable (OpaquePointer) -> Void) {
        self.make = make
        self.destroy = destroy
    }

    func take() -> OpaquePointer? { free.withLock { $0.popLast() }?.pointer ?? make() }

    func giveBack(_ context: OpaquePointer) {
        let held = SendablePointer(pointer: context)
        let kept = free.withLock { list in
            guard list.count < 64 else { return false }
            list.append(held)
            return true
        }
        if !kept { destroy(context) }
    }
}

enum CodecContexts {
    static let zstd = ContextPool(make: { ZSTD_createDCtx() }, destroy: { ZSTD_freeDCtx($0) })
    static let deflate = ContextPool(
        make: { libdeflate_alloc_decompressor() }, destroy: { libdeflate_free_decompressor($0) })
}
