"""Garbage and dice: whatever is asked, there is an answer, and it is never a 5xx."""
import random
from urllib.parse import quote

import pytest

from support import raw
from support.openapi import Routes

pytestmark = pytest.mark.usefixtures("the_server_stays_well")


GARBAGE = ["/%", "/%zz", "/%00", "/collections/%00", "/collections/%ff%fe", "/collections/%2e%2e%2f%2e%2e", "/..%2f..%2fetc/passwd", "/collections?limit=%zz", "/collections?%", "/search?bbox=%ff",
           "/collections/" + "a" * 5000, "/search?ids=" + "x," * 3000, "//collections", "/collections//items", "/?=&&=&", "/search?datetime=%C0%AF", "/assets/../../etc/passwd",
           "/assets/%2e%2e/%2e%2e/etc/passwd", "/collections/made-utm31n/zarr/%00", "/collections/\u00e9", "/map?collection=%3Cscript%3E"]


@pytest.mark.parametrize("target", GARBAGE)
def test_garbage_in_the_url(server, ndvi_collection, target):
    line = raw.first_line(server, target)
    assert line.startswith("HTTP/1.1 ") and line.split()[1][0] in "1234", line


def test_the_map_page_does_not_echo_what_it_was_asked(server):
    for path in ("/map?collection=%3Cscript%3Ealert(1)%3C/script%3E", "/collections/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/collections?bbox=%3Cscript%3Ealert(1)"):
        answer = server.get(path, headers={"Accept": "text/html"})
        assert "html" not in answer.headers["Content-Type"] or "<script>alert" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["BREW", "TRACE", "CONNECT", "PATCH", "PROPFIND"])
def test_strange_methods(server, method):
    assert raw.first_line(server, "/collections", method).split()[1][0] == "4"


# ---- a little fuzzing ----

VALUES = ["", "0", "-1", "1", "1e400", "NaN", "0,0,1,1", "-180,-90,180,90", "180,-90,-180,90", "2021-03-01T00:00:00Z", "../..", "2021-03-01T00:00:00Z/..", "NDVI", "RGB", "NDVI,RGB", "B04", "mean",
          "median", "P1D", "P0D", "P99999999999D", "PT1S", "json", "html", "csv", "png", "webp", "svg", "viridis", "greys_r", "0,1", "1,0", "0,1,0,1,0,1", "bilinear", "cubic", "x" * 3000, "\u0000", "é😀",
          "'\"<>;--", "null", "[]", "{}", "%", "+", "field-01", "made-utm31n,made-fields", "9223372036854775808", "-9223372036854775809", "1,2,3,4,5,6", "5.32,50.63,5.33,50.64"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_queries_never_give_a_5xx(server, utm, fields_collection, dateline_collection, seed):
    dice, routes, bad = random.Random(seed), Routes(server, utm, fields_collection), []
    for template in routes.gets():
        names = list(routes.parameters(template)) or ["f"]
        for _ in range(6):
            query = {**routes.query(template), **{dice.choice(names): dice.choice(VALUES) for _ in range(dice.randint(0, 4))}}
            url = routes.url(template)
            if dice.random() < 0.3:
                url = url.replace(utm.id, dice.choice([fields_collection, dateline_collection, "made-global", "nobody"]))
            answer = server.get(url, query, token=True)
            if answer.status_code >= 500:
                bad.append(f"{answer.status_code} {answer.url}: {answer.text[:200]}")
    assert not bad, "\n" + "\n".join(bad)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_random_path_values_never_give_a_5xx(server, utm, fields_collection, seed):
    dice, routes, bad = random.Random(100 + seed), Routes(server, utm, fields_collection), []
    for template in routes.gets():
        if "{" not in template:
            continue
        for _ in range(8):
            routes_url = template
            while "{" in routes_url:
                name = routes_url[routes_url.index("{"):routes_url.index("}") + 1]
                example = routes.url("/x/" + name).removeprefix("/x/") if dice.random() < 0.6 and "tileMatrixSetId" not in name else dice.choice(VALUES)
                routes_url = routes_url.replace(name, quote(example, safe=",."), 1)
            answer = server.get(routes_url, routes.query(template), token=True)
            if answer.status_code >= 500:
                bad.append(f"{answer.status_code} {answer.url}: {answer.text[:200]}")
    assert not bad, "\n" + "\n".join(bad)
