import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPAPI
@testable import Services

@Suite struct RoutingTests {
    private func route(_ path: String, _ method: HTTPRequest.Method = .get) -> Route {
        Route(method: method, path: path, operationID: path, summary: "", tag: .server, responses: []) { _ in Response(status: .ok) }
    }

    private func match(_ paths: [String], _ segments: [String]) -> (path: String, captures: [String: String])? {
        let table = RouteTable(paths.map { route($0) })
        return table.match(segments).flatMap { match in match.methods[.get].map { (table.routes[$0].path, match.captures) } }
    }

    private let paths = [
        "/", "/collections", "/collections/{id}", "/collections/{id}/items/{item}", "/collections/{id}/tiles/{set}/tilejson.json",
        "/collections/{id}/tiles/{set}/{z}/{y}/{x}", "/collections/{id}/zarr/{key+}",
    ]

    @Test(arguments: [
        ([], "/"), (["collections"], "/collections"), (["collections", "a"], "/collections/{id}"),
        (["collections", "a", "items", "x/y"], "/collections/{id}/items/{item}"),
        (["collections", "a", "tiles", "W", "tilejson.json"], "/collections/{id}/tiles/{set}/tilejson.json"),
        (["collections", "a", "tiles", "W", "1", "2", "3"], "/collections/{id}/tiles/{set}/{z}/{y}/{x}"),
        (["collections", "a", "zarr", "B02", "c", "0"], "/collections/{id}/zarr/{key+}"),
    ])
    func findsTheRoute(segments: [String], path: String) { #expect(match(paths, segments)?.path == path) }

    @Test(arguments: [
        ["x"], ["collections", "a", "items"], ["collections", "a", "tiles", "W", "1", "2"], ["collections", "a", "zarr"], ["collections", "a", "b"],
    ])
    func findsNothing(segments: [String]) { #expect(match(paths, segments) == nil) }

    @Test func captures() { #expect(match(paths, ["collections", "a", "zarr", "B02", "c", "0"])?.captures == ["id": "a", "key": "B02/c/0"]) }

    @Test(arguments: [
        ("/collections", "", ["collections"]), ("/api/v2/collections/", "/api/v2", ["collections"]), ("/api/v2", "/api/v2", []), ("/api", "", ["api"]),
        ("/api/v22", "", ["api", "v22"]), ("/a%2Fb?x", "", ["a/b"]),
    ])
    func takesTheSurfaceOff(target: String, surface: String, segments: [String]) throws {
        let found = try Target(target).surfaceAndSegments()
        #expect(found.0 == surface && found.1 == segments)
    }

    @Test(arguments: ["/%", "/%zz", "/%ff", "/%00"])
    func refusesBadEscapes(target: String) {
        #expect(throws: ServiceError.self) { try Target(target).surfaceAndSegments() }
    }

    @Test func readsQueries() throws {
        let query = try QueryParameters("a=1&b=x+y%20z&c&a=2&d=")
        #expect(query["a"] == "2" && query["b"] == "x y z" && query["c"] == nil && query.has("c") && query["d"] == nil)
    }

    @Test(arguments: [
        ("*/*", "application/json", 1.0), ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html", 1.0),
        ("text/html,*/*;q=0.8", "application/json", 0.8),
        ("application/json", "application/geo+json", 1.0), ("image/*", "application/json", 0.0), ("application/json;q=0", "application/json", 0.0),
    ])
    func weighsAccept(header: String, type: String, quality: Double) { #expect(AcceptRange.quality(of: type, in: AcceptRange.parse(header)) == quality) }

    @Test func escapesHTML() {
        var page = HTMLWriter()
        page.text("<script>\"'&")
        page.link("x", "javascript:alert(1)")
        #expect(page.html == "&lt;script&gt;&quot;&#39;&amp;x")
    }
}
