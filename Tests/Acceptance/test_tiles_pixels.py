"""PNG tiles against references made with PROJ, numpy and GDAL's warper."""
import io

import numpy as np
import pytest
from PIL import Image
from rasterio.warp import Resampling

from support import cubes, pixels, real, tiles

HALF_A_PIXEL = [(dx, dy) for dx in (-0.5, 0, 0.5) for dy in (-0.5, 0, 0.5) if (dx, dy) != (0, 0)]


def first_band(cube):
    return next(iter(cube.values))


def grey_tile(server, cube, layer, time, tile, low, high, **more):
    return tiles.fetch(
        server, cube.id, tile, layers=layer, datetime=cube.timestamps[time], colormap="gray",
        rescale=pixels.rescale(low, high), **{"resampling": "nearest", **more})


# ---- values ----

@pytest.mark.parametrize("time", [0, 1, -1])
def test_a_band_shows_its_values_at_their_place(server, cube, time):
    plane = cube.layer(first_band(cube))[time]
    low, high = pixels.value_range(plane)
    tile = tiles.covering_tile(cube)
    rgba = grey_tile(server, cube, first_band(cube), time, tile, low, high)
    pixels.assert_shows(rgba, cube, plane, tile, low, high)


@pytest.mark.parametrize("layer", ["B08", "NDVI", "NDMI", "GNDVI", "EVI"])
def test_layers_show_their_formula(server, utm, layer):
    plane = utm.layer(layer)[-1]
    low, high = pixels.value_range(plane)
    tile = tiles.covering_tile(utm)
    rgba = grey_tile(server, utm, layer, -1, tile, low, high)
    pixels.assert_shows(rgba, utm, plane, tile, low, high)


def test_almost_every_nearest_pixel_is_the_one_gdal_takes(server, cube):
    plane = cube.layer(first_band(cube))[0]
    low, high = pixels.value_range(plane)
    tile = tiles.covering_tile(cube)
    rgba = grey_tile(server, cube, first_band(cube), 0, tile, low, high)
    expected = tiles.gdal_tile(plane, cube, tile)
    valid = np.isfinite(expected)
    same = (rgba[..., 3] > 0) == valid
    same[valid] &= np.abs(rgba[..., 0][valid] - tiles.grey_level(expected[valid], low, high)) <= pixels.ONE_LEVEL
    assert same.mean() > 0.99 and same[valid].mean() > 0.97


@pytest.mark.parametrize("layer, bands", [("RGB", ("B04", "B03", "B02")), ("CIR", ("B08", "B04", "B03"))])
def test_composites_show_three_bands(server, utm, layer, bands):
    tile = tiles.covering_tile(utm)
    rgba = tiles.fetch(server, utm.id, tile, layers=layer, datetime=utm.timestamps[0], rescale="0,0.6", resampling="nearest")
    alpha = rgba[..., 3].astype(int)
    for channel, band in enumerate(bands):
        wrong = pixels.wrong_pixels(rgba[..., channel].astype(float), alpha, utm, utm.layer(band)[0], tile, 0, 0.6)
        assert not wrong.any(), f"{band}: {wrong.sum()} pixels differ"


def test_values_outside_the_rescale_take_the_ends_of_the_ramp(server, utm):
    plane = utm.layer("B08")[0]
    low, high = float(np.nanquantile(plane, 0.3)), float(np.nanquantile(plane, 0.6))
    tile = tiles.covering_tile(utm)
    rgba = grey_tile(server, utm, "B08", 0, tile, low, high)
    pixels.assert_shows(rgba, utm, plane, tile, low, high)


# ---- place ----

def test_nearest_is_within_half_a_pixel_of_gdal(server, cube):
    """A reference moved by half a source pixel in any direction fits worse than the one at the right place."""
    plane = cube.layer(first_band(cube))[0]
    low, high = pixels.value_range(plane)
    tile = tiles.covering_tile(cube)
    rgba = grey_tile(server, cube, first_band(cube), 0, tile, low, high)
    here = pixels.misfit(rgba, tiles.gdal_tile(plane, cube, tile), low, high)
    for shift in HALF_A_PIXEL:
        there = pixels.misfit(rgba, tiles.gdal_tile(plane, cube, tile, shift=shift), low, high)
        assert here < there, f"a reference moved by {shift} pixels fits better: {there:.3f} < {here:.3f}"


