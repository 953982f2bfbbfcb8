"""Deadlines (domain §11.6, §11.13): from which event, in hours, working or calendar days, and which day is the last."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from geodata.deadlines.due_moment import due_moment
from geodata.deadlines.duration import Duration, duration_text
from geodata.deadlines.working_days import WorkingCalendar, read_calendar, unpublished_text
from geodata.errors import UserError
from geodata.integrity.run_checks import run_checks
from geodata.integrity.work_due import work_deadline
from geodata.integrity.work_item_acts import assign_item
from geodata.locale import Lang
from geodata.vocabulary import DurationUnit, StartEvent
from tests.ascii_table import rows
from tests.spec.looking import DAY, unlocate

BEIJING = ZoneInfo("Asia/Shanghai")
PUBLISHED = WorkingCalendar({})
"""What the library knows, without an own table."""


def duration(amount, unit="working_days", event="result_received"):
    return Duration(amount, DurationUnit(unit), StartEvent(event), "a law")


def own(world, table):
    for row in rows(table):
        world.put("calendar_day", falls_on=row["day"], kind=row["kind"], arranged_by=row["by"], source="a notice")
    return read_calendar(world.db)


def last_days(table, calendar=PUBLISHED):
    """Each line with the last day and the years it is not sure of, as they come out."""
    found = []
    for row in rows(table):
        length = duration(int(row["n"]), row.get("unit") or "working_days")
        met = due_moment(length, date.fromisoformat(row["event"]), calendar)
        told = " ".join(map(str, met.unpublished)) or None
        found.append(row | {"last": met.last_on.isoformat()} | ({"told": told} if "told" in row else {}))
    return found


def test_spring_festival():
    """2026: off from 02-15 to 02-23, made up for on Saturdays 02-14 and 02-28. The day of the event is not counted."""
    table = """
        event      | n | last
        2026-02-10 | 3 | 2026-02-13
        2026-02-11 | 3 | 2026-02-14
        2026-02-12 | 3 | 2026-02-24
        2026-02-13 | 1 | 2026-02-14
        2026-02-14 | 1 | 2026-02-24
        2026-02-17 | 1 | 2026-02-24
        2026-02-20 | 0 | 2026-02-24
        2026-02-25 | 3 | 2026-02-28
        2026-02-26 | 3 | 2026-03-02
    """
    assert last_days(table) == rows(table)


def test_a_make_up_saturday_is_a_working_day_and_any_other_saturday_is_none():
    table = """
        event      | n | last
        2026-05-07 | 1 | 2026-05-08
        2026-05-08 | 1 | 2026-05-09
        2026-05-09 | 1 | 2026-05-11
        2026-05-15 | 1 | 2026-05-18
        2026-10-09 | 1 | 2026-10-10
        2026-09-30 | 3 | 2026-10-10
    """
    assert last_days(table) == rows(table)


def test_the_last_days_of_december():
    """From 25 December on the next year's notice decides too; until it is out weekdays count, less New Year's Day."""
    table = """
        event      | n | last       | told
        2026-12-15 | 5 | 2026-12-22 |
        2026-12-21 | 3 | 2026-12-24 |
        2026-12-22 | 3 | 2026-12-25 | 2027
        2026-12-28 | 3 | 2026-12-31 | 2027
        2026-12-28 | 4 | 2027-01-04 | 2027
        2026-12-31 | 5 | 2027-01-08 | 2027
        2025-12-30 | 3 | 2026-01-05 |
    """
    assert last_days(table) == rows(table)


def test_a_year_that_is_not_published_is_told_in_words():
    met = due_moment(duration(200), date(2026, 12, 28), PUBLISHED)
    assert met.unpublished == (2027,)
    assert "2027" in unpublished_text(met.unpublished, Lang.ZH)
    assert "尚未公布" in unpublished_text(met.unpublished, Lang.ZH)
    assert "2027" in unpublished_text(met.unpublished, Lang.EN)
    assert "not published" in unpublished_text(met.unpublished, Lang.EN)
    assert unpublished_text((), Lang.ZH) == ""


def test_the_own_table_stands_above_the_library(world):
    """A day off of the district, a Saturday it works, a make-up day that was called off."""
    calendar = own(world, """
        day        | kind    | by
        2026-02-14 | holiday | state_council
        2026-03-06 | holiday | local
        2026-03-14 | working | local
    """)  # fmt: skip
    table = """
        event      | n | last
        2026-02-13 | 1 | 2026-02-24
        2026-03-05 | 1 | 2026-03-09
        2026-03-13 | 1 | 2026-03-14
        2026-03-13 | 2 | 2026-03-16
    """
    assert last_days(table, calendar) == rows(table)


def test_a_notice_that_is_loaded_publishes_its_year_and_a_local_day_does_not(world):
    """A working day arranged by the State Council is a make-up day: with it the year is known."""
    table = """
        event      | n | last       | told
        2027-01-07 | 2 | 2027-01-09 | {}
    """
    local = own(world, "day | kind | by\n2027-01-09 | working | local")
    assert last_days(table.format(2027), local) == rows(table.format(2027))
    world.db.execute(text("UPDATE grid.calendar_day SET arranged_by = 'state_council'"))
    notice = read_calendar(world.db)
    assert last_days(table.format(""), notice) == rows(table.format(""))


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day():
    """民法典 203: where the last day is off, the next working day is the last; a make-up Saturday is not off."""
    table = """
        event      | n  | unit          | last       | told
        2026-04-14 | 90 | calendar_days | 2026-07-13 |
        2026-09-01 | 30 | calendar_days | 2026-10-08 |
        2026-11-01 | 6  | calendar_days | 2026-11-09 |
        2026-02-01 | 13 | calendar_days | 2026-02-14 |
        2026-02-01 | 14 | calendar_days | 2026-02-24 |
        2026-02-15 | 0  | calendar_days | 2026-02-24 |
        2026-12-02 | 30 | calendar_days | 2027-01-04 | 2027
        2026-06-30 | 30 | calendar_days | 2026-07-30 |
    """
    assert last_days(table) == rows(table)


@pytest.mark.parametrize(
    ("start", "hours", "last"),
    [
        ("2026-11-27 16:30:15", 4, "2026-11-27 20:30:15"),
        ("2026-11-27 16:30", 24, "2026-11-28 16:30"),
        ("2026-11-27 16:30", 72, "2026-11-30 16:30"),
        ("2026-10-01 23:00", 4, "2026-10-02 03:00"),
        ("2026-12-31 23:00", 4, "2027-01-01 03:00"),
        ("2026-11-27 16:30", 0, "2026-11-27 16:30"),
    ],
)
def test_hours_run_from_the_moment_through_nights_and_weekends(start, hours, last):
    """民法典 201: by the hour a period begins at once. The re-test of a rapid test is asked for within four hours."""
    met = due_moment(duration(hours, "hours"), datetime.fromisoformat(start).replace(tzinfo=BEIJING), PUBLISHED)
    expected = datetime.fromisoformat(last).replace(tzinfo=BEIJING)
    assert (met.last_at, met.last_on, met.unpublished) == (expected, expected.date(), ())


def test_days_count_from_the_local_day_of_the_moment():
    """17:30 in UTC is the next day here; the moment counts in whatever zone it is told."""
    late = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    assert due_moment(duration(1), late, PUBLISHED).last_on == date(2026, 3, 6)
    same = late.astimezone(timezone(timedelta(hours=-5)))
    assert due_moment(duration(1), same, PUBLISHED).last_on == date(2026, 3, 6)
    assert due_moment(duration(4, "hours"), same, PUBLISHED).last_at == late + timedelta(hours=4)


@pytest.mark.parametrize("amount", [-1, 2.5, 3651, float("inf"), float("nan")])
def test_a_length_that_is_none_is_refused_in_words(amount):
    with pytest.raises(UserError) as told:
        duration(amount)
    for lang in Lang:
        assert told.value.to_sentence(lang) != told.value.text


def test_a_duration_names_its_source_and_its_event():
    with pytest.raises(UserError):
        Duration(5, DurationUnit.WORKING_DAYS, StartEvent.RESULT_RECEIVED, " ")
    assert duration_text(duration(5), Lang.ZH) == "自主体收到结果起 5 个工作日"
    assert duration_text(duration(4, "hours"), Lang.EN) == "4 hours from receipt of the result"


def test_hours_from_a_mere_day_and_a_moment_without_its_zone_are_bugs():
    with pytest.raises(ValueError, match="moment"):
        due_moment(duration(4, "hours"), date(2026, 3, 5), PUBLISHED)
    with pytest.raises(ValueError, match="time zone"):
        due_moment(duration(4), datetime(2026, 3, 5, 12), PUBLISHED)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("on", "last", "length", "unpublished"),
    [
        ("2026-03-01", "2026-03-31", "自分派起 30 个日历日", ()),
        ("2026-11-27", "2026-12-28", "自分派起 30 个日历日", (2027,)),
        ("2026-11-28", "2026-12-25", "自分派起 20 个工作日", (2027,)),
        ("2026-12-11", "2027-01-11", "自分派起 20 个工作日", (2027,)),
    ],
)
def test_a_work_item_is_due_in_the_unit_of_the_rule_of_its_day(world, on, last, length, unpublished):
    """Assigned before 2026-11-28: calendar days, as before; from then on working days."""
    unlocate(world, "S2")
    day = date.fromisoformat(on)
    run_checks(world.db, DAY, checks=["subject_without_point"])
    met = assign_item(world.db, "subject_without_point:S2", "As1", on=day)
    assert (met.last_on.isoformat(), met.unpublished) == (last, unpublished)
    granted, deadline = work_deadline(world.db, day)
    assert (duration_text(granted, Lang.ZH), deadline) == (length, met)
    kept = world.db.execute(text("SELECT due_on FROM grid.work_item WHERE item_no = 'subject_without_point:S2'"))
    assert kept.scalar_one() == met.last_on


def test_a_work_item_is_due_by_the_own_table(world):
    own(world, "day | kind | by\n2026-12-24 | holiday | local")
    assert work_deadline(world.db, date(2026, 11, 28))[1].last_on == date(2026, 12, 28)
    world.db.execute(text("DELETE FROM grid.calendar_day"))
    assert work_deadline(world.db, date(2026, 11, 28))[1].last_on == date(2026, 12, 25)
