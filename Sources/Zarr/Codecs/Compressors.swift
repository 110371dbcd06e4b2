import CCompression

/// Codecs of Blosc 1 (c-blosc): every inner codec and shuffle; the header tells which when decoding.
struct BloscCodec: ChunkCodec {
    let name = "blosc"
    let mode = CodecMode.transform
    var compressor = "zstd"
    var level = 5
    /// 0 none, 1 bytes, 2 bits.
    var shuffle = 1
    var typeSize = 1
    var blockSize = 0

    func encodedSize(of decoded: Int) -> Int? { nil }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        var size = 0
        guard input.count >= Int(BLOSC_MIN_HEADER_LENGTH),
            blosc_cbuffer_validate(input.baseAddress, input.count, &size) == 0
        else { throw CodecFailure("blosc: the header does not fit the \(input.count) bytes") }
        guard size <= output.count else { throw CodecFailure("blosc: \(size) bytes where the metadata promise \(output.count)") }
        guard size > 0 else { return 0 }
        let written = blosc_decompress_ctx(input.baseAddress, output.baseAddress, output.count, 1)
        guard written == size else { throw CodecFailure("blosc: corrupt data") }
        return size
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        let encoded = [UInt8].filled(capacity: input.count + Int(BLOSC_MAX_OVERHEAD)) { out in
            let written = blosc_compress_ctx(
                Int32(level), Int32(shuffle), typeSize, input.count, input.baseAddress, out.baseAddress, out.count, compressor,
                blockSize, 1)
            return written > 0 ? Int(written) : nil
        }
        guard let encoded else { throw CodecFailure("blosc: cannot compress with '\(compressor)'") }
        return encoded
    }
}

/// Zstandard (RFC 8878).
struct ZstdCodec: ChunkCodec {
    let name = "zstd"
    let mode = CodecMode.transform
    var level = 0
    var checksum = false

    func encodedSize(of decoded: Int) -> Int? { nil }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        guard let context = CodecContexts.zstd.take() else { throw CodecFailure("zstd: no memory") }
        defer { CodecContexts.zstd.giveBack(context) }
        let written = ZSTD_decompressDCtx(context, output.baseAddress, output.count, input.baseAddress, input.count)
        guard ZSTD_isError(written) == 0 else {
            throw CodecFailure("zstd: \(String(cString: ZSTD_getErrorName(written)))")
        }
        return written
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { throw CodecFailure("zstd: no memory") }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0)
        let encoded = [UInt8].filled(capacity: ZSTD_compressBound(input.count)) { out in
            let written = ZSTD_compress2(context, out.baseAddress, out.count, input.baseAddress, input.count)
            return ZSTD_isError(written) == 0 ? written : nil
        }
        guard let encoded else { throw CodecFailure("zstd: cannot compress") }
        return encoded
    }
}

/// gzip (RFC 1952, any number of members) and zlib (RFC 1950) through libdeflate.
struct DeflateCodec: ChunkCodec {
    enum Wrapper: String { case gzip, zlib }
    let wrapper: Wrapper
    var level = 5
    var name: String { wrapper.rawValue }
    let mode = CodecMode.transform

    func encodedSize(of decoded: Int) -> Int? { nil }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        guard let context = CodecContexts.deflate.take() else { throw CodecFailure("\(name): no memory") }
        defer { CodecContexts.deflate.giveBack(context) }
        var (consumed, written) = (0, 0)
        repeat {
            var (taken, made) = (0, 0)
            let source = UnsafeRawBufferPointer(rebasing: input[consumed...])
            let target = UnsafeMutableRawBufferPointer(rebasing: output[written...])
            let outcome =
                wrapper == .gzip
                ? libdeflate_gzip_decompress_ex(
                    context, source.baseAddress, source.count, target.baseAddress, target.count, &taken, &made)
                : libdeflate_zlib_decompress_ex(
                    context, source.baseAddress, source.count, target.baseAddress, target.count, &taken, &made)
            switch outcome {
            case LIBDEFLATE_SUCCESS: break
            case LIBDEFLATE_INSUFFICIENT_SPACE: throw CodecFailure("\(name): more than the \(output.count) bytes promised")
            default: throw CodecFailure("\(name): corrupt data")
            }
            consumed += taken
            written += made
        } while wrapper == .gzip && input.count - consumed >= 18 && input[consumed] == 0x1F
        return written
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard let context = libdeflate_alloc_compressor(Int32(min(max(level < 0 ? 6 : level, 0), 12))) else {
            throw CodecFailure("\(name): no memory")
        }
        defer { libdeflate_free_compressor(context) }
        let bound =
            wrapper == .gzip
            ? libdeflate_gzip_compress_bound(context, input.count) : libdeflate_zlib_compress_bound(context, input.count)
        let encoded = [UInt8].filled(capacity: bound) { out in
            let written =
                wrapper == .gzip
                ? libdeflate_gzip_compress(context, input.baseAddress, input.count, out.baseAddress, out.count)
                : libdeflate_zlib_compress(context, input.baseAddress, input.count, out.baseAddress, out.count)
            return written > 0 ? written : nil
        }
        guard let encoded else { throw CodecFailure("\(name): cannot compress") }
        return encoded
    }
}

