"""What lies outside the own area and what is nowhere give the same answer, whatever names it and whichever address."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from dashboard.api.asked_table import ADDRESSES
from dashboard.app.create_app import GridDash
from dashboard.app.guard import CALLBACKS
from dashboard.request.pages import find_page
from dashboard.screens import discover_pages
from tests.integration.pages.edge_addresses import OWN, fill_world, filled, rules_of
from tests.integration.pages.test_matrix import outputs
from tests.visitors import application, signed_in, token

NOWHERE = {"unit": "T9", "subject": "S9", "visit": "p9", "attachment": "48619", "job": "48619"}
PAGE, PROGRAM = {"Accept": "text/html"}, {"Accept": "application/json"}
SAID = "不存在或不在您的辖区"


@pytest.fixture(scope="module")
def foreign(module_db: Engine) -> dict[str, str]:
    return fill_world(module_db)


@pytest.fixture(scope="module")
def app(module_db: Engine, foreign: dict[str, str]) -> GridDash:
    return application(module_db)


@pytest.fixture(scope="module")
def pairs(foreign: dict[str, str]) -> list[tuple[str, str]]:
    """A name outside of T1 and one of nothing, of each kind."""
    nowhere = NOWHERE | {"item": foreign["item"].replace("S4", "S8").replace("S5", "S9")}
    assert nowhere["item"] != foreign["item"]
    return [*((foreign[kind], nowhere[kind]) for kind in foreign), ("V3", "V9"), ("S5", "S9")]


def told(answer: TestResponse, *named: str) -> tuple[int, str, str | None]:
    """Status, body and where it leads; the names asked for, which the answer may repeat, and secrets are left out."""
    said = (
        json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.get_data().decode("utf-8", "replace")
    )
    body, where = said, answer.headers.get("Location")
    for secret in _SECRETS:
        body = secret.sub("", body)
    for name in sorted(named, key=len, reverse=True):
        for said in (name, quote(name), quote(name, safe="")):
            whole = re.compile(rf"{re.escape(said)}(?<![\w-]{re.escape(said)})(?![\w-])")
            body, where = whole.sub("*", body), where and whole.sub("*", where)
    return answer.status_code, body, where


_SECRETS = [re.compile(each) for each in ('name="csrf_token"[^>]+', '"end_id":"[^"]+', r"\?m=[0-9.]+")]
"""Each begins with plain letters, by which long pages are searched quickly."""

ASKED = (
    "/unit/{unit}", "/unit/{unit}?asof=2026-03-01&indicator=overdue", "/?unit={unit}", "/?unit={unit}&layer=chain",
    "/work?unit={unit}", "/geo/village.geojson?within={unit}", "/subject/{subject}", "/?subject={subject}",
    "/?level=subject&subject={subject}&unit=V1", "/visit/{visit}", "/work/item?item={item}", "/?item={item}",
    "/attachments/{attachment}", "/attachments/{attachment}/thumb", "/jobs/{job}", "/jobs/{job}/file",
    *(f"/api/{what}?unit={{unit}}&indicator=overdue&format={kind}" for what, known in ADDRESSES.items()
      if "indicator" in known.parameters for kind in known.kinds),
    *(f"/api/{what}?unit={{unit}}&format={kind}" for what in ("subjects", "work") for kind in ADDRESSES[what].kinds),
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [PAGE, PROGRAM], ids=["page", "program"])
def test_every_way_to_name_a_place_gives_one_and_the_same_answer(app, pairs, foreign, who, lang):
    client, bodies = signed_in(app, "su1"), set()
    nowhere = dict(zip(foreign, (other for _, other in pairs), strict=False))
    for address in ASKED:
        for named in (foreign, nowhere):
            asked = address.format(**{kind: quote(name) for kind, name in named.items()})
            answer = client.get(asked + ("&" if "?" in asked else "?") + f"lang={lang}", headers=who)
            assert answer.status_code == 404, asked
            bodies.add(answer.get_data())
    for asked in ("/nowhere", "/unit/T1/x", "/admin/x/y", "/api/nothing", "/api/", "/geo/galaxy.geojson", "/visit/a/b"):
        answer = client.get(f"{asked}?lang={lang}", headers=who)
        assert answer.status_code == 404, asked
        bodies.add(answer.get_data())
    assert len(bodies) == 1
    assert (SAID in bodies.pop().decode()) is (lang == "zh")


def test_what_is_there_is_still_found(app):
    """Or the sameness above would prove nothing."""
    client = signed_in(app, "su1")
    for address in ASKED:
        asked = address.format(**{kind: quote(name) for kind, name in OWN.items()})
        if not asked.startswith("/attachments/"):  # its bytes are none
            assert client.get(asked, headers=PAGE).status_code in {200, 303, 400}, asked
    assert client.get("/geo/village.geojson?within=V1").status_code == 200
    assert client.get("/api/rows?unit=V1&indicator=overdue").status_code == 200


NAMES = ("unit", "subject", "item", "within", "visit", "keep", "drop", "find", "person")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_there_is_tells_the_two_apart(app, pairs, method):
    """Also one that is added tomorrow: every rule, every place in it, every parameter and every field of a form."""
    client, seen = signed_in(app, "su1"), 0
    sent = {"csrf_token": token(client), "reason": "x", "person": "As1", "due": "", "name": "x", "days": "1"}
    for one, other in pairs[:6]:
        for rule in rules_of(app, method):
            if rule.rule.startswith(("/sign-", "/_dash", "/assets")):
                continue
            for first, second in zip(filled(rule, [one]), filled(rule, [other]), strict=True):
                for name in ("",) if rule.arguments or method == "POST" else NAMES:
                    found = []
                    for at, word in ((first, one), (second, other)):
                        if method == "GET":
                            found.append(client.get(f"{at}?{name}={quote(word)}" if name else at, headers=PAGE))
                        else:
                            said = sent | dict.fromkeys(NAMES, word) | {f"reason-{word}": "x"}
                            found.append(client.post(at, data=said, headers=PAGE))
                    seen += 1
                    assert told(found[0], one) == told(found[1], other), (first, name)
    assert seen > 100


def test_refusals_of_acts_are_told_alike(app, pairs, foreign):
    """The sentence comes with the next page."""
    client = signed_in(app, "su1")
    nowhere = dict(zip(foreign, (other for _, other in pairs), strict=False))
    acts = [("/work/assign", {"item": "{item}", "person": "As1"}), ("/work/accept", {"item": "{item}", "reason": "x"}),
            ("/work/reopen", {"item": "{item}"}), ("/attachments/add", {"visit": "{visit}"}),
            ("/attachments/add", {"item": "{item}"}), ("/attachments/{attachment}/remove", {}),
            ("/jobs/{job}/stop", {}), ("/me/tokens", {"name": "x", "days": "1", "unit": "{unit}"})]  # fmt: skip
    for address, form in acts:
        found = []
        for named in (foreign, nowhere):
            data = {name: said.format(**named) for name, said in form.items()} | {"csrf_token": token(client)}
            answer = client.post(address.format(**named), data=data, headers=PAGE)
            found.append((told(answer, *named.values()), told(client.get("/me"), *named.values())))
        assert found[0] == found[1], address


def callback(app: GridDash, client: FlaskClient, output: str, values: dict[str, Any]) -> TestResponse:
    """A callback, told ``values`` by the id of each of its slots."""
    spec = next(each for each in app._callback_list if each["output"] == output)
    body: dict[str, Any] = {"output": output, "outputs": outputs(output)}
    for where in ("inputs", "state"):
        body[where] = [
            {"id": each["id"], "property": each["property"], "value": values.get(str(each["id"]))}
            for each in spec[where]
        ]
    body["changedPropIds"] = [f"{spec['inputs'][0]['id']}.{spec['inputs'][0]['property']}"]
    return client.post(CALLBACKS, json=body, headers={"X-CSRFToken": token(client)})


def shown(app: GridDash, client: FlaskClient, address: str) -> TestResponse:
    """The screen of an address, as the browser asks for it once the document is there."""
    path, _, search = address.partition("?")
    asked = {"path": path, "search": f"?{search}" if search else "", "machine": {}}
    return callback(app, client, "..screen.children...window-title.data..", {"asked": asked})


SCREENS = [address for address in ASKED if find_page(discover_pages(), address.partition("?")[0])[0] is not None]


def test_the_screens_of_a_browser_tell_the_two_apart_as_little(app, pairs, foreign):
    client, bodies = signed_in(app, "su1"), set()
    nowhere = dict(zip(foreign, (other for _, other in pairs), strict=False))
    asked = [each for each in ASKED if not each.startswith(("/api", "/geo", "/att", "/jobs", "/visit", "/work"))]
    for address in asked:
        for named in (foreign, nowhere):
            answer = shown(app, client, address.format(**named))
            assert answer.status_code == 200, address
            bodies.add(answer.get_data())
    assert len(bodies) == 1
    assert SAID in json.dumps(json.loads(bodies.pop()), ensure_ascii=False)


def test_the_map_that_steers_itself_tells_the_two_apart_as_little(app, pairs):
    client = signed_in(app, "su1")
    for one, other in pairs:
        for parameter in ("unit", "subject", "item"):
            for at in ("answer", "points"):
                asked = f"/map/{at}?layer=chain&webgl=true&width=1366&height=768&scale=1&{parameter}="
                found = [client.get(asked + quote(name)) for name in (one, other)]
                assert told(found[0], one) == told(found[1], other), (one, parameter, at)
                assert found[0].status_code in {200, 404}, (one, parameter, at)


def test_a_document_has_the_status_of_the_screen_it_will_show(app):
    client = signed_in(app, "su1")
    for address, status in (
        ("/", 200), ("/unit/V1", 200), ("/subject/S1", 200), ("/unit/V3", 404), ("/subject/S4", 404), ("/unit/D", 403),
        ("/?unit=D", 200), ("/?only=c1", 200), ("/?only=c9", 400), ("/unit/V1?only=overdue", 200),
        ("/unit/V1?only=c1", 400), ("/subject/S1?only=visit", 200), ("/subject/S1?only=c1", 400), ("/elsewhere", 404),
    ):  # fmt: skip
        answer, screen = client.get(address, headers=PAGE), shown(app, client, address)
        assert answer.status_code == status, address
        refused = "card letter" in screen.get_data(as_text=True)
        assert refused is (status != 200), address


def test_a_link_to_a_unit_above_opens_the_own_area(app):
    client = signed_in(app, "su1")
    assert client.get("/?unit=D").status_code == 200
    assert "一村" in json.dumps(shown(app, client, "/?unit=D").json, ensure_ascii=False)


@pytest.mark.parametrize(
    ("login", "links"), [("su1", {"/work"}), ("ad", {"/work", "/admin"}), ("qin", {"/data", "/admin"})]
)
@pytest.mark.parametrize("address", ["/nowhere", "/unit/T9", "/work?unit=T9", "/work?only=x", "/?asof=2026-02-31"])
def test_an_error_page_keeps_the_header_the_language_and_a_way_on(app, login, links, address):
    client = signed_in(app, login)
    both = "&" if "?" in address else "?"
    page = client.get(f"{address}{both}lang=en&theme=dark", headers=PAGE)
    assert page.status_code in {400, 404}
    assert '<html lang="en" data-theme="dark"' in page.text
    head, _, body = page.text.partition("</header>")
    assert "<header" in head
    for link in links:
        assert f'href="{link}?theme=dark&amp;lang=en"' in head, link
    assert 'href="/me?' in head
    assert 'href="?theme=dark"' in head, "the same address in Chinese"
    assert 'href="?lang=en"' in head, "the same address in light"
    assert re.search(r'<a [^>]*href="/\?theme=dark&amp;lang=en"', body), "the way on"
    assert 'href="?"' in client.get(f"{address}{both}lang=en", headers=PAGE).text, "back to what is set"


def test_whoever_is_not_signed_in_learns_nothing_of_addresses(app):
    client = signed_in(app, None)
    for one, other in (("/unit/T2", "/unit/T9"), ("/work?unit=T2", "/work?unit=T9"), ("/jobs/1", "/jobs/987654")):
        found = [client.get(each, headers=PAGE) for each in (one, other)]
        assert {each.status_code for each in found} == {303}
        assert all(each.headers["Location"].startswith("/sign-in?next=") for each in found)
    assert client.get("/api/subjects?unit=T9").status_code == client.get("/api/subjects?unit=T2").status_code == 401
