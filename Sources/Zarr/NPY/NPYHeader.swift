import Core

/// What stands before the values of a `.npy` file (NEP 1 and numpy.lib.format, versions 1 to 3).
public struct NPYHeader: Hashable, Sendable {
    /// Type of the elements; of any byte order in the file.
    public var dataType: ZarrDataType
    /// Elements along each axis; empty for a scalar.
    public var shape: [Int]
    /// Whether the first axis runs fastest.
    public var isFortranOrder: Bool
    /// Where big-endian units lie in an element.
    let bigEndianUnits: [StoredType.SwapUnit]

    /// A header for C order, little endian.
    public init(dataType: ZarrDataType, shape: [Int]) {
        self.dataType = dataType
        self.shape = shape
        isFortranOrder = false
        bigEndianUnits = []
    }

    /// Bytes of all values; nil if that cannot be counted.
    public var byteCount: Int? { Shape.bytes(shape, itemSize: dataType.size) }

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Headers above this are refused: no real file has one.
    static let maximumLength = 16 << 20

    /// The header's bytes; their number is a multiple of 64, so that the values can be mapped into memory.
    ///
    /// - Throws: `unsupported` for elements of variable length, which numpy can only pickle.
    public func encoded() throws(ZarrError) -> [UInt8] {
        guard let description = dataType.numpyDescription else {
            throw ZarrError(.unsupported, ".npy files hold no elements of variable length")
        }
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        let text = "{'descr': \(PythonLiteral.text(description)), 'fortran_order': False, 'shape': (\(extents)), }"
        let isASCII = text.utf8.allSatisfy { $0 < 128 }
        let version: UInt8 = !isASCII ? 3 : text.utf8.count < 65_000 ? 1 : 2
        let lengthBytes = version == 1 ? 2 : 4
        let bare = NPYHeader.magic.count + 2 + lengthBytes + text.utf8.count + 1
        let padding = (64 - bare % 64) % 64
        let length = UInt32(text.utf8.count + padding + 1).littleEndian
        let lengthField = withUnsafeBytes(of: length) { Array($0.prefix(lengthBytes)) }
        return NPYHeader.magic + [version, 0] + lengthField + Array(text.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
    }

    /// Bytes up to the end of the header, read from its first 12 bytes.
    ///
    /// - Throws: `invalidMetadata`
    static func length(_ start: [UInt8]) throws(ZarrError) -> (fields: Int, total: Int) {
        guard start.count >= 12, start.starts(with: magic), (1...3).contains(start[6]) else {
            throw ZarrError(.invalidMetadata, "not an .npy file of version 1 to 3")
        }
        let isShort = start[6] == 1
        let length = start[8..<(isShort ? 10 : 12)].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= maximumLength else { throw ZarrError(.invalidMetadata, "the .npy header has \(length) bytes") }
        let fields = isShort ? 10 : 12
        return (fields, fields + length)
    }

    /// Reads the text between the length field and the values.
    ///
    /// - Throws: `invalidMetadata`; `unsupported` naming an unknown type
    init(text: ArraySlice<UInt8>) throws(ZarrError) {
        let json = try PythonLiteral.parse(text)
        guard let description = json["descr"], let isFortran = json["fortran_order"]?.boolValue, let list = json["shape"]?.arrayValue
        else { throw ZarrError(.invalidMetadata, "the .npy header has no descr, fortran_order or shape") }
        let extents = list.compactMap { $0.intValue }.filter { $0 >= 0 }
        guard extents.count == list.count else { throw ZarrError(.invalidMetadata, "the shape of the .npy header is no list of extents") }
        let stored = try StoredType.parse(description)
        dataType = stored.type
        bigEndianUnits = stored.bigEndianUnits
        shape = extents
        isFortranOrder = isFortran
        guard byteCount != nil else { throw ZarrError(.invalidMetadata, "the .npy file has more values than can be counted") }
    }
}
