"""Merging duplicate subjects: two entries become one, no fact is lost, contradictions are refused, it can be undone."""

from datetime import date

import pytest
from sqlalchemy import text

from geodata.errors import UserError
from geodata.integrity.run_checks import look_over
from geodata.locale import Lang
from geodata.models import fact_tables
from geodata.models.facts import Merge
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from tests.ascii_table import rows
from tests.visitors import add_account

DAY = date(2026, 3, 1)
BESIDE = {"audit", "revision", "subject_merge", "alembic_version"}


def checksum(world):
    """One number for the content of each table, every byte of every row; the trail of what was done is left out."""
    tables = world.db.execute(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'grid'::regnamespace AND relkind = 'r'")
    ).scalars()
    sums = "SELECT coalesce(md5(string_agg(md5(t::text), '' ORDER BY t::text)), '') FROM grid.{0} AS t"
    return {table: world.db.execute(text(sums.format(table))).scalar_one() for table in set(tables) - BESIDE}


def one(world, sql):
    return world.db.execute(text(sql)).scalar_one()


@pytest.fixture
def twice(world):
    """S1 and S2 of V1 are one cooperative: S1 has the USCC, S2 an identity number, the point and most of the facts."""
    world.end_post("Ow2", "2020-12-31")
    world.posts("""
        person | role                | unit | subject | valid
        Ow1    | responsible_person  |      | S2      | [2021-01-01,)
        Ow2    | in_house_controller |      | S2      | [2021-01-01,)
    """)
    for sql in (
        "UPDATE grid.post SET valid = '[2022-01-01,)' WHERE person_no = 'Ow1' AND subject_id = 'S1'",
        "UPDATE grid.subject SET uscc = '93220602MA0Y000163', point = NULL, source_datum = NULL, source_x = NULL,"
        " source_y = NULL WHERE subject_id = 'S1'",
        "UPDATE grid.subject SET id_hash = 'h', id_tail = '001X', office_phone = '0439-3220000',"
        " entry_on = '2025-06-01', commitment_on = '2026-01-20' WHERE subject_id = 'S2'",
    ):
        world.db.execute(text(sql))
    world.visits("""
        subject | on
        S1      | 2026-01-10
        S2      | 2026-01-20
        S2      | 2026-02-20
    """)
    world.samples("""
        sample | subject | on         | judgement
        Q2     | S2      | 2026-02-20 | qualified
    """)
    last = world.db.execute(text("SELECT visit_no FROM grid.visit WHERE visited_on = '2026-02-20'")).scalar_one()
    world.put(
        "finding", finding_no="F2", subject_id="S2", visit_no=last, description="无记录", found_on="2026-02-20",
        deadline_on="2026-03-05",
    )  # fmt: skip
    return world


def test_every_fact_moves_and_the_other_is_off_the_roster_on_every_day(twice):
    merge_subjects(twice.db, "S1", "S2", on=DAY)
    for table in ("visit", "finding", "sample", "chain_record"):
        assert one(twice, f"SELECT array_agg(DISTINCT subject_id) FROM grid.{table}") == ["S1"], table
    assert one(twice, "SELECT count(*) FROM grid.visit") == 3
    for day in ("2025-07-01", "2026-02-01", "2026-03-01"):
        roster = set(one(twice, f"SELECT array_agg(subject_id) FROM grid.roster_on('{day}')"))
        assert roster & {"S1", "S2"} == {"S1"}
    assert twice.listed("patrol_coverage", "2026-03-01", "subject_id hit", "V1") == rows("""
        subject_id | hit
        S1         | yes
    """)


def test_what_the_kept_entry_does_not_say_is_filled_in_and_what_it_says_stays(twice):
    name = one(twice, "SELECT name FROM grid.subject WHERE subject_id = 'S1'")
    merge_subjects(twice.db, "S1", "S2", on=DAY)
    kept = twice.db.execute(text("SELECT *, ST_X(point) AS lon FROM grid.subject WHERE subject_id = 'S1'")).one()
    assert (kept.name, kept.uscc, kept.id_tail) == (name, "93220602MA0Y000163", "001X")
    assert (kept.office_phone, kept.entry_on, kept.commitment_on) == (
        "0439-3220000",
        date(2025, 6, 1),
        date(2026, 1, 20),
    )
    assert (kept.kinds, round(kept.lon, 6), kept.source_datum) == (["grower", "cooperative"], 126.05, "cgcs2000")


