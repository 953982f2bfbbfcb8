"""A tree of six levels in the browser: a nation's leader drills to a village, a city's leader starts at districts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from dashboard.auth import password
from etl.demo import Shape, load_demo
from geodata.accounts import account_admin
from geodata.database.scope import write_transaction
from tests.browser.conftest import enter, server
from tests.browser.the_map import address_has, click_place, click_unit, drawn, shapes, subjects, until

CITY = "N1-1-1"
SECRET = "six levels of units 6"
LEVELS = ("province", "city", "district", "town", "village")


@pytest.fixture(scope="module")
def nation(new_database) -> Iterator[str]:
    """Address of an application over the demonstration of six levels, with leaders of its nation and of a city."""
    for engine in new_database():
        load_demo(engine, date(2026, 11, 22), shape=Shape.SIX)
        leader = text("SELECT person_no FROM grid.post WHERE unit_code = :code AND role = 'district_leader'")
        with write_transaction(engine) as db:
            for login, code in (("nation", "N1"), ("city", CITY)):
                person = db.execute(leader, {"code": code}).scalar_one()
                account_admin.add_account(db, login, person, password.hash_password(SECRET))
        with server(engine) as address:
            yield address


def crumbs(page: Page) -> int:
    """How many steps the breadcrumb has."""
    return page.locator("#crumbs li").count()


def drill(page: Page, level: str, code: str, path: int) -> None:
    """Click a unit of the level that is shown, and wait until it is the scope."""
    click_unit(page, shapes(page, level)[code])
    address_has(page, f"unit={code}")
    until(page, f"() => document.querySelectorAll('#crumbs li').length === {path}")
    drawn(page)


def test_a_nations_leader_drills_down_to_a_village_and_a_subject(opener, browser, nation):
    page = opener(browser, f"{nation}/?asof=2026-11-22", who=None)
    enter(page, "nation", SECRET)
    drawn(page)
    switch = page.locator("#levels a, #levels [aria-current]")
    assert switch.all_inner_texts() == ["省", "市", "区", "镇街", "村社区", "主体"]
    assert page.locator("#levels [aria-current=true]").inner_text() == "省"
    code = "N1"
    for step, level in enumerate(LEVELS, start=2):
        code = f"{code}-1"
        drill(page, level, code, step)
    assert page.locator("#levels [aria-current=true]").inner_text() == "主体"
    click_place(page, [place for name, place in subjects(page).items() if name == "S0001"])
    address_has(page, "subject=S0001")
    until(page, "() => document.querySelectorAll('#chain .chain > li').length === 7")
    assert crumbs(page) == 7
    page.locator("#crumbs a").nth(2).click()
    address_has(page, f"unit={CITY}")
    until(page, "() => document.querySelector('#levels [aria-current=true]').innerText === '区'")


def test_a_citys_leader_starts_at_the_districts(opener, browser, nation):
    page = opener(browser, f"{nation}/?asof=2026-11-22", who=None)
    enter(page, "city", SECRET)
    drawn(page)
    assert page.locator("#levels a, #levels [aria-current]").all_inner_texts() == ["区", "镇街", "村社区", "主体"]
    assert page.locator("#levels [aria-current=true]").inner_text() == "区"
    assert page.locator("#ranking .rank a").count() == 2
    assert crumbs(page) == 3
    assert page.locator("#crumbs a").count() == 0, "what is above the own city is named and not open"
    for path, code in ((4, f"{CITY}-2"), (5, f"{CITY}-2-1"), (6, f"{CITY}-2-1-2")):
        page.locator(f"#ranking .rank a[href*='unit={code}&'], #ranking .rank a[href$='unit={code}']").first.click()
        address_has(page, f"unit={code}")
        until(page, f"() => document.querySelectorAll('#crumbs li').length === {path}")
    page.goto(f"{nation}/unit/{CITY}?asof=2026-11-22")
    page.get_by_role("heading", level=1).wait_for()
    assert page.get_by_text("示111区").count() >= 1
    page.goto(f"{nation}/unit/N1-1?asof=2026-11-22")
    assert page.get_by_text("示1省").count() <= 1
