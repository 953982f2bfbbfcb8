"""A10: buttons move the map, 全图 shows all of it, and what a list points at is marked and told."""

from __future__ import annotations

import json

from tests.browser.the_map import MAP, drawn, trace, until

BOUNDS = f"(() => {{ const b = {MAP}.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }})()"


def test_a10_larger_smaller_and_the_whole_area(see):
    page = see("/?unit=220602101000")
    drawn(page)
    zoom = page.evaluate(f"{MAP}.getZoom()")
    page.get_by_role("button", name="放大").click()
    until(page, f"zoom => {MAP}.getZoom() > zoom + 0.9", zoom)
    page.get_by_role("button", name="缩小").click()
    page.get_by_role("button", name="缩小").click()
    until(page, f"zoom => {MAP}.getZoom() < zoom - 0.4", zoom)
    page.get_by_role("button", name="全图").click()
    drawn(page)
    west, south, east, north = page.evaluate(BOUNDS)
    shapes = page.request.get(page.url.split("/?")[0] + "/geo/district.geojson").json()
    lon, lat = zip(*[place for ring in _rings(shapes) for place in ring], strict=True)
    assert west < min(lon)
    assert south < min(lat)
    assert east > max(lon)
    assert north > max(lat)
    assert "unit=220602101000" in page.url, "what is told beside the map stays"


def _rings(shapes):
    for feature in shapes["features"]:
        parts = feature["geometry"]["coordinates"]
        yield from (
            ring for part in (parts if feature["geometry"]["type"] == "MultiPolygon" else [parts]) for ring in part
        )


def test_a10_without_webgl_the_buttons_move_the_simple_map(opener, browser_without_webgl, district):
    page = opener(browser_without_webgl, f"{district}/")
    until(page, "() => document.querySelector('section.map')?.dataset.drawn !== undefined")
    sides = "document.querySelector('#map .js-plotly-plot')._fullLayout.geo.lonaxis.range"
    span = f"({sides}[1] - {sides}[0])"
    before = page.evaluate(span)
    page.get_by_role("button", name="放大").click()
    until(page, f"before => Math.abs({span} - before / 2) < 1e-6", before)
    page.get_by_role("button", name="全图").click()
    whole = json.loads(page.get_by_role("button", name="全图").get_attribute("data-bounds"))
    until(page, f"wide => Math.abs({span} - wide * 1.48) < 1e-6", whole[2] - whole[0])


def test_a10_a_vacancy_is_shown_marked_and_told(see):
    """Of a village, which has no point of its own: its shape is in view, outlined, with who is wanting."""
    page = see("/work?check=post_vacant", who="section")
    links = page.locator("a", has_text="在图上看")
    seen = 0
    for href in [link.get_attribute("href") for link in links.all()][:6]:
        page.goto(page.url.split("/work")[0].split("/?")[0] + href)
        drawn(page)
        assert "没有" in page.locator(".spot-card").inner_text()
        marked = page.evaluate(f"{trace('spot')}.lon.filter(Boolean).length")
        outlined = page.evaluate(f"{trace('selection')}.locations.length")
        assert marked or outlined
        seen += 1
    assert seen > 2
