"""Sessions are rows: they end by two clocks, by their person, by a password or a lock, and then everywhere at once."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from dashboard.app.guard import CALLBACKS
from dashboard.auth import password
from geodata.accounts import account_admin
from geodata.calendar import today
from geodata.database.scope import read_transaction, write_transaction
from tests.integration.at_the_door import SECRET, actions, attempt, let_pass
from tests.visitors import application, signed_in, token

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0"
)


def is_in(client: FlaskClient) -> bool:
    """Whether the session still opens anything."""
    return client.get("/api/subjects").status_code == 200


def rows(engine: Engine, asked: str) -> list[tuple[object, ...]]:
    with read_transaction(engine) as db:
        return [tuple(row) for row in db.execute(text(asked))]


def rule(engine: Engine, key: str, value: int) -> None:
    with write_transaction(engine) as db:
        db.execute(
            text("INSERT INTO grid.rule VALUES (:key, '', :day, to_jsonb(CAST(:value AS int)), 'x')"),
            {"key": key, "value": value, "day": today()},
        )


def test_twelve_hours_after_the_sign_in_it_is_over_however_much_it_is_used(app, empty_db):
    client = signed_in(app, "su1")
    for _ in range(14):
        let_pass(empty_db, "50 minutes")
        assert is_in(client)
    let_pass(empty_db, "21 minutes")
    assert not is_in(client)
    assert "登录已到最长时限" in client.get("/sign-in").text
    assert "has lasted as long as one may" in client.get("/sign-in?lang=en").text


def test_an_hour_without_use_ends_it_and_any_use_puts_that_off(app, empty_db):
    client = signed_in(app, "su1")
    let_pass(empty_db, "59 minutes")
    assert is_in(client)
    let_pass(empty_db, "59 minutes")
    assert client.get("/me").status_code == 200
    let_pass(empty_db, "61 minutes")
    assert not is_in(client)
    assert "较长时间没有操作" in client.get("/sign-in").text


def test_the_clocks_are_dated_rules_that_hold_for_open_sessions_too(app, empty_db):
    client, other = signed_in(app, "su1"), signed_in(app, "su2")
    let_pass(empty_db, "20 minutes")
    assert is_in(client)
    rule(empty_db, "session_idle_minutes", 15)
    assert not is_in(other)
    assert is_in(client)
    let_pass(empty_db, "10 minutes")
    assert is_in(client)
    let_pass(empty_db, "10 minutes")
    assert is_in(client)
    let_pass(empty_db, "10 minutes")
    assert is_in(client)
    let_pass(empty_db, "12 minutes")
    rule(empty_db, "session_hours", 1)
    assert not is_in(client)


def test_what_a_page_asks_for_by_itself_puts_nothing_off(app, empty_db):
    """A projector: a page's own clock, and a page that the browser loads anew without anybody there."""
    client = signed_in(app, "su1")
    clock = {"output": next(iter(app.guard.callbacks)), "changedPropIds": ["month-tick.n_intervals"]}
    seen, head = "SELECT seen_at FROM grid.session", {"X-CSRFToken": token(client)}
    let_pass(empty_db, "30 minutes")
    before = rows(empty_db, seen)
    assert client.post(CALLBACKS, json=clock, headers=head).status_code == 400, "let in, though not answered"
    client.get("/me", headers={"Sec-Fetch-Mode": "navigate"})
    assert rows(empty_db, seen) == before
    assert client.post(CALLBACKS, json=clock | {"changedPropIds": ["a.n_clicks"]}, headers=head).status_code == 400
    assert rows(empty_db, seen) > before
    let_pass(empty_db, "30 minutes")
    before = rows(empty_db, seen)
    client.get("/me", headers={"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"})
    assert rows(empty_db, seen) > before


def test_a_use_is_noted_once_a_minute(app, empty_db):
    client, seen = signed_in(app, "su1"), "SELECT seen_at FROM grid.session"
    before = rows(empty_db, seen)
    for _ in range(3):
        assert is_in(client)
    assert rows(empty_db, seen) == before
    let_pass(empty_db, "2 minutes")
    assert is_in(client)
    assert rows(empty_db, seen) > before


