"""Publishing over HTTP in all its forms; until the commit nothing is visible."""
import io
import json
import subprocess
import sys
import time
import zipfile

import pyproj
import pytest
from shapely.geometry import shape
from shapely.ops import transform

from support import cubes, features, places
from support.server import clean_environment
from support.uploads import Upload, objects_of

ID = "uploaded"


@pytest.fixture(autouse=True)
def remove_what_was_uploaded(server):
    yield
    server.request("DELETE", f"/collections/{ID}", token=True)


def publish(server, objects, **members):
    upload = Upload(server, ID, **members).put_all(objects)
    answer = upload.commit()
    assert answer.status_code in (200, 201), answer.text
    return upload


def test_nothing_is_visible_before_the_commit(server, tmp_path):
    upload = Upload(server, ID).put_all(objects_of(cubes.small(tmp_path).path))
    assert upload.state()["state"] == "open"
    assert server.get(f"/collections/{ID}").status_code == 404 and ID not in server.get("/collections").text
    assert upload.commit().json()["state"] == "committed"
    assert server.get(f"/collections/{ID}").status_code == 200


def test_a_commit_in_the_background_tells_how_far_it_is(server, tmp_path):
    upload = Upload(server, ID, surface="/api/v2").put_all(objects_of(cubes.small(tmp_path).path))
    answer = upload.commit(background=True)
    assert answer.status_code == 202 and answer.headers["Location"].endswith(upload.path)
    state = upload.wait()
    assert state["state"] == "committed" and state["progress"] == 1
    assert any(link["href"].endswith(f"/api/v2/collections/{ID}") for link in state["links"])


def test_a_zip_of_a_store(server, tmp_path):
    cube, buffer = cubes.small(tmp_path), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, data in objects_of(cube.path).items():
            archive.writestr("small.zarr/" + key, data)
    publish(server, {"small.zip": buffer.getvalue()})
    assert server.json(f"/collections/{ID}/capabilities")["raster"]["times"] == cube.timestamps


def test_lines_of_features(server):
    lines = "\n".join(json.dumps(f) for f in features.fields()["features"])
    publish(server, {"fields.ndjson": lines.encode()})
    assert server.json(f"/collections/{ID}/capabilities")["vector"]["featureCount"] == 31


def test_features_in_another_crs(server):
    """The `crs` member of old GeoJSON says where the coordinates are."""
    collection = features.fields()
    there = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:32631", always_xy=True).transform
    for feature in collection["features"]:
        if feature["geometry"]:
            feature["geometry"] = transform(there, shape(feature["geometry"])).__geo_interface__
    collection["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}}
    publish(server, {"utm.geojson": json.dumps(collection).encode()})
    got = {f["id"]: f for f in server.json(f"/collections/{ID}/items", {"limit": 100})["features"]}
    for id, geometry in features.shapes(features.fields()).items():
        assert shape(got[id]["geometry"]).bounds == pytest.approx(geometry.bounds, abs=1e-8)


def test_title_and_privacy_are_kept(server, tmp_path):
    publish(server, objects_of(cubes.small(tmp_path).path), title="Two bands", private=True)
    assert server.get(f"/collections/{ID}").status_code == 404
    assert server.json(f"/collections/{ID}", token=True)["title"] == "Two bands"


def test_a_replacement_keeps_what_was_said_of_the_collection(server, tmp_path):
    publish(server, objects_of(cubes.small(tmp_path).path), title="Two bands", private=True)
    publish(server, objects_of(cubes.small(tmp_path, "again", seed=3).path), force=True)
    assert server.get(f"/collections/{ID}").status_code == 404
    assert server.json(f"/collections/{ID}", token=True)["title"] == "Two bands"


@pytest.mark.slow
def test_an_interrupted_upload_is_taken_up_again(server, tmp_path):
    """The script is killed on its way; the same command sends only what is missing."""
    cube = cubes.large(tmp_path, size=1400, times=6)
    command = [sys.executable, str(places.UPLOAD_SCRIPT), str(cube.path), "--collection-id", ID, "--server", server.base_url, "--workers", "1"]
    environment = clean_environment(AUTH_TOKEN=server.token)
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    staging, end = server.data / "staging" / "uploads", time.monotonic() + 60
    before = {p.name for p in staging.iterdir()}
    while time.monotonic() < end and first.poll() is None:
        if sum(1 for p in staging.iterdir() if p.name not in before for _ in p.glob("objects/B04/*")) >= 3:
            break
        time.sleep(0.005)
    first.kill()
    first.wait()
    assert server.get(f"/collections/{ID}").status_code == 404
    second = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert second.returncode == 0, second.stderr
    assert "taking up an earlier upload" in second.stdout and "were there already" in second.stdout
    assert server.json(f"/collections/{ID}/capabilities")["raster"]["grid"]["width"] == 1400
