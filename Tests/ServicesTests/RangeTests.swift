import Testing

@testable import Services

@Suite struct RangeTests {
    @Test(arguments: [
        ("bytes=0-9", 0, 10), ("bytes=5-", 5, 100), ("bytes=-10", 90, 100), ("bytes=-1000", 0, 100), ("bytes=90-500", 90, 100), ("bytes=99-99", 99, 100),
    ])
    func reads(header: String, first: Int, end: Int) throws { #expect(try ZarrObjects.range(header, size: 100) == first..<end) }

    @Test(arguments: ["items=0-9", "bytes=0-1,5-6", "bytes=a-b", "bytes=9-5", "bytes=", "bytes=-"])
    func ignores(header: String) throws { #expect(try ZarrObjects.range(header, size: 100) == nil) }

    @Test(arguments: ["bytes=100-", "bytes=200-300", "bytes=-0"])
    func refuses(header: String) {
        #expect(throws: ServiceError.self) { try ZarrObjects.range(header, size: 100) }
    }
}
