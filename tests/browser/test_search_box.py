"""The search by keyboard, by mouse and by touch: it opens from every page, takes the first hit, and is in no way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import drawn, until

CUT = """() => [...document.querySelectorAll(".search-dialog *")]
  .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
  .map(each => each.textContent)"""
"""What of the box is wider than its place."""
SLOW = 30_000
BOX, HIT = "dialog.search-dialog", "#search-hits [role=option]"


def opened(page: Page) -> Page:
    """The page with its scripts at work."""
    until(page, "() => document.querySelector('a[data-search]') && window.dash_clientside?.grid")
    return page


def typed(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.locator(HIT).first.wait_for()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ["leader", "station", "steward"])
def test_by_keyboard_from_the_map_and_back(see, who, lang):
    page = opened(see(f"/?lang={lang}&layer=coverage", OFFICE, who))
    drawn(page)
    page.keyboard.press("/")
    expect(page.locator(f"{BOX} input")).to_be_focused(timeout=SLOW)
    page.keyboard.type("qidaojiangz")
    page.keyboard.press("Enter")  # before the answer: it is waited for
    page.wait_for_url(re.compile("unit=220602100000"))
    expect(page.locator(BOX)).to_be_hidden(timeout=SLOW)
    until(page, "() => document.querySelector('#crumbs').textContent.includes('七道江镇')")
    page.go_back()
    page.wait_for_url(re.compile("layer=coverage"))


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
@pytest.mark.parametrize("who", ["leader", "station", "steward"])
def test_by_pointer_to_the_page_and_to_the_map(see, who, size):
    page = opened(see("/unit/220602100000", size, who))
    page.locator("a[data-search]").click()
    typed(page, "七道江镇")
    page.locator(HIT).first.locator("[data-other]").click()
    expect(page.locator(BOX)).to_be_hidden(timeout=SLOW)
    assert "/unit/220602100000" in page.url
    page.locator("a[data-search]").click()
    typed(page, "七道江镇")
    page.locator(HIT).first.locator("b").click()
    page.wait_for_url(re.compile(r"/\?"))
    until(page, "() => document.querySelector('#crumbs')?.textContent.includes('七道江镇')")


def test_arrows_choose_shift_goes_the_other_way_and_escape_closes(see):
    page = opened(see("/unit/220602100000", OFFICE, "station"))
    page.keyboard.press("/")
    typed(page, "cun")
    options = page.locator(HIT)
    assert options.count() > 2
    expect(options.nth(0)).to_have_attribute("aria-selected", "true", timeout=SLOW)
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true", timeout=SLOW)
    assert page.locator(f"{BOX} input").get_attribute("aria-activedescendant") == "search-hit-1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true", timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_be_hidden(timeout=SLOW)
    page.keyboard.press("/")
    expect(page.locator(f"{BOX} input")).to_have_value("", timeout=SLOW)
    typed(page, "七道江镇")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(BOX)).to_be_hidden(timeout=SLOW)
    assert "/unit/220602100000" in page.url


def test_the_key_is_a_letter_where_somebody_is_writing(see):
    page = opened(see("/?table=1"))
    page.locator(".drawer input").first.click()
    page.keyboard.press("/")
    expect(page.locator(BOX)).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Escape")


def test_nothing_found_says_so_and_what_is_not_shown_is_told(see):
    page = opened(see("/", OFFICE, "leader"))
    page.keyboard.press("/")
    page.keyboard.type("没有这个名字")
    expect(page.locator(f"{BOX} [role=status]")).to_contain_text("没有这个名字", timeout=SLOW)
    expect(page.locator("#search-hits")).to_be_hidden(timeout=SLOW)
    page.locator(f"{BOX} input").fill("村")
    expect(page.locator(HIT)).to_have_count(20, timeout=SLOW)
    expect(page.locator(f"{BOX} [role=status]")).to_contain_text("还有", timeout=SLOW)
    page.locator(f"{BOX} a.whole").click()
    page.wait_for_url(re.compile("/search\\?find="))
    expect(page.locator(".found li")).to_have_count(20, timeout=SLOW)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_the_box_has_no_serious_fault_and_stays_in_the_window(see, size, theme):
    page = opened(see(f"/unit/220602100000?theme={theme}", size))
    page.locator("a[data-search]").click()
    typed(page, "村")
    assert faults(page) == []
    box = page.locator(BOX).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_the_page_of_the_search_works_without_the_box(see, size):
    page = see("/search", size, "station")
    page.fill("#field-find", "sandaogou")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("find=sandaogou"))
    page.fill("#field-find", "qdj")
    page.keyboard.press("Enter")
    page.locator(".found a").first.click()
    page.wait_for_url(re.compile(r"/\?|/$|/subject/|/unit/"))
