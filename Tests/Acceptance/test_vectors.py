"""Features: what goes in comes out, as GeoJSON, in boxes, and in vector tiles."""
import mapbox_vector_tile
import pytest
from shapely.geometry import box, shape
from shapely.ops import unary_union

from support import features, places, tiles
from support.problems import assert_problem


def all_items(server, collection, **parameters):
    return server.json(f"/collections/{collection}/items", {"limit": 1000, **parameters})["features"]


def decode(server, collection, tile):
    answer = server.get(tiles.path(collection, tile, "WebMercatorQuad-Vector"))
    assert answer.status_code in (200, 204), answer.text
    if answer.status_code == 200:
        assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    return mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True}) if answer.content else {}


def to_lonlat(geometry, tile, extent):
    """A decoded geometry (tile units, y down) in longitude and latitude."""
    import math

    from shapely.ops import transform
    min_x, min_y, max_x, max_y = tiles.bounds(*tile)

    def place(x, y):
        mx, my = min_x + x / extent * (max_x - min_x), max_y - y / extent * (max_y - min_y)
        return mx / tiles.HALF * 180, math.degrees(math.atan(math.sinh(my / 6378137.0)))

    return transform(lambda xs, ys: tuple(zip(*[place(x, y) for x, y in zip(xs, ys)])), shape(geometry))


# ---- items ----

def test_geometries_and_properties_come_back_as_they_went_in(server, fields_collection):
    got = {f["id"]: f for f in all_items(server, fields_collection)}
    for source in features.fields()["features"]:
        item = got[source["id"]]
        assert item["geometry"] == source["geometry"]
        assert {k: item["properties"].get(k) for k in source["properties"]} == source["properties"]


def test_every_item_is_a_stac_item_and_a_feature(server, fields_collection):
    for item in all_items(server, fields_collection):
        assert item["type"] == "Feature" and item["stac_version"].startswith("1.") and item["collection"] == fields_collection
        assert {"self", "root", "collection"} <= {link["rel"] for link in item["links"]}
        assert "assets" in item and "datetime" in item["properties"]
        if item["geometry"]:
            assert tuple(item["bbox"]) == pytest.approx(shape(item["geometry"]).bounds)


def test_a_feature_without_a_time_has_an_interval(server, fields_collection):
    item = server.json(f"/collections/{fields_collection}/items/field-02")
    assert item["properties"]["datetime"] is None
    assert item["properties"]["start_datetime"] <= item["properties"]["end_datetime"]


def test_bbox_finds_what_intersects_not_what_only_its_box_does(server, fields_collection):
    """The hole of field-07 holds no field."""
    hole = shape(features.fields()["features"][7]["geometry"]).interiors[0].bounds
    west, south, east, north = hole
    inner = f"{west + 1e-4},{south + 1e-4},{east - 1e-4},{north - 1e-4}"
    assert {f["id"] for f in all_items(server, fields_collection, bbox=inner)} - {"field-30"} == set()


@pytest.mark.parametrize("bounds, expected", [
    ("170,-30,-170,0", {"both-sides", "east", "west"}),
    ("-180,-30,-179,0", {"both-sides", "east"}),
    ("179.2,-12,180,0", {"west"}),
    ("-10,-30,10,0", {"greenwich"}),
    ("-175,-30,175,0", {"greenwich"}),
    ("179.9,-90,-179.9,90", {"both-sides"}),
    ("-180,-90,180,90", {"both-sides", "east", "west", "greenwich"}),
])
def test_boxes_at_the_antimeridian(server, dateline_collection, bounds, expected):
    assert {f["id"] for f in all_items(server, dateline_collection, bbox=bounds)} == expected
    found = server.json("/search", {"collections": dateline_collection, "bbox": bounds, "limit": 100})["features"]
    assert {f["id"] for f in found} == expected


def test_the_bbox_of_a_feature_on_both_sides_wraps(server, dateline_collection):
    """RFC 7946, section 5.2: west is greater than east."""
    item = server.json(f"/collections/{dateline_collection}/items/both-sides")
    assert item["bbox"] == pytest.approx([178, -18, -178.5, -15])


def test_the_extent_of_features_across_the_antimeridian_is_legal(server, dateline_collection):
    west, south, east, north = server.json(f"/collections/{dateline_collection}")["extent"]["spatial"]["bbox"][0]
    assert -180 <= west <= 180 and -180 <= east <= 180 and south <= -18 and north >= -10


def test_geojson_is_plain(server, fields_collection):
    plain = server.json(f"/collections/{fields_collection}/items", {"f": "geojson", "limit": 5})
    assert plain["type"] == "FeatureCollection" and all(f["type"] == "Feature" for f in plain["features"])


def test_capabilities_describe_the_features(server, fields_collection):
    vector = server.json(f"/collections/{fields_collection}/capabilities")["vector"]
    assert vector["featureCount"] == 31 and {"Polygon", "MultiPolygon"} <= set(vector["geometryTypes"])
    assert {"crop", "area_ha", "organic", "number", "owner"} <= {p["name"] for p in vector["properties"]}


# ---- tiles ----

@pytest.mark.parametrize("zoom", [12, 14, 16])
def test_a_tile_holds_what_shapely_finds_in_it(server, fields_collection, zoom):
    tile = tiles.tile_at(features.WEST + 0.004, features.SOUTH + 0.004, zoom)
    layer = decode(server, fields_collection, tile)[fields_collection]
    area = box(*tiles.lonlat_bounds(*tile))
    sure = {id for id, g in features.shapes(features.fields()).items() if g.intersection(area).area > 0.02 * g.area}
    near = {id for id, g in features.shapes(features.fields()).items() if g.intersects(area.buffer((area.bounds[2] - area.bounds[0]) * 0.05))}
    got = {f["properties"]["id"] for f in layer["features"]}
    assert sure <= got <= near


