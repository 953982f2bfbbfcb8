"""A view saved and shared, a note pinned, seen by a colleague and ended: by mouse and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OFFICE, PHONE
from tests.browser.daily.test_view_tools import spots, take
from tests.browser.test_accessible import faults
from tests.browser.the_map import drawn, until

SLOW = 30_000


def pins(page: Page, body: str) -> int:
    return page.locator(".note-pin", has_text=body).count()


def test_a_view_is_saved_shared_opened_and_removed(see):
    page = see("/?layer=coverage&level=village", OFFICE, "station")
    drawn(page)
    page.locator(".tools-menu summary").click()
    page.get_by_text("保存视图").click()
    page.locator("input[name=name]").fill("本镇覆盖")
    page.locator("input[name=shared]").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".saved a", has_text="本镇覆盖")).to_be_visible(timeout=SLOW)
    assert faults(page) == []
    colleague = see("/saved", PHONE, "supervisor")
    link = colleague.locator(".saved a", has_text="本镇覆盖")
    expect(link).to_be_visible(timeout=SLOW)
    assert colleague.locator(".saved form").count() == 0, "nobody takes away what is another's"
    assert colleague.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    link.click()
    colleague.wait_for_url(re.compile(r"layer=coverage"))
    page = see("/saved", OFFICE, "station")
    page.locator(".saved li", has_text="本镇覆盖").get_by_role("button").click()
    expect(page.locator(".saved a", has_text="本镇覆盖")).to_have_count(0, timeout=SLOW)


def test_a_note_is_pinned_by_mouse_seen_on_the_map_and_ended(see):
    page = see("/", OFFICE, "station")
    drawn(page)
    take(page, "note")
    page.mouse.click(*spots(page)[1])
    page.wait_for_url(re.compile("/saved"))
    page.locator("textarea[name=body]").fill("修路，<b>绕行</b>")
    page.get_by_role("button", name="标在图上").click()
    expect(page.locator(".saved .said-by", has_text="修路，<b>绕行</b>")).to_be_visible(timeout=SLOW)
    page = see("/", OFFICE, "leader")
    drawn(page)
    until(page, "() => document.querySelectorAll('.note-pin').length > 0")
    pin = page.locator(".note-pin", has_text="修路，<b>绕行</b>")
    pin.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(pin.locator("p")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    expect(pin.locator("p")).to_be_hidden(timeout=SLOW)
    page = see("/saved", OFFICE, "station")
    page.locator(".saved li", has_text="绕行").get_by_role("button").click()
    page = see("/", OFFICE, "leader")
    drawn(page)
    page.wait_for_timeout(500)
    assert pins(page, "绕行") == 0, "what is remembered of the map knows of it"


def test_a_note_at_a_unit_by_keyboard(see):
    page = see("/unit/220602100000?lang=en", OFFICE, "station")
    page.get_by_text("Note here").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/saved"))
    page.locator("textarea[name=body]").focus()
    page.keyboard.type("Meeting on Friday")
    page.keyboard.press("Tab")
    page.locator("input[name=until]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".saved .said-by", has_text="Meeting on Friday")).to_be_visible(timeout=SLOW)
    page.locator(".saved li", has_text="Meeting").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".saved .said-by", has_text="Meeting on Friday")).to_have_count(0, timeout=SLOW)
