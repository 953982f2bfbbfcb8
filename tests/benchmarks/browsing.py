"""What a person in front of the map waits for, beside a bare page of Dash and Plotly with the same shapes and points.

Pages are opened in turn, ours and the bare one, so that both meet the same moods of the machine. Every act is checked:
a click that did not do what it says measures nothing.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.benchmarks.bare_page import bare_page
from tests.benchmarks.process import Server
from tests.benchmarks.table import Row
from tests.visitors import password_of

FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"]
SIZE = {"width": 1366, "height": 768}
ROUNDS = 5

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

# From an act to the first picture of the map that shows something of its answer, and to the last change of page or map.
SETTLED = """
async ([how, selector]) => {
  const plot = document.querySelector("#map .js-plotly-plot"), map = plot._fullLayout.map._subplot.map;
  const begun = performance.now();
  let rendered = 0, repainted = 0, changed = 0, answered = 0;
  const onRender = () => { rendered = performance.now(); if (answered && !repainted) repainted = rendered; };
  map.on("render", onRender);
  const watcher = new MutationObserver(() => { changed = performance.now(); });
  watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
  const answers = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (/map\\/answer|_dash-update/.test(entry.name)) answered = answered || entry.responseEnd;
    }
  });
  answers.observe({ entryTypes: ["resource"] });
  const before = location.href;
  if (how === "back") history.back();
  if (how === "click") document.querySelector(selector).click();
  if (how === "step") {
    const slider = document.querySelector(selector);
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    set.call(slider, Number(slider.value) - 1);
    for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const done = () => location.href !== before && !document.querySelector("[data-asking], [data-dash-is-loading=true]")
    && repainted && map.loaded() && performance.now() - Math.max(rendered, changed) > 400;
  const until = begun + 60000;
  while (!done() && performance.now() < until) await new Promise((go) => setTimeout(go, 20));
  map.off("render", onRender);
  watcher.disconnect();
  answers.disconnect();
  return { moved: location.href !== before, repaint: repainted - begun, settled: Math.max(rendered, changed) - begun };
}
"""

LAYER = "#layers a[aria-current=false]"
WORST = "#ranking a[data-soft][href*='unit=']"
SHOWN = """
() => ({ search: location.search, layer: document.querySelector("#layers [aria-current=true]").textContent,
  units: document.querySelector("#map .js-plotly-plot").data[0].locations.length,
  day: document.querySelector("#now").textContent })
"""
LINK = """
(search) => {
  const link = document.getElementById("bench") || document.body.appendChild(document.createElement("a"));
  Object.assign(link, { id: "bench", href: "/" + search }).dataset.soft = "";
}
"""


def rows(server: Server) -> Iterator[Row]:
    """All browser measurements against a running server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield from _first_map(browser, server)
        yield from _acts(browser, server)
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
    """Cold and warm, ours and the bare page in turn; what travels, and in how many requests."""
    cold, warm, sent = {}, {"ours": [], "bare": []}, {}
    context = _signed_in(browser, server)
    with bare_page(server.address, context) as bare:
        places = {"ours": server.address, "bare": bare}
        pages = {name: (_signed_in(browser, server).new_page(), where) for name, where in places.items()}
        for name, (page, where) in pages.items():
            sent[name] = _Bytes(page.context.new_cdp_session(page))
            cold[name] = _open(page, where)
            page.wait_for_load_state("networkidle")
            sent[f"{name} cold"] = (sent[name].megabytes, sent[name].requests)
        for _ in range(ROUNDS):
            for name, (page, where) in pages.items():
                sent[name].restart()
                warm[name].append(_open(page, where))
        page = pages["ours"][0]
        page.wait_for_load_state("networkidle")
        middle = {name: statistics.median(found) for name, found in warm.items()}
        yield Row("first useful map, cold browser", cold["ours"], "s")
        yield Row("the same, beside the bare page", cold["ours"] / cold["bare"], "×", aim=1.4)
        yield Row("first useful map, warm browser", middle["ours"], "s")
        yield Row("the same, beside the bare page's", middle["ours"] / middle["bare"], "×", aim=1.25)
        yield Row("the page and all it needs, compressed", sent["ours cold"][0], "MB", aim=1.4)
        yield Row("the same of the bare page", sent["bare cold"][0], "MB")
        yield Row("requests of the page and all it needs", sent["ours cold"][1], "", aim=15)
        yield Row("the page again, warm", sent["ours"].megabytes * 1000, "kB")
        yield _villages(context, server.address)
    context.close()


