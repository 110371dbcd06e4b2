import CCompression

/// Compresses into a zlib stream (RFC 1950), as PNG wants it.
enum ZlibDeflate {
    /// ISA-L at level 1 is four times as fast as libdeflate at its lowest level at about the same size; libdeflate is there for
    /// the case that ISA-L refuses.
    static func compress(_ bytes: UnsafeRawBufferPointer) throws(RasterError) -> [UInt8] {
        if let packed = isal(bytes) { return packed }
        return try libdeflate(bytes)
    }

    /// nil if ISA-L does not take the input (too large for its 32-bit counts) or the output does not fit.
    static func isal(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        // Stored blocks of at most 64 KiB with 5 bytes each are the worst case.
        let capacity = bytes.count + bytes.count / 1024 + 1024
        guard let base = bytes.baseAddress, capacity < Int(UInt32.max) else { return nil }
        let levelSize = Int(isalLevelBufferSize)
        let level = UnsafeMutablePointer<UInt8>.allocate(capacity: levelSize)
        let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
        defer {
            level.deallocate()
            stream.deallocate()
        }
        // C fills it in; the plain memory need not be cleared for that.
        isal_deflate_stateless_init(stream)
        stream.pointee.level = 1
        stream.pointee.level_buf = level
        stream.pointee.level_buf_size = UInt32(levelSize)
        stream.pointee.gzip_flag = UInt16(IGZIP_ZLIB)
        stream.pointee.end_of_stream = 1
        stream.pointee.flush = UInt16(NO_FLUSH)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        var done = false
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { out, count in
            stream.pointee.next_out = out.baseAddress
            stream.pointee.avail_out = UInt32(capacity)
            done = isal_deflate_stateless(stream) == COMP_OK && stream.pointee.avail_in == 0
            count = done ? Int(stream.pointee.total_out) : 0
        }
        return done ? packed : nil
    }

    /// `ISAL_DEF_LVL1_DEFAULT`, which is an expression the importer does not take: 4 KiB + two tables of 8192 two-byte hashes +
    /// 64 Ki tokens of four bytes. ISA-L checks it and refuses less than it needs.
    private static let isalLevelBufferSize = 4 * 1024 + 2 * 8192 + 4 * 64 * 1024

    static func libdeflate(_ bytes: UnsafeRawBufferPointer, level: Int32 = 1) throws(RasterError) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(level) else {
            throw RasterError(.encodingFailed, "there is no memory for a compressor")
        }
        defer { libdeflate_free_compressor(compressor) }
        let capacity = libdeflate_zlib_compress_bound(compressor, bytes.count)
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { out, count in
            count = libdeflate_zlib_compress(compressor, bytes.baseAddress, bytes.count, out.baseAddress, capacity)
        }
        guard !packed.isEmpty else { throw RasterError(.encodingFailed, "an image could not be compressed") }
        return packed
    }
}
