"""The tools of the map, by mouse and by keyboard: full screen, presentation, link, coordinates, measuring, choosing."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from geodata.datum_formulas import FORWARD
from geodata.vocabulary import Datum
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import MAP, address_has, drawn, until

SLOW = 30_000
PANEL = ".tool-panel"
SPOTS = ((0.42, 0.4), (0.6, 0.38), (0.62, 0.6), (0.45, 0.62))


def take(page: Page, tool: str) -> None:
    page.locator(".tools-menu summary").click()
    page.locator(f".tools-menu [data-tool={tool}]").click()


def spots(page: Page) -> list[tuple[int, int]]:
    box = page.locator("#map").bounding_box()
    assert box is not None
    return [(round(box["x"] + box["width"] * x), round(box["y"] + box["height"] * y)) for x, y in SPOTS]


def click_all(page: Page) -> None:
    for x, y in spots(page):
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        page.wait_for_timeout(100)


@pytest.mark.parametrize("who", ["leader", "station"])
def test_measuring_by_mouse_leaves_the_map_as_it_is(see, who):
    page = see("/?layer=overdue", OFFICE, who)
    drawn(page)
    before = page.url
    take(page, "area")
    click_all(page)
    expect(page.locator(f"{PANEL} .said")).to_contain_text(
        re.compile(r"长 [\d.]+ 公里 · 面积 [\d.]+ 平方公里 · [\d.]+ 亩"), timeout=SLOW
    )
    assert page.locator(".drawn-over circle").count() == len(SPOTS)
    assert page.url == before, "a click with a tool in hand is no click on the map"
    page.get_by_text("撤销一点").click()
    assert page.locator(".drawn-over circle").count() == len(SPOTS) - 1
    assert faults(page) == []
    page.mouse.move(*spots(page)[0])
    page.mouse.down()
    page.mouse.move(spots(page)[0][0] + 80, spots(page)[0][1], steps=4)
    page.mouse.up()
    assert page.locator(".drawn-over circle").count() == len(SPOTS) - 1, "a drag is no point"
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden(timeout=SLOW)
    expect(page.locator(".drawn-over")).to_have_count(0, timeout=SLOW)


def test_measuring_by_keyboard(see):
    page = see("/?lang=en", OFFICE, "leader")
    drawn(page)
    page.locator(".tools-menu summary").focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PANEL}")).to_be_focused(timeout=SLOW)
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PANEL} .said")).to_contain_text(re.compile(r"Length [\d.]+ k?m"), timeout=SLOW)
    page.keyboard.press("Backspace")
    assert page.locator(".drawn-over circle").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator(".tools-menu summary")).to_be_visible(timeout=SLOW)


def test_an_outline_becomes_a_filter_with_its_list_and_files(see):
    page = see("/?layer=overdue", OFFICE, "leader")
    drawn(page)
    take(page, "inside")
    assert page.locator("[data-tool=choose]").is_disabled()
    click_all(page)
    page.locator("[data-tool=choose]").click()
    address_has(page, "inside=")
    expect(page.locator(".drawer h2")).to_be_visible(timeout=SLOW)
    said = int(re.search(r"(\d+) 行", page.locator(".drawer h2").inner_text()).group(1))
    expect(page.locator(".narrowing > a").first).to_contain_text("4", timeout=SLOW)
    with page.expect_download() as download:
        page.locator(".drawer").get_by_text("CSV").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").strip().splitlines()
    assert 0 < said < 782
    assert sum(1 for row in rows if re.match(r"S\d{4},", row)) == said


def test_coordinates_under_the_pointer_are_those_of_the_formulas(see):
    page = see("/", OFFICE, "station")
    drawn(page)
    take(page, "point")
    x, y = spots(page)[0]
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    told = page.locator(f"{PANEL} .said")
    expect(told).to_contain_text("国家2000", timeout=SLOW)
    box = page.locator("#map").bounding_box()
    at = page.evaluate(
        f"([x, y]) => {{ const p = {MAP}.unproject([x, y]); return [p.lng, p.lat]; }}", [x - box["x"], y - box["y"]]
    )
    read = [float(part) for part in re.search(r"国家2000\s+([\d.]+), ([\d.]+)", told.inner_text()).groups()]
    assert read == pytest.approx(at, abs=2e-6)
    lons, lats = (each.ravel() for each in np.meshgrid(np.linspace(70, 140, 15), np.linspace(0, 57, 13)))
    for datum, forward in FORWARD.items():
        expected = np.column_stack(forward(lons, lats))
        found = page.evaluate(
            f"(all) => all.map(([lon, lat]) => window.grid.datums(lon, lat).{datum.value})",
            np.column_stack((lons, lats)).tolist(),
        )
        assert np.abs(np.array(found) - expected).max() < 1e-7, datum
    assert set(FORWARD) | {Datum.CGCS2000, Datum.WGS84} == set(Datum)


def test_the_link_can_be_copied_where_the_clipboard_is_shut(see):
    page = see("/?layer=coverage&level=village", OFFICE, "leader")
    drawn(page)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    take(page, "link")
    expect(page.locator("#tool-link")).to_have_value(page.url, timeout=SLOW)
    assert page.evaluate("document.getSelection().toString() || document.activeElement.value") == page.url
    expect(page.locator(f"{PANEL} .said")).to_contain_text("Ctrl+C", timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden(timeout=SLOW)


def test_a_presentation_shows_map_legend_and_stamps_alone_and_ends_by_button_and_key(see):
    page = see("/?layer=overdue", OFFICE, "leader")
    drawn(page)
    for end in ("button", "key"):
        take(page, "present")
        expect(page.locator(".present-end")).to_be_focused(timeout=SLOW)
        for hidden in (".column", ".time", ".moves", ".switches"):
            expect(page.locator(hidden)).to_be_hidden(timeout=SLOW)
        for shown in ("#legend", "#stamps", ".crumbs", ".asof"):
            expect(page.locator(shown).first).to_be_visible(timeout=SLOW)
        wide = "() => document.querySelector('section.map').clientWidth > innerWidth * 0.95"
        until(page, wide)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
        page.locator(".present-end").click() if end == "button" else page.keyboard.press("Escape")
        expect(page.locator(".column")).to_be_visible(timeout=SLOW)
    assert "presenting" not in page.evaluate("Object.keys(document.documentElement.dataset)")


def test_full_screen_and_back(see):
    page = see("/", OFFICE, "leader")
    drawn(page)
    button = page.locator("[data-tool=full]")
    button.click()
    until(page, "() => Boolean(document.fullscreenElement)")
    expect(button).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    button.click()
    until(page, "() => !document.fullscreenElement")


def test_on_a_phone_nothing_lies_upon_another(see):
    page = see("/", PHONE, "station")
    drawn(page)
    expect(page.locator(".present-end")).to_be_hidden(timeout=SLOW)
    take(page, "length")
    expect(page.locator(PANEL)).to_be_visible(timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    box = page.locator(PANEL).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]


def test_without_webgl_only_what_needs_no_map_is_offered(opener, browser_without_webgl, district):
    page = opener(browser_without_webgl, f"{district}/")
    until(page, "() => document.querySelector('#map .choroplethlayer path')")
    page.locator(".tools-menu summary").click()
    offered = page.locator(".tools-menu nav > *:visible").all_inner_texts()
    assert offered == ["演示", "复制链接", "保存视图"]
