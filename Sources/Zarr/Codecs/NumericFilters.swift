import Core

/// Casts elements: numcodecs' `astype` (and what `quantize` and `bitround` leave to decode when types differ).
struct CastCodec: ChunkCodec {
    let name: String
    let mode = CodecMode.transform
    /// In memory.
    let decoded: DataType
    /// In the store.
    let encoded: DataType

    func encodedSize(of size: Int) -> Int? { size / decoded.size * encoded.size }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        try NumericFilter.check(name, input, encoded, output, decoded)
        encoded.run(CastFrom(input: input, output: output, to: decoded))
        return input.count / encoded.size * decoded.size
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        NumericFilter.filled(input.count / decoded.size * encoded.size) {
            decoded.run(CastFrom(input: input, output: $0, to: encoded))
        }
    }
}

/// numcodecs' `delta`: every element but the first is the difference to the one before.
struct DeltaCodec: ChunkCodec {
    let name = "delta"
    let mode = CodecMode.transform
    let decoded: DataType
    let encoded: DataType

    func encodedSize(of size: Int) -> Int? { size / decoded.size * encoded.size }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        try NumericFilter.check(name, input, encoded, output, decoded)
        encoded.run(CastFrom(input: input, output: output, to: decoded))
        decoded.run(RunningSum(bytes: output))
        return input.count / encoded.size * decoded.size
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        let differences = NumericFilter.filled(input.count) { decoded.run(Differences(input: input, output: $0)) }
        guard decoded != encoded else { return differences }
        return differences.withUnsafeBytes { raw in
            NumericFilter.filled(raw.count / decoded.size * encoded.size) {
                decoded.run(CastFrom(input: raw, output: $0, to: encoded))
            }
        }
    }
}

/// numcodecs' `fixedscaleoffset`: stored = round((x − offset) × scale), x = stored / scale + offset.
struct ScaleOffsetCodec: ChunkCodec {
    let name = "fixedscaleoffset"
    let mode = CodecMode.transform
    let decoded: DataType
    let encoded: DataType
    let scale: Double
    let offset: Double

    func encodedSize(of size: Int) -> Int? { size / decoded.size * encoded.size }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(CodecFailure) -> Int {
        try NumericFilter.check(name, input, encoded, output, decoded)
        encoded.run(Unscale(input: input, output: output, to: decoded, scale: scale, offset: offset, inFloat: encoded == .float32))
        return input.count / encoded.size * decoded.size
    }

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        NumericFilter.filled(input.count / decoded.size * encoded.size) {
            decoded.run(Scale(input: input, output: $0, to: encoded, scale: scale, offset: offset))
        }
    }
}

/// numcodecs' `bitround`: keeps `keepBits` bits of the mantissa. Loses information when encoding, changes nothing when decoding.
struct BitRoundCodec: ChunkCodec {
    let name = "bitround"
    let mode = CodecMode.identity
    let type: DataType
    let keepBits: Int

    func encode(_ input: UnsafeRawBufferPointer) throws(CodecFailure) -> [UInt8] {
        NumericFilter.filled(input.count) { output in
            switch type {
            case .float16: round(UInt16.self, mantissa: 10, input, output)
            case .float32: round(UInt32.self, mantissa: 23, input, output)
            default: round(UInt64.self, mantissa: 52, input, output)
            }
        }
    }

    private func round<T: FixedWidthInteger & UnsignedInteger>(
        _: T.Type, mantissa: Int, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) {
        let drop = mantissa - keepBits
        let half: T = drop > 0 ? (1 << T(drop - 1)) - 1 : 0
        for i in 0..<input.count / MemoryLayout<T>.size {
            var bits = input.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self)
            if drop > 0 {
                // Round half to even on the bits that are kept.
                bits &+= (bits >> T(drop) & 1) &+ half
                bits &= T.max << T(drop)
            }
            output.storeBytes(of: bits, toByteOffset: i * MemoryLayout<T>.size, as: T.self)
        }
    }
}

/// numcodecs' `quantize`: decoding changes nothing where the types agree.
struct QuantizeCodec: ChunkCodec {
    let name = "quantize"
    let mode = CodecMode.identity
}

