"""SQL of somebody's own in each role of the program, naming whatever login and settings he likes (DECISIONS 69).

What a role may do at all is read from the catalogue, so that a function or a table added tomorrow is tried as well;
what is known to have been open once, or would be the first idea, stands here as a list.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from dashboard.api.asked_table import ADDRESSES
from geodata.database.engine import application_engine, make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.permissions import Permission
from geodata.responsibility import private_mobiles
from geodata.tables.table_files import KINDS
from tests.builders import World, small_world
from tests.integration.grid.role_attempts import (
    ATTEMPTS,
    BITES,
    DEVICE,
    EXPECTED,
    HASH,
    ITSELF,
    MOBILE,
    OF_THE_DOOR,
    SESSION,
    TOKEN,
    WORDS,
)
from tests.visitors import add_accounts

KEPT = Path(__file__).parents[2] / "fixtures" / "role_rights.txt"
ROLES = ("grid_app", "grid_all", "grid_door", "grid_load", "grid_jobs", "grid_public")
SECRETS = (HASH, MOBILE, TOKEN, SESSION, DEVICE, DEVICE[:16])
LOGINS = ("ad", "qin", "da", "su1", "", WORDS)
"""The administrator, the section, the steward, a supervisor, nobody, and no login at all."""


@pytest.fixture
def world(db: Connection) -> World:
    """The small world with accounts, hashes, mobiles, a token and an attachment."""
    world = small_world(db)
    add_accounts(world)
    world.visits("visit | subject | on | by\nn1 | S1 | 2026-02-01 | Su1")
    for made in (
        f"UPDATE grid.person SET private_mobile = '{MOBILE}'",
        f"UPDATE grid.account SET password_hash = '{HASH}', oidc_subject = 'sub ' || login",
        "INSERT INTO grid.token (login, name, token_hash, expires_on)"
        f" VALUES ('su1', 'x', '{TOKEN}', grid.today() + 9)",
        "INSERT INTO grid.attachment (visit_no, file_name, file_sha256, file_type, size_bytes, is_stripped)"
        " VALUES ('n1', 'a.pdf', repeat('0', 64), 'pdf', 1, false)",
        f"SELECT grid.begin_session('su1', '{SESSION}', '{DEVICE}', 'password', 'edge', 'windows')",
    ):
        db.execute(text(made))
    return world


def name_scope(db: Connection, login: str) -> None:
    """Be a login in every setting there is: the own words as login and address, with every permission there is."""
    every = "{" + ",".join(Permission) + "}"
    forged = {"grid.login": login, "grid.address": WORDS} | (
        {
            "grid.scope_of": f"{login}!", "grid.everything": "true", "grid.permissions": every,
            "grid.wide_permissions": every, "grid.area": "{D,T1,V1}", "grid.superiors": "{}", "grid.token": "",
        }
        if login == WORDS
        else {"grid.scope_of": ""}
    )  # fmt: skip
    for setting, value in forged.items():
        db.execute(text("SELECT set_config(:setting, :value, true)"), {"setting": setting, "value": value})


def tried(world: World, role: str, login: str, statement: str, look: Callable[[], object] = lambda: None) -> str:
    """What a statement gives a role, as text, and what ``look`` finds as the owner after it; "" where it is refused."""
    with world.db.begin_nested() as point:
        name_scope(world.db, login)
        world.db.execute(text(f"SET LOCAL ROLE {role}"))
        try:
            with world.db.begin_nested():
                done = world.db.exec_driver_sql(statement)
                given = str(done.all()) if done.returns_rows else f"{done.rowcount} rows"
            world.db.execute(text("RESET ROLE"))
            look()
        except DBAPIError:
            given = ""
        point.rollback()
    return given


RIGHTS = """
SELECT r.rolname || ' executes ' || p.oid::regprocedure::text || CASE WHEN p.prosecdef THEN ' as owner' ELSE '' END
FROM pg_roles AS r, pg_proc AS p
WHERE r.rolname = ANY (%(roles)s) AND p.pronamespace = 'grid'::regnamespace
  AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