@pytest.mark.parametrize("zoom", [14, 16])
def test_shapes_in_a_tile_are_those_of_the_features(server, fields_collection, zoom):
    tile = tiles.tile_at(features.WEST + 0.004, features.SOUTH + 0.004, zoom)
    layer = decode(server, fields_collection, tile)[fields_collection]
    area = box(*tiles.lonlat_bounds(*tile))
    expected = features.shapes(features.fields())
    for feature in layer["features"]:
        got = to_lonlat(feature["geometry"], tile, layer["extent"]).buffer(0).intersection(area)
        reference = expected[feature["properties"]["id"]].intersection(area)
        pixel = (area.bounds[2] - area.bounds[0]) / layer["extent"]
        assert got.symmetric_difference(reference).area <= 2 * pixel * max(reference.length, pixel), feature["properties"]["id"]


def test_properties_travel_in_tiles(server, fields_collection):
    tile = tiles.tile_at(features.WEST + 0.001, features.SOUTH + 0.001, 16)
    layer = decode(server, fields_collection, tile)[fields_collection]
    source = {f["id"]: f["properties"] for f in features.fields()["features"]}
    for feature in layer["features"]:
        wanted = source[feature["properties"]["id"]]
        assert {k: feature["properties"][k] for k in ("crop", "area_ha", "organic", "owner")} == {k: wanted[k] for k in ("crop", "area_ha", "organic", "owner")}


def test_layers_have_version_2_and_extent_4096(server, fields_collection):
    layer = decode(server, fields_collection, tiles.tile_at(features.WEST, features.SOUTH, 13))[fields_collection]
    assert layer["version"] == 2 and layer["extent"] == 4096


def test_four_children_hold_what_their_parent_holds(server, fields_collection):
    zoom, column, row = tiles.tile_at(features.WEST + 0.004, features.SOUTH + 0.004, 14)
    ids = lambda tile: {f["properties"]["id"] for f in decode(server, fields_collection, tile).get(fields_collection, {"features": []})["features"]}  # noqa: E731
    children = [ids((zoom + 1, 2 * column + dx, 2 * row + dy)) for dx in (0, 1) for dy in (0, 1)]
    assert set.union(*children) == ids((zoom, column, row))


def test_both_sides_of_the_antimeridian_are_drawn(server, dateline_collection):
    for lon in (179, -179.2):
        tile = tiles.tile_at(lon, -16, 6)
        layer = decode(server, dateline_collection, tile)[dateline_collection]
        area = box(*tiles.lonlat_bounds(*tile))
        drawn = unary_union([to_lonlat(f["geometry"], tile, 4096) for f in layer["features"] if f["properties"]["id"] == "both-sides"])
        reference = features.shapes(features.dateline())["both-sides"].intersection(area)
        assert drawn.intersection(area).symmetric_difference(reference).area < 0.02 * reference.area


def test_a_tile_without_features_is_empty(server, fields_collection):
    assert decode(server, fields_collection, tiles.tile_at(-100, 40, 10)) == {}


def test_a_raster_collection_has_no_vector_tiles(server, ndvi_collection):
    assert_problem(server.get(tiles.path(ndvi_collection, (0, 0, 0), "WebMercatorQuad-Vector")), 404)


# ---- real data ----

@pytest.fixture(scope="module")
def real_vectors(server):
    """A function: file of ../shared/data/vector -> collection id."""
    def publish(name):
        id = "shared-" + name.split(".")[0].replace("_", "-")
        if id not in server.collections.values():
            server.publish(places.shared_file("data", "vector", name), id)
            server.collections[name] = id
        return id

    return publish


@pytest.mark.shared
@pytest.mark.parametrize("name, count", [
    ("countries_110m.geojson", 177), ("fields_kenya.geojson", 319), ("fields_india.geojson", 100), ("slovenia_lpis.geojson", 88), ("india_constituencies.geojson", 543)])
def test_real_features_are_all_there(server, real_vectors, name, count):
    id = real_vectors(name)
    assert len(all_items(server, id)) == count
    assert server.json(f"/collections/{id}/capabilities")["vector"]["featureCount"] == count


@pytest.mark.shared
@pytest.mark.parametrize("projected, plain", [("fields_kenya_utm36n.geojson", "fields_kenya.geojson"), ("slovenia_lpis_utm33n.geojson", "slovenia_lpis.geojson"),
                                              ("fields_india_epsg7755.geojson", "fields_india.geojson")])
def test_projected_files_land_where_the_others_do(server, real_vectors, projected, plain):
    there, here = (all_items(server, real_vectors(name)) for name in (projected, plain))
    assert len(there) == len(here)
    for a, b in zip(sorted(there, key=lambda f: f["id"]), sorted(here, key=lambda f: f["id"])):
        assert shape(a["geometry"]).bounds == pytest.approx(shape(b["geometry"]).bounds, abs=1e-6)


@pytest.mark.shared
def test_points_in_newline_delimited_json(server, real_vectors):
    import json
    id = real_vectors("earthquakes_1965_2016.ndjson")
    lines = places.shared_file("data", "vector", "earthquakes_1965_2016.ndjson").read_text().splitlines()
    window = box(170, -30, 180, -10), box(-180, -30, -170, -10)
    expected = sum(1 for line in lines if line.strip() and any(part.intersects(shape(json.loads(line)["geometry"])) for part in window))
    assert len(all_items(server, id, bbox="170,-30,-170,-10", limit=10000)) == expected
