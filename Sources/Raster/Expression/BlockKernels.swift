/// One loop per operation over a block of values. Each is small and free of branches, so that the compiler vectorises it;
/// the element type is known when it does (`Float` and `Double` are the only ones).
enum BlockKernels<T: ExpressionScalar> {
    typealias In = UnsafePointer<T>
    typealias Out = UnsafeMutablePointer<T>

    @inline(__always)
    private static func each(_ a: In, to d: Out, _ n: Int, _ body: (T) -> T) {
        for i in 0..<n { d[i] = body(a[i]) }
    }

    @inline(__always)
    private static func each(_ a: In, _ b: In, to d: Out, _ n: Int, _ body: (T, T) -> T) {
        for i in 0..<n { d[i] = body(a[i], b[i]) }
    }

    static func run(_ op: UnaryOperation, _ a: In, to d: Out, _ n: Int) {
        switch op {
        case .negate: each(a, to: d, n) { -$0 }
        case .not: each(a, to: d, n) { ScalarMath.truth($0 == 0, $0, $0) }
        case .abs: each(a, to: d, n) { Swift.abs($0) }
        case .sqrt: each(a, to: d, n) { $0.squareRoot() }
        case .log: each(a, to: d, n) { ScalarMath.finite(T.logarithm($0)) }
        case .log10: each(a, to: d, n) { ScalarMath.finite(T.logarithm10($0)) }
        case .exp: each(a, to: d, n) { ScalarMath.finite(T.exponential($0)) }
        case .floor: each(a, to: d, n) { $0.rounded(.down) }
        case .round: each(a, to: d, n) { $0.rounded() }
        }
    }

    static func run(_ op: BinaryOperation, _ a: In, _ b: In, to d: Out, _ n: Int) {
        switch op {
        case .add: each(a, b, to: d, n) { $0 + $1 }
        case .subtract: each(a, b, to: d, n) { $0 - $1 }
        case .multiply: each(a, b, to: d, n) { $0 * $1 }
        case .divide: each(a, b, to: d, n) { ScalarMath.divide($0, $1) }
        case .normalizedDifference: each(a, b, to: d, n) { ScalarMath.divide($0 - $1, $0 + $1) }
        case .minimum: each(a, b, to: d, n) { ScalarMath.minimum($0, $1) }
        case .maximum: each(a, b, to: d, n) { ScalarMath.maximum($0, $1) }
        case .less: each(a, b, to: d, n) { ScalarMath.truth($0 < $1, $0, $1) }
        case .lessOrEqual: each(a, b, to: d, n) { ScalarMath.truth($0 <= $1, $0, $1) }
        case .greater: each(a, b, to: d, n) { ScalarMath.truth($0 > $1, $0, $1) }
        case .greaterOrEqual: each(a, b, to: d, n) { ScalarMath.truth($0 >= $1, $0, $1) }
        case .equal: each(a, b, to: d, n) { ScalarMath.truth($0 == $1, $0, $1) }
        case .notEqual: each(a, b, to: d, n) { ScalarMath.truth($0 != $1, $0, $1) }
        case .and: each(a, b, to: d, n) { ScalarMath.truth($0 != 0 && $1 != 0, $0, $1) }
        case .or: each(a, b, to: d, n) { ScalarMath.truth($0 != 0 || $1 != 0, $0, $1) }
        case .power: each(a, b, to: d, n) { ScalarMath.apply(.power, $0, $1) }
        }
    }

    static func select(_ c: In, _ a: In, _ b: In, to d: Out, _ n: Int) {
        for i in 0..<n { d[i] = ScalarMath.select(c[i], a[i], b[i]) }
    }

    /// Copies with infinities made NaN.
    static func finish(_ a: In, to d: Out, _ n: Int) { each(a, to: d, n) { ScalarMath.finite($0) } }
}

extension ExpressionProgram {
    /// Values of one block: 1024 numbers, a few of which lie in the first-level cache together.
    static let blockLength = 1024

    /// Evaluates over `count` values of each input (in the order of `inputs`), block by block.
    ///
    /// - Precondition: every input and `output` hold `count` values.
    func run<T: ExpressionScalar>(_ inputPointers: [UnsafePointer<T>], to output: UnsafeMutablePointer<T>, count: Int) {
        let block = ExpressionProgram.blockLength
        let fixed = inputs.count
        let owned = registerCount - fixed
        let scratch = UnsafeMutablePointer<T>.allocate(capacity: max(1, owned * block))
        defer { scratch.deallocate() }
        scratch.initialize(repeating: .nan, count: max(1, owned * block))
        for (i, value) in constants.enumerated() {
            // A constant that Float cannot hold stays a number, so that `a < 1e300` is true and not invalid.
            let limit = T.greatestFiniteMagnitude
            (scratch + i * block).update(repeating: min(limit, max(-limit, T(value))), count: block)
        }
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<T>.self, capacity: max(1, registerCount)) { registers in
            registers.initialize(repeating: scratch)
            for i in 0..<owned { registers[fixed + i] = scratch + i * block }
            var start = 0
            while start < count {
                let n = min(block, count - start)
                // Inputs are only read: an instruction's target is never an input register.
                for i in 0..<fixed { registers[i] = UnsafeMutablePointer(mutating: inputPointers[i] + start) }
                for instruction in instructions { ExpressionProgram.execute(instruction, registers, n) }
                BlockKernels<T>.finish(registers[result], to: output + start, n)
                start += n
            }
        }
    }

    @inline(__always)
    private static func execute<T: ExpressionScalar>(
        _ instruction: Instruction, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ n: Int
    ) {
        switch instruction {
        case .unary(let op, let a, to: let t): BlockKernels<T>.run(op, registers[a], to: registers[t], n)
        case .binary(let op, let a, let b, to: let t):
            BlockKernels<T>.run(op, registers[a], registers[b], to: registers[t], n)
        case .select(let c, let a, let b, to: let t):
            BlockKernels<T>.select(registers[c], registers[a], registers[b], to: registers[t], n)
        }
    }
}
