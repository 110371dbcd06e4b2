import Core

/// Where a page ended: the sort keys of its last record, with an explicit null, its collection and its id or row.
///
/// Its text is opaque and safe in a URL. It carries a checksum and the tag of the catalogue that made it, so that an altered or
/// foreign token is refused rather than read as some other position. It grants nothing: rights are applied to every page anew.
public struct PageToken: Hashable, Sendable {
    public enum Position: Hashable, Sendable {
        /// Natural order: the store's number of the row.
        case row(collection: CollectionID, row: Int64)
        /// Time order: microseconds of the start, nil for an item without time.
        case time(start: Int64?, collection: CollectionID, id: String)
    }

    public let position: Position
    /// A random number that the catalogue got when it was made.
    public let catalogue: UInt32

    init(_ position: Position, catalogue: UInt32) {
        self.position = position
        self.catalogue = catalogue
    }

    var order: ItemQuery.Order {
        switch position {
        case .row: .natural
        case .time: .timeDescending
        }
    }

    /// Reads the text form.
    ///
    /// - Throws: `CatalogError` with `invalidToken` for anything that `text` did not make.
    public init(text: String) throws(CatalogError) {
        let refusal = CatalogError(.invalidToken, "the page token was not made by this server, or was altered")
        // Longer than any token made here: collection ids have at most 128 bytes, item ids of stored items at most `maximumIDLength`.
        guard text.utf8.count <= 4096, let bytes = Base64URL.decode(text), bytes.count > 8 else { throw refusal }
        let payload = bytes.dropLast(8)
        var tail = TokenReader(bytes: bytes[payload.endIndex...])
        guard tail.integer(UInt64.self) == TokenChecksum.of(payload) else { throw refusal }
        var reader = TokenReader(bytes: payload)
        guard reader.integer(UInt8.self) == PageToken.format, let tag = reader.integer(UInt32.self),
            let position = Position(reading: &reader), reader.isAtEnd
        else { throw refusal }
        self.init(position, catalogue: tag)
    }

    /// The text form: base64url without padding.
    public var text: String {
        var bytes: [UInt8] = []
        bytes.append(integer: PageToken.format)
        bytes.append(integer: catalogue)
        position.write(to: &bytes)
        bytes.append(integer: TokenChecksum.of(bytes[...]))
        return Base64URL.encode(bytes)
    }

    private static let format: UInt8 = 1
    /// The longest item id in bytes that a store accepts.
    static let maximumIDLength = 2048
}

extension PageToken.Position {
    fileprivate func write(to bytes: inout [UInt8]) {
        switch self {
        case .row(let collection, let row):
            bytes.append(ItemQuery.Order.natural.rawValue)
            bytes.append(text: collection.rawValue)
            bytes.append(integer: row)
        case .time(let start, let collection, let id):
            bytes.append(ItemQuery.Order.timeDescending.rawValue)
            bytes.append(start == nil ? 0 : 1)
            bytes.append(integer: start ?? 0)
            bytes.append(text: collection.rawValue)
            bytes.append(text: id)
        }
    }

    fileprivate init?(reading reader: inout TokenReader) {
        switch reader.integer(UInt8.self).flatMap(ItemQuery.Order.init(rawValue:)) {
        case .natural:
            guard let collection = reader.collection(), let row = reader.integer(Int64.self) else { return nil }
            self = .row(collection: collection, row: row)
        case .timeDescending:
            // The range of stored starts: whoever computes a checksum of his own gets no numbers in that overflow further on.
            guard let flag = reader.integer(UInt8.self), flag <= 1, let start = reader.integer(Int64.self),
                (StoredTime.openStart...StoredTime.openEnd).contains(start),
                let collection = reader.collection(), let id = reader.text()
            else { return nil }
            self = .time(start: flag == 1 ? start : nil, collection: collection, id: id)
        case nil: return nil
        }
    }
}
