"""The map page in a real browser: Debian's Chromium, driven by Playwright. Screenshots go to reports/."""
import io
import pathlib
import re
import shutil
import urllib.parse

import pytest
import requests
from PIL import Image
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# WebGL without a graphics card; --no-sandbox as tests often run as root in a container.
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
PATIENCE = 60_000
REPORTS = pathlib.Path(__file__).resolve().parents[2] / "reports"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class MapPage:
    """The page with a record of what it asked for and what went wrong."""

    def __init__(self, page, base_url):
        self.page = page
        self.base_url = base_url
        self.requests = []
        self.errors = []
        page.set_default_timeout(20_000)
        page.on("request", lambda request: self.requests.append(request))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def open(self, path):
        self.page.goto(self.base_url + path)
        self.page.wait_for_function("() => document.documentElement.dataset.ready === 'true'")
        self.settle()
        return self

    def settle(self):
        self.page.wait_for_function("() => chronotopeMap.loaded() && chronotopeMap.areTilesLoaded() && !chronotopeMap.isMoving()")
        self.page.wait_for_timeout(300)  # the frame that shows it

    def urls(self, part):
        return [request.url for request in self.requests if part in request.url]

    def tiles(self):
        return [url for url in self.urls("/tiles/WebMercatorQuad/")]

    def queries(self, urls, name):
        """Values of a query parameter over all URLs."""
        return {urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).get(name, [None])[0] for url in urls}

    def middle(self):
        box = self.page.locator("#map").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def picture(self, name=None):
        """The map area as an image; with a name the whole page is kept as a file too."""
        if name:
            REPORTS.mkdir(exist_ok=True)
            self.page.screenshot(path=REPORTS / f"map-{name}.png")
        return Image.open(io.BytesIO(self.page.locator("#map canvas").screenshot())).convert("RGB")

    def open_services(self):
        self.page.locator("summary", has_text="Use it elsewhere").click()


@pytest.fixture
def map_page(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 820}, color_scheme="light", accept_downloads=True)
    page = MapPage(context.new_page(), server.base_url)
    yield page
    context.close()
    assert page.errors == [], "the browser's console"


def capabilities(server, collection):
    return requests.get(f"{server.base_url}/collections/{collection}/capabilities", timeout=30).json()


