"""Time series by numpy: the pixels whose centres lie in a box, bucketed by calendar."""
from datetime import datetime, timedelta, timezone

import numpy as np

FUNCTIONS = {
    "mean": np.mean, "min": np.min, "max": np.max, "sum": np.sum, "std": np.std, "median": np.median,
    "count": lambda values: values.size,
}


def inner_box(cube, margin=0.2):
    """A box inside the cube with six decimals that no pixel centre comes nearer to than 1e-7 degrees."""
    lon, lat = cube.lonlat_centres()
    edges = []
    for values, share in ((lon, margin), (lat, margin), (lon, 1 - margin), (lat, 1 - margin)):
        edge = round(float(np.quantile(values, share)), 6)
        while np.abs(values - edge).min() < 1e-7:
            edge = round(edge + 1e-6, 6)
        edges.append(edge)
    return edges


def mask(cube, box):
    """Pixels [row, column] whose centre is in the box."""
    lon, lat = cube.lonlat_centres()
    west, south, east, north = box
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def bucket(time, resolution):
    """Start of the half-open bucket in UTC that holds a time; weeks begin on Monday."""
    moment = datetime.fromisoformat(str(np.datetime64(time, "s"))).replace(tzinfo=timezone.utc)
    day = moment.replace(hour=0, minute=0, second=0)
    if resolution == "P1D":
        return day
    if resolution == "P1W":
        return day - timedelta(days=day.weekday())
    if resolution == "P1M":
        return day.replace(day=1)
    raise ValueError(resolution)


def expected(cube, layer, box, aggregation, resolution):
    """bucket start -> (value or None, number of values)."""
    inside = mask(cube, box)
    pools = {}
    for time, plane in zip(cube.times, cube.layer(layer)):
        values = plane[inside]
        pools.setdefault(bucket(time, resolution), []).append(values[np.isfinite(values)])
    result = {}
    for start, parts in pools.items():
        values = np.concatenate(parts)
        empty = values.size == 0
        result[start] = (None if empty and aggregation != "count" else float(FUNCTIONS[aggregation](values)), values.size)
    return result


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
