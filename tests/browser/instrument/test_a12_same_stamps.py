"""A12: screen, picture and one-file page of one view and day say the same of their data, word by word."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from tests.browser.the_map import drawn
from tests.commands import run_command

UNIT, DAY = "220602101000", "2026-11-10"
LAYER = "overdue"


SHOWN = """selector => [...document.querySelectorAll(selector)].map(each => {
  const copy = each.cloneNode(true);
  copy.querySelectorAll('.sign, .told-term').forEach(more => more.remove());
  return copy.textContent;
})"""


def shown(page: Page, selector: str) -> list[str]:
    """Texts of the screen without the explanations that open at them."""
    found: list[str] = page.evaluate(SHOWN, selector)
    return found


def squeezed(text: str) -> str:
    """Without blanks: a drawing breaks its lines where it likes."""
    return re.sub(r"\s+", "", text)


def told_of_drawing(svg: str) -> str:
    """The texts of a drawing: its letters are outlines, the words stand beside them."""
    return squeezed("".join(unescape(text) for text in re.findall(r"<!-- (.*?) -->", svg, re.DOTALL)))


def written(engine: Engine, path: Path, *words: str) -> Path:
    """A file of ``python -m layers``."""
    url = engine.url.render_as_string(hide_password=False)
    done = run_command("layers", *words, "--unit", UNIT, "--as-of", DAY, "--out", str(path), GRID_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a12_screen_picture_and_one_file_page_have_the_same_stamps(
    see, browser: Browser, demo_district, tmp_path, lang
):
    page = see(f"/?unit={UNIT}&level=village&layer={LAYER}&asof={DAY}&lang={lang}")
    drawn(page)
    stamps = [*shown(page, ".fresh > *")[:3], *shown(page, ".stamp")[0].split(" · ")]
    assert len(stamps) == 5
    assert all(re.search(r"\d{4}-\d\d-\d\d", stamp) for stamp in stamps[:3])
    definition = page.evaluate("document.querySelector('.why').lastChild.textContent")
    total = shown(page, "#legend .total")[0].partition(" · ")[0]
    title, caption = *shown(page, "#legend h2"), *shown(page, "#legend .caption")
    said = [squeezed(each) for each in (*stamps, definition, total, title, caption, DAY)]

    asked = f"unit={UNIT}&level=village&layer={LAYER}&asof={DAY}&lang={lang}"
    origin = page.url.split("/?")[0]
    picture = page.request.get(f"{origin}/map/picture.svg?{asked}")
    assert picture.ok
    file = written(demo_district, tmp_path / "map.svg", "static", "--layer", LAYER, "--lang", lang)
    for drawing in (picture.text(), file.read_text(encoding="utf-8")):
        assert [each for each in said if each not in told_of_drawing(drawing)] == []

    one_file = written(demo_district, tmp_path / "map.html", "map", "--lang", lang)
    tab = browser.new_page()
    tab.goto(one_file.as_uri())
    tab.wait_for_selector(".label")
    words = squeezed("".join(tab.locator(f".title, [data-layer={LAYER}]").all_text_contents()))
    tab.set_viewport_size({"width": 390, "height": 844})
    title, switch = tab.locator(".panel.title").bounding_box(), tab.locator(".leaflet-control-layers").bounding_box()
    assert title["y"] + title["height"] <= switch["y"], "on a phone the switch stands under the stamps"
    tab.close()
    assert [each for each in said if each not in words] == []
