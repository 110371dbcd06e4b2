import Glibc

/// The bytes of one element, written over many: a fill value.
struct FillPattern: Hashable, Sendable {
    let bytes: [UInt8]
    /// Set when every byte is the same: then `memset` will do.
    private let uniform: UInt8?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let first = bytes.first ?? 0
        uniform = bytes.allSatisfy { $0 == first } ? first : nil
    }

    func fill(_ target: UnsafeMutableRawPointer, byteCount: Int) {
        if let uniform {
            memset(target, Int32(uniform), byteCount)
            return
        }
        switch bytes.count {
        case 2: store(UInt16.self, target, byteCount)
        case 4: store(UInt32.self, target, byteCount)
        case 8: store(UInt64.self, target, byteCount)
        default: doubling(target, byteCount)
        }
    }

    private func store<T: FixedWidthInteger>(_: T.Type, _ target: UnsafeMutableRawPointer, _ byteCount: Int) {
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(as: T.self) }
        var at = 0
        while at + MemoryLayout<T>.size <= byteCount {
            (target + at).storeBytes(of: value, as: T.self)
            at += MemoryLayout<T>.size
        }
    }

    /// One element, then what is there already is copied behind itself.
    private func doubling(_ target: UnsafeMutableRawPointer, _ byteCount: Int) {
        guard !bytes.isEmpty, byteCount >= bytes.count else { return }
        bytes.withUnsafeBytes { target.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(target), byteCount: bytes.count) }
        var done = bytes.count
        while done < byteCount {
            let step = min(done, byteCount - done)
            memcpy(target + done, target, step)
            done += step
        }
    }

    /// Whether a buffer holds nothing else, bit for bit.
    func fills(_ buffer: UnsafeRawBufferPointer) -> Bool {
        guard let base = buffer.baseAddress, buffer.count >= bytes.count, !bytes.isEmpty else { return buffer.isEmpty }
        let first = bytes.withUnsafeBytes { pattern in
            pattern.baseAddress.map { memcmp(base, $0, bytes.count) == 0 } ?? false
        }
        // Periodic with the element's size and beginning with it.
        return first && memcmp(base, base + bytes.count, buffer.count - bytes.count) == 0
    }
}
