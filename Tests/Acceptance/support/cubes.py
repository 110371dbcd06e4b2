"""Self-made data cubes: written with xarray and zarr-python, with their physical values kept as numpy reference."""
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyproj
import xarray as xr

BANDS = ("B02", "B03", "B04", "B05", "B08", "B11", "B12")
NODATA = 65535


@dataclass
class Cube:
    """A store on disk and what is in it.

    transform   GDAL order: origin x, pixel width, 0, origin y, 0, pixel height (positive: the first row is the southernmost)
    values      band -> float64 [time, row, column], physical, NaN where there is no data
    """

    name: str
    crs: str
    transform: tuple
    times: np.ndarray
    values: dict
    path: Path = None
    raw: dict = field(default_factory=dict)
    nodata: float = None
    scale: float = 1.0
    offset: float = 0.0
    y_name: str = "y"
    x_name: str = "x"

    @property
    def shape(self):
        return next(iter(self.values.values())).shape

    @property
    def timestamps(self):
        """RFC 3339 in UTC."""
        return [str(t.astype("datetime64[s]")) + "Z" for t in self.times]

    def x_centres(self):
        return self.transform[0] + self.transform[1] * (np.arange(self.shape[2]) + 0.5)

    def y_centres(self):
        return self.transform[3] + self.transform[5] * (np.arange(self.shape[1]) + 0.5)

    def lonlat_centres(self):
        """Longitudes and latitudes [row, column] of the pixel centres, by PROJ."""
        x, y = np.meshgrid(self.x_centres(), self.y_centres())
        lon, lat = pyproj.Transformer.from_crs(self.crs, "OGC:CRS84", always_xy=True).transform(x, y)
        return np.where(lon > 180, lon - 360, lon), lat

    def layer(self, name):
        """A band, or an index by its textbook formula."""
        if name in self.values:
            return self.values[name]
        v = self.values
        with np.errstate(all="ignore"):
            if name == "NDVI":
                result = (v["B08"] - v["B04"]) / (v["B08"] + v["B04"])
            elif name == "NDMI":
                result = (v["B08"] - v["B11"]) / (v["B08"] + v["B11"])
            elif name == "GNDVI":
                result = (v["B08"] - v["B03"]) / (v["B08"] + v["B03"])
            elif name == "EVI":
                result = 2.5 * (v["B08"] - v["B04"]) / (v["B08"] + 6 * v["B04"] - 7.5 * v["B02"] + 1)
            else:
                raise KeyError(name)
        return np.where(np.isfinite(result), result, np.nan)


def _field(rng, shape, low, high):
    """Structure without symmetry, and noise that makes every pixel its own."""
    _, rows, columns = shape
    r, c = np.mgrid[0:rows, 0:columns]
    wave = np.sin(r / 5.3) * np.cos(c / 7.1) + 0.02 * r - 0.013 * c
    wave = (wave - wave.min()) / (wave.max() - wave.min())
    parts = [np.clip(0.8 * wave + 0.2 * rng.random((rows, columns)), 0, 1) * (0.9 + 0.1 * rng.random()) for _ in range(shape[0])]
    return low + (high - low) * np.stack(parts)


def _crs_variable(crs, transform):
    attributes = dict(pyproj.CRS(crs).to_cf())
    attributes["GeoTransform"] = " ".join(repr(float(v)) for v in transform)
    return xr.DataArray(np.int64(0), attrs=attributes)


def _dataset(cube, arrays, attributes):
    geographic = pyproj.CRS(cube.crs).is_geographic
    cube.x_name, cube.y_name = ("lon", "lat") if geographic else ("x", "y")
    x_attrs, y_attrs = (
        ({"standard_name": "longitude", "units": "degrees_east"}, {"standard_name": "latitude", "units": "degrees_north"})
        if geographic else
        ({"standard_name": "projection_x_coordinate", "units": "m"}, {"standard_name": "projection_y_coordinate", "units": "m"}))
    dataset = xr.Dataset(
        {name: (("time", cube.y_name, cube.x_name), values, {**attributes, "grid_mapping": "spatial_ref"}) for name, values in arrays.items()},
        coords={
            "time": ("time", cube.times.astype("datetime64[ns]"), {"standard_name": "time", "axis": "T"}),
            cube.y_name: (cube.y_name, cube.y_centres(), {**y_attrs, "axis": "Y"}),
            cube.x_name: (cube.x_name, cube.x_centres(), {**x_attrs, "axis": "X"}),
            "spatial_ref": _crs_variable(cube.crs, cube.transform),
        }, attrs={"Conventions": "CF-1.11", "title": f"Self-made cube {cube.name}"})
    return dataset


