"""A database made by older code becomes the same as a new one, and one that is as it should be is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from geodata.database.scope import read_transaction
from geodata.database.upgrade import migrate, newest_version, schema_version
from geodata.errors import SetupError
from geodata.freshness import data_version
from geodata.rules import rule_value
from geodata.schema import is_current
from geodata.schema.catalogue import catalogue_lines
from tests.ascii_table import rows
from tests.builders import small_world

FIXTURES = Path(__file__).parents[2] / "fixtures"


def lines(engine: Engine) -> list[str]:
    with read_transaction(engine) as db:
        return catalogue_lines(db)


def difference(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    return [line for line in one if line not in other], [line for line in other if line not in one]


@pytest.fixture
def bare(
    new_database: Callable[[str], Iterator[Engine]], migrated_template: str, worker_db: Engine
) -> Iterator[Engine]:
    """A database with PostGIS and no schema; the roles stand in the server."""
    for engine in new_database(migrated_template):
        with engine.begin() as db:
            db.execute(text("DROP SCHEMA grid CASCADE"))
            db.execute(text("DROP SCHEMA public_board, grid_queue CASCADE"))
        yield engine


def load(engine: Engine, name: str) -> None:
    with engine.begin() as db:
        driver = db.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute((FIXTURES / f"{name}.sql").read_bytes())
    engine.dispose()  # the dump has changed the session's settings


@pytest.mark.parametrize("name", ["after_0003", "early_0007", "early_0008", "after_0008"])
def test_an_older_schema_becomes_the_same_as_a_new_one(bare, worker_db, name):
    load(bare, name)
    with read_transaction(bare) as db:
        assert schema_version(db) == name[-4:]
        assert not is_current(db)
    migrate(bare)
    assert difference(lines(bare), lines(worker_db)) == ([], [])
    rules = text("SELECT key, scope, from_on, value, source FROM grid.rule ORDER BY 1, 2, 3")
    with read_transaction(bare) as db, read_transaction(worker_db) as new:
        assert db.execute(rules).all() == new.execute(rules).all()
        assert schema_version(db) == newest_version()
        assert is_current(db)


def test_days_a_district_has_set_itself_stay_calendar_days(bare):
    """The working days of 0012 replace the shipped proposal alone."""
    load(bare, "after_0008")
    with bare.begin() as db:
        own = "INSERT INTO grid.rule (key, from_on, value, source) VALUES ('work_due_days', '2026-06-01', '15', 'x')"
        db.execute(text(own))
    migrate(bare)
    with read_transaction(bare) as db:
        day = date(2027, 6, 1)
        assert (rule_value(db, "work_due_days", day), rule_value(db, "work_due_unit", day)) == (15, "calendar_days")


def test_what_an_account_has_ruled_is_its_own_and_what_can_be_no_rule_goes(bare):
    load(bare, "after_0008")
    with bare.begin() as db:
        db.execute(text("SELECT set_config('grid.login', 'qin', true)"))
        for key, scope, value in (("severe_days", "", "45"), ("sign_in_tries", "both", "2.5"), ("gone", "", "1")):
            own = "INSERT INTO grid.rule VALUES (:key, :scope, '2026-05-01', CAST(:value AS jsonb), 'x')"
            db.execute(text(own), {"key": key, "scope": scope, "value": value})
    migrate(bare)
    with read_transaction(bare) as db:
        stands = "SELECT r.key, b.loaded_by FROM grid.rule AS r JOIN grid.load_batch AS b ON b.id = r.batch_id"
        assert [tuple(row) for row in db.execute(text(stands))] == [("severe_days", "qin")]
        assert rule_value(db, "sign_in_tries", date(2026, 6, 1)) == 5
        taken = "SELECT before ->> 'value' FROM grid.audit WHERE table_name = 'rule' AND action = 'delete' ORDER BY 1"
        assert db.execute(text(taken)).scalars().all() == ["1", "2.5"]


SUPERVISED = (
    "INSERT INTO grid.load_batch (kind, file_name, file_sha256) VALUES ('visits', 'old', '')",
    "INSERT INTO grid.unit VALUES ('D', 'district'), ('T', 'town'), ('V', 'village')",
    "INSERT INTO grid.subject (subject_id, name, village_code, kinds, sectors, entry_on, batch_id)"
    " SELECT 'S', 's', 'V', '{grower}', '{fruit}', '2025-01-01', max(id) FROM grid.load_batch",
    "INSERT INTO grid.person (person_no, name, batch_id) SELECT 'P', 'p', max(id) FROM grid.load_batch",
    "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at, person_no, visitor_role,"
    " batch_id) SELECT kind || n, 'S', kind, 'completed', date '2026-01-01' + n, '2026-02-01', 'P', 'supervisor', b.id"
    " FROM (SELECT max(id) AS id FROM grid.load_batch) AS b, generate_series(1, 2) AS n,"
    " unnest(ARRAY['patrol', 'supervision_check', 'recheck']) AS kind",
    "INSERT INTO grid.undo_row (batch_id, table_name, row_key, before) SELECT max(id), 'visit', 'x',"
    " jsonb_build_object('visit_no', 'x', 'kind', 'supervision_check') FROM grid.load_batch",
)
"""Visits as they were recorded before 0017, and one as a batch keeps it that changed it."""


def test_supervision_checks_become_reports_that_say_what_they_were_and_each_is_noted(bare):
    """What cannot be shown to be an administrative check becomes none; a batch taken back puts back the new word."""
    load(bare, "after_0008")
    with bare.begin() as db:
        for each in SUPERVISED:
            db.execute(text(each))
    migrate(bare)
    with read_transaction(bare) as db:
        kinds = "SELECT kind, was_kind, count(*) FROM grid.visit GROUP BY 1, 2 ORDER BY 1, 2"
        assert [tuple(row) for row in db.execute(text(kinds))] == [
            ("information_report", "supervision_check", 2), ("patrol", None, 2), ("recheck", None, 2),
        ]  # fmt: skip
        noted = (
            "SELECT row_key, before ->> 'kind', after ->> 'kind' FROM grid.audit"
            " WHERE action = 'migrate' AND table_name = 'visit' ORDER BY 1"
        )
        assert [tuple(row) for row in db.execute(text(noted))] == [
            (f"supervision_check{n}", "supervision_check", "information_report") for n in (1, 2)
        ]
        counted = "SELECT after FROM grid.audit WHERE action = 'migrate' AND row_key = '0017'"
        assert db.execute(text(counted)).scalar_one() == {"supervision_check": 2, "one_sampler": 0}
        kept = "SELECT concat_ws(' ', before ->> 'kind', before ->> 'was_kind') FROM grid.undo_row WHERE row_key = 'x'"
        assert db.execute(text(kept)).scalar_one() == "information_report supervision_check"


OLD_VISITS = """
visit | subject | on         | items                            | list     | kept                 | note
A     | S1      | 2026-02-01 | {"records": "no", "other": "na"} | producer | same                 |
B     | S5      | 2026-02-02 | {"inputs": "yes"}                | producer | same                 |
C     | S5      | 2026-02-03 | {}                               | producer | same                 |
D     | S5      | 2026-02-05 | {}                               | dealer   | same                 |
E     | S4      | 2026-02-06 | {"use": "?", "mine": "yes"}      | producer | {}                   | mine=yes；use=?
"""
OLD_FINDINGS = """
finding | subject | visit | item     | on         | kept    | description
F       | S1      | A     | records  | 2026-02-01 | records | 缺
G       | S5      | C     | 投入品购买 | 2026-02-03 | inputs  | 缺
H       | S1      |       | 台账      | 2026-02-04 |         | 台账：缺
"""


@pytest.mark.parametrize("name", ["after_0008"])
def test_old_visits_are_bound_to_the_list_of_their_day(bare, name):
    """Dealers answered the seven until the newest of their visits that did, and answer the nine from the day after."""
    load(bare, name)
    visits, findings = rows(OLD_VISITS), rows(OLD_FINDINGS)
    with bare.begin() as db:
        world = small_world(db)
        world.visits(OLD_VISITS)
        for row in visits:
            db.execute(text("UPDATE grid.visit SET items = CAST(:items AS jsonb) WHERE visit_no = :visit"), row)
        for row in findings:
            world.put(
                "finding", finding_no=row["finding"], subject_id=row["subject"], visit_no=row["visit"],
                item=row["item"], description="缺", found_on=row["on"], deadline_on="2026-03-01",
            )  # fmt: skip
    migrate(bare)
    with read_transaction(bare) as db:
        lists = db.execute(text("SELECT checklist_no, from_on, 'input_dealer' = ANY (kinds) FROM grid.checklist")).all()
        assert {tuple(row) for row in lists} == {
            ("producer", date(2000, 1, 1), True), ("dealer", date(2026, 2, 4), True),
        }  # fmt: skip
        kept = db.execute(text("SELECT checklist_no, items, item_notes FROM grid.visit ORDER BY visit_no")).all()
        for row, (number, items, notes) in zip(visits, kept, strict=True):
            assert number == row["list"]
            assert items == json.loads(str(row["items"] if row["kept"] == "same" else row["kept"]))
            assert notes == ({"other": row["note"]} if row["note"] else {})
        found = db.execute(text("SELECT item, description, checklist_no FROM grid.finding ORDER BY finding_no")).all()
        assert [tuple(row) for row in found] == [
            (row["kept"], row["description"], "producer" if row["kept"] else None) for row in findings
        ]
        told = db.execute(text("SELECT after FROM grid.audit WHERE action = 'checklists_bound'")).scalar_one()
        assert told == {
            "dealers_from": "2026-02-04", "producer": 4, "dealer": 1, "noted_under_other": 1, "findings_with_item": 2,
            "findings_without": 1,
        }  # fmt: skip
    with bare.begin() as db:
        # what the upgrade left keeps to its list: nothing is refused when it is touched
        db.execute(text("UPDATE grid.visit SET reason = 'x'"))
        db.execute(text("UPDATE grid.finding SET description = 'x'"))


def test_without_visits_dealers_answer_the_nine_from_the_beginning(bare):
    load(bare, "after_0008")
    migrate(bare)
    with read_transaction(bare) as db:
        asked = "SELECT from_on, kinds FROM grid.checklist ORDER BY checklist_no"
        (dealer_on, dealers), (_, producers) = db.execute(text(asked)).all()
        assert (dealer_on, dealers) == (date(2000, 1, 1), ["input_dealer"])
        assert "input_dealer" not in producers
        told = "SELECT count(*) FROM grid.audit WHERE action = 'checklists_bound'"
        assert db.execute(text(told)).scalar_one() == 0


def test_an_early_0007_had_policies_that_0008_would_have_left_standing(bare):
    load(bare, "early_0007")
    with bare.connect() as db:
        early = [line for line in catalogue_lines(db) if line.startswith("policy finding.own_finding")]
    migrate(bare)
    now = [line for line in lines(bare) if line.startswith("policy finding.own_finding")]
    assert len(early) == len(now) == 1
    assert "own_batch" not in early[0]
    assert "own_batch" in now[0]


def test_a_schema_that_is_as_it_should_be_is_left_alone(empty_db):
    with empty_db.begin() as db:
        small_world(db)
    with read_transaction(empty_db) as db:
        before, version = catalogue_lines(db), data_version(db)
        assert is_current(db)
    with empty_db.connect() as somebody:
        # whoever reads or writes is not waited for: an upgrade that has nothing to do locks no table
        somebody.execute(text("LOCK TABLE grid.visit, grid.post, grid.alembic_version IN ACCESS SHARE MODE"))
        migrate(empty_db)
    with read_transaction(empty_db) as db:
        assert (catalogue_lines(db), data_version(db)) == (before, version)


@pytest.mark.parametrize("change", [
    "DROP POLICY area ON grid.visit",
    "CREATE POLICY mine ON grid.visit FOR SELECT TO grid_app USING (true)",
    "ALTER TABLE grid.visit DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE grid.visit DISABLE TRIGGER note_revision",
    "GRANT SELECT ON grid.person TO grid_app",
    "GRANT INSERT ON grid.audit TO PUBLIC",
    "GRANT EXECUTE ON FUNCTION grid.posts_of(text) TO grid_app",
    "CREATE OR REPLACE FUNCTION grid.sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT true'",
    "CREATE FUNCTION grid.own() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW grid.own AS SELECT 1 AS one",
    "CREATE TRIGGER own AFTER INSERT ON grid.visit FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision()",
])  # fmt: skip
def test_what_was_changed_by_hand_is_noticed_and_put_right(empty_db, change):
    with empty_db.begin() as db:
        before = catalogue_lines(db)
        db.execute(text(change))
        assert not is_current(db)
    migrate(empty_db)
    with read_transaction(empty_db) as db:
        assert is_current(db)
        assert difference(catalogue_lines(db), before) == ([], [])


@pytest.mark.parametrize(("change", "missing"), [
    ("ALTER TABLE grid.visit DROP COLUMN reason CASCADE", "visit."),
    ("ALTER TABLE grid.post DROP CONSTRAINT ex_post_single_holder", "post.ex_post_single_holder"),
    ("ALTER TABLE grid.visit DROP CONSTRAINT ck_visit_not_in_future", "visit.ck_visit_not_in_future"),
    ("DROP INDEX grid.ix_visit_patrol", "visit.ix_visit_patrol"),
])  # fmt: skip
def test_a_table_that_lacks_something_is_refused_and_left_as_it_was(empty_db, change, missing):
    with empty_db.begin() as db:
        db.execute(text(change))
        before = catalogue_lines(db)
    with pytest.raises(SetupError, match=missing):
        migrate(empty_db)
    assert lines(empty_db) == before


def test_an_index_of_the_offices_own_may_stand(empty_db):
    with empty_db.begin() as db:
        db.execute(text("CREATE INDEX own ON grid.visit (outcome)"))
    migrate(empty_db)
    with read_transaction(empty_db) as db:
        assert is_current(db)
