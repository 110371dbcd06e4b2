import Synchronization

/// Bytes that may be held at once, shared between the work in flight.
///
/// A piece of work *reserves* what it is about to allocate and gives it back when done. What does not fit is refused with the
/// numbers, never truncated in silence (design decision 13).
public final class MemoryBudget: Sendable {
    public let limit: Int
    private let used = Mutex(0)

    public init(bytes limit: Int) { self.limit = limit }

    public var inUse: Int { used.withLock { $0 } }

    /// Runs `work` while `bytes` are reserved.
    ///
    /// - Throws: `CoreError.budgetExceeded` if the budget cannot hold them now.
    public func withReservation<T>(_ bytes: Int, for purpose: String, _ work: () throws -> T) throws -> T {
        let fits = used.withLock { used in
            guard bytes <= limit - used else { return false }
            used += bytes
            return true
        }
        guard fits else {
            throw CoreError(
                .budgetExceeded, value: "\(bytes) bytes",
                rule: "\(purpose) needs more memory than is free within the budget of \(limit) bytes")
        }
        defer { used.withLock { $0 -= bytes } }
        return try work()
    }
}
