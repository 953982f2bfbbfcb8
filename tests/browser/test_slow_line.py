"""A line that is slow, or breaks for a moment: what was asked for comes late and is there, without anybody's doing."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import OFFICE, PHONE, Faults
from tests.browser.the_map import drawn, until

PLOTLY_GIVES_UP_SECONDS = 5
SHAPES, STYLE, CALLBACKS = "**/geo/*.geojson*", "**/map/style.json*", "**/_dash-update-component*"
ANSWERS = "**/map/answer*"
TOWNS_DRAWN = "document.querySelector('#map .js-plotly-plot').data[0].locations.length"


def hold_back(page: Page, address: str, seconds: float) -> None:
    """Let every answer of an address come late."""

    def late(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    page.route(address, late)


def break_off(page: Page, address: str, times: int, faults: list[str]) -> None:
    """Let the line break ``times`` times when an address is asked; each is written down."""

    def broken(route: Route) -> None:
        faults.append(route.request.url)
        route.abort("connectionreset")

    page.route(address, broken, times=times)


@pytest.fixture
def page(browser, district, sessions):
    context = browser.new_context(viewport={"width": OFFICE[0], "height": OFFICE[1]}, locale="zh-CN")
    sessions.take_up(context, district, "leader")
    opened = context.new_page()
    yield opened
    context.close()


@pytest.mark.parametrize("address", [SHAPES, STYLE])
def test_what_comes_late_is_drawn(page, district, address):
    hold_back(page, address, PLOTLY_GIVES_UP_SECONDS + 2)
    page.goto(f"{district}/?layer=coverage")
    drawn(page)
    assert page.evaluate(TOWNS_DRAWN) == 12


@pytest.mark.parametrize("address", [SHAPES, STYLE])
def test_a_window_that_changes_meanwhile_is_drawn_too(page, district, address):
    heard = Faults(page)
    hold_back(page, address, 4)
    page.goto(f"{district}/?layer=coverage")
    page.locator("#tiles .tile").first.wait_for()
    for width, height in (PHONE, OFFICE):
        page.wait_for_timeout(500)
        page.set_viewport_size({"width": width, "height": height})
    drawn(page)
    assert page.evaluate(TOWNS_DRAWN) == 12
    assert heard.found == []


@pytest.mark.parametrize("address", [SHAPES, STYLE, CALLBACKS])
def test_a_line_that_breaks_is_taken_up_again(page, district, address):
    broken: list[str] = []
    break_off(page, address, 2, broken)
    page.goto(f"{district}/?layer=coverage")
    drawn(page)
    assert len(broken) == 2
    assert page.evaluate(TOWNS_DRAWN) == 12
    assert page.locator("#away").count() == 0


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize(("lang", "words"), [("zh", "暂时连不上服务器"), ("en", "cannot be reached for a moment")])
def test_whoever_waits_is_told(page, district, lang, words, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{district}/?lang={lang}")
    drawn(page)
    broken: list[str] = []
    break_off(page, ANSWERS, 3, broken)
    page.locator("a[data-soft]:visible").first.click()
    told = page.locator("#away")
    told.wait_for()
    assert words in told.inner_text()
    box = told.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    told.wait_for(state="detached")


def test_a_second_drawing_while_the_shapes_are_still_coming_is_drawn(page, district):
    hold_back(page, SHAPES, PLOTLY_GIVES_UP_SECONDS + 2)
    page.goto(f"{district}/?layer=coverage")
    page.locator("#layers a[href*='layer=chain']").click()
    drawn(page)
    assert page.locator("#layers [aria-current=true]").inner_text() == "责任链"
    assert page.evaluate(TOWNS_DRAWN) == 12


def test_of_two_levels_asked_for_quickly_the_last_is_drawn(page, district):
    page.goto(f"{district}/?layer=coverage")
    drawn(page)
    hold_back(page, "**/geo/village.geojson*", 3)
    page.locator("a[data-soft][href*='level=village']").first.click()
    until(page, "() => location.search.includes('level=village')")
    page.go_back()
    until(page, "() => !location.search.includes('level=village')")
    page.wait_for_timeout(4000)
    drawn(page)
    assert page.evaluate(TOWNS_DRAWN) == 12
