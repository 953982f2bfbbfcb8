"""Filters by mouse and by keyboard: everything on the page follows, the address holds them, a chip lets go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import drawn

SLOW = 30_000
BAR = ".narrowing"


def overdue_of(page: Page) -> str:
    """The denominator the tile of overdue says."""
    return page.locator(".tile", has_text=re.compile("逾期|Overdue")).first.inner_text()


@pytest.mark.parametrize("who", ["leader", "station", "section"])
def test_by_mouse_on_the_map(see, who):
    page = see("/?layer=overdue", OFFICE, who)
    drawn(page)
    before = overdue_of(page)
    page.locator(f"{BAR} summary").click()
    page.locator("#narrow-risk").select_option("high")
    page.locator(f"{BAR} button").click()
    expect(page.locator(f"{BAR} > a")).to_have_count(1, timeout=SLOW)
    assert "risk=high" in page.url
    expect(page.locator(".tile", has_text="逾期").first).not_to_have_text(before, timeout=SLOW)
    link = page.locator(".ranking a, #ranking a").filter(has_text="表格").first
    assert "risk=high" in (link.get_attribute("href") or "")
    assert faults(page) == []
    page.locator(f"{BAR} > a").click()
    expect(page.locator(f"{BAR} > a")).to_have_count(0, timeout=SLOW)
    assert "risk" not in page.url


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_by_keyboard_on_a_units_page(see, lang):
    page = see(f"/unit/220602100000?lang={lang}", OFFICE, "station")
    menu = page.locator(f"{BAR} summary")
    menu.focus()
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(page.locator("#narrow-person")).to_be_focused(timeout=SLOW)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#narrow-person")).to_have_value("me", timeout=SLOW)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"{BAR} > a")).to_have_count(1, timeout=SLOW)
    assert "person=me" in page.url
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#narrow-person")).to_have_value("me", timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.locator("#narrow-person")).to_be_hidden(timeout=SLOW)


def test_on_a_phone_nothing_is_wider_than_the_window_with_every_filter_set(see):
    picks = "kind=family_farm&sector=vegetable&risk=high&status=active&person=me&product=" + "很长的产品名" * 10
    for path in ("/", "/unit/220602100000"):
        page = see(f"{path}?{picks}", PHONE, "station")
        expect(page.locator(f"{BAR} > a")).to_have_count(7, timeout=SLOW)
        page.locator(f"{BAR} summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_paper_says_what_is_picked(see):
    page = see("/unit/220602100000?risk=high", OFFICE, "station")
    page.emulate_media(media="print")
    try:
        expect(page.locator(f"{BAR} > a").first).to_be_visible(timeout=SLOW)
        expect(page.locator(f"{BAR} summary")).to_be_hidden(timeout=SLOW)
    finally:
        page.emulate_media(media="screen")
