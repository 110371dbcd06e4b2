"""The collection's `zarr` asset opened by xarray over HTTP: the source's own values come back, bit by bit."""
import numpy as np
import pytest
import xarray as xr

from support import places, raw, real
from support.problems import assert_problem


def asset_href(server, collection):
    return server.json(f"/collections/{collection}")["assets"]["zarr"]["href"]


def open_asset(server, collection, **options):
    headers = {"Authorization": f"Bearer {server.token}"}
    return xr.open_zarr(asset_href(server, collection), storage_options={"client_kwargs": {"headers": headers}}, chunks=None, **options)


def test_stored_numbers_are_bit_equal(server, cube):
    served = open_asset(server, cube.id, mask_and_scale=False)
    for band, values in cube.raw.items():
        got = served[band].values
        assert got.dtype == values.dtype
        assert got.tobytes() == np.ascontiguousarray(values).tobytes(), band


def test_decoded_values_are_equal(server, cube):
    with xr.open_zarr(cube.path) as source:
        served = open_asset(server, cube.id)
        for band in cube.raw:
            np.testing.assert_array_equal(served[band].values, source[band].values)


def test_coordinates_and_times_are_equal(server, cube):
    served = open_asset(server, cube.id)
    assert [str(t)[:19] + "Z" for t in served["time"].values.astype("datetime64[s]")] == cube.timestamps
    by_axis = {variable.attrs.get("axis"): variable.values for variable in served.coords.values()}
    np.testing.assert_allclose(by_axis["X"], cube.x_centres(), rtol=1e-12)
    np.testing.assert_allclose(by_axis["Y"], cube.y_centres(), rtol=1e-12)


def test_the_crs_is_with_it(server, cube):
    import pyproj
    served = open_asset(server, cube.id)
    wkt = served["spatial_ref"].attrs["crs_wkt"]
    assert pyproj.CRS.from_wkt(wkt).equals(pyproj.CRS(cube.crs), ignore_axis_order=True)


def test_an_object_is_served_whole_and_in_part(server, ndvi_collection):
    url = asset_href(server, ndvi_collection).rstrip("/") + "/zarr.json"
    whole = server.get(url)
    assert whole.headers["Accept-Ranges"] == "bytes"
    first = server.get(url, headers={"Range": "bytes=2-11"})
    assert first.status_code == 206 and first.content == whole.content[2:12]
    assert first.headers["Content-Range"] == f"bytes 2-11/{len(whole.content)}"
    last = server.get(url, headers={"Range": "bytes=-7"})
    assert last.status_code == 206 and last.content == whole.content[-7:]
    rest = server.get(url, headers={"Range": "bytes=5-"})
    assert rest.status_code == 206 and rest.content == whole.content[5:]


def test_head_tells_the_size(server, ndvi_collection):
    url = asset_href(server, ndvi_collection).rstrip("/") + "/zarr.json"
    head = server.request("HEAD", url)
    assert head.status_code == 200 and int(head.headers["Content-Length"]) == len(server.get(url).content) and not head.content


def test_a_range_beyond_the_end(server, ndvi_collection):
    url = asset_href(server, ndvi_collection).rstrip("/") + "/zarr.json"
    assert_problem(server.get(url, headers={"Range": "bytes=99999999-"}), 416, "range")


@pytest.mark.parametrize("key", ["nothing/here", "%2e%2e/%2e%2e/chronotope.sqlite", "..%2f..%2fchronotope.sqlite", "B04/../../../chronotope.sqlite"])
def test_no_key_leads_out_of_the_store(server, ndvi_collection, key):
    assert_problem(raw.send(server, "GET", f"/collections/{ndvi_collection}/zarr/{key}"), (400, 404))


def test_a_vector_collection_has_no_cube(server, fields_collection):
    assert_problem(server.get(f"/collections/{fields_collection}/zarr/zarr.json"), 404)


@pytest.mark.shared
@pytest.mark.parametrize("store", ["s2l2a_belgium_monthly_utm31n.v2.zarr", "s2l2a_belgium_monthly_epsg7755.v3.zarr", "sst_india_lonlat_southup.v2.zarr"])
def test_real_stores_are_bit_equal(server, shared_collection, store):
    id = shared_collection(store)
    source = xr.open_zarr(places.shared_store(store), mask_and_scale=False)
    served = open_asset(server, id, mask_and_scale=False)
    for band in real.bands_of(store):
        assert served[band].values.tobytes() == source[band].values.tobytes(), band
