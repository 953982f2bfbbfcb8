"""Wrong passwords make the next try wait, and no one else: counted by account and device, never by a whole office."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from dashboard.auth import password
from geodata.accounts import account_admin, sign_in_attempts
from geodata.database.scope import Scope, door_transaction, read_transaction, write_transaction
from tests.integration.at_the_door import SECRET, attempt, fail, let_pass
from tests.visitors import token


def wait_of(app, login: str, device: str | None = None, where: str = "10.0.0.1") -> tuple[str, int]:
    """What a try of now would be told, without being one."""
    with app.ctx.door.connect() as db:
        db.execute(text("SELECT set_config('grid.address', :place, true)"), {"place": where})
        tried = sign_in_attempts.sign_in_try(db, login, device)
        db.rollback()
    return tried.state, tried.wait_seconds


@pytest.mark.parametrize("login", ["su1", "nobody"])
def test_after_five_failed_tries_the_next_one_waits_and_is_told_how_long(app, empty_db, login):
    client = app.server.test_client()
    fail(empty_db, login, 4)
    assert attempt(client, login, "wrong").status_code == 401
    fail(empty_db, login, 5)
    told = attempt(client, login)
    assert told.status_code == 429, "whether the login exists or not, and whether the password is right or not"
    wait = int(told.headers["Retry-After"])
    assert 55 < wait <= 64
    assert ("请再等 2 分钟" if wait > 59 else f"请再等 {wait} 秒") in told.text
    assert f'value="{login}"' in told.text, "what was typed stays"
    let_pass(empty_db, "64 seconds")
    assert attempt(client, login).status_code == (303 if login == "su1" else 401)


def test_each_failed_try_doubles_the_pause_up_to_the_rule(app, empty_db):
    found = []
    for _ in range(17):
        found.append(wait_of(app, "su1")[1])
        fail(empty_db, "su1", 1)
    assert found[:5] == [0] * 5
    expected = [min(2**n, 1200) for n in range(1, 13)]
    assert all(much - 1 <= each <= much for each, much in zip(found[5:], expected, strict=True)), found


def test_a_pause_is_neither_counted_nor_noted_and_ends_by_itself(app, empty_db):
    fail(empty_db, "su1", 9)
    client = app.server.test_client()
    first = int(attempt(client, "su1", "wrong").headers["Retry-After"])
    for _ in range(5):
        assert int(attempt(client, "su1", "wrong").headers["Retry-After"]) <= first
    with read_transaction(empty_db) as db:
        noted = db.execute(text("SELECT count(*) FROM grid.audit WHERE action = 'sign_in_tried'")).scalar_one()
    assert noted == 9
    let_pass(empty_db, "1 day")
    assert wait_of(app, "su1") == ("ask", 0)


def test_a_guesser_who_never_tires_has_less_than_a_hundred_tries_a_day(app, empty_db):
    """NIST SP 800-63B names a hundred failed tries in a row as the most there should be."""
    tries, seconds = 0, 0
    while seconds < 24 * 3600 and tries < 200:
        state, wait = wait_of(app, "su1")
        if state == "ask":
            fail(empty_db, "su1", 1)
            tries += 1
        else:
            let_pass(empty_db, f"{wait} seconds")
            seconds += wait
    assert tries < 100


def test_nobody_shuts_the_administrator_out_by_wrong_passwords(app, empty_db):
    """A device where the account was signed in is not slowed by strangers, wherever they are."""
    own, stranger = app.server.test_client(), app.server.test_client()
    assert attempt(own, "ad").status_code == 303
    fail(empty_db, "ad", 60, "10.9.9.9")
    fail(empty_db, "ad", 60)
    assert attempt(stranger, "ad").status_code == 429
    own.delete_cookie("grid_session")
    assert attempt(own, "ad", "wrong").status_code == 401
    assert attempt(own, "ad").status_code == 303
    assert attempt(stranger, "ad").status_code == 429, "his coming in forgives strangers nothing"


def test_a_colleagues_tries_behind_the_same_address_keep_no_other_account_waiting(app, empty_db):
    for login in ("hu1", "nobody", "su2"):
        fail(empty_db, login, 40)
    assert attempt(app.server.test_client(), "su1").status_code == 303


def test_a_device_is_known_to_the_account_that_was_signed_in_there_and_to_no_other(app, empty_db):
    shared = app.server.test_client()
    assert attempt(shared, "su1").status_code == 303
    fail(empty_db, "su2", 9)
    fail(empty_db, "su1", 9)
    assert attempt(shared, "su2").status_code == 429
    assert attempt(shared, "su1").status_code == 303


def test_a_known_device_has_pauses_of_its_own(app, empty_db):
    own = app.server.test_client()
    attempt(own, "su1")
    for _ in range(5):
        assert attempt(own, "su1", "wrong").status_code == 401
    with write_transaction(empty_db) as db:
        db.execute(
            text(
                "INSERT INTO grid.audit (db_role, action, row_key, after) SELECT db_role, action, row_key, after"
                " FROM (SELECT * FROM grid.audit WHERE action = 'sign_in_tried' ORDER BY id DESC LIMIT 1) AS a,"
                " generate_series(1, 5)"
            )
        )
    assert attempt(own, "su1").status_code == 429
    assert attempt(app.server.test_client(), "su1").status_code == 303, "another device, where nobody failed"


@pytest.mark.parametrize("cookie", ["x", "", "eyJ4Ijo.x", "a.b.c", "é"])
def test_a_device_that_somebody_made_up_is_a_strangers(app, empty_db, cookie):
    attempt(app.server.test_client(), "su1")
    fail(empty_db, "su1", 9)
    client = app.server.test_client()
    client.set_cookie("grid_device", cookie)
    assert attempt(client, "su1").status_code == 429


def test_the_devices_cookie_is_signed_closed_to_scripts_and_given_after_a_success_alone(app, empty_db):
    client = app.server.test_client()
    assert client.get_cookie("grid_device") is None
    assert not [line for line in attempt(client, "su1", "wrong").headers.getlist("Set-Cookie") if "grid_device" in line]
    line = next(line for line in attempt(client, "su1").headers.getlist("Set-Cookie") if "grid_device" in line)
    assert {"HttpOnly", "SameSite=Lax"} <= set(line.split("; "))
    secret = line.split("=", 1)[1].split(";")[0]
    with read_transaction(empty_db) as db:
        kept = db.execute(text("SELECT string_agg(k::text, '') FROM grid.known_device AS k")).scalar_one()
    assert secret.split(".")[0] not in kept
    before = client.get_cookie("grid_device")
    attempt(client, "su2")
    assert client.get_cookie("grid_device").value == before.value, "one browser, one device"


def test_a_device_is_forgotten_after_the_rule_and_with_a_new_password(app, empty_db):
    own = app.server.test_client()
    attempt(own, "su1")
    let_pass(empty_db, "181 days")
    fail(empty_db, "su1", 9)
    assert attempt(own, "su1").status_code == 429
    let_pass(empty_db, "1 day")
    assert attempt(own, "su1").status_code == 303
    with write_transaction(empty_db) as db:
        account_admin.set_password(db, "su1", password.hash_password(SECRET))
    fail(empty_db, "su1", 9)
    assert attempt(own, "su1").status_code == 429, "whoever had got in had signed in somewhere"


def test_a_new_password_forgives_all_failed_tries(app, empty_db):
    fail(empty_db, "su1", 50)
    with write_transaction(empty_db) as db:
        account_admin.set_password(db, "su1", password.hash_password(SECRET + "2"))
    assert attempt(app.server.test_client(), "su1", SECRET + "2").status_code == 303


def test_a_flood_from_one_address_waits_and_known_devices_there_do_not(app, empty_db):
    own, stranger = app.server.test_client(), app.server.test_client()
    attempt(own, "su1")
    for number in range(7):
        fail(empty_db, f"guess{number}", 100)
    told = attempt(stranger, "hu1")
    assert told.status_code == 429
    assert "这个网络地址的失败尝试过多" in told.text
    assert 0 < int(told.headers["Retry-After"]) <= 900
    assert attempt(stranger, "hu1", where="10.0.0.9").status_code == 303
    assert attempt(own, "su1").status_code == 303
    let_pass(empty_db, "15 minutes")
    assert attempt(app.server.test_client(), "hu2").status_code == 303


def test_many_tries_at_once_are_counted_one_by_one(app):
    def ask(_: int) -> str:
        with door_transaction(app.ctx.door, Scope("", "10.0.0.3")) as db:
            return sign_in_attempts.sign_in_try(db, "su1", None).state

    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(ask, range(24)))
    free = 5 + int((time.monotonic() - started) / 2)
    assert 5 <= found.count("ask") <= free
    assert set(found) == {"ask", "wait"}


def test_the_own_password_is_asked_for_with_the_same_pauses(app, empty_db):
    own = app.server.test_client()
    attempt(own, "su1")
    own.delete_cookie("grid_device")
    fail(empty_db, "su1", 9)
    said = {"csrf_token": token(own), "old": SECRET, "new": "x" * 20, "again": "x" * 20}
    assert "请再等" in own.post("/me/password", data=said, follow_redirects=True).text


def test_an_unknown_account_takes_as_long_as_a_known_one(app, empty_db):
    """The same words, the same status and about the same time: nobody learns which accounts there are."""
    client, took, told = app.server.test_client(), {}, {}
    attempt(client, "warm", "wrong")
    for login in ("su1", "nobody"):
        spans = []
        for _ in range(4):
            began = time.perf_counter()
            answer = attempt(client, login, "wrong")
            spans.append(time.perf_counter() - began)
        took[login], told[login] = statistics.median(spans), (answer.status_code, answer.text.replace(login, ""))
    assert told["su1"][0] == told["nobody"][0]
    assert 0.4 < took["su1"] / took["nobody"] < 2.5, took


def test_a_provider_forgives_no_wrong_passwords(app, empty_db: Engine):
    fail(empty_db, "su1", 9)
    with write_transaction(empty_db) as db:
        db.execute(
            text("SELECT grid.begin_session('su1', repeat('a', 64), repeat('b', 64), 'oidc', 'edge', 'windows')")
        )
    assert wait_of(app, "su1")[0] == "wait"
    assert wait_of(app, "su1", "b" * 64) == ("ask", 0), "though the device is known by it"
