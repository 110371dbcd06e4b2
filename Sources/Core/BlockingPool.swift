import Dispatch

/// A sized pool of threads for calls that block or compute: file reads, SQLite, PROJ, decoding, encoding.
///
/// Neither the event loops nor Swift's cooperative pool may block (design decision 16), so every use case crosses over to
/// here once, does its work synchronously, and comes back. A pool that is full for longer than `queueLimit` jobs refuses:
/// the server then answers 503 with `Retry-After` rather than queueing without end.
public final class BlockingPool: Sendable {
    private let queue: DispatchQueue
    private let slots: DispatchSemaphore
    private let waiting = Counter()
    public let width: Int
    public let queueLimit: Int

    public init(label: String, width: Int, queueLimit: Int = 4096) {
        self.width = width
        self.queueLimit = queueLimit
        queue = DispatchQueue(label: label, attributes: .concurrent)
        slots = DispatchSemaphore(value: width)
        feeder = DispatchQueue(label: label + ".feeder")
    }

    private let feeder: DispatchQueue

    /// Runs `work` on a thread of the pool.
    ///
    /// - Throws: what `work` throws; `CoreError.budgetExceeded` if `queueLimit` jobs wait already; `CancellationError` if the
    ///   task was cancelled before its turn came.
    public func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        guard waiting.increment() <= queueLimit else {
            waiting.decrement()
            throw CoreError(.budgetExceeded, value: "\(queueLimit)", rule: "the server is busy: its queue of blocking work is full")
        }
        let cancelled = CancelFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                feeder.async { [self] in
                    slots.wait()
                    queue.async { [self] in
                        defer {
                            slots.signal()
                            waiting.decrement()
                        }
                        if cancelled.isSet {
                            continuation.resume(throwing: CancellationError())
                        } else {
                            continuation.resume(with: Result(catching: work))
                        }
                    }
                }
            }
        } onCancel: {
            cancelled.set()
        }
    }
}
