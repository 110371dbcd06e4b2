"""WebMercatorQuad by its definition, and what a tile must show according to PROJ, numpy and GDAL."""
import io
import math

import numpy as np
import pyproj
import rasterio
from PIL import Image
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject

HALF = math.pi * 6378137.0
SIZE = 256


def tile_at(lon, lat, zoom):
    """(zoom, column, row) of the tile that holds a place."""
    n = 2 ** zoom
    column = int((lon + 180) / 360 * n)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
    return zoom, min(max(column, 0), n - 1), min(max(row, 0), n - 1)


def bounds(zoom, column, row):
    """(min x, min y, max x, max y) in EPSG:3857."""
    side = 2 * HALF / 2 ** zoom
    return -HALF + column * side, HALF - (row + 1) * side, -HALF + (column + 1) * side, HALF - row * side


def lonlat_bounds(zoom, column, row):
    west, south, east, north = bounds(zoom, column, row)
    back = lambda y: math.degrees(math.atan(math.sinh(y / 6378137.0)))  # noqa: E731
    return west / HALF * 180, back(south), east / HALF * 180, back(north)


def path(collection, tile, tileset="WebMercatorQuad", surface=""):
    zoom, column, row = tile
    return f"{surface}/collections/{collection}/tiles/{tileset}/{zoom}/{row}/{column}"


def fetch(server, collection, tile, **parameters):
    """A PNG tile as uint8 [256, 256, 4]."""
    answer = server.get(path(collection, tile), parameters)
    assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:400]}"
    assert answer.headers["Content-Type"] == "image/png", answer.headers["Content-Type"]
    image = Image.open(io.BytesIO(answer.content))
    assert image.size == (SIZE, SIZE)
    return np.asarray(image.convert("RGBA"))


def is_global(cube):
    """Whether the cube spans all longitudes, so that its first column is also the neighbour of its last."""
    return pyproj.CRS(cube.crs).is_geographic and cube.shape[2] >= round(360 / abs(cube.transform[1]))


def source_positions(cube, tile):
    """Fractional column and row in the cube of every output pixel's centre (pixel 0 spans 0...1)."""
    min_x, _, max_x, max_y = bounds(*tile)
    step = (max_x - min_x) / SIZE
    x, y = np.meshgrid(min_x + (np.arange(SIZE) + 0.5) * step, max_y - (np.arange(SIZE) + 0.5) * step)
    sx, sy = pyproj.Transformer.from_crs("EPSG:3857", cube.crs, always_xy=True).transform(x, y)
    t = cube.transform
    columns = (sx - t[0]) / t[1]
    if is_global(cube):
        columns = np.mod(columns, cube.shape[2])
    return columns, (sy - t[3]) / t[5]


def source_pixels_per_output_pixel(cube, tile):
    columns, rows = source_positions(cube, tile)
    with np.errstate(invalid="ignore"):
        steps = [np.hypot(np.diff(columns, axis=a), np.diff(rows, axis=a)) for a in (0, 1)]
    return max(float(np.median(s)) for s in steps)


def sample(plane, columns, rows):
    """The pixel that holds each position; NaN outside."""
    with np.errstate(invalid="ignore"):
        c, r = np.floor(columns).astype(int), np.floor(rows).astype(int)
    inside = (c >= 0) & (c < plane.shape[1]) & (r >= 0) & (r < plane.shape[0]) & np.isfinite(columns)
    return np.where(inside, plane[np.clip(r, 0, plane.shape[0] - 1), np.clip(c, 0, plane.shape[1] - 1)], np.nan)


def gdal_tile(plane, cube, tile, resampling=Resampling.nearest, shift=(0.0, 0.0)):
    """The tile by GDAL's warper with an exact transformer; `shift` moves the source by (columns, rows)."""
    t = cube.transform
    source = Affine(t[1], 0, t[0], 0, t[5], t[3]) @ Affine.translation(*shift)
    min_x, _, max_x, max_y = bounds(*tile)
    step = (max_x - min_x) / SIZE
    if t[5] > 0:  # GDAL wants the first row in the north
        plane = plane[::-1]
        source = source @ Affine.translation(0, plane.shape[0]) @ Affine.scale(1, -1)
    out = np.full((SIZE, SIZE), np.nan)
    with rasterio.Env(CHECK_WITH_INVERT_PROJ=False):
        reproject(
            np.ascontiguousarray(plane, "float64"), out, src_transform=source, src_crs=cube.crs, src_nodata=np.nan,
            dst_transform=Affine(step, 0, min_x, 0, -step, max_y), dst_crs="EPSG:3857", dst_nodata=np.nan,
            resampling=resampling, tolerance=0)
    return out


def grey_level(values, low, high):
    """What a linear grey ramp of 256 steps shows, as a float."""
    return np.clip((values - low) / (high - low), 0, 1) * 255


def covering_tile(cube, zoom=None):
    """A tile over the middle of the cube, at a zoom where an output pixel is no larger than a source pixel."""
    lon, lat = cube.lonlat_centres()
    rows, columns = lon.shape
    place = float(lon[rows // 2, columns // 2]), float(lat[rows // 2, columns // 2])
    if zoom is not None:
        return tile_at(*place, zoom)
    for zoom in range(0, 22):
        tile = tile_at(*place, zoom)
        if source_pixels_per_output_pixel(cube, tile) <= 1:
            return tile
    raise ValueError("no zoom is fine enough")
