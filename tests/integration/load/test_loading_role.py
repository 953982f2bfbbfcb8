"""The role files are loaded with through a page: it loads and takes back as the owner does, and can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

import etl
from geodata.database.engine import LOADING, loading_engine, make_engine
from geodata.database.registry import undoable_tables
from geodata.database.scope import Scope, read_transaction, take_on_scope, write_transaction
from geodata.settings import settings
from tests.builders import small_world
from tests.integration import office
from tests.visitors import add_account, add_accounts

OFFICE_POSTS = [
    {"人员编号": "R1", "岗位": post, "网格编码": "220602000000", "任职日期": "2024-01-01"}
    for post in ("系统管理员", "数据管理员")
]
"""Of somebody who may load, posts of the office among the rest."""


@pytest.fixture
def as_loader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only for tests that name a database: the settings are read anew afterwards."""
    yield
    monkeypatch.undo()
    settings.cache_clear()


def loader_on(owner: Engine, login: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine a page would load with on this database, for whoever is signed in."""
    url = owner.url.set(username=LOADING).render_as_string(hide_password=False)
    monkeypatch.setenv("GRID_LOAD_DATABASE_URL", url)
    settings.cache_clear()
    return loading_engine(Scope(login, "10.0.0.9"))


def facts(engine: Engine) -> str:
    """Accounts say when they were made; loads leave them alone."""
    return office.checksum(engine, without=office.LOGS | {"grid.account"})


@pytest.mark.usefixtures("as_loader")
def test_an_office_loaded_as_this_role_is_the_one_the_owner_loads(empty_db, new_database, tmp_path, monkeypatch):
    """Every kind of fact, then other values for all of it, then all of it taken back, newest first."""
    databases = new_database()
    ended = []
    for engine, through_a_page in ((empty_db, False), (next(databases), True)):
        folder = tmp_path / str(through_a_page)
        folder.mkdir()
        registers = [office.write_csv(folder / f"{name}.csv", office.TABLES[name]) for name in ("网格单元", "人员")]
        etl.load_files(engine, [*registers, office.write_csv(folder / "任职.csv", OFFICE_POSTS)])
        with write_transaction(engine) as db:
            db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('da', 'R1')"))
        using = loader_on(engine, "da", monkeypatch) if through_a_page else engine
        (folder / "all").mkdir()
        before = facts(engine)
        loaded = office.load_office(using, folder / "all")
        subjects = [row | {"主体名称": f"改{row['主体编号']}", "经度": "126.07"} for row in office.SUBJECTS[:2]]
        visits = [row | {"结果": "已完成", "原因": "x"} for row in office.VISITS]
        for name, rows in (("主体", subjects), ("巡查", visits)):
            file = office.write_csv(folder / f"{name}.csv", rows)
            seen = etl.preview_load(using, file)
            reports = etl.load_files(using, file)
            assert [(each.new, each.changed) for each in seen.reports] == [(each.new, each.changed) for each in reports]
            assert reports[0].changed == len(rows)
            loaded += reports
        full = facts(engine)
        etl.undo_batches(using, [each.batch_id for each in loaded if each.batch_id])
        assert facts(engine) == before
        ended.append((full, [(each.kind, each.read, each.new, each.changed) for each in loaded]))
        if through_a_page:
            with read_transaction(engine) as db:
                who = db.execute(text("SELECT array_agg(DISTINCT loaded_by) FROM grid.load_batch WHERE id > 3"))
                assert who.scalar_one() == ["da"]
                noted = db.execute(text("SELECT login, db_role, address FROM grid.audit WHERE action = 'undo' LIMIT 1"))
                assert tuple(noted.one()) == ("da", LOADING, "10.0.0.9")
            using.dispose()
    assert ended[0] == ended[1]
    next(databases, None)


@pytest.fixture(scope="module")
def role(module_db: Engine) -> Iterator[Engine]:
    """The role's own connection to the small world, with accounts."""
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    engine = make_engine(module_db.url.set(username=LOADING), pool_size=1)
    yield engine
    engine.dispose()


def attempt(role: Engine, login: str, sql: str, **values: str) -> None:
    with write_transaction(role, Scope(login)) as db:
        db.execute(text(sql), values)


@pytest.mark.parametrize("sql", [
    "CREATE TABLE grid.mine (x int)",
    "ALTER TABLE grid.subject ADD COLUMN x int",
    "DROP POLICY loads ON grid.subject",
    "ALTER TABLE grid.account DISABLE ROW LEVEL SECURITY",
    "TRUNCATE grid.subject",
    "DROP TRIGGER note_change ON grid.subject",
    "CREATE OR REPLACE FUNCTION grid.signed_in() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
    "SELECT login FROM grid.account",
    "SELECT password_hash FROM grid.account",
    "INSERT INTO grid.account (login, person_no) VALUES ('x', 'Ow1')",
    "UPDATE grid.account SET disabled = true",
    "DELETE FROM grid.account",
    "SELECT * FROM grid.sign_in_try('da', NULL)",
    "SELECT grid.set_own_password('$argon2')",
    "SELECT grid.set_password('da', '$argon2')",
    "SELECT * FROM grid.who_sees_what()",
    "SELECT at FROM grid.audit",
    "INSERT INTO grid.audit (action) VALUES ('x')",
    "DELETE FROM grid.audit",
    "UPDATE grid.work_item SET note = 'x'",
    "SELECT before FROM grid.subject_merge",
    "SELECT grid.merge_subjects('S1', 'S2', '2026-01-01', 'x')",
    "SELECT grid.hand_batch('visits')",
    "DELETE FROM grid.load_batch",
    "INSERT INTO grid.undo_row (batch_id, table_name, row_key, before) VALUES (1, 'x', 'x', '{}')",
    "SELECT grid.open_to_loads(f, 'grid.audit') FROM grid.fact_table AS f",
    "SET ROLE grid",
    "SET ROLE grid_app",
])  # fmt: skip
def test_it_cannot(role, sql):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        attempt(role, "da", sql)


@pytest.mark.parametrize(("sql", "sound"), [
    ("UPDATE grid.rule SET source = 'x' WHERE key = 'severe_days'", True),
    ("DELETE FROM grid.rule WHERE batch_id = 1", True),
    ("INSERT INTO grid.rule (key, from_on, value, source) VALUES ('severe_days', '2020-01-01', '9', 'x')", True),
    ("DELETE FROM grid.rule WHERE batch_id IS NULL", False),
])  # fmt: skip
def test_rules_are_written_for_whoever_may_rule(role, module_db, sql, sound):
    """The steward loads facts and rules nothing; what came with the program nobody takes out."""
    own = (
        "INSERT INTO grid.rule (key, from_on, value, source, batch_id)"
        " VALUES ('open_days', '2020-01-01', '9', 'x', 1) ON CONFLICT DO NOTHING"
    )

    def written(login: str) -> int:
        with module_db.begin() as db:
            db.execute(text(own))
        with suppress(ProgrammingError), role.connect() as db, db.begin() as attempted:
            take_on_scope(db, Scope(login))
            found = db.execute(text(sql)).rowcount
            attempted.rollback()
            return found
        return 0

    assert (written("da"), written("qin") > 0) == (0, sound)


OPEN = "INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by) VALUES ('people', '', '', :by)"


@pytest.mark.parametrize("login", ["", "nobody", "su1", "hu1", "lin", "ad"])
def test_it_opens_and_takes_back_no_batch_for_whoever_may_not_load(role, login):
    """Also for those who see everything: the leader and the administrator."""
    attempt(role, "da", OPEN, by="da")
    with pytest.raises(ProgrammingError, match="row-level security"):
        attempt(role, login, OPEN, by=login)
    with write_transaction(role, Scope(login)) as db:
        assert db.execute(text("UPDATE grid.load_batch SET undone_at = now()")).rowcount == 0
        assert db.execute(text("SELECT id FROM grid.load_batch FOR UPDATE")).all() == []


@pytest.mark.parametrize("login", ["da", "qin"])
def test_it_opens_a_batch_for_whoever_may_load(role, login):
    attempt(role, login, OPEN, by=login)


def test_it_opens_a_batch_under_no_other_name(role):
    insert = "INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by) VALUES ('people', '', '', 'qin')"
    with pytest.raises(ProgrammingError, match="row-level security"):
        attempt(role, "da", insert)


def test_its_policies_keep_no_index_from_the_planner(role):
    """A question in a policy, even one asked once a statement, would: a load of many points would take hours."""
    within = "EXPLAIN SELECT FROM grid.unit_version AS v JOIN grid.subject AS s ON ST_Covers(v.geom, s.point)"
    with write_transaction(role, Scope("da")) as db:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        plan = " ".join(db.execute(text(within)).scalars())
    assert "ix_subject_point" in plan or "ix_unit_version_geom" in plan, plan


def test_every_table_of_facts_is_open_to_loads(worker_db):
    with read_transaction(worker_db) as db:
        for table in ("unit", *(each.name for each in undoable_tables())):
            may = "has_table_privilege('grid_load', :t, p)"
            asked = f"SELECT bool_and({may}) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p"
            assert db.execute(text(asked), {"t": f"grid.{table}"}).scalar_one(), f"{table}: @facts(loaded=…)"
            policy = (
                "SELECT count(*) FROM pg_policies WHERE tablename = :t AND 'grid_load' = ANY (roles) AND cmd = 'ALL'"
            )
            assert db.execute(text(policy), {"t": table}).scalar_one() == 1, table


@pytest.mark.usefixtures("as_loader")
def test_a_load_may_end_the_loaders_own_post(empty_db, tmp_path, monkeypatch):
    """What the login opens is settled when the load begins; half a load would be worse than one too many."""
    with write_transaction(empty_db) as db:
        add_account(small_world(db), "Qin")
        post = db.execute(text("SELECT post_no FROM grid.post WHERE person_no = 'Qin'")).scalar_one()
    ends = {
        "任职编号": post,
        "人员编号": "Qin",
        "岗位": "监管科负责人",
        "网格编码": "D",
        "任职日期": "2020-01-01",
        "离任日期": "2026-01-01",
    }
    file = office.write_xlsx(tmp_path / "x.xlsx", {"任职": [ends], "培训": [
        {"人员编号": "Qin", "培训日期": "2026-01-10", "培训主题": "x", "学时": "4", "考核合格": "是"}]})  # fmt: skip
    engine = loader_on(empty_db, "qin", monkeypatch)
    reports = etl.load_files(engine, file)
    engine.dispose()
    assert [(each.kind, each.new, each.changed, each.loaded) for each in reports] == [
        ("posts", 0, 1, True), ("trainings", 1, 0, True),
    ], [each.to_sentence() for each in reports]  # fmt: skip
