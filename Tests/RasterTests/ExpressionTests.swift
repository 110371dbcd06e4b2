import Testing

@testable import Raster

struct ExpressionTests {
    /// Two columns of plain numbers, also as planes.
    static let a: [Double] = (0..<2500).map { 0.2 + Double($0 % 97) / 50 }
    static let b: [Double] = (0..<2500).map { 0.1 + Double(($0 * 31) % 89) / 40 }

    private func evaluate(_ text: String) throws -> [Double] {
        try Expression(parsing: text).evaluate(doubles: ["a": Self.a, "b": Self.b, "B8A": Self.a, "x.y_1": Self.b, "my band": Self.a])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let value: @Sendable (Double, Double) -> Double
        var testDescription: String { text }
        init(_ text: String, _ value: @escaping @Sendable (Double, Double) -> Double) { (self.text, self.value) = (text, value) }
    }

    @Test(arguments: [
        Case("(a-b)/(a+b)") { ($0 - $1) / ($0 + $1) },
        Case("(a - b) / (b + a)") { ($0 - $1) / ($1 + $0) },
        Case("(B8A - x.y_1) / (B8A + x.y_1)") { ($0 - $1) / ($0 + $1) },
        Case("2.5*(a-b)/(a+6*b-7.5*0.04+1)") { 2.5 * ($0 - $1) / ($0 + 6 * $1 - 0.3 + 1) },
        Case("a - b - 1") { $0 - $1 - 1 },
        Case("a - (b - 1)") { $0 - ($1 - 1) },
        Case("a / b / 2") { $0 / $1 / 2 },
        Case("-a ** 2") { a, _ in -(a * a) },
        Case("(-a) ** 2") { a, _ in a * a },
        Case("2 ** 3 ** 2 + 0*a") { _, _ in 512 },
        Case("a ** -2") { a, _ in 1 / (a * a) },
        Case("a ** 3 - a**4") { a, _ in a * a * a - a * a * a * a },
        Case("a ** 0.5 - sqrt(a)") { _, _ in 0 },
        Case("a * -b") { -($0 * $1) },
        Case("\"my band\" + 1e-1") { a, _ in a + 0.1 },
        Case("where(a > b, a, b) - max(a, b)") { _, _ in 0 },
        Case("where(a <= b && !(a < 0.5), 1, 0)") { $0 <= $1 && !($0 < 0.5) ? 1 : 0 },
        Case("(a == b) + (a != b) * 2 + (a >= b) * 4") { ($0 == $1 ? 1 : 2) + ($0 >= $1 ? 4 : 0) },
        Case("(a > 1) | (b > 1)") { $0 > 1 || $1 > 1 ? 1 : 0 },
        Case("min(a, b, 0.5)") { Swift.min($0, $1, 0.5) },
        Case("clamp(a, 0.4, 0.9)") { a, _ in Swift.min(Swift.max(a, 0.4), 0.9) },
        Case("abs(a - b) + floor(a) + round(b)") { Swift.abs($0 - $1) + $0.rounded(.down) + $1.rounded() },
        Case("exp(log(a)) / 10 ** log10(b)") { $0 / $1 },
        Case("pow(a, 2) - a * a") { _, _ in 0 },
        Case("1 - 2 * 3 + 4 / 2 + 0 * a") { _, _ in -3 },
    ])
    func agreesWithTheClosedForm(_ test: Case) throws {
        let result = try evaluate(test.text)
        #expect(result.count == Self.a.count)
        for i in result.indices {
            let wanted = test.value(Self.a[i], Self.b[i])
            #expect(abs(result[i] - wanted) <= 1e-12 * max(1, abs(wanted)), "\(test.text) at \(i)")
        }
    }