def test_a_person_in_both_entries_has_one_post_as_long_as_both_and_another_persons_post_moves(twice):
    merge_subjects(twice.db, "S1", "S2", on=DAY)
    held = twice.db.execute(
        text("SELECT person_no, role, valid::text FROM grid.post WHERE subject_id = 'S1' ORDER BY lower(valid), role")
    ).all()
    assert [tuple(row) for row in held] == [
        ("Ow2", "responsible_person", "[2020-01-01,2021-01-01)"),
        ("Ow2", "in_house_controller", "[2021-01-01,)"),
        ("Ow1", "responsible_person", "[2021-01-01,)"),
    ]


def test_who_answered_on_a_day_stays_as_it_was_frozen(twice):
    frozen = """
        SELECT array_agg(on_date || village_code || town_people::text || subject_people::text ORDER BY on_date)
        FROM grid.chain_record"""
    before = one(twice, frozen)
    merge_subjects(twice.db, "S1", "S2", on=DAY)
    assert one(twice, frozen) == before


def test_undone_every_table_is_what_it_was_to_the_last_byte(twice):
    """Also where both entries were seen on one day, and when other facts have come in since."""
    twice.visits("""
        subject | on
        S1      | 2026-02-25
        S2      | 2026-02-25
    """)
    twice.db.execute(text("UPDATE grid.chain_record SET subject_people = '{Ow1}' WHERE on_date = '2026-02-25'"))
    before = checksum(twice)
    number = merge_subjects(twice.db, "S1", "S2", on=DAY)
    changed = {table for table, was in before.items() if checksum(twice)[table] != was}
    assert changed == {"subject", "subject_status", "post", "visit", "finding", "sample", "chain_record"}
    undo_merge(twice.db, number)
    assert checksum(twice) == before
    again = merge_subjects(twice.db, "S1", "S2", on=DAY)
    twice.risks("""
        subject | from       | risk
        S1      | 2026-03-02 | low
    """)
    twice.db.execute(text("UPDATE grid.subject SET address = '村部东' WHERE subject_id = 'S1'"))
    undo_merge(twice.db, again)
    after = checksum(twice)
    assert {table for table, was in before.items() if after[table] != was} == {"subject", "subject_risk"}
    assert one(twice, "SELECT address FROM grid.subject WHERE subject_id = 'S1'") == "村部东"


@pytest.mark.parametrize("since", [
    "UPDATE grid.subject SET office_phone = '0439-1' WHERE subject_id = 'S1'",
    "UPDATE grid.visit SET subject_id = 'S3' WHERE visited_on = '2026-02-20'",
    "DELETE FROM grid.sample WHERE sample_no = 'Q2'",
    "UPDATE grid.subject_status SET status = 'active', reason = NULL WHERE subject_id = 'S2'",
    "UPDATE grid.post SET valid = '[2021-01-01,2026-04-01)' WHERE person_no = 'Ow1' AND subject_id = 'S1'",
    "INSERT INTO grid.chain_record SELECT 'S2', on_date, village_code, '{}', '{}', '{}', '{}' FROM grid.chain_record"
    " WHERE on_date = '2026-01-20'",
    "INSERT INTO grid.post (post_no, person_no, role, subject_id, valid, batch_id)"
    " SELECT 'new', 'Ow5', 'responsible_person', 'S2', '[2020-06-01,2020-07-01)', min(id) FROM grid.load_batch",
])  # fmt: skip
def test_what_has_changed_since_is_never_overwritten_by_undoing(twice, since):
    number = merge_subjects(twice.db, "S1", "S2", on=DAY)
    twice.db.execute(text("DELETE FROM grid.result"))
    twice.db.execute(text(since))
    before = checksum(twice)
    with pytest.raises(UserError) as told:
        undo_merge(twice.db, number)
    assert told.value.text == "etl.merge.changed_since"
    assert checksum(twice) == before


@pytest.mark.parametrize(("sql", "why"), [
    ("UPDATE grid.subject SET uscc = '91110000600037341L' WHERE subject_id = 'S2'", "two_usccs"),
    ("UPDATE grid.subject SET id_hash = 'other', id_tail = '9' WHERE subject_id = 'S1'", "two_identities"),
    ("UPDATE grid.post SET person_no = 'Ow5' WHERE subject_id = 'S2' AND person_no = 'Ow1'", "two_people"),
    ("UPDATE grid.visit SET subject_id = 'S1' WHERE false", "two_chains"),
    ("UPDATE grid.subject SET entry_on = '2026-03-02' WHERE subject_id = 'S1'", "before_entry"),
])  # fmt: skip
def test_entries_that_contradict_each_other_stay_two(twice, sql, why):
    """Two USCCs, two identities, two people responsible at once, two different chains frozen on one day."""
    twice.db.execute(text(sql))
    if why == "two_chains":
        twice.visits("""
            subject | on
            S1      | 2026-02-20
        """)
    before = checksum(twice)
    with pytest.raises(UserError) as told:
        merge_subjects(twice.db, "S1", "S2", on=DAY)
    assert told.value.text == f"etl.merge.{why}"
    assert all("{" not in told.value.to_sentence(lang) for lang in Lang)
    assert checksum(twice) == before