UNION ALL
SELECT r.rolname || ' ' || lower(w.what) || 's ' || c.relname || CASE
       WHEN has_table_privilege(r.oid, c.oid, w.what) THEN ''
       ELSE ' (' || string_agg(a.attname, ', ' ORDER BY a.attname) || ')' END
FROM pg_roles AS r, pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
     unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS w (what)
WHERE r.rolname = ANY (%(roles)s) AND c.relnamespace = 'grid'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
  AND has_column_privilege(r.oid, c.oid, a.attnum, w.what)
GROUP BY r.oid, r.rolname, c.oid, c.relname, w.what
UNION ALL
SELECT r.rolname || ' ' || lower(w.what) || 's ' || c.relname
FROM pg_roles AS r, pg_class AS c, unnest('{DELETE,TRUNCATE,TRIGGER}'::text[]) AS w (what)
WHERE r.rolname = ANY (%(roles)s) AND c.relnamespace = 'grid'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
  AND has_table_privilege(r.oid, c.oid, w.what)
UNION ALL
SELECT r.rolname || ' may become ' || o.rolname FROM pg_roles AS r, pg_roles AS o
WHERE r.rolname = ANY (%(roles)s) AND o.oid <> r.oid AND pg_has_role(r.oid, o.oid, 'MEMBER')
"""


def test_every_right_of_every_role_is_written_down(world, tmp_path):
    """A right that is meant to change changes its line in ``tests/fixtures/role_rights.txt``, in the same commit."""
    world.db.execute(text("SET LOCAL search_path = grid, public"))
    found = sorted(world.db.exec_driver_sql(RIGHTS, {"roles": list(ROLES)}).scalars())
    (tmp_path / KEPT.name).write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert (sorted(set(kept) - set(found)), sorted(set(found) - set(kept))) == ([], []), tmp_path


def readable(world: World, role: str) -> list[tuple[str, str]]:
    """Every table and view of which a role may read something, with the columns it may."""
    asked = """
        SELECT c.relname, string_agg(format('%%I::text', a.attname), ', ' ORDER BY a.attname)
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'grid'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0
          AND NOT a.attisdropped AND has_column_privilege(%(role)s, c.oid, a.attnum, 'SELECT')
        GROUP BY c.relname ORDER BY c.relname
    """
    return [(str(table), str(columns)) for table, columns in world.db.exec_driver_sql(asked, {"role": role})]


@pytest.mark.parametrize("role", ROLES)
def test_no_secret_stands_in_what_a_role_may_read(world, role):
    """grid_load compares a file with what is there, so it reads what it loads: mobiles among it, passwords never."""
    found = {
        (table, secret)
        for table, columns in readable(world, role)
        for login in LOGINS
        for given in [tried(world, role, login, f"SELECT {columns} FROM grid.{table}")]
        for secret in SECRETS
        if secret in given
    }
    assert found == ({("person", MOBILE)} if role == "grid_load" else set())
    if role in {"grid_door", "grid_jobs", "grid_public"}:
        assert readable(world, role) == []


def calls(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Every function a role may execute, called with whatever its arguments might take."""
    asked = """
        SELECT p.proname, p.prosecdef AND p.provolatile = 'v' AS acts,
               array(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n)
                     ORDER BY n) AS args
        FROM pg_proc AS p
        WHERE p.pronamespace = 'grid'::regnamespace AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
          AND has_function_privilege(%(role)s, p.oid, 'EXECUTE') ORDER BY p.oid::regprocedure::text
    """
    number = world.db.execute(text("SELECT max(attachment_no) FROM grid.attachment")).scalar_one()
    words = [WORDS, "su1", "as3", "V1", "S1", "As1", "n1", "unit", "work", "csv", "patrol", "signed_in", f"{HASH}x"]
    given = {
        "text": [f"'{word}'" for word in words], "integer": ["1"], "bigint": [f"{number}", "1"], "boolean": ["true"],
        "date": ["current_date"], "jsonb": [f"""'{{"a": "{WORDS}"}}'"""], "text[]": [f"ARRAY['{WORDS}', 'V1']"],
    }  # fmt: skip
    for row in world.db.exec_driver_sql(asked, {"role": role}).all():
        each = [given.get(kind, [f"NULL::{kind}"]) for kind in row.args]
        # what acts gets mixtures, what reads the same word everywhere; each is tried as every login
        alike = [tuple(values[n % len(values)] for values in each) for n in range(len(words) if row.acts else 4)]
        mixed = list(itertools.product(*each)) if row.acts and row.args.count("text") < 4 else []
        tries = alike + Random(row.proname).sample(mixed, min(len(mixed), 40))
        for values in dict.fromkeys(tries):
            yield row.proname, f"SELECT * FROM grid.{row.proname}({', '.join(values)})"


