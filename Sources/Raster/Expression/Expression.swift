/// A formula over bands, such as `(nir - red) / (nir + red)`.
///
/// Grammar: numbers; band names out of letters, digits, `_` and `.` (others between double quotes); `+ - * / **`; unary
/// `- + !`; `< <= > >= == !=`; `&&` `||` (also written `&` `|`); `where(condition, then, else)`, `min`, `max`, `clamp(x, low, high)`,
/// `abs sqrt log log10 exp floor round pow`. It is evaluated in Float (planes) or Double (numbers), never in integers. NaN is
/// "no value" and passes through; a division by zero and every other infinity is NaN too.
public struct Expression: Hashable, Sendable, CustomStringConvertible {
    let node: ExpressionNode
    let program: ExpressionProgram

    init(node: ExpressionNode) {
        self.node = node
        program = ExpressionProgram(node)
    }

    /// - Throws: `RasterError.invalidExpression` with the byte offset of what breaks the grammar.
    public init(parsing text: String) throws(RasterError) { self.init(node: try ExpressionParser.parse(text)) }

    /// One band as it is.
    public init(variable name: String) { self.init(node: .variable(name)) }

    /// Names of the bands used, each once, in order of first appearance.
    public var variables: [String] { program.inputs }

    /// The name, if the expression is nothing but one band.
    public var singleVariable: String? { if case .variable(let name) = node { name } else { nil } }

    /// The same formula over other names; names that `names` lacks stay.
    public func renamingVariables(_ names: [String: String]) -> Expression {
        Expression(node: node.renamingVariables { names[$0] ?? $0 })
    }

    /// Evaluates over planes of one size.
    ///
    /// - Throws: `RasterError.missingVariable`, `.sizeMismatch` (also where there is no plane to take a size from).
    public func evaluate(_ inputs: [String: Plane]) throws(RasterError) -> Plane {
        var planes: [Plane] = []
        for name in variables {
            guard let plane = inputs[name] else { throw missing(name, among: Array(inputs.keys)) }
            planes.append(plane)
        }
        guard let size = planes.first ?? inputs.values.first else {
            throw RasterError(.sizeMismatch, "an expression without bands needs a plane to take its size from")
        }
        guard planes.allSatisfy({ $0.width == size.width && $0.height == size.height }) else {
            throw RasterError(.sizeMismatch, "the bands of an expression have one size")
        }
        if singleVariable != nil, let only = planes.first { return only }
        let count = size.width * size.height
        return Plane(width: size.width, height: size.height) { output in
            guard let base = output.baseAddress else { return }
            program.withPointers(planes.map(\.values)) { program.run($0, to: base, count: count) }
        }
    }

    /// Evaluates over columns of numbers of one length, in Double.
    ///
    /// - Throws: `RasterError.missingVariable`, `.sizeMismatch`. Without variables the result has one number.
    public func evaluate(doubles inputs: [String: [Double]]) throws(RasterError) -> [Double] {
        var columns: [[Double]] = []
        for name in variables {
            guard let column = inputs[name] else { throw missing(name, among: Array(inputs.keys)) }
            columns.append(column)
        }
        let count = columns.first?.count ?? 1
        guard columns.allSatisfy({ $0.count == count }) else {
            throw RasterError(.sizeMismatch, "the columns of an expression have one length")
        }
        return [Double](unsafeUninitializedCapacity: count) { output, initialized in
            if let base = output.baseAddress {
                program.withPointers(columns) { program.run($0, to: base, count: count) }
            }
            initialized = count
        }
    }

    private func missing(_ name: String, among known: [String]) -> RasterError {
        let list = known.sorted().prefix(20).joined(separator: ", ")
        return RasterError(.missingVariable, "there is no band '\(name.prefix(60))' (there are: \(list))")
    }
}

extension ExpressionProgram {
    /// Pins all columns at once and hands over where they begin.
    func withPointers<T>(_ columns: [[T]], _ body: ([UnsafePointer<T>]) -> Void) {
        func pin(_ index: Int, _ pinned: [UnsafePointer<T>]) {
            guard index < columns.count else { return body(pinned) }
            columns[index].withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                pin(index + 1, pinned + [base])
            }
        }
        pin(0, [])
    }
}
