extension ExpressionNode {
    /// A node, or its value where all operands are numbers.
    ///
    /// Only finite results are folded: what is invalid (1/0) stays an operation and becomes NaN when evaluated.
    static func folded(_ op: UnaryOperation, _ a: ExpressionNode) -> ExpressionNode {
        if case .number(let x) = a {
            let value = ScalarMath.apply(op, x)
            if value.isFinite { return .number(value) }
        }
        return .unary(op, a)
    }

    static func folded(_ op: BinaryOperation, _ a: ExpressionNode, _ b: ExpressionNode) -> ExpressionNode {
        if case .number(let x) = a, case .number(let y) = b {
            let value = ScalarMath.apply(op, x, y)
            if value.isFinite { return .number(value) }
        }
        return .binary(op, a, b)
    }

    static func folded(select condition: ExpressionNode, _ a: ExpressionNode, _ b: ExpressionNode) -> ExpressionNode {
        if case .number(let value) = condition { return value != 0 ? a : b }
        return .select(condition, a, b)
    }
}
