"""Every kind of bad input gets a 4xx that names parameter, value and rule, and leaves the server well."""
import pytest
import requests

from support import raw, tiles
from support.problems import assert_problem

pytestmark = pytest.mark.usefixtures("the_server_stays_well")


# ---- things that are not there ----

@pytest.mark.parametrize("path, words", [
    ("/collections/nobody", ["collection", "nobody"]),
    ("/collections/nobody/items", ["collection", "nobody"]),
    ("/collections/nobody/capabilities", ["nobody"]),
    ("/collections/nobody/tiles/WebMercatorQuad/0/0/0", ["nobody"]),
    ("/collections/nobody/aggregate/time-series?bbox=0,0,1,1", ["nobody"]),
    ("/collections/made-utm31n/items/no-such-item", ["item", "no-such-item"]),
    ("/collections/made-utm31n/tiles/NoSuchQuad/0/0/0", ["NoSuchQuad"]),
    ("/collections/made-utm31n/tiles/NoSuchQuad", ["NoSuchQuad"]),
    ("/collections/made-utm31n/styles/gaudy", ["style", "gaudy"]),
    ("/tileMatrixSets/NoSuchQuad", ["NoSuchQuad"]),
    ("/no/such/path", ["/no/such/path"]),
    ("/assets/no-such-file.js", ["no-such-file.js"]),
])
@pytest.mark.parametrize("surface", ["", "/api/v2"])
def test_unknown_resources(server, ndvi_collection, path, words, surface):
    assert_problem(server.get(surface + path), 404, *words)


@pytest.mark.parametrize("path", [
    "/tiles/WebMercatorQuad/5/0/0?layers=NDWEIRD", "/tiles/WebMercatorQuad/tilejson.json?layers=NDWEIRD", "/aggregate/time-series?bbox=5,50,6,51&layers=NDWEIRD",
    "/point/5.32,50.635?layers=NDWEIRD", "/legend?layers=NDWEIRD"])
def test_unknown_layers_are_named_with_those_there_are(server, ndvi_collection, path):
    assert_problem(server.get(f"/collections/{ndvi_collection}{path}"), (400, 404), "layers", "NDWEIRD", "NDVI")


def test_a_collection_that_does_not_exist_cannot_be_removed_or_replaced(server):
    assert_problem(server.request("DELETE", "/collections/nobody", token=True), 404, "nobody")
    assert_problem(server.request("PUT", "/collections/nobody", token=True, json={"id": "nobody", "type": "Collection"}), (400, 404, 422))


# ---- tiles ----

@pytest.mark.parametrize("address, words", [
    ("3/8/0", ["tileRow", "8"]), ("3/0/8", ["tileCol", "8"]), ("0/0/1", ["tileCol", "1"]), ("99/0/0", ["tileMatrix", "99"]), ("3/-1/0", ["tileRow", "-1"]),
    ("a/0/0", ["tileMatrix", "a"]), ("3/x/0", ["tileRow", "x"]), ("3/0/y", ["tileCol", "y"]), ("3/1.5/0", ["tileRow", "1.5"]),
    ("3/99999999999999999999/0", ["tileRow", "99999999999999999999"]), ("3/0/0.gif", ["gif"])])
@pytest.mark.parametrize("tileset", ["WebMercatorQuad", "WebMercatorQuad-Vector"])
def test_tiles_outside_the_matrix(server, ndvi_collection, fields_collection, address, words, tileset):
    id = fields_collection if "Vector" in tileset else ndvi_collection
    assert_problem(server.get(f"/collections/{id}/tiles/{tileset}/{address}"), (400, 404), *words)


@pytest.mark.parametrize("name, value", [
    ("rescale", "1"), ("rescale", "a,b"), ("rescale", "2,1"), ("rescale", "nan,1"), ("rescale", "1,1"), ("rescale", "0,inf"), ("rescale", "0,1,2"),
    ("colormap", "ultraviolet"), ("resampling", "magic"), ("f", "bmp"), ("datetime", "yesterday")])
def test_tile_parameters(server, utm, name, value):
    path = tiles.path(utm.id, tiles.covering_tile(utm))
    assert_problem(server.get(path, {"layers": "NDVI", name: value}), 400, name, value)


# ---- bbox, datetime, limit ----

QUERIES = ["/search", "/collections", "/collections/made-fields/items", "/collections/made-utm31n/items"]
BOXES = ["1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "nan,0,1,1", "0,NaN,1,1", "inf,0,1,1", "0,10,1,5", "a,b,c,d", "", ",,,", "[0,0,1,1]", "0,-91,1,0", "0,0,1,90.5",
         "-181,0,0,1", "0,0,200,1", "1e999,0,1,1", "0 0 1 1"]


@pytest.mark.parametrize("value", BOXES)
@pytest.mark.parametrize("path", [*QUERIES, "/collections/made-utm31n/aggregate/time-series"])
def test_boxes(server, ndvi_collection, fields_collection, path, value):
    assert_problem(server.get(path, {"bbox": value}), 400, "bbox", value)


def test_an_aggregation_needs_a_box(server, ndvi_collection):
    assert_problem(server.get(f"/collections/{ndvi_collection}/aggregate/time-series"), 400, "bbox")


TIMES = ["yesterday", "2021-02-30T00:00:00Z", "2021-13-01T00:00:00Z", "2021-01-01", "2021-01-01T00:00:00", "2021-01-01T00:00:00+0100", "2021-01-01T00:00:00,5Z", "../..", "/", "..",
         "2021-06-01T00:00:00Z/2021-01-01T00:00:00Z", "2021-01-01T00:00:00Z/2021-02-01T00:00:00Z/2021-03-01T00:00:00Z", "", "2021-01-01T25:00:00Z", "99999-01-01T00:00:00Z"]


