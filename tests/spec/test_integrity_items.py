"""Grid integrity as work: a fault stays one item until it is mended, and a village without any is clean."""

from datetime import date

import pytest
from shapely import box
from sqlalchemy import text

from geodata.errors import NotFound, UserError
from geodata.integrity.run_checks import run_checks
from geodata.integrity.work_item_acts import accept_item, assign_item, reopen_item
from geodata.integrity.work_list import list_work_items
from geodata.locale import Lang
from geodata.vocabulary import WorkState
from tests.ascii_table import rows
from tests.spec.looking import DAY, LATER, unlocate


def state(world, item_no):
    row = world.db.execute(text("SELECT * FROM grid.work_item WHERE item_no = :i"), {"i": item_no}).mappings().one()
    return row["state"], row["owner_no"], row["reason"]


def outcome(world, check, day):
    (found,) = run_checks(world.db, day, checks=[check])
    return {name: count for name in ("new", "still", "reopened", "solved") if (count := getattr(found, name))}


def test_a_second_look_keeps_the_item_with_owner_and_note(world):
    unlocate(world, "S2")
    assert outcome(world, "subject_without_point", DAY) == {"new": 1}
    due = assign_item(world.db, "subject_without_point:S2", "As1", on=DAY, note="周三去")
    assert due.last_on == date(2026, 3, 31)
    assert outcome(world, "subject_without_point", LATER) == {"still": 1}
    (item,) = list_work_items(world.db, LATER, checks=["subject_without_point"], lang=Lang.EN).to_dict("records")
    assert (item["state"], item["owner_no"], item["note"], item["is_overdue"]) == ("assigned", "As1", "周三去", True)
    assert (item["first_seen_on"], item["last_seen_on"]) == (DAY, LATER)
    assert item["what"] == "S2 主体S2 has no coordinates."


def test_a_mended_fault_is_solved_and_one_that_comes_back_is_the_same_item(world):
    unlocate(world, "S2")
    run_checks(world.db, DAY)
    world.point("S2", 126.02, 41.02)
    assert outcome(world, "subject_without_point", date(2026, 3, 10)) == {"solved": 1}
    assert state(world, "subject_without_point:S2") == ("solved", None, None)
    unlocate(world, "S2")
    assert outcome(world, "subject_without_point", date(2026, 3, 20)) == {"reopened": 1}
    days = world.db.execute(text("SELECT open_days FROM grid.work_item WHERE item_no = 'subject_without_point:S2'"))
    assert str(days.scalar()) == "{[2026-03-01, 2026-03-10), [2026-03-20, None)}"


def test_an_accepted_fault_stays_accepted_while_it_is_the_same(world):
    """A gap that is a reservoir is no fault; when the gap has grown, somebody must look again."""
    world.boundary("V1", 126.0, 126.099)
    run_checks(world.db, DAY)
    (item,) = list_work_items(world.db, DAY, checks=["gap"])["item_no"]
    accept_item(world.db, item, "水库", on=DAY)
    assert outcome(world, "gap", DAY) == {"still": 1}
    assert state(world, item) == ("accepted", None, "水库")
    world.boundary("V1", 126.0, 126.09901)
    assert outcome(world, "gap", LATER) == {"reopened": 1}
    assert state(world, item) == ("open", None, None)


def test_a_vacancy_that_was_accepted_is_not_another_one_every_day(world):
    world.end_post("As1", "2026-02-27")
    run_checks(world.db, DAY, checks=["post_vacant"])
    accept_item(world.db, "post_vacant:V1", "暂由镇代管", on=DAY)
    assert outcome(world, "post_vacant", LATER) == {"still": 1}
    assert state(world, "post_vacant:V1")[0] == "accepted"


