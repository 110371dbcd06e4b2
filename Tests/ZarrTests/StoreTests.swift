import Testing

@testable import Zarr

@Suite struct StoreKeyTests {
    @Test(arguments: ["", "/a", "a//b", "a/", "../a", "a/../b", ".", "a\\b", "a\u{0}b", ".zarr-partial-1"])
    func refusesKeysThatLeaveTheStore(_ key: String) {
        #expect(throws: ZarrError.self) { try StoreKey.validate(key) }
    }
}
