"""What the search looks in is what there is: after every act, for every role, by an index, filled by an upgrade."""

from __future__ import annotations

import time
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, text

from geodata.database.engine import application_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.database.upgrade import migrate
from geodata.search.find_things import find_things
from geodata.search_kinds import search_kinds
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from tests.builders import World, small_world
from tests.visitors import add_accounts

DAY = date(2026, 6, 30)
LOGINS = ("lin", "qin", "hu1", "su1", "as1", "hu2", "as3", "da", "nobody")
KEYS = {"unit": ("unit", "code"), "subject": ("subject", "subject_id"), "person": ("person", "person_no"),
        "sample": ("sample", "sample_no")}  # fmt: skip
"""Kind → the table of facts it tells of, and its key."""
NOW = "SELECT kind, key, label, forms, units FROM grid.search_entry ORDER BY kind, key"


@pytest.fixture
def world(db: Connection) -> World:
    world = small_world(db)
    add_accounts(world)
    world.cards("card | person\nK-Su1 | Su1\nK-Hu1 | Hu1\nK-Su2 | Su2")
    world.visits("subject | on | by | role\nS1 | 2026-02-01 | As1 | assistant\nS4 | 2026-02-01 | Su1 | supervisor")
    world.checks("subject | on | officers\nS5 | 2026-02-01 | Su2,Hu1")
    world.samples("sample | subject | on\nQ1 | S1 | 2026-02-01\nQ4 | S4 | 2026-02-01")
    return world


def kept(db: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(text(NOW))]


def made_anew(db: Connection) -> list[tuple[object, ...]]:
    """The entries as they are when they are made from nothing."""
    with db.begin_nested() as point:
        db.execute(text("DELETE FROM grid.search_entry"))
        for kind, (table, key) in KEYS.items():
            db.execute(text(f"SELECT grid.refresh_search_{kind}(ARRAY(SELECT {key} FROM grid.{table}))"))
        found = kept(db)
        point.rollback()
    return found


ACTS = {
    "nothing": "SELECT 1",
    "a unit renamed": "UPDATE grid.unit_version SET name = '新镇' WHERE code = 'T1'",
    "a unit ended": "UPDATE grid.unit_version SET valid = '[,2026-05-01)' WHERE code = 'V2'",
    "a subject renamed": "UPDATE grid.subject SET name = '长兴合作社', products = '黄瓜' WHERE subject_id = 'S1'",
    "a subject moved": "UPDATE grid.subject SET village_code = 'V3' WHERE subject_id = 'S1'",
    "a person renamed": "UPDATE grid.person SET name = '单雄信' WHERE person_no = 'Su1'",
    "a post given": "INSERT INTO grid.post (post_no, person_no, role, unit_code, valid, batch_id)"
    " SELECT 'N', 'Su1', 'supervisor', 'T2', '[2026-01-01,)', min(id) FROM grid.load_batch",
    "posts taken": "DELETE FROM grid.post WHERE person_no IN ('Su1', 'Ow1')",
    "visits taken": "WITH gone AS (DELETE FROM grid.chain_record) DELETE FROM grid.visit",
    "officers changed": "UPDATE grid.visit SET officers = '{Su2,Su1}', card_nos = '{K-Su2,K-Su1}'"
    " WHERE kind = 'administrative_check'",
    "samples taken": "DELETE FROM grid.result; DELETE FROM grid.sample WHERE sample_no = 'Q1'",
    "a person erased": "DELETE FROM grid.account WHERE person_no = 'As1';"
    " SELECT grid.erase_person('As1', 'order 1', '2026-03-01 00:00+08', true)",
}


@pytest.mark.parametrize("act", ACTS)
def test_the_entries_are_what_they_would_be_if_made_anew(world, act):
    for statement in ACTS[act].split("; "):
        world.db.execute(text(statement))
    assert kept(world.db) == made_anew(world.db)


def test_a_merge_leaves_nothing_behind_and_its_undoing_neither(world):
    world.db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2'"))
    before = kept(world.db)
    merge_subjects(world.db, "S1", "S2", on=DAY)
    assert kept(world.db) == made_anew(world.db)
    merge = world.db.execute(text("SELECT merge_no FROM grid.subject_merge")).scalar_one()
    undo_merge(world.db, merge)
    assert kept(world.db) == made_anew(world.db) == before


