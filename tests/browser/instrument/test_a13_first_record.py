"""A13: before the first record nothing is told as a fault, and the slider begins where the facts do."""

from __future__ import annotations

import re

from tests.browser.the_map import until


def test_a13_before_the_first_record_the_chain_says_when_records_begin(see):
    page = see("/?asof=2015-06-30&unit=220602101000")
    until(page, "() => document.querySelector('#chain')?.innerText.length > 5")
    told = page.locator("#chain").inner_text()
    assert "从未任命" not in told
    assert re.search(r"自 20\d\d-\d\d-\d\d 起有记录|这一天还没有网格单元", told)


def test_a13_the_slider_begins_with_the_first_fact(see):
    """In its first month something was done already, and before it nothing."""
    page = see("/")
    until(page, "() => document.querySelector('#month')")
    begins = page.locator(".time .mute").first.inner_text()
    origin = page.url.split("/?")[0].rstrip("/")

    def patrolled(day: str) -> int:
        asked = f"{origin}/api/indicators?indicator=patrol_coverage&level=district&asof={day}"
        return sum(int(row["numerator"]) for row in page.request.get(asked).json().get("rows", []))

    year, month = map(int, begins.split("-"))
    assert patrolled(f"{begins}-28") > 0
    assert patrolled(f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}-28") == 0
