"""One server for the whole session, with self-made cubes and features in it, published in every way there is.

Fixtures for tests:
  server              the running server: base_url, token, collections, get(), json(), request()
  ndvi_collection     id of a raster collection with all bands, indices and composites (UTM 31N, Belgium, March to June 2021)
  fields_collection   id of a vector collection (31 parcels at the same place, with and without dates)
  cube                every self-made cube in turn; `cube.id` is its collection
  shared_collection   publishes a real store of ../shared/data once and returns its collection id
"""
import pytest

from support import cubes, features, places
from support.server import Server


def pytest_report_header():
    try:
        binary = places.binary()
    except FileNotFoundError as error:
        binary = error
    return [f"binary: {binary}", f"shared data: {places.shared() or 'absent (those tests are skipped)'}"]


def pytest_collection_modifyitems(items):
    if places.shared():
        return
    skip = pytest.mark.skip(reason="the real data of ../shared is not here")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The self-made data on disk: name -> Cube, or path of a GeoJSON file."""
    folder = tmp_path_factory.mktemp("made")
    made = {cube.name: cube for cube in (cubes.utm31n(folder), cubes.epsg7755(folder), cubes.lonlat_southup(folder), cubes.global360(folder))}
    made["fields"] = features.write(folder, "fields", features.fields())
    made["dateline"] = features.write(folder, "dateline", features.dateline())
    for name, id in CUBES.items():
        made[name].id = id
    return made


CUBES = {"utm31n": "made-utm31n", "epsg7755": "made-epsg7755", "lonlat-southup": "made-lonlat", "global360": "made-global"}


@pytest.fixture(scope="session")
def server(made, tmp_path_factory):
    """The server of the session. Two collections are published by the CLI before it starts, the others by the upload script."""
    server = Server(tmp_path_factory.mktemp("served") / "data")
    server.remember("utm31n", CUBES["utm31n"], lambda: server.publish(made["utm31n"].path, CUBES["utm31n"]))
    server.remember("fields", "made-fields", lambda: server.publish(made["fields"], "made-fields"))
    with server:
        for name in ("epsg7755", "lonlat-southup", "global360"):
            server.remember(name, CUBES[name], lambda name=name: server.upload(made[name].path, CUBES[name]))
        server.remember("dateline", "made-dateline", lambda: server.upload(made["dateline"], "made-dateline"))
        yield server


@pytest.fixture(autouse=True)
def no_test_kills_the_server(request):
    """A test that ends the session's server fails for it; the next test finds a new one over the same data."""
    yield
    if "server" not in request.fixturenames:
        return
    server = request.getfixturevalue("server")
    if not server.is_running():
        log = server.log(60)
        server.start()
        pytest.fail(f"the server died:\n{log}", pytrace=False)


@pytest.fixture
def the_server_stays_well(server):
    """For tests that ask for what is wrong: afterwards /health answers as before."""
    yield
    assert server.is_well(), server.log()


def published(server, name):
    if name in server.failures:
        pytest.fail(f"'{name}' could not be published: {server.failures[name]}", pytrace=False)
    return server.collections[name]


@pytest.fixture(scope="session")
def ndvi_collection(server):
    return published(server, "utm31n")


@pytest.fixture(scope="session")
def fields_collection(server):
    return published(server, "fields")


@pytest.fixture(scope="session")
def dateline_collection(server):
    return published(server, "dateline")


@pytest.fixture(scope="session", params=list(CUBES))
def cube(request, server, made):
    published(server, request.param)
    return made[request.param]


@pytest.fixture(scope="session")
def utm(server, made):
    published(server, "utm31n")
    return made["utm31n"]


@pytest.fixture(scope="session")
def shared_collection(server):
    """A function: name of a store in ../shared/data/raster -> collection id; each is published once."""
    def publish(store, *options):
        if store not in server.collections and store not in server.failures:
            id = "shared-" + store.removesuffix(".zarr").replace("_", "-").replace(".", "-")
            server.remember(store, id, lambda: server.publish(places.shared_store(store), id, *options))
        return published(server, store)

    return publish
