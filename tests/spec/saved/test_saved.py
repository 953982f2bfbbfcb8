"""Saved views and notes on the map: whose they are, who sees them, and how long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geodata.calendar import today
from geodata.errors import NotFound, UserError
from geodata.saved.map_notes import MOST_DAYS, end_note, list_notes, notes_mark, pin_note
from geodata.saved.saved_views import list_views, remove_view, save_view
from tests.ascii_table import rows
from tests.builders import World
from tests.spec.news.test_notices import acting
from tests.spec.test_access import allowed
from tests.visitors import add_accounts

PEOPLE = ("lin", "qin", "da", "hu1", "su1", "as1", "hu2", "as3")


@pytest.fixture
def office(world: World) -> World:
    add_accounts(world)
    return world


SHARED = """
by  | seen by
lin | lin qin da hu1 su1 as1 hu2 as3
hu1 | lin qin da hu1 su1 as1
as1 | lin qin da hu1 su1 as1
hu2 | lin qin da hu2 as3
"""


@pytest.mark.parametrize("row", rows(SHARED), ids=lambda row: row["by"])
def test_what_is_shared_is_seen_in_the_same_area_and_what_is_not_by_nobody_else(office, row):
    with acting(office, row["by"]) as db:
        save_view(db, " 常看 的  图 ", "/?layer=overdue", shared=True)
        save_view(db, "自己的", "/unit/T1", shared=False)
    for login in PEOPLE:
        with acting(office, login) as db:
            found = {each.name: each for each in list_views(db)}
        own = {"自己的"} if login == row["by"] else set()
        assert set(found) == own | ({"常看 的 图"} if login in row["seen by"].split() else set()), login
        assert all(each.own == (login == row["by"]) for each in found.values())


def test_the_same_name_is_the_same_view_and_only_its_own_takes_it_away(office):
    with acting(office, "hu1") as db:
        first = save_view(db, "图", "/?layer=overdue", shared=True)
        assert save_view(db, "图", "/?layer=chain", shared=True) == first
        (found,) = list_views(db)
        assert (found.page_address, found.number) == ("/?layer=chain", first)
    with acting(office, "lin") as db, pytest.raises(NotFound):
        remove_view(db, first)
    with acting(office, "hu1") as db:
        remove_view(db, first)
        assert list_views(db) == []


REFUSED = """
name    | address
        | /
 x      | //elsewhere
