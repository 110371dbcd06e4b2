"""Nothing is ever stale: what is replaced, removed or published anew under the same id shows at once, in every cache."""
import pytest

from support import cubes, tiles
from support.uploads import Upload, objects_of

ID = "changing"


@pytest.fixture
def two(tmp_path):
    return cubes.small(tmp_path, "first", seed=21), cubes.small(tmp_path, "second", seed=22)


def publish(server, cube, **members):
    answer = Upload(server, ID, **members).put_all(objects_of(cube.path)).commit()
    assert answer.status_code in (200, 201), answer.text


def look(server, cube):
    """(value of a pixel, its tile, ETags of the tile, the collection and a Zarr object)."""
    lon, lat = (float(a[5, 5]) for a in cube.lonlat_centres())
    value = server.json(f"/collections/{ID}/point/{lon!r},{lat!r}", {"layers": "B04"})["values"][0]["B04"]
    tile = server.get(tiles.path(ID, tiles.tile_at(lon, lat, 14)), {"layers": "B04"})
    etags = [tile.headers["ETag"], server.get(f"/collections/{ID}").headers["ETag"], server.get(f"/collections/{ID}/zarr/zarr.json").headers["ETag"]]
    return value, tile.content, etags


@pytest.mark.parametrize("how", ["replaced", "removed and published anew", "removed by the command line and published anew"])
def test_new_data_show_at_once(server, two, how):
    first, second = two
    publish(server, first)
    try:
        value, picture, etags = look(server, first)
        assert value == pytest.approx(first.values["B04"][0, 5, 5], rel=1e-5)
        if how == "removed and published anew":
            assert server.request("DELETE", f"/collections/{ID}", token=True).status_code == 204
        elif how != "replaced":
            from support.server import cli
            assert cli("remove", ID, "--data", server.data).returncode == 0
        publish(server, second, **({"force": True} if how == "replaced" else {}))
        new_value, new_picture, new_etags = look(server, second)
        assert new_value == pytest.approx(second.values["B04"][0, 5, 5], rel=1e-5)
        assert new_picture != picture
        assert not set(etags) & set(new_etags), "an ETag stands for two different things"
    finally:
        server.request("DELETE", f"/collections/{ID}", token=True)


def test_a_removed_collection_is_gone_everywhere(server, two):
    publish(server, two[0])
    paths = [f"/collections/{ID}", f"/collections/{ID}/items", f"/collections/{ID}/tiles/WebMercatorQuad/0/0/0", f"/collections/{ID}/zarr/zarr.json"]
    assert [server.get(path).status_code for path in paths] == [200] * 4
    server.request("DELETE", f"/collections/{ID}", token=True)
    assert [server.get(path).status_code for path in paths] == [404] * 4
    assert ID not in server.get("/collections").text and server.json("/search", {"collections": ID})["features"] == []