STATE = """
SELECT concat((SELECT jsonb_agg(to_jsonb(a) ORDER BY login) FROM grid.account AS a),
              (SELECT jsonb_agg(jsonb_build_array(login, token_hash, unit_code, expires_on) ORDER BY id)
               FROM grid.token),
              (SELECT jsonb_agg(to_jsonb(s) ORDER BY id) FROM grid.session AS s),
              (SELECT jsonb_agg(to_jsonb(k) ORDER BY login, device_hash) FROM grid.known_device AS k))
"""
LINES = """
SELECT coalesce(string_agg(CASE WHEN action IN ('insert', 'update', 'delete')
                                THEN concat_ws('|', login, address, action) ELSE a::text END, E'\\n'), '')
FROM grid.audit AS a WHERE id > :last
"""


def look_after(world: World, before: str, last: int, name: str, found: set[tuple[str, str]]) -> None:
    """Whether accounts or tokens are no longer as they were, and whether the trail took words that are not its own."""
    if world.db.execute(text(STATE)).scalar_one() != before:
        found.add((name, "changes accounts"))
    if WORDS in world.db.execute(text(LINES), {"last": last}).scalar_one():
        found.add((name, "takes words"))


@pytest.mark.parametrize("role", ROLES)
def test_no_function_a_role_may_execute_gives_or_sets_a_secret_or_takes_words_into_the_trail(world, role):
    """All there are, as every login, with forged settings too. What stands below is what each is for."""
    before = world.db.execute(text(STATE)).scalar_one()
    last = world.db.execute(text("SELECT max(id) FROM grid.audit")).scalar_one() or 0
    found: set[tuple[str, str]] = set()
    for (name, call), login in itertools.product(list(calls(world, role)), LOGINS):
        given = tried(world, role, login, call, partial(look_after, world, before, last, name, found))
        found |= {(name, f"gives {secret}") for secret in SECRETS if secret in given}
    assert found <= EXPECTED.get(role, set())
    assert found >= BITES.get(role, set()), "or this would prove nothing"


@pytest.mark.parametrize("role", ROLES)
def test_none_of_these_is_done_for_any_role(role, office):
    """With connections of the role's own. The door does what it is there for; the rest is refused it too."""
    own = (*(f"grid.{name}(" for name in OF_THE_DOOR), *ITSELF) if role == "grid_door" else ()
    left = [each for each in ATTEMPTS if not any(name in each for name in own)]
    assert len(left) == len(ATTEMPTS) - len(own)
    # nobody connects as grid_all: the pages take it on
    engine = make_engine(office.url.set(username="grid_app" if role == "grid_all" else role), pool_size=1)
    with engine.connect() as db:
        done = {each for each in left for login in LOGINS if is_done(db, role, login, each)}
    engine.dispose()
    assert done == set()


def is_done(db: Connection, role: str, login: str, statement: str) -> bool:
    """Whether a statement is done; undone in either case."""
    with db.begin() as point:
        name_scope(db, login)
        if role == "grid_all":
            db.execute(text("SET LOCAL ROLE grid_all"))
        try:
            db.exec_driver_sql(statement)
            done = True
        except DBAPIError:
            done = False
        point.rollback()
    return done


@pytest.fixture
def office(empty_db: Engine) -> Engine:
    """The small world with accounts, hashes and mobiles, where something is committed."""
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
        db.execute(text(f"UPDATE grid.person SET private_mobile = '{MOBILE}'"))
        db.execute(text(f"UPDATE grid.account SET password_hash = '{HASH}', oidc_subject = 'sub ' || login"))
    return empty_db


