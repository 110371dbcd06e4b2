"""Uploads that are wrong: keys, bytes, stores, features, commits. Nothing of them stays."""
import json
import random

import pytest
import requests

from support import cubes, features, raw
from support.problems import assert_problem
from support.server import Server
from support.uploads import Upload, objects_of

pytestmark = pytest.mark.usefixtures("the_server_stays_well")


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
