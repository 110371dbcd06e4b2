import Core

/// Reads members of a stored description and names the one that is missing or of the wrong kind.
struct DescriptionReader {
    let json: JSON
    private let path: String

    init(_ json: JSON, path: String = "") {
        self.json = json
        self.path = path
    }

    func failure(_ rule: String) -> CubeError {
        CubeError(.invalidDescription, "the stored description of the cube at '\(path)': \(rule)")
    }

    private func require<T>(_ key: String, _ kind: String, _ value: T?) throws(CubeError) -> T {
        guard let value else { throw failure("'\(key)' is \(kind)") }
        return value
    }

    func child(_ key: String) throws(CubeError) -> DescriptionReader {
        DescriptionReader(try require(key, "present", json[key]), path: path + "/" + key)
    }

    func optionalChild(_ key: String) -> DescriptionReader? {
        guard let value = json[key], !value.isNull else { return nil }
        return DescriptionReader(value, path: path + "/" + key)
    }

    func array(_ key: String) throws(CubeError) -> [DescriptionReader] {
        try require(key, "an array", json[key]?.arrayValue).enumerated().map { DescriptionReader($1, path: "\(path)/\(key)/\($0)") }
    }

    func optionalArray(_ key: String) throws(CubeError) -> [DescriptionReader]? {
        optionalChild(key) == nil ? nil : try array(key)
    }

    func object(_ key: String) throws(CubeError) -> JSONObject { try require(key, "an object", json[key]?.objectValue) }
    func string(_ key: String) throws(CubeError) -> String { try require(key, "a string", json[key]?.stringValue) }
    func int(_ key: String) throws(CubeError) -> Int { try require(key, "an integer", json[key]?.intValue) }
    func double(_ key: String) throws(CubeError) -> Double { try require(key, "a number", json[key]?.doubleValue) }
    func bool(_ key: String) throws(CubeError) -> Bool { try require(key, "true or false", json[key]?.boolValue) }
    func optionalString(_ key: String) -> String? { json[key]?.stringValue }
    func optionalInt(_ key: String) -> Int? { json[key]?.intValue }
    func optionalDouble(_ key: String) -> Double? { json[key]?.doubleValue }

    func int() throws(CubeError) -> Int { try require("value", "an integer", json.intValue) }
    func text() throws(CubeError) -> String { try require("value", "a string", json.stringValue) }
    func numbers() throws(CubeError) -> [Double] { try require("value", "an array of numbers", json.numbers) }

    func integer() throws(CubeError) -> Int64 { Int64(try int()) }

    func range() throws(CubeError) -> ClosedRange<Double> {
        let pair = try numbers()
        guard pair.count == 2, pair[0] <= pair[1] else { throw failure("a range has two numbers in order") }
        return pair[0]...pair[1]
    }
}
