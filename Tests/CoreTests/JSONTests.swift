import Testing

@testable import Core

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "[]", "{}", "[1,2.5,-3,1e-07]", "{\"a\":{\"b\":[\"x\",null]},\"c\":false}", "\"é\\n\\\"\\\\\"", "9223372036854775807",
    ])
    func writesWhatItRead(text: String) throws {
        let value = try JSONParser.parse(text)
        #expect(try JSONParser.parse(value.text) == value)
        #expect(value.text == text)
    }

    @Test func readsEscapes() throws {
        #expect(try JSONParser.parse("\"\\u00e9\\ud83d\\ude00\\/\\t\"") == .string("é😀/\t"))
        #expect(try JSONParser.parse("\"\\ud83dx\"") == .string("\u{FFFD}x"))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "01", "1.", "-", "tru", "\"", "\"\u{1}\"", "1 2", "nan", "[1 2]", "\"\\x\"", "1e999", "\u{FEFF}1",
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: CoreError.self) { try JSONParser.parse(text) }
    }

    @Test func refusesInvalidUTF8() {
        #expect(throws: CoreError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func limitsDepth() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONParser.parse(deep)
        #expect(throws: CoreError.self) { try JSONParser.parse("[" + deep + "]") }
        #expect(throws: CoreError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func lastOfRepeatedMembersCounts() throws {
        let many = "{" + (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",") + "}"
        let value = try JSONParser.parse(many)
        #expect(value.objectValue?.count == 20)
        #expect(value["k7"] == .int(27))
    }
}
