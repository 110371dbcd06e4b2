import Core

/// How a region is read.
public struct ReadOptions: Sendable {
    /// Decoded chunks are taken from here and left here; nil decodes straight into the destination.
    public var cache: ChunkCache?
    /// Threads that fetch and decode, the caller's among them.
    public var concurrency: Int
    /// Looked at between two chunks; `read` then throws `CancellationError`.
    public var cancel: CancelFlag?
    /// A region of more bytes is refused (`tooLarge`).
    public var byteLimit: Int

    public init(cache: ChunkCache? = nil, concurrency: Int = 1, cancel: CancelFlag? = nil, byteLimit: Int = 8 << 30) {
        self.cache = cache
        self.concurrency = concurrency
        self.cancel = cancel
        self.byteLimit = byteLimit
    }
}
