"""Every kind of bad input gets a 4xx that names parameter, value and rule, and leaves the server well."""
import json
import random
import socket

import pytest
import requests

from support import cubes, features, raw, tiles
from support.openapi import Routes
from support.problems import assert_problem
from support.server import Server
from support.uploads import Upload, objects_of


@pytest.fixture(autouse=True)
def the_server_stays_well(server):
    yield
    assert server.is_well(), server.log()


def raw_get(server, target, method="GET", body=b"", headers=""):
    """The first line of the answer to a request that no HTTP library would send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n{headers}\r\n".encode("latin-1") + body)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer.split(b"\r\n")[0].decode("latin-1")


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
    assert " 413 " in raw_get(server, "/search", "POST", headers=f"Content-Type: application/json\r\nContent-Length: {1 << 40}\r\n")


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


# ---- uploads ----

@pytest.fixture
def small(tmp_path):
    return cubes.small(tmp_path)


@pytest.mark.parametrize("quoted", ["../evil", "a/../../evil", "%2e%2e/evil", "..%2fevil", "a/%2e%2e/evil", "/etc/passwd", "%2fetc%2fpasswd", "a//b", "a/./b", "a%00b", "a%5c..%5cb", ".."])
def test_keys_that_lead_elsewhere(server, quoted):
    upload = Upload(server, "evil-keys")
    answer = raw.send(server, "PUT", f"{upload.path}/objects/{quoted}", b"x", token=server.token)
    listed = server.json(upload.path + "/objects", token=True)["objects"]
    server.request("DELETE", upload.path, token=True)
    assert_problem(answer, (400, 404))
    assert listed == []
    assert not list(server.data.parent.rglob("evil"))


def test_a_key_with_dots_is_told_the_rule(server):
    upload = Upload(server, "evil-keys")
    assert_problem(raw.send(server, "PUT", f"{upload.path}/objects/a/..%2fb", b"x", token=server.token), 400, "key", "..")
    server.request("DELETE", upload.path, token=True)


def test_bytes_that_are_not_those_announced(server):
    upload = Upload(server, "bad-digest")
    assert_problem(upload.put("zarr.json", b"one", digest_of=b"two"), 400, "digest")
    assert server.json(upload.path + "/objects", token=True)["objects"] == []


@pytest.mark.parametrize("members, words", [
    ({"collection": "../up"}, ["collection"]), ({"collection": 7}, ["collection"]), ({"colour": 1}, ["colour"]), ({"datetime": "soon"}, ["datetime", "soon"]),
    ({"crs": "EPSG:0"}, ["crs", "EPSG:0"]), ({"private": "yes"}, ["private"]), ({"force": 1}, ["force"])])
def test_members_of_an_upload(server, members, words):
    assert_problem(server.request("POST", "/uploads", token=True, json={"collection": "x", **members}), 400, *words)


def test_the_collection_of_an_upload_is_required(server):
    assert_problem(server.request("POST", "/uploads", token=True, json={}), 400, "collection")


def test_an_unknown_upload(server):
    for method, path in (("GET", ""), ("GET", "/objects"), ("PUT", "/objects/a"), ("POST", "/commit"), ("DELETE", "")):
        assert_problem(server.request(method, f"/uploads/nobody{path}", token=True, data=b""), 404, "nobody")


def test_what_is_there_is_not_sent_again(server, small):
    objects = objects_of(small.path)
    first = Upload(server, "resumed", fingerprint="2" * 64).put_all(objects)
    again = Upload(server, "resumed", fingerprint="2" * 64)
    assert again.answer.status_code == 200 and again.id == first.id
    key, data = next(iter(objects.items()))
    assert again.put(key, data).status_code == 204
    assert {o["key"] for o in server.json(again.path + "/objects", token=True)["objects"]} == objects.keys()
    server.request("DELETE", again.path, token=True)


def test_a_second_commit(server, small):
    upload = Upload(server, "second-commit").put_all(objects_of(small.path))
    assert upload.commit().status_code in (200, 201)
    assert_problem(upload.commit(), 409)
    assert_problem(upload.put("zarr.json", b"{}"), 409)
    server.request("DELETE", "/collections/second-commit", token=True)


def test_two_commits_at_once(server, small):
    from concurrent.futures import ThreadPoolExecutor
    upload = Upload(server, "two-commits").put_all(objects_of(small.path))
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(a.status_code for a in pool.map(lambda _: requests.post(
            server.url(upload.path + "/commit"), json={}, headers={"Authorization": f"Bearer {server.token}"}), range(4)))
    assert statuses[0] in (200, 201) and statuses[1:] == [409] * 3
    server.request("DELETE", "/collections/two-commits", token=True)


def test_an_upload_that_was_given_up(server, small):
    upload = Upload(server, "given-up").put_all(objects_of(small.path))
    assert server.request("DELETE", upload.path, token=True).status_code == 204
    assert_problem(upload.commit(), (404, 409))
    assert server.get("/collections/given-up").status_code == 404


def test_data_that_are_there_are_not_replaced_unasked(server, ndvi_collection):
    assert_problem(server.request("POST", "/uploads", token=True, json={"collection": ndvi_collection}), 409, ndvi_collection, "force")


def damaged(cube, how):
    """The objects of a store with one thing wrong."""
    objects = objects_of(cube.path)
    chunk = next(key for key in objects if key.startswith("B04/1.0"))
    if how == "a truncated chunk":
        objects[chunk] = objects[chunk][:-17]
    elif how == "a chunk of noise":
        objects[chunk] = bytes(random.Random(1).randbytes(len(objects[chunk])))
    elif how == "an empty chunk":
        objects[chunk] = b""
    elif how == "metadata that are not JSON":
        objects = {k: b"{not json" if k.endswith((".zmetadata", ".zarray")) else v for k, v in objects.items()}
    elif how == "no metadata":
        objects = {k: v for k, v in objects.items() if not k.split("/")[-1].startswith(".z")}
    elif how == "chunks of no size":
        objects = {k: v.replace(b"16", b"0") if k.endswith((".zmetadata", ".zarray")) else v for k, v in objects.items()}
    elif how == "a shape beyond all memory":
        objects = {k: v.replace(b"30", b"3000000000000") if k.endswith((".zmetadata", "B04/.zarray")) else v for k, v in objects.items()}
    return objects


@pytest.mark.parametrize("how, word", [
    ("a truncated chunk", "B04"), ("a chunk of noise", "B04"), ("an empty chunk", "B04"), ("metadata that are not JSON", ""), ("no metadata", ""), ("chunks of no size", ""),
    ("a shape beyond all memory", "")])
def test_damaged_stores_are_refused_and_leave_nothing(server, small, how, word):
    before = {c["id"] for c in server.json("/collections", {"limit": 1000})["collections"]}
    upload = Upload(server, "damaged").put_all(damaged(small, how))
    assert_problem(upload.commit(), (400, 413, 422), word)
    assert server.get("/collections/damaged").status_code == 404
    assert {c["id"] for c in server.json("/collections", {"limit": 1000})["collections"]} == before
    assert not (server.data / "cubes" / "damaged").exists()
    assert upload.state()["state"] == "failed"


def test_a_damaged_replacement_leaves_what_was_there(server, small, tmp_path):
    Upload(server, "kept").put_all(objects_of(small.path)).commit()
    before = server.json("/collections/kept/capabilities")
    worse = cubes.small(tmp_path, "worse", seed=77)
    assert_problem(Upload(server, "kept", force=True).put_all(damaged(worse, "a truncated chunk")).commit(), (400, 422), "B04")
    after = server.json("/collections/kept/capabilities")
    assert after == before
    lon, lat = (float(a[5, 5]) for a in small.lonlat_centres())
    value = server.json(f"/collections/kept/point/{lon!r},{lat!r}", {"layers": "B04"})["values"][0]["B04"]
    assert value == pytest.approx(small.values["B04"][0, 5, 5], rel=1e-5)
    server.request("DELETE", "/collections/kept", token=True)


def without(cube, folder, what):
    """The store again without its times, or without anything that says its CRS."""
    import xarray as xr
    dataset = xr.open_zarr(cube.path, mask_and_scale=False).load()
    if what == "time":
        dataset = dataset.isel(time=0, drop=True)
    else:
        dataset = dataset.drop_vars("spatial_ref")
        for band in dataset.data_vars:
            dataset[band].attrs.pop("grid_mapping", None)
    for variable in dataset.variables.values():
        variable.encoding = {}
    path = folder / f"without-{what}.zarr"
    dataset.to_zarr(path, zarr_format=2, consolidated=True)
    return path


@pytest.mark.parametrize("what, option", [("time", "datetime"), ("crs", "crs")])
def test_a_store_without_a_time_or_a_crs_is_told_how_to_give_it(server, small, tmp_path, what, option):
    upload = Upload(server, f"without-{what}").put_all(objects_of(without(small, tmp_path, what)))
    assert_problem(upload.commit(), (400, 422), what, option)
    assert server.get(f"/collections/without-{what}").status_code == 404


@pytest.mark.parametrize("what, members", [("time", {"datetime": "2022-05-01T10:00:00Z"}), ("crs", {"crs": "EPSG:32631"})])
def test_a_time_or_a_crs_given_by_hand_will_do(server, small, tmp_path, what, members):
    upload = Upload(server, f"given-{what}", **members).put_all(objects_of(without(small, tmp_path, what)))
    assert upload.commit().status_code in (200, 201)
    raster = server.json(f"/collections/given-{what}/capabilities")["raster"]
    assert raster["times"][0] == "2022-05-01T10:00:00Z" and raster["crs"]["code"] == "EPSG:32631"
    server.request("DELETE", f"/collections/given-{what}", token=True)


FEATURES = {
    "not JSON": b'{"type": "FeatureCollection", "features": [', "not features": b'{"hello": "world"}', "a ring that is open": None, "a geometry of no type": None,
    "NaN for a coordinate": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,1]}}]}',
    "a latitude of 100": None, "the same id twice": None, "too deep": b'{"type":"FeatureCollection","features":' + b"[" * 3000 + b"]" * 3000 + b"}",
}


def feature_bytes(name):
    if FEATURES[name] is not None:
        return FEATURES[name]
    collection = features.fields()
    first = collection["features"][0]
    if name == "a ring that is open":
        first["geometry"]["coordinates"][0] = first["geometry"]["coordinates"][0][:3]
    elif name == "a geometry of no type":
        first["geometry"] = {"coordinates": [1, 2]}
    elif name == "a latitude of 100":
        first["geometry"] = {"type": "Point", "coordinates": [5, 100]}
    elif name == "the same id twice":
        collection["features"][1]["id"] = first["id"]
    return json.dumps(collection).encode()


@pytest.mark.parametrize("name", FEATURES)
def test_features_that_are_not_well_formed(server, name):
    upload = Upload(server, "bad-features").put_all({"bad.geojson": feature_bytes(name)})
    assert_problem(upload.commit(), (400, 413, 422))
    assert server.get("/collections/bad-features").status_code == 404


def test_an_upload_without_objects(server):
    assert_problem(Upload(server, "empty-upload").commit(), (400, 422))


# ---- a process that dies in the middle of a commit ----

@pytest.mark.slow
def test_nothing_is_half_there_after_a_kill_in_the_middle_of_a_commit(tmp_path):
    """The new collection is not there at all; the replaced one is still the old one; both can then be published."""
    old, large = cubes.small(tmp_path), objects_of(cubes.large(tmp_path).path)
    with Server(tmp_path / "data") as server:
        assert Upload(server, "replaced").put_all(objects_of(old.path)).commit().status_code in (200, 201)
        before = server.json("/collections/replaced/capabilities")
        resumable = set()
        for id, members in (("fresh", {}), ("replaced", {"force": True})):
            upload = Upload(server, id, **members).put_all(large)
            assert upload.commit(background=True).status_code == 202
            state = upload.state()
            while state["state"] == "committing" and not state["progress"] > 0.1:
                state = upload.state()
            assert state["state"] == "committing", f"too quick to be interrupted: {state}"
            server.kill()
            server.start()
            assert server.get("/collections/fresh").status_code == 404
            assert "fresh" not in server.get("/collections").text + server.get("/search", {"limit": 1000}).text
            assert server.json("/collections/replaced/capabilities") == before
            lon, lat = (float(a[5, 5]) for a in old.lonlat_centres())
            assert server.json(f"/collections/replaced/point/{lon!r},{lat!r}", {"layers": "B04"})["values"][0]["B04"] == pytest.approx(old.values["B04"][0, 5, 5], rel=1e-5)
            assert upload.state()["state"] in ("open", "failed")
            resumable |= {upload.id} if upload.state()["state"] == "open" else set()
            left = [str(p) for p in (server.data / "staging").rglob("*") if p.is_file() and not any(id in str(p) for id in resumable)]
            assert not left, f"left behind in staging: {left[:5]}"
        assert Upload(server, "fresh").put_all(objects_of(old.path)).commit().status_code in (200, 201)
        assert server.json("/collections/fresh/capabilities")["kind"] == "raster"


# ---- garbage ----

GARBAGE = ["/%", "/%zz", "/%00", "/collections/%00", "/collections/%ff%fe", "/collections/%2e%2e%2f%2e%2e", "/..%2f..%2fetc/passwd", "/collections?limit=%zz", "/collections?%", "/search?bbox=%ff",
           "/collections/" + "a" * 5000, "/search?ids=" + "x," * 3000, "//collections", "/collections//items", "/?=&&=&", "/search?datetime=%C0%AF", "/assets/../../etc/passwd",
           "/assets/%2e%2e/%2e%2e/etc/passwd", "/collections/made-utm31n/zarr/%00", "/collections/\u00e9", "/map?collection=%3Cscript%3E"]


@pytest.mark.parametrize("target", GARBAGE)
def test_garbage_in_the_url(server, ndvi_collection, target):
    line = raw_get(server, target)
    assert line.startswith("HTTP/1.1 ") and line.split()[1][0] in "1234", line


def test_the_map_page_does_not_echo_what_it_was_asked(server):
    for path in ("/map?collection=%3Cscript%3Ealert(1)%3C/script%3E", "/collections/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/collections?bbox=%3Cscript%3Ealert(1)"):
        answer = server.get(path, headers={"Accept": "text/html"})
        assert "html" not in answer.headers["Content-Type"] or "<script>alert" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["BREW", "TRACE", "CONNECT", "PATCH", "PROPFIND"])
def test_strange_methods(server, method):
    assert raw_get(server, "/collections", method).split()[1][0] == "4"


# ---- a little fuzzing ----

VALUES = ["", "0", "-1", "1", "1e400", "NaN", "0,0,1,1", "-180,-90,180,90", "180,-90,-180,90", "2021-03-01T00:00:00Z", "../..", "2021-03-01T00:00:00Z/..", "NDVI", "RGB", "NDVI,RGB", "B04", "mean",
          "median", "P1D", "P0D", "P99999999999D", "PT1S", "json", "html", "csv", "png", "webp", "svg", "viridis", "greys_r", "0,1", "1,0", "0,1,0,1,0,1", "bilinear", "cubic", "x" * 3000, "\u0000", "é😀",
          "'\"<>;--", "null", "[]", "{}", "%", "+", "field-01", "made-utm31n,made-fields", "9223372036854775808", "-9223372036854775809", "1,2,3,4,5,6", "5.32,50.63,5.33,50.64"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_queries_never_give_a_5xx(server, utm, fields_collection, dateline_collection, seed):
    dice, routes, bad = random.Random(seed), Routes(server, utm, fields_collection), []
    for template in routes.gets():
        names = list(routes.parameters(template)) or ["f"]
        for _ in range(6):
            query = {**routes.query(template), **{dice.choice(names): dice.choice(VALUES) for _ in range(dice.randint(0, 4))}}
            url = routes.url(template)
            if dice.random() < 0.3:
                url = url.replace(utm.id, dice.choice([fields_collection, dateline_collection, "made-global", "nobody"]))
            answer = server.get(url, query, token=True)
            if answer.status_code >= 500:
                bad.append(f"{answer.status_code} {answer.url}: {answer.text[:200]}")
    assert not bad, "\n" + "\n".join(bad)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_random_path_values_never_give_a_5xx(server, utm, fields_collection, seed):
    from urllib.parse import quote
    dice, routes, bad = random.Random(100 + seed), Routes(server, utm, fields_collection), []
    for template in routes.gets():
        if "{" not in template:
            continue
        for _ in range(8):
            routes_url = template
            while "{" in routes_url:
                name = routes_url[routes_url.index("{"):routes_url.index("}") + 1]
                example = routes.url("/x/" + name).removeprefix("/x/") if dice.random() < 0.6 and "tileMatrixSetId" not in name else dice.choice(VALUES)
                routes_url = routes_url.replace(name, quote(example, safe=",."), 1)
            answer = server.get(routes_url, routes.query(template), token=True)
            if answer.status_code >= 500:
                bad.append(f"{answer.status_code} {answer.url}: {answer.text[:200]}")
    assert not bad, "\n" + "\n".join(bad)
