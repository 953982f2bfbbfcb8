"""What the database lets the application's role see: asked as grid_app, with nothing of our own code in between."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from geodata.database.scope import read_transaction
from geodata.database.upgrade import migrate
from tests.builders import World, small_world

OPEN_TO_ALL_SIGNED_IN = {
    "rule", "rule_kind", "banned_substance", "revision", "fact_table", "permission_grant", "post_grantor",
    "schema_state", "level", "role_level",
}  # fmt: skip
TABLES = [
    "account", "attachment", "audit", "banned_substance", "calendar_day", "chain_record", "checklist",
    "checklist_item", "enforcement_card", "erased_person", "fact_table", "feedback", "finding",
    "former_village", "integrity_run", "job", "known_device", "level", "load_batch", "map_note",
    "permission_grant", "person", "post", "post_grantor", "result", "revision", "role_level", "rule", "rule_kind",
    "sample", "saved_view", "schema_state", "search_entry", "search_kind", "search_reading", "seen_hint",
    "seen_notices", "session", "subject", "subject_merge", "subject_risk", "subject_status", "token", "training",
    "undo_row", "unit", "unit_lineage", "unit_version", "visit", "work_item",
]  # fmt: skip


SHUT = {"known_device", "search_entry", "search_kind", "search_reading", "session"}
"""What no role of pages may ask at all (``test_roles_attacked.py``)."""
ASKED = [table for table in TABLES if table not in SHUT]


@pytest.fixture
def world(db: Connection) -> World:
    """The small world with something in every table, accounts for one person of each level."""
    world = small_world(db)
    world.visits("""
        subject | on         | by
        S1      | 2026-02-01 | Su1
        S3      | 2026-02-01 | As2
        S4      | 2026-02-01 | Su2
    """)
    world.statuses("""
        subject | from       | status
        S2      | 2026-02-01 | suspended
        S5      | 2026-02-01 | suspended
    """)
    world.samples("""
        sample | subject | on         | judgement
        Q1     | S1      | 2026-02-01 | qualified
        Q4     | S4      | 2026-02-01 | qualified
    """)
    for subject in ("S1", "S4"):
        world.put("finding", finding_no=f"F{subject}", subject_id=subject, description="x", found_on="2026-02-01",
                  deadline_on="2026-02-10")  # fmt: skip
    db.execute(
        text(
            "INSERT INTO grid.attachment (visit_no, file_name, file_sha256, file_type, size_bytes, is_stripped)"
            " SELECT visit_no, 'a.pdf', repeat('0', 64), 'pdf', 1, false FROM grid.visit"
        )
    )
    world.put("calendar_day", falls_on="2026-06-15", kind="holiday", arranged_by="local", source="x")
    world.cards("card | person\nK-Su1 | Su1\nK-Hu1 | Hu1\nK-Su2 | Su2")
    for person in ("As1", "Su2"):
        world.put("training", person_no=person, trained_on="2026-01-10", topic="x", hours=4, passed=True)
    for person in ("Lin", "Qin", "Hu1", "Su1", "As1", "Su2", "As3"):
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES (lower(:p), :p)"), {"p": person})
    db.execute(text("UPDATE grid.person SET private_mobile = '100'"))
    db.execute(text("INSERT INTO grid.erased_person VALUES ('Gone', now(), 'x', false)"))
    return world


def seen(world: World, login: str | None, sql: str) -> list[object]:
    """The first column of a question asked as the application's role on behalf of ``login``."""
    with world.db.begin_nested() as point:
        world.db.execute(text("SET LOCAL ROLE grid_app"))
        world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login or ""})
        found = list(world.db.execute(text(sql)).scalars())
        point.rollback()
    return found


def counts(world: World, login: str | None) -> dict[str, object]:
    return {table: seen(world, login, f"SELECT count(*) FROM grid.{table}")[0] for table in ASKED}


def test_every_table_is_under_row_level_security_and_listed_here(world):
    found = world.db.execute(
        text(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'grid'::regnamespace AND relkind = 'r'"
            " AND relname <> 'alembic_version' ORDER BY relname"
        )
    ).all()
    assert [tuple(row) for row in found] == [(table, True) for table in TABLES]


@pytest.mark.parametrize("login", [None, "", "nobody", "hu1' OR true --"])
def test_whoever_is_not_signed_in_sees_no_row(world, login):
    rows = counts(world, login)
    known = {table for table, count in rows.items() if count}
    assert known <= (OPEN_TO_ALL_SIGNED_IN if login else set())


