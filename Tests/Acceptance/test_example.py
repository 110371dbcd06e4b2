"""The example of the issue, literally: one command, then three requests."""
import subprocess
import sys

import pytest

from support import places, series
from support.cubes import utm31n
from support.server import Server, clean_environment

STORE = "s2l2a_belgium_monthly_utm31n.v2.zarr"
ID = "telangana-ndvi-2025"
OPTIONS = ["--collection-id", ID, "--all-layers", "--use-v2", "--force", "--rebuild-rgb-composites"]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A server of its own on which the command ran; the real store where it is at hand, else a self-made one."""
    folder = tmp_path_factory.mktemp("example")
    store = places.shared_store(STORE) or utm31n(folder).path
    with Server(folder / "data") as server:
        server.done = subprocess.run(
            [sys.executable, str(places.UPLOAD_SCRIPT), store.name, *OPTIONS], cwd=store.parent, capture_output=True, text=True, timeout=300,
            env=clean_environment(AUTH_TOKEN="dev-token", CHRONOTOPE_URL=server.base_url))
        yield server


def test_the_command_succeeds_and_says_where_to_look(example):
    assert example.done.returncode == 0, example.done.stdout + example.done.stderr
    assert f"published {ID}" in example.done.stdout and "/api/v2/collections/" in example.done.stdout


def test_capabilities(example):
    document = example.json(f"/api/v2/collections/{ID}/capabilities", token=True)
    layers = {layer["name"]: layer for layer in document["raster"]["layers"]}
    assert {"NDVI", "NDMI", "NDRE", "GNDVI", "EVI", "RGB", "CIR", "AGRICULTURE", "SWIR", "B02", "B08"} <= layers.keys()
    ndvi = layers["NDVI"]
    assert "B08" in ndvi["expression"] and "B04" in ndvi["expression"] and len(ndvi["range"]) == 2 and ndvi["colormap"]
    assert len(layers["RGB"]["expression"]) == 3
    assert document["raster"]["crs"]["code"] == "EPSG:32631" and document["raster"]["levels"][0]["level"] == 0
    assert len(document["raster"]["times"]) >= 7
    assert {t["id"] for t in document["tilesets"]} == {"WebMercatorQuad"}
    assert set(document["aggregations"]["functions"]) == {"mean", "min", "max", "sum", "count", "std", "median"}
    assert {"P1D", "P1W", "P1M"} <= set(document["aggregations"]["resolutions"])


def test_tilejson(example):
    document = example.json(f"/api/v2/collections/{ID}/tiles/WebMercatorQuad/tilejson.json", {"layers": "NDVI"}, token=True)
    assert document["tilejson"] == "3.0.0" and document["vector_layers"] == []
    west, south, east, north = document["bounds"]
    assert 5 < west < east < 6 and 50 < south < north < 51
    assert "/api/v2/" in document["tiles"][0] and "layers=NDVI" in document["tiles"][0]


def test_time_series(example):
    west, south, east, north = example.json(f"/api/v2/collections/{ID}/capabilities", token=True)["extent"]["bbox"]
    document = example.json(
        f"/api/v2/collections/{ID}/aggregate/time-series",
        {"bbox": f"{west},{south},{east},{north}", "layers": "NDVI", "aggregation": "mean", "resolution": "P1W"}, token=True)
    values = [v for v in document["series"][0]["values"] if v["value"] is not None]
    assert values and all(-1 < v["value"] < 1 and v["count"] > 0 for v in values)
    assert all(series.instant(v["start"]).weekday() == 0 for v in values)


def test_running_it_again_replaces_what_is_there(example):
    before = example.json(f"/collections/{ID}/capabilities")["version"]
    store = places.shared_store(STORE)
    if store is None:
        pytest.skip("the real data of ../shared is not here")
    again = subprocess.run(
        [sys.executable, str(places.UPLOAD_SCRIPT), str(store), *OPTIONS], capture_output=True, text=True, timeout=300,
        env=clean_environment(AUTH_TOKEN="dev-token", CHRONOTOPE_URL=example.base_url))
    assert again.returncode == 0, again.stderr
    assert example.json(f"/collections/{ID}/capabilities")["version"] > before


def test_the_script_fails_politely(example, tmp_path):
    def run(*arguments, token="dev-token"):
        return subprocess.run([sys.executable, str(places.UPLOAD_SCRIPT), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                              env=clean_environment(AUTH_TOKEN=token, CHRONOTOPE_URL=example.base_url))
    store = utm31n(tmp_path).path
    wrong = run(store, "--collection-id", "x", token="wrong")
    taken = run(store, "--collection-id", ID)
    missing = run(tmp_path / "nothing.zarr", "--collection-id", "x")
    assert (wrong.returncode, taken.returncode, missing.returncode) == (3, 4, 2)
    assert not any("Traceback" in r.stderr for r in (wrong, taken, missing))
