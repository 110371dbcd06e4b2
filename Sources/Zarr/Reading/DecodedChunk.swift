/// A whole chunk in memory: C order, native byte order, its full extents also where it reaches beyond the array's edge.
///
/// It may be shared by many threads and by a cache; nobody changes it.
public final class DecodedChunk: Sendable {
    public let dataType: ZarrDataType
    /// Elements along each axis.
    public let shape: [Int]
    let buffer: RawBuffer

    init(dataType: ZarrDataType, shape: [Int], buffer: RawBuffer) {
        self.dataType = dataType
        self.shape = shape
        self.buffer = buffer
    }

    public var byteCount: Int { buffer.count }

    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(self) {} }
        return try body(buffer.bytes)
    }
}