@pytest.mark.parametrize(("login", "subjects"), [
    ("lin", ["S1", "S2", "S3", "S4", "S5"]), ("qin", ["S1", "S2", "S3", "S4", "S5"]), ("hu1", ["S1", "S2", "S3"]),
    ("su1", ["S1", "S2", "S3"]), ("as1", ["S1", "S2"]), ("su2", ["S4", "S5"]), ("as3", ["S4", "S5"]),
])  # fmt: skip
def test_an_account_sees_the_subjects_of_its_posts(world, login, subjects):
    assert seen(world, login, "SELECT subject_id FROM grid.subject ORDER BY 1") == subjects
    for table in ("subject_risk", "subject_status", "visit", "finding", "chain_record", "sample"):
        assert set(seen(world, login, f"SELECT subject_id FROM grid.{table}")) <= set(subjects)
    assert set(
        seen(world, login, "SELECT s.subject_id FROM grid.result JOIN grid.sample AS s USING (sample_no)")
    ) <= set(subjects)


@pytest.mark.parametrize(("login", "cards", "checks"), [
    ("lin", ["K-Hu1", "K-Out", "K-Su1", "K-Su2"], ["C1", "C4"]),
    ("qin", ["K-Hu1", "K-Out", "K-Su1", "K-Su2"], ["C1", "C4"]),
    ("hu1", ["K-Hu1", "K-Out", "K-Su1"], ["C1"]),
    ("as1", ["K-Hu1", "K-Out", "K-Su1"], ["C1"]),
    ("su2", ["K-Out", "K-Su2"], ["C4"]),
])  # fmt: skip
def test_cards_are_seen_with_their_holders_and_checks_with_their_subjects(world, login, cards, checks):
    """Who came from elsewhere is named on the check, with the card that was shown."""
    world.cards("card | person\nK-Out | Out")
    world.checks("visit | subject | on | officers\nC1 | S1 | 2026-02-02 | Su1,Out\nC4 | S4 | 2026-02-02 | Su2,Out")
    assert seen(world, login, "SELECT card_no FROM grid.enforcement_card ORDER BY 1") == cards
    assert seen(world, login, "SELECT visit_no FROM grid.visit WHERE officers IS NOT NULL ORDER BY 1") == checks
    assert seen(world, login, "SELECT name FROM grid.person WHERE person_no = 'Out'") == ["Out"]
    metered = "SELECT subject_id || ' ' || checks FROM grid.check_meter_on('2026-03-01') ORDER BY 1"
    assert seen(world, login, metered) == [f"S{check[1]} 1" for check in checks]


def test_a_town_sees_its_own_units_and_those_above_it(world):
    assert seen(world, "su2", "SELECT code FROM grid.unit ORDER BY 1") == ["D", "T2", "V3"]
    assert seen(world, "su2", "SELECT code FROM grid.unit_version ORDER BY 1") == ["D", "T2", "V3"]
    assert seen(world, "su2", "SELECT name FROM grid.person ORDER BY 1") == [
        "As3",
        "Hu2",
        "Lin",
        "Ow4",
        "Ow5",
        "Qin",
        "Su2",
    ]
    assert seen(world, "su2", "SELECT person_no FROM grid.training") == ["Su2"]


def test_the_access_ends_on_the_day_after_the_last_day_in_post(world):
    today = "grid.today()"
    for last_day, left in ((today, 3), (f"{today} - 1", 0)):
        world.db.execute(
            text(f"UPDATE grid.post SET valid = daterange('2020-01-01', {last_day}, '[]') WHERE person_no = 'Su1'")
        )
        assert seen(world, "su1", "SELECT count(*) FROM grid.subject") == [left]


def test_a_disabled_account_sees_nothing(world):
    world.db.execute(text("UPDATE grid.account SET disabled = true WHERE login = 'lin'"))
    assert seen(world, "lin", "SELECT count(*) FROM grid.subject") == [0]


@pytest.mark.parametrize("sql", [
    "SELECT private_mobile FROM grid.person",
    "SELECT id_hash FROM grid.subject",
    "SELECT password_hash FROM grid.account",
    "DELETE FROM grid.visit",
    "UPDATE grid.subject SET name = 'x'",
    "UPDATE grid.rule SET from_on = '2020-01-01'",
    "INSERT INTO grid.audit (action) VALUES ('x')",
    "DELETE FROM grid.audit",
    "TRUNCATE grid.audit",
    "CREATE TABLE grid.mine (x int)",
    "DROP POLICY area ON grid.subject",
    "ALTER TABLE grid.subject DISABLE ROW LEVEL SECURITY",
])  # fmt: skip
def test_the_application_cannot(world, sql):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        seen(world, "lin", sql)


