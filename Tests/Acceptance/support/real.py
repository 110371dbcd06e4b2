"""The real stores of ../shared as `Cube`s: read by xarray, nothing by the product."""
import numpy as np
import pyproj
import xarray as xr

from . import places
from .cubes import Cube

# Stores with a time axis; the two of Amazonia have none and are published with a date given by hand.
TIMED = (
    "s2l2a_belgium_monthly_utm31n.v2.zarr", "s2l2a_belgium_monthly_utm31n.v3.zarr",
    "s2l2a_belgium_monthly_epsg7755.v2.zarr", "s2l2a_belgium_monthly_epsg7755.v3.zarr",
    "s2_slovenia_ndvi_68dates_utm33n.v2.zarr", "s2_slovenia_ndvi_68dates_utm33n.v3.zarr",
    "s2l1c_slovenia_5dates_utm33n.v2.zarr", "s2l1c_slovenia_5dates_utm33n.v3.zarr",
    "sst_india_epsg7755.v2.zarr", "sst_india_epsg7755.v3.zarr", "sst_india_lonlat_southup.v2.zarr",
)
UNTIMED = ("s2l2a_amazon_lonlat_u16.v2.zarr", "s2l2a_amazon_lonlat_f32.v3.zarr")
DATE_BY_HAND = "2020-01-01T00:00:00Z"
# Bands that are numbers rather than classes, three of each store at most.
BANDS = {
    "s2l2a": ("B02", "B03", "B04"), "s2_slovenia": ("NDVI", "CLP", "DEM"), "s2l1c": ("B02", "B03", "B04"), "sst": ("analysed_sst", "sst_anomaly"),
}


def bands_of(store):
    return next(bands for prefix, bands in BANDS.items() if store.startswith(prefix))


def options_of(store):
    return ("--datetime", DATE_BY_HAND) if store in UNTIMED else ()


def open_cube(store):
    path = places.shared_store(store)
    raw = xr.open_zarr(path, mask_and_scale=False, decode_times=True)
    masked = xr.open_zarr(path, mask_and_scale=True)
    crs = pyproj.CRS.from_wkt(raw["spatial_ref"].attrs["crs_wkt"])
    authority = crs.to_authority()
    x_name, y_name = ("lon", "lat") if crs.is_geographic else ("x", "y")
    x, y = raw[x_name].values.astype(float), raw[y_name].values.astype(float)
    dx, dy = (x[-1] - x[0]) / (x.size - 1), (y[-1] - y[0]) / (y.size - 1)
    times = raw["time"].values.astype("datetime64[s]") if "time" in raw else np.array([DATE_BY_HAND[:19]], "datetime64[s]")
    cube = Cube(store, ":".join(authority), (x[0] - dx / 2, dx, 0.0, y[0] - dy / 2, 0.0, dy), times, {}, path)
    for name in bands_of(store):
        cube.values[name] = _physical(raw, masked, name, len(times))
    return cube


def _physical(raw, masked, name, times):
    """float64 [time, row, column]; the integers scaled in float64, not in xarray's float32."""
    if name in raw:
        values, valid = raw[name], masked[name].notnull()
    else:
        values, valid = raw["reflectance"].sel(band=name), masked["reflectance"].sel(band=name).notnull()
    attributes = values.attrs
    plane = values.values.astype("float64") * attributes.get("scale_factor", 1.0) + attributes.get("add_offset", 0.0)
    plane = np.where(valid.values, plane, np.nan)
    return np.broadcast_to(plane, (times, *plane.shape[-2:]))
