"""The live map in a real browser: our style, traces in their order, hatches, labels, and no request to elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import geopandas as gpd
import pandas as pd
import plotly
import pytest
from playwright.sync_api import Browser, Playwright
from playwright.sync_api import Page as Tab
from shapely.geometry import box

from geodata.levels import Level
from layers.camera import Viewport, fit_bounds
from layers.catalog import discover
from layers.figure import MapView, graph_config, map_figure
from layers.legend import build_legend
from layers.map_style import TRACES_BELOW, UNITS_BELOW, Geometry, map_style
from layers.overlay import build_overlay, label_anchors
from layers.symbols.sprite import sprite_image, sprite_index

pytestmark = pytest.mark.browser

SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FLAGS = [
    *("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
CODES = ["V1", "V2", "V3"]
SHAPES = gpd.GeoDataFrame(
    {"code": CODES}, geometry=[box(126 + west, 41, 126.1 + west, 41.1) for west in (0, 0.1, 0.2)], crs=4490
)
FRAME = pd.DataFrame(
    {"name": ["一村", "二村", "三社区"], "numerator": [0, 9, 0], "denominator": [12, 12, 0], "beside": 0},
    index=pd.Index(CODES, name="unit_code"),
)
POINTS = pd.DataFrame(
    {
        "name": ["甲"],
        "village_code": ["V1"],
        "lon": [126.05],
        "lat": [41.03],
        "due_state": ["severe"],
        "last_on": [date(2026, 8, 7)],
        "due_on": [date(2026, 9, 6)],
        "days_over": [78],
        "failed": [False],
        "failed_counted": [False],
        "covered_state": ["visited"],
        "chain_broken": [False],
    },
    index=pd.Index(["S1"], name="subject_id"),
)
LAYER = discover()["overdue"]
LEGEND = build_legend(FRAME, LAYER, LAYER.breaks, level=Level.VILLAGE)
SIZE = Viewport(900, 420)
CAMERA = fit_bounds(tuple(SHAPES.total_bounds), SIZE)
SETTLED = """(gd) => new Promise((done) => {
  const look = () => {
    const map = gd._fullLayout && gd._fullLayout.map && gd._fullLayout.map._subplot && gd._fullLayout.map._subplot.map;
    const order = map && map.style && map.style._order;
    const ready = order && order.some((id) => id.startsWith("plotly-trace")) && map.loaded() && map.areTilesLoaded();
    if (ready) done(true); else setTimeout(look, 50);
  };
  look();
})"""


def answer(path: str, host: str) -> tuple[bytes, str]:
    """What a real server would say to each address of the map."""
    name, _, theme = path.partition("?")
    if name == "/plotly.js":
        return SCRIPT.read_bytes(), "text/javascript"
    if name.endswith(".geojson"):
        return SHAPES.to_json().encode(), "application/json"
    if name.startswith("/map/sprite-"):
        key, ratio = name.removeprefix("/map/sprite-").split(".")[0].split("@")[0], 2 if "@2x" in name else 1
        index = json.dumps(sprite_index(ratio)).encode()
        return (index, "application/json") if name.endswith("json") else (sprite_image(key, ratio), "image/png")
    if name == "/map/style.json":
        over = build_overlay([(Level.VILLAGE, FRAME)], LAYER, LEGEND, LAYER.breaks, label_anchors(SHAPES))
        geometry = Geometry(f"{host}/geo/village.geojson", district=f"{host}/geo/district.geojson")
        made = map_style(
            theme, sprite=f"{host}/map/sprite-{theme}", geometry=geometry, level=Level.VILLAGE, overlay=over
        )
        return json.dumps(made).encode(), "application/json"
    if name == "/":
        view = MapView(
            f"/map/style.json?{theme}", "/geo/village.geojson", CAMERA, date(2026, 11, 23), theme=theme, selected="V2"
        )
        figure = map_figure(FRAME, LAYER, LEGEND, LAYER.breaks, POINTS, view).to_json()
        config = json.dumps(graph_config("zh") | {"locale": "en"})
        page = f"""<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body style="margin:0">
        <div id="map" style="width:{SIZE.width}px;height:{SIZE.height}px"></div><script src="/plotly.js"></script>
        <script>const made = {figure}; Plotly.newPlot("map", made.data, made.layout, {config});</script>"""
        return page.encode(), "text/html"
    raise KeyError(path)


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body, kind = answer(self.path, f"http://{self.headers['Host']}")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the browser's own record is what is looked at."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    yield started
    started.close()


@pytest.fixture(params=["light", "dark"])
def tab(request, host, browser) -> Iterator[tuple[Tab, str, list[str]]]:
    noise: list[str] = []
    page = browser.new_page(viewport={"width": SIZE.width, "height": SIZE.height})
    page.on("console", lambda message: noise.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on(
        "request",
        lambda asked: noise.append(asked.url) if not asked.url.startswith((host, "blob:", "data:")) else None,
    )
    page.goto(f"{host}/?{request.param}")
    page.locator("#map").evaluate(SETTLED)
    yield page, request.param, noise
    page.close()


def in_map(page: Tab, expression: str):
    """The value of a JavaScript expression over ``map``, MapLibre's map, and ``gd``, the graph."""
    return page.locator("#map").evaluate(
        f"(gd) => {{ const map = gd._fullLayout.map._subplot.map; return {expression}; }}"
    )


