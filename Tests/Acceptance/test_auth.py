"""Tokens and private collections, on a server with its own configuration file."""
import pytest
import yaml

from support import cubes, features
from support.problems import assert_problem
from support.server import Server
from support.uploads import Upload, objects_of

TOKENS = {"reader": "reader-token-1", "narrow": "narrow-token-2", "stranger": "stranger-token-3", "writer": "writer-token-4"}
CONFIGURATION = {"tokens": [
    {"name": "reader", "token": TOKENS["reader"], "scope": "read"},
    {"name": "narrow", "token": TOKENS["narrow"], "scope": "read", "collections": ["secret-fields"]},
    {"name": "stranger", "token": TOKENS["stranger"], "scope": "read", "collections": ["something-else"]},
    {"name": "writer", "token": TOKENS["writer"], "scope": "write"},
]}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with a public cube, a private cube and private fields."""
    folder = tmp_path_factory.mktemp("auth")
    config = folder / "chronotope.yaml"
    config.write_text(yaml.safe_dump(CONFIGURATION))
    with Server(folder / "data", "--config", config, token=None) as server:
        server.token = TOKENS["writer"]
        for id, path, private in (
                ("open-cube", cubes.small(folder, "open").path, False), ("secret-cube", cubes.small(folder, "secret").path, True),
                ("secret-fields", features.write(folder, "fields", features.fields()), True)):
            upload = Upload(server, id, private=private, title=f"Title of {id}")
            assert upload.answer.status_code == 201, upload.answer.text
            answer = upload.put_all(objects_of(path)).commit()
            assert answer.status_code in (200, 201), answer.text
        yield server


# ---- who may write ----

WRITES = [("POST", "/collections"), ("PUT", "/collections/open-cube"), ("DELETE", "/collections/open-cube"), ("POST", "/uploads"),
          ("PUT", "/uploads/x/objects/zarr.json"), ("POST", "/uploads/x/commit"), ("DELETE", "/uploads/x")]


@pytest.mark.parametrize("method, path", WRITES)
@pytest.mark.parametrize("surface", ["", "/api/v2"])
def test_writing_without_a_token(guarded, method, path, surface):
    answer = guarded.request(method, surface + path, json={})
    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method, path", WRITES)
def test_writing_with_a_token_that_may_only_read(guarded, method, path):
    assert_problem(guarded.request(method, path, json={}, token=TOKENS["reader"]), 403, "reader")
    assert guarded.get("/collections/open-cube").status_code == 200


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic dXNlcjpwYXNz", "Bearer " + "x" * 5000, "Bearer reader-token-1 and more"])
def test_a_wrong_token_is_told_even_where_none_is_needed(guarded, header):
    answer = guarded.get("/collections/open-cube", headers={"Authorization": header})
    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_reading_what_is_public_needs_no_token(guarded):
    assert guarded.get("/collections/open-cube/capabilities").status_code == 200


def test_a_token_may_stand_in_the_query(guarded):
    assert guarded.get("/collections/secret-cube", {"token": TOKENS["reader"]}).status_code == 200
    assert guarded.get("/collections/secret-cube", {"token": "wrong"}).status_code == 401


# ---- who may see ----

PLACES = ["/collections/secret-cube", "/collections/secret-cube/items", "/collections/secret-cube/items/20220501T100000Z", "/collections/secret-cube/capabilities",
          "/collections/secret-cube/tiles", "/collections/secret-cube/tiles/WebMercatorQuad", "/collections/secret-cube/tiles/WebMercatorQuad/tilejson.json",
          "/collections/secret-cube/tiles/WebMercatorQuad/14/5511/8434", "/collections/secret-cube/styles", "/collections/secret-cube/styles/default",
          "/collections/secret-cube/legend", "/collections/secret-cube/point/5.3205,50.6365", "/collections/secret-cube/zarr", "/collections/secret-cube/zarr/zarr.json",
          "/collections/secret-cube/aggregate/time-series?bbox=5,50,6,51", "/collections/secret-fields", "/collections/secret-fields/items",
          "/collections/secret-fields/items/field-03", "/collections/secret-fields/tiles/WebMercatorQuad-Vector/13/2755/4216",
          "/collections/secret-fields/tiles/WebMercatorQuad-Vector/tilejson.json"]
LISTS = ["/", "/collections", "/search?limit=1000", "/search?limit=1000&bbox=5,50,6,51", "/map"]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("who", [None, "stranger"])
def test_a_private_collection_is_not_there_for_others(guarded, path, who):
    """Exactly what is said of a collection that does not exist."""
    answer = guarded.get(path, token=TOKENS.get(who))
    missing = guarded.get(path.replace("secret-", "absent-"), token=TOKENS.get(who))
    assert answer.status_code == missing.status_code == 404, answer.text[:300]
    hidden, absent = answer.json(), missing.json()
    assert hidden["message"] == absent["message"].replace("absent-", "secret-") and hidden["code"] == absent["code"]


@pytest.mark.parametrize("path", PLACES)
def test_a_private_collection_is_there_for_its_readers(guarded, path):
    assert guarded.get(path, token=TOKENS["reader"]).status_code in (200, 204)


@pytest.mark.parametrize("surface", ["", "/api/v2"])
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", [None, "stranger"])
def test_no_list_shows_a_private_collection(guarded, path, who, surface):
    for headers in ({"Accept": "application/json, */*;q=0.1"}, {"Accept": "text/html, */*;q=0.1"}):
        answer = guarded.get(surface + path, token=TOKENS.get(who), headers=headers)
        assert answer.status_code == 200 and "secret-" not in answer.text


def test_lists_show_readers_what_they_may_see(guarded):
    ids = lambda who: {c["id"] for c in guarded.json("/collections", token=TOKENS[who])["collections"]}  # noqa: E731
    assert ids("reader") == {"open-cube", "secret-cube", "secret-fields"}
    assert ids("narrow") == {"open-cube", "secret-fields"}
    found = guarded.json("/search", {"limit": 1000}, token=TOKENS["narrow"])["features"]
    assert {f["collection"] for f in found} == {"open-cube", "secret-fields"}


def test_search_does_not_find_private_items_by_name(guarded):
    assert guarded.json("/search", {"collections": "secret-fields", "ids": "field-03"})["features"] == []
    posted = guarded.request("POST", "/search", json={"collections": ["secret-fields"]})
    assert posted.status_code == 200 and posted.json()["features"] == []


def test_answers_for_readers_are_not_for_shared_caches(guarded):
    for path in PLACES[:8]:
        answer = guarded.get(path, token=TOKENS["reader"])
        control = answer.headers.get("Cache-Control", "")
        assert "private" in control or "no-store" in control, (path, control)


def test_a_304_does_not_give_a_private_collection_away(guarded):
    etag = guarded.get("/collections/secret-cube", token=TOKENS["reader"]).headers["ETag"]
    assert guarded.get("/collections/secret-cube", headers={"If-None-Match": etag}).status_code == 404


def test_uploads_belong_to_their_owner(guarded):
    upload = Upload(guarded, "private-upload", fingerprint="f" * 64)
    assert_problem(guarded.get(upload.path), 401)
    assert guarded.get(upload.path, token=TOKENS["reader"]).status_code in (403, 404)


def test_no_token_is_ever_logged(guarded):
    guarded.get("/collections/nobody", {"token": TOKENS["reader"]})
    text = guarded.log(10_000)
    assert not [name for name, token in TOKENS.items() if token in text]
