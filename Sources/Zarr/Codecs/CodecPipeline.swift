/// The steps of a chunk, in the order of encoding, with the size of the bytes before each.
struct CodecPipeline: Sendable {
    let codecs: [any ChunkCodec]
    /// `sizes[i]`: bytes before step i is encoded; nil behind a compressor. One more at the end: the encoded chunk.
    private let sizes: [Int?]
    /// Bytes of the decoded chunk; for variable-length elements the most that is accepted.
    let decodedSize: Int
    /// No honest encoded chunk is longer: what is longer is not read.
    let encodedLimit: Int

    /// The largest size on the way: metadata that ask for more than is sensible are refused by it.
    let largestSize: Int

    /// Sizes beyond this are all the same: too large. It keeps products of sizes from overflowing.
    private static let sizeCeiling = 1 << 40

    /// - Parameter isExact: false for elements of variable length.
    init(_ codecs: [any ChunkCodec], decodedSize: Int, isExact: Bool = true) {
        self.codecs = codecs
        self.decodedSize = decodedSize
        var sizes: [Int?] = [isExact ? decodedSize : nil]
        var limit = decodedSize
        var largest = decodedSize
        for codec in codecs {
            let size = sizes.last.flatMap { $0 }.flatMap { codec.encodedSize(of: $0) }.map { min($0, CodecPipeline.sizeCeiling) }
            sizes.append(size)
            largest = max(largest, size ?? 0)
            limit = min(codec.encodedBound(of: limit), CodecPipeline.sizeCeiling)
        }
        largestSize = largest
        self.sizes = sizes
        encodedLimit = limit
    }

    /// Size of the encoded chunk if it does not depend on the data.
    var fixedEncodedSize: Int? { sizes.last.flatMap { $0 } }
    /// Whether the stored bytes are the elements: they may be read straight into place.
    var isIdentity: Bool { codecs.allSatisfy { $0.mode == .identity } }

    /// Decodes into a destination of exactly `decodedSize` bytes.
    func decode(
        _ encoded: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer, scratch: inout DecodeScratch
    ) throws(CodecFailure) {
        let current = try run(encoded, destination, &scratch)
        guard current.count == decodedSize else {
            throw CodecFailure("\(current.count) bytes where the metadata promise \(decodedSize)")
        }
        if let from = current.baseAddress, let to = destination.baseAddress, from != UnsafeRawPointer(to) {
            to.copyMemory(from: from, byteCount: decodedSize)
        }
    }

    /// Decodes what has no fixed size; the result lies in `encoded` or in the scratch and lives as long as they.
    func decodeVariable(
        _ encoded: UnsafeRawBufferPointer, scratch: inout DecodeScratch
    ) throws(CodecFailure) -> UnsafeRawBufferPointer {
        try run(encoded, UnsafeMutableRawBufferPointer(start: nil, count: 0), &scratch)
    }

    private func run(
        _ encoded: UnsafeRawBufferPointer, _ destination: UnsafeMutableRawBufferPointer, _ scratch: inout DecodeScratch
    ) throws(CodecFailure) -> UnsafeRawBufferPointer {
        var current = encoded
        var step = codecs.count
        while step > 0 {
            step -= 1
            let codec = codecs[step]
            switch codec.mode {
            case .identity: continue
            case .slice: current = try codec.slice(current)
            case .inPlace:
                let place = try writable(current, before: step, destination, &scratch)
                try codec.decodeInPlace(place)
                current = UnsafeRawBufferPointer(place)
            case .transform:
                let place = try output(before: step, inputSize: current.count, destination, &scratch)
                let written = try codec.decode(current, into: place)
                if let exact = sizes[step], written != exact {
                    throw CodecFailure("\(codec.name): \(written) bytes where the metadata promise \(exact)")
                }
                current = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(place)[..<written])
            }
        }
        return current
    }

    /// The destination itself if every step that is left leaves the bytes where they are; else the scratch that is free.
    private func output(
        before step: Int, inputSize: Int, _ destination: UnsafeMutableRawBufferPointer, _ scratch: inout DecodeScratch
    ) throws(CodecFailure) -> UnsafeMutableRawBufferPointer {
        if sizes[step] == decodedSize, codecs[..<step].allSatisfy({ $0.mode == .inPlace || $0.mode == .identity }) {
            return destination
        }
        return try scratch.next(sizes[step] ?? encodedLimit)
    }

    /// `bytes` in memory that may be changed.
    private func writable(
        _ bytes: UnsafeRawBufferPointer, before step: Int, _ destination: UnsafeMutableRawBufferPointer,
        _ scratch: inout DecodeScratch
    ) throws(CodecFailure) -> UnsafeMutableRawBufferPointer {
        if let base = bytes.baseAddress {
            if base == UnsafeRawPointer(destination.baseAddress) {
                return UnsafeMutableRawBufferPointer(rebasing: destination[..<bytes.count])
            }
            if let own = scratch.owning(bytes) { return own }
        }
        if let exact = sizes[step], bytes.count != exact {
            throw CodecFailure("\(bytes.count) bytes where the metadata promise \(exact)")
        }
        let place = try output(before: step, inputSize: bytes.count, destination, &scratch)
        guard place.count >= bytes.count else { throw CodecFailure("\(bytes.count) bytes are too many") }
        place.copyMemory(from: bytes)
        return UnsafeMutableRawBufferPointer(rebasing: place[..<bytes.count])
    }

    func encode(_ decoded: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard let first = codecs.first else { return Array(decoded) }
        var bytes = try first.encode(decoded)
        for codec in codecs.dropFirst() {
            let result = bytes.withUnsafeBytes { raw -> Result<[UInt8], CodecFailure> in
                do throws(CodecFailure) { return .success(try codec.encode(raw)) } catch { return .failure(error) }
            }
            bytes = try result.get()
        }
        return bytes
    }
}

/// Two buffers that take turns between the steps of a pipeline.
struct DecodeScratch {
    private var buffers = (ScratchBuffer(), ScratchBuffer())
    private var turn = false
    private var latest: UnsafeMutableRawBufferPointer?

    mutating func next(_ count: Int) throws(CodecFailure) -> UnsafeMutableRawBufferPointer {
        turn.toggle()
        do throws(ZarrError) {
            let bytes = try turn ? buffers.0.bytes(count) : buffers.1.bytes(count)
            latest = bytes
            return bytes
        } catch {
            throw CodecFailure(error.message)
        }
    }

    /// The same bytes as changeable ones if they lie in the buffer given out last.
    func owning(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer? {
        guard let latest, let start = latest.baseAddress, let base = bytes.baseAddress,
            base >= UnsafeRawPointer(start), base + bytes.count <= UnsafeRawPointer(start) + latest.count
        else { return nil }
        return UnsafeMutableRawBufferPointer(start: start + (base - UnsafeRawPointer(start)), count: bytes.count)
    }
}
