import Synchronization

/// A flag that one thread sets and others look at between two steps of long work.
public final class CancelFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    public init() {}
    public var isSet: Bool { flag.load(ordering: .relaxed) }
    public func set() { flag.store(true, ordering: .relaxed) }
    /// - Throws: `CancellationError` once the flag is set.
    public func check() throws { if isSet { throw CancellationError() } }
}

/// A counter shared between threads.
public final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    public init() {}
    public var current: Int { value.load(ordering: .relaxed) }
    @discardableResult public func increment(by n: Int = 1) -> Int { value.add(n, ordering: .relaxed).newValue }
    @discardableResult public func decrement(by n: Int = 1) -> Int { value.subtract(n, ordering: .relaxed).newValue }
}
