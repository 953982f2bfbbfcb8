"""Who sees and who changes the work list: asked as the application's role, on behalf of people of the small world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from geodata.errors import NotFound, UserError
from geodata.integrity.run_checks import run_checks
from geodata.integrity.work_counts import count_open_items
from geodata.integrity.work_item_acts import accept_item, assign_item, reopen_item
from geodata.integrity.work_item_trail import item_history
from geodata.integrity.work_list import list_work_items
from geodata.levels import Level
from geodata.rollup.indicator_counts import village_counts
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from tests.builders import World, small_world

DAY = date(2026, 3, 1)


@pytest.fixture
def world(db: Connection) -> World:
    """A gap between the villages of T1, a gap between T1 and T2, a subject without a point in each town; all found."""
    world = small_world(db)
    world.boundary("V1", 126.0, 126.099)
    world.boundary("T1", 126.0, 126.199)
    world.boundary("V2", 126.1, 126.199)
    db.execute(
        text(
            "UPDATE grid.subject SET point = NULL, source_datum = NULL, source_x = NULL, source_y = NULL"
            " WHERE subject_id IN ('S2', 'S4')"
        )
    )
    for person in ("Lin", "Qin", "Hu1", "Su1", "As1", "Hu2", "As3"):
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES (lower(:p), :p)"), {"p": person})
    run_checks(db, DAY)
    return world


@contextmanager
def signed_in(world: World, login: str, role: str = "grid_app") -> Iterator[Connection]:
    """The world's connection as the application on behalf of ``login``; what is done inside is undone."""
    with world.db.begin_nested() as point:
        world.db.execute(text(f"SET LOCAL ROLE {role}"))
        world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
        yield world.db
        point.rollback()


GAP, BETWEEN = "gap:V1+V2@126.0995,41.0500", "gap:T1+T2@126.1995,41.0500"
T1_OWN, T2_OWN = "subject_without_point:S2", "subject_without_point:S4"


@pytest.mark.parametrize(("login", "sees"), [
    ("lin", {GAP, BETWEEN, T1_OWN, T2_OWN}), ("qin", {GAP, BETWEEN, T1_OWN, T2_OWN}),
    ("hu1", {GAP, BETWEEN, T1_OWN}), ("su1", {GAP, BETWEEN, T1_OWN}), ("hu2", {BETWEEN, T2_OWN}),
    ("as1", {GAP, T1_OWN}), ("as3", {T2_OWN}), ("", set()),
])  # fmt: skip
def test_people_see_what_touches_their_area(world: World, login: str, sees: set[str]) -> None:
    with signed_in(world, login) as db:
        assert set(list_work_items(db, DAY)["item_no"]) == sees


def test_nobody_is_given_an_item_he_does_not_see(world: World) -> None:
    """What two people of one area see is the same, whoever mends what: answers are remembered by area."""
    for item, person in ((T2_OWN, "As1"), (T2_OWN, "Hu1"), (BETWEEN, "As1")):
        with pytest.raises(UserError) as told:
            assign_item(world.db, item, person, on=DAY)
        assert told.value.text == "work.no_post"
    for item, person in ((T2_OWN, "As3"), (T2_OWN, "Hu2"), (BETWEEN, "Hu1"), (GAP, "As1"), (GAP, "Qin")):
        assign_item(world.db, item, person, on=DAY)
        with signed_in(world, person.lower()) as db:
            assert item in set(list_work_items(db, DAY)["item_no"])


def test_the_history_of_an_item_is_for_whoever_sees_it(world: World) -> None:
    """What was done is in the audit trail, which as a whole nobody but the administrator reads."""
    world.db.execute(text("SELECT set_config('grid.login', 'qin', true)"))
    assign_item(world.db, T1_OWN, "As1", on=DAY, note="周三去")
    accept_item(world.db, T1_OWN, "已停用", on=DAY)
    for login in ("lin", "hu1", "as1"):
        with signed_in(world, login) as db:
            told = item_history(db, T1_OWN)
            assert [(each.login, each.state, each.owner_no, each.reason, each.note) for each in told] == [
                ("qin", "assigned", "As1", None, "周三去"),
                ("qin", "accepted", "As1", "已停用", "周三去"),
            ]
    with signed_in(world, "hu2") as db:
        assert db.execute(text("SELECT count(*) FROM grid.work_item_history(:item)"), {"item": T1_OWN}).scalar() == 0
        with pytest.raises(NotFound):
            item_history(db, T1_OWN)


def test_whoever_reads_everything_reads_the_list_and_its_history_and_merges_nothing(world: World) -> None:
    """The role for those who see all: for anybody else there is nothing in it."""
    world.db.execute(text("SELECT set_config('grid.login', 'qin', true)"))
    assign_item(world.db, T1_OWN, "As1", on=DAY)
    with signed_in(world, "qin", "grid_all") as db:
        assert len(list_work_items(db, DAY)) == 4
        assert [each.state for each in item_history(db, T1_OWN)] == ["assigned"]
        assert village_counts(db, "grid_clean", DAY)[["numerator", "denominator"]].sum().tolist() == [0, 3]
        with pytest.raises(ProgrammingError, match="permission denied"):
            merge_subjects(db, "S1", "S2", on=DAY)
    with signed_in(world, "hu2", "grid_all") as db:
        assert list_work_items(db, DAY).empty
        assert db.execute(text("SELECT count(*) FROM grid.work_item_history(:item)"), {"item": T1_OWN}).scalar() == 0


