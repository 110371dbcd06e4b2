import Glibc

/// Byte order: swaps the units of each element. Cheap enough to do in place.
struct SwapCodec: ChunkCodec {
    let name = "bytes"
    let mode = CodecMode.inPlace
    let itemSize: Int
    /// Units within an element; a plain number has one.
    let units: [StoredType.SwapUnit]

    init?(_ stored: StoredType) {
        guard stored.isBigEndian else { return nil }
        itemSize = stored.type.size
        units = stored.bigEndianUnits
    }

    func decodeInPlace(_ bytes: UnsafeMutableRawBufferPointer) throws(CodecFailure) {
        guard bytes.count % itemSize == 0 else { throw CodecFailure("bytes: not a whole number of elements") }
        let width = units[0].width
        if units.count * width == itemSize, units.allSatisfy({ $0.width == width }) {
            switch width {
            case 2: return swap(UInt16.self, bytes)
            case 4: return swap(UInt32.self, bytes)
            case 8: return swap(UInt64.self, bytes)
            default: break
            }
        }
        for start in stride(from: 0, to: bytes.count, by: itemSize) {
            for unit in units {
                var (low, high) = (start + unit.offset, start + unit.offset + unit.width - 1)
                while low < high {
                    (bytes[low], bytes[high]) = (bytes[high], bytes[low])
                    low += 1
                    high -= 1
                }
            }
        }
    }

    private func swap<T: FixedWidthInteger>(_: T.Type, _ bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        for i in 0..<bytes.count / MemoryLayout<T>.size {
            let place = base + i * MemoryLayout<T>.size
            place.storeBytes(of: place.loadUnaligned(as: T.self).byteSwapped, as: T.self)
        }
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        var bytes = Array(input)
        let result = bytes.withUnsafeMutableBytes { raw -> Result<Void, CodecFailure> in
            do throws(CodecFailure) { return .success(try decodeInPlace(raw)) } catch { return .failure(error) }
        }
        try result.get()
        return bytes
    }
}

/// A permutation of the axes (v3 `transpose`; v2 `order: "F"` is the reversed one).
struct TransposeCodec: ChunkCodec {
    let name = "transpose"
    let mode = CodecMode.transform
    let itemSize: Int
    /// Extents of the decoded chunk.
    let shape: [Int]
    /// Axis i of the encoded chunk is axis `order[i]` of the decoded one.
    let order: [Int]

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        guard input.count == output.count, let bytes = Shape.bytes(shape, itemSize: itemSize), bytes == input.count else {
            throw CodecFailure("transpose: \(input.count) bytes do not fit the chunk's shape")
        }
        permute(input, into: output, encoding: false)
        return output.count
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        guard Shape.bytes(shape, itemSize: itemSize) == input.count else { throw CodecFailure("transpose: wrong size") }
        return [UInt8].filled(capacity: input.count) { output in
            permute(input, into: output, encoding: true)
            return input.count
        } ?? []
    }

    private func permute(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, encoding: Bool) {
        guard let from = input.baseAddress, let to = output.baseAddress, !shape.contains(0) else { return }
        let decodedStrides = Shape.strides(shape, itemSize: itemSize)
        let encodedStrides = Shape.strides(order.map { shape[$0] }, itemSize: itemSize)
        // Strides by axis of the decoded chunk.
        var encodedByAxis = decodedStrides
        for (at, axis) in order.enumerated() { encodedByAxis[axis] = encodedStrides[at] }
        let walk = StridedCopy(
            shape: shape, source: encoding ? decodedStrides : encodedByAxis, target: encoding ? encodedByAxis : decodedStrides,
            itemSize: itemSize)
        walk.copy(from: from, to: to)
    }
}

/// An n-dimensional copy between any two strides, innermost loop by element width.
struct StridedCopy {
    let shape: [Int]
    let source: [Int]
    let target: [Int]
    let itemSize: Int

    func copy(from: UnsafeRawPointer, to: UnsafeMutableRawPointer) {
        switch itemSize {
        case 1: walk(UInt8.self, 0, from, to)
        case 2: walk(UInt16.self, 0, from, to)
        case 4: walk(UInt32.self, 0, from, to)
        case 8: walk(UInt64.self, 0, from, to)
        default: walk(UInt8.self, 0, from, to)
        }
    }

    private func walk<T: FixedWidthInteger>(_: T.Type, _ axis: Int, _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer) {
        guard axis < shape.count else {
            memcpy(to, from, itemSize)
            return
        }
        let (count, step, stride) = (shape[axis], source[axis], target[axis])
        if axis == shape.count - 1 {
            if step == itemSize, stride == itemSize {
                memcpy(to, from, count * itemSize)
            } else if MemoryLayout<T>.size == itemSize {
                for i in 0..<count { (to + i * stride).storeBytes(of: (from + i * step).loadUnaligned(as: T.self), as: T.self) }
            } else {
                for i in 0..<count { memcpy(to + i * stride, from + i * step, itemSize) }
            }
        } else {
            for i in 0..<count { walk(T.self, axis + 1, from + i * step, to + i * stride) }
        }
    }
}

/// numcodecs' byte shuffle: all first bytes of the elements, then all second bytes…
struct ShuffleCodec: ChunkCodec {
    let name = "shuffle"
    let mode = CodecMode.transform
    let elementSize: Int

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        try move(input, output, encoding: false)
        return input.count
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        var failure: CodecFailure?
        let bytes = [UInt8].filled(capacity: input.count) { output in
            do throws(CodecFailure) { try move(input, output, encoding: true) } catch { failure = error }
            return input.count
        }
        if let failure { throw failure }
        return bytes ?? []
    }

    private func move(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, encoding: Bool
    ) throws(CodecFailure) {
        guard input.count <= output.count, input.count % elementSize == 0 else {
            throw CodecFailure("shuffle: \(input.count) bytes are no whole number of elements")
        }
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        let count = input.count / elementSize
        for byte in 0..<elementSize {
            if encoding {
                for i in 0..<count { to.storeBytes(of: (from + i * elementSize + byte).load(as: UInt8.self), toByteOffset: byte * count + i, as: UInt8.self) }
            } else {
                for i in 0..<count { to.storeBytes(of: (from + byte * count + i).load(as: UInt8.self), toByteOffset: i * elementSize + byte, as: UInt8.self) }
            }
        }
    }
}

/// numcodecs' packbits: booleans, eight to a byte from the highest bit, behind one byte that counts the padding.
struct PackBitsCodec: ChunkCodec {
    let name = "packbits"
    let mode = CodecMode.transform

    func encodedSize(of decoded: Int) -> Int? { 1 + (decoded + 7) / 8 }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        guard let padding = input.first, padding < 8 || input.count == 1, input.count > 1 || output.isEmpty else {
            throw CodecFailure("packbits: no padding byte")
        }
        guard input.count > 1 else { return 0 }
        let count = (input.count - 1) * 8 - Int(padding)
        guard count <= output.count else { throw CodecFailure("packbits: \(count) elements where \(output.count) are promised") }
        for i in 0..<count { output[i] = input[1 + i / 8] >> UInt8(7 - i % 8) & 1 }
        return count
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 + (input.count + 7) / 8)
        bytes[0] = UInt8((8 - input.count % 8) % 8)
        for i in 0..<input.count where input[i] != 0 { bytes[1 + i / 8] |= 0x80 >> UInt8(i % 8) }
        return bytes
    }
}
