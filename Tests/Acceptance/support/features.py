"""Self-made features, and their reference as shapely geometries."""
import json
from pathlib import Path

from shapely.geometry import shape

WEST, SOUTH = 5.317, 50.629
STEP = 0.0021


def _ring(west, south, width, height):
    return [[west, south], [west + width, south], [west + width, south + height], [west, south + height], [west, south]]


def _feature(number, geometry, **properties):
    return {"type": "Feature", "id": f"field-{number:02d}", "geometry": geometry, "properties": {"number": number, **properties}}


def fields():
    """30 parcels on a grid: some with a date, some with an interval, some with neither; two with a hole or two parts; one without a geometry."""
    features = []
    for number in range(30):
        column, row = number % 6, number // 6
        west, south = WEST + column * STEP, SOUTH + row * STEP
        coordinates = [_ring(west, south, STEP * 0.8, STEP * 0.7)]
        geometry = {"type": "Polygon", "coordinates": coordinates}
        if number == 7:
            coordinates.append(_ring(west + STEP * 0.2, south + STEP * 0.2, STEP * 0.3, STEP * 0.3)[::-1])
        if number == 8:
            geometry = {"type": "MultiPolygon", "coordinates": [coordinates, [_ring(west + STEP * 0.85, south, STEP * 0.1, STEP * 0.2)]]}
        properties = {"crop": ("wheat", "maize", "beet")[number % 3], "area_ha": 1.5 + number, "organic": number % 2 == 0, "owner": f"Bauer Ü{number}"}
        if number % 3 == 0:
            properties["datetime"] = f"2021-{1 + number % 12:02d}-15T12:00:00Z"
        elif number % 3 == 1:
            properties.update(start_datetime=f"2021-{1 + number % 12:02d}-01T00:00:00Z", end_datetime=f"2021-{1 + number % 12:02d}-28T00:00:00Z")
        features.append(_feature(number, geometry, **properties))
    features.append(_feature(30, None, crop="fallow"))
    return {"type": "FeatureCollection", "features": features}


def dateline():
    """One MultiPolygon on both sides of the antimeridian, and controls near and far from it."""
    both = {"type": "MultiPolygon", "coordinates": [[_ring(178, -18, 2, 3)], [_ring(-180, -18, 1.5, 3)]]}
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "both-sides", "geometry": both, "properties": {"name": "both sides"}},
        {"type": "Feature", "id": "east", "geometry": {"type": "Point", "coordinates": [-179.5, -10]}, "properties": {"name": "just east"}},
        {"type": "Feature", "id": "west", "geometry": {"type": "Point", "coordinates": [179.5, -10]}, "properties": {"name": "just west"}},
        {"type": "Feature", "id": "greenwich", "geometry": {"type": "Polygon", "coordinates": [_ring(-1, -18, 2, 3)]}, "properties": {"name": "far away"}},
    ]}


def write(folder, name, collection):
    path = Path(folder) / f"{name}.geojson"
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def shapes(collection):
    """id -> shapely geometry, without those that have none."""
    return {f["id"]: shape(f["geometry"]) for f in collection["features"] if f["geometry"]}