enum NumericFilter {
    static func check(
        _ name: String, _ input: UnsafeRawBufferPointer, _ encoded: DataType, _ output: UnsafeMutableRawBufferPointer,
        _ decoded: DataType
    ) throws(CodecFailure) {
        guard input.count % encoded.size == 0, input.count / encoded.size * decoded.size <= output.count else {
            throw CodecFailure("\(name): \(input.count) bytes do not fit the chunk")
        }
    }

    static func filled(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) -> [UInt8] {
        [UInt8].filled(capacity: count) { out in
            body(out)
            return count
        } ?? []
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always) func element<T: BitwiseCopyable>(_: T.Type, _ i: Int) -> T {
        loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self)
    }
}

extension UnsafeMutableRawBufferPointer {
    @inline(__always) func set<T: BitwiseCopyable>(_ value: T, _ i: Int) {
        storeBytes(of: value, toByteOffset: i * MemoryLayout<T>.size, as: T.self)
    }
}

/// Numbers of one type into another: integers wrap as C does, floats are truncated.
struct CastFrom: NumericOperation {
    let input: UnsafeRawBufferPointer
    let output: UnsafeMutableRawBufferPointer
    let to: DataType

    func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) { to.run(CastTo<T>(input: input, output: output)) }

    struct CastTo<From: ZarrNumber & BitwiseCopyable>: NumericOperation {
        let input: UnsafeRawBufferPointer
        let output: UnsafeMutableRawBufferPointer
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            for i in 0..<input.count / MemoryLayout<From>.size {
                let value = input.element(From.self, i)
                output.set(value.cast(to: T.self), i)
            }
        }
    }
}

extension ZarrNumber {
    @inline(__always) func cast<T: ZarrNumber>(to: T.Type) -> T {
        Self.isInteger && T.isInteger ? T(wrapping: wrapped) : T(clamping: asDouble)
    }
}

struct RunningSum: NumericOperation {
    let bytes: UnsafeMutableRawBufferPointer
    func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
        var sum: T?
        for i in 0..<bytes.count / MemoryLayout<T>.size {
            let value = UnsafeRawBufferPointer(bytes).element(T.self, i)
            let next = sum.map { $0.wrappingSum(value) } ?? value
            bytes.set(next, i)
            sum = next
        }
    }
}

struct Differences: NumericOperation {
    let input: UnsafeRawBufferPointer
    let output: UnsafeMutableRawBufferPointer
    func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
        for i in 0..<input.count / MemoryLayout<T>.size {
            let value = input.element(T.self, i)
            output.set(i == 0 ? value : value.wrappingDifference(input.element(T.self, i - 1)), i)
        }
    }
}

struct Unscale: NumericOperation {
    let input: UnsafeRawBufferPointer
    let output: UnsafeMutableRawBufferPointer
    let to: DataType
    let scale: Double
    let offset: Double
    /// numpy computes in the stored type if that is float32.
    let inFloat: Bool

    func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) { to.run(Into<T>(parent: self)) }

    struct Into<From: ZarrNumber & BitwiseCopyable>: NumericOperation {
        let parent: Unscale
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            let (scale, offset) = (parent.scale, parent.offset)
            let (scaleF, offsetF) = (Float(scale), Float(offset))
            for i in 0..<parent.input.count / MemoryLayout<From>.size {
                let value = parent.input.element(From.self, i).asDouble
                let result = parent.inFloat ? Double(Float(value) / scaleF + offsetF) : value / scale + offset
                parent.output.set(T(clamping: result), i)
            }
        }
    }
}

struct Scale: NumericOperation {
    let input: UnsafeRawBufferPointer
    let output: UnsafeMutableRawBufferPointer
    let to: DataType
    let scale: Double
    let offset: Double

    func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) { to.run(Into<T>(parent: self)) }

    struct Into<From: ZarrNumber & BitwiseCopyable>: NumericOperation {
        let parent: Scale
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) {
            for i in 0..<parent.input.count / MemoryLayout<From>.size {
                let value = parent.input.element(From.self, i).asDouble
                let scaled = ((value - parent.offset) * parent.scale).rounded(.toNearestOrEven)
                parent.output.set(T(clamping: scaled), i)
            }
        }
    }
}
