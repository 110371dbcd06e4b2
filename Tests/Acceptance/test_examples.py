"""The scripts of Examples/ do what they say."""
import subprocess
import sys

import pytest

from support import cubes, places
from support.server import clean_environment


def run(server, name, *arguments, **env):
    program = [sys.executable] if name.endswith(".py") else ["bash"]
    done = subprocess.run(
        [*program, str(places.EXAMPLES / name), *map(str, arguments)], capture_output=True, text=True, timeout=120,
        env=clean_environment(CHRONOTOPE_URL=server.base_url, **env))
    assert done.returncode == 0, f"{name}: {done.stdout}\n{done.stderr}"
    return done.stdout


def test_look_around_a_cube(server, utm):
    out = run(server, "look_around.sh", utm.id)
    assert "NDVI" in out and "times: 7" in out and "aggregate/time-series" in out


def test_look_around_features(server, fields_collection):
    assert "field-00" in run(server, "look_around.sh", fields_collection)


def test_publish_with_curl(server, tmp_path):
    cube = cubes.small(tmp_path)
    assert "published" in run(server, "publish.sh", cube.path, "made-by-curl", AUTH_TOKEN=server.token)
    assert server.json("/collections/made-by-curl/capabilities")["raster"]["grid"]["width"] == 30
    server.request("DELETE", "/collections/made-by-curl", token=True)


def test_search(server, utm):
    out = run(server, "search.py", "5.3,50.6,5.4,50.7", "2021-03-01T00:00:00Z/2021-03-31T23:59:59Z")
    assert out.count(f"{utm.id} / ") == 4


def test_open_cube(server, utm):
    import numpy as np
    out = run(server, "open_cube.py", utm.id)
    mean = float(next(line for line in out.splitlines() if line.startswith("B08: mean")).split()[-1])
    assert mean == pytest.approx(np.nanmean(utm.values["B08"]), rel=1e-4)


def test_series_to_csv(server, utm):
    lines = run(server, "series_to_csv.py", utm.id, "NDVI", "5.3,50.6,5.4,50.7").strip().splitlines()
    assert len(lines) >= 4 and "2021-03-01" in lines[1]
