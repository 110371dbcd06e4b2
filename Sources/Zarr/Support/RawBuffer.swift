import Glibc

/// Bytes that are owned, aligned for every element type and not initialised: chunks are decoded into them once.
///
/// Unchecked: whoever fills the buffer is its only user until it is published (returned or cached); afterwards it is only read.
final class RawBuffer: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let count: Int

    /// nil when the memory is not to be had.
    init?(count: Int) {
        guard count >= 0, let memory = RawBuffer.allocate(max(count, 16)) else { return nil }
        base = memory
        self.count = count
    }

    deinit { free(base) }

    /// Large buffers are touched once from end to end: huge pages spare most of the page faults.
    private static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count >= hugePage * 4 else { return malloc(count) }
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, hugePage, count) == 0, let memory else { return nil }
        madvise(memory, count / hugePage * hugePage, MADV_HUGEPAGE)
        return memory
    }

    private static let hugePage = 2 << 20

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
    var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: count) }

    /// - Throws: `tooLarge`
    static func make(_ count: Int) throws(ZarrError) -> RawBuffer {
        guard let buffer = RawBuffer(count: count) else {
            throw ZarrError(.tooLarge, "\(count) bytes of memory are not to be had")
        }
        return buffer
    }
}

/// A buffer that grows to the largest size asked for and is used again for every chunk of a worker.
struct ScratchBuffer {
    private var buffer: RawBuffer?

    mutating func bytes(_ count: Int) throws(ZarrError) -> UnsafeMutableRawBufferPointer {
        if let buffer, buffer.count >= count {
            return UnsafeMutableRawBufferPointer(start: buffer.base, count: count)
        }
        buffer = nil
        let fresh = try RawBuffer.make(count)
        buffer = fresh
        return fresh.mutableBytes
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` with typed errors.
    func withRaw<R>(_ body: (UnsafeRawBufferPointer) throws(ZarrError) -> R) throws(ZarrError) -> R {
        let result = withUnsafeBytes { raw -> Result<R, ZarrError> in
            do throws(ZarrError) { return .success(try body(raw)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// An array of at most `capacity` bytes that `fill` writes; nil when `fill` returns nil.
    static func filled(capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int?) -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            if let written = fill(UnsafeMutableRawBufferPointer(buffer)) { count = written } else { failed = true }
        }
        return failed ? nil : bytes
    }
}

extension UnsafeRawBufferPointer {
    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }
    func littleEndian<T: FixedWidthInteger>(_: T.Type, at offset: Int) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}