@pytest.mark.parametrize("how", ["ended", "over"])
def test_a_session_that_ended_is_refused_everywhere_at_the_next_request(app, empty_db, how):
    client = signed_in(app, "qin")
    head = {"X-CSRFToken": token(client)}
    places = ("/", "/me", "/work", "/api/subjects", "/api/subjects?format=csv", "/api/indicators?format=geojson")
    assert {client.get(place).status_code for place in places} == {200}
    if how == "over":
        let_pass(empty_db, "13 hours")
    else:
        with write_transaction(empty_db) as db:
            db.execute(text("UPDATE grid.session SET ended_at = now(), end_reason = 'ended_by_owner'"))
    for place in places:
        answer = client.get(place)
        assert answer.status_code in {303, 401}, place
        assert answer.status_code == 401 or answer.headers["Location"].startswith("/sign-in"), place
    assert client.post(CALLBACKS, json={"output": next(iter(app.guard.callbacks))}, headers=head).status_code == 401
    for act in ("/me/password", "/me/tokens", "/me/sessions/end-others", "/admin/rules/set"):
        assert client.post(act, data={"csrf_token": head["X-CSRFToken"]}).status_code in {303, 401, 404}
    assert rows(empty_db, "SELECT count(*) FROM grid.token") == [(0,)]


def test_every_server_process_refuses_it(app, empty_db):
    client, beside = signed_in(app, "su1"), application(empty_db).server.test_client()
    beside.set_cookie("grid_session", client.get_cookie("grid_session").value)
    assert is_in(beside)
    client.post("/sign-out", data={"csrf_token": token(client)})
    assert not is_in(beside)


def test_signing_out_ends_this_session_and_each_copy_of_its_cookie(app, empty_db):
    client, elsewhere, other = signed_in(app, "su1"), signed_in(app, "su1"), signed_in(app, "hu1")
    copied = app.server.test_client()
    copied.set_cookie("grid_session", client.get_cookie("grid_session").value)
    assert is_in(copied)
    done = client.post("/sign-out", data={"csrf_token": token(client)})
    assert done.headers["Location"] == "/sign-in"
    assert [is_in(each) for each in (client, copied, elsewhere, other)] == [False, False, True, True]
    assert actions(empty_db)[-1] == "signed_out"


def test_the_own_page_lists_the_own_sessions_with_this_one_marked(app, empty_db):
    client = app.server.test_client()
    client.environ_base["HTTP_USER_AGENT"] = WINDOWS
    attempt(client, "su1", where="10.20.30.40")
    assert "没有其他设备在登录" in client.get("/me").text
    phone = app.server.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    attempt(phone, "su1", where="2001:db8:7:8::9")
    signed_in(app, "hu1")
    page = client.get("/me").text
    listed = re.search(r'id="sessions".*?</section>', page, re.DOTALL)[0]
    assert listed.count("<li>") == 2
    assert listed.index("Chrome · Windows") < listed.index("本机") < listed.index("微信 · 安卓")
    assert "10.20.30.*" in listed
    assert "2001:db8:7::/48" in listed
    assert "Where you are signed in" in client.get("/me?lang=en").text
    kept = str(rows(empty_db, "SELECT s::text FROM grid.session AS s"))
    assert not re.search(r"Mozilla|V2309A|10\.20\.30\.40|::9", kept), (
        "no whole address, nothing a browser says of itself"
    )


def test_one_other_session_and_all_others_are_ended_from_the_own_page(app, empty_db):
    mine, one, two, strange = (signed_in(app, login) for login in ("su1", "su1", "su1", "hu1"))
    numbers = [number for (number,) in rows(empty_db, "SELECT id FROM grid.session ORDER BY id")]
    said = {"csrf_token": token(mine)}
    told = mine.post(f"/me/sessions/{numbers[1]}/end", data=said, follow_redirects=True)
    assert "那处登录已结束" in told.text
    assert [is_in(each) for each in (mine, one, two, strange)] == [True, False, True, True]
    assert "您在另一处结束了这里的登录" in one.get("/sign-in").text
    for none in (numbers[1], numbers[0], numbers[3], 999999):
        told = mine.post(f"/me/sessions/{none}/end", data=said, follow_redirects=True)
        assert "那处登录已经结束" in told.text, "over, the present one, another account's, none"
    assert mine.post("/me/sessions/99999999999999999999/end", data=said).status_code in {303, 404}
    assert is_in(strange)
    assert "已结束其他 1 处登录" in mine.post("/me/sessions/end-others", data=said, follow_redirects=True).text
    assert [is_in(each) for each in (mine, one, two, strange)] == [True, False, False, True]
    assert actions(empty_db)[-2:] == ["signed_out"] * 2


