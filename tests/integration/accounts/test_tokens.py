"""Personal tokens at the door: one in the header reads feeds as far as it reaches; anywhere else it opens nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from dashboard.app.create_app import GridDash
from dashboard.app.guard import CALLBACKS
from geodata.accounts import account_admin, tokens
from geodata.accounts.token_secret import hash_secret, new_secret
from geodata.calendar import today
from geodata.database.scope import Scope, door_transaction, read_transaction, write_transaction
from tests.builders import small_world
from tests.integration.pages.test_matrix import addresses, payloads, rules
from tests.visitors import add_accounts, application, signed_in, token


@pytest.fixture
def app(empty_db: Engine) -> GridDash:
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    return application(empty_db)


def made(app: GridDash, login: str, unit: str | None = None, name: str = "x", days: int = 30) -> str:
    """A token as its owner makes it."""
    with door_transaction(app.ctx.door, Scope(login)) as db:
        return tokens.make_token(db, name, unit, days, today())


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def read(app: GridDash, address: str, headers: dict[str, str], client: FlaskClient | None = None) -> TestResponse:
    return (client or app.server.test_client()).get(address, headers=headers)


def ids(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {row["subject_id"] for row in answer.json["rows"]}


def kept(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    with read_transaction(engine) as db:
        return [tuple(row) for row in db.execute(text(sql))]


@pytest.mark.parametrize(("login", "unit", "subjects"), [
    ("lin", None, "S1 S2 S3 S4 S5"), ("lin", "T1", "S1 S2 S3"), ("lin", "V3", "S4 S5"), ("ad", "V2", "S3"),
    ("hu1", None, "S1 S2 S3"), ("su1", "V1", "S1 S2"), ("as1", None, "S1 S2"),
])  # fmt: skip
def test_a_token_reads_feeds_as_far_as_it_reaches(app, login, unit, subjects):
    secret = made(app, login, unit)
    for header in (bearer(secret), basic(login, secret), basic("", secret), {"Authorization": f"bearer {secret}"}):
        assert ids(read(app, "/api/subjects", header)) == set(subjects.split())
    assert len(read(app, "/api/subjects?format=csv", bearer(secret)).text.strip().splitlines()) > len(subjects.split())
    assert read(app, "/geo/village.geojson", bearer(secret)).status_code == 200
    assert app.server.test_client().head("/api/subjects", headers=bearer(secret)).status_code == 200


def test_a_reach_is_refused_what_lies_outside_as_its_holder_would_be(app):
    secret = bearer(made(app, "lin", "T1"))
    asked = {
        "/api/subjects?unit=T1": 200, "/api/subjects?unit=V1": 200, "/api/subjects?unit=T2": 404,
        "/api/subjects?unit=D": 403, "/api/indicators?level=district": 403, "/api/indicators": 200,
        "/geo/village.geojson?within=T2": 404, "/api/nothing": 404,
    }  # fmt: skip
    as_hu1 = signed_in(app, "hu1")
    assert {address: read(app, address, secret).status_code for address in asked} == asked
    assert {address: as_hu1.get(address).status_code for address in asked} == asked
    shapes = read(app, "/geo/village.geojson", secret).json["features"]
    assert {shape["properties"]["code"] for shape in shapes} == {"V1", "V2"}
    named = read(app, "/api/subjects?format=csv", secret).headers["Content-Disposition"]
    assert "东镇" in unquote(named), "the file is called after the reach"


def test_no_session_comes_of_a_token_and_what_it_exported_is_noted(app, empty_db):
    secret = made(app, "su1", "V1")
    client = app.server.test_client()
    answer = read(app, "/api/subjects?format=csv", bearer(secret), client)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/api/subjects").status_code == 401
    ((login, after),) = kept(empty_db, "SELECT login, after FROM grid.audit WHERE action = 'exported'")
    assert (login, after["token_id"]) == ("su1", kept(empty_db, "SELECT id FROM grid.token")[0][0])
    assert kept(empty_db, "SELECT count(*) FROM grid.token WHERE last_used_at IS NOT NULL") == [(1,)]


def test_answers_that_are_remembered_are_those_of_the_reach(app):
    secrets = [made(app, "lin", unit, str(unit)) for unit in ("T1", "T2", None)]
    tags = {read(app, "/api/subjects", bearer(secret)).headers["ETag"] for secret in secrets}
    assert len(tags) == 3
    for secret, found in zip(secrets, (3, 2, 5), strict=True):
        for _ in range(2):
            assert len(ids(read(app, "/api/subjects", bearer(secret)))) == found
    assert len(ids(signed_in(app, "lin").get("/api/subjects"))) == 5


def test_the_token_decides_whatever_session_stands_beside_it(app):
    leader = signed_in(app, "lin")
    assert ids(read(app, "/api/subjects", bearer(made(app, "su1", "V1")), leader)) == {"S1", "S2"}
    assert read(app, "/api/subjects", bearer(new_secret()), leader).status_code == 401
    assert len(ids(leader.get("/api/subjects"))) == 5


@pytest.mark.parametrize("header", [
    basic("proxy", "its own password"), {"Authorization": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}, {"Authorization": ""},
    {"Authorization": "Negotiate YII"}, {"Authorization": "Basic §"},
])  # fmt: skip
def test_a_header_that_is_no_token_of_ours_is_somebody_elses_business(app, header):
    assert read(app, "/api/subjects", header).status_code == 401
    assert len(ids(read(app, "/api/subjects", header, signed_in(app, "lin")))) == 5
    assert read(app, "/me", header, signed_in(app, "lin")).status_code == 200


def wrong_headers(secret: str) -> Iterator[dict[str, str]]:
    yield bearer(secret[:-1])
    yield bearer(secret + "0")
    yield bearer(secret.upper())
    yield bearer(f"{secret} x")
    yield bearer(f'"{secret}"')
    yield bearer(new_secret())
    yield {"Authorization": secret}
    yield {"Authorization": f"Token {secret}"}
    yield {"Authorization": f"Digest token={secret}"}


def test_a_header_that_is_not_quite_right_opens_nothing(app, empty_db):
    secret = made(app, "lin")
    for header in wrong_headers(secret):
        answer = read(app, "/api/subjects", header, signed_in(app, "lin"))
        assert (answer.status_code, set(answer.json)) == (401, {"error"}), header
        assert secret not in answer.text
    assert len(ids(read(app, "/api/subjects", bearer(secret)))) == 5, "the token itself is still good"


def test_a_program_is_told_how_to_say_who_it_is_and_a_browser_is_not_made_to_ask(app):
    browser = {"Sec-Fetch-Mode": "cors"}
    for header in ({}, bearer(new_secret())):
        assert "Basic" in read(app, "/api/subjects", header).headers["WWW-Authenticate"]
        assert "Basic" not in read(app, "/api/subjects", header | browser).headers["WWW-Authenticate"]
    assert "WWW-Authenticate" not in app.server.test_client().get("/_dash-layout").headers


def test_everywhere_but_at_feeds_a_token_opens_nothing(app):
    secret, seen = made(app, "ad"), 0
    client, session = app.server.test_client(), signed_in(app, "ad")
    for rule in rules(app):
        path = next(addresses(rule), None)
        for method in (rule.methods or set()) - {"OPTIONS"} if path else ():
            feed = rule.endpoint in app.guard.feeds and method in {"GET", "HEAD"}
            for each in (client, session):
                answer = each.open(path, method=method, headers=bearer(secret))
                assert (answer.status_code == 401) is not feed, (method, path)
                assert "Set-Cookie" not in answer.headers or each is session
                seen += 1
    assert seen > 60
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.open("/api/subjects", method=method, headers=bearer(secret)).status_code == 401
    assert client.get("/nowhere", headers=bearer(secret)).status_code == 401


def test_feeds_are_what_says_so_of_itself(app):
    asked = {rule.rule for rule in rules(app) if rule.endpoint in app.guard.feeds}
    assert asked == {
        "/api/<any(indicators, subjects, work, rows, changes):what>", "/api/openapi.json", "/api/", "/api/<path:rest>",
        "/geo/<level>.geojson",
    }  # fmt: skip


ADDRESSES = (
    "/api/subjects?token={}", "/api/subjects?format=csv&access_token={}", "/?find={}", "/{}", "/unit/{}",
    "/sign-in?next=/{}", "/nowhere/{}?a", "/api/subjects?a={}&b=1", "/assets/{}.css", "/healthz?{}",
    "/geo/{}.geojson", "/work?find=x{}x",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize("who", [None, "lin"])
def test_a_token_in_an_address_is_refused_and_ends_at_once(app, address, coded, who):
    """Browsers and proxies have written it down by then: what others know is no secret any more."""
    secret = made(app, "su1")
    written = "".join(f"%{ord(sign):02X}" for sign in secret) if coded else secret
    for accept in ("*/*", "text/html"):
        answer = signed_in(app, who).get(address.format(written), headers={"Accept": accept})
        assert answer.status_code == 400
        assert "令牌不能写进网址" in answer.text if accept == "text/html" else "网址" in answer.json["error"]
        assert secret not in answer.text
        assert written not in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert read(app, "/api/subjects", bearer(secret)).status_code == 401
    told = signed_in(app, "su1").get("/me").text
    assert "曾出现在网址中" in told


def test_the_users_name_of_basic_is_written_down_like_an_address(app):
    secret = made(app, "su1")
    assert read(app, "/api/subjects", basic(secret, "")).status_code == 400
    assert read(app, "/api/subjects", basic("su1", secret)).status_code == 401


def test_a_token_in_a_form_or_a_callback_is_refused_and_nothing_of_it_is_kept(app, empty_db):
    secret = made(app, "qin")
    client = signed_in(app, "qin")
    sent = {"csrf_token": token(client), "_csrf_token": token(client)}
    header = {"X-CSRFToken": sent["csrf_token"]}
    forms = {
        "/sign-in": {"login": secret, "password": "x"},
        "/me/password": {"old": secret, "new": secret, "again": secret},
        "/me/tokens": {"name": f"my {secret}", "days": "3"},
        "/admin/rules/set": {"key": "severe_days", "value": "9", "source": f"see {secret}"},
    }
    for address, said in forms.items():
        answer = client.post(address, data=said | sent, headers=header)
        assert (answer.status_code, "令牌不能写进表单" in answer.json["error"]) == (400, True), address
        assert secret not in answer.text
    signed_out = app.server.test_client()
    said = {"login": "qin", "password": secret, "csrf_token": token(signed_out)}
    assert signed_out.post("/sign-in", data=said).status_code == 400
    for output in app.guard.callbacks:
        body = next(payloads(app, output))
        body["inputs"][0]["value"] = {"path": "/", "search": f"?find={secret}"}
        hidden = json.dumps(body).replace("grid_", "\\u0067rid\\u005F")
        for said in (json.dumps(body), hidden):
            sent_body = {"data": said, "content_type": "application/json"}
            assert "令牌" in client.post(CALLBACKS, headers=header, **sent_body).json["error"]
    assert kept(empty_db, "SELECT count(*) FROM grid.audit WHERE action = 'sign_in_tried'") == [(0,)]
    assert len(ids(read(app, "/api/subjects", bearer(secret)))) == 5, "a form is not written down: the token stays"


def everything(engine: Engine) -> str:
    """Every row of every table as text."""
    names = kept(engine, "SELECT relname FROM pg_class WHERE relnamespace = 'grid'::regnamespace AND relkind = 'r'")
    return "\n".join(str(row) for (name,) in names for row in kept(engine, f'SELECT t::text FROM grid."{name}" AS t'))


def test_the_database_never_hears_a_token(app, empty_db):
    secret = made(app, "su1")
    read(app, "/api/subjects?format=csv", bearer(secret))
    read(app, f"/api/subjects?token={secret}", {})
    for header in wrong_headers(secret):
        read(app, "/api/subjects", header)
    found = everything(empty_db)
    assert secret not in found
    assert hash_secret(secret) in found, "or it was not looked for"
    assert "token_refused" in found
    assert hash_secret(secret) not in str(kept(empty_db, "SELECT a::text FROM grid.audit AS a"))


def test_too_many_refused_tokens_are_told_so_and_a_good_one_still_reads(app, empty_db):
    secret = made(app, "su1")
    found = [read(app, "/api/subjects", bearer(new_secret())).status_code for _ in range(32)]
    assert found == [401] * 30 + [429] * 2
    assert read(app, "/api/subjects", bearer(secret)).status_code == 200
    assert kept(empty_db, "SELECT count(*) FROM grid.audit WHERE action = 'token_refused'") == [(30,)]


@pytest.mark.parametrize(("how", "sentence"), [
    ("expired", "已过期"), ("revoked", "已停用"), ("disabled", "已停用"), ("password", "已停用"),
    ("post", "没有在任岗位"),
])  # fmt: skip
def test_a_token_that_opens_nothing_any_more_says_why(app, empty_db, how, sentence):
    secret = made(app, "su1")
    ended = {
        "expired": "UPDATE grid.token SET expires_on = grid.today() - 1",
        "revoked": "UPDATE grid.token SET revoked_at = now(), end_reason = 'revoked'",
        "post": "UPDATE grid.post SET valid = daterange('2020-01-01', grid.today()) WHERE person_no = 'Su1'",
    }
    with write_transaction(empty_db) as db:
        if how == "disabled":
            account_admin.set_disabled(db, "su1", True)
        elif how == "password":
            account_admin.set_password(db, "su1", "$argon2id$y")
        else:
            db.execute(text(ended[how]))
    answer = read(app, "/api/subjects", bearer(secret))
    assert (answer.status_code, sentence in answer.json["error"]) == (401, True), answer.json


def form(client: FlaskClient, **said: str) -> TestResponse:
    data = {"name": "workbook", "unit": "", "days": "30", "csrf_token": token(client)} | said
    return client.post("/me/tokens", data=data, follow_redirects=True)


def test_it_is_made_on_the_own_page_shown_once_and_revoked_there(app):
    client = signed_in(app, "su1")
    answer = form(client, unit="V1", days="7")
    assert (answer.status_code, answer.request.path) == (200, "/me/tokens"), "no redirect, whose address could hold it"
    secret = re.findall(r"grid_[0-9a-f]{48}", answer.text)[0]
    assert answer.headers["Cache-Control"] == "no-store"
    with client.session_transaction() as session:
        assert secret not in str(dict(session))
    page = client.get("/me")
    assert secret not in page.text
    for told in ("workbook", "一村", "有效", "从未", str(today() + timedelta(days=7))):
        assert told in page.text
    assert ids(read(app, "/api/subjects", bearer(secret))) == {"S1", "S2"}
    assert "从未" not in client.get("/me").text
    path = re.findall(r"/me/tokens/\d+/revoke", page.text)[0]
    assert signed_in(app, "lin").post(path).status_code == 400, "a forged form"
    lin = signed_in(app, "lin")
    refused = lin.post(path, data={"csrf_token": token(lin)}, follow_redirects=True)
    assert "没有这个有效的令牌" in refused.text
    assert "令牌已停用" in client.post(path, data={"csrf_token": token(client)}, follow_redirects=True).text
    assert read(app, "/api/subjects", bearer(secret)).status_code == 401
    assert client.post(path, data={"csrf_token": token(client)}).status_code == 303


@pytest.mark.parametrize(("said", "sentence"), [
    ({"name": ""}, "名称须有"), ({"name": " \t "}, "名称须有"), ({"name": "x" * 61}, "名称须有"),
    ({"days": "0"}, "1 到 366"), ({"days": "367"}, "1 到 366"), ({"days": "-1"}, "1 到 366"),
    ({"days": "x"}, "1 到 366"), ({"days": "9" * 40}, "1 到 366"), ({"days": "²"}, "1 到 366"),
    ({"unit": "T2"}, "不能超出"), ({"unit": "D"}, "不能超出"), ({"unit": "nobody"}, "不能超出"),
    ({"unit": "V1' OR true --"}, "不能超出"), ({"name": "taken"}, "已有名为"), ({"name": "  taken "}, "已有名为"),
])  # fmt: skip
def test_what_cannot_be_made_is_told_and_not_made(app, empty_db, said, sentence):
    made(app, "su1", name="taken")
    made(app, "lin", name="workbook")
    answer = form(signed_in(app, "su1"), **said)
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    assert kept(empty_db, "SELECT count(*) FROM grid.token") == [(2,)]


def test_the_units_offered_are_those_of_the_own_area(app):
    offered = {
        who: set(re.findall(r'<option value="(\w+)"', signed_in(app, who).get("/me").text))
        for who in ("lin", "hu1", "as1", "su2")
    }
    assert offered == {
        "lin": {"D", "T1", "T2", "V1", "V2", "V3"}, "hu1": {"T1", "V1", "V2"}, "as1": {"V1"}, "su2": {"T2", "V3"},
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_trail_and_the_page_tell_of_tokens_in_words(app, lang):
    made(app, "ad")
    secret = made(app, "ad", name="y")
    read(app, f"/?{secret}", {})
    read(app, "/api/subjects", bearer(secret))
    told = signed_in(app, "ad").get(f"/admin/audit?lang={lang}").text
    words = {"zh": ("生成令牌", "令牌停用", "拒绝令牌"), "en": ("made a token", "token ended", "token refused")}
    assert [word for word in words[lang] if word not in told] == []
    assert "token_made" not in told
