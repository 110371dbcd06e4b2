"""pystac-client walks what is there; pystac and the schemas of the specifications say whether it is valid."""
import json
import subprocess
import sys

import pytest
from pystac.validation.local_validator import LocalValidator
from pystac_client import Client
from shapely.geometry import box, shape

from support import features, places
from support.server import clean_environment

SURFACES = ["", "/api/v2"]


@pytest.fixture(scope="module", params=SURFACES, ids=["bare", "v2"])
def client(request, server):
    return Client.open(server.base_url + request.param)


def field_ids():
    return {f["id"] for f in features.fields()["features"]}


# ---- walking ----

def test_the_client_finds_every_collection(client, server, ndvi_collection, fields_collection):
    assert {c.id for c in client.get_collections()} >= set(server.collections.values())


def test_children_of_the_root_are_the_collections(client):
    assert {c.id for c in client.get_children()} == {c.id for c in client.get_collections()}


def test_links_stay_on_their_surface(client, ndvi_collection):
    root = client.get_self_href().rstrip("/")
    collection = client.get_collection(ndvi_collection)
    item = next(collection.get_items())
    for thing in (client, collection, item):
        for link in thing.to_dict(transform_hrefs=False)["links"]:
            if "127.0.0.1" in link["href"]:
                assert link["href"].startswith(root), link
                assert ("/api/v2" in link["href"]) == ("/api/v2" in root), link


def test_slices_are_the_items_of_a_cube(client, utm):
    items = list(client.get_collection(utm.id).get_items())
    assert sorted(i.datetime.strftime("%Y-%m-%dT%H:%M:%SZ") for i in items) == sorted(utm.timestamps)
    assert {i.properties["chronotope:kind"] for i in items} == {"slice"}


def test_features_are_the_items_of_a_vector_collection(client, fields_collection):
    assert {i.id for i in client.get_collection(fields_collection).get_items()} == field_ids()


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_search_gives_every_item_once(client, utm, fields_collection, limit):
    found = [(i.collection_id, i.id) for i in client.search(collections=[utm.id, fields_collection], limit=limit).items()]
    assert len(found) == len(set(found)) == len(utm.times) + len(field_ids())


@pytest.mark.parametrize("limit", [3, 10])
def test_items_give_every_item_once(server, fields_collection, limit):
    url, ids = f"/collections/{fields_collection}/items?limit={limit}", []
    while url:
        page = server.json(url)
        assert page["numberReturned"] == len(page["features"]) <= limit
        ids += [f["id"] for f in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(ids) == len(set(ids)) and set(ids) == field_ids()


def test_get_and_post_search_agree(server, utm, fields_collection):
    question = {"collections": [utm.id, fields_collection], "bbox": [5.31, 50.62, 5.33, 50.64], "limit": 500, "datetime": "2021-03-01T00:00:00Z/2021-06-30T00:00:00Z"}
    posted = server.request("POST", "/search", json=question).json()
    text = {k: ",".join(map(str, v)) if isinstance(v, list) else v for k, v in question.items()}
    got = server.json("/search", text)
    assert [(f["collection"], f["id"]) for f in got["features"]] == [(f["collection"], f["id"]) for f in posted["features"]]
    assert got["features"] == posted["features"] and got["features"]


# ---- filters ----

def test_search_by_ids(client, fields_collection):
    assert {i.id for i in client.search(collections=[fields_collection], ids=["field-03", "field-11", "nobody"]).items()} == {"field-03", "field-11"}


def test_search_by_bbox(client, fields_collection):
    window = (5.3180, 50.6300, 5.3240, 50.6350)
    expected = {id for id, geometry in features.shapes(features.fields()).items() if geometry.intersects(box(*window))}
    found = {i.id for i in client.search(collections=[fields_collection], bbox=window).items()}
    assert found - {"field-30"} == expected


def test_search_by_datetime(client, utm):
    found = client.search(collections=[utm.id], datetime="2021-03-03T00:00:00Z/2021-03-31T23:59:59Z").items()
    assert sorted(i.datetime.strftime("%Y-%m-%dT%H:%M:%SZ") for i in found) == utm.timestamps[1:4]


def test_datetime_takes_intervals_that_touch_it(client, fields_collection):
    found = {i.id for i in client.search(collections=[fields_collection], datetime="2021-03-28T00:00:00Z/2021-03-30T00:00:00Z").items()}
    dated = {f["id"] for f in features.fields()["features"] if {"datetime", "start_datetime"} & f["properties"].keys()}
    expected = {f["id"] for f in features.fields()["features"] if f["properties"].get("end_datetime", "") == "2021-03-28T00:00:00Z"}
    assert found & dated == expected


def test_unknown_collections_find_nothing(client):
    assert list(client.search(collections=["nobody-has-this"]).items()) == []


def test_an_item_by_its_link_is_the_item_of_the_list(server, fields_collection):
    listed = server.json(f"/collections/{fields_collection}/items", {"limit": 100})["features"]
    for item in listed[:5]:
        self = next(link["href"] for link in item["links"] if link["rel"] == "self")
        assert server.json(self) == item


# ---- validity ----

def test_pystac_accepts_collections_and_items(client):
    validator = LocalValidator()
    for collection in client.get_collections():
        errors = [e.message for e in validator.collection_validator().iter_errors(collection.to_dict(transform_hrefs=False))]
        assert not errors, (collection.id, errors[:3])
        for item in list(collection.get_items())[:40]:
            errors = [e.message for e in validator.item_validator().iter_errors(item.to_dict(transform_hrefs=False))]
            assert not errors, (collection.id, item.id, errors[:3])


VALIDATE = """
import json, sys
from pystac.validation import validate_dict
bad = []
for document in json.load(sys.stdin):
    try:
        validate_dict(document)
    except Exception as error:
        bad.append(f"{document['type']} {document['id']}: {str(error)[:700]}")
print("\\n".join(bad))
"""


@pytest.mark.shared
def test_documents_obey_the_schemas_of_core_and_extensions(server):
    """The documents as served, extensions included, against the schemas kept in ../shared; nothing goes over the network."""
    documents = [server.json("/")]
    for collection in server.json("/collections", {"limit": 100})["collections"]:
        documents.append(collection)
        documents += server.json(f"/collections/{collection['id']}/items", {"limit": 12})["features"]
    offline = places.shared_file("standards", "validators", "offline")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VALIDATE], input=json.dumps(documents), capture_output=True, text=True,
        env=clean_environment(PYTHONPATH=offline, OFFLINE_SCHEMAS_QUIET=1), timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == ""


