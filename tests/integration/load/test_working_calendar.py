"""The own table of the working calendar as a file: read by its headings, a day once, taken back, noted, written out."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text

import etl
from etl.export.export_facts import export_facts
from etl.load.undo_batches import undo_batches
from geodata.database.scope import read_transaction
from geodata.deadlines.working_days import read_calendar
from geodata.locale import Lang
from tests.integration import office

DAYS = office.SELDOM["工作日历"]
MADE_UP, OFF = date(2027, 2, 13), date(2026, 6, 15)
"""A Saturday and a Monday."""


def working(engine: Engine) -> tuple[bool, bool, bool]:
    """Whether the two days are working days, and whether the year of the first is published."""
    with read_transaction(engine) as db:
        calendar = read_calendar(db)
    return calendar.is_working(MADE_UP), calendar.is_working(OFF), calendar.is_published(MADE_UP.year)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_is_known_by_its_headings_and_stands_above_the_library_until_it_is_taken_back(empty_db, tmp_path, form):
    before = working(empty_db)
    assert before == (False, True, False)
    file = tmp_path / f"2027年通知.{form}"
    if form == "csv":
        office.write_csv(file, DAYS)
    else:
        office.write_xlsx(file, {"Sheet1": DAYS})
    (report,) = etl.load_files(empty_db, file)
    assert (report.kind, report.new, report.rejects) == ("calendar_days", 2, [])
    assert working(empty_db) == (True, False, True)
    undo_batches(empty_db, [report.batch_id])
    assert working(empty_db) == before


def test_the_days_of_a_unit_are_those_of_all(loaded, tmp_path):
    etl.load_files(loaded, office.write_csv(tmp_path / "工作日历.csv", DAYS))
    with read_transaction(loaded) as db:
        assert export_facts(db, "calendar_days", tmp_path / "out.csv", unit="220602100200") == 2


def test_a_correction_is_noted_and_an_export_changes_nothing(empty_db, tmp_path):
    etl.load_files(empty_db, office.write_csv(tmp_path / "工作日历.csv", DAYS))
    (report,) = etl.load_files(
        empty_db, office.write_csv(tmp_path / "工作日历.csv", office.changed(DAYS, 1, 放假或上班="上班"))
    )
    assert (report.new, report.changed, report.same) == (0, 1, 1)
    with read_transaction(empty_db) as db:
        noted = "SELECT row_key, before ->> 'kind', after ->> 'kind' FROM grid.audit WHERE table_name = 'calendar_day'"
        assert [tuple(row) for row in db.execute(text(noted))] == [("2026-06-15", "holiday", "working")]
    for lang in Lang:
        with read_transaction(empty_db) as db:
            assert export_facts(db, "calendar_days", tmp_path / "out.xlsx", lang=lang) == 2
        (report,) = etl.load_files(empty_db, tmp_path / "out.xlsx")
        assert (report.kind, report.same, report.batch_id) == ("calendar_days", 2, None)


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"日期": "2027/2/13"},
        {"放假或上班": "放假"},
        {"安排单位": "本地", "依据": "另一份通知"},
    ],
)
def test_a_day_that_stands_twice_refuses_the_file_in_one_sentence(empty_db, tmp_path, again):
    """Also where both rows say the same: somebody meant another day."""
    rows = [*DAYS, DAYS[0] | again]
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "工作日历.csv", rows))
    assert not report.loaded
    assert {(reject.row, reject.field, reject.fault) for reject in report.rejects} == {
        (2, "falls_on", "day_twice"),
        (4, "falls_on", "day_twice"),
    }
    assert "2027-02-13 这一天与第 4 行重复" in report.to_sentence()
    assert office.count(empty_db, "calendar_day") == 0


@pytest.mark.parametrize("again", [{}, {"放假或上班": "放假"}])
def test_a_day_that_stands_in_two_sheets_refuses_the_file(empty_db, tmp_path, again):
    file = office.write_xlsx(tmp_path / "日历.xlsx", {"工作日历": DAYS, "工作日历2": [DAYS[0] | again]})
    reports = etl.load_files(empty_db, file)
    assert not any(report.loaded for report in reports)
    (reject,) = [each for report in reports for each in report.rejects]
    assert (reject.row, reject.fault) == (2, "day_twice")
    assert office.count(empty_db, "calendar_day") == 0


def test_a_day_without_its_source_or_of_an_unknown_kind_is_refused(empty_db, tmp_path):
    rows = office.changed(office.changed(DAYS, 0, 依据=""), 1, 放假或上班="半天")
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "工作日历.csv", rows))
    assert {(reject.row, reject.field) for reject in report.rejects} == {(2, "source"), (3, "kind")}
    assert office.count(empty_db, "calendar_day") == 0