def test_the_map_is_drawn_in_its_order_and_asks_nobody(tab):
    page, _, noise = tab
    order = in_map(page, "map.style._order")
    traces = [place for place, name in enumerate(order) if name.startswith("plotly-trace")]
    hatches, labels = order.index(UNITS_BELOW), order.index(TRACES_BELOW)
    units = [place for place in traces if place < hatches]
    assert units, order
    assert all(hatches < place < labels for place in traces if place not in units), " ".join(order)
    assert order[0] == "paper"
    named = in_map(page, "map.queryRenderedFeatures({layers: ['labels-minor']}).map((f) => f.properties.name)")
    assert set(named) == {"一村", "二村", "三社区"}
    hatched = in_map(page, "map.queryRenderedFeatures({layers: ['hatch-worst']}).map((f) => f.properties.code)")
    assert set(hatched) == {"V2"}
    assert in_map(page, "map.hasImage('hatch-low')")
    assert page.locator(".modebar-btn[data-title*='Share']").count() == 0
    assert noise == []


def test_labels_and_hatches_change_in_place(tab):
    page, _, noise = tab
    swapped = FRAME.assign(numerator=[6, 0, 0])
    over = build_overlay([(Level.VILLAGE, swapped)], LAYER, LEGEND, LAYER.breaks, label_anchors(SHAPES)).as_dict()
    before = in_map(page, "map.style._order.length")
    page.locator("#map").evaluate(
        """(gd, over) => {
          const map = gd._fullLayout.map._subplot.map;
          map.getSource("labels").setData(over.labels);
          for (const [name, codes] of Object.entries(over.hatched))
            map.setFilter("hatch-" + name, ["in", ["get", "code"], ["literal", codes]]);
          return new Promise((done) => map.once("idle", () => done(true)));
        }""",
        over,
    )
    hatched = in_map(page, "map.queryRenderedFeatures({layers: ['hatch-worst']}).map((f) => f.properties.code)")
    counts = in_map(page, "map.queryRenderedFeatures({layers: ['labels-minor']}).map((f) => f.properties.count)")
    assert set(hatched) == {"V1"}
    assert set(counts) == {"6/12", "0/12", "—"}
    assert in_map(page, "map.style._order.length") == before
    assert noise == []


def test_what_is_selected_later_lies_under_the_labels(tab):
    page, _, noise = tab
    for locations, z in ("[]", "[]"), ("['V1']", "[0]"):
        page.locator("#map").evaluate(f"(gd) => Plotly.restyle(gd, {{locations: [{locations}], z: [{z}]}}, [1])")
    page.locator("#map").evaluate(SETTLED)
    order = in_map(page, "map.style._order")
    assert max(place for place, name in enumerate(order) if name.startswith("plotly-trace")) < order.index(TRACES_BELOW)
    assert noise == []
