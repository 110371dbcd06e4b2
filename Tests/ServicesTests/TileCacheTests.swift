import Core
import Testing

@testable import Services

@Suite struct TileCacheTests {
    private func key(_ name: String, version: Int64 = 1) throws -> TileCache.Key {
        TileCache.Key(collection: try CollectionID("c"), version: version, request: name)
    }

    @Test func makesEachTileOnce() throws {
        let cache = TileCache(byteLimit: 1000)
        #expect(cache.value(try key("a")) { [1] } == [1])
        #expect(cache.value(try key("a")) { [2] } == [1])
    }

    @Test func aNewVersionIsANewTile() throws {
        let cache = TileCache(byteLimit: 1000)
        _ = cache.value(try key("a")) { [1] }
        #expect(cache.value(try key("a", version: 2)) { [2] } == [2])
    }

    @Test func staysWithinItsBytesAndKeepsWhatIsUsed() throws {
        let cache = TileCache(byteLimit: 1000)
        for i in 0..<50 {
            _ = cache.value(try key("\(i)")) { [UInt8](repeating: 0, count: 100) }
            _ = cache.value(try key("hot")) { [7] }
        }
        #expect(cache.value(try key("hot")) { [8] } == [7])
        #expect(cache.value(try key("0")) { [9] } == [9])
    }

    @Test func canBeOff() throws {
        let cache = TileCache(byteLimit: 0)
        _ = cache.value(try key("a")) { [1] }
        #expect(cache.value(try key("a")) { [2] } == [2])
    }
}
