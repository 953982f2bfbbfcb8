"""No set of rules the database takes keeps an administrator out, and the command line rules over any of them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.auth import password
from geodata.calendar import today
from geodata.database.scope import read_transaction, steady_transaction, write_transaction
from geodata.levels import Level
from geodata.rule_changes.rule_acts import plan_rule, write_change
from geodata.rule_kinds import MOST_SHARES, RULE_KINDS, RuleKind, ValueKind
from geodata.rules import rules_in_force
from layers.catalog import discover
from layers.map_facts import collect_map_facts
from tests.builders import small_world
from tests.examples import examples
from tests.visitors import add_accounts, application, token

SECRET = "correct horse battery"
ADDRESSES = (f"10.1.{high}.{low}" for high, low in itertools.product(range(1, 255), repeat=2))
STORED = """
INSERT INTO grid.rule (key, scope, from_on, value, source)
VALUES (:key, :scope, grid.today(), CAST(:value AS jsonb), 'any') ON CONFLICT (key, scope, from_on)
DO UPDATE SET value = excluded.value
"""


def values(kind: RuleKind) -> st.SearchStrategy[object]:
    """What a rule may be, its bounds before all."""
    words = [word.value for word in kind.words]
    least, most = kind.least or 0, kind.most or 0
    whole = st.sampled_from([least, most]) | st.integers(least, most)
    shares = st.sets(st.integers(1, 10_000), min_size=1, max_size=MOST_SHARES)
    texts = st.text("局队abc ", min_size=1, max_size=20).filter(str.strip)
    return {
        ValueKind.WHOLE: whole | st.sampled_from(words) if words else whole,
        ValueKind.NUMBER: st.sampled_from([0, 10_000, 0.5]) | st.floats(0, 10_000),
        ValueKind.WORD: st.sampled_from(words or [""]),
        ValueKind.WORDS: st.lists(st.sampled_from(words or [""]), min_size=1, unique=True),
        ValueKind.TEXT: texts,
        ValueKind.TEXTS: st.lists(texts, min_size=1, max_size=5, unique=True),
        ValueKind.SHARES: shares.map(lambda found: [share / 10_000 for share in sorted(found)]),
    }[kind.value]


SCOPES = [
    *(("chain_roles", tier) for tier in ("leading", "supervising", "assisting", "responsible")),
    *(("class_breaks", layer) for layer in ("chain", "coverage", "failures", "overdue")),
    *(
        ("interval_days", scope)
        for scope in ("risk:high", "risk:medium", "risk:low", "kind:grower", "kind:market@1-12")
    ),
]
EVERY = [*SCOPES, *((key, "") for key in RULE_KINDS if key not in dict(SCOPES))]
RULES = st.fixed_dictionaries({}, optional={each: values(RULE_KINDS[each[0]]) for each in EVERY})
LOWEST = {each: RULE_KINDS[each[0]].least for each in EVERY if RULE_KINDS[each[0]].least is not None}
HIGHEST = {each: RULE_KINDS[each[0]].most for each in EVERY if RULE_KINDS[each[0]].most is not None}
# the nearest there is to a lock: the fewest tries, counted longest, and the longest pauses
SHUT = {each: LOWEST[each] for each in EVERY if each[0] in {"sign_in_tries", "address_tries", "known_device_days"}} | {
    each: HIGHEST[each]
    for each in EVERY
    if each[0] in {"sign_in_window_minutes", "sign_in_pause_seconds", "address_window_minutes"}
}


@pytest.fixture(scope="module")
def app(module_db: Engine) -> Iterator[GridDash]:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
        db.execute(text("UPDATE grid.account SET password_hash = :kept"), {"kept": password.hash_password(SECRET)})
    return application(module_db)


def store(engine: Engine, rules: dict[tuple[str, str], object]) -> None:
    with engine.begin() as db:
        db.execute(text("DELETE FROM grid.rule WHERE source IN ('any', 'way back')"))
        for (key, scope), value in rules.items():
            db.execute(text(STORED), {"key": key, "scope": scope, "value": json.dumps(value)})


def sign_in(app: GridDash, secrets: list[str]) -> int:
    """The status of the administrator's page after some tries from a new address."""
    client = app.server.test_client()
    client.environ_base["REMOTE_ADDR"] = next(ADDRESSES)
    for secret in secrets:
        client.post("/sign-in", data={"login": "ad", "password": secret, "csrf_token": token(client)})
    return client.get("/admin/rules").status_code


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=RULES | st.just(LOWEST) | st.just(HIGHEST) | st.just(SHUT))
def test_an_administrator_signs_in_and_the_map_stands_under_any_rules(app, module_db, rules):
    store(module_db, rules)
    assert sign_in(app, ["a slip", "another slip", SECRET]) == 200
    with read_transaction(module_db) as db:
        drawn = collect_map_facts(db, "D", today(), Level.TOWN, discover().values())
    assert len(drawn.drawn) == len(discover())
    with steady_transaction(module_db) as db:
        write_change(db, plan_rule(db, "sign_in_tries", "", today(), "77", "way back"))
        found = rules_in_force(db, today()).set_index(["key", "scope"])["value"]
    assert found["sign_in_tries", ""] == 77


def test_slips_of_others_behind_the_same_address_keep_no_administrator_out(app, module_db):
    """An office has one address: under the strictest rules thirty slips of colleagues are no lock for anybody else."""
    store(module_db, SHUT)
    address = "10.2.0.9"
    for slip in range(30):
        colleague = app.server.test_client()
        colleague.environ_base["REMOTE_ADDR"] = address
        said = {"login": f"nobody{slip}", "password": "a slip", "csrf_token": token(colleague)}
        assert colleague.post("/sign-in", data=said).status_code == 401
    client = app.server.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    client.post("/sign-in", data={"login": "ad", "password": SECRET, "csrf_token": token(client)})
    assert client.get("/admin/rules").status_code == 200


def test_after_too_many_slips_the_command_line_is_the_way_back(app, module_db):
    store(module_db, SHUT)
    slips = ["a slip"] * 3
    client = app.server.test_client()
    client.environ_base["REMOTE_ADDR"] = "10.2.0.1"
    for secret in [*slips, SECRET]:
        client.post("/sign-in", data={"login": "ad", "password": secret, "csrf_token": token(client)})
    assert client.get("/admin/rules").status_code != 200
    with steady_transaction(module_db) as db:
        write_change(db, plan_rule(db, "sign_in_tries", "", today(), "10000", "way back"))
    client.post("/sign-in", data={"login": "ad", "password": SECRET, "csrf_token": token(client)})
    assert client.get("/admin/rules").status_code == 200
