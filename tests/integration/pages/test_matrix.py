"""Every account × every address, parameter, export and callback: nobody gets a name from outside the own area.

Made from the application's own map of addresses and callbacks, so that a new one without a rule fails here. What is
looked for in every answer are the names of the small world: if one of another town is there, a row has leaked.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from dashboard.api.asked_table import ADDRESSES
from dashboard.api.query import Accepts
from dashboard.app.guard import CALLBACKS, SCREENS
from dashboard.request.admission import PUBLIC, Asked, admits_visitor
from dashboard.screens.admin.page import PAGE as ADMIN
from geodata.calendar import today
from geodata.database.scope import write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.permissions import Permission
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token

WHO = (None, "lin", "qin", "da", "ad", "hu1", "su1", "as1", "as3", "su2")
TOWN_1 = {"一村", "二村", "主体S1", "主体S2", "主体S3", "Hu1", "Su1", "As1", "As2", "Ow1", "Ow2", "Ow3"}
TOWN_2 = {"三社", "西街", "主体S4", "主体S5", "Hu2", "Su2", "As3", "Ow4", "Ow5"}
VILLAGE_2 = {"二村", "主体S3", "As2", "Ow3"}
EVERYBODY = TOWN_1 | TOWN_2 | {"东镇", "Lin", "Qin"}
HIDDEN: dict[str | None, set[str]] = {
    None: EVERYBODY,
    "hu1": TOWN_2,
    "su1": TOWN_2,
    "as1": TOWN_2 | VILLAGE_2,
    "su2": TOWN_1 | {"东镇"},
    "as3": TOWN_1 | {"东镇"},
}
"""Names that no answer to an account may hold; the leader, the section and the office see all."""

SHARED = {"qin": 0, "da": 1, "ad": 2}
"""Those from whom nothing is hidden, beside the leader: he is asked everything, they a third each."""

CODES = ("D", "T1", "T2", "V1", "V2", "V3", "S1", "S2", "S3", "S4", "S5", "nobody")
FAULTS = ("subject_same_point:S1", "subject_same_point:S4", "subject_same_point:nobody")
ASKED = ("/api/<any", "/geo/", "/map/style", "/work")
"""Addresses that take a question."""
LEVELS = ("district", "town", "village", "subject")
ADDRESS_WORDS = ("overdue", "accounts", "audit", "light", "add", "indicators", "subjects", "rows", "@2x")
WORDS = (*CODES, *LEVELS, *ADDRESS_WORDS)
OF_OTHERS = {
    "hu1": ("T2", "V3", "D"),
    "su1": ("T2", "V3", "D"),
    "as1": ("T1", "V2", "T2", "V3", "D"),
    "as3": ("T1", "V1", "T2", "D"),
}


@pytest.fixture(scope="module")
def app(module_db):
    with write_transaction(module_db) as db:
        world = small_world(db)
        world.visits("subject | on | by\nS1 | 2026-02-01 | Su1\nS4 | 2026-02-01 | Su2")
        world.samples(
            "sample | subject | on | judgement\nQ1 | S1 | 2026-02-01 | qualified\nQ4 | S4 | 2026-02-01 | unqualified"
        )
        add_accounts(world)
        run_checks(db, today())
    return application(module_db)


@pytest.fixture(scope="module")
def clients(app) -> dict[str | None, FlaskClient]:
    return {who: signed_in(app, who) for who in WHO}


def body_of(answer: TestResponse) -> str:
    """What an answer says; a workbook is opened first."""
    data = answer.get_data()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b" ".join(book.read(name) for name in book.namelist())
    return data.decode("utf-8", "replace")


def leaked(who: str | None, text: str) -> set[str]:
    """The hidden names an answer holds; as JSON says them too."""
    return named(text) & HIDDEN.get(who, set())


SAID = {json.dumps(name)[1:-1]: name for name in EVERYBODY} | {name: name for name in EVERYBODY if not name.isascii()}
ASCII = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(name for name in EVERYBODY if name.isascii()))})(?![\w-])")


def named(text: str) -> set[str]:
    """The names an answer holds, also as JSON says them; three letters inside of a random token are nobody's name."""
    written = {name for said, name in SAID.items() if not name.isascii() and said in text}
    return written | set(ASCII.findall(text))