def test_nobody_but_the_owner_puts_our_triggers_on_tables_or_makes_tables_of_his_own(empty_db):
    """A trigger's function runs as its owner, and would run whatever the table's types make of it."""
    migrate(empty_db)
    with read_transaction(empty_db) as db:
        open_to = db.execute(
            text(
                "SELECT p.oid::regprocedure::text, r.rolname FROM pg_proc AS p, pg_roles AS r"
                " WHERE p.pronamespace = 'grid'::regnamespace AND p.prorettype = 'trigger'::regtype"
                " AND r.rolname LIKE 'grid\\_%' AND has_function_privilege(r.rolname, p.oid, 'EXECUTE')"
            )
        ).all()
        may = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'grid\\_%' AND has_database_privilege(rolname, current_database(), 'TEMP')"  # noqa: E501
        assert open_to == []
        assert db.execute(text(may)).scalars().all() == ["grid_load"]


def test_the_applications_own_tables_call_none_of_our_triggers(world):
    world.db.execute(text("SET LOCAL ROLE grid_app"))
    world.db.execute(text("CREATE TEMP TABLE account (subject_id text)"))
    with pytest.raises(ProgrammingError, match="permission denied for function"):
        world.db.execute(
            text(
                "CREATE TRIGGER t AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION grid.note_change('subject_id')"
            )
        )


def test_a_session_of_the_application_cannot_become_the_owner(cluster_url, migrated_template):
    as_app = create_engine(make_url(cluster_url).set(username="grid_app"))
    with as_app.connect() as db:
        for role in ("grid", "postgres"):
            with pytest.raises(ProgrammingError, match="permission denied"), db.begin():
                db.execute(text(f"SET ROLE {role}"))
    as_app.dispose()


@pytest.mark.parametrize(("login", "person", "shown"), [
    ("qin", "As3", True), ("su1", "As1", True), ("su1", "Ow1", True),
    ("su1", "As3", False), ("as1", "As1", False), ("lin", "As1", False), ("su1", "Lin", False),
])  # fmt: skip
def test_private_mobiles_are_for_the_section_and_the_own_chain(world, login, person, shown):
    assert opens_mobile(world, login, person) is shown


def opens_mobile(world: World, login: str, person: str) -> bool:
    """What the functions that show mobiles go by; no role of the program may ask it itself."""
    with world.db.begin_nested() as point:
        world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
        found = bool(world.db.execute(text("SELECT grid.opens_mobile(:person)"), {"person": person}).scalar_one())
        point.rollback()
    return found


def test_a_role_opens_mobiles_only_where_it_is_held(world):
    """A supervisor of one town who also assists in another town's village."""
    world.posts("person | role | unit\nSu1 | assistant | V3")
    for person, shown in (("As3", False), ("As1", True)):
        assert opens_mobile(world, "su1", person) is shown


def test_a_village_that_went_to_another_town_is_that_towns_from_then_on(world):
    """Scope follows the tree of today: neither what was there nor what comes is the former town's any more."""
    db = world.db
    db.execute(text("UPDATE grid.unit_version SET valid = daterange(lower(valid), '2026-01-01') WHERE code = 'V2'"))
    db.execute(
        text(
            "INSERT INTO grid.unit_version (code, level, name, kind, parent_code, schematic, valid, batch_id)"
            " SELECT code, level, name, kind, 'T2', schematic, daterange('2026-01-01', NULL), batch_id"
            " FROM grid.unit_version WHERE code = 'V2'"
        )
    )
    mine = "SELECT subject_id FROM grid.subject ORDER BY 1"
    assert seen(world, "su1", mine) == ["S1", "S2"]
    assert seen(world, "su2", mine) == ["S3", "S4", "S5"]
    for login, reaches in (("su1", False), ("su2", True)):
        assert seen(world, login, "SELECT grid.may_at_subject('record_recheck', 'S3')") == [reaches]
    # and one that has ended stays where it stood last
    ends = "UPDATE grid.unit_version SET valid = daterange('2026-01-01', '2026-02-01')"
    db.execute(text(f"{ends} WHERE parent_code = 'T2' AND code = 'V2'"))
    assert seen(world, "su2", mine) == ["S3", "S4", "S5"]
    assert seen(world, "su1", mine) == ["S1", "S2"]


