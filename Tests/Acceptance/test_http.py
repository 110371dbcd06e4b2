"""What holds for every route: described, CORS, HEAD, OPTIONS, negotiation, ETags, unknown parameters."""
import pytest
from openapi_spec_validator import validate

from support.openapi import Routes
from support.problems import assert_problem


@pytest.fixture(scope="module")
def routes(server, utm, fields_collection):
    return Routes(server, utm, fields_collection)


def each_get(routes):
    """(template, url, answer) of every GET route that can be asked."""
    for template in routes.gets():
        url = routes.url(template)
        yield template, url, routes.server.get(url, routes.query(template), token=True)


def failures(results):
    text = "\n".join(results)
    assert not text, "\n" + text


# ---- the description ----

def test_the_openapi_document_is_valid(server):
    answer = server.get("/api")
    assert answer.headers["Content-Type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    validate(answer.json())


def test_the_openapi_document_lists_the_routes_of_the_issue(routes):
    paths = " ".join(routes.document["paths"])
    for part in ("/conformance", "/health", "/search", "/items/{", "/capabilities", "/aggregate/time-series", "/tilejson.json", "/styles", "/uploads", "/zarr/"):
        assert part in paths, part


def test_the_server_of_the_document_is_its_surface(server):
    assert server.json("/api/v2/api")["servers"][0]["url"].rstrip("/") == server.base_url + "/api/v2"
    assert server.json("/api")["servers"][0]["url"].rstrip("/") == server.base_url


def test_every_get_route_answers(routes):
    failures(f"{url}: {answer.status_code} {answer.text[:200]}" for _, url, answer in each_get(routes) if answer.status_code != 200)


def test_every_answer_has_a_described_status_and_type(routes):
    bad = []
    for template, url, answer in each_get(routes):
        described = routes.document["paths"][template]["get"]["responses"]
        if str(answer.status_code) not in described:
            bad.append(f"{url}: {answer.status_code} is not described")
            continue
        types = [t.split(";")[0] for t in described[str(answer.status_code)].get("content", {})]
        got = answer.headers.get("Content-Type", "").split(";")[0]
        if types and got not in types and "*/*" not in types:
            bad.append(f"{url}: {got} is not one of {types}")
    failures(bad)


def test_swagger_ui_is_served_from_here(server):
    page = server.get("/api.html")
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert "https://" not in page.text.replace("https://www.apache.org", "")


# ---- methods and CORS ----

def test_head_gives_the_headers_of_get(routes):
    bad = []
    for template, url, answer in each_get(routes):
        head = routes.server.request("HEAD", url, params=routes.query(template), token=True)
        if head.status_code != answer.status_code or head.content:
            bad.append(f"{url}: HEAD {head.status_code}, GET {answer.status_code}, body {len(head.content)}")
        elif head.headers.get("Content-Type") != answer.headers.get("Content-Type"):
            bad.append(f"{url}: HEAD says {head.headers.get('Content-Type')}, GET {answer.headers.get('Content-Type')}")
    failures(bad)


def test_every_route_allows_other_origins(routes):
    failures(
        f"{url}: Access-Control-Allow-Origin is {answer.headers.get('Access-Control-Allow-Origin')}"
        for _, url, answer in each_get(routes) if answer.headers.get("Access-Control-Allow-Origin") not in ("*", "https://elsewhere.example"))


def test_options_tells_the_methods(routes):
    bad = []
    for template in routes.document["paths"]:
        answer = routes.server.request("OPTIONS", routes.url(template), headers={
            "Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,content-type"})
        methods = {m.strip().lower() for m in answer.headers.get("Access-Control-Allow-Methods", "").split(",")}
        wanted = {m for m in routes.document["paths"][template] if m in ("get", "post", "put", "delete", "patch")}
        headers = answer.headers.get("Access-Control-Allow-Headers", "").lower()
        if answer.status_code not in (200, 204) or not wanted <= methods or not ("authorization" in headers or headers == "*"):
            bad.append(f"{template}: {answer.status_code} methods {methods} (wanted {wanted}) headers {headers}")
    failures(bad)


def test_errors_too_allow_other_origins(server):
    assert server.get("/collections/nobody", headers={"Origin": "https://elsewhere.example"}).headers["Access-Control-Allow-Origin"]


def test_a_wrong_method_names_the_right_ones(server):
    answer = server.request("DELETE", "/conformance", token=True)
    assert_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


# ---- negotiation ----

def test_f_beats_accept(server):
    assert server.get("/", {"f": "json"}, headers={"Accept": "text/html"}).headers["Content-Type"].startswith("application/json")
    assert server.get("/", {"f": "html"}, headers={"Accept": "application/json"}).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", "/collections/{id}", "/collections/{id}/items"])
def test_browsers_get_html_and_others_json(server, ndvi_collection, path):
    path = path.format(id=ndvi_collection)
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    assert server.get(path, headers={"Accept": browser}).headers["Content-Type"].startswith("text/html")
    assert "json" in server.get(path, headers={"Accept": "*/*"}).headers["Content-Type"]
    assert "json" in server.get(path, headers={"Accept": "application/json"}).headers["Content-Type"]


def test_an_unknown_format_is_named(server):
    assert_problem(server.get("/collections", {"f": "docx"}), (400, 406), "docx")


def test_an_accept_that_cannot_be_met(server):
    assert server.get("/conformance", headers={"Accept": "application/pdf"}).status_code == 406


def test_items_are_geojson(server, fields_collection):
    assert server.get(f"/collections/{fields_collection}/items").headers["Content-Type"].startswith("application/geo+json")
    assert server.get("/search").headers["Content-Type"].startswith("application/geo+json")


# ---- caching ----

@pytest.mark.parametrize("path", ["/collections/{id}", "/collections/{id}/capabilities", "/collections/{id}/tiles/WebMercatorQuad/14/5511/8434?layers=NDVI",
                                  "/collections/{id}/tiles/WebMercatorQuad/tilejson.json", "/collections/{id}/styles/default"])
def test_etag_and_304(server, ndvi_collection, path):
    path = path.format(id=ndvi_collection)
    first = server.get(path)
    again = server.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content and again.headers["ETag"] == first.headers["ETag"]
    assert server.get(path, headers={"If-None-Match": '"something-else"'}).status_code == 200
    assert server.get(path, headers={"If-None-Match": f'"a", {first.headers["ETag"]}'}).status_code == 304


def test_the_etag_changes_with_the_collection(server):
    def body(title):
        return {"id": "etag-test", "type": "Collection", "stac_version": "1.0.0", "title": title, "description": "d", "license": "other", "links": [],
                "extent": {"spatial": {"bbox": [[0, 0, 1, 1]]}, "temporal": {"interval": [[None, None]]}}}
    server.request("POST", "/collections", token=True, json=body("one"))
    before = server.get("/collections/etag-test").headers["ETag"]
    server.request("PUT", "/collections/etag-test", token=True, json=body("two"))
    after = server.get("/collections/etag-test", headers={"If-None-Match": before})
    assert after.status_code == 200 and after.headers["ETag"] != before
    server.request("DELETE", "/collections/etag-test", token=True)


# ---- parameters ----

def test_unknown_parameters_are_refused_by_name(routes):
    bad = []
    for template in routes.gets():
        answer = routes.server.get(routes.url(template), {**routes.query(template), "colour-of-the-sky": "blue"}, token=True)
        if answer.status_code != 400 or "colour-of-the-sky" not in answer.text:
            bad.append(f"{template}: {answer.status_code} {answer.text[:120]}")
    failures(bad)


def test_health_names_the_libraries(server):
    text = server.get("/health").text.lower()
    assert all(name in text for name in ("proj", "gdal", "sqlite"))


def test_public_url_is_in_every_link(tmp_path, made):
    from support.server import Server
    with Server(tmp_path / "data", "--public-url", "https://maps.example/chronotope") as behind:
        for link in behind.json("/api/v2/")["links"]:
            assert link["href"].startswith("https://maps.example/chronotope/api/v2"), link


PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "maps.example", "X-Forwarded-Prefix": "/geo"}


