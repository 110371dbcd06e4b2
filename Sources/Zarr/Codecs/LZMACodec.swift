import CCompression
import Core

/// LZMA as numcodecs wraps Python's `lzma`: the containers xz (1) and alone (2), recognised by themselves, or raw (3) with the
/// filters that the metadata list.
struct LZMACodec: ChunkCodec {
    enum Format: Int { case auto = 0, xz = 1, alone = 2, raw = 3 }
    /// One filter of a raw stream.
    struct Filter: Hashable {
        var id: UInt64; var preset: UInt32; var distance: UInt32; var dictionary: UInt32?; var lc: UInt32?; var lp: UInt32?; var pb: UInt32?
    }

    let name = "lzma"
    let mode = CodecMode.transform
    var format = Format.xz
    var preset: UInt32 = 6
    var filters: [Filter] = []

    func encodedSize(of decoded: Int) -> Int? { nil }

    init(_ json: JSON) throws(ZarrError) {
        let format = json["format"]?.intValue ?? 1
        guard let format = Format(rawValue: format) else { throw ZarrError(.unsupported, "lzma format \(format)") }
        self.format = format
        if let preset = json["preset"]?.intValue, (0...9).contains(preset) { self.preset = UInt32(preset) }
        for filter in json["filters"]?.arrayValue ?? [] { filters.append(try LZMACodec.filter(filter)) }
        guard format != .raw || (1...4).contains(filters.count) else {
            throw ZarrError(.invalidMetadata, "lzma: a raw stream needs one to four filters")
        }
    }

    private static func filter(_ json: JSON) throws(ZarrError) -> Filter {
        func number(_ key: String) -> UInt32? { json[key]?.intValue.flatMap(UInt32.init(exactly:)) }
        let id: UInt64
        switch json["id"]?.intValue {
        // Python's numbers: LZMA1 is 0x4000000000000001.
        case 0x4000_0000_0000_0001: id = 0x4000_0000_0000_0001
        case let value? where [0x21, 3, 4, 5, 6, 7, 8, 9].contains(value): id = UInt64(value)
        default: throw ZarrError(.unsupported, "lzma filter \(json["id"]?.text ?? "without id")")
        }
        return Filter(
            id: id, preset: min(number("preset") ?? 6, 9), distance: min(max(number("dist") ?? 1, 1), 256),
            dictionary: number("dict_size"), lc: number("lc"), lp: number("lp"), pb: number("pb"))
    }

    /// Decoders may hold this much, whatever a header asks for.
    private static let memoryLimit: UInt64 = 1 << 30

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        var stream = lzma_stream()
        defer { lzma_end(&stream) }
        guard start(&stream) == LZMA_OK else { throw CodecFailure("lzma: the decoder refuses the filters") }
        stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = input.count
        stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = output.count
        let outcome = lzma_code(&stream, LZMA_FINISH)
        let written = output.count - stream.avail_out
        // A raw stream of LZMA1 has no end mark: a full output is the end.
        guard outcome == LZMA_STREAM_END || (stream.avail_out == 0 && stream.avail_in == 0 && format == .raw) else {
            throw CodecFailure("lzma: corrupt data, or more than the \(output.count) bytes promised")
        }
        return written
    }

    private func start(_ stream: inout lzma_stream) -> lzma_ret {
        guard format == .raw else {
            return lzma_auto_decoder(&stream, LZMACodec.memoryLimit, 0)
        }
        return withFilters { lzma_raw_decoder(&stream, $0) }
    }

    /// The filter chain as liblzma wants it, alive during the call only: both coders copy it.
    private func withFilters(_ body: (UnsafePointer<lzma_filter>) -> lzma_ret) -> lzma_ret {
        var options = filters.map { filter -> lzma_options_lzma in
            var options = lzma_options_lzma()
            _ = lzma_lzma_preset(&options, filter.preset)
            if let size = filter.dictionary { options.dict_size = min(size, 1 << 29) }
            if let lc = filter.lc { options.lc = lc }
            if let lp = filter.lp { options.lp = lp }
            if let pb = filter.pb { options.pb = pb }
            return options
        }
        var deltas = filters.map { filter -> lzma_options_delta in
            var options = lzma_options_delta()
            options.type = LZMA_DELTA_TYPE_BYTE
            options.dist = filter.distance
            return options
        }
        return options.withUnsafeMutableBufferPointer { options in
            deltas.withUnsafeMutableBufferPointer { deltas in
                var chain = filters.enumerated().map { at, filter -> lzma_filter in
                    switch filter.id {
                    case 0x21, 0x4000_0000_0000_0001: lzma_filter(id: filter.id, options: options.baseAddress.map { $0 + at })
                    case 3: lzma_filter(id: filter.id, options: deltas.baseAddress.map { $0 + at })
                    default: lzma_filter(id: filter.id, options: nil)
                    }
                }
                chain.append(lzma_filter(id: UInt64.max, options: nil))
                return chain.withUnsafeBufferPointer { $0.baseAddress.map(body) ?? LZMA_PROG_ERROR }
            }
        }
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard format == .xz, filters.isEmpty else { throw CodecFailure("lzma: only the xz container is written") }
        let encoded = [UInt8].filled(capacity: lzma_stream_buffer_bound(input.count)) { out in
            var written = 0
            let outcome = lzma_easy_buffer_encode(
                preset, LZMA_CHECK_CRC64, nil, input.baseAddress?.assumingMemoryBound(to: UInt8.self), input.count,
                out.baseAddress?.assumingMemoryBound(to: UInt8.self), &written, out.count)
            return outcome == LZMA_OK ? written : nil
        }
        guard let encoded else { throw CodecFailure("lzma: cannot compress") }
        return encoded
    }
}