def test_before_a_reorganisation_the_merged_subject_stands_where_the_older_entry_stood(twice):
    """The kept entry began after the day on which V2 went into V1; the other had stood in V2 before."""
    twice.db.execute(text("UPDATE grid.subject SET entry_on = '2026-01-05' WHERE subject_id = 'S1'"))
    twice.put("former_village", subject_id="S2", valid="(,2026-01-01)", village_code="V2")
    before = checksum(twice)
    number = merge_subjects(twice.db, "S1", "S2", on=DAY)
    stood = "SELECT array_agg(village_code) FROM grid.roster_on('{0}') WHERE subject_id IN ('S1', 'S2')"
    assert one(twice, stood.format("2025-12-31")) == ["V2"]
    assert one(twice, stood.format("2026-01-01")) == ["V1"]
    undo_merge(twice.db, number)
    assert checksum(twice) == before
    number = merge_subjects(twice.db, "S1", "S2", on=DAY)
    twice.db.execute(text("DELETE FROM grid.former_village WHERE subject_id = 'S1'"))
    with pytest.raises(UserError, match=str(number)):
        undo_merge(twice.db, number)


def test_whatever_refers_to_a_subject_is_known_to_the_merge(twice):
    """A new table of facts about subjects, or a new column of theirs, must be merged and undone too."""
    tables = twice.db.execute(
        text(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'grid.subject'::regclass"
        )
    )
    moves = {"visit", "finding", "sample"}
    own = {
        *("chain_record", "post"),  # move, but for what both have
        *("subject_status", "subject_risk"),  # stay with each entry
        "former_village",  # fills the kept entry's days before its own
        "subject_merge",
    }
    assert set(tables.scalars()) == moves | own
    registered = {name: kept.on_merge for name, kept in fact_tables().items() if kept.on_merge}
    assert registered == dict.fromkeys(moves, Merge.MOVES) | dict.fromkeys({*own, "subject"}, Merge.OWN)
    columns = twice.db.execute(
        text(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'grid' AND table_name = 'subject'"
        )
    ).scalars()
    assert set(columns) == {
        *("subject_id", "name", "village_code", "village_level", "batch_id"),  # the kept entry's
        *("uscc", "id_hash", "id_tail", "kinds", "sectors", "products", "address", "office_phone"),
        *("point", "source_datum", "source_x", "source_y", "entry_on", "commitment_on", "platform_on"),
    }


def test_a_merge_of_nothing_with_oneself_or_a_second_time_is_said(twice):
    merge_subjects(twice.db, "S1", "S2", on=DAY)
    for act, why in (
        (lambda: merge_subjects(twice.db, "S1", "S1", on=DAY), "same"),
        (lambda: merge_subjects(twice.db, "S1", "S99", on=DAY), "unknown"),
        (lambda: merge_subjects(twice.db, "S3", "S2", on=DAY), "merged_already"),
        (lambda: undo_merge(twice.db, 10_000), "no_such_merge"),
    ):
        with pytest.raises(UserError) as told:
            act()
        assert told.value.text == f"etl.merge.{why}"
    number = one(twice, "SELECT merge_no FROM grid.subject_merge")
    undo_merge(twice.db, number)
    with pytest.raises(UserError, match=str(number)):
        undo_merge(twice.db, number)


def test_the_merge_is_noted_and_what_still_comes_under_the_old_number_goes_on_the_work_list(twice):
    add_account(twice, "Qin")
    twice.db.execute(text("SELECT set_config('grid.login', 'qin', true)"))
    number = merge_subjects(twice.db, "S1", "S2", on=DAY)
    note = twice.db.execute(text("SELECT login, row_key, after FROM grid.audit WHERE action = 'merge'")).one()
    assert tuple(note) == ("qin", "S2", {"kept": "S1", "merge": number})
    twice.visits("""
        subject | on
        S2      | 2026-03-05
    """)
    found = look_over(twice.db, date(2026, 3, 6), checks=["facts_after_closing"])
    assert [(each.key, each.size) for each in found["facts_after_closing"]] == [("S2", 1)]
