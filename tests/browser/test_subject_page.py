"""A subject's page: four names, the due window said plainly, and everything that happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from geodata.database.scope import read_transaction
from geodata.responsibility.chain import responsibility_chain
from geodata.rollup.indicator_counts import list_counted_rows
from geodata.subjects.timeline import subject_timeline
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults

DAY = date(2026, 11, 22)
See = Callable[..., Page]


@pytest.fixture(scope="module")
def overdue(demo_district: Engine) -> dict[str, object]:
    """A subject overdue on the day, whose chain is complete."""
    with read_transaction(demo_district) as db:
        broken = set(list_counted_rows(db, "chain_complete", DAY, state="broken")["subject_id"])
        rows = list_counted_rows(db, "overdue", DAY, state="overdue")
    return rows[~rows["subject_id"].isin(broken)].iloc[0].to_dict()


def subject(see: See, subject_id: object, more: str = "", **named: object) -> Page:
    page = see(f"/subject/{subject_id}?asof={DAY}{more}", **named)
    page.locator(".sheet h1").wait_for()
    return page


def test_four_levels_each_with_a_name(see: See, demo_district: Engine, overdue: dict[str, object]) -> None:
    page = subject(see, overdue["subject_id"])
    levels = page.locator(".chain > li")
    expect(levels).to_have_count(4)
    with read_transaction(demo_district) as db:
        asked = responsibility_chain(db, DAY, subject_id=str(overdue["subject_id"]))
    for place, level in enumerate(asked.levels):
        told = levels.nth(place).locator(".post b").all_inner_texts()
        assert told == [post.name for post in level.posts]


def test_the_due_window_is_said_plainly(see: See, overdue: dict[str, object]) -> None:
    page = subject(see, overdue["subject_id"])
    expect(page.locator(".due .figure")).to_have_text("逾期")
    due, over = overdue["due_on"], (DAY - overdue["due_on"]).days
    said = page.locator(".due .said")
    expect(said).to_contain_text(f"可办窗口 {due - timedelta(days=30)}～{due}，逾期 {over} 天")
    expect(said).to_contain_text(f"{overdue['interval_days']} 天一次")
    expect(said).to_contain_text("规则 2026-03-01 版")


def test_everything_that_happened_is_there_and_filtered_by_kind(
    see: See, demo_district: Engine, overdue: dict[str, object]
) -> None:
    with read_transaction(demo_district) as db:
        events = subject_timeline(db, str(overdue["subject_id"]), DAY)
    page = subject(see, overdue["subject_id"])
    expect(page.locator(".timeline > li")).to_have_count(len(events))
    visits = sum(event.kind == "visit" for event in events)
    page.locator(".chips a", has_text="巡查").click()
    expect(page.locator(".timeline > li")).to_have_count(visits)
    assert "only=visit" in page.url
    page.go_back()
    expect(page.locator(".timeline > li")).to_have_count(len(events))


def test_a_late_entry_says_when_it_was_made(see: See, demo_district: Engine) -> None:
    with read_transaction(demo_district) as db:
        row = db.execute(
            text(
                "SELECT subject_id, grid.day_of(recorded_at) AS made FROM grid.visit"
                " WHERE grid.day_of(recorded_at) > visited_on AND visited_on < :day"
                " ORDER BY visit_no LIMIT 1"
            ),
            {"day": DAY},
        ).one()
    page = subject(see, row.subject_id)
    expect(page.locator(".timeline")).to_contain_text(f"{row.made} 补录")


def test_one_that_left_keeps_its_page_with_the_dated_reason(see: See, demo_district: Engine) -> None:
    with read_transaction(demo_district) as db:
        row = db.execute(
            text(
                "SELECT subject_id, from_on, reason FROM grid.subject_status"
                " WHERE status IN ('closed', 'deregistered') AND from_on <= :day"
                " ORDER BY from_on DESC, subject_id LIMIT 1"
            ),
            {"day": DAY},
        ).one()
    page = subject(see, row.subject_id)
    expect(page.locator(".due .said")).to_contain_text(f"{row.from_on} 起")
    expect(page.locator(".due .said")).to_contain_text(row.reason)
    expect(page.locator(".due .said")).to_contain_text("已不在名录")


def test_a_failed_sample_shows_value_limit_and_standard(see: See, demo_district: Engine) -> None:
    with read_transaction(demo_district) as db:
        row = db.execute(
            text(
                "SELECT s.subject_id, s.sampled_on, r.analyte, r.standard"
                " FROM grid.result AS r JOIN grid.sample AS s USING (sample_no)"
                " WHERE r.judgement = 'unqualified' AND r.limit_value IS NOT NULL AND r.judged_on <= :day"
                " AND s.stream = 'quantitative' ORDER BY s.sample_no, r.analyte LIMIT 1"
            ),
            {"day": DAY},
        ).one()
    page = subject(see, row.subject_id, "&only=sample")
    failed = page.locator(
        ".timeline > li", has=page.locator(f"time[datetime='{row.sampled_on}']"), has_text=row.analyte
    )
    for word in ("不合格", "限量", row.standard):
        expect(failed).to_contain_text(word)


def test_a_check_shows_its_officers_with_their_cards_and_the_meter_how_many_there_were(
    see: See, demo_district: Engine
) -> None:
    """The station head looks at the subject of the own town that was checked most often this year."""
    with read_transaction(demo_district) as db:
        row = db.execute(
            text(
                "SELECT v.subject_id, v.visited_on, v.officers, v.card_nos, v.legal_item, m.checks, m.cap"
                " FROM grid.check_meter_on(:day) AS m JOIN grid.visit AS v USING (subject_id)"
                " JOIN grid.subject AS s USING (subject_id) JOIN grid.unit_version AS u ON u.code = s.village_code"
                " AND u.valid @> CAST(:day AS date)"
                " JOIN grid.post AS p ON p.unit_code = u.parent_code AND p.role = 'station_head'"
                " JOIN grid.account AS a ON a.person_no = p.person_no AND a.login = 'station'"
                " WHERE v.kind = 'administrative_check' AND v.visited_on BETWEEN '2026-01-01' AND :day"
                " ORDER BY m.checks DESC, v.visit_no LIMIT 1"
            ),
            {"day": DAY},
        ).one()
    page = subject(see, row.subject_id, "&only=visit", who="station")
    meter = page.locator(".checks")
    expect(meter.locator(".figure")).to_have_text(f"{row.checks}/{row.cap}")
    reached = expect(meter.locator(".said"))
    (reached.to_contain_text if row.checks >= row.cap else reached.not_to_contain_text)("已到上限")
    check = page.locator(".timeline > li", has=page.locator(f"time[datetime='{row.visited_on}']"), has_text="行政检查")
    for word in (*row.card_nos, row.legal_item, "执法人员", "来源"):
        expect(check).to_contain_text(word)


NINE = (
    "licence", "vouchers", "purchase_ledger", "sales_ledger", "restricted", "goods", "premises", "recovery",
    "commitment",
)  # fmt: skip
DEALERS_FINDING = """
SELECT f.subject_id, f.finding_no, f.item, f.description, v.visited_on,
       (SELECT i.position_no FROM grid.checklist_item AS i
        WHERE i.checklist_no = f.checklist_no AND i.item = f.item) AS at