def test_the_share_of_clean_villages_is_told_to_each_of_the_own_area(world: World) -> None:
    counts = {}
    for login in ("lin", "hu2", "as1"):
        with signed_in(world, login) as db:
            counts[login] = village_counts(db, "grid_clean", DAY)[["numerator", "denominator"]].sum().tolist()
    assert counts == {"lin": [0, 3], "hu2": [0, 1], "as1": [0, 1]}


def all_acts(item: str) -> tuple[Callable[[Connection], object], ...]:
    return (
        lambda db: assign_item(db, item, "Qin", on=DAY, note="x"),
        lambda db: reopen_item(db, item, on=DAY),
        lambda db: accept_item(db, item, "水库", on=DAY),
    )


@pytest.mark.parametrize(("login", "item"), [("qin", T2_OWN), ("qin", BETWEEN), ("hu1", GAP), ("hu1", BETWEEN)])
def test_the_section_changes_every_item_and_a_station_head_those_of_the_own_town(
    world: World, login: str, item: str
) -> None:
    with signed_in(world, login) as db:
        for act in all_acts(item):
            act(db)
        db.execute(text("RESET ROLE"))
        noted = db.execute(
            text("SELECT login, after ->> 'state' FROM grid.audit WHERE table_name = 'work_item' ORDER BY id")
        ).all()
        assert [tuple(row) for row in noted] == [(login, state) for state in ("assigned", "open", "accepted")]


@pytest.mark.parametrize(("login", "item"), [("hu2", BETWEEN), ("su1", T1_OWN), ("as1", GAP), ("lin", GAP)])
def test_whoever_only_sees_an_item_is_told_that_it_is_not_theirs_to_change(world: World, login: str, item: str) -> None:
    with signed_in(world, login) as db, pytest.raises(UserError) as told:
        accept_item(db, item, "水库", on=DAY)
    assert told.value.text == "work.not_yours"


def test_an_item_of_another_town_is_not_there(world: World) -> None:
    with signed_in(world, "hu1") as db, pytest.raises(NotFound):
        accept_item(db, T2_OWN, "x", on=DAY)


@pytest.mark.parametrize("change", ["size = 1", "geom = NULL", "touched_codes = '{V1,V2,V3}'", "details = '{}'"])
def test_a_town_cannot_rewrite_what_was_found(world: World, change: str) -> None:
    with signed_in(world, "hu1") as db, pytest.raises(ProgrammingError, match="changed by checks only"):
        db.execute(text(f"UPDATE grid.work_item SET {change} WHERE item_no = :item"), {"item": GAP})


def test_only_those_who_see_the_whole_grid_run_the_checks(world: World) -> None:
    """A town would find the faults of the rest gone: it is refused before it can solve them."""
    for login in ("hu1", "su1", "lin", ""):
        with signed_in(world, login) as db, pytest.raises(UserError) as told:
            run_checks(db, DAY)
        assert told.value.text == "etl.integrity.not_yours_to_run"
    with signed_in(world, "qin") as db:
        outcomes = run_checks(db, DAY)
        assert sum(each.still for each in outcomes) == sum(each.found for each in outcomes) == 4
        assert db.execute(text("SELECT ran_by FROM grid.integrity_run ORDER BY id DESC LIMIT 1")).scalar() == "qin"


@pytest.mark.parametrize("sql", [
    "INSERT INTO grid.integrity_run (as_of, check_keys, complete, items_new, items_still, items_reopened, items_solved)"
    " VALUES ('2026-03-02', '{}', true, 0, 0, 0, 0)",
    "DELETE FROM grid.work_item",
    "SELECT before FROM grid.subject_merge",
    "DELETE FROM grid.subject_merge",
    "SELECT grid.subject_image('S1')",
])  # fmt: skip
def test_a_town_cannot(world: World, sql: str) -> None:
    with signed_in(world, "hu1") as db, pytest.raises(ProgrammingError, match=r"permission denied|row-level security"):
        db.execute(text(sql))


def test_subjects_are_merged_by_the_section_under_its_own_name(world: World) -> None:
    world.end_post("Ow2", "2026-02-01")
    world.end_post("Ow1", "2020-06-01")
    world.db.execute(text("UPDATE grid.post SET valid = '[2020-07-01,2026-02-01)' WHERE person_no = 'Ow2'"))
    for login in ("hu1", "lin", ""):
        with signed_in(world, login) as db, pytest.raises(UserError) as told:
            merge_subjects(db, "S1", "S2", on=DAY)
        assert told.value.text == "etl.merge.not_yours"
    with signed_in(world, "qin") as db:
        number = merge_subjects(db, "S1", "S2", on=DAY)
        undo_merge(db, number)
        seen = db.execute(text("SELECT merged_by, undone_by FROM grid.subject_merge")).one()
        assert tuple(seen) == ("qin", "qin")


@pytest.mark.parametrize(("login", "level", "counts"), [
    ("lin", Level.TOWN, {"T1": 3, "T2": 2}), ("lin", Level.VILLAGE, {"V1": 2, "V2": 1, "V3": 1}),
    ("hu1", Level.TOWN, {"T1": 3}), ("hu2", Level.VILLAGE, {"V3": 1}),
])  # fmt: skip
def test_each_unit_counts_the_very_items_its_own_list_begins_with(
    world: World, login: str, level: Level, counts: dict[str, int]
) -> None:
    """A gap between two towns is in the list of both."""
    with signed_in(world, login) as db:
        found = count_open_items(db, level, DAY)
        assert {code: len(list_work_items(db, DAY, within=code)) for code in found} == found
        assert found == counts