def test_disabling_and_a_new_password_end_every_session_and_say_so(app, empty_db):
    client, other = signed_in(app, "su1"), signed_in(app, "su2")
    with write_transaction(empty_db) as db:
        account_admin.set_disabled(db, "su1", True)
        account_admin.set_password(db, "su2", password.hash_password("another long secret"))
    assert not is_in(client)
    assert not is_in(other)
    assert "账号已停用" in client.get("/sign-in").text
    assert "口令已更改" in other.get("/sign-in").text
    assert attempt(client, "su1").status_code == 401


def test_a_session_whose_post_ended_says_so_and_opens_again_with_a_new_post(app, empty_db):
    client = signed_in(app, "su1")
    post = "UPDATE grid.post SET valid = daterange('2020-01-01', :day) WHERE person_no = 'Su1'"
    with write_transaction(empty_db) as db:
        db.execute(text(post), {"day": today()})
    assert not is_in(client)
    assert "没有在任的岗位" in client.get("/sign-in").text
    with write_transaction(empty_db) as db:
        db.execute(text(post), {"day": None})
    assert is_in(client)


def test_the_own_password_is_changed_by_who_knows_it_and_others_are_sent_away(app):
    mine, elsewhere = signed_in(app, "su1"), signed_in(app, "su1")
    said = {"csrf_token": token(mine), "old": "wrong", "new": "a quite new secret", "again": "a quite new secret"}
    assert "现在的口令不对" in mine.post("/me/password", data=said, follow_redirects=True).text
    said["old"] = SECRET
    assert "不一样" in mine.post("/me/password", data=said | {"again": "x"}, follow_redirects=True).text
    for weak, why in (
        ("short", "口令须有 15 到 200 个字符"),
        ("1234567890123456", "太常见或太好猜"),
        ("woaini1314520woaini", "太常见或太好猜"),
        ("su1su1su1su1su1su1", "不要用账号、姓名"),
        ("supervisor-su1-su1", "不要用账号、姓名"),
    ):
        told = mine.post("/me/password", data=said | {"new": weak, "again": weak}, follow_redirects=True).text
        assert why in told, weak
    assert is_in(elsewhere)
    before = mine.get_cookie("grid_session").value
    assert "口令已更改" in mine.post("/me/password", data=said, follow_redirects=True).text
    assert is_in(mine)
    copied = app.server.test_client()
    copied.set_cookie("grid_session", before)
    assert not is_in(copied), "the present session is a new one"
    assert not is_in(elsewhere)
    assert attempt(elsewhere, "su1", "a quite new secret").status_code == 303


def test_the_sign_in_page_says_nothing_to_a_browser_that_had_no_session(app):
    stranger, signed = app.server.test_client(), signed_in(app, "su1")
    for client in (stranger, signed):
        assert 'role="status"' not in client.get("/sign-in").text


def test_old_sessions_are_forgotten_and_open_ones_are_not(app, empty_db):
    signed_in(app, "su1")
    let_pass(empty_db, "9 days")
    client = signed_in(app, "su2")
    with write_transaction(empty_db) as db:
        assert db.execute(text("SELECT grid.forget_old_sessions()")).scalar_one() == 1
    assert is_in(client)
    assert rows(empty_db, "SELECT login FROM grid.session") == [("su2",)]


def test_no_secret_of_a_cookie_stands_in_the_database(app, empty_db):
    client = app.server.test_client()
    attempt(client, "su1")
    with client.session_transaction() as session:
        secret = session["_user_id"].partition(":")[0]
    assert len(secret) == 43
    assert secret not in str(rows(empty_db, "SELECT s::text FROM grid.session AS s"))
    with client.session_transaction() as session:
        session["_user_id"] = f"{secret}:qin"
    assert not is_in(client), "a session is its account's alone"
