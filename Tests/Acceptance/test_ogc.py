"""GDAL's drivers and the OGC checks of ../shared."""
import json
import subprocess
import sys

import pytest

from support import features, places, tiles
from support.server import clean_environment

needs_gdal = pytest.mark.skipif(not places.tool("ogrinfo"), reason="gdal-bin is not installed")
TMS = """<GDAL_WMS><Service name="TMS"><ServerUrl>{url}</ServerUrl></Service>
<DataWindow><UpperLeftX>-20037508.342789244</UpperLeftX><UpperLeftY>20037508.342789244</UpperLeftY>
<LowerRightX>20037508.342789244</LowerRightX><LowerRightY>-20037508.342789244</LowerRightY>
<TileLevel>{level}</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY><YOrigin>top</YOrigin></DataWindow>
<Projection>EPSG:3857</Projection><BlockSizeX>256</BlockSizeX><BlockSizeY>256</BlockSizeY><BandsCount>4</BandsCount></GDAL_WMS>"""


def gdal(*command):
    """Runs a GDAL program; its errors count even where its exit code does not."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=180, env=clean_environment(GDAL_HTTP_TIMEOUT=30))
    assert done.returncode == 0 and "ERROR" not in done.stderr + done.stdout, f"{' '.join(map(str, command))}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    return done.stdout


@needs_gdal
@pytest.mark.parametrize("surface", ["", "/api/v2"], ids=["bare", "v2"])
def test_oapif_lists_the_collections(server, ndvi_collection, fields_collection, surface):
    out = gdal("ogrinfo", "-ro", f"OAPIF:{server.base_url}{surface}")
    assert ndvi_collection in out and fields_collection in out


@needs_gdal
def test_oapif_reads_every_feature(server, fields_collection, tmp_path):
    copy = tmp_path / "copy.geojson"
    gdal("ogr2ogr", "-f", "GeoJSON", copy, f"OAPIF:{server.base_url}", fields_collection, "-oo", "PAGE_SIZE=7")
    assert len(json.loads(copy.read_text())["features"]) == len(features.fields()["features"])


@needs_gdal
def test_oapif_passes_the_box_on(server, fields_collection):
    out = gdal("ogrinfo", "-ro", "-so", "-spat", "5.3180", "50.6300", "5.3200", "50.6320", f"OAPIF:{server.base_url}", fields_collection)
    assert 0 < int(out.split("Feature Count: ")[1].split()[0]) < 10


@needs_gdal
def test_mvt_driver_reads_a_tile(server, fields_collection, tmp_path):
    zoom, column, row = tiles.tile_at(features.WEST + 0.003, features.SOUTH + 0.003, 13)
    answer = server.get(tiles.path(fields_collection, (zoom, column, row), "WebMercatorQuad-Vector"))
    file = tmp_path / str(zoom) / str(column) / f"{row}.pbf"
    file.parent.mkdir(parents=True)
    file.write_bytes(answer.content)
    out = gdal("ogrinfo", "-ro", "-al", "-so", f"MVT:{file}")
    assert f"Layer name: {fields_collection}" in out and "crop: String" in out and "Feature Count: 0" not in out


@needs_gdal
def test_xyz_png_through_the_wms_driver(server, utm, tmp_path):
    """The picture that GDAL fetches tile by tile is the picture of the tile."""
    tile = tiles.covering_tile(utm)
    url = f"{server.base_url}/collections/{utm.id}/tiles/WebMercatorQuad/${{z}}/${{y}}/${{x}}?layers=NDVI"
    xml = tmp_path / "xyz.xml"
    xml.write_text(TMS.format(url=url.replace("&", "&amp;"), level=tile[0]))
    min_x, min_y, max_x, max_y = tiles.bounds(*tile)
    gdal("gdal_translate", "-q", "-of", "PNG", "-projwin", min_x, max_y, max_x, min_y, "-outsize", 256, 256, xml, tmp_path / "out.png")
    import numpy as np
    from PIL import Image
    fetched = np.asarray(Image.open(tmp_path / "out.png").convert("RGBA"))
    expected = tiles.fetch(server, utm.id, tile, layers="NDVI")
    drawn = expected[..., 3] > 0
    assert drawn.any() and (fetched[..., :3][drawn] == expected[..., :3][drawn]).all()


@needs_gdal
def test_tilejson_template_has_column_and_row_in_place(server, utm):
    zoom, column, row = tiles.covering_tile(utm)
    document = server.json(f"/collections/{utm.id}/tiles/WebMercatorQuad/tilejson.json", {"layers": "NDVI"})
    url = document["tiles"][0].replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
    assert server.get(url).content == server.get(tiles.path(utm.id, (zoom, column, row)), {"layers": "NDVI"}).content


@pytest.mark.parametrize("tileset, vector_layers", [("WebMercatorQuad", 0), ("WebMercatorQuad-Vector", 1)])
def test_tilejson_is_complete(server, ndvi_collection, fields_collection, tileset, vector_layers):
    id = fields_collection if "Vector" in tileset else ndvi_collection
    document = server.json(f"/collections/{id}/tiles/{tileset}/tilejson.json")
    assert document["tilejson"] == "3.0.0" and len(document["vector_layers"]) == vector_layers
    west, south, east, north = document["bounds"]
    assert -180 <= west < east <= 180 and -90 <= south < north <= 90
    assert 0 <= document["minzoom"] <= document["maxzoom"] <= 30
    assert all(isinstance(v, str) for layer in document["vector_layers"] for v in layer["fields"].values())


def test_tilesets_have_their_links(server, ndvi_collection):
    listed = server.json(f"/collections/{ndvi_collection}/tiles")["tilesets"]
    assert listed and all({"dataType", "crs", "tileMatrixSetURI", "links"} <= t.keys() for t in listed)
    self = next(link["href"] for link in listed[0]["links"] if link["rel"] == "self")
    item = next(link for link in server.json(self)["links"] if link["rel"] == "item")
    assert item["templated"] is True and "{tileMatrix}/{tileRow}/{tileCol}" in item["href"]


def test_tile_matrix_sets_are_served(server):
    ids = {t["id"] for t in server.json("/tileMatrixSets")["tileMatrixSets"]}
    assert "WebMercatorQuad" in ids
    matrix = server.json("/tileMatrixSets/WebMercatorQuad")["tileMatrices"][0]
    assert matrix["cellSize"] == pytest.approx(156543.03392804097) and matrix["matrixWidth"] == 1


def test_a_style_draws_what_the_collection_has(server, ndvi_collection, fields_collection):
    raster = server.json(f"/collections/{ndvi_collection}/styles/default")
    vector = server.json(f"/collections/{fields_collection}/styles/default")
    assert raster["version"] == vector["version"] == 8
    assert {layer["type"] for layer in raster["layers"]} == {"raster"}
    assert {"fill", "line"} <= {layer["type"] for layer in vector["layers"]}
    for style in (raster, vector):
        for source in style["sources"].values():
            assert server.get(source["url"]).status_code == 200


CHECK = places.shared_file("standards", "validators", "bin", "ogc_check.py")


@pytest.fixture(scope="module")
def ogc_report(server, ndvi_collection, fields_collection, dateline_collection, tmp_path_factory):
    """The report of ogc_check.py over raster and vector collections, made once."""
    report = tmp_path_factory.mktemp("ogc") / "report.json"
    command = [sys.executable, str(CHECK), "--base", server.base_url, "--only", "common,collections,features,tiles,tilejson", "--json", str(report)]
    for id in (ndvi_collection, fields_collection, dateline_collection):
        command += ["--collection", id]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=clean_environment(OFFLINE_SCHEMAS_QUIET=1))
    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(report.read_text())


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("group", ["common", "collections", "features", "tiles", "tilejson"])
def test_no_requirement_of_the_ogc_standards_fails(ogc_report, group):
    results = [r for r in ogc_report["results"] if r["group"] == group and r["level"] == "MUST"]
    assert results, f"nothing was checked; the report has {sorted(ogc_report['groups'])}"
    failed = [f"{r['id']}: {r['detail'][:300]}" for r in results if not r["ok"]]
    assert not failed, "\n" + "\n".join(failed)
