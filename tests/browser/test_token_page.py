"""A token's whole way: made on the own page, used by a program, revoked, refused."""

from __future__ import annotations

import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import until


def fetch(address: str, secret: str) -> tuple[int, str]:
    """What a program gets that sends the token: status and text."""
    asked = Request(address, headers={"Authorization": f"Bearer {secret}"})
    try:
        with urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8-sig")
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_token_is_made_used_by_a_program_and_revoked(see, district):
    page = see("/me", who="station")
    page.fill("#field-name", "weekly workbook")
    page.select_option("#field-unit", index=2)
    village = page.locator("#field-unit option:checked").inner_text().split()[0]
    page.fill("#field-days", "30")
    page.click("form:has(#field-days) button")
    secret = page.input_value("#field-token")
    assert re.fullmatch(r"grid_[0-9a-f]{48}", secret)
    assert secret not in page.url
    until(page, "() => document.activeElement.id === 'field-token'")  # ready to be copied
    page.locator("main a.button").click()
    line = page.locator("#tokens li", has_text="weekly workbook")
    assert village in line.inner_text()
    assert secret not in page.content()

    feed = f"{district}/api/indicators?format=csv&level=village"
    status, table = fetch(feed, secret)
    assert status == 200
    assert village in table
    assert len({row.split(",")[1] for row in table.splitlines() if village in row}) == 1
    assert fetch(f"{district}/me", secret)[0] == 401
    page.reload()
    assert "从未" not in line.inner_text()

    line.locator("button").click()
    page.locator(".alert.said").wait_for()
    status, told = fetch(feed, secret)
    assert (status, "令牌已停用" in told) == (401, True)
    assert line.locator("button").count() == 0


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("look", ["", "?lang=en&theme=dark"])
def test_the_page_of_a_new_token_fits_and_has_no_serious_fault(see, look, size):
    page = see("/me" + look, size, who="assistant")
    page.fill("#field-name", f"{look} {size[0]}")
    page.click("form:has(#field-days) button")
    page.locator("#field-token").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []
    page.locator("main a.button").click()
    page.locator("#tokens li").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []
