import Core
import Testing

@testable import Services

@Suite struct LinkBuilderTests {
    @Test(arguments: [
        ("http://a", "", "http://a/collections/x/items/a%2Fb%20c"), ("https://h/p/", "/api/v2", "https://h/p/api/v2/collections/x/items/a%2Fb%20c"),
    ])
    func encodesSegmentsOneByOne(root: String, surface: String, expected: String) throws {
        let links = LinkBuilder(root: root, surface: surface)
        #expect(links.collection(try CollectionID("x"), "items", "a/b c") == expected)
    }

    @Test func leavesOutAbsentParametersAndCarriesTheToken() {
        let links = LinkBuilder(root: "http://a", token: "s&t")
        #expect(links.url("search", query: [("bbox", "1,2"), ("limit", nil)]) == "http://a/search?bbox=1,2&token=s%26t")
    }

    @Test func tileTemplatesKeepTheirBraces() throws {
        let links = LinkBuilder(root: "http://a", surface: "/api/v2")
        let url = links.tileTemplate(try CollectionID("x"), tileset: "WebMercatorQuad", query: [("datetime", "2021-01-01T00:00:00Z")])
        #expect(url == "http://a/api/v2/collections/x/tiles/WebMercatorQuad/{z}/{y}/{x}?datetime=2021-01-01T00:00:00Z")
    }

    @Test func rootEndsWithASlash() {
        #expect(LinkBuilder(root: "http://a").url() == "http://a/")
        #expect(LinkBuilder(root: "http://a", surface: "/api/v2").url() == "http://a/api/v2/")
    }
}
