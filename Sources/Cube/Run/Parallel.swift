import Core
import Dispatch
import Synchronization

/// Runs independent pieces of work on a number of threads, the caller's among them.
enum Parallel {
    /// Calls `body` once for each index in 0..<count, in no particular order. The first error stops the rest and is thrown.
    static func forEach(_ count: Int, threads: Int, cancel: CancelFlag? = nil, _ body: @Sendable (Int) throws -> Void) throws {
        guard count > 0 else { return }
        let workers = max(1, min(threads, count))
        if workers == 1 {
            for i in 0..<count {
                try cancel?.check()
                try body(i)
            }
            return
        }
        let next = Atomic<Int>(0)
        let failure = Mutex<(any Error)?>(nil)
        let stop = CancelFlag()
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while !stop.isSet {
                let i = next.add(1, ordering: .relaxed).oldValue
                guard i < count else { return }
                do {
                    try cancel?.check()
                    try body(i)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                    stop.set()
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// The results of `body` for 0..<count, in order.
    static func map<T: Sendable>(
        _ count: Int, threads: Int, cancel: CancelFlag? = nil, _ body: @Sendable (Int) throws -> T
    ) throws -> [T] {
        let results = Mutex<[Int: T]>([:])
        try forEach(count, threads: threads, cancel: cancel) { i in
            let value = try body(i)
            results.withLock { $0[i] = value }
        }
        return results.withLock { found in (0..<count).compactMap { found[$0] } }
    }
}
