"""The way in: a password opens what the posts of the day open, and no form or session is forged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from geodata.accounts import visitor
from geodata.calendar import today
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.responsibility import posts
from tests.builders import small_world
from tests.integration.at_the_door import SECRET, actions, attempt
from tests.visitors import add_account, application, signed_in, token


def test_a_password_opens_the_map_and_both_are_noted(app, empty_db):
    client = app.server.test_client()
    assert client.get("/").status_code == 303
    done = attempt(client, " Su1 ", next="/?layer=chain")
    assert (done.status_code, done.headers["Location"]) == (303, "/?layer=chain")
    assert client.get("/").status_code == 200
    assert client.get("/api/subjects").json["metadata"]["count"] == 3
    assert actions(empty_db) == ["sign_in_tried", "signed_in"]


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(app):
    client = app.server.test_client()
    cookie = next(line for line in attempt(client, "su1").headers.getlist("Set-Cookie") if "grid_session" in line)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie
    assert "Secure" not in cookie


def test_behind_tls_cookies_are_secure_and_the_browser_stays_there(app, empty_db):
    client = application(empty_db, tls=True).server.test_client()
    answer = client.get("/sign-in", base_url="https://grid.example")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Secure" in line for line in cookies)


@pytest.mark.parametrize(("login", "said"), [("su1", "wrong"), ("nobody", SECRET), ("", ""), ("su1", SECRET.upper())])
def test_what_is_wrong_is_not_told(app, login, said):
    answer = attempt(app.server.test_client(), login, said)
    assert answer.status_code == 401
    assert "账号或口令不对" in answer.text
    assert said not in answer.text or not said


def test_a_name_typed_into_the_wrong_field_is_not_kept(app, empty_db):
    attempt(app.server.test_client(), "my secret password", "su1")
    with read_transaction(empty_db) as db:
        kept = db.execute(text("SELECT coalesce(string_agg(a::text, ' '), '') FROM grid.audit AS a")).scalar_one()
    assert "secret password" not in kept


def test_the_session_ends_when_the_post_ends(app, empty_db):
    client = signed_in(app, "su1")
    assert client.get("/api/subjects").status_code == 200
    with write_transaction(empty_db) as db:
        db.execute(
            text("UPDATE grid.post SET valid = daterange('2020-01-01', :day) WHERE person_no = 'Su1'"), {"day": today()}
        )
    assert client.get("/api/subjects").status_code == 401
    assert client.get("/").headers["Location"] == "/sign-in"
    again = attempt(client, "su1")
    assert again.status_code == 403
    assert "没有在任的岗位" in again.text


def test_a_transfer_moves_what_is_seen_on_the_same_day(app, empty_db):
    client = signed_in(app, "su1")
    with write_transaction(empty_db) as db:
        posts.end_post(db, "P4", today() - timedelta(days=1))
        db.execute(
            text(
                "INSERT INTO grid.post (post_no, person_no, role, unit_code, valid, batch_id)"
                " VALUES ('new', 'Su1', 'supervisor', 'T2', daterange(:day, NULL), 1)"
            ),
            {"day": today()},
        )
    assert {row["subject_id"] for row in client.get("/api/subjects").json["rows"]} == {"S4", "S5"}


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "x:y",
        "/a\nb",
        "//[x",
        "/\\[x",
        "http://[::1",
    ],
)
def test_signing_in_leads_nowhere_else(app, where):
    client = app.server.test_client()
    assert client.get("/sign-in", query_string={"next": where}).status_code == 200
    assert attempt(client, "su1", next=where).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/me/password", "/admin/accounts/add"])
def test_a_form_from_elsewhere_is_refused(app, address):
    client = signed_in(app, "ad")
    for said in ({}, {"csrf_token": "forged"}, {"csrf_token": token(signed_in(app, "qin"))}):
        answer = client.post(address, data={"login": "su1", "password": SECRET} | said)
        assert answer.status_code == 400
        assert "没有通过校验" in answer.json["error"]


def test_a_session_that_somebody_made_up_is_nobodys(app):
    client = app.server.test_client()
    client.set_cookie("grid_session", "eyJfdXNlcl9pZCI6IjA6bGluIn0.Zm9v.YmFy")
    assert client.get("/api/subjects").status_code == 401
    for made_up in ("7:lin", ":lin", "lin", f"{'x' * 43}:lin", "\ud800:lin"):
        with client.session_transaction() as session:
            session["_user_id"] = made_up
        assert client.get("/api/subjects").status_code == 401, "signed, but no row of the database's"


def test_too_much_is_not_even_read(app):
    client = signed_in(app, "lin")
    answer = client.post(
        "/_dash-update-component", data=b"x" * (3 * 2**20), content_type="application/json",
        headers={"X-CSRFToken": token(client)},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "太大" in answer.json["error"]


def test_a_tester_of_a_laboratory_has_no_place_and_no_way_in(app, empty_db):
    with write_transaction(empty_db) as db:
        db.execute(text("UPDATE grid.post SET role = 'lab_tester' WHERE person_no = 'Su1'"))
    assert attempt(app.server.test_client(), "su1").status_code == 403


def test_the_connection_forgets_whom_it_asked_for(app, empty_db):
    with read_transaction(app.ctx.engine, Scope("lin")) as db:
        mine = db.execute(text("SELECT pg_backend_pid(), count(*) FROM grid.subject")).one()
    with read_transaction(app.ctx.engine) as db:
        next_one = db.execute(text("SELECT pg_backend_pid(), count(*) FROM grid.subject")).one()
    assert mine[0] == next_one[0]
    assert (mine[1], next_one[1]) == (5, 0)


def test_answers_are_remembered_for_those_alone_who_get_equal_ones(empty_db):
    """A post elsewhere shows more above, and its mobiles only there."""
    with write_transaction(empty_db) as db:
        world = small_world(db)
        world.posts("person | role | unit\nAs2 | assistant | V1\nSu2 | assistant | V1")
        for person in ("As1", "As2", "Su2"):
            add_account(world, person)
    sights = {}
    for login in ("as1", "as2", "su2"):
        with read_transaction(empty_db, Scope(login)) as db:
            found = visitor.find_visitor(db)
            assert found is not None
            sights[login] = found.row_scope_key
    assert len(set(sights.values())) == 3
    assert "supervisor@T2" in sights["su2"]