def addresses(rule: Rule) -> Iterator[str]:
    """Every address a rule matches with the words of this test in its places."""
    places = sorted(rule.arguments)
    for chosen in itertools.product(WORDS, repeat=min(len(places), 2)):
        filled = dict(zip(places, itertools.chain(chosen, itertools.repeat("x")), strict=False))
        try:
            built = rule.build(filled, append_unknown=False)
        except ValueError:  # a place that takes certain words only
            continue
        if built:
            yield built[1]


def queries(path: str) -> Iterator[str]:
    """Question marks to put behind an address: every parameter it may know with every code, and some together."""
    known = ADDRESSES.get(path.rpartition("/")[2], Accepts(("unit", "within", "subject", "level"), ())).parameters
    yield ""
    yield from (f"?item={number}" for number in FAULTS)
    for name, word in itertools.product(known, (*CODES, "district", "overdue")):
        yield f"?{name}={word}"
    for code in CODES:
        yield f"?unit={code}&indicator=overdue&level=village"
        yield f"?unit={code}&indicator=chain_complete&format=xlsx"
        yield f"?level=subject&subject={code}&unit={code}&table=1&within={code}"


def asked_of(path: str, number: int, *, known: bool) -> Iterator[str]:
    """The questions for the ``number``-th address of a rule; one whose words name nothing gets every eighth."""
    yield from itertools.islice(queries(path), 0 if known else number % 8, None, 1 if known else 8)


def share_of(who: str | None, asked: Iterable[Any]) -> Iterator[Any]:
    """What of everything that is asked an account is asked."""
    return itertools.islice(asked, SHARED.get(who or "", 0), None, len(SHARED) if who in SHARED else 1)


def rules(app) -> list[Rule]:
    return sorted(app.server.url_map.iter_rules(), key=lambda rule: rule.rule)


def test_every_address_and_every_callback_has_a_rule(app):
    assert {rule.endpoint for rule in rules(app)} - set(app.guard.endpoints) == set()
    served = {each["output"] for each in app._callback_list if each["clientside_function"] is None}
    assert served == set(app.guard.callbacks)
    assert served, "one shows the screens"


def test_an_address_nobody_has_opened_is_shut(empty_db):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    app = application(empty_db)
    app.server._got_first_request = False
    app.server.add_url_rule("/leak", "leak", lambda: "主体S1")
    assert signed_in(app, "lin").get("/leak").status_code == 404


@pytest.mark.parametrize("who", WHO)
def test_no_address_gives_a_name_from_outside(app, clients, who):
    client, seen = clients[who], 0
    for rule in rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        asked = app.guard.endpoints[rule.endpoint]
        for number, path in enumerate(share_of(who, sorted({*itertools.islice(addresses(rule), 120)}))):
            known = not rule.arguments or client.get(path).status_code != 404
            for query in asked_of(path, number, known=known) if rule.rule.startswith(ASKED) else ("",):
                answer = client.get(path + query)
                seen += 1
                assert answer.status_code < 500, (path + query, body_of(answer))
                assert leaked(who, body_of(answer)) == set(), path + query
                if who is None and asked is not PUBLIC:
                    assert answer.status_code in {303, 401, 404}, path + query
    assert seen > (100 if who in SHARED else 300)


@pytest.mark.parametrize(("who", "unit"), [(who, unit) for who, units in OF_OTHERS.items() for unit in units])
@pytest.mark.parametrize("address", ["subjects", "rows?indicator=overdue", "indicators"])
@pytest.mark.parametrize("kind", ["json", "csv", "xlsx"])
def test_an_export_of_another_area_is_refused(clients, who, unit, address, kind):
    asked = f"/api/{address}{'&' if '?' in address else '?'}unit={unit}&format={kind}"
    own = who == "as3" and unit == "V3"
    assert clients[who].get(asked).status_code in ({200} if own else {403, 404})
    assert clients["lin"].get(asked).status_code == 200, "or the refusal above would prove nothing"


@pytest.mark.parametrize("who", WHO)
def test_only_those_who_manage_reach_management(app, clients, who):
    for part in ("accounts", "posts", "rules", "audit", "access"):
        status = clients[who].get(f"/admin/{part}").status_code
        may = {"ad": True, "qin": part in {"posts", "rules"}}.get(who or "", False)
        assert status == (200 if may else 303 if who is None else 403), part
    assert clients[who].get("/admin/access.xlsx").status_code == (200 if who == "ad" else 401 if who is None else 403)


