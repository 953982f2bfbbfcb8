"""After signing out, Back shows the sign-in and no fact, in a browser that keeps the pages it leaves in its memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.browser.conftest import FLAGS
from tests.browser.the_map import drawn, until

SIGN_IN = "#field-login"


@pytest.fixture
def keeping(playwright: Playwright) -> Iterator[Browser]:
    """A browser as people have it: Playwright's own switches its memory of pages off."""
    program = shutil.which("chromium")
    assert program, "Debian's chromium is missing: ./bootstrap.sh test"
    off = "--disable-back-forward-cache"
    found = playwright.chromium.launch(executable_path=program, args=[*FLAGS], ignore_default_args=[off])
    yield found
    found.close()


def sign_out(page: Page, district: str) -> None:
    page.goto(f"{district}/me")
    page.locator("form[action='/sign-out'] button").click()
    page.locator(SIGN_IN).wait_for()


@pytest.mark.parametrize("address", ["/subject/S0001", "/unit/220602101200", "/work", "/?layer=chain"])
def test_back_shows_the_sign_in_and_nothing_else(opener, keeping, district, address):
    page = opener(keeping, district + address, who="leader")
    until(
        page, "() => !document.querySelector('[aria-busy]') && document.querySelector('.card')?.innerText?.length > 2"
    )
    words = page.locator(".card").first.inner_text()
    sign_out(page, district)
    for _ in ("/me", address):
        page.go_back()
        page.locator(SIGN_IN).wait_for()
        assert words not in page.content()
    page.goto(district + address)
    page.locator(SIGN_IN).wait_for()


def test_back_within_a_session_still_goes_back(opener, keeping, district):
    page = opener(keeping, f"{district}/?layer=chain", who="station")
    drawn(page)
    page.goto(f"{district}/work")
    page.go_back()
    page.wait_for_timeout(1000)  # what was kept of the page is asked for again
    drawn(page)
    assert page.url.endswith("/?layer=chain")