x       | https://elsewhere/
x       |
"""


@pytest.mark.parametrize("row", rows(REFUSED), ids=lambda row: f"{row['name']} {row['address']}")
def test_what_is_no_view_is_refused_in_a_sentence(office, row):
    with acting(office, "hu1") as db, pytest.raises(UserError):
        save_view(db, row["name"] or "", row["address"] or "", shared=False)


@pytest.mark.parametrize("sign", ["\t", "\n", "\r", "\x00", "\x1f", "\x7f"])
def test_an_address_holds_no_sign_that_a_browser_leaves_out(office, sign):
    """With a tab between its slashes it would be the address of another server."""
    with acting(office, "hu1") as db, pytest.raises(UserError):
        save_view(db, "x", f"/{sign}/elsewhere", shared=True)
    if sign != "\x00":
        for act in ("SELECT grid.save_view('x', :address, true)", "SELECT grid.ask_feedback('x', :address)"):
            with acting(office, "hu1") as db, pytest.raises(IntegrityError), db.begin_nested():
                db.execute(text(act), {"address": f"/{sign}/elsewhere"})


def test_what_is_shared_is_shared_with_all_ones_units_and_no_other(office):
    office.posts("person | role | unit\nSu1 | supervisor | T2")
    with acting(office, "su1") as db:
        save_view(db, "两镇", "/", shared=True)
    with acting(office, "as1") as db:
        save_view(db, "本村", "/", shared=True)
    for login, names in (("as3", {"两镇"}), ("hu1", {"两镇", "本村"}), ("as1", {"两镇", "本村"})):
        with acting(office, login) as db:
            assert {each.name for each in list_views(db)} == names, login


def test_nobody_has_more_than_a_hundred(office):
    with acting(office, "hu1") as db:
        for number in range(100):
            save_view(db, f"图{number}", "/", shared=False)
        save_view(db, "图7", "/work", shared=False)
        with pytest.raises(UserError):
            save_view(db, "再一个", "/", shared=False)


def test_nobody_has_more_than_a_hundred_notes_that_stand(office):
    with acting(office, "hu1") as db:
        numbers = [pin_note(db, "话", "T1", today()) for _ in range(100)]
        with pytest.raises(UserError):
            pin_note(db, "话", "T1", today())
        end_note(db, numbers[0])
        pin_note(db, "话", "T1", today())


NOTES = """
by  | place        | seen by
lin | D            | lin qin da hu1 su1 as1 hu2 as3
hu1 | T1           | lin qin da hu1 su1 as1
as1 | V1           | lin qin da hu1 su1 as1
su1 | 126.05,41.05 | lin qin da hu1 su1 as1
qin | 126.25,41.05 | lin qin da hu2 as3
hu1 | T2           |
as1 | T1           |
as1 | 126.15,41.05 |
hu1 | 10,10        |
hu1 | nowhere      |
"""


@pytest.mark.parametrize("row", rows(NOTES), ids=lambda row: f"{row['by']} at {row['place']}")
def test_a_note_is_pinned_in_the_own_area_and_seen_in_it_and_above(office, row):
    place = tuple(map(float, row["place"].split(","))) if "," in row["place"] else row["place"]
    with acting(office, row["by"]) as db:
        if not row["seen by"]:
            with pytest.raises(UserError):
                pin_note(db, "话", place, today())
            return
        pin_note(db, " 修路，绕行\r\n到月底 ", place, today())
    for login in PEOPLE:
        with acting(office, login) as db:
            found = [each.body for each in list_notes(db, today())]
        assert found == (["修路，绕行\n到月底"] if login in row["seen by"].split() else []), login


def test_a_note_is_shown_from_its_day_to_its_last_and_ends_without_its_past(office):
    with acting(office, "hu1") as db:
        number = pin_note(db, "话", "T1", today() + timedelta(days=5))
        other = pin_note(db, "今天的", "V1", today())
    mark = notes_mark(office.db)
    office.db.execute(text("UPDATE grid.map_note SET from_on = from_on - 3 WHERE id = :n"), {"n": number})

    def shown(day: date) -> list[str]:
        with acting(office, "su1") as db:
            return [each.body for each in list_notes(db, day)]

    assert shown(today() - timedelta(days=4)) == []
    assert shown(today() - timedelta(days=3)) == ["话"]
    assert shown(today()) == ["今天的", "话"]
    assert shown(today() + timedelta(days=6)) == []
    with acting(office, "lin") as db, pytest.raises(NotFound):
        end_note(db, number)
    with acting(office, "hu1") as db:
        end_note(db, number)
        end_note(db, other)
        with pytest.raises(NotFound):
            end_note(db, number)
    assert (shown(today()), shown(today() - timedelta(days=1))) == ([], ["话"])
    assert notes_mark(office.db) != mark


@pytest.mark.parametrize("days", [-1, MOST_DAYS + 1])
def test_a_last_day_that_has_passed_or_is_too_far_is_refused(office, days):
    with acting(office, "hu1") as db, pytest.raises(UserError):
        pin_note(db, "话", "T1", today() + timedelta(days=days))


@pytest.mark.parametrize("body", ["", " \n", "长" * 301])
def test_nothing_or_too_much_is_refused(office, body):
    with acting(office, "hu1") as db, pytest.raises(UserError):
        pin_note(db, body, "T1", today())


@pytest.mark.parametrize("table", ["saved_view", "map_note"])
def test_nobody_writes_in_anothers_name_or_past_the_functions(office, table):
    for statement in (f"DELETE FROM grid.{table}", f"UPDATE grid.{table} SET login = login",
                      f"INSERT INTO grid.{table} (login) VALUES ('lin')"):  # fmt: skip
        assert allowed(office, "lin", statement) is False