def payloads(app, output: str) -> Iterator[dict[str, Any]]:
    """A callback's payload with every value of ``forged`` in every place, alone and everywhere at once; none twice."""
    spec = next(each for each in app._callback_list if each["output"] == output)
    shape = {
        "output": output,
        "outputs": outputs(output),
        "changedPropIds": [f"{each['id']}.{each['property']}" for each in spec["inputs"][:1]],
    }
    asked = {"path": "/", "search": "", "machine": {"webgl": True, "width": 1366, "height": 768}}
    plain = {"asked": asked, "address": "", "shown": ""}
    said_before: set[str] = set()
    slots = [*(("inputs", each) for each in spec["inputs"]), *(("state", each) for each in spec["state"])]
    for value in forged():
        for place in [*range(len(slots)), None]:
            body: dict[str, Any] = {"inputs": [], "state": [], **shape}
            for number, (where, each) in enumerate(slots):
                said = value if place in (number, None) else plain.get(each["id"])
                body[where].append({"id": each["id"], "property": each["property"], "value": said})
            if place is not None and slots[place][0] == "inputs":
                body["changedPropIds"] = [f"{slots[place][1]['id']}.{slots[place][1]['property']}"]
            if (said := json.dumps(body)) not in said_before:
                said_before.add(said)
                yield body


def outputs(output: str) -> Any:
    parts = output[2:-2].split("...") if output.startswith("..") else [output]
    named = [{"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]} for part in parts]
    return named if output.startswith("..") else named[0]


def questions() -> Iterator[str]:
    """What the map asks of its addresses, with every value of ``forged``: as a view, as a click, as points."""
    for value in forged():
        search = value.get("search", "") if isinstance(value, dict) else value
        if isinstance(search, str) and search.startswith("?"):
            yield f"/map/answer{search}"
            yield f"/map/points{search}"
        yield f"/map/answer?click={quote(json.dumps(value))}"


def forged() -> Iterator[Any]:
    """What a browser never says, and what another account's browser would."""
    searches = ["?layer=chain", *(f"?unit={code}&level=subject&subject={code}&table=1" for code in CODES)]
    searches += [f"?unit={code}" for code in ("T1", "T2", "V3")]
    searches += [f"?item={number}&level=village" for number in FAULTS]
    paths = ["/unit/T2", "/unit/V3", "/unit/D", "/subject/S4", "/subject/S1", "/admin/accounts", "/me"]
    yield from searches
    for search in searches:
        yield {"path": "/", "search": search, "machine": {}}
    for path in paths:
        yield {"path": path, "search": "?indicator=chain_complete&only=broken", "machine": {}}
    for code in CODES:
        yield {"points": [{"location": code}]}
        yield {"points": [{"customdata": [code, "x"]}]}
        yield {"points": [{"customdata": [code, "town"]}]}
    yield from (None, 0, True, [], {}, "", "\x00", "x" * 5000, {"points": [[]]}, {"path": ["/"], "search": {"a": 1}})


@pytest.mark.parametrize("who", WHO)
def test_no_callback_and_no_answer_gives_a_name_from_outside_whatever_it_is_told(app, clients, who):
    client, header, seen = clients[who], {"X-CSRFToken": token(clients[who])}, set()
    for output in app.guard.callbacks:
        for body in share_of(who, payloads(app, output)):
            answer = client.post(CALLBACKS, json=body, headers=header)
            told = (body, answer.text[:300])
            assert leaked(who, answer.text) == set(), told
            assert answer.status_code in ({401} if who is None else {200, 204, 403, 404}), told
            seen |= named(answer.text)
    for path in questions():
        answer = client.get(path)
        assert leaked(who, answer.text) == set(), path
        assert answer.status_code in ({401} if who is None else {200, 204, 400, 403, 404}), path
        seen |= named(answer.text)
    if who is not None and who not in SHARED:
        assert seen == EVERYBODY - HIDDEN.get(who, set()), "everything that is open was seen, or this proves nothing"


def test_the_circles_hold_whom_they_should(app):
    staff, steward = Permission.SEE_AREA, Permission.LOAD_FACTS
    circles: tuple[Asked, ...] = (PUBLIC, staff, steward, ADMIN.permission)
    opened = {
        who: {asked for asked in circles if admits_visitor(asked, app.ctx.find_visitor(who) if who else None)}
        for who in WHO
    }
    assert opened[None] == {PUBLIC}
    assert opened["lin"] == opened["hu1"] == opened["su1"] == opened["as1"] == {PUBLIC, staff}
    assert opened["da"] == {PUBLIC, staff, steward}
    assert opened["ad"] == {PUBLIC, staff, ADMIN.permission}
    assert opened["qin"] == set(circles)
    assert set(app.guard.endpoints) >= SCREENS
