"""The yardstick: a page of Dash and Plotly with the same polygons and points and nothing else, served beside ours."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import plotly.graph_objects as go
from dash import Dash, dcc, html
from playwright.sync_api import BrowserContext

from tests.benchmarks.process import PROJECT, free_port

STYLE = {"version": 8, "sources": {"none": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}}}


def page_of(known: dict[str, object]) -> Dash:
    """The page: towns coloured by a number, every subject a point."""
    shapes = known["shapes"]
    assert isinstance(shapes, dict)
    codes = [each["properties"]["code"] for each in shapes["features"]]
    figure = go.Figure(
        [
            go.Choroplethmap(
                uid="units", geojson=shapes, locations=codes, z=list(range(len(codes))), featureidkey="properties.code"
            ),
            go.Scattermap(lon=known["lon"], lat=known["lat"], mode="markers"),
        ]
    )
    layer = {"id": "paper", "type": "background", "paint": {"background-color": "#fff"}}
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        map={"style": STYLE | {"layers": [layer]}, "center": {"lon": 126.4, "lat": 41.9}, "zoom": 8.5},
    )
    app = Dash("bare", serve_locally=True, compress=True, enable_mcp=False, add_log_handler=False)
    graph = dcc.Graph(id="graph", figure=figure, style={"height": "90vh"})
    app.layout = html.Div(graph, id="map")
    return app


@contextmanager
def bare_page(ours: str, context: BrowserContext) -> Iterator[str]:
    """Its address while it is served; polygons and points are those our own page draws."""
    shapes = context.request.get(f"{ours}/geo/town.geojson").json()
    points = context.request.get(f"{ours}/map/points").json()
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"shapes": shapes, "lon": points["lon"], "lat": points["lat"]}, file)
        file.flush()
        process = subprocess.Popen([sys.executable, "-m", __name__, file.name, str(port)], cwd=PROJECT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError("the bare page did not come up")


if __name__ == "__main__":
    from waitress import serve

    serve(page_of(json.loads(Path(sys.argv[1]).read_text("utf-8"))).server, host="127.0.0.1", port=int(sys.argv[2]))