@pytest.mark.parametrize("login", ["qin", "da", "su1", "", WORDS])
def test_the_door_keeps_accounts_for_nobody_but_an_administrator(world, login):
    for call in (
        "set_password('as3', '$argon2id$x')",
        "set_disabled('as3', true)",
        "add_account('x', 'Ow1', NULL, NULL)",
    ):
        assert tried(world, "grid_door", login, f"SELECT grid.{call}") in {"", "[(None,)]"}, call
        assert tried(world, "grid_door", "ad", f"SELECT grid.{call}") == "[(True,)]", (
            "or the refusal would prove nothing"
        )


def test_statistics_and_other_sessions_tell_no_secret(world):
    world.db.execute(text("ANALYZE grid.person; ANALYZE grid.account"))
    for role in ROLES:
        for asked in ("SELECT * FROM pg_stats", "SELECT * FROM pg_stats_ext", "SELECT query FROM pg_stat_activity"):
            given = tried(world, role, "ad", asked)
            assert MOBILE not in given or role == "grid_load"
            assert HASH not in given


def test_a_line_of_the_trail_names_an_account_and_an_address_or_neither(world):
    """With forged settings a post is ended all the same: a login is a setting. What is noted holds no words."""
    written = "UPDATE grid.post SET valid = daterange(lower(valid), '2026-01-01') WHERE person_no = 'As1'"
    kept = "SELECT login, address FROM grid.audit WHERE table_name = 'post' ORDER BY id DESC LIMIT 1"
    found = []
    tried(world, "grid_app", WORDS, written, lambda: found.append(tuple(world.db.execute(text(kept)).one())))
    assert found == [(None, None)]


@pytest.fixture
def pages(office: Engine) -> Iterator[Engine]:
    """Connections as ``grid_app``."""
    found = application_engine(office.url)
    yield found
    found.dispose()


def test_no_number_is_given_by_the_transaction_that_asks(pages, empty_db):
    """Or the asking could be taken back once the number is seen."""
    asked = "SELECT grid.ask_for_mobiles('unit', 'V1')"
    with pages.connect() as db:
        with db.begin() as back:
            db.execute(text("SELECT grid.take_on('qin', '10.0.0.7')"))
            with db.begin_nested():
                first = db.execute(text(asked)).scalar_one()
            db.execute(text("SELECT pg_sleep(0.01)"))
            assert private_mobiles.read_mobiles(db, first) == {}
            back.rollback()
        with db.begin():
            db.execute(text("SELECT grid.take_on('qin', '10.0.0.7')"))
            assert private_mobiles.read_mobiles(db, first) == {}, "the asking was taken back"
            second = db.execute(text(asked)).scalar_one()
        for login, shown in (("qin", True), ("su1", False), ("", False)):
            with db.begin():
                db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
                assert bool(private_mobiles.read_mobiles(db, second)) is shown, login
    with empty_db.begin() as db:
        lines = db.execute(text("SELECT login, address, row_key FROM grid.audit WHERE action = 'mobiles_asked'")).all()
        assert [tuple(line) for line in lines] == [("qin", "10.0.0.7", "V1")]
        db.execute(text("ALTER TABLE grid.audit DISABLE TRIGGER append_only"))
        db.execute(text("UPDATE grid.audit SET at = at - interval '3 minutes'"))
        db.execute(text("ALTER TABLE grid.audit ENABLE TRIGGER append_only"))
    with read_transaction(pages, Scope("qin")) as db:
        assert private_mobiles.read_mobiles(db, second) == {}, "an old asking shows nothing any more"


def test_what_the_trail_takes_for_an_export_is_what_the_pages_hand_out(world):
    said = world.db.execute(text("SELECT prosrc FROM pg_proc WHERE proname = 'note_export'")).scalar_one()
    for words in ({*ADDRESSES, "access"}, set(KINDS)):
        assert "'{" + ",".join(sorted(words)) + "}'" in said
