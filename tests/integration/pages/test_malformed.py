"""Nothing a stranger sends brings the server down: broken payloads by the thousand, the API by its own words."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings

from dashboard.app.guard import CALLBACKS
from tests.examples import examples
from tests.integration.pages.test_matrix import body_of, leaked, payloads
from tests.visitors import signed_in, token

pytestmark = pytest.mark.fuzz

COUNT = examples(10_000)
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, "", "x", "\x00", "..", "a.b", "T2", "?unit=T2", "𠮷" * 9, [], {}, [[]],
    {"id": "map"}, {"points": [{"location": "T2"}]}, {"id": {"type": "x", "index": "ALL"}, "property": "data"},
    ["a"] * 300,
)  # fmt: skip


@pytest.fixture(scope="module")
def app(small_app):
    return small_app


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every place inside a JSON value, the value itself first."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def broken(body: dict[str, Any], rng: random.Random) -> Any:
    """The payload with one to three places replaced, removed or doubled."""
    found: Any = copy.deepcopy(body)
    for _ in range(rng.randint(1, 3)):
        way = rng.choice(list(places(found)))
        if not way:
            return rng.choice(JUNK)
        parent = found
        for step in way[:-1]:
            parent = parent[step]
        act = rng.random()
        if act < 0.6:
            parent[way[-1]] = copy.deepcopy(rng.choice(JUNK))
        elif act < 0.85:
            del parent[way[-1]]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[way[-1]]))
        else:
            parent[f"{way[-1]}x"] = parent[way[-1]]
    return found


def test_ten_thousand_broken_payloads_give_no_fault_and_no_row_from_outside(app):
    client = signed_in(app, "su1")
    header, rng = {"X-CSRFToken": token(client)}, random.Random(220602)
    good = [body for output in app.guard.callbacks for body in payloads(app, output)][::7]
    seen: dict[int, int] = {}
    for _ in range(COUNT):
        body = broken(rng.choice(good), rng)
        answer = client.post(CALLBACKS, data=json.dumps(body), content_type="application/json", headers=header)
        assert answer.status_code < 500, (body, answer.text[:200])
        assert leaked("su1", answer.text) == set(), body
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
    assert set(seen) <= {200, 204, 400, 403, 404}
    assert min(seen.get(200, 0), seen.get(400, 0), seen.get(404, 0)) > 50, "some got through the door, others did not"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"output":' * 5000, b"null", b"NaN", b'{"output": "\\ud800"}']
)
def test_what_is_no_payload_is_refused(app, data):
    client = signed_in(app, "su1")
    answer = client.post(CALLBACKS, data=data, content_type="application/json", headers={"X-CSRFToken": token(client)})
    assert answer.status_code == 404
    assert list(answer.json) == ["error"]


ASKED = settings(
    max_examples=examples(60),
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def ask_all(client: FlaskClient, operation: Any, seen: list[int]) -> None:
    """Put every question Schemathesis makes up for one address; ``seen`` gets the statuses."""
    documented = set(operation.definition.raw["responses"])

    @ASKED
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = client.open(case.formatted_path, method=case.method, query_string=case.query)
        seen.append(answer.status_code)
        assert answer.status_code != 500
        assert str(answer.status_code) in documented
        assert leaked("su1", body_of(answer)) == set()

    ask()


def test_the_api_keeps_to_its_own_description(app):
    """Schemathesis asks what the description allows and what it does not, as a supervisor of one town."""
    client, seen = signed_in(app, "su1"), []
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json)
    for result in schema.get_all_operations():
        ask_all(client, result.ok(), seen)
    assert len(seen) > 150
    assert {200, 400} <= set(seen)


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
def test_a_sign_no_database_holds_is_refused_before_it_is_asked(app, text):
    client = signed_in(app, "qin")
    code = quote(text)
    for address in (f"/unit/{code}", f"/subject/{code}", f"/api/work?unit={code}", f"/work/item?item=gap:{code}"):
        assert client.get(address).status_code == 400, address
        shown = client.get(address, headers={"Accept": "text/html"})
        assert (shown.status_code, shown.mimetype, "<h1>" in shown.text) == (400, "text/html", True), (
            "a page for a person"
        )
    for address, name in (("/work/accept", "item"), ("/sign-in", "login"), ("/admin/posts/give", "person")):
        answer = client.post(address, data={"csrf_token": token(client), name: text})
        assert answer.status_code == 400, address


@pytest.mark.parametrize("search", ["?item=gap:\ud800", "?find=\ud800", "?unit=\ud800", "?subject=\udfff"])
def test_half_a_sign_in_a_callback_is_no_question(app, search):
    client = signed_in(app, "su1")
    header = {"X-CSRFToken": token(client)}
    for output in app.guard.callbacks:
        for body in list(payloads(app, output))[:1]:
            for slot in (*body["inputs"], *body["state"]):
                slot["value"] = {"path": "/", "search": search, "machine": {}} if slot["id"] == "asked" else search
            answer = client.post(CALLBACKS, data=json.dumps(body), content_type="application/json", headers=header)
            assert answer.status_code < 500, (output, search)
