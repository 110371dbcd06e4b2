import Core

/// Reads the fields of a token; every read is checked against the end.
struct TokenReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    var isAtEnd: Bool { at == bytes.endIndex }

    /// Big-endian.
    mutating func integer<I: FixedWidthInteger>(_ type: I.Type) -> I? {
        let size = I.bitWidth / 8
        guard bytes.endIndex - at >= size else { return nil }
        var value: UInt64 = 0
        for byte in bytes[at..<at + size] { value = value << 8 | UInt64(byte) }
        at += size
        return I(truncatingIfNeeded: value)
    }

    mutating func text() -> String? {
        guard let count = integer(UInt16.self), bytes.endIndex - at >= Int(count) else { return nil }
        defer { at += Int(count) }
        return String(validating: bytes[at..<at + Int(count)], as: UTF8.self)
    }

    mutating func collection() -> CollectionID? { text().flatMap { try? CollectionID($0) } }
}

extension [UInt8] {
    mutating func append<I: FixedWidthInteger>(integer: I) {
        for shift in stride(from: I.bitWidth - 8, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: integer >> I(shift))) }
    }

    /// At most 65535 bytes: the store refuses longer ids.
    mutating func append(text: String) {
        let utf8 = [UInt8](text.utf8.prefix(Int(UInt16.max)))
        append(integer: UInt16(utf8.count))
        append(contentsOf: utf8)
    }
}

/// FNV-1a over the payload, finished by a mix. It detects alteration; it is no secret, because a token grants nothing.
enum TokenChecksum {
    static func of(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}

/// RFC 4648, section 5, without padding. There is one text for each sequence of bytes; any other is refused.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 3)
        var (buffer, bits): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            (buffer, bits) = (buffer << 8 | UInt32(byte), bits + 8)
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(buffer >> bits & 63)])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[Int(buffer << (6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (buffer, bits): (UInt32, UInt32) = (0, 0)
        for character in text.utf8 {
            guard let value = value(of: character) else { return nil }
            (buffer, bits) = (buffer << 6 | UInt32(value), bits + 6)
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            buffer &= (1 << bits) - 1
        }
        // Left-over bits must be zero and fewer than a character has.
        return bits < 6 && buffer == 0 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case 0x2D: 62
        case 0x5F: 63
        default: nil
        }
    }
}
