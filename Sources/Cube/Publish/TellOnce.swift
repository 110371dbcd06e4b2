import Synchronization

/// Lets only rising numbers through, one call at a time.
final class TellOnce: Sendable {
    private let last = Mutex(-1)

    func tell(_ number: Int, _ body: () -> Void) {
        last.withLock { last in
            guard number > last else { return }
            last = number
            body()
        }
    }
}
