/// The identifier of a collection: 1 to 128 characters out of `A–Z a–z 0–9 . _ -`, beginning with a letter or digit.
///
/// It is used as it stands in URLs, file names and MVT layer names, hence the narrow alphabet.
public struct CollectionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: String

    /// - Throws: `CoreError.invalidIdentifier`
    public init(_ string: String) throws(CoreError) {
        let bytes = string.utf8
        guard (1...128).contains(bytes.count), let first = bytes.first, CollectionID.isAlphanumeric(first),
            bytes.allSatisfy({ CollectionID.isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D })
        else {
            throw CoreError(
                .invalidIdentifier, value: string,
                rule: "a collection id has 1 to 128 characters out of A-Z a-z 0-9 . _ - and begins with a letter or digit")
        }
        rawValue = string
    }

    public var description: String { rawValue }

    public static func < (a: CollectionID, b: CollectionID) -> Bool { a.rawValue < b.rawValue }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
