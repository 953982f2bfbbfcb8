"""A rule's whole way: looked at, confirmed, corrected, taken back; in both languages, at the desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import OFFICE, PHONE, server
from tests.browser.test_accessible import faults

LOOKS = ["", "?lang=en&theme=dark"]
WORDS = {"": ("预览", "已登记", "已撤回", "更正"), LOOKS[1]: ("Preview", "Registered", "taken back", "corrected")}


@pytest.fixture(scope="module")
def district(new_database, demo_template) -> Iterator[str]:
    """A district of its own: a rule changes what every other test counts."""
    for engine in new_database(demo_template):
        with server(engine) as address:
            yield address


FITS = (
    "[document.documentElement, ...document.querySelectorAll('.scroller')].every(e => e.scrollWidth <= e.clientWidth)"
)


def fits(page) -> bool:
    """Nothing is wider than the window, nor a table than its card: a column out of sight is not looked for."""
    return bool(page.evaluate(FITS))


def look_at(page, value: str) -> None:
    """Fill the form in and have it previewed."""
    page.select_option("#field-rule", "interval_days|kind:broker")
    page.fill("#field-value", value)
    page.fill("#field-from_on", "2026-09-01")
    page.fill("#field-source", "示农发〔2026〕8号")
    page.click("form[action^='/admin/rules/set'] button")
    page.locator("input[name=seen]").wait_for(state="attached")


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["zh", "en"])
def test_a_rule_is_looked_at_confirmed_corrected_and_taken_back(see, look, size):
    page = see("/admin/rules" + look, size, who="section")
    preview, done, back, corrected = WORDS[look]
    assert fits(page)
    assert faults(page) == []
    for value in ("20", "21"):
        look_at(page, value)
        assert preview in page.locator("h2").first.inner_text()
        assert fits(page)
        assert faults(page) == []
        assert page.locator("table").count() > 0, "brokers visited longer ago are overdue by then"
        if value == "21":
            assert corrected in page.locator("main li").first.inner_text()
        page.click("form[action^='/admin/rules/set'] button")
        assert done in page.locator(".alert.said").inner_text()
    row = page.locator("tr", has_text="2026-09-01")
    assert "21" in row.inner_text()
    row.locator("button").click()
    page.locator("input[name=seen]").wait_for(state="attached")
    page.click("form[action^='/admin/rules/withdraw'] button")
    assert back in page.locator(".alert.said").inner_text()
    assert page.locator("tr", has_text="2026-09-01").count() == 0


def test_a_mistyped_rule_is_a_sentence_and_nothing_else(see):
    page = see("/admin/rules", who="admin")
    page.select_option("#field-rule", "sign_in_tries|")
    page.fill("#field-value", "2.5")
    page.fill("#field-source", "x")
    page.click("form[action^='/admin/rules/set'] button")
    assert "3 至 10000 的整数" in page.locator("[role=alert]").inner_text()
    assert page.locator("tr", has_text="登录输错几次后须等待").count() == 1
