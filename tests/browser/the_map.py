"""How a test looks at the map and points at it, as a person does: by what is drawn where."""

from __future__ import annotations

from typing import Any

import shapely
from playwright.sync_api import Page
from shapely.geometry import shape

MAP = "document.querySelector('#map .js-plotly-plot')._fullLayout.map._subplot.map"
PATIENCE_MS = 30_000

_DRAWN = """
() => {
  const plot = document.querySelector("#map .js-plotly-plot");
  const map = plot?._fullLayout?.map?._subplot?.map;
  return Boolean(map?.style?._order?.some((layer) => layer.startsWith("plotly-trace")) && map.loaded()
    && map.areTilesLoaded() && !map.isMoving()
    && !document.querySelector("[data-dash-is-loading=true], [data-asking]"));
}
"""


def until(page: Page, script: str, argument: Any = None, patience_ms: int = PATIENCE_MS) -> Any:
    """The first truthy answer of a script, asked again and again (the page's policy forbids Playwright's own way)."""
    for _ in range(patience_ms // 50):
        if found := page.evaluate(script, argument):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {script}")


def drawn(page: Page) -> None:
    """Wait until the polygons are on the map and nothing moves any more."""
    before = None
    for _ in range(100):
        until(page, _DRAWN)
        now = page.evaluate(f"[{MAP}.getZoom(), {MAP}.getCenter().lng, location.search]")
        if now == before:
            return
        before = now
        page.wait_for_timeout(200)
    raise AssertionError("the map never came to rest")


def address_has(page: Page, part: str) -> None:
    """Wait until the address says ``part``, then until the answer to it is on the screen."""
    until(page, "part => location.search.includes(part) && !document.querySelector('[data-asking]')", part)
    page.wait_for_load_state("networkidle")


def shapes(page: Page, level: str) -> dict[str, Any]:
    """The polygons of a level as the server gives them to the browser, by code."""
    origin = page.evaluate("location.origin")
    features = page.request.get(f"{origin}/geo/{level}.geojson").json()["features"]
    return {feature["properties"]["code"]: shape(feature["geometry"]) for feature in features}


def trace(uid: str) -> str:
    """JavaScript for one trace of the map."""
    return f"document.querySelector('#map .js-plotly-plot').data.find(each => each.uid === '{uid}')"


def subjects(page: Page) -> dict[str, tuple[float, float]]:
    """Where the subjects' points are, by id."""
    script = (
        "() => { const dots = document.querySelector('#map .js-plotly-plot').data.find(each => each.uid === 'points'); \
        return dots.customdata.map((row, i) => [row[0], dots.lon[i], dots.lat[i]]); }"
    )
    return {row[0]: (row[1], row[2]) for row in page.evaluate(script)}


def click_unit(page: Page, polygon: Any) -> None:
    """Click a polygon at a place on screen that no point and no panel covers."""
    points = shapely.MultiPoint(list(subjects(page).values()))
    west, south, east, north = polygon.bounds
    steps = range(1, 40)
    grid = [(west + (east - west) * i / 40, south + (north - south) * j / 40) for i in steps for j in steps]
    inside = [place for place in grid if polygon.contains(shapely.Point(place))]
    inside.sort(key=lambda place: points.distance(shapely.Point(place)), reverse=True)
    click_place(page, inside)


def click_place(page: Page, places: list[tuple[float, float]]) -> None:
    """Click the first of the places that the map shows uncovered."""
    script = f"""places => {{
      const map = {MAP}, pane = map.getContainer().getBoundingClientRect();
      for (const place of places) {{
        const at = map.project(place), x = at.x + pane.x, y = at.y + pane.y;
        const inside = at.x > 4 && at.y > 4 && at.x < pane.width - 4 && at.y < pane.height - 4;
        if (inside && document.elementFromPoint(x, y)?.closest("#map")) return [x, y];
      }}
      return null;
    }}"""
    spot = page.evaluate(script, places)
    assert spot, "no place of it is on the screen"
    page.mouse.move(*spot)
    page.wait_for_timeout(200)  # Plotly takes a click only where it has seen the pointer hover
    page.mouse.click(*spot)


def in_menu(page: Page, link: str) -> None:
    """Open the menu under the visitor's name and follow a link of it."""
    page.locator(".quiet .menu > summary").click()
    page.locator(f".quiet .menu {link}").click()


def spots_on_screen(page: Page, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where places (degrees) are on the screen, of those that nothing covers."""
    script = f"""places => {{
      const map = {MAP}, pane = map.getContainer().getBoundingClientRect();
      return places.map(place => map.project(place)).filter(at => {{
        const inside = at.x > 4 && at.y > 4 && at.x < pane.width - 4 && at.y < pane.height - 4;
        return inside && document.elementFromPoint(at.x + pane.x, at.y + pane.y)?.closest("#map");
      }}).map(at => [at.x + pane.x, at.y + pane.y]);
    }}"""
    return [(x, y) for x, y in page.evaluate(script, places)]


def hover_told(page: Page, x: float, y: float) -> str:
    """What the map says under a pointer that has come there from elsewhere."""
    page.mouse.move(x + 30, y + 30)
    page.wait_for_timeout(120)
    page.mouse.move(x, y)
    page.wait_for_timeout(250)
    script = (
        "() => [...document.querySelectorAll('#map .hoverlayer .hovertext')].map(each => each.textContent).join('')"
    )
    return str(page.evaluate(script))
