"""What a person in front of the map waits for: the first map cold and warm, a layer switch, a drill; what travels."""

from __future__ import annotations

import gzip
import shutil
import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Response, sync_playwright

from tests.benchmarks.process import Server
from tests.benchmarks.table import Row
from tests.visitors import password_of

FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"]
SIZE = {"width": 1366, "height": 768}
ROUNDS = 5
CALLBACK = "_dash-update-component"

# The map is useful when Plotly's own polygons are in the style and everything asked for is drawn.
DRAWN = """
() => {
  const plot = document.querySelector("#map .js-plotly-plot");
  const map = plot && plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot
    && plot._fullLayout.map._subplot.map;
  return Boolean(map && map.style && map.style._order.some((layer) => layer.startsWith("plotly-trace"))
    && map.loaded() && map.areTilesLoaded());
}
"""

# From a click to the first frame that shows what Plotly has redrawn because of it.
CLICK = """
async (selector) => {
  const plot = document.querySelector("#map .js-plotly-plot");
  const begun = performance.now();
  await new Promise((done, fail) => {
    plot.once("plotly_afterplot", done);
    setTimeout(() => fail(new Error(`nothing redrawn after a click on ${selector}`)), 60000);
    document.querySelector(selector).click();
  });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - begun;
}
"""

LAYERS = "#layers a[aria-current=false]"
WORST = "#ranking a[data-soft]"


def rows(server: Server) -> Iterator[Row]:
    """All browser measurements against a running server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield from _first_map(browser, server)
        yield from _clicks(browser, server)
        browser.close()


def _signed_in(browser: Browser, server: Server) -> BrowserContext:
    """A browser of the district's leader that has kept nothing but the session."""
    context = browser.new_context(viewport=SIZE, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{server.address}/sign-in")
    form = {
        "login": "leader",
        "password": password_of("leader", server.home),
        "csrf_token": page.input_value("[name=csrf_token]"),
    }
    context.request.post(f"{server.address}/sign-in", form=form, max_redirects=0)
    page.close()
    return context


def _first_map(browser: Browser, server: Server) -> Iterator[Row]:
    address, context = server.address, _signed_in(browser, server)
    page = context.new_page()
    travelled = _Bytes(context.new_cdp_session(page))
    yield Row("first useful map, cold browser", _open(page, address), "s")
    yield Row("the page and all it needs, compressed", travelled.megabytes, "MB", aim=2.2)
    warm = []
    for _ in range(ROUNDS):
        travelled.restart()
        warm.append(_open(page, address))
    yield Row("first useful map, warm browser", statistics.median(warm), "s", aim=1)
    yield Row("the page again, warm", travelled.megabytes * 1000, "kB")
    yield _villages(context, address)
    context.close()


def _clicks(browser: Browser, server: Server) -> Iterator[Row]:
    context = _signed_in(browser, server)
    page = context.new_page()
    _open(page, server.address)
    page.evaluate(CLICK, LAYERS)  # the first switch of a process also fills its caches
    yield from _measured(page, "layer switch", LAYERS, aim_ms=150, back=False)
    yield from _measured(page, "drill into the worst town", WORST, aim_ms=250, back=True)
    context.close()


def _measured(page: Page, what: str, selector: str, *, aim_ms: float, back: bool) -> Iterator[Row]:
    """Median of several clicks: in the browser, on the server (the slowest answer of each click), and its bytes."""
    travelled = _Bytes(page.context.new_cdp_session(page))
    painted, served = [], []
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    for _ in range(ROUNDS):
        del answers[:]
        # the picture may stand before the browser has told of the answer it was drawn from
        with page.expect_response(lambda answer: CALLBACK in answer.url):
            painted.append(page.evaluate(CLICK, selector))
        page.wait_for_load_state("networkidle")
        served.append(max(_server_ms(answer) for answer in answers if CALLBACK in answer.url))
        if back:
            page.go_back()
            page.wait_for_load_state("networkidle")
            page.wait_for_function(DRAWN)
    yield Row(f"{what}, click to repaint", statistics.median(painted), "ms")
    yield Row(f"{what}, server", statistics.median(served), "ms", aim=aim_ms)
    yield Row(f"{what}, bytes", travelled.megabytes * 1000 / ROUNDS / (2 if back else 1), "kB")


def _open(page: Page, address: str) -> float:
    """Seconds from asking for the page to a useful map."""
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN, polling=16, timeout=120_000)
    return float(page.evaluate("performance.now()")) / 1000


def _server_ms(answer: Response) -> float:
    answer.finished()
    timing = answer.request.timing
    return float(timing["responseStart"] - timing["requestStart"])


def _villages(context: BrowserContext, address: str) -> Row:
    """Size of the district's villages as they travel once."""
    body = context.request.get(f"{address}/geo/village.geojson").body()
    return Row("all villages' polygons, compressed", len(gzip.compress(body)) / 1000, "kB")


class _Bytes:
    """Counts what really travels over the network, as compressed."""

    def __init__(self, session: CDPSession) -> None:
        self._total = 0.0
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self._total += event["encodedDataLength"]

    def restart(self) -> None:
        self._total = 0.0

    @property
    def megabytes(self) -> float:
        return self._total / 1e6