FROM grid.finding AS f JOIN grid.visit AS v USING (visit_no) JOIN grid.subject AS s ON s.subject_id = f.subject_id
WHERE f.item = ANY (:nine) AND f.found_on <= :day AND (:login = '' OR s.village_code IN (
    SELECT u.code FROM grid.unit_version AS u JOIN grid.post AS p ON p.unit_code = u.parent_code
    JOIN grid.account AS a USING (person_no) WHERE a.login = :login AND p.valid @> CAST(:day AS date)))
ORDER BY f.finding_no LIMIT 1
"""


@pytest.mark.parametrize(("size", "lang"), [(OFFICE, "zh"), (PHONE, "en")])
def test_the_station_head_sees_a_dealers_nine_items_and_the_finding_under_its_own(
    see: See, demo_district: Engine, size: tuple[int, int], lang: str
) -> None:
    with read_transaction(demo_district) as db:
        row = db.execute(text(DEALERS_FINDING), {"nine": list(NINE), "day": DAY, "login": "station"}).one()
    page = subject(see, row.subject_id, f"&only=visit&lang={lang}", who="station", size=size)
    entry = page.locator(".timeline > li.visit", has=page.locator(f"time[datetime='{row.visited_on}']"))
    items = entry.locator(".checklist[open] ol > li")
    expect(items).to_have_count(len(NINE))
    assert NINE[row.at - 1] == row.item
    under = items.nth(row.at - 1)
    expect(under.locator(".mark")).to_have_text("✗")
    expect(under.locator(".found")).to_contain_text(f"{row.finding_no} · {row.description}")
    expect(entry.locator(".found")).to_have_count(entry.locator(".mark.no").count())
    expect(items.first).to_contain_text({"zh": "经营许可证有效", "en": "licence valid"}[lang])
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []


def test_a_visit_without_a_fault_folds_its_list(see: See, demo_district: Engine) -> None:
    with read_transaction(demo_district) as db:
        row = db.execute(
            text(
                "SELECT subject_id, visited_on FROM grid.visit WHERE items <> '{}' AND visited_on <= :day"
                " AND NOT items @? '$.* ? (@ == \"no\")' ORDER BY visit_no LIMIT 1"
            ),
            {"day": DAY},
        ).one()
    page = subject(see, row.subject_id, "&only=visit")
    entry = page.locator(".timeline > li.visit", has=page.locator(f"time[datetime='{row.visited_on}']"))
    expect(entry.locator("summary")).to_contain_text("检查 7/7 项")
    expect(entry.locator(".checklist li").first).to_be_hidden()
    entry.locator("summary").click()
    expect(entry.locator(".checklist li")).to_have_count(7)
    expect(entry.locator(".checklist li").first).to_contain_text("生产记录制度落实")


def test_an_unknown_subject_says_what_to_do(see: See) -> None:
    page = see(f"/subject/nobody?asof={DAY}")
    expect(page.locator(".letter")).to_contain_text("不存在或不在您的辖区")
    expect(page.locator(".letter .button")).to_be_visible()


@pytest.mark.parametrize(("theme", "lang"), [("light", "zh"), ("dark", "en")])
def test_the_page_has_no_serious_fault(see: See, overdue: dict[str, object], theme: str, lang: str) -> None:
    page = subject(see, overdue["subject_id"], f"&theme={theme}&lang={lang}")
    page.locator(".timeline").wait_for()
    assert faults(page) == []


def test_nothing_is_cut_off_on_a_phone(see: See, overdue: dict[str, object]) -> None:
    page = subject(see, overdue["subject_id"], size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