def test_a_trusted_proxy_is_believed(tmp_path):
    from support.server import Server
    with Server(tmp_path / "data", "--trusted-proxies", "127.0.0.1") as behind:
        for link in behind.json("/api/v2/", headers=PROXIED)["links"]:
            assert link["href"].startswith("https://maps.example/geo/api/v2"), link


def test_nobody_else_is_believed(server):
    assert "maps.example" not in server.get("/", headers={**PROXIED, "Forwarded": "host=maps.example;proto=https"}).text


# ---- connections ----

def test_a_refused_body_does_not_spoil_the_connection(server):
    """What is left of a body that nobody read must not be taken for the next request."""
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for path in ("/uploads", "/uploads/nobody/objects/a", "/no/such/path", "/collections?nonsense=1"):
        connection.request("PUT" if "objects" in path else "POST", path, body=b"GET /evil HTTP/1.1\r\n\r\n" * 20_000)
        answer = connection.getresponse()
        answer.read()
        assert 400 <= answer.status < 500, path
        connection.request("GET", "/conformance")
        answer = connection.getresponse()
        assert answer.status == 200 and b"conformsTo" in answer.read(), path
    connection.close()


def test_many_at_once_get_what_one_gets(server, utm, fields_collection):
    from concurrent.futures import ThreadPoolExecutor

    import requests
    paths = [f"/collections/{utm.id}/tiles/WebMercatorQuad/{z}/{5511 >> 14 - z}/{8434 >> 14 - z}?layers={layer}" for z in (10, 12, 14) for layer in ("NDVI", "RGB", "B08")]
    paths += [f"/collections/{utm.id}/aggregate/time-series?bbox=5.32,50.63,5.33,50.64&layers=NDVI&f=csv", f"/collections/{fields_collection}/tiles/WebMercatorQuad-Vector/13/2755/4217"]
    alone = {path: server.get(path).content for path in paths}
    with ThreadPoolExecutor(24) as pool:
        together = list(pool.map(lambda path: (path, requests.get(server.url(path), timeout=60).content), paths * 12))
    assert all(content == alone[path] for path, content in together)
