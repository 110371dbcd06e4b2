/// One file of a zip archive, as its central directory tells; sizes are checked against the archive's.
struct ZipEntry: Hashable, Sendable {
    var method: Int
    var crc: UInt32
    var packedSize: Int
    var size: Int
    var headerOffset: Int
}

/// Reads the central directory of a zip archive (APPNOTE 4.3.12 to 4.3.16).
enum ZipDirectory {
    static func read(_ file: OpenFile, size: Int) throws(ZarrError) -> [String: ZipEntry] {
        let tailSize = min(size, 65_557)
        let tail = try file.read(size - tailSize..<size)
        let place = try tail.withRaw { (raw) throws(ZarrError) in try locate(raw, tailStart: size - tail.count, file) }
        guard place.offset >= 0, place.length >= 0, place.length <= size, place.offset <= size - place.length else {
            throw broken("the central directory lies outside the file")
        }
        let directory = try file.read(place.offset..<place.offset + place.length)
        return try directory.withRaw { (raw) throws(ZarrError) in try entries(raw, archiveSize: size) }
    }

    /// Offset and length of the central directory, from the end record or its zip64 form.
    private static func locate(
        _ tail: UnsafeRawBufferPointer, tailStart: Int, _ file: OpenFile
    ) throws(ZarrError) -> (offset: Int, length: Int) {
        var at = tail.count - 22
        while at >= 0, tail.littleEndian(UInt32.self, at: at) != 0x0605_4B50 { at -= 1 }
        guard at >= 0 else { throw broken("it has no end record: not a zip archive, or truncated") }
        let length = tail.littleEndian(UInt32.self, at: at + 12)
        let offset = tail.littleEndian(UInt32.self, at: at + 16)
        let needs64 = length == .max || offset == .max || tail.littleEndian(UInt16.self, at: at + 10) == .max
        guard needs64, at >= 20, tail.littleEndian(UInt32.self, at: at - 20) == 0x0706_4B50 else {
            return (Int(offset), Int(length))
        }
        guard let start = Int(exactly: tail.littleEndian(UInt64.self, at: at - 12)), start < Int.max - 56 else {
            throw broken("the zip64 end record lies outside the file")
        }
        let record = try file.read(start..<start + 56)
        return try record.withRaw { (raw) throws(ZarrError) in
            guard raw.count == 56, raw.littleEndian(UInt32.self, at: 0) == 0x0606_4B50,
                let length = Int(exactly: raw.littleEndian(UInt64.self, at: 40)),
                let offset = Int(exactly: raw.littleEndian(UInt64.self, at: 48))
            else { throw broken("the zip64 end record is broken") }
            return (offset, length)
        }
    }

    private static func entries(_ raw: UnsafeRawBufferPointer, archiveSize: Int) throws(ZarrError) -> [String: ZipEntry] {
        var found: [String: ZipEntry] = [:]
        var at = 0
        while at + 46 <= raw.count, raw.littleEndian(UInt32.self, at: at) == 0x0201_4B50 {
            let nameLength = Int(raw.littleEndian(UInt16.self, at: at + 28))
            let extraLength = Int(raw.littleEndian(UInt16.self, at: at + 30))
            let commentLength = Int(raw.littleEndian(UInt16.self, at: at + 32))
            let end = at + 46 + nameLength + extraLength + commentLength
            guard end <= raw.count else { throw broken("the central directory is truncated") }
            let name = String(decoding: raw[at + 46..<at + 46 + nameLength], as: UTF8.self)
            let extra = raw.part(at + 46 + nameLength..<at + 46 + nameLength + extraLength)
            // Of a repeated name the last counts: appending tools replace so.
            found[name] = try entry(raw, at, extra: extra, archiveSize: archiveSize)
            at = end
        }
        return found
    }

    private static func entry(
        _ raw: UnsafeRawBufferPointer, _ at: Int, extra: UnsafeRawBufferPointer, archiveSize: Int
    ) throws(ZarrError) -> ZipEntry {
        guard raw.littleEndian(UInt16.self, at: at + 8) & 1 == 0 else { throw ZarrError(.unsupported, "encrypted zip archives") }
        var wide = Zip64Extra(extra)
        let size = wide.value(raw.littleEndian(UInt32.self, at: at + 24))
        let packed = wide.value(raw.littleEndian(UInt32.self, at: at + 20))
        let offset = wide.value(raw.littleEndian(UInt32.self, at: at + 42))
        let method = Int(raw.littleEndian(UInt16.self, at: at + 10))
        // Deflate cannot expand more than 1032 times: a size beyond that is a lie, and no memory is set aside for it.
        guard let size, let packed, let offset, packed <= archiveSize, offset <= archiveSize - 30,
            method == 0 ? size == packed : size / 1100 <= packed + 64
        else { throw broken("an entry's size or place contradicts the archive's") }
        return ZipEntry(
            method: method, crc: raw.littleEndian(UInt32.self, at: at + 16), packedSize: packed, size: size, headerOffset: offset)
    }

    private static func broken(_ what: String) -> ZarrError { ZarrError(.corruptChunk, "zip archive: \(what)") }
}

/// The zip64 extended information field: 64-bit values, in order, for those that are 0xFFFFFFFF in the entry (4.5.3).
private struct Zip64Extra {
    private var field: UnsafeRawBufferPointer?
    private var next = 0

    init(_ extra: UnsafeRawBufferPointer) {
        var at = 0
        while at + 4 <= extra.count {
            let size = Int(extra.littleEndian(UInt16.self, at: at + 2))
            guard at + 4 + size <= extra.count else { return }
            if extra.littleEndian(UInt16.self, at: at) == 1 { field = extra.part(at + 4..<at + 4 + size) }
            at += 4 + size
        }
    }

    mutating func value(_ short: UInt32) -> Int? {
        guard short == .max else { return Int(short) }
        guard let field, next + 8 <= field.count else { return nil }
        defer { next += 8 }
        return Int(exactly: field.littleEndian(UInt64.self, at: next))
    }
}
