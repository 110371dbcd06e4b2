#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Float and Double: the two types that expressions run in.
protocol ExpressionScalar: BinaryFloatingPoint, Sendable {
    static func logarithm(_ x: Self) -> Self
    static func logarithm10(_ x: Self) -> Self
    static func exponential(_ x: Self) -> Self
    static func power(_ x: Self, _ y: Self) -> Self
}

extension Float: ExpressionScalar {
    @inline(__always) static func logarithm(_ x: Float) -> Float { logf(x) }
    @inline(__always) static func logarithm10(_ x: Float) -> Float { log10f(x) }
    @inline(__always) static func exponential(_ x: Float) -> Float { expf(x) }
    @inline(__always) static func power(_ x: Float, _ y: Float) -> Float { powf(x, y) }
}

extension Double: ExpressionScalar {
    @inline(__always) static func logarithm(_ x: Double) -> Double { log(x) }
    @inline(__always) static func logarithm10(_ x: Double) -> Double { log10(x) }
    @inline(__always) static func exponential(_ x: Double) -> Double { exp(x) }
    @inline(__always) static func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
}

/// What each operation means for one value. The loops over blocks use the same functions, so that a folded constant and a
/// computed pixel cannot differ.
///
/// NaN is "no value": every operation passes it on, a comparison too (it is not false). Infinities never leave an operation
/// that can make one out of finite numbers by a pole (division, logarithm, power).
enum ScalarMath {
    /// NaN for infinities and NaN, else x: x − x is 0 exactly for finite x. No branch, so loops stay vectorised.
    @inline(__always) static func finite<T: ExpressionScalar>(_ x: T) -> T { x + (x - x) }

    @inline(__always) static func divide<T: ExpressionScalar>(_ a: T, _ b: T) -> T { finite(a / b) }

    @inline(__always) static func truth<T: ExpressionScalar>(_ flag: Bool, _ a: T, _ b: T) -> T {
        // (a − a) is NaN where a is, and 0 otherwise.
        (flag ? 1 : 0) + ((a - a) + (b - b))
    }

    @inline(__always) static func minimum<T: ExpressionScalar>(_ a: T, _ b: T) -> T { a < b ? a : (b + (a - a)) }
    @inline(__always) static func maximum<T: ExpressionScalar>(_ a: T, _ b: T) -> T { a > b ? a : (b + (a - a)) }

    @inline(__always) static func select<T: ExpressionScalar>(_ condition: T, _ a: T, _ b: T) -> T {
        (condition != 0 ? a : b) + (condition - condition)
    }

    static func apply<T: ExpressionScalar>(_ op: UnaryOperation, _ x: T) -> T {
        switch op {
        case .negate: -x
        case .not: truth(x == 0, x, x)
        case .abs: Swift.abs(x)
        case .sqrt: x.squareRoot()
        case .log: finite(T.logarithm(x))
        case .log10: finite(T.logarithm10(x))
        case .exp: finite(T.exponential(x))
        case .floor: x.rounded(.down)
        case .round: x.rounded()
        }
    }

    static func apply<T: ExpressionScalar>(_ op: BinaryOperation, _ a: T, _ b: T) -> T {
        switch op {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: divide(a, b)
        case .power: finite(T.power(a, b)) + ((a - a) + (b - b))
        case .less: truth(a < b, a, b)
        case .lessOrEqual: truth(a <= b, a, b)
        case .greater: truth(a > b, a, b)
        case .greaterOrEqual: truth(a >= b, a, b)
        case .equal: truth(a == b, a, b)
        case .notEqual: truth(a != b, a, b)
        case .and: truth(a != 0 && b != 0, a, b)
        case .or: truth(a != 0 || b != 0, a, b)
        case .minimum: minimum(a, b)
        case .maximum: maximum(a, b)
        case .normalizedDifference: divide(a - b, a + b)
        }
    }
}
