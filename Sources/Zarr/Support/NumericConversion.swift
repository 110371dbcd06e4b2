import Core

/// An element type of which there are kernels: one generic body per kernel, specialised by the compiler for each of the twelve.
protocol ZarrNumber: Comparable {
    init(clamping value: Double)
    var asDouble: Double { get }
    static var isInteger: Bool { get }
    /// Two's complement, truncated to the type; for integers.
    init(wrapping value: Int64)
    var wrapped: Int64 { get }
    /// Sum and difference, modulo 2ⁿ for integers.
    func wrappingSum(_ other: Self) -> Self
    func wrappingDifference(_ other: Self) -> Self
}

extension ZarrNumber where Self: FixedWidthInteger {
    @inline(__always) static var isInteger: Bool { true }
    @inline(__always) init(wrapping value: Int64) { self.init(truncatingIfNeeded: value) }
    @inline(__always) var wrapped: Int64 { Int64(truncatingIfNeeded: self) }
    @inline(__always) func wrappingSum(_ other: Self) -> Self { self &+ other }
    @inline(__always) func wrappingDifference(_ other: Self) -> Self { self &- other }
}

extension ZarrNumber where Self: BinaryFloatingPoint {
    @inline(__always) static var isInteger: Bool { false }
    @inline(__always) init(wrapping value: Int64) { self.init(value) }
    @inline(__always) var wrapped: Int64 { Int64(clamping: asDouble) }
    @inline(__always) func wrappingSum(_ other: Self) -> Self { self + other }
    @inline(__always) func wrappingDifference(_ other: Self) -> Self { self - other }
}

extension ZarrNumber where Self: FixedWidthInteger {
    /// Truncates towards zero; what does not fit becomes the nearest bound, NaN becomes 0.
    @inline(__always) init(clamping value: Double) {
        if let exact = Self(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : value < 0 ? Self.min : Self.max
        }
    }
    @inline(__always) var asDouble: Double { Double(self) }
}

extension Int8: ZarrNumber {}
extension Int16: ZarrNumber {}
extension Int32: ZarrNumber {}
extension Int64: ZarrNumber {}
extension UInt8: ZarrNumber {}
extension UInt16: ZarrNumber {}
extension UInt32: ZarrNumber {}
extension UInt64: ZarrNumber {}
extension Float16: ZarrNumber {
    @inline(__always) init(clamping value: Double) { self = Float16(value) }
    @inline(__always) var asDouble: Double { Double(self) }
}
extension Float: ZarrNumber {
    @inline(__always) init(clamping value: Double) { self = Float(value) }
    @inline(__always) var asDouble: Double { Double(self) }
}
extension Double: ZarrNumber {
    @inline(__always) init(clamping value: Double) { self = value }
    @inline(__always) var asDouble: Double { self }
}

/// Work that is written once for every element type.
protocol NumericOperation {
    associatedtype Result
    func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) -> Result
}

extension DataType {
    /// Chooses the element type once, outside every loop. Booleans are bytes.
    func run<O: NumericOperation>(_ operation: O) -> O.Result {
        switch self {
        case .bool, .uint8: operation.run(UInt8.self)
        case .int8: operation.run(Int8.self)
        case .int16: operation.run(Int16.self)
        case .int32: operation.run(Int32.self)
        case .int64: operation.run(Int64.self)
        case .uint16: operation.run(UInt16.self)
        case .uint32: operation.run(UInt32.self)
        case .uint64: operation.run(UInt64.self)
        case .float16: operation.run(Float16.self)
        case .float32: operation.run(Float.self)
        case .float64: operation.run(Double.self)
        }
    }
}

enum NumericConversion {
    /// Elements as Float64.
    static func doubles(_ bytes: UnsafeRawBufferPointer, _ type: DataType) -> [Double] { type.run(ToDoubles(bytes: bytes)) }

    private struct ToDoubles: NumericOperation {
        let bytes: UnsafeRawBufferPointer
        func run<T: ZarrNumber & BitwiseCopyable>(_: T.Type) -> [Double] {
            let count = bytes.count / MemoryLayout<T>.size
            return [Double](unsafeUninitializedCapacity: count) { out, written in
                for i in 0..<count {
                    out[i] = bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self).asDouble
                }
                written = count
            }
        }
    }
}
