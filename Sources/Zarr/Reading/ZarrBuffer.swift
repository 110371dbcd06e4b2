import Core

/// Elements read from an array: C order, native byte order.
public struct ZarrBuffer: Sendable {
    public let dataType: ZarrDataType
    public let shape: [Int]
    private let storage: Storage

    private enum Storage {
        case raw(RawBuffer)
        case text([String])
    }

    init(dataType: ZarrDataType, shape: [Int], buffer: RawBuffer) {
        self.dataType = dataType
        self.shape = shape
        storage = .raw(buffer)
    }

    init(dataType: ZarrDataType, shape: [Int], text: [String]) {
        self.dataType = dataType
        self.shape = shape
        storage = .text(text)
    }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The elements' bytes; empty for variable-length types.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        switch storage {
        case .raw(let buffer):
            defer { withExtendedLifetime(buffer) {} }
            return try body(buffer.bytes)
        case .text: return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// The elements as Float64: numbers, booleans (0, 1), counts of times; NaN for everything else. Int64 beyond 2^53 is rounded.
    public func doubles() -> [Double] {
        switch dataType {
        case .numeric(let type): withUnsafeBytes { NumericConversion.doubles($0, type) }
        case .datetime64, .timedelta64: withUnsafeBytes { NumericConversion.doubles($0, .int64) }
        default: [Double](repeating: .nan, count: count)
        }
    }

    /// The elements as Int64 where they are integers, booleans or times; nil otherwise (and for uint64 beyond Int64).
    public func integers() -> [Int64]? {
        let type: DataType
        switch dataType {
        case .numeric(let number) where !number.isFloatingPoint: type = number
        case .datetime64, .timedelta64: type = .int64
        default: return nil
        }
        return withUnsafeBytes { bytes in type.run(ToIntegers(bytes: bytes, isUnsigned: type == .uint64)) }
    }

    private struct ToIntegers: NumericOperation {
        let bytes: UnsafeRawBufferPointer
        let isUnsigned: Bool
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) -> [Int64]? {
            var out: [Int64] = []
            out.reserveCapacity(bytes.count / MemoryLayout<T>.size)
            for i in 0..<bytes.count / MemoryLayout<T>.size {
                let value = bytes.element(T.self, i).wrapped
                if isUnsigned, value < 0 { return nil }
                out.append(value)
            }
            return out
        }
    }

    /// The elements as text: strings as they are, without padding; numbers as they print.
    public func strings() -> [String] {
        if case .text(let text) = storage { return text }
        switch dataType {
        case .fixedBytes(let size), .raw(let size): return elements(size) { TextDecoding.bytes($0) }
        case .fixedUTF32(let count): return elements(count * 4) { TextDecoding.utf32($0) }
        default: return integers()?.map { String($0) } ?? doubles().map { String($0) }
        }
    }

    private func elements(_ size: Int, _ decode: (UnsafeRawBufferPointer) -> String) -> [String] {
        withUnsafeBytes { bytes in
            (0..<count).map { decode(bytes.part($0 * size..<($0 + 1) * size)) }
        }
    }

    /// Whether every element is the fill value, bit for bit.
    public func isFilled(with fill: ZarrFillValue) -> Bool {
        switch storage {
        case .raw: withUnsafeBytes { fill.pattern.fills($0) }
        case .text(let text): text.allSatisfy { $0 == fill.text }
        }
    }
}

enum TextDecoding {
    static func bytes(_ raw: UnsafeRawBufferPointer) -> String {
        let end = raw.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        return String(decoding: raw[..<end], as: UTF8.self)
    }

    static func utf32(_ raw: UnsafeRawBufferPointer) -> String {
        var scalars = String.UnicodeScalarView()
        var pending = 0
        for i in 0..<raw.count / 4 {
            let code = raw.element(UInt32.self, i)
            // Padding is dropped from the end only.
            if code == 0 { pending += 1; continue }
            for _ in 0..<pending { scalars.append("\0") }
            pending = 0
            scalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
        return String(scalars)
    }

    /// numcodecs' `vlen-utf8` and `vlen-bytes`: a count, then length and bytes of every element, all in 32-bit little endian.
    static func variable(_ raw: UnsafeRawBufferPointer, count: Int) throws(CodecFailure) -> [String] {
        guard raw.count >= 4, Int(raw.littleEndian(UInt32.self, at: 0)) == count else {
            throw CodecFailure("vlen-utf8: the chunk does not hold \(count) elements")
        }
        var text: [String] = []
        var at = 4
        for _ in 0..<count {
            guard at + 4 <= raw.count else { throw CodecFailure("vlen-utf8: the chunk is truncated") }
            let length = Int(raw.littleEndian(UInt32.self, at: at))
            guard length <= raw.count - at - 4 else { throw CodecFailure("vlen-utf8: an element reaches beyond the chunk") }
            text.append(String(decoding: raw[at + 4..<at + 4 + length], as: UTF8.self))
            at += 4 + length
        }
        return text
    }
}
