"""Two days compared, by mouse, by keyboard, on a phone and on paper: what changed on the map, the list behind it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from geodata.calendar import months_earlier, today
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import address_has, drawn, until

SLOW = 30_000
BAR = ".comparing"


def earlier(page: Page, since: date) -> None:
    """The comparison with a day is on the screen: chip, legend, ranking with a line for every unit."""
    drawn(page)
    expect(page.locator(f"{BAR} > a").first).to_contain_text(since.isoformat(), timeout=SLOW)
    expect(page.locator("#legend .caption")).to_contain_text(since.isoformat(), timeout=SLOW)
    rows = page.locator("#ranking li")
    assert rows.count() > 0
    assert all(re.search(r"\d+/\d+|—", text) for text in page.locator("#ranking .said").all_text_contents())
    loaded = "() => [...document.querySelectorAll('#ranking img.months')].every((each) => each.naturalWidth > 0)"
    until(page, loaded)
    assert page.locator("#ranking img.months").count() == rows.count()


@pytest.mark.parametrize("who", ["leader", "station"])
def test_by_mouse(see, who):
    page, since = see("/?layer=overdue", OFFICE, who), months_earlier(today(), 1)
    drawn(page)
    page.locator(f"{BAR} summary").click()
    page.locator(f"{BAR} .menu a").first.click()
    address_has(page, f"since={since}")
    earlier(page, since)
    assert faults(page) == []
    page.locator("#legend a").first.click()
    address_has(page, "only=")
    page.get_by_text("并排看两天").click()
    address_has(page, "side=1")
    pictures = "() => [...document.querySelectorAll('.sides img')].filter((each) => each.naturalWidth > 0).length"
    until(page, f"() => ({pictures})() === 2")
    page.get_by_text("看变化图").click()
    expect(page.locator(".sides")).to_have_count(0, timeout=SLOW)
    page.get_by_text("差异名单").click()
    expect(page.locator("h1")).to_contain_text("差异名单", timeout=SLOW)
    told = page.locator(".card p").first.inner_text()
    entered, left = (int(found) for found in re.search(r"新增 (\d+)，减少 (\d+)", told).groups())
    lists = page.locator("tbody")
    counts = [lists.nth(place).locator("tr").count() for place in range(lists.count())]
    assert counts == [each for each in (entered, left) if each]
    with page.expect_download() as download:
        page.get_by_text("CSV").click()
    body = download.value.path().read_text(encoding="utf-8-sig")
    assert body.count("\n新增,") + body.count("\n减少,") == entered + left


def test_by_keyboard_any_day_and_back(see):
    page, since = see("/?layer=coverage&level=village&lang=en", OFFICE, "leader"), months_earlier(today(), 2)
    drawn(page)
    page.locator(f"{BAR} summary").focus()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(page.locator("#since")).to_be_focused(timeout=SLOW)
    page.keyboard.press("Control+a")
    page.keyboard.type(since.isoformat())
    page.keyboard.press("Enter")
    address_has(page, f"since={since}")
    earlier(page, since)
    page.locator(f"{BAR} > a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ranking .said")).to_have_count(0, timeout=SLOW)
    assert "since" not in page.url


def test_on_a_phone_nothing_is_wider_than_the_window(see):
    since = months_earlier(today(), 3)
    for path in (f"/?since={since}", f"/?since={since}&side=1", f"/changes?since={since}"):
        page = see(path, PHONE, "station")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path


def test_paper_tells_both_days(see):
    since = months_earlier(today(), 3)
    page = see(f"/?since={since}", OFFICE, "leader")
    earlier(page, since)
    page.emulate_media(media="print")
    try:
        expect(page.locator(f"{BAR} > a").first).to_be_visible(timeout=SLOW)
        expect(page.locator(f"{BAR} summary")).to_be_hidden(timeout=SLOW)
        expect(page.locator("#legend .caption")).to_contain_text(f"{since} → {today()}", timeout=SLOW)
    finally:
        page.emulate_media(media="screen")
