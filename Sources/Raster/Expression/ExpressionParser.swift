/// Recursive descent over the tokens; precedence climbing for the binary operators.
///
/// Nothing here grows without end: the text, the depth and the number of operations are limited, so that no expression from
/// outside can exhaust the stack or a core.
struct ExpressionParser {
    static let maximumLength = 4096
    static let maximumDepth = 64
    static let maximumOperations = 512

    private let tokens: [ExpressionToken]
    private var at = 0
    private var depth = 0
    private var operations = 0

    private init(_ tokens: [ExpressionToken]) { self.tokens = tokens }

    static func parse(_ text: String) throws(RasterError) -> ExpressionNode {
        guard text.utf8.count <= maximumLength else {
            throw RasterError(.invalidExpression, "an expression has at most \(maximumLength) bytes", offset: maximumLength)
        }
        var parser = ExpressionParser(try ExpressionLexer.tokens(of: text))
        let node = try parser.expression(minimum: 0)
        guard parser.token.kind == .end else { throw parser.unexpected("an operator or the end") }
        return node
    }

    private var token: ExpressionToken { tokens[min(at, tokens.count - 1)] }

    private func unexpected(_ wanted: String) -> RasterError {
        let found =
            switch token.kind {
            case .number: "a number"
            case .name: "a name"
            case .symbol(let symbol): "'\(symbol)'"
            case .end: "the end"
            }
        return RasterError(.invalidExpression, "expected \(wanted), found \(found)", offset: token.offset)
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        at += 1
        return true
    }

    private mutating func require(_ symbol: String) throws(RasterError) {
        guard take(symbol) else { throw unexpected("'\(symbol)'") }
    }

    private mutating func count() throws(RasterError) {
        operations += 1
        guard operations <= ExpressionParser.maximumOperations else {
            throw RasterError(.invalidExpression, "an expression has at most \(ExpressionParser.maximumOperations) operations", offset: token.offset)
        }
    }

    private mutating func descend() throws(RasterError) {
        depth += 1
        guard depth <= ExpressionParser.maximumDepth else {
            throw RasterError(.invalidExpression, "an expression nests at most \(ExpressionParser.maximumDepth) deep", offset: token.offset)
        }
    }

    private mutating func expression(minimum: Int) throws(RasterError) -> ExpressionNode {
        try descend()
        defer { depth -= 1 }
        var left = try prefix()
        while case .symbol(let symbol) = token.kind, let op = BinaryOperation(rawValue: symbol),
            let precedence = op.precedence, precedence >= minimum
        {
            at += 1
            try count()
            // ** groups to the right, all others to the left.
            let right = try expression(minimum: op == .power ? precedence : precedence + 1)
            left = ExpressionNode.folded(op, left, right)
        }
        return left
    }

    /// Unary minus binds weaker than ** and tighter than * (as in Python: -a**2 is -(a**2)).
    private mutating func prefix() throws(RasterError) -> ExpressionNode {
        if take("-") {
            try count()
            return ExpressionNode.folded(.negate, try expression(minimum: 6))
        }
        if take("+") { return try expression(minimum: 6) }
        if take("!") {
            try count()
            return ExpressionNode.folded(.not, try expression(minimum: 6))
        }
        return try primary()
    }

    private mutating func primary() throws(RasterError) -> ExpressionNode {
        let start = token
        switch start.kind {
        case .number(let value):
            at += 1
            return .number(value)
        case .name(let name, let quoted):
            at += 1
            guard !quoted, token.kind == .symbol("(") else { return .variable(name) }
            return try function(name, at: start.offset)
        case .symbol("("):
            at += 1
            let inner = try expression(minimum: 0)
            try require(")")
            return inner
        default:
            throw unexpected("a number, a band or '('")
        }
    }

    private mutating func arguments() throws(RasterError) -> [ExpressionNode] {
        try require("(")
        var list: [ExpressionNode] = []
        if take(")") { return list }
        repeat { list.append(try expression(minimum: 0)) } while take(",")
        try require(")")
        return list
    }

    private mutating func function(_ name: String, at offset: Int) throws(RasterError) -> ExpressionNode {
        let list = try arguments()
        try count()
        switch (name.lowercased(), list.count) {
        case ("where", 3): return ExpressionNode.folded(select: list[0], list[1], list[2])
        case ("clamp", 3):
            try count()
            return ExpressionNode.folded(.minimum, ExpressionNode.folded(.maximum, list[0], list[1]), list[2])
        case ("min", 2...), ("max", 2...):
            let op: BinaryOperation = name.lowercased() == "min" ? .minimum : .maximum
            for _ in 2..<list.count { try count() }
            return list.dropFirst().reduce(list[0]) { ExpressionNode.folded(op, $0, $1) }
        case ("pow", 2): return ExpressionNode.folded(.power, list[0], list[1])
        case ("abs", 1), ("sqrt", 1), ("log", 1), ("log10", 1), ("exp", 1), ("floor", 1), ("round", 1):
            guard let op = UnaryOperation(rawValue: name.lowercased()) else { break }
            return ExpressionNode.folded(op, list[0])
        default: break
        }
        throw RasterError(.invalidExpression, ExpressionParser.complaint(about: name, count: list.count), offset: offset)
    }

    private static func complaint(about name: String, count: Int) -> String {
        let wanted: [String: String] = [
            "where": "3 arguments", "clamp": "3 arguments", "min": "2 or more arguments", "max": "2 or more arguments",
            "pow": "2 arguments", "abs": "1 argument", "sqrt": "1 argument", "log": "1 argument", "log10": "1 argument",
            "exp": "1 argument", "floor": "1 argument", "round": "1 argument",
        ]
        if let wanted = wanted[name.lowercased()] { return "\(name) takes \(wanted), not \(count)" }
        let shown = String(name.prefix(40))
        return "there is no function '\(shown)' (known: \(wanted.keys.sorted().joined(separator: ", ")))"
    }
}
