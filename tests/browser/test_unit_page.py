"""A unit's page: who answers, how it stands, the lists behind its numbers, and any past day."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from geodata.database.scope import read_transaction
from geodata.levels import Level
from geodata.responsibility.chain import Vacancy, responsibility_chain
from geodata.rollup.indicator_counts import count_indicator
from geodata.territory.units import list_units
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import faults

DAY = date(2026, 11, 22)
See = Callable[..., Page]


@pytest.fixture(scope="module")
def vacant(demo_district: Engine) -> tuple[str, Vacancy]:
    """A village whose assistant's post stands empty on the day, once held by somebody."""
    with read_transaction(demo_district) as db:
        for code in list_units(db, Level.VILLAGE, DAY).index:
            for gap in responsibility_chain(db, DAY, unit_code=code).levels[-1].vacancies:
                if gap.last_holder:
                    return code, gap
    pytest.fail("the demonstration district has no vacancy to look at")


def unit(see: See, code: str, more: str = "", **named: object) -> Page:
    page = see(f"/unit/{code}?asof={DAY}{more}", **named)
    page.locator(".sheet h1").wait_for()
    return page


def town(engine: Engine) -> str:
    with read_transaction(engine) as db:
        return str(count_indicator(db, "overdue", Level.TOWN, DAY)["numerator"].idxmax())


def test_a_vacancy_is_said_in_red_with_its_days_and_the_one_before(see: See, vacant: tuple[str, Vacancy]) -> None:
    code, gap = vacant
    page = unit(see, code)
    line = page.locator(".chain li.vacant .gap")
    expect(line).to_contain_text(f"空岗 {gap.days_vacant(DAY)} 天")
    expect(line).to_contain_text(str(gap.last_holder))
    expect(line).to_contain_text("督促补岗")
    danger = page.evaluate("getComputedStyle(document.querySelector('.sheet .danger, .gap .tag')).color")
    assert line.locator(".tag").evaluate("tag => getComputedStyle(tag).color") == danger


def test_a_past_day_shows_who_answered_then(see: See, vacant: tuple[str, Vacancy]) -> None:
    code, gap = vacant
    page = unit(see, code)
    page.locator(".plain-table tr", has_text=str(gap.last_holder)).last.locator("a").click()
    expect(page.locator(".chain li.vacant")).to_have_count(0)
    expect(page.locator(".chain")).to_contain_text(str(gap.last_holder))
    page.go_back()
    expect(page.locator(".chain li.vacant")).to_have_count(1)


def test_the_calendar_writes_the_day_into_the_address(see: See, demo_district: Engine) -> None:
    page = unit(see, town(demo_district))
    field = page.locator("input#unit-day")
    field.fill("2026-10-01")
    field.press("Enter")
    expect(page.locator(".sheet-head")).to_be_visible()
    page.locator("#list h2", has_text="2026-10-01").wait_for()
    assert "asof=2026-10-01" in page.url
    page.go_back()
    page.locator("#list h2", has_text=str(DAY)).wait_for()


def test_the_units_below_stand_worst_first_and_lead_down(see: See, demo_district: Engine) -> None:
    code = town(demo_district)
    page = unit(see, code)
    with read_transaction(demo_district) as db:
        frame = count_indicator(db, "overdue", Level.VILLAGE, DAY, code)
    counts = page.locator(".rank .counts").all_inner_texts()
    assert len(counts) == len(frame)
    shares = [int(n) / int(whole) for n, _, whole in (text.partition("/") for text in counts) if int(whole)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == frame["rate"].max()
    page.locator(".rank a").first.click()
    expect(page.locator(".sheet h1")).to_have_text(page.locator(".crumbs li").last.inner_text())
    expect(page.locator(".crumbs li")).to_have_count(3)


def test_a_number_opens_into_its_list_and_the_list_exports(see: See, demo_district: Engine, tmp_path: Path) -> None:
    code = town(demo_district)
    page = unit(see, code)
    with read_transaction(demo_district) as db:
        row = count_indicator(db, "chain_complete", Level.TOWN, DAY).loc[code]
    page.locator(".tile", has_text="责任链").click()
    broken = page.locator(".chips a", has_text="断链")
    expect(broken.locator(".count")).to_have_text(str(row["denominator"] - row["numerator"]))
    broken.click()
    expect(page.locator("#list h2")).to_contain_text(f"{row['denominator'] - row['numerator']} 行")
    with page.expect_download() as waiting:
        page.locator("#list .way", has_text="CSV").click()
    assert waiting.value.suggested_filename.endswith("2026-11-22_演示数据.csv")
    target = tmp_path / "list.csv"
    waiting.value.save_as(target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == row["denominator"] - row["numerator"]


def test_the_list_is_walked_by_keyboard_to_a_subject(see: See, demo_district: Engine) -> None:
    page = unit(see, town(demo_district))
    page.locator(".ag-row .ag-cell").first.click(position={"x": 2, "y": 2})
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".due")).to_be_visible()
    assert "/subject/" in page.url


def test_few_are_shown_with_their_interval_and_none_as_a_dash(see: See, vacant: tuple[str, Vacancy]) -> None:
    page = unit(see, vacant[0])
    expect(page.locator(".tile .interval").first).to_contain_text("区间")
    empty = [tile for tile in page.locator(".tile").all_inner_texts() if "0/0" in tile]
    assert all("—" in tile and "%" not in tile for tile in empty)


def test_an_unknown_unit_says_what_to_do(see: See) -> None:
    page = see(f"/unit/999?asof={DAY}")
    expect(page.locator(".letter")).to_contain_text("不存在或不在您的辖区")
    expect(page.locator(".letter .button")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_that_has_ended_leads_to_what_came_after_it(see: See, demo_district: Engine, lang: str) -> None:
    with read_transaction(demo_district) as db:
        old, new, on = db.execute(text("SELECT old_code, new_code, from_on FROM grid.unit_lineage")).one()
    page = see(f"/unit/{old}?asof={DAY}&lang={lang}")
    letter = page.locator(".letter")
    expect(letter).to_contain_text(old)
    expect(letter).to_contain_text((on - timedelta(days=1)).isoformat())
    assert faults(page) == []
    letter.locator(f"a[href*='/unit/{new}']").click()
    page.locator(".sheet h1").wait_for()
    page.go_back()
    page.locator(f".letter a[href*='/unit/{old}']").click()
    page.locator(".sheet h1").wait_for()
    assert f"asof={on - timedelta(days=1)}" in page.url


@pytest.mark.parametrize(("theme", "lang"), [("light", "zh"), ("dark", "en")])
def test_the_page_has_no_serious_fault(see: See, vacant: tuple[str, Vacancy], theme: str, lang: str) -> None:
    page = unit(see, vacant[0], f"&theme={theme}&lang={lang}")
    page.locator(".ag-row").first.wait_for()
    assert faults(page) == []


def test_nothing_is_cut_off_on_a_phone(see: See, demo_district: Engine) -> None:
    page = unit(see, town(demo_district), size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