/// LZ4 blocks as numcodecs frames them: the size in four little-endian bytes, then one block.
struct LZ4Codec: ChunkCodec {
    let name = "lz4"
    let mode = CodecMode.transform
    var acceleration = 1

    func encodedSize(of decoded: Int) -> Int? { nil }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        guard input.count >= 4, input.count <= Int(Int32.max) else { throw CodecFailure("lz4: no size in front") }
        let size = Int(input.littleEndian(UInt32.self, at: 0))
        guard size <= output.count, size <= Int(Int32.max) else {
            throw CodecFailure("lz4: \(size) bytes where the metadata promise \(output.count)")
        }
        let written = LZ4_decompress_safe(
            input.baseAddress.map { ($0 + 4).assumingMemoryBound(to: CChar.self) },
            output.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(input.count - 4), Int32(size))
        guard written == size else { throw CodecFailure("lz4: corrupt data") }
        return size
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard input.count <= Int(LZ4_MAX_INPUT_SIZE) else { throw CodecFailure("lz4: more than one block holds") }
        let bound = Int(LZ4_compressBound(Int32(input.count)))
        let encoded = [UInt8].filled(capacity: bound + 4) { out in
            out.storeBytes(of: UInt32(input.count).littleEndian, as: UInt32.self)
            let written = LZ4_compress_fast(
                input.baseAddress?.assumingMemoryBound(to: CChar.self),
                out.baseAddress.map { ($0 + 4).assumingMemoryBound(to: CChar.self) }, Int32(input.count), Int32(bound),
                Int32(acceleration))
            return written > 0 ? Int(written) + 4 : nil
        }
        guard let encoded else { throw CodecFailure("lz4: cannot compress") }
        return encoded
    }
}

/// bzip2.
struct BZ2Codec: ChunkCodec {
    let name = "bz2"
    let mode = CodecMode.transform
    var level = 1

    func encodedSize(of decoded: Int) -> Int? { nil }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        guard let inputCount = UInt32(exactly: input.count), var size = UInt32(exactly: output.count) else {
            throw CodecFailure("bz2: too large")
        }
        let source = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(to: CChar.self)
        let outcome = BZ2_bzBuffToBuffDecompress(
            output.baseAddress?.assumingMemoryBound(to: CChar.self), &size, source, inputCount, 0, 0)
        switch outcome {
        case BZ_OK: return Int(size)
        case BZ_OUTBUFF_FULL: throw CodecFailure("bz2: more than the \(output.count) bytes promised")
        default: throw CodecFailure("bz2: corrupt data")
        }
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard let inputCount = UInt32(exactly: input.count), inputCount < 1 << 31 else { throw CodecFailure("bz2: too large") }
        let source = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(to: CChar.self)
        let encoded = [UInt8].filled(capacity: input.count + input.count / 100 + 601) { out in
            var size = UInt32(out.count)
            let outcome = BZ2_bzBuffToBuffCompress(
                out.baseAddress?.assumingMemoryBound(to: CChar.self), &size, source, inputCount,
                Int32(min(max(level, 1), 9)), 0, 0)
            return outcome == BZ_OK ? Int(size) : nil
        }
        guard let encoded else { throw CodecFailure("bz2: cannot compress") }
        return encoded
    }
}