    @Test func planesAgreeWithNumbers() throws {
        let expression = try Expression(parsing: "where(a > 1, (a-b)/(a+b), sqrt(a)*log(b+1))")
        let planes = [
            "a": try Plane(width: 50, height: 50, values: Self.a.map(Float.init)), "b": try Plane(width: 50, height: 50, values: Self.b.map(Float.init)),
        ]
        let single = try expression.evaluate(planes)
        let double = try expression.evaluate(doubles: ["a": Self.a, "b": Self.b])
        for i in double.indices where abs(Self.a[i] - 1) > 1e-6 { #expect(abs(Double(single.values[i]) - double[i]) < 2e-6) }
    }

    @Test func constantsBeyondFloatStayNumbers() throws {
        let result = try Expression(parsing: "where(a < 1e300, a, 0)").evaluate(["a": Plane(width: 3, height: 1, repeating: 5)])
        #expect(result.values == [5, 5, 5])
    }

    @Test func invalidIsNaNAndNeverInfinite() throws {
        let zero = ["x": [0.0, 1, .nan, -1, .infinity], "y": [0.0, 0, 1, 1, 1]]
        func values(_ text: String) throws -> [Double] { try Expression(parsing: text).evaluate(doubles: zero) }
        for text in [
            "x / y", "1/(x - x)", "log(0 * y)", "(x - y) / (x + y - x - y)", "y ** -1 * x", "exp(1000 + 0 * y)", "1e308 * 10 * (y + 1)", "0 ** (x - 2)",
        ] {
            #expect(try values(text).allSatisfy { !$0.isInfinite }, "\(text)")
        }
        #expect(try values("x / y")[0].isNaN)
        #expect(try values("x / y")[1].isNaN)
        #expect(try values("sqrt(x)")[3].isNaN)
        // No value in, no value out: a comparison with nothing is not false, and the smaller of nothing and 1 is not 1.
        for text in ["x > 0", "x == x", "min(x, y)", "min(y, x)", "max(x, y)", "max(y, x)", "where(x, 1, 2)", "!x", "x && y", "x || y", "x ** 0"] {
            #expect(try values(text)[2].isNaN, "\(text)")
        }
        // The branch that is not taken does not matter.
        #expect(try values("where(y == 1, 7, x)")[2] == 7)
        #expect(try values("1/0 + 0 * y").allSatisfy(\.isNaN))
    }

    @Test(arguments: [
        ("", 0), ("a +", 3), ("a b", 2), ("(a", 2), ("a)", 1), ("a $ b", 2), ("foo(a)", 0), ("1 + min(a)", 4), ("where(a, b)", 0),
        ("3x", 1), ("1.2.3", 3), ("\"abc", 0), ("\"\"", 0), ("a ^ 2", 2), ("a = b", 2), ("1e999", 0), ("a ** * b", 5), ("ü", 0), ("min()", 0), (",", 0),
    ])
    func errorsNameTheByte(_ text: String, _ offset: Int) {
        do {
            _ = try Expression(parsing: text)
            Issue.record("'\(text)' was taken")
        } catch {
            #expect(error.code == .invalidExpression)
            #expect(error.offset == offset, "\(text): \(error)")
        }
    }

    @Test func limitsHold() {
        #expect(throws: RasterError.self) { try Expression(parsing: String(repeating: "(", count: 3000)) }
        #expect(throws: RasterError.self) { try Expression(parsing: String(repeating: "-", count: 3000) + "a") }
        #expect(throws: RasterError.self) { try Expression(parsing: "a" + String(repeating: "+a", count: 600)) }
        #expect(throws: RasterError.self) { try Expression(parsing: String(repeating: " ", count: 5000) + "a") }
        #expect(throws: Never.self) { try Expression(parsing: "a" + String(repeating: "+a", count: 500)) }
    }

    @Test func missingAndUnequalInputsAreErrors() throws {
        let expression = try Expression(parsing: "a + b")
        #expect { try expression.evaluate(["a": Plane(width: 2, height: 2)]) } throws: { ($0 as? RasterError)?.code == .missingVariable }
        #expect { try expression.evaluate(["a": Plane(width: 2, height: 2), "b": Plane(width: 2, height: 3)]) } throws: {
            ($0 as? RasterError)?.code == .sizeMismatch
        }
        #expect(throws: RasterError.self) { try Expression(parsing: "1 + 1").evaluate([:]) }
        #expect(try Expression(parsing: "1 + 1").evaluate(doubles: [:]) == [2])
    }

    @Test func variablesAreListedOnceInOrderAndCanBeRenamed() throws {
        let expression = try Expression(parsing: "(nir - red) / (nir + red)")
        #expect(expression.variables == ["nir", "red"])
        let renamed = expression.renamingVariables(["nir": "B08", "red": "my \"red\""])
        #expect(renamed.variables == ["B08", "my \"red\""])
        #expect(renamed.description == "(B08 - \"my \"\"red\"\"\") / (B08 + \"my \"\"red\"\"\")")
        #expect(try Expression(parsing: renamed.description) == renamed)
    }

    /// A text out of random pieces either parses to something that prints and parses back to itself, or is an error: never a crash.
    @Test func randomTextsParseOrFail() {
        let pieces = [
            "a", "b1", "\"q r\"", "1", "2.5e-3", "(", ")", ",", "+", "-", "*", "/", "**", "<", ">=", "==", "!", "&&", "|", "where(", "min(", "sqrt(", "clamp(",
            " ", "é", "\"", ".", "0x", "\u{0}",
        ]
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ n: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % n
        }
        var parsed = 0
        for _ in 0..<20_000 {
            let text = (0..<(1 + next(12))).map { _ in pieces[next(pieces.count)] }.joined()
            guard let expression = try? Expression(parsing: text) else { continue }
            parsed += 1
            #expect((try? Expression(parsing: expression.description)) == expression, "\(text) → \(expression.description)")
            var columns: [String: [Double]] = [:]
            for name in expression.variables { columns[name] = [0, 1, -2.5, .nan] }
            let result = try? expression.evaluate(doubles: columns)
            #expect(result?.allSatisfy { !$0.isInfinite } == true, "\(text)")
        }
        #expect(parsed > 300)
    }
}