@pytest.mark.parametrize("method", ["bilinear", "cubic"])
def test_smooth_resampling_agrees_with_gdal(server, cube, method):
    plane = cube.layer(first_band(cube))[0]
    low, high = pixels.value_range(plane)
    tile = tiles.covering_tile(cube)
    rgba = grey_tile(server, cube, first_band(cube), 0, tile, low, high, resampling=method)
    expected = tiles.gdal_tile(plane, cube, tile, Resampling[method])
    here = pixels.misfit(rgba, expected, low, high)
    for shift in HALF_A_PIXEL:
        there = pixels.misfit(rgba, tiles.gdal_tile(plane, cube, tile, Resampling[method], shift), low, high)
        assert here < there, f"a reference moved by {shift} pixels fits better: {there:.3f} < {here:.3f}"
    assert here < 1.5, f"{here:.2f} grey levels from GDAL on average"


@pytest.mark.parametrize("lon, lat", [(-77, 38), (-170, -40), (100, 10), (179.5, 0), (-0.5, 51)])
def test_longitudes_from_0_to_360_lie_where_they_belong(server, made, lon, lat):
    cube = made["global360"]
    plane = cube.layer("anomaly")[1]
    low, high = pixels.value_range(plane)
    tile = tiles.tile_at(lon, lat, 4)
    rgba = grey_tile(server, cube, "anomaly", 1, tile, low, high)
    assert (rgba[..., 3] == 255).all()
    pixels.assert_shows(rgba, cube, plane, tile, low, high)


@pytest.mark.parametrize("coarser", [2, 4])
def test_overviews_lie_where_the_data_lie(server, utm, coarser):
    """On tiles much coarser than the data the drawn area has the size and the middle of the data."""
    zoom = tiles.covering_tile(utm)[0] - coarser
    tile = tiles.covering_tile(utm, zoom)
    rgba = grey_tile(server, utm, "B08", 0, tile, 0, 1)
    expected = np.isfinite(tiles.gdal_tile(utm.layer("B08")[0], utm, tile))
    drawn = rgba[..., 3] > 0
    assert drawn.sum() == pytest.approx(expected.sum(), rel=0.25, abs=6)
    assert np.argwhere(drawn).mean(axis=0) == pytest.approx(np.argwhere(expected).mean(axis=0), abs=1)


@pytest.fixture(scope="module")
def slopes(server, tmp_path_factory):
    cube = cubes.slopes(tmp_path_factory.mktemp("slopes"))
    cube.id = "made-slopes"
    server.publish(cube.path, cube.id)
    return cube


def test_a_large_cube_has_overviews(server, slopes):
    levels = server.json(f"/collections/{slopes.id}/capabilities")["raster"]["levels"]
    assert len(levels) >= 3 and (levels[0]["width"], levels[0]["height"]) == (1105, 1001)
    for finer, coarser in zip(levels, levels[1:]):
        assert coarser["width"] == pytest.approx(finer["width"] / 2, abs=1)
        assert coarser["resolution"][0] == pytest.approx(finer["resolution"][0] * 2, rel=0.01)


@pytest.mark.parametrize("method", ["nearest", "bilinear"])
@pytest.mark.parametrize("zoom", [14, 13, 12, 11, 10])
@pytest.mark.parametrize("band, axis", [("east", 0), ("south", 1)])
def test_overviews_are_not_shifted(server, slopes, zoom, method, band, axis):
    """On a slope the mean difference to the value at the pixels' centres tells the shift: less than a tenth of an output pixel."""
    tile = tiles.covering_tile(slopes, zoom)
    columns, rows = tiles.source_positions(slopes, tile)
    step, size = tiles.source_pixels_per_output_pixel(slopes, tile), slopes.shape[2 - axis]
    position, margin = (columns, rows)[axis], 3 * step
    inner = (columns > margin) & (columns < 1105 - margin) & (rows > margin) & (rows < 1001 - margin)
    # A ramp over the middle of what the tile shows, so that a colour is half an output pixel or less.
    middle, half = float(np.median(position[inner])), min(60 * step, 0.4 * float(np.ptp(position[inner])))
    low, high = (middle - half) / size, (middle + half) / size
    rgba = grey_tile(server, slopes, band, 0, tile, low, high, resampling=method)
    inner &= (position > middle - 0.9 * half) & (position < middle + 0.9 * half)
    assert inner.sum() > 100 and (rgba[..., 3][inner] == 255).all()
    shown = low + np.round(rgba[..., 0] * (254 / 255)) / 254 * (high - low)
    shift = float((shown[inner] * size - position[inner]).mean() / step)
    assert abs(shift) < 0.1, f"shifted by {shift:.3f} output pixels"


# ---- what is drawn when nothing is said ----