def test_draws_the_collection_with_its_legend(map_page, server, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}#c={ndvi_collection}&layer=NDVI")
    page = map_page.page
    picture = map_page.picture("ndvi")
    assert len(picture.getcolors(1 << 24)) > 20, "the map is blank"
    width, height = picture.size
    middle = picture.crop((width // 3, height // 3, width * 2 // 3, height * 2 // 3))
    assert len(middle.getcolors(1 << 24)) > 10, "no imagery in the middle of the map"
    active = page.locator(".collection[aria-current]")
    expect(active).to_contain_text(ndvi_collection)
    legend = page.locator("#legend img")
    expect(legend).to_be_visible()
    assert legend.evaluate("image => image.naturalWidth") > 10
    low, high = page.locator(".legend-ends span").all_inner_texts()
    layers = {layer["name"]: layer for layer in capabilities(server, ndvi_collection)["raster"]["layers"]}
    assert [float(low), float(high)] == pytest.approx(layers["NDVI"]["range"], abs=1e-3)
    composite = next(layer for layer in layers.values() if layer["kind"] == "composite")
    page.locator(".layer", has=page.locator(f"input[value='{composite['name']}']")).click()
    expect(page.locator("#legend .channel")).to_have_text(composite["expression"])


def test_asks_only_this_server(map_page, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}")
    strangers = {request.url for request in map_page.requests if not request.url.startswith((map_page.base_url, "blob:", "data:"))}
    assert strangers == set()


def test_the_time_slider_brings_other_tiles(map_page, server, ndvi_collection):
    times = capabilities(server, ndvi_collection)["raster"]["times"]
    map_page.open(f"/map?collection={ndvi_collection}")
    page = map_page.page
    before = map_page.picture()
    shown = page.locator("#time-select").input_value()
    assert map_page.queries(map_page.tiles(), "datetime") == {shown}
    index = times.index(shown)
    key, expected = ("ArrowLeft", times[index - 1]) if index > 0 else ("ArrowRight", times[index + 1])
    map_page.requests.clear()
    page.locator("#time-slider").press(key)
    map_page.settle()
    assert page.locator("#time-select").input_value() == expected
    assert map_page.queries(map_page.tiles(), "datetime") == {expected}
    assert map_page.picture("other-date").tobytes() != before.tobytes()
    page.wait_for_function("time => decodeURIComponent(location.hash).includes('time=' + time)", arg=expected)


def test_play_goes_through_the_dates(map_page, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}")
    page = map_page.page
    page.locator(".speed").select_option(label="fast")
    map_page.requests.clear()
    page.locator("#time-play").click()
    page.wait_for_function("() => new Set(performance.getEntriesByType('resource').map(e => new URL(e.name).searchParams.get('datetime')).filter(Boolean)).size >= 3")
    page.locator("#time-play").click()
    expect(page.locator("#time-play")).to_have_attribute("aria-label", "Play")
    assert len(map_page.queries(map_page.tiles(), "datetime")) >= 2


def test_layer_colours_and_range_reach_the_tiles(map_page, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}")
    page = map_page.page
    map_page.requests.clear()
    page.locator(".layer", has=page.locator("input[value='NDVI']")).click()
    map_page.settle()
    page.locator("#colormap").select_option("magma")
    page.locator("#range-min").fill("0.2")
    page.locator("#range-min").press("Tab")
    map_page.settle()
    last = urllib.parse.parse_qs(urllib.parse.urlsplit(map_page.tiles()[-1]).query)
    assert (last["layers"], last["colormap"]) == (["NDVI"], ["magma"])
    assert last["rescale"][0].startswith("0.2,")
    expect(page.locator(".legend-ends span").first).to_have_text("0.2")


def test_a_click_shows_the_value_and_its_series(map_page, server, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}#layer=NDVI&c={ndvi_collection}")
    page = map_page.page
    map_page.requests.clear()
    page.mouse.click(*map_page.middle())
    popup = page.locator(".maplibregl-popup")
    expect(popup.locator("td.number")).to_be_visible()
    [asked] = map_page.urls("/point/")
    answer = requests.get(asked, timeout=30).json()
    shown = page.locator("#time-select").input_value()
    value = next(row["NDVI"] for row in answer["values"] if row["datetime"] == shown)
    text = popup.locator("td.number").inner_text()
    assert text.startswith("no data") if value is None else float(text.split()[0]) == pytest.approx(value, abs=6e-4)
    expect(page.locator("#chart canvas").first).to_be_visible()
    expect(page.locator(".chart-line")).to_contain_text("NDVI at")
    map_page.picture("chart")


def test_a_click_on_the_chart_sets_the_date(map_page, server, ndvi_collection):
    times = capabilities(server, ndvi_collection)["raster"]["times"]
    map_page.open(f"/map?collection={ndvi_collection}#layer=NDVI&c={ndvi_collection}")
    page = map_page.page
    page.locator("#time-select").select_option(times[-1])
    page.mouse.click(*map_page.middle())
    expect(page.locator("#chart canvas").first).to_be_visible()
    chart = page.locator(".chart-canvas").bounding_box()
    x, y = chart["x"] + 90, chart["y"] + chart["height"] / 2
    page.mouse.move(x, y)
    read = page.locator(".readout").inner_text()  # the date and value nearest to the pointer
    page.mouse.click(x, y)
    expect(page.locator("#time-select")).not_to_have_value(times[-1])
    chosen = page.locator("#time-select").input_value()
    assert chosen in times[: len(times) // 2 + 1]
    assert read.startswith(chosen[:10])


def test_a_drawn_box_gives_a_series_and_a_table(map_page, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}#layer=NDVI&c={ndvi_collection}")
    page = map_page.page
    x, y = map_page.middle()
    page.locator("#tool-box").click()
    page.mouse.move(x - 60, y - 60)
    page.mouse.down()
    page.mouse.move(x + 50, y + 40, steps=6)
    page.mouse.up()
    expect(page.locator("#chart canvas").first).to_be_visible()
    expect(page.locator("#tool-box")).to_have_attribute("aria-pressed", "false")
    assert map_page.urls("/point/") == [], "the end of the drag must not count as a click"
    with page.expect_request(lambda request: "resolution=P1M" in request.url):
        page.locator("#series-resolution").select_option("P1M")
    expect(page.locator("#series-resolution")).to_have_value("P1M")
    with page.expect_download() as download:
        page.locator("#csv").click()
    lines = pathlib.Path(download.value.path()).read_text().splitlines()
    assert len(lines) >= 2 and "value" in lines[0]


def test_features_are_drawn_and_clicked(map_page, server, fields_collection):
    map_page.open(f"/map?collection={fields_collection}")
    page = map_page.page
    layers = [f"features:{fields_collection}:{kind}" for kind in ("areas", "lines", "points")]
    place = page.evaluate("""layers => {
        const box = chronotopeMap.getCanvas().getBoundingClientRect();
        for (let y = 90; y < box.height - 90; y += 12) for (let x = 60; x < box.width - 60; x += 12) {
            const [feature] = chronotopeMap.queryRenderedFeatures([x, y], { layers });
            if (feature) return { x: box.x + x, y: box.y + y, properties: feature.properties };
        }
        return null;
    }""", layers)
    assert place, "no feature on the map"
    page.mouse.click(place["x"], place["y"])
    popup = page.locator(".popup-feature").first
    expect(popup).to_be_visible()
    name, value = next((name, value) for name, value in place["properties"].items() if name != "id" and isinstance(value, str) and value)
    expect(popup).to_contain_text(name)
    expect(popup).to_contain_text(value)
    map_page.picture("features")
    item = popup.get_by_role("link", name="item").get_attribute("href")
    answer = requests.get(item, headers={"Accept": "application/geo+json"}, timeout=30)
    assert answer.status_code == 200 and answer.json()["collection"] == fields_collection


def test_search_narrows_the_list(map_page, ndvi_collection, fields_collection):
    map_page.open("/map")
    page = map_page.page
    page.locator("#collection-search").fill(fields_collection)
    expect(page.locator(".collection")).to_have_count(1)
    page.locator("#collection-search").fill("no such thing")
    expect(page.locator("#collections")).to_contain_text("No collection matches")


def test_stays_on_its_surface(map_page, ndvi_collection):
    map_page.open(f"/api/v2/map?collection={ndvi_collection}")
    outside = [request.url for request in map_page.requests if not request.url.startswith((map_page.base_url + "/api/v2/", "blob:", "data:"))]
    assert outside == []
    map_page.open_services()
    hrefs = map_page.page.locator(".address a").evaluate_all("links => links.map(link => link.href).filter(Boolean)")
    assert hrefs and all(href.startswith(map_page.base_url + "/api/v2/collections/") for href in hrefs)


def test_a_link_restores_the_view(map_page, server, ndvi_collection):
    times = capabilities(server, ndvi_collection)["raster"]["times"]
    map_page.open(f"/map#map=13.5/50.63/5.33&c={ndvi_collection}&layer=NDVI&time={times[0]}&opacity=0.5&colormap=viridis")
    page = map_page.page
    assert page.locator("#time-select").input_value() == times[0]
    assert page.evaluate("chronotopeMap.getZoom()") == pytest.approx(13.5, abs=0.01)
    assert page.locator("#opacity").input_value() == "50"
    assert page.locator("#colormap").input_value() == "viridis"
    expect(page.locator("input[name=layer]:checked")).to_have_value("NDVI")


def test_the_token_goes_with_tiles_and_requests(map_page, server, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}")
    page = map_page.page
    page.locator("#token-button").click()
    page.locator("#token").fill(server.token)
    map_page.requests.clear()
    page.get_by_role("button", name="Use it").click()
    page.wait_for_timeout(500)
    map_page.settle()
    wanted = [request for request in map_page.requests if "/collections" in request.url]
    assert any("/tiles/" in request.url for request in wanted) and any(request.url.endswith("/capabilities") for request in wanted)
    assert {request.headers.get("authorization") for request in wanted} == {f"Bearer {server.token}"}
    assert page.evaluate("localStorage.getItem('chronotope-token')") is None, "the token is for this tab only"


@pytest.mark.parametrize("width, scheme", [(390, "light"), (820, "dark"), (1600, "dark")])
def test_fits_every_screen(browser, server, ndvi_collection, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    map_page = MapPage(context.new_page(), server.base_url).open(f"/map?collection={ndvi_collection}")
    page = map_page.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#map").bounding_box()
    assert box["width"] >= width * 0.5 and box["height"] >= 250
    background = page.evaluate("getComputedStyle(document.body.querySelector('.sidebar')).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", background)[:3])) / 3
    assert (brightness > 200) == (scheme == "light")
    map_page.picture(f"{width}-{scheme}")
    context.close()
    assert map_page.errors == []


def test_can_be_used_by_keyboard(map_page, ndvi_collection):
    map_page.open(f"/map?collection={ndvi_collection}")
    page = map_page.page
    names = page.locator("a[href], button, input, select, [tabindex='0']").evaluate_all(
        "all => all.filter(e => e.offsetParent && !(e.ariaLabel || e.textContent.trim() || e.title || e.labels?.length)).map(e => e.outerHTML)")
    assert names == [], "controls without a name"
    page.locator("#map canvas").focus()
    page.keyboard.press("Enter")  # asks for the value at the centre
    expect(page.locator(".maplibregl-popup")).to_be_visible()


def test_the_api_page_shows_the_operations(map_page):
    page = map_page.page
    page.goto(map_page.base_url + "/api.html")
    expect(page.locator(".opblock").first).to_be_visible()
    assert page.locator(".opblock").count() > 10
