/// The syntax tree of an expression, after constants are folded.
indirect enum ExpressionNode: Hashable, Sendable {
    case number(Double)
    case variable(String)
    case unary(UnaryOperation, ExpressionNode)
    case binary(BinaryOperation, ExpressionNode, ExpressionNode)
    /// `where(condition, then, else)`
    case select(ExpressionNode, ExpressionNode, ExpressionNode)
}

enum UnaryOperation: String, Hashable, Sendable {
    case negate, not
    case abs, sqrt, log, log10, exp, floor, round
}

enum BinaryOperation: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "**"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case and = "&&"
    case or = "||"
    case minimum = "min"
    case maximum = "max"
    /// (a - b) / (a + b): not written by users, found by the compiler.
    case normalizedDifference = "nd"

    /// Higher binds tighter; nil for those that are written as functions.
    var precedence: Int? {
        switch self {
        case .or: 1
        case .and: 2
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 3
        case .add, .subtract: 4
        case .multiply, .divide: 5
        case .power: 7
        case .minimum, .maximum, .normalizedDifference: nil
        }
    }
}

extension ExpressionNode {
    /// Variables in order of first appearance.
    func collectVariables(into names: inout [String]) {
        switch self {
        case .number: break
        case .variable(let name): if !names.contains(name) { names.append(name) }
        case .unary(_, let a): a.collectVariables(into: &names)
        case .binary(_, let a, let b):
            a.collectVariables(into: &names)
            b.collectVariables(into: &names)
        case .select(let c, let a, let b):
            c.collectVariables(into: &names)
            a.collectVariables(into: &names)
            b.collectVariables(into: &names)
        }
    }

    func renamingVariables(_ rename: (String) -> String) -> ExpressionNode {
        switch self {
        case .number: self
        case .variable(let name): .variable(rename(name))
        case .unary(let op, let a): .unary(op, a.renamingVariables(rename))
        case .binary(let op, let a, let b): .binary(op, a.renamingVariables(rename), b.renamingVariables(rename))
        case .select(let c, let a, let b):
            .select(c.renamingVariables(rename), a.renamingVariables(rename), b.renamingVariables(rename))
        }
    }
}