def _acts(browser: Browser, server: Server) -> Iterator[Row]:
    context = _signed_in(browser, server)
    page = context.new_page()
    _open(page, server.address)
    page.wait_for_timeout(1500)
    _switch(page)  # the first switch of a process also fills its caches
    yield from _told("layer switch", [_switch(page) for _ in range(ROUNDS)])
    days = [f"?asof=2026-{month:02}-15" for month in range(10, 10 - ROUNDS, -1)]
    yield from _told("another day", [_to_day(page, day) for day in days])
    yield from _told("a day seen before", [_to_day(page, day) for day in days])
    yield from _told("a step of the slider", [_step(page) for _ in range(ROUNDS)], repaint_ms=100)
    page.goto(server.address)
    page.wait_for_function(DRAWN, polling=16, timeout=120_000)
    page.wait_for_timeout(1500)
    into, back = [], []
    for _ in range(ROUNDS):
        into.append(
            _act(page, "click", WORST, lambda was, now: "unit=" in now["search"] and now["units"] > was["units"])
        )
        back.append(_act(page, "back", "", lambda was, now: "unit=" in was["search"] and now["units"] <= 12))
    yield from _told("drill into the worst town", into)
    yield from _told("back to all towns", back)
    context.close()


def _switch(page: Page) -> tuple[float, float]:
    return _act(page, "click", LAYER, lambda was, now: now["layer"] != was["layer"])


def _to_day(page: Page, search: str) -> tuple[float, float]:
    page.evaluate(LINK, search)
    return _act(page, "click", "#bench", lambda _was, now: now["search"] == search and now["day"] == search[6:13])


def _step(page: Page) -> tuple[float, float]:
    return _act(page, "step", "#month", lambda was, now: now["day"] < was["day"])


def _act(page: Page, how: str, selector: str, did: Callable[[Any, Any], bool]) -> tuple[float, float]:
    """Milliseconds to the first repaint and until nothing changes any more; what came of it is looked at."""
    was = page.evaluate(SHOWN)
    told = page.evaluate(SETTLED, [how, selector])
    now = page.evaluate(SHOWN)
    assert told["moved"], f"{selector} changed no address"
    assert did(was, now), f"{selector}: {was} → {now}"
    return told["repaint"], told["settled"]


def _told(what: str, found: list[tuple[float, float]], *, repaint_ms: float = 150) -> Iterator[Row]:
    repaints, settled = zip(*found, strict=True)
    yield Row(f"{what}, to the first repaint", statistics.median(repaints), "ms", aim=repaint_ms)
    yield Row(f"{what}, until all is settled", statistics.median(settled), "ms", aim=250)


def _open(page: Page, address: str) -> float:
    """Seconds from asking for the page to a useful map."""
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN, polling=16, timeout=120_000)
    return float(page.evaluate("performance.now()")) / 1000


def _villages(context: BrowserContext, address: str) -> Row:
    """Size of the district's villages as they travel once."""
    body = context.request.get(f"{address}/geo/village.geojson").body()
    return Row("all villages' polygons, compressed", len(gzip.compress(body)) / 1000, "kB")


class _Bytes:
    """Counts what really travels over the network, as compressed."""

    def __init__(self, session: CDPSession) -> None:
        self.restart()
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self._total += event["encodedDataLength"]
        self.requests += 1

    def restart(self) -> None:
        self._total, self.requests = 0.0, 0

    @property
    def megabytes(self) -> float:
        return self._total / 1e6
