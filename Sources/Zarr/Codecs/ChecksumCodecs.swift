import CCompression

/// Four bytes of checksum before or behind the data; a chunk whose sum does not match is refused.
struct ChecksumCodec: ChunkCodec {
    enum Algorithm: String { case crc32, crc32c, adler32, fletcher32, jenkinsLookup3 = "jenkins_lookup3" }
    let algorithm: Algorithm
    /// Whether the sum stands in front (numcodecs' crc32 and adler32) or behind.
    var atStart = false
    /// For jenkins_lookup3.
    var initial: UInt32 = 0
    var prefix: [UInt8] = []
    var name: String { algorithm.rawValue }
    let mode = CodecMode.slice

    func encodedSize(of decoded: Int) -> Int? { decoded + 4 }

    func slice(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> UnsafeRawBufferPointer {
        guard input.count >= 4 else { throw CodecFailure("\(name): the chunk is shorter than its checksum") }
        let data = input.part(atStart ? 4..<input.count : 0..<input.count - 4)
        let stored = input.littleEndian(UInt32.self, at: atStart ? 0 : input.count - 4)
        guard stored == sum(data) else { throw CodecFailure("\(name): the checksum does not match") }
        return data
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        let sum = withUnsafeBytes(of: sum(input).littleEndian) { Array($0) }
        return atStart ? sum + input : Array(input) + sum
    }

    private func sum(_ data: UnsafeRawBufferPointer) -> UInt32 {
        switch algorithm {
        case .crc32: libdeflate_crc32(0, data.baseAddress, data.count)
        case .adler32: libdeflate_adler32(1, data.baseAddress, data.count)
        case .crc32c: Checksum.crc32c(data)
        case .fletcher32: Checksum.fletcher32(data)
        case .jenkinsLookup3: Checksum.jenkins(prefix: prefix, data, initial: initial)
        }
    }
}

enum Checksum {
    /// CRC-32C (Castagnoli, RFC 3720 B.4).
    static func crc32c(_ data: UnsafeRawBufferPointer) -> UInt32 {
        var crc = UInt32.max
        var at = 0
        // The library counts in 32 bits.
        while at < data.count, let base = data.baseAddress {
            let step = min(data.count - at, 1 << 30)
            let bytes = UnsafeMutableRawPointer(mutating: base + at).assumingMemoryBound(to: UInt8.self)
            crc = crc32_iscsi(bytes, Int32(step), crc)
            at += step
        }
        return ~crc
    }

    /// Fletcher-32 as HDF5 computes it: over big-endian 16-bit words, an odd last byte as the high half of a word.
    static func fletcher32(_ data: UnsafeRawBufferPointer) -> UInt32 {
        var (low, high) = (UInt32(0), UInt32(0))
        var at = 0
        var words = data.count / 2
        while words > 0 {
            let block = min(words, 360)
            words -= block
            for _ in 0..<block {
                low &+= UInt32(data[at]) << 8 | UInt32(data[at + 1])
                high &+= low
                at += 2
            }
            low = (low & 0xFFFF) + (low >> 16)
            high = (high & 0xFFFF) + (high >> 16)
        }
        if data.count % 2 == 1 {
            low &+= UInt32(data[at]) << 8
            high &+= low
            low = (low & 0xFFFF) + (low >> 16)
            high = (high & 0xFFFF) + (high >> 16)
        }
        low = (low & 0xFFFF) + (low >> 16)
        high = (high & 0xFFFF) + (high >> 16)
        return high << 16 | low
    }

    /// Bob Jenkins' lookup3 `hashlittle` over prefix and data, as HDF5 and numcodecs use it.
    static func jenkins(prefix: [UInt8], _ data: UnsafeRawBufferPointer, initial: UInt32) -> UInt32 {
        let bytes = prefix + data
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count) &+ initial
        var (b, c) = (a, a)
        var at = 0
        func word(_ offset: Int) -> UInt32 {
            var value: UInt32 = 0
            for i in 0..<4 where offset + i < bytes.count { value |= UInt32(bytes[offset + i]) << UInt32(8 * i) }
            return value
        }
        func rotated(_ x: UInt32, _ k: UInt32) -> UInt32 { x << k | x >> (32 - k) }
        while bytes.count - at > 12 {
            a &+= word(at); b &+= word(at + 4); c &+= word(at + 8)
            a &-= c; a ^= rotated(c, 4); c &+= b
            b &-= a; b ^= rotated(a, 6); a &+= c
            c &-= b; c ^= rotated(b, 8); b &+= a
            a &-= c; a ^= rotated(c, 16); c &+= b
            b &-= a; b ^= rotated(a, 19); a &+= c
            c &-= b; c ^= rotated(b, 4); b &+= a
            at += 12
        }
        guard at < bytes.count else { return c }
        a &+= word(at); b &+= word(at + 4); c &+= word(at + 8)
        c ^= b; c &-= rotated(b, 14)
        a ^= c; a &-= rotated(c, 11)
        b ^= a; b &-= rotated(a, 25)
        c ^= b; c &-= rotated(b, 16)
        a ^= c; a &-= rotated(c, 4)
        b ^= a; b &-= rotated(a, 14)
        c ^= b; c &-= rotated(b, 24)
        return c
    }
}