def test_the_root_declares_what_it_does(server):
    root = server.json("/")
    assert root["type"] == "Catalog" and root["conformsTo"] == server.json("/conformance")["conformsTo"]
    for uri in ("core", "collections", "ogcapi-features", "item-search"):
        assert f"https://api.stacspec.org/v1.0.0/{uri}" in root["conformsTo"]
    methods = {link.get("method") for link in root["links"] if link["rel"] == "search"}
    assert methods == {"GET", "POST"}


def test_a_cube_is_described_by_the_datacube_extension(server, utm):
    collection = server.json(f"/collections/{utm.id}")
    assert {"x", "y", "time"} <= collection["cube:dimensions"].keys()
    assert set(utm.values) <= collection["cube:variables"].keys()
    assert any("datacube" in uri for uri in collection["stac_extensions"])


def test_the_extent_holds_all_pixels(server, cube):
    west, south, east, north = server.json(f"/collections/{cube.id}")["extent"]["spatial"]["bbox"][0]
    lon, lat = cube.lonlat_centres()
    assert south <= lat.min() and lat.max() <= north
    assert west <= lon.min() and lon.max() <= east
    interval = server.json(f"/collections/{cube.id}")["extent"]["temporal"]["interval"][0]
    assert interval == [cube.timestamps[0], cube.timestamps[-1]]


def test_footprints_hold_all_pixels(server, utm):
    item = server.json(f"/collections/{utm.id}/items", {"limit": 1})["features"][0]
    lon, lat = utm.lonlat_centres()
    footprint = shape(item["geometry"])
    corners = [(lon[r, c], lat[r, c]) for r in (0, -1) for c in (0, -1)]
    assert all(footprint.covers(shape({"type": "Point", "coordinates": corner})) for corner in corners)
    assert footprint.area == pytest.approx((lon.max() - lon.min()) * (lat.max() - lat.min()), rel=0.1)


# ---- collections can be made, changed and removed ----

def test_a_collection_lives_and_dies(server):
    made = server.request("POST", "/collections", token=True, json={
        "id": "made-by-hand", "type": "Collection", "stac_version": "1.0.0", "title": "By hand", "description": "Empty so far", "license": "CC0-1.0",
        "extent": {"spatial": {"bbox": [[0, 0, 1, 1]]}, "temporal": {"interval": [[None, None]]}}, "links": []})
    assert made.status_code == 201 and made.headers["Location"].endswith("/collections/made-by-hand")
    document = server.json("/collections/made-by-hand")
    assert document["license"] == "CC0-1.0"
    document["title"] = "Another title"
    assert server.request("PUT", "/collections/made-by-hand", token=True, json=document).status_code in (200, 204)
    assert server.json("/collections/made-by-hand")["title"] == "Another title"
    assert server.json("/collections/made-by-hand/capabilities")["kind"] == "empty"
    assert server.request("DELETE", "/collections/made-by-hand", token=True).status_code in (200, 204)
    assert server.get("/collections/made-by-hand").status_code == 404
