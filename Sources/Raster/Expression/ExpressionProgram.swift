/// An expression as straight-line code over registers: each instruction is one loop over a block of pixels.
///
/// Registers 0 ..< inputCount are the inputs, then come the constants, then temporaries. Equal subtrees are computed once.
struct ExpressionProgram: Hashable, Sendable {
    enum Instruction: Hashable, Sendable {
        case unary(UnaryOperation, Int, to: Int)
        case binary(BinaryOperation, Int, Int, to: Int)
        case select(Int, Int, Int, to: Int)
    }

    private(set) var inputs: [String] = []
    private(set) var constants: [Double] = []
    private(set) var instructions: [Instruction] = []
    private(set) var registerCount = 0
    private(set) var result = 0

    init(_ node: ExpressionNode) {
        node.collectVariables(into: &inputs)
        ExpressionProgram.collectConstants(node, into: &constants)
        registerCount = inputs.count + constants.count
        var known: [ExpressionNode: Int] = [:]
        for (i, name) in inputs.enumerated() { known[.variable(name)] = i }
        for (i, value) in constants.enumerated() { known[.number(value)] = inputs.count + i }
        result = emit(node, &known)
        reuseRegisters()
    }

    private static func collectConstants(_ node: ExpressionNode, into list: inout [Double]) {
        switch node {
        case .number(let value): if !list.contains(value) { list.append(value) }
        case .variable: break
        case .unary(_, let a): collectConstants(a, into: &list)
        case .binary(.power, let a, .number(let exponent)) where fixedPower(exponent) != nil:
            collectConstants(a, into: &list)
            if exponent < 0, !list.contains(1) { list.append(1) }
        case .binary(_, let a, let b):
            collectConstants(a, into: &list)
            collectConstants(b, into: &list)
        case .select(let c, let a, let b):
            collectConstants(c, into: &list)
            collectConstants(a, into: &list)
            collectConstants(b, into: &list)
        }
    }

    /// Exponents that are multiplications: ±1 … ±4.
    private static func fixedPower(_ exponent: Double) -> Int? {
        guard let whole = Int(exactly: exponent), (1...4).contains(abs(whole)) else { return nil }
        return whole
    }

    private mutating func temporary(_ make: (Int) -> Instruction) -> Int {
        let register = registerCount
        registerCount += 1
        instructions.append(make(register))
        return register
    }

    private mutating func emit(_ node: ExpressionNode, _ known: inout [ExpressionNode: Int]) -> Int {
        if let register = known[node] { return register }
        let register = emitNew(node, &known)
        known[node] = register
        return register
    }

    private mutating func emitNew(_ node: ExpressionNode, _ known: inout [ExpressionNode: Int]) -> Int {
        switch node {
        case .number, .variable: return 0  // all of them are known beforehand
        case .unary(let op, let a):
            let a = emit(a, &known)
            return temporary { .unary(op, a, to: $0) }
        case .binary(.divide, .binary(.subtract, let a, let b), .binary(.add, let c, let d))
        where (a == c && b == d) || (a == d && b == c):
            let (a, b) = (emit(a, &known), emit(b, &known))
            return temporary { .binary(.normalizedDifference, a, b, to: $0) }
        case .binary(.power, let base, .number(let exponent)):
            guard let whole = ExpressionProgram.fixedPower(exponent) else { break }
            return emitPower(base, whole, &known)
        case .binary: break
        case .select(let c, let a, let b):
            let (c, a, b) = (emit(c, &known), emit(a, &known), emit(b, &known))
            return temporary { .select(c, a, b, to: $0) }
        }
        guard case .binary(let op, let a, let b) = node else { return 0 }
        let (left, right) = (emit(a, &known), emit(b, &known))
        return temporary { .binary(op, left, right, to: $0) }
    }

    private mutating func emitPower(_ base: ExpressionNode, _ exponent: Int, _ known: inout [ExpressionNode: Int]) -> Int {
        let x = emit(base, &known)
        var power = x
        switch abs(exponent) {
        case 2: power = temporary { .binary(.multiply, x, x, to: $0) }
        case 3:
            let square = temporary { .binary(.multiply, x, x, to: $0) }
            power = temporary { .binary(.multiply, square, x, to: $0) }
        case 4:
            let square = temporary { .binary(.multiply, x, x, to: $0) }
            power = temporary { .binary(.multiply, square, square, to: $0) }
        default: break
        }
        guard exponent < 0 else { return power }
        let one = emit(.number(1), &known)
        return temporary { .binary(.divide, one, power, to: $0) }
    }

    /// Maps temporaries onto as few buffers as their lifetimes allow, so that a block stays in the first-level cache.
    private mutating func reuseRegisters() {
        let fixed = inputs.count + constants.count
        var lastUse = [Int](repeating: -1, count: registerCount)
        for (i, instruction) in instructions.enumerated() { for r in instruction.reads { lastUse[r] = i } }
        if result < registerCount { lastUse[result] = instructions.count }
        var place = Array(0..<registerCount)
        var free: [Int] = []
        var next = fixed
        for (i, instruction) in instructions.enumerated() {
            let reads = Set(instruction.reads)
            let target: Int
            // Loops read element i before they write it, so a buffer may be written over by its last reader.
            for r in reads where r >= fixed && lastUse[r] == i { free.append(place[r]) }
            if let reused = free.popLast() { target = reused } else { target = next; next += 1 }
            place[instruction.target] = target
            instructions[i] = instruction.mapped { place[$0] }
        }
        result = result < place.count ? place[result] : result
        registerCount = next
    }
}

extension ExpressionProgram.Instruction {
    var reads: [Int] {
        switch self {
        case .unary(_, let a, to: _): [a]
        case .binary(_, let a, let b, to: _): [a, b]
        case .select(let c, let a, let b, to: _): [c, a, b]
        }
    }

    var target: Int {
        switch self {
        case .unary(_, _, to: let t), .binary(_, _, _, to: let t), .select(_, _, _, to: let t): t
        }
    }

    func mapped(_ place: (Int) -> Int) -> Self {
        switch self {
        case .unary(let op, let a, to: let t): .unary(op, place(a), to: place(t))
        case .binary(let op, let a, let b, to: let t): .binary(op, place(a), place(b), to: place(t))
        case .select(let c, let a, let b, to: let t): .select(place(c), place(a), place(b), to: place(t))
        }
    }
}
