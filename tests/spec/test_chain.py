"""The four-level chain as of a date (domain §11.7): gaps are shown, escalate upward, and are never filled."""

from datetime import date

import pytest
from sqlalchemy import text

from geodata.errors import NotFound
from geodata.levels import Level
from geodata.responsibility.chain import chain_history, responsibility_chain
from geodata.vocabulary import Role
from tests.ascii_table import rows

DAY = date(2026, 3, 1)


def names(world, as_of=DAY, **place):
    return {
        level.level.value: [post.name for post in level.posts]
        for level in responsibility_chain(world.db, as_of, **place).levels
    }


def test_a_subject_has_four_levels_of_names(world):
    assert names(world, subject_id="S3") == {
        "district": ["Lin", "Qin"],
        "town": ["Hu1", "Su1"],
        "village": ["As2"],
        "subject": ["Ow3"],
    }


def test_a_handover_keeps_the_name_of_the_day(world):
    """As2's last day is 02-10, As9 starts on 02-20: nine days vacant between them."""
    world.end_post("As2", "2026-02-10")
    world.posts("""
        person | role      | unit | valid
        As9    | assistant | V2   | [2026-02-20,)
    """)
    seen = {
        day: names(world, date.fromisoformat(day), unit_code="V2")["village"]
        for day in ("2026-02-10", "2026-02-11", "2026-02-19", "2026-02-20")
    }
    assert seen == {"2026-02-10": ["As2"], "2026-02-11": [], "2026-02-19": [], "2026-02-20": ["As9"]}


def test_a_vacancy_says_since_when_after_whom_and_to_whom_it_escalates(world):
    world.end_post("As2", "2026-02-10")
    village = responsibility_chain(world.db, DAY, subject_id="S3").levels[2]
    assert (village.level, village.named, village.escalates_to) == (Level.VILLAGE, False, "Hu1")
    gap = village.vacancies[0]
    assert (gap.role, gap.since, gap.last_holder, gap.days_vacant(DAY)) == (
        Role.ASSISTANT,
        date(2026, 2, 11),
        "As2",
        18,
    )


def test_complete_chains_are_counted_on_the_roster(world):
    world.end_post("As2", "2026-02-10")
    world.end_post("Ow1", "2026-02-10")
    assert world.listed("chain_complete", "2026-03-01", "subject_id state missing") == rows("""
        subject_id | state    | missing
        S1         | broken   | subject
        S2         | complete |
        S3         | broken   | village
        S4         | complete |
        S5         | complete |
    """)
    assert world.measured("chain_complete", "district", "2026-03-01") == rows("""
        unit_code | numerator | denominator
        D         | 3         | 5
    """)


def test_a_station_head_alone_does_not_name_the_town(world):
    """The dated rule ``chain_roles`` asks for a supervisor; the vacancy breaks the chain of the whole town."""
    world.end_post("Su1", "2026-02-10")
    assert world.measured("chain_complete", "town", "2026-03-01") == rows("""
        unit_code | numerator | denominator
        T1        | 0         | 3
        T2        | 2         | 2
    """)
    assert world.measured("posts_filled", "town", "2026-03-01") == rows("""
        unit_code | numerator | denominator
        T1        | 0         | 2
        T2        | 1         | 1
    """)


def test_an_acting_holder_is_a_named_person_and_shown_as_acting(world):
    world.posts("""
        person | role       | unit | acting_for | valid
        Su2    | supervisor | T1   | Su1        | [2026-02-01,2026-04-01)
    """)
    world.end_post("Su1", "2026-01-31")
    town = responsibility_chain(world.db, DAY, unit_code="T1").levels[1]
    assert [(post.name, post.acting_for) for post in town.posts] == [("Hu1", None), ("Su2", "Su1")]
    assert town.named
    assert world.measured("chain_complete", "town", "2026-03-01") == rows("""
        unit_code | numerator | denominator
        T1        | 3         | 3
        T2        | 2         | 2
    """)


def test_history_lists_everybody_newest_first(world):
    world.end_post("As2", "2026-02-10")
    world.posts("""
        person | role      | unit | valid
        As9    | assistant | V2   | [2026-02-20,)
    """)
    assert [(post.name, post.since, post.until) for post in chain_history(world.db, DAY, unit_code="V2")] == [
        ("As9", date(2026, 2, 20), None),
        ("As2", date(2020, 1, 1), date(2026, 2, 10)),
    ]


def test_what_happened_keeps_the_chain_of_its_day(world):
    """The record is frozen when the visit is recorded: a later correction of posts does not rewrite it."""
    world.visits("""
        subject | on
        S3      | 2026-02-01
    """)
    world.db.exec_driver_sql("DELETE FROM grid.post WHERE person_no = 'As2'")
    record = world.db.exec_driver_sql(
        "SELECT district_people, town_people, village_people, subject_people FROM grid.chain_record"
    ).one()
    assert tuple(record) == (["Lin", "Qin"], ["Hu1", "Su1"], ["As2"], ["Ow3"])


def test_a_visit_recorded_late_keeps_the_chain_of_the_day_it_was_made(world):
    world.end_post("As2", "2026-02-10")
    world.posts("""
        person | role      | unit | valid
        As9    | assistant | V2   | [2026-02-11,)
    """)
    world.visits("""
        subject | on
        S3      | 2026-02-10
        S3      | 2026-02-11
    """)
    kept = world.db.exec_driver_sql("SELECT on_date, village_people FROM grid.chain_record ORDER BY on_date").all()
    assert [tuple(row) for row in kept] == [(date(2026, 2, 10), ["As2"]), (date(2026, 2, 11), ["As9"])]


@pytest.mark.parametrize("place", [{"unit_code": "V9"}, {"subject_id": "S9"}])
def test_unknown_places_are_said(world, place):
    with pytest.raises(NotFound, match="2026-03-01"):
        responsibility_chain(world.db, DAY, **place)


def test_a13_before_the_first_record_nothing_is_told_as_vacant(world):
    """Nobody was appointed because nothing was written down yet; a post that begins later elsewhere is no excuse."""
    first = min(post.since for post in chain_history(world.db, DAY, unit_code="V1"))
    before = responsibility_chain(world.db, date(first.year - 1, 12, 31), unit_code="D").levels[0]
    assert not before.posts
    assert {gap.recorded_from for gap in before.vacancies} == {first}
    world.db.execute(text("DELETE FROM grid.post WHERE unit_code = 'V2' AND role = 'assistant'"))
    (gap,) = responsibility_chain(world.db, DAY, unit_code="V2").levels[-1].vacancies
    assert (gap.recorded_from, gap.since, gap.last_holder) == (None, None, None), "that is a vacancy"
