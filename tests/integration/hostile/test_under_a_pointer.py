"""What a browser shows of hostile texts: under a pointer on the map, on the page, and as the window's title."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import Engine

from tests.browser.conftest import FLAGS, OFFICE, Faults, enter, server
from tests.browser.the_map import MAP, drawn, until
from tests.integration.hostile.words import PRODUCT, Place, changed, places
from tests.integration.hostile.world import PASSWORD

TOLD = """() => {
  const told = [...document.querySelectorAll("#map .hoverlayer .hovertext")].map((each) => each.textContent);
  return told.length ? told : null;
}"""
MIDDLE = f"""() => {{
  const pane = {MAP}.getContainer().getBoundingClientRect();
  return [[0.3, 0.5], [0.5, 0.35], [0.7, 0.5], [0.4, 0.6]]
    .map(([x, y]) => [pane.x + pane.width * x, pane.y + pane.height * y]);
}}"""


@pytest.mark.browser
def test_a_browser_shows_names_as_they_are(
    hostile_district: Engine, texts: dict[Place, str], playwright: Playwright
) -> None:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
    with server(hostile_district) as address:
        page = browser.new_page(viewport={"width": OFFICE[0], "height": OFFICE[1]})
        faults = Faults(page)
        page.goto(f"{address}/sign-in")
        enter(page, "lin", PASSWORD)
        page.goto(f"{address}/?level=village")
        drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= OFFICE[0]
        told = []
        for spot in page.evaluate(MIDDLE):
            page.mouse.move(spot[0] - 3, spot[1])
            page.mouse.move(*spot)
            page.wait_for_timeout(400)
            told += page.evaluate(TOLD) or []
        assert ("units", "name") in {place[:2] for place in places("".join(told))}
        assert [each for said in told for each in changed(said, texts)] == []
        page.locator("#ranking .rank a").first.click()
        until(page, "() => document.querySelectorAll('#crumbs li').length >= 2")
        shown = [page.title(), *page.locator("body *").all_text_contents()]
        assert [each for said in shown for each in changed(said, texts)] == []
        assert PRODUCT not in page.content()
        assert faults.found == []
    browser.close()