def test_what_cannot_be_done_with_an_item_is_said_and_changes_nothing(world):
    unlocate(world, "S2")
    run_checks(world.db, DAY)
    item = "subject_without_point:S2"
    for act, kind in (
        (lambda: assign_item(world.db, "gap:nowhere", "As1", on=DAY), NotFound),
        (lambda: assign_item(world.db, item, "Nobody", on=DAY), NotFound),
        (lambda: assign_item(world.db, item, "Ow1", on=DAY), UserError),  # holds no post at a unit
        (lambda: assign_item(world.db, item, "As1", on=DAY, due_on=date(2026, 2, 1)), UserError),
        (lambda: accept_item(world.db, item, "  ", on=DAY), UserError),
        (lambda: reopen_item(world.db, item, on=DAY), UserError),
        (lambda: run_checks(world.db, date(2026, 2, 1)), UserError),  # before the day of the list
        (lambda: run_checks(world.db, date(2999, 1, 1)), UserError),
        (lambda: run_checks(world.db, DAY, checks=["nonsense"]), NotFound),
    ):
        with pytest.raises(kind) as told:
            act()
        for lang in Lang:
            assert told.value.to_sentence(lang) != told.value.text
    assert state(world, item) == ("open", None, None)


def test_a_look_at_one_unit_or_one_check_leaves_the_other_items_alone(world):
    for subject in ("S2", "S4"):
        unlocate(world, subject)
    run_checks(world.db, DAY)
    for subject in ("S2", "S4"):
        world.point(subject, {"S2": 126.02, "S4": 126.22}[subject], 41.02)
    found = {each.check: each.solved for each in run_checks(world.db, LATER, within="T2")}
    assert found["subject_without_point"] == 1
    assert state(world, "subject_without_point:S2")[0] == WorkState.OPEN
    assert state(world, "subject_without_point:S4")[0] == WorkState.SOLVED


def test_every_item_has_a_place_to_look_at(world):
    """Where the fault has no place of its own, its unit is shown, or the nearest above that has a boundary."""
    unlocate(world, "S4")
    world.db.execute(text("UPDATE grid.unit_version SET geom = NULL, source_datum = NULL WHERE code IN ('V3', 'T2')"))
    run_checks(world.db, DAY)
    frame = list_work_items(world.db, DAY)
    assert not frame.geometry.isna().any()
    assert frame.crs.to_epsg() == 4490
    district = box(126.0, 41.0, 126.3, 41.1)
    assert frame.geometry.within(district.buffer(1e-9)).all()


def test_a_village_is_clean_when_somebody_looked_and_no_open_item_touches_it(world):
    """Before the first complete look nobody is; an accepted item does not count; a past day is judged by its items."""
    for subject, lon in (("S2", 126.02), ("S5", 126.22)):
        world.point(subject, lon, 41.02)
    world.boundary("V1", 126.0, 126.099)
    run_checks(world.db, date(2026, 2, 1), checks=["gap"])
    whole = "unit_code state counted hit"
    assert {row["state"] for row in world.listed("grid_clean", "2026-02-01", whole)} == {"unchecked"}
    run_checks(world.db, DAY)
    expected = rows("""
        unit_code | state  | counted | hit
        V1        | faulty | yes     | no
        V2        | faulty | yes     | no
        V3        | clean  | yes     | yes
    """)
    assert world.listed("grid_clean", "2026-03-01", whole) == expected
    (item,) = list_work_items(world.db, DAY)["item_no"]
    accept_item(world.db, item, "水库", on=LATER)
    assert world.measured("grid_clean", "district", "2026-04-01") == rows("""
        unit_code | numerator | denominator
        D         | 3         | 3
    """)
    assert world.listed("grid_clean", "2026-03-31", whole) == expected
    reopen_item(world.db, item, on=date(2026, 4, 10))
    assert [row["state"] for row in world.listed("grid_clean", "2026-04-10", whole)] == ["faulty", "faulty", "clean"]


def test_a_village_in_force_since_the_last_look_is_not_yet_checked(world):
    run_checks(world.db, DAY)
    world.db.execute(text("UPDATE grid.unit_version SET valid = '[2026-03-05,)' WHERE code = 'V3'"))
    assert [row["state"] for row in world.listed("grid_clean", "2026-03-10", "state")][-1] == "unchecked"