@pytest.mark.parametrize("value", TIMES)
@pytest.mark.parametrize("path", [*QUERIES, "/collections/made-utm31n/tiles/WebMercatorQuad/0/0/0", "/collections/made-utm31n/point/5.32,50.635"])
def test_datetimes(server, ndvi_collection, fields_collection, path, value):
    assert_problem(server.get(path, {"datetime": value}), 400, "datetime", value)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "abc", "", "1e3", "0x10", "٣"])
@pytest.mark.parametrize("path", QUERIES)
def test_limits(server, ndvi_collection, fields_collection, path, value):
    assert_problem(server.get(path, {"limit": value}), 400, "limit", value)


@pytest.mark.parametrize("value", ["1000000", "9" * 40])
@pytest.mark.parametrize("path", QUERIES)
def test_a_large_limit_is_lowered(server, ndvi_collection, fields_collection, path, value):
    assert server.get(path, {"limit": value}).status_code == 200


@pytest.mark.parametrize("value", ["nonsense", "AAAA", "'; DROP TABLE items; --", "%00", "", "e30="])
@pytest.mark.parametrize("path", QUERIES)
def test_page_tokens(server, ndvi_collection, fields_collection, path, value):
    assert server.get(path, {"after": value}).status_code in (200, 400)


@pytest.mark.parametrize("value", ["181,0", "0,91", "5", "5,50,1", "nan,0", "a,b", ",", "inf,0"])
def test_points(server, ndvi_collection, value):
    assert_problem(server.get(f"/collections/{ndvi_collection}/point/{value}"), 400, value)


# ---- bodies ----

BODIES = {
    "not JSON": b"this is not JSON", "cut off": b'{"bbox": [1, 2', "empty": b"", "an array": b"[]", "a string": b'"x"', "bytes that are not UTF-8": b'{"ids": ["\xff\xfe"]}',
    "too deep": b'{"ids":' + b"[" * 5000 + b"]" * 5000 + b"}", "very deep and cut off": b"[" * 200_000, "two values": b"{}{}", "NaN": b'{"limit": NaN}',
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/search", "/collections", "/uploads"])
def test_bodies_that_are_not_json_objects(server, path, name):
    assert_problem(server.request("POST", path, token=True, data=BODIES[name], headers={"Content-Type": "application/json"}), (400, 422))


def test_half_a_surrogate_pair_does_no_harm(server):
    """RFC 8259, section 8.2, leaves open what becomes of it."""
    assert server.request("POST", "/search", data=b'{"ids": ["\\ud800"]}', headers={"Content-Type": "application/json"}).status_code in (200, 400)


def test_a_body_that_is_too_deep_is_told_so(server):
    assert_problem(server.request("POST", "/search", data=BODIES["too deep"], headers={"Content-Type": "application/json"}), 400, "deep")


@pytest.mark.parametrize("path", ["/search", "/collections", "/uploads"])
def test_a_body_that_is_too_large(server, path):
    body = b'{"ids": ["' + b"x" * (20 << 20) + b'"]}'
    try:
        answer = server.request("POST", path, token=True, data=body, headers={"Content-Type": "application/json"})
    except requests.ConnectionError:
        pytest.fail("the connection was cut instead of an answer given")
    assert_problem(answer, 413, str(16 << 20))


def test_a_length_that_promises_too_much_is_refused_at_once(server):
    assert " 413 " in raw.first_line(server, "/search", "POST", headers=f"Content-Type: application/json\r\nContent-Length: {1 << 40}\r\n")


@pytest.mark.parametrize("member, value", [
    ("bbox", [1, 2, 3]), ("bbox", "0,0,1,1"), ("bbox", [0, 10, 1, 5]), ("bbox", [None, 0, 1, 1]), ("bbox", {}), ("limit", 0), ("limit", "ten"), ("limit", 1.5), ("limit", True),
    ("datetime", 2021), ("datetime", "yesterday"), ("collections", "one"), ("collections", [1]), ("ids", 5), ("ids", [None]), ("colour", "blue")])
def test_members_of_a_search(server, member, value):
    assert_problem(server.request("POST", "/search", json={member: value}), 400, member)


COLLECTION = {"id": "bad", "type": "Collection", "stac_version": "1.0.0", "description": "d", "license": "other", "links": [],
              "extent": {"spatial": {"bbox": [[0, 0, 1, 1]]}, "temporal": {"interval": [[None, None]]}}}


@pytest.mark.parametrize("change, words", [
    ({"id": "../evil"}, ["id"]), ({"id": ""}, ["id"]), ({"id": 5}, ["id"]), ({"id": "a" * 500}, ["id"]), ({"extent": {"spatial": {"bbox": [[0, 10, 1, 5]]}}}, ["bbox"]),
    ({"extent": "everywhere"}, ["extent"]), ({"type": "Catalog"}, ["type"]), ({"title": 5}, ["title"])])
def test_collections_that_are_not_well_formed(server, change, words):
    answer = server.request("POST", "/collections", token=True, json={**COLLECTION, **change})
    there = server.request("DELETE", "/collections/bad", token=True).status_code != 404
    assert_problem(answer, (400, 422), *words)
    assert not there


def test_a_collection_cannot_be_made_twice(server, ndvi_collection):
    assert_problem(server.request("POST", "/collections", token=True, json={**COLLECTION, "id": ndvi_collection}), 409, ndvi_collection)


def test_a_collection_cannot_change_its_id(server, ndvi_collection):
    assert_problem(server.request("PUT", f"/collections/{ndvi_collection}", token=True, json={**COLLECTION, "id": "other"}), 400, "id")
