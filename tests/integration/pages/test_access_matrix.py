"""What every post of the small world may reach and do, as one text: a move of rights must leave it as it is.

``tests/fixtures/access_matrix.txt`` holds account × address, export, callback, act, table and statement, sorted.
A right that is meant to change changes its lines there, in the same commit.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError
from werkzeug.routing import Rule

from dashboard.app.guard import CALLBACKS
from geodata.accounts.token_secret import PREFIX, hash_secret
from geodata.calendar import today
from geodata.database.scope import write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.models import Base
from tests.builders import World, small_world
from tests.integration.pages.test_matrix import addresses, payloads, rules
from tests.spec import test_access as spec
from tests.visitors import add_accounts, application, signed_in, token

KEPT = Path(__file__).parents[2] / "fixtures" / "access_matrix.txt"
LOGINS = (None, "le", "lin", "qin", "da", "ad", "hu1", "su1", "as1", "as3")
IN_PAGES = LOGINS[:-1]
"""Nobody, a tester of a laboratory, and one account for each other post of the small world."""

ASKED = ("unit=T2&format=csv", "unit=V2")
UNASKED = ("/_dash-component-suites", "/assets", "/geo/", "/map/")
"""What holds no fact, and pictures and shapes: tests/integration/pages/test_matrix.py asks all of them."""
TOKENS = {"whole": ("lin", None), "town": ("lin", "T1"), "village": ("su1", "V1"), "office": ("ad", None)}
"""Personal tokens by their names: whose each is and how far it reaches."""
ELSEWHERE = frozenset({"/sign-in", "/sign-out", "/me/password", "/me/sessions/end-others", "/data/undo/<int:number>"})
"""Acts on the own sessions (accounts/test_sessions.py), and what a job is asked to do (test_data_page.py)."""
COUNTED = frozenset({"audit", "revision", "load_batch", "undo_row", "chain_record", "schema_state", "integrity_run"})
"""Tables whose keys say nothing."""
KEYS = {"unit_version": "code || valid", "attachment": "file_name", "token": "name", "feedback": "login",
        "saved_view": "login", "map_note": "login"}  # fmt: skip
"""Of tables whose key is a serial number, or not one alone, what tells their rows apart."""
GIVEN = ("assistant", "supervisor", "section_head", "district_leader", "data_steward", "administrator")


ACTS = ("accept", "assign", "look", "merge", "reopen", "unmerge", "1")


def secret_of(name: str) -> str:
    """The token of that name."""
    return PREFIX + hash_secret(name)[:48]


def furnished(db: Connection) -> World:
    """The small world with visits, samples, faults, mobiles, an account for every kind of post, and tokens."""
    world = small_world(db)
    world.visits(
        "visit | subject | on | by | role\n"
        "n1 | S1 | 2026-02-01 | As1 | assistant\nn4 | S4 | 2026-02-01 | Su2 | supervisor"
    )
    world.samples(
        "sample | subject | on | judgement\nQ1 | S1 | 2026-02-01 | qualified\nQ4 | S4 | 2026-02-01 | unqualified"
    )
    db.execute(
        text(
            "INSERT INTO grid.attachment (visit_no, file_name, file_sha256, file_type, size_bytes, is_stripped)"
            " SELECT visit_no, visit_no || '.pdf', repeat('0', 64), 'pdf', 1, false FROM grid.visit"
        )
    )
    world.put("calendar_day", falls_on="2026-06-15", kind="holiday", arranged_by="local", source="x")
    add_accounts(world)
    world.cards(spec.CARDS)
    world.posts("person | role | unit\nOw5 | lab_tester | T1")
    db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('le', 'Ow5')"))
    db.execute(text("UPDATE grid.person SET private_mobile = '100'"))
    run_checks(db, date(2026, 3, 1))
    made = "INSERT INTO grid.token (login, name, token_hash, unit_code, expires_on) VALUES (:login, :name, :hash, :unit, grid.today() + 9)"  # noqa: E501
    for name, (login, unit) in TOKENS.items():
        db.execute(text(made), {"login": login, "name": name, "hash": hash_secret(secret_of(name)), "unit": unit})
    for login in ("su1", "as3"):
        db.execute(text("INSERT INTO grid.feedback (login, message) VALUES (:login, 'x')"), {"login": login})
        unit = db.execute(text("SELECT min(unit_code) FROM grid.posts_of(:login)"), {"login": login}).scalar_one()
        mine = {"login": login, "unit": unit}
        db.execute(text("INSERT INTO grid.saved_view (login, name, page_address, is_shared, unit_codes)"
                        " VALUES (:login, 'x', '/', true, ARRAY[CAST(:unit AS text)])"), mine)  # fmt: skip
        db.execute(text("INSERT INTO grid.map_note (login, body, unit_code, from_on, until_on)"
                        " VALUES (:login, 'x', :unit, grid.today(), grid.today())"), mine)  # fmt: skip
        db.execute(text("INSERT INTO grid.seen_hint (login, hint_key) VALUES (:login, 'x')"), {"login": login})
        db.execute(text("INSERT INTO grid.seen_notices VALUES (:login, now())"), {"login": login})
    return world


def bearing(app: object, name: str) -> FlaskClient:
    """A client that sends a token along with everything."""
    client: FlaskClient = app.server.test_client()  # type: ignore[attr-defined]
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret_of(name)}"
    return client


def reached(app: object, client: FlaskClient) -> Iterator[str]:
    """Addresses, exports and callbacks of the application: the status each gives."""
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(UNASKED):
            for path in sorted({*itertools.islice(addresses(rule), 3)}):
                yield f"get {path} {client.get(path).status_code}"
                for asked in ASKED if path.startswith("/api/") else ():
                    yield f"get {path}?{asked} {client.get(f'{path}?{asked}').status_code}"
    for part in ("accounts", "posts", "rules", "audit", "access"):
        yield f"get /admin/{part} {client.get(f'/admin/{part}').status_code}"
    header = {"X-CSRFToken": sent_along(client)}
    for output in sorted(app.guard.callbacks):  # type: ignore[attr-defined]
        answer = client.post(CALLBACKS, json=next(payloads(app, output)), headers=header)
        yield f"callback {output} {answer.status_code}"


def sent_along(client: FlaskClient) -> str:
    """What keeps forged posts out; for a program there is none."""
    return "" if "HTTP_AUTHORIZATION" in client.environ_base else token(client)


def acts(rule: Rule) -> Iterator[str]:
    """Every address of an act that takes no other words than these."""
    for word in ACTS:
        try:
            yield rule.build(dict.fromkeys(rule.arguments, word))[1]  # type: ignore[index]
        except ValueError:  # a place that takes certain words only
            continue


def acted(app: object, client: FlaskClient) -> Iterator[str]:
    """Acts of the application with an empty form: the status, where it leads, and what it tells."""
    sent = dict.fromkeys(("_csrf_token", "csrf_token"), sent_along(client))
    for rule in rules(app):
        if "POST" not in (rule.methods or ()) or rule.rule in ELSEWHERE or rule.rule == CALLBACKS:
            continue
        paths = {f"/admin/{part}" for part in ("accounts/disable", "posts/end", "rules/withdraw", "audit/x")}
        for path in sorted(paths if rule.rule.startswith("/admin/<") else acts(rule)):
            answer = client.post(path, data=sent, headers={"X-CSRFToken": sent["csrf_token"]})
            yield f"post {path} {answer.status_code}"


def shown(world: World, who: str, role: str, by: str | None = None) -> Iterator[str]:
    """The keys of the rows of every table that a role of the database shows an account, in person or by a token."""
    for table, kept in sorted(Base.metadata.tables.items()):
        # a serial number is another one in the next database
        key = KEYS.get(kept.name) or next(iter(kept.primary_key.columns)).name
        if kept.name in {"permission_grant", "post_grantor"}:
            continue  # which post may do what, not who
        keys = f"string_agg(DISTINCT ({key})::text, ',' ORDER BY ({key})::text)"
        told = "(count(*) > 0)::text" if kept.name in COUNTED else keys
        yield f"{role} {table} {asked(world, who, role, f'SELECT {told} FROM {table}', by)}"


def asked(world: World, who: str, role: str, statement: str, by: str | None = None) -> str:
    with world.db.begin_nested() as point:
        number = world.db.execute(text("SELECT id FROM grid.token WHERE name = :by"), {"by": by}).scalar_one_or_none()
        world.db.execute(text(f"SET LOCAL ROLE {role}"))
        world.db.execute(text("SELECT grid.take_on(:login, '', :token)"), {"login": who, "token": number})
        try:
            answer = str(world.db.execute(text(statement)).scalar_one_or_none())
        except ProgrammingError as refused:
            answer = str(refused.orig.sqlstate)  # type: ignore[union-attr]
        point.rollback()
    return answer


def written(world: World, who: str) -> Iterator[str]:
    """What the database lets an account write, statement by statement."""
    for subject, role, kind in itertools.product(
        ("S1", "S3", "S4"),
        ("section_head", "station_head", "supervisor", "assistant", "district_leader", "data_steward", "administrator"),
        ("patrol", "guidance", "information_report", "recheck", "administrative_check"),
    ):
        yield f"visit {subject} {role} {kind} {spec.visit(world, who, subject, kind, role)}"
    for subject, ordered, visit in itertools.product(("S1", "S4"), (None, "2026-03-02"), (None, "n1", "n4")):
        yield f"finding {subject} {ordered} {visit} {spec.finding(world, who, subject, ordered, visit)}"
    attach = "INSERT INTO grid.attachment (visit_no, item_no, file_name, file_sha256, file_type, size_bytes, is_stripped) SELECT :visit, (SELECT min(item_no) FROM grid.work_item WHERE unit_code = :unit), 'a.pdf', repeat('1', 64), 'pdf', 1, false"  # noqa: E501
    for visit, unit in (("n1", None), ("n4", None), (None, "V1"), (None, "V3")):
        yield f"attach {visit or unit} {spec.allowed(world, who, attach, visit=visit, unit=unit)}"
    give = "INSERT INTO grid.post (post_no, person_no, role, unit_code, valid, batch_id) SELECT 'n', 'Ow1', :role, :unit, daterange('1990-01-01', '1990-02-01'), grid.hand_batch('posts')"  # noqa: E501
    end = "UPDATE grid.post SET valid = daterange(lower(valid), CAST('2026-03-02' AS date)) WHERE person_no = :person"
    loaded = "SELECT 1 WHERE grid.may_give_post(:role, :person)"
    for role in GIVEN:
        unit = {"assistant": "V2", "supervisor": "T2"}.get(role, "D")
        yield f"give {role} {spec.allowed(world, who, give, role=role, unit=unit)}"
        yield f"load post {role} {spec.allowed(world, who, loaded, role=role, person='Ow1')}"
        yield f"load own post {role} {spec.allowed(world, who, loaded, role=role, person=who.capitalize())}"
    for person in ("As1", "Qin", "Da", "Ad"):
        yield f"end {person} {spec.allowed(world, who, end, person=person)}"
    for name, statement in {
        "rule": "INSERT INTO grid.rule (key, from_on, value, source) VALUES ('severe_days', current_date + 1, '9', 'x')",  # noqa: E501
        "audit": "SELECT FROM grid.audit LIMIT 1",
        "who sees what": "SELECT FROM grid.who_sees_what() LIMIT 1",
        "run": "INSERT INTO grid.integrity_run (as_of, check_keys, complete, items_new, items_still, items_reopened, items_solved) VALUES ('2026-03-01', '{}', true, 0, 0, 0, 0)",  # noqa: E501
        **{
            f"mend {unit}": f"UPDATE grid.work_item SET note = 'x' WHERE item_no = (SELECT min(item_no) FROM grid.work_item WHERE unit_code = '{unit}')"  # noqa: E501
            for unit in ("V1", "V3", "T1", "T2", "D")
        },
        **{
            f"find {unit}": f"UPDATE grid.work_item SET size = 9 WHERE item_no = (SELECT min(item_no) FROM grid.work_item WHERE unit_code = '{unit}')"  # noqa: E501
            for unit in ("V1", "V3")
        },
    }.items():
        yield f"{name} {spec.allowed(world, who, statement)}"
    yield from beside_the_pages(world, who)
    yield f"check and merge {spec.look_over(world, who)}"


def beside_the_pages(world: World, who: str) -> Iterator[str]:
    """What the door does for an account, and what the functions that show mobiles go by."""
    for name, statement in {
        "lock account": "SELECT 1 WHERE grid.set_disabled('as3', true)",
        "make account": "SELECT 1 WHERE grid.add_account('n', 'Ow1', NULL, NULL)",
    }.items():
        yield f"{name} {spec.allowed(world, who, statement, 'grid_door')}"
    for person in ("Lin", "Qin", "Su1", "As1", "As3", "Ow1", "Ow4"):
        opens = f"SELECT 1 WHERE grid.opens_mobile('{person}')"  # no role of the program asks this itself
        yield f"mobile {person} {spec.allowed(world, who, opens, 'none')}"


def application_lines(engine: Engine) -> list[str]:
    """What the application answers each account."""
    with write_transaction(engine) as db:
        furnished(db)
    app = application(engine)
    people = [(str(who), signed_in(app, who)) for who in IN_PAGES]
    people += [(f"{login} by token {name}", bearing(app, name)) for name, (login, _) in TOKENS.items()]
    seen = [f"app {who} {line}" for who, client in people for line in reached(app, client)]
    return seen + [f"app {who} {line}" for who, client in people for line in acted(app, client)]


def database_lines(db: Connection) -> list[str]:
    """What the database shows and allows each account, whatever a page does."""
    world, known = furnished(db), [who for who in LOGINS if who is not None]
    roles = ("grid_app", "grid_all")
    seen = [f"db {who} {line}" for who in known for role in roles for line in shown(world, who, role)]
    seen += [
        f"db {who} by token {name} {line}"
        for name, (who, _) in TOKENS.items()
        for role in roles
        for line in shown(world, who, role, by=name)
    ]
    return seen + [f"db {who} {line}" for who in known for line in written(world, who)]


def compare(found: list[str], half: str, folder: Path) -> None:
    """The lines of one half are those that are kept; what was found lies in the test's folder."""
    lines = {re.sub(r"[0-9a-f]{12,}", "#", line).replace(today().isoformat(), "today") for line in found}
    (folder / KEPT.name).write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")
    kept = {line for line in KEPT.read_text(encoding="utf-8").splitlines() if line.startswith(half)}
    assert (sorted(kept - lines), sorted(lines - kept)) == ([], []), folder


def test_every_post_opens_in_the_application_what_it_did(empty_db, tmp_path):
    compare(application_lines(empty_db), "app ", tmp_path)


def test_every_post_sees_and_writes_in_the_database_what_it_did(db, tmp_path):
    compare(database_lines(db), "db ", tmp_path)