def test_an_erased_person_is_found_no_more(world):
    world.db.execute(text("UPDATE grid.person SET name = '单雄信' WHERE person_no = 'As1'"))
    world.db.execute(text("DELETE FROM grid.account WHERE person_no = 'As1'"))
    world.db.execute(text("SELECT grid.erase_person('As1', 'order 1', '2026-03-01 00:00+08', true)"))
    told = world.db.execute(text("SELECT count(*) FROM grid.search_entry AS e WHERE e::text ~ '单雄信|shan xiong|As1'"))
    assert told.scalar_one() == 0


def visible(db: Connection, kind: str) -> set[str]:
    table, key = KEYS[kind]
    return set(db.execute(text(f"SELECT {key} FROM grid.{table}")).scalars())


@pytest.mark.parametrize("wide", [False, True], ids=["area", "everything"])
@pytest.mark.parametrize("login", LOGINS)
def test_a_login_finds_just_what_it_sees_in_the_tables(world, login, wide):
    """For every role: what the function of the owner's gives is what row-level security gives, no more and no less."""
    assert set(KEYS) == set(search_kinds())
    db = world.db
    with db.begin_nested() as point:
        db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
        sees_all = db.execute(text("SELECT grid.sees_all()")).scalar_one()
        db.execute(text(f"SET LOCAL ROLE {'grid_all' if wide else 'grid_app'}"))
        for kind in KEYS:
            found: set[str] = set()
            for typed in ("D", "T", "V", "S", "Q", "L", "H", "A", "O"):
                rows = db.execute(text("SELECT kind, key FROM grid.search_found(:typed, 200)"), {"typed": typed})
                found |= {row.key for row in rows if row.kind == kind}
            seen = visible(db, kind)
            assert found == seen if wide == sees_all else found >= seen, kind
        point.rollback()


def test_the_entries_themselves_are_shut_to_every_role_of_the_application(world):
    asked = text(
        "SELECT count(*) FROM pg_roles AS r, unnest('{search_entry,search_kind,search_reading}'::text[]) AS t (name)"
        " WHERE r.rolname LIKE 'grid\\_%' AND has_any_column_privilege(r.oid, 'grid.' || t.name, 'SELECT')"
    )
    assert world.db.execute(asked).scalar_one() == 0


@pytest.mark.parametrize("typed", ["主体S1", "zts1", "主题S1", "S1", "没有"])
def test_a_station_head_finds_by_the_index(empty_db, typed):
    """Behind a policy neither LIKE nor the operators of arrays may use one, however dear a scan of all is."""
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
        db.execute(text(f"ALTER DATABASE {empty_db.url.database} SET enable_seqscan = off"))
    before = scans(empty_db)
    visitor = application_engine(empty_db.url)
    with read_transaction(visitor, Scope("hu1")) as db:
        assert [hit.key for hit in find_things(db, typed, DAY, 20).hits[:1]] == ([] if typed == "没有" else ["S1"])
    visitor.dispose()  # a connection that ends tells what it has counted
    until = time.monotonic() + 20
    while scans(empty_db)["by_index"] == before["by_index"] and time.monotonic() < until:
        time.sleep(0.2)
    after = scans(empty_db)
    assert after["by_index"] > before["by_index"]
    assert after["through_all"] == before["through_all"]


def scans(owner: Engine) -> dict[str, int]:
    """How often the entries were looked through, and how often by their index of pieces."""
    asked = """SELECT t.seq_scan AS through_all, i.idx_scan AS by_index
               FROM pg_stat_user_tables AS t JOIN pg_stat_user_indexes AS i USING (relid)
               WHERE t.relname = 'search_entry' AND i.indexrelname = 'ix_search_entry_terms'"""
    with owner.connect() as db:
        return dict(db.execute(text(asked)).mappings().one())


def test_an_upgrade_fills_what_is_missing(empty_db):
    with write_transaction(empty_db) as db:
        small_world(db)
        before = kept(db)
        db.execute(text("DELETE FROM grid.search_entry"))
        db.execute(text("UPDATE grid.schema_state SET made_by = 'an older program'"))
    migrate(empty_db)
    with read_transaction(empty_db) as db:
        assert kept(db) == before
