"""Old machines, empty databases, phones, lost addresses: every edge has its own page or its own sentence."""

from __future__ import annotations

from urllib.request import urlopen

import pytest

from tests.browser.conftest import PHONE, server
from tests.browser.the_map import address_has, drawn, until


def test_without_webgl_the_drawing_takes_the_same_clicks(opener, browser_without_webgl, district):
    page = opener(browser_without_webgl, district + "/")
    until(page, "() => document.querySelectorAll('#map .choroplethlayer path').length > 5")
    assert "WebGL2" in page.locator(".svg-note").inner_text()
    codes = page.evaluate("document.querySelector('#map .js-plotly-plot').data[0].locations")
    shape = page.locator("#map .choroplethlayer .trace").first.locator("path").nth(codes.index("220602103000"))
    box = shape.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.wait_for_timeout(300)
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    until(page, "() => /unit=|subject=/.test(location.search)")
    until(page, "() => document.querySelectorAll('#crumbs li').length > 1")
    page.locator("#layers a[href*='layer=chain']").click()
    address_has(page, "layer=chain")
    until(page, "() => document.querySelector('#layers a[aria-current=true]').innerText === '责任链'")


@pytest.fixture
def empty(empty_db):
    with server(empty_db) as address:
        yield address


@pytest.mark.parametrize(("search", "words"), [("/", "还没有数据"), ("/?lang=en&theme=dark", "No data yet")])
def test_an_empty_database_shows_how_to_load(opener, browser, empty, search, words):
    page = opener(browser, empty + search, who=None)
    until(page, "words => document.body.innerText.includes(words)", words)
    assert page.locator(".steps code").count() == 4
    with urlopen(f"{empty}/healthz") as answer:
        assert answer.status == 200


def test_a_phone_has_the_map_on_top_and_the_column_below(see):
    page = see("/", PHONE)
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    chart, tiles = page.locator("#map").bounding_box(), page.locator("#tiles").bounding_box()
    assert chart["y"] + chart["height"] <= tiles["y"]
    page.locator("#ranking .rank a").first.click()
    address_has(page, "unit=")
    until(page, "() => document.querySelectorAll('#crumbs li').length === 2")


@pytest.mark.parametrize("path", ["/nowhere", "/?unit=999999999999", "/?subject=nobody"])
def test_an_address_that_names_nothing_leads_home(see, path):
    page = see(path)
    assert page.locator(".letter h1").inner_text() == "没有这一页"
    assert "不存在或不在您的辖区" in page.locator(".letter").inner_text()
    assert page.locator("header.top a[href='/work']").count() == 1, "the navigation stands"
    page.locator(".letter a").click()
    drawn(page)


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ("/?asof=2026-02-31", "没有“2026-02-31”这一天"),
        ("/?asof=2026-13-01&unit=220602101000", "没有“2026-13-01”这一天"),
        ("/?asof=tomorrow", "日期“tomorrow”看不懂"),
        ("/?layer=nonsense", "layer=nonsense 不可用"),
        ("/?level=galaxy", "level=galaxy 不可用"),
    ],
)
def test_nonsense_in_the_address_is_a_sentence_and_no_numbers(see, search, words):
    page = see(search)
    assert words in page.locator(".letter").inner_text()
    assert page.locator("#tiles, #map, .rank").count() == 0
    page.locator(".letter a").click()
    drawn(page)


def test_a_subject_outside_the_unit_of_the_address_brings_its_own_village(see):
    """Somebody mended the address by hand: the figures are of the place the breadcrumb names."""
    told = []
    for unit in ("220602103000", "220602001001"):
        page = see(f"/?level=subject&subject=S0001&unit={unit}")
        until(page, "() => document.querySelectorAll('#crumbs li').length === 4")
        told.append((page.locator("#crumbs").inner_text(), page.locator("#tiles").inner_text()))
    assert told[0] == told[1]
