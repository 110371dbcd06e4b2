extension Expression {
    /// The formula as text that parses back to itself, with no more brackets than it needs.
    public var description: String { node.text(minimum: 0) }
}

extension ExpressionNode {
    func text(minimum: Int) -> String {
        switch self {
        case .number(let value):
            let text = ExpressionNode.shown(value)
            return value < 0 && minimum > 4 ? "(\(text))" : text
        case .variable(let name): return ExpressionNode.quotedIfNeeded(name)
        case .unary(.negate, let a): return bracketed("-\(a.text(minimum: 6))", minimum > 6)
        case .unary(.not, let a): return bracketed("!\(a.text(minimum: 6))", minimum > 6)
        case .unary(let op, let a): return "\(op.rawValue)(\(a.text(minimum: 0)))"
        case .binary(let op, let a, let b): return text(op, a, b, minimum)
        case .select(let c, let a, let b):
            return "where(\(c.text(minimum: 0)), \(a.text(minimum: 0)), \(b.text(minimum: 0)))"
        }
    }

    private func text(_ op: BinaryOperation, _ a: ExpressionNode, _ b: ExpressionNode, _ minimum: Int) -> String {
        guard let precedence = op.precedence else {
            return "\(op.rawValue)(\(a.text(minimum: 0)), \(b.text(minimum: 0)))"
        }
        let (left, right) = op == .power ? (8, 7) : (precedence, precedence + 1)
        return bracketed("\(a.text(minimum: left)) \(op.rawValue) \(b.text(minimum: right))", precedence < minimum)
    }

    private func bracketed(_ text: String, _ needed: Bool) -> String { needed ? "(\(text))" : text }

    private static func shown(_ value: Double) -> String {
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    private static func quotedIfNeeded(_ name: String) -> String {
        let plain = name.utf8.enumerated().allSatisfy { i, byte in
            let letter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
            return letter || (i > 0 && ((0x30...0x39).contains(byte) || byte == 0x2E))
        }
        guard !plain || name.isEmpty else { return name }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