def _write(cube, dataset, folder, zarr_format, chunks, shards=None, fill=None):
    encoding = {"time": {"units": "seconds since 1970-01-01", "calendar": "proleptic_gregorian", "dtype": "int64"}}
    for name in dataset.data_vars:
        encoding[name] = {"chunks": chunks, "_FillValue": fill}
        if shards:
            encoding[name]["shards"] = shards
    cube.path = Path(folder) / f"{cube.name}.zarr"
    dataset.to_zarr(cube.path, mode="w", zarr_format=zarr_format, consolidated=True, encoding=encoding)
    return cube


def _reflectances(cube, seed, scale, offset, empty_time=None):
    """uint16 counts with scale and offset; two corners without data, one date without any."""
    rng = np.random.default_rng(seed)
    times, rows, columns = len(cube.times), *cube.grid_shape
    cube.scale, cube.offset, cube.nodata = scale, offset, NODATA
    for number, band in enumerate(BANDS):
        low, high = (0.25, 0.55) if band == "B08" else (0.02 + 0.01 * number, 0.2 + 0.01 * number)
        physical = _field(rng, (times, rows, columns), low, high)
        counts = np.round((physical - offset) / scale).astype("uint16")
        counts[:, :6, :9] = NODATA
        counts[:, -4:, -11:] = NODATA
        counts[1, 20:24, 30:37] = NODATA  # a cloud
        if empty_time is not None:
            counts[empty_time] = NODATA
        cube.raw[band] = counts
        cube.values[band] = np.where(counts == NODATA, np.nan, counts.astype("float64") * scale + offset)


def _cube(name, crs, transform, times, rows, columns):
    cube = Cube(name, crs, transform, np.array(times, "datetime64[s]"), {})
    cube.grid_shape = (rows, columns)
    return cube


def utm31n(folder):
    """Zarr v2 in UTM zone 31N, partial edge chunks, irregular dates, the third of them without any valid pixel."""
    times = ["2021-03-01T10:56:29", "2021-03-03T10:50:11", "2021-03-08T10:56:29", "2021-03-31T23:59:59",
             "2021-04-01T00:00:00", "2021-06-14T10:50:31", "2021-06-20T23:30:00"]
    cube = _cube("utm31n", "EPSG:32631", (664000.0, 10.0, 0.0, 5612120.0, 0.0, -10.0), times, 76, 90)
    _reflectances(cube, seed=1, scale=0.0001, offset=-0.1, empty_time=2)
    dataset = _dataset(cube, cube.raw, {"scale_factor": cube.scale, "add_offset": cube.offset, "units": "1"})
    return _write(cube, dataset, folder, 2, (2, 32, 32), fill=NODATA)


def epsg7755(folder):
    """Zarr v3 with shards in EPSG:7755 (Lambert conic, India), around Hyderabad."""
    times = ["2025-01-05T05:30:00", "2025-02-04T05:30:00", "2025-03-06T05:30:00", "2025-04-05T05:30:00"]
    x, y = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:7755", always_xy=True).transform(78.4, 17.4)
    cube = _cube("epsg7755", "EPSG:7755", (round(x), 20.0, 0.0, round(y), 0.0, -20.0), times, 64, 80)
    _reflectances(cube, seed=2, scale=0.0001, offset=0.0)
    dataset = _dataset(cube, cube.raw, {"scale_factor": cube.scale, "add_offset": cube.offset, "units": "1"})
    return _write(cube, dataset, folder, 3, (1, 16, 16), shards=(2, 32, 48), fill=NODATA)


