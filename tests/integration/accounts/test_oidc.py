"""Sign-in by another provider: it says who somebody is, the posts say what that opens; nothing unsigned gets in."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from dashboard.request.outside_servers import AT_ONCE
from dashboard.screens.sign_in import oidc_routes
from geodata.database.scope import read_transaction, write_transaction
from tests.builders import small_world
from tests.integration.provider import CLIENT, SECRET, Provider
from tests.visitors import add_accounts, application


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def client(empty_db: Engine, provider: Provider) -> FlaskClient:
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
        db.execute(text("UPDATE grid.account SET oidc_subject = 'sub-1' WHERE login = 'su1'"))
    settings = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    settings["public_url"] = "https://map.example.org/"
    return application(empty_db, **settings).server.test_client()


def go_round(client: FlaskClient, wanted: str = "/") -> TestResponse:
    """To the provider and back, as a browser goes."""
    sent = client.get(f"/sign-in/oidc?next={wanted}")
    assert sent.status_code == 302, sent.text
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    assert back.startswith("https://map.example.org/sign-in/oidc/back?"), "as it is set, whatever the request says"
    return client.get(back.removeprefix("https://map.example.org"))


def test_the_account_of_the_subject_comes_in(client, empty_db):
    assert "用单位统一身份登录" in client.get("/sign-in").text
    done = go_round(client, "/?layer=chain")
    assert (done.status_code, done.headers["Location"]) == (303, "/?layer=chain")
    assert client.get("/api/subjects").json["metadata"]["count"] == 3
    with read_transaction(empty_db) as db:
        noted = db.execute(text("SELECT login, after FROM grid.audit WHERE action = 'signed_in'")).one()
    assert tuple(noted) == ("su1", {"how": "oidc"})


def test_the_way_by_the_provider_keeps_the_whole_view(client):
    wanted = "/?layer=chain&level=village&asof=2026-03-01"
    page = client.get("/sign-in", query_string={"next": wanted}).text
    way = re.search(r'href="(/sign-in/oidc[^"]*)"', page)
    assert way is not None
    assert parse_qs(urlsplit(unescape(way[1])).query)["next"] == [wanted]


def test_a_subject_without_an_account_stays_outside(client, provider):
    provider.subject = "sub-2"
    answer = go_round(client)
    assert answer.status_code == 401
    assert "还没有对应的账号" in answer.text
    assert client.get("/api/subjects").status_code == 401


def test_an_account_without_a_post_stays_outside(client, empty_db):
    with write_transaction(empty_db) as db:
        db.execute(text("DELETE FROM grid.post WHERE person_no = 'Su1'"))
    assert go_round(client).status_code == 403


@pytest.mark.parametrize("fault", ["state", "issuer", "expired", "nonce", "signature"])
def test_a_provider_that_cannot_be_believed_is_not(client, provider, fault):
    provider.fault = fault
    answer = go_round(client)
    assert answer.status_code == 401
    assert "没有确认登录" in answer.text
    assert client.get("/api/subjects").status_code == 401


def test_a_provider_that_is_away_leaves_the_password(client, provider):
    provider.stop()
    answer = client.get("/sign-in/oidc")
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    provider.start()


def test_a_provider_that_never_answers_takes_no_page_away(empty_db, monkeypatch):
    """Few requests wait for it at once and none for long; whoever comes meanwhile is told so."""
    monkeypatch.setattr(oidc_routes, "PROVIDER_SECONDS", 3)
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        server = application(empty_db, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET).server
        with ThreadPoolExecutor(8) as asking:
            asked = [asking.submit(server.test_client().get, "/sign-in/oidc") for _ in range(8)]
            answers = [each.result(timeout=30) for each in asked]
    states = [answer.status_code for answer in answers]
    assert sorted(set(states)) == [401, 503]
    assert states.count(401) == AT_ONCE
    assert all("一时应答太慢" in answer.text for answer in answers if answer.status_code == 503)


def test_coming_back_without_having_gone_is_refused(client):
    assert client.get("/sign-in/oidc/back?code=x&state=y").status_code == 401


def test_without_a_provider_there_is_no_such_way(empty_db):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    plain = application(empty_db).server.test_client()
    assert "统一身份" not in plain.get("/sign-in").text
    assert plain.get("/sign-in/oidc").status_code == 404
    assert plain.get("/sign-in/oidc/back").status_code == 404
