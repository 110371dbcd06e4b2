import CCompression
import Synchronization

/// A zip archive, read in place (stored and deflated entries, zip64; PKWARE APPNOTE 6.3).
public final class ZipStore: ZarrStore {
    private let file: OpenFile
    private let entries: [String: ZipEntry]
    private let sortedKeys: [String]

    /// - Throws: `notFound`; `io`; `unsupported` or `corruptChunk` for what is no readable zip archive.
    public init(_ path: String) throws(ZarrError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let file = try OpenFile(path, key: name) else { throw ZarrError(.notFound, "no such file", path: name) }
        do throws(ZarrError) {
            guard let size = try file.regularSize() else { throw ZarrError(.notFound, "not a regular file", path: name) }
            entries = try ZipDirectory.read(file, size: size).filter { !$0.key.hasSuffix("/") }
        } catch {
            file.close()
            throw error.at(path: name)
        }
        self.file = file
        sortedKeys = entries.keys.sorted()
    }

    deinit { file.close() }

    public func read(_ key: String) throws(ZarrError) -> [UInt8]? {
        try StoreKey.validate(key)
        guard let entry = entries[key] else { return nil }
        let bytes = try unpack(entry, key)
        let sum = bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }
        guard sum == entry.crc else { throw ZarrError(.corruptChunk, "the checksum of the zip entry does not match", path: key) }
        return bytes
    }

    public func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? {
        try StoreKey.validate(key)
        guard let entry = entries[key] else { return nil }
        let part = range.resolved(size: entry.size)
        if entry.method == 0 {
            let start = try dataOffset(entry, key)
            return try file.read(start + part.lowerBound..<start + part.upperBound)
        }
        guard let whole = try read(key) else { return nil }
        return Array(whole[range.resolved(size: whole.count)])
    }

    public func size(of key: String) throws(ZarrError) -> Int? {
        try StoreKey.validate(key)
        return entries[key]?.size
    }

    public func list(prefix: String) throws(ZarrError) -> [String] { sortedKeys.filter { $0.hasPrefix(prefix) } }

    private func unpack(_ entry: ZipEntry, _ key: String) throws(ZarrError) -> [UInt8] {
        let start = try dataOffset(entry, key)
        let packed = try file.read(start..<start + entry.packedSize)
        guard packed.count == entry.packedSize else { throw ZarrError(.corruptChunk, "the zip archive is truncated", path: key) }
        switch entry.method {
        case 0: return packed
        case 8: return try inflate(packed, size: entry.size, key)
        default: throw ZarrError(.unsupported, "zip compression method \(entry.method)", path: key)
        }
    }

    private func inflate(_ packed: [UInt8], size: Int, _ key: String) throws(ZarrError) -> [UInt8] {
        guard let decompressor = libdeflate_alloc_decompressor() else { throw ZarrError(.tooLarge, "no memory", path: key) }
        defer { libdeflate_free_decompressor(decompressor) }
        let bytes = packed.withUnsafeBytes { source in
            [UInt8].filled(capacity: size) { target in
                var written = 0
                let outcome = libdeflate_deflate_decompress(
                    decompressor, source.baseAddress, source.count, target.baseAddress, size, &written)
                return outcome == LIBDEFLATE_SUCCESS && written == size ? size : nil
            }
        }
        guard let bytes else { throw ZarrError(.corruptChunk, "the zip entry does not inflate to its size", path: key) }
        return bytes
    }

    /// The local header repeats name and extra field with lengths of its own; the data follow them.
    private func dataOffset(_ entry: ZipEntry, _ key: String) throws(ZarrError) -> Int {
        let header = try file.read(entry.headerOffset..<entry.headerOffset + 30)
        guard header.count == 30, header.starts(with: [0x50, 0x4B, 3, 4]) else {
            throw ZarrError(.corruptChunk, "the zip entry has no local header", path: key)
        }
        return entry.headerOffset + 30 + Int(header[26]) + Int(header[27]) << 8 + Int(header[28]) + Int(header[29]) << 8
    }
}
