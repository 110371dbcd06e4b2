/// One band over a window of pixels: physical values, row by row, NaN where there is none.
///
/// The NaNs *are* the mask; kernels normalise by the weight of the valid pixels (design decision 3).
public struct Plane: Hashable, Sendable {
    public let width: Int
    public let height: Int
    /// `width × height` values, row-major.
    public var values: [Float]

    /// - Throws: `RasterError.sizeMismatch` unless `values` holds exactly `width × height` numbers.
    public init(width: Int, height: Int, values: [Float]) throws(RasterError) {
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard width >= 0, height >= 0, !overflow, count == values.count else {
            throw RasterError(.sizeMismatch, "a plane of \(width)×\(height) pixels cannot hold \(values.count) values")
        }
        self.init(width: width, height: height, unchecked: values)
    }

    /// A plane that holds `value` everywhere; NaN (nothing valid) unless told. Negative sizes count as 0.
    public init(width: Int, height: Int, repeating value: Float = .nan) {
        let (width, height) = (max(0, width), max(0, height))
        self.init(width: width, height: height, unchecked: [Float](repeating: value, count: width * height))
    }

    /// For callers inside the module that made `values` of the right size themselves.
    init(width: Int, height: Int, unchecked values: [Float]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// A plane filled in place: `fill` gets all `width × height` values, uninitialised, and must set every one.
    public init<E: Error>(
        width: Int, height: Int, filledBy fill: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void
    ) throws(E) {
        let (width, height) = (max(0, width), max(0, height))
        let count = width * height
        var failure: E?
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(E) { try fill(UnsafeMutableBufferPointer(rebasing: buffer[0..<count])) } catch {
                failure = error
                buffer.initialize(repeating: .nan)
            }
            initialized = count
        }
        if let failure { throw failure }
        self.init(width: width, height: height, unchecked: values)
    }

    /// The value of a pixel; NaN outside the plane.
    public subscript(column column: Int, row row: Int) -> Float {
        guard column >= 0, row >= 0, column < width, row < height else { return .nan }
        return values[row * width + column]
    }

    /// How many pixels are valid.
    public var validCount: Int { values.reduce(into: 0) { $0 += $1.isNaN ? 0 : 1 } }
    public var isEmpty: Bool { values.allSatisfy(\.isNaN) }
}
