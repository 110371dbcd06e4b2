/// A JSON value (RFC 8259). Object members keep their order; integers stay integers.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    public var isNull: Bool { self == .null }
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// An integer, also one written as `3.0`.
    public var intValue: Int? {
        switch self {
        case .int(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// A number as Float64.
    public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The member of an object; nil for every other value.
    public subscript(_ key: String) -> JSON? { objectValue?[key] }
    /// The element of an array; nil outside it and for every other value.
    public subscript(_ index: Int) -> JSON? {
        guard let array = arrayValue, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// Numbers of an array of numbers; nil if any element is not one.
    public var numbers: [Double]? {
        guard let array = arrayValue else { return nil }
        var numbers: [Double] = []
        numbers.reserveCapacity(array.count)
        for element in array {
            guard let number = element.doubleValue else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
    public init(nilLiteral: ()) { self = .null }

    public init(_ value: String?) { self = value.map(JSON.string) ?? .null }
    public init(_ value: Bool) { self = .bool(value) }
    public init(_ value: Int) { self = .int(Int64(value)) }
    /// Numbers that JSON cannot write (NaN, infinities) become null; whole ones up to 2^53 are written without a fraction.
    public init(_ value: Double?) {
        guard let value, value.isFinite else { self = .null; return }
        self = .double(value)
    }
    public init(_ values: [Double]) { self = .array(values.map { JSON($0) }) }
    public init(_ values: [String]) { self = .array(values.map(JSON.string)) }
    public init(_ members: [(String, JSON)]) { self = .object(JSONObject(members)) }
}