def test_a_date_without_data_is_transparent(server, utm):
    rgba = tiles.fetch(server, utm.id, tiles.covering_tile(utm), layers="NDVI", datetime=utm.timestamps[2])
    assert (rgba[..., 3] == 0).all()


def test_without_datetime_the_latest_data_are_drawn(server, utm):
    tile = tiles.covering_tile(utm)
    latest = tiles.fetch(server, utm.id, tile, layers="NDVI", datetime=utm.timestamps[-1])
    assert (tiles.fetch(server, utm.id, tile, layers="NDVI") == latest).all()


def test_without_layers_the_default_layer_is_drawn(server, utm):
    tile = tiles.covering_tile(utm)
    layers = server.json(f"/collections/{utm.id}/capabilities")["raster"]["layers"]
    default = [layer["name"] for layer in layers if layer.get("default")]
    assert len(default) == 1
    assert (tiles.fetch(server, utm.id, tile) == tiles.fetch(server, utm.id, tile, layers=default[0])).all()


def test_a_tile_outside_the_extent_is_transparent(server, utm):
    rgba = tiles.fetch(server, utm.id, tiles.tile_at(-100, 40, 12), layers="NDVI")
    assert (rgba[..., 3] == 0).all()


def test_the_path_may_end_in_the_format(server, utm):
    path = tiles.path(utm.id, tiles.covering_tile(utm))
    plain = server.get(path, {"layers": "NDVI"})
    named = server.get(path + ".png", {"layers": "NDVI"})
    assert named.status_code == 200 and named.content == plain.content


def test_webp_shows_the_same_area(server, utm):
    tile = tiles.covering_tile(utm)
    answer = server.get(tiles.path(utm.id, tile), {"layers": "NDVI", "f": "webp"})
    assert answer.headers["Content-Type"] == "image/webp"
    image = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    assert ((image[..., 3] > 0) == (tiles.fetch(server, utm.id, tile, layers="NDVI")[..., 3] > 0)).all()


def test_both_surfaces_give_the_same_tile(server, utm):
    tile = tiles.covering_tile(utm)
    bare = server.get(tiles.path(utm.id, tile))
    v2 = server.get(tiles.path(utm.id, tile, surface="/api/v2"))
    assert v2.status_code == 200 and bare.content == v2.content


# ---- real data ----

@pytest.mark.shared
@pytest.mark.parametrize("store", real.TIMED + real.UNTIMED)
def test_real_stores_show_their_values_at_their_place(server, shared_collection, store):
    id = shared_collection(store, *real.options_of(store))
    cube = real.open_cube(store)
    cube.id = id
    band = real.bands_of(store)[0]
    time = int(np.argmax([np.isfinite(plane).mean() for plane in cube.values[band]]))
    plane = cube.values[band][time]
    low, high = pixels.value_range(plane)
    tile = tiles.covering_tile(cube)
    pixels.assert_shows(grey_tile(server, cube, band, time, tile, low, high), cube, plane, tile, low, high)


def expected_tiles():
    from support import places
    folder = places.shared_file("data", "raster", "expected")
    return sorted(p.name for p in folder.glob("*.tile_*.npz")) if folder else ["absent"]


@pytest.mark.shared
@pytest.mark.parametrize("name", expected_tiles())
def test_expected_tiles_of_the_manifest(server, shared_collection, name):
    """Tiles made by rasterio beforehand; where an output pixel is larger than a source pixel only the place is compared."""
    from support import places
    store, _, address = name.removesuffix(".npz").partition(".tile_")
    tile = tuple(map(int, address.split("_")))
    expected = np.load(places.shared_file("data", "raster", "expected", name))
    cube = real.open_cube(store)
    cube.id = shared_collection(store, *real.options_of(store))
    time = int(expected["time_index"]) if "time_index" in expected else 0
    band = real.bands_of(store)[2] if "reflectance" in expected else next(b for b in real.bands_of(store) if b in expected)
    inside = expected["inside"]
    reference = np.where(inside, tiles.sample(cube.values[band][time], *tiles.source_positions(cube, tile)), np.nan)
    low, high = pixels.value_range(cube.values[band][time])
    rgba = grey_tile(server, cube, band, time, tile, low, high)
    valid = np.isfinite(reference)
    assert ((rgba[..., 3] > 0) == valid).mean() > 0.97
    if tiles.source_pixels_per_output_pixel(cube, tile) <= 1:
        both = valid & (rgba[..., 3] > 0)
        assert (np.abs(rgba[..., 0][both] - tiles.grey_level(reference[both], low, high)) <= pixels.ONE_LEVEL).mean() > 0.97