def test_a_laboratorys_post_shows_nothing_of_its_place(world):
    names = "SELECT code FROM grid.unit ORDER BY 1"
    before = seen(world, "as1", names)
    world.posts("person | role | unit\nAs1 | lab_tester | T2")
    assert seen(world, "as1", names) == before


def test_how_much_was_found_in_the_district_is_for_no_town(world):
    with pytest.raises(ProgrammingError, match="permission denied"):
        seen(world, "hu1", "SELECT items_new FROM grid.integrity_run")


def test_changes_are_audited_without_secrets_and_never_unwritten(world):
    db = world.db
    db.execute(text("SELECT set_config('grid.login', 'qin', true), set_config('grid.address', '10.0.0.7', true)"))
    db.execute(text("UPDATE grid.person SET name = 'New', private_mobile = '200' WHERE person_no = 'As1'"))
    row = db.execute(text("SELECT * FROM grid.audit WHERE table_name = 'person' ORDER BY id DESC LIMIT 1")).one()
    assert (row.login, row.address, row.action, row.row_key) == ("qin", "10.0.0.7", "update", "As1")
    assert (row.before["name"], row.after["name"]) == ("As1", "New")
    assert "private_mobile" not in row.before | row.after
    for change in ("DELETE FROM grid.audit", "UPDATE grid.audit SET login = 'x'", "TRUNCATE grid.audit"):
        with pytest.raises(ProgrammingError, match="only ever added to"), db.begin_nested():
            db.execute(text(change))


def read_as_all(world: World, login: str, sql: str) -> list[object]:
    with world.db.begin_nested() as point:
        world.db.execute(text("SET LOCAL ROLE grid_all"))
        world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
        found = list(world.db.execute(text(sql)).scalars())
        point.rollback()
    return found


@pytest.mark.parametrize("login", ["hu1", "su1", "as1", "nobody", ""])
def test_whoever_does_not_see_everything_sees_nothing_when_asking_for_it(world, login):
    """The application chooses the role it reads with; choosing wrongly shows nothing."""
    assert {
        table: read_as_all(world, login, f"SELECT count(*) FROM grid.{table}")[0] for table in ASKED
    } == dict.fromkeys(ASKED, 0)


@pytest.mark.parametrize("login", ["lin", "qin"])
def test_both_roles_show_everything_to_whoever_sees_it(world, login):
    wide = {table: read_as_all(world, login, f"SELECT count(*) FROM grid.{table}")[0] for table in ASKED}
    narrow = counts(world, login)
    assert wide | {"account": 0} == narrow | {"account": 0, "load_batch": wide["load_batch"]}
    assert wide["subject"] == 5


def test_the_role_for_everything_reads_and_no_more(world):
    for sql in (
        "DELETE FROM grid.visit",
        "UPDATE grid.subject SET name = 'x'",
        "SELECT private_mobile FROM grid.person",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            read_as_all(world, "lin", sql)


def test_what_is_open_is_settled_once_a_transaction_and_anew_for_another_login(world):
    count = "SELECT count(*) FROM grid.subject"
    with world.db.begin_nested() as point:
        world.db.execute(text("SET LOCAL ROLE grid_app"))
        found = []
        for login in ("lin", "su1", "as1", "", "lin"):
            world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
            found.append(world.db.execute(text(count)).scalar_one())
        point.rollback()
    assert found == [5, 3, 2, 0, 5]


@pytest.mark.parametrize("login", ["lin", "su1"])
def test_a_plan_for_several_processes_asks_for_the_scope_too(world, login):
    """Whatever the planner chooses on a large district; the scope has not been asked for before in the transaction."""
    for setting in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
        world.db.execute(text(f"SET LOCAL {setting} = 0"))
    joined = (
        "SELECT count(*) FROM grid.subject AS s JOIN grid.visit AS v USING (subject_id) JOIN grid.post AS p ON true"
    )
    assert seen(world, login, joined)[0] > 0
    if login == "lin":
        assert read_as_all(world, login, joined) == seen(world, login, joined)


def test_the_public_role_cannot_even_enter_the_schema(world):
    for table in TABLES:
        point = world.db.begin_nested()
        world.db.execute(text("SET LOCAL ROLE grid_public"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            world.db.execute(text(f"SELECT * FROM grid.{table}"))
        point.rollback()
