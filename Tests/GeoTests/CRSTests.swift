import Core
import Testing

@testable import Geo

@Suite struct CRSTests {
    @Test func knowsWebMercator() throws {
        #expect(CRS.webMercator.code == "EPSG:3857")
    }
}