def lonlat_southup(folder):
    """Zarr v2 in longitude and latitude across the equator, rows running from south to north, float32 with NaN."""
    times = ["2020-07-01T12:00:00", "2020-07-02T12:00:00", "2020-07-04T12:00:00"]
    cube = _cube("lonlat-southup", "EPSG:4326", (30.0, 0.02, 0.0, -0.7, 0.0, 0.02), times, 60, 74)
    rng = np.random.default_rng(3)
    temperature = _field(rng, (3, 60, 74), 280, 310).astype("float32")
    temperature[:, :5, :8] = np.nan
    temperature[2, 40:, 50:] = np.nan
    cube.raw = {"temperature": temperature}
    cube.values = {"temperature": temperature.astype("float64")}
    dataset = _dataset(cube, cube.raw, {"units": "K", "long_name": "air temperature"})
    return _write(cube, dataset, folder, 2, (1, 25, 30), fill=np.float32(np.nan))


def global360(folder):
    """Zarr v3 of the whole Earth with longitudes from 0 to 360, in steps of two degrees."""
    times = ["2019-12-31T00:00:00", "2020-01-01T00:00:00", "2020-02-29T00:00:00"]
    cube = _cube("global360", "EPSG:4326", (0.0, 2.0, 0.0, 90.0, 0.0, -2.0), times, 90, 180)
    anomaly = _field(np.random.default_rng(4), (3, 90, 180), -3, 3).astype("float32")
    cube.raw = {"anomaly": anomaly}
    cube.values = {"anomaly": anomaly.astype("float64")}
    dataset = _dataset(cube, cube.raw, {"units": "K"})
    return _write(cube, dataset, folder, 3, (1, 45, 60), fill=np.float32(np.nan))


def large(folder, size=900, times=6):
    """One that takes a while to publish, for what happens in the middle of it."""
    dates = np.datetime64("2022-01-01T00:00:00") + np.arange(times) * np.timedelta64(10, "D")
    cube = _cube("large", "EPSG:32631", (664000.0, 10.0, 0.0, 5612120.0, 0.0, -10.0), dates, size, size)
    rng = np.random.default_rng(5)
    for band in ("B04", "B08"):
        cube.raw[band] = rng.integers(1, 9000, (times, size, size), dtype="uint16")
        cube.values[band] = cube.raw[band] * 0.0001
    dataset = _dataset(cube, cube.raw, {"scale_factor": 0.0001, "add_offset": 0.0})
    return _write(cube, dataset, folder, 2, (1, 256, 256), fill=NODATA)


def small(folder, name="small", seed=9):
    """Two bands, two dates, 24 by 30 pixels: quick to publish."""
    cube = _cube(name, "EPSG:32631", (664000.0, 10.0, 0.0, 5612120.0, 0.0, -10.0), ["2022-05-01T10:00:00", "2022-05-11T10:00:00"], 24, 30)
    rng = np.random.default_rng(seed)
    cube.scale = 0.0001
    for band in ("B04", "B08"):
        cube.raw[band] = rng.integers(1, 9000, (2, 24, 30), dtype="uint16")
        cube.values[band] = cube.raw[band] * 0.0001
    dataset = _dataset(cube, cube.raw, {"scale_factor": 0.0001, "add_offset": 0.0})
    return _write(cube, dataset, folder, 2, (1, 16, 16), fill=NODATA)


def slopes(folder):
    """Large enough for overviews, of odd size: `east` is the column, `south` the row, both as a share of the width or height."""
    cube = _cube("slopes", "EPSG:32631", (664000.0, 10.0, 0.0, 5612120.0, 0.0, -10.0), ["2022-01-01T00:00:00"], 1001, 1105)
    rows, columns = np.mgrid[0:1001, 0:1105].astype("float32") + np.float32(0.5)
    cube.raw = {"east": (columns / 1105)[None], "south": (rows / 1001)[None]}
    cube.values = {name: values.astype("float64") for name, values in cube.raw.items()}
    return _write(cube, _dataset(cube, cube.raw, {"units": "1"}), folder, 3, (1, 256, 256), fill=np.float32(np.nan))
