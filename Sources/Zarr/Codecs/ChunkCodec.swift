/// Why a codec refused its input: told without the place, which the array adds.
struct CodecFailure: Error {
    var message: String
    init(_ message: String) { self.message = message }
}

/// One reversible step between the elements of a chunk and the bytes in the store.
///
/// Sizes are settled before a byte is touched: `encodedSize` says what the metadata implies, `decode` gets an output of just
/// that size, and what does not fill it, or would overrun it, is a failure. So no header of a chunk decides an allocation.
protocol ChunkCodec: Sendable {
    /// The name as the metadata has it, for errors.
    var name: String { get }
    var mode: CodecMode { get }
    /// Bytes after encoding `decoded` bytes; nil where that depends on the data (compressors).
    func encodedSize(of decoded: Int) -> Int?
    /// No honest encoding of `decoded` bytes is longer.
    func encodedBound(of decoded: Int) -> Int
    /// Writes the decoded bytes and returns how many.
    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int
    /// For `mode == .slice`: the decoded bytes as a part of the input.
    func slice(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> UnsafeRawBufferPointer
    /// For `mode == .inPlace`: undoes the step where the bytes are.
    func decodeInPlace(_ bytes: UnsafeMutableRawBufferPointer) throws(CodecFailure)
    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8]
}

enum CodecMode {
    /// From one buffer into another.
    case transform
    /// The decoded bytes lie within the encoded ones (checksums).
    case slice
    /// Same size, decoded where it stands (byte order, delta).
    case inPlace
    /// Decoding changes nothing (bitround).
    case identity
}

extension ChunkCodec {
    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        throw CodecFailure("\(name) does not decode into another buffer")
    }
    func slice(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> UnsafeRawBufferPointer { input }
    func decodeInPlace(_ bytes: UnsafeMutableRawBufferPointer) throws(CodecFailure) {}
    func encodedSize(of decoded: Int) -> Int? { decoded }
    // Compressors add a little to what does not compress; twice the size and a mebibyte is beyond every one of them.
    func encodedBound(of decoded: Int) -> Int { encodedSize(of: decoded) ?? decoded * 2 + 1 << 20 }
    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        throw CodecFailure("\(name) cannot encode")
    }
}
