"""Time series and point values against numpy on the pixels that PROJ puts into the box."""
import csv
import io

import numpy as np
import pytest

from support import places, real, series
from support.problems import assert_problem

AGGREGATIONS = ("mean", "min", "max", "sum", "count", "std", "median")
RELATIVE = 1e-5


def ask(server, collection, box, surface="", **parameters):
    return server.json(f"{surface}/collections/{collection}/aggregate/time-series", {"bbox": ",".join(map(repr, box)), **parameters})


def assert_series(document, cube, layer, box, aggregation, resolution):
    expected = series.expected(cube, layer, box, aggregation, resolution)
    got = {series.instant(v["start"]): v for s in document["series"] if s["layer"] == layer for v in s["values"]}
    for start, (value, count) in expected.items():
        if value is None:
            assert got.get(start, {}).get("value") is None
            continue
        assert start in got, f"no bucket {start}; there are {sorted(map(str, got))}"
        assert got[start]["value"] == pytest.approx(value, rel=RELATIVE, abs=1e-12), start
        assert got[start]["count"] == count, start
    surplus = [str(s) for s, v in got.items() if s not in expected and v["value"] not in (None, 0)]
    assert not surplus, f"values where there are no data: {surplus}"


# ---- exact pixel sets ----

@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_every_aggregation_of_a_band(server, cube, aggregation):
    layer = next(iter(cube.values))
    box = series.inner_box(cube)
    document = ask(server, cube.id, box, layers=layer, aggregation=aggregation, resolution="P1D")
    assert_series(document, cube, layer, box, aggregation, "P1D")


@pytest.mark.parametrize("resolution", ["P1D", "P1W", "P1M"])
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_every_resolution_of_an_index(server, utm, resolution, aggregation):
    box = series.inner_box(utm)
    document = ask(server, utm.id, box, layers="NDVI", aggregation=aggregation, resolution=resolution)
    assert_series(document, utm, "NDVI", box, aggregation, resolution)


def test_a_box_larger_than_the_data_takes_all_pixels(server, utm):
    box = [5.0, 50.5, 5.6, 50.8]
    assert_series(ask(server, utm.id, box, layers="B08", aggregation="sum", resolution="P1D"), utm, "B08", box, "sum", "P1D")


def test_several_layers_at_once(server, utm):
    box = series.inner_box(utm)
    document = ask(server, utm.id, box, layers="NDVI,B04", aggregation="mean", resolution="P1M")
    assert [s["layer"] for s in document["series"]] == ["NDVI", "B04"]
    for layer in ("NDVI", "B04"):
        assert_series(document, utm, layer, box, "mean", "P1M")


def test_datetime_limits_the_series(server, utm):
    box = series.inner_box(utm)
    document = ask(server, utm.id, box, layers="B08", aggregation="mean", resolution="P1D", datetime="2021-03-02T00:00:00Z/2021-03-31T23:59:59Z")
    days = [v["start"][:10] for v in document["series"][0]["values"] if v["value"] is not None]
    assert days == ["2021-03-03", "2021-03-31"]


def test_a_date_without_valid_pixels_has_no_value(server, utm):
    document = ask(server, utm.id, series.inner_box(utm), layers="NDVI", aggregation="mean", resolution="P1D", datetime=utm.timestamps[2])
    assert [v["value"] for v in document["series"][0]["values"]] in ([], [None])


def test_a_box_without_pixels_is_no_error(server, utm):
    document = ask(server, utm.id, [100, 10, 101, 11], layers="NDVI", aggregation="mean", resolution="P1M")
    assert all(v["value"] is None for s in document["series"] for v in s["values"])


def test_a_box_across_the_antimeridian(server, made):
    cube = made["global360"]
    box = [170.5, -10.5, -170.5, 10.5]
    lon, lat = cube.lonlat_centres()
    inside = ((lon >= 170.5) | (lon <= -170.5)) & (np.abs(lat) <= 10.5)
    document = ask(server, cube.id, box, layers="anomaly", aggregation="mean", resolution="P1D")
    values = [v for v in document["series"][0]["values"] if v["value"] is not None]
    assert [v["count"] for v in values] == [int(inside.sum())] * 3
    assert [v["value"] for v in values] == pytest.approx([plane[inside].mean() for plane in cube.values["anomaly"]], rel=RELATIVE)


# ---- the document ----

def test_the_document_says_what_was_asked(server, utm):
    box = series.inner_box(utm)
    document = ask(server, utm.id, box, surface="/api/v2", layers="NDVI", aggregation="mean", resolution="P1W")
    assert document["collection"] == utm.id and document["bbox"] == pytest.approx(box)
    assert document["aggregation"] == "mean" and document["resolution"] == "P1W" and document["layers"] == ["NDVI"]
    assert {"timeStamp", "links"} <= document.keys()
    for value in document["series"][0]["values"]:
        assert series.instant(value["start"]) < series.instant(value["end"])
        assert series.instant(value["start"]).weekday() == 0


