import Core
import Zarr

/// What work on arrays may use, and whom it tells.
public struct ArrayWork: Sendable {
    public var threads: Int
    /// Bytes that may be held at once.
    public var memoryBudget: Int
    public var cancel: CancelFlag?
    public var progress: ProgressReport?

    public init(threads: Int = 1, memoryBudget: Int = 1 << 30, cancel: CancelFlag? = nil, progress: ProgressReport? = nil) {
        self.threads = threads
        self.memoryBudget = memoryBudget
        self.cancel = cancel
        self.progress = progress
    }

    /// Bytes of one buffer among the several that the work needs. More would not make it faster.
    var bufferBytes: Int { max(1 << 20, min(memoryBudget / 4, 256 << 20)) }
}
