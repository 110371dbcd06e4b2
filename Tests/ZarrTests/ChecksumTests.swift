import Testing

@testable import Zarr

@Suite struct ChecksumTests {
    @Test func digestOfTheStandardsExample() {
        #expect(SHA256.hex(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// The check value of the catalogue of CRCs, and RFC 3720 B.4 (32 zeros).
    @Test func crc32c() {
        #expect(Array("123456789".utf8).withUnsafeBytes { Checksum.crc32c($0) } == 0xE306_9283)
        #expect([UInt8](repeating: 0, count: 32).withUnsafeBytes { Checksum.crc32c($0) } == 0x8A91_36AA)
    }

    /// lookup3.c's own example.
    @Test func jenkins() {
        let bytes = Array("Four score and seven years ago".utf8)
        #expect(bytes.withUnsafeBytes { Checksum.jenkins(prefix: [], $0, initial: 0) } == 0x1777_0551)
        #expect(bytes.withUnsafeBytes { Checksum.jenkins(prefix: [], $0, initial: 1) } == 0xCD62_8161)
    }
}