def test_csv_says_the_same_as_json(server, utm):
    box = series.inner_box(utm)
    question = {"layers": "NDVI", "aggregation": "mean", "resolution": "P1M"}
    values = [v for v in ask(server, utm.id, box, **question)["series"][0]["values"]]
    answer = server.get(f"/collections/{utm.id}/aggregate/time-series", {"bbox": ",".join(map(repr, box)), "f": "csv", **question})
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    column = next(name for name in rows[0] if name in ("NDVI", "value"))
    got = [float(row[column]) if row[column] else None for row in rows]
    assert got == pytest.approx([v["value"] for v in values], rel=1e-6)


@pytest.mark.parametrize("name, value", [("aggregation", "mode"), ("resolution", "P1"), ("resolution", "weekly"), ("bbox", "1,2,3")])
def test_a_wrong_parameter_is_named(server, utm, name, value):
    parameters = {"bbox": "5,50,6,51", "layers": "NDVI", name: value}
    assert_problem(server.get(f"/collections/{utm.id}/aggregate/time-series", parameters), 400, name, value)


# ---- single places ----

@pytest.mark.parametrize("row, column", [(10, 12), (40, 50), (70, 5)])
def test_point_values_are_those_of_the_pixel(server, cube, row, column):
    row, column = row % cube.shape[1], column % cube.shape[2]
    lon, lat = (float(a[row, column]) for a in cube.lonlat_centres())
    layers = ["NDVI", "B04"] if "B04" in cube.values else [next(iter(cube.values))]
    document = server.json(f"/collections/{cube.id}/point/{lon!r},{lat!r}", {"layers": ",".join(layers)})
    by_time = {v["datetime"]: v for v in document["values"]}
    for layer in layers:
        for stamp, plane in zip(cube.timestamps, cube.layer(layer)):
            expected = plane[row, column]
            got = by_time.get(stamp, {}).get(layer)
            assert got == (None if np.isnan(expected) else pytest.approx(expected, rel=RELATIVE)), (layer, stamp)


def test_points_come_as_csv_too(server, utm):
    lon, lat = (float(a[40, 50]) for a in utm.lonlat_centres())
    path = f"/collections/{utm.id}/point/{lon!r},{lat!r}"
    rows = list(csv.DictReader(io.StringIO(server.get(path, {"layers": "NDVI,B04", "f": "csv"}).text)))
    for row, value in zip(rows, server.json(path, {"layers": "NDVI,B04"})["values"], strict=True):
        assert row["datetime"] == value["datetime"]
        assert [float(row[n]) if row[n] else None for n in ("NDVI", "B04")] == [value["NDVI"], value["B04"]]


def test_a_point_outside_is_not_there(server, utm):
    assert_problem(server.get(f"/collections/{utm.id}/point/100,10", {"layers": "NDVI"}), 404, "100", "outside")


# ---- real data ----

@pytest.mark.shared
@pytest.mark.parametrize("aggregation", ["mean", "median", "std"])
@pytest.mark.parametrize("store", real.TIMED)
def test_real_stores(server, shared_collection, store, aggregation):
    id = shared_collection(store)
    cube = real.open_cube(store)
    layer = real.bands_of(store)[0]
    box = series.inner_box(cube, 0.3)
    assert_series(ask(server, id, box, layers=layer, aggregation=aggregation, resolution="P1D"), cube, layer, box, aggregation, "P1D")


def expected_boxes():
    folder = places.shared_file("data", "raster", "expected")
    if not folder:
        return ["absent"]
    import json
    names = sorted(p.name for p in folder.glob("*.bbox.json") if json.loads(p.read_text())["centres_on_the_edge"] == 0)
    return [n for n in names if "amazon" not in n]


@pytest.mark.shared
@pytest.mark.parametrize("aggregation", ["mean", "min", "max", "median", "std", "count"])
@pytest.mark.parametrize("name", expected_boxes())
def test_expected_boxes_of_the_manifest(server, shared_collection, name, aggregation):
    """Raw statistics made with numpy beforehand, scaled here."""
    import json

    import xarray as xr
    document = json.loads(places.shared_file("data", "raster", "expected", name).read_text())
    store = document["store"]
    id = shared_collection(store)
    dataset = xr.open_zarr(places.shared_store(store), mask_and_scale=False)
    for layer in real.bands_of(store):
        attributes = dataset[layer].attrs
        scale, offset = attributes.get("scale_factor", 1), attributes.get("add_offset", 0)
        answer = ask(server, id, document["bbox"], layers=layer, aggregation=aggregation, resolution="P1D")
        got = {v["start"][:10]: v for v in answer["series"][0]["values"]}
        for stamp, raw in zip(document["time"], document["arrays"][layer][aggregation]):
            value = got.get(stamp[:10], {}).get("value")
            if aggregation == "count":
                assert (value or 0) == raw
            elif raw is None:
                assert value is None
            else:
                assert value == pytest.approx(raw * scale + (0 if aggregation == "std" else offset), rel=RELATIVE), (layer, stamp)
