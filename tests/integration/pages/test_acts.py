"""Every act of a form: 303 either way; a success is told once as a status, a refusal as an alert, nothing written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.auth import password
from dashboard.screens.admin.parts import discover
from dashboard.screens.work.routes import ACTS
from geodata.accounts import tokens
from geodata.calendar import today
from geodata.database.engine import make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.settings import settings
from tests.architecture.source import calls
from tests.attached_files import PDF
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token
from tests.worker import doing_jobs

SECRET = "correct horse battery"
ITEM = "subject_same_point:S1"
GOOD = "人员编号,姓名\nX1,新来的\n".encode("utf-8-sig")
BAD = "主体编号,主体名称,村社区编码\nN1,新主体,没有这个村\n".encode("utf-8-sig")
NOTED = "SELECT count(*) FROM grid.audit WHERE action NOT IN ('sign_in_tried', 'signed_in')"


@pytest.fixture(scope="module")
def app(module_db: Engine, tmp_path_factory) -> Iterator[GridDash]:
    """The application over the small world, with a fault in its grid, passwords and a home for uploads."""
    with write_transaction(module_db) as db:
        world = small_world(db)
        add_accounts(world)
        world.people("New")
        db.execute(text("UPDATE grid.account SET password_hash = :kept"), {"kept": password.hash_password(SECRET)})
        db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2'"))
        db.execute(text("UPDATE grid.subject SET name = '甲', village_code = 'V1' WHERE subject_id IN ('S1', 'S2')"))
        run_checks(db, today())
        db.execute(
            text(
                "INSERT INTO grid.attachment (item_no, file_name, file_sha256, file_type, size_bytes, is_stripped)"
                " VALUES (:item, 'a.pdf', repeat('0', 64), 'pdf', 1, false)"
            ),
            {"item": ITEM},
        )
    with write_transaction(module_db, Scope("su1")) as db:
        tokens.make_token(db, "x", None, 1, today())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRID_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("GRID_DATABASE_URL", module_db.url.render_as_string(hide_password=False))
        settings.cache_clear()
        with doing_jobs(module_db):
            yield application(module_db)
    settings.cache_clear()


def waiting(client: FlaskClient, body: bytes) -> str:
    """The address of an uploaded file."""
    form = {"csrf_token": token(client), "file": (io.BytesIO(body), "名单.csv")}
    return str(client.post("/data/upload", data=form, content_type="multipart/form-data").headers["Location"])


REFUSED: list[tuple[str, str, dict[str, str]]] = [
    ("hu1", "/work/assign", {"item": ITEM, "person": "nobody"}),
    ("hu1", "/work/accept", {"item": ITEM, "reason": " "}),
    ("hu1", "/work/reopen", {"item": ITEM}),
    ("hu1", "/work/look", {}),
    ("hu1", "/jobs/999999/stop", {}),
    ("hu1", "/jobs/tidy", {}),
    ("hu1", "/attachments/add", {"item": ITEM}),
    ("hu1", "/attachments/{attached}/remove", {"reason-{attached}": " "}),
    ("qin", "/work/merge", {"keep": "S1", "drop": "nobody"}),
    ("qin", "/work/unmerge", {"merge": "999"}),
    ("da", "/data/upload", {}),
    ("da", "/data/undo/999999", {}),
    ("da", "{bad}/said", {"mapping": "../x"}),
    ("da", "{bad}/load", {}),
    ("da", "{good}/mapping", {"name": "../x"}),
    ("da", "/data/mappings/remove", {"name": "没有"}),
    ("ad", "/admin/accounts/add", {"login": "su1", "person": "New"}),
    ("ad", "/admin/accounts/reset", {"login": "nobody"}),
    ("ad", "/admin/accounts/disable", {"login": "ad"}),
    ("ad", "/admin/accounts/enable", {"login": "nobody"}),
    ("qin", "/admin/posts/give", {"role": "emperor"}),
    ("qin", "/admin/posts/end", {"post": "0", "last": "soon"}),
    ("qin", "/admin/rules/set", {"rule": "no|", "from_on": "soon"}),
    ("qin", "/admin/rules/withdraw", {"rule": "no|", "from_on": "2020-01-01"}),
    ("su1", "/me/tokens", {"name": " ", "days": "1"}),
    ("su1", "/feedback/ask", {"message": " "}),
    ("da", "/feedback/999999/answer", {"answer": "好"}),
    ("su1", "/notices/read", {"until": "soon"}),
    ("su1", "/saved/view", {"name": " ", "about": "/"}),
    ("su1", "/saved/view", {"name": "x", "about": "//elsewhere"}),
    ("su1", "/saved/note", {"body": "x", "unit": "T2", "until": "2099-01-01"}),
    ("su1", "/saved/note", {"body": "x", "at": "1,1", "until": "soon"}),
    ("su1", "/saved/999999/remove", {}),
    ("su1", "/saved/999999/end", {}),
    ("su1", "/help/hints/nothing/close", {}),
    ("su1", "/me/tokens/999999/revoke", {}),
    ("su1", "/me/sessions/999999/end", {}),
    ("su1", "/me/password", {"old": "wrong", "new": "a quite new secret", "again": "a quite new secret"}),
]
DONE: list[tuple[str, str, dict[str, str]]] = [
    ("hu1", "/work/assign", {"item": ITEM, "person": "As1"}),
    ("hu1", "/work/reopen", {"item": ITEM}),
    ("hu1", "/work/accept", {"item": ITEM, "reason": "同一处市场"}),
    ("hu1", "/work/reopen", {"item": ITEM}),
    ("hu1", "/attachments/add", {"item": ITEM, "file": "{pdf}"}),
    ("hu1", "/attachments/{attached}/remove", {"reason-{attached}": "拍错了"}),
    ("ad", "/jobs/tidy", {}),
    ("qin", "/work/look", {}),
    ("qin", "/work/merge", {"keep": "S1", "drop": "S2"}),
    ("qin", "/work/unmerge", {"merge": "1"}),
    ("da", "{good}/mapping", {"name": "甲"}),
    ("da", "/data/mappings/remove", {"name": "甲"}),
    ("da", "{good}/load", {}),
    ("da", "/data/undo/{batch}", {}),
    ("ad", "/admin/accounts/disable", {"login": "as3"}),
    ("ad", "/admin/accounts/enable", {"login": "as3"}),
    ("qin", "/admin/posts/give", {"person": "New", "role": "supervisor", "unit": "T2", "first": "2026-03-01"}),
    ("qin", "/admin/posts/end", {"post": "{post}", "last": "2026-03-01"}),
    ("qin", "/admin/rules/set", {"rule": "{rule}", "value": "{value}", "from_on": "2099-01-01", "source": "文号"}),
    ("qin", "/admin/rules/withdraw", {"rule": "{rule}", "from_on": "2099-01-01"}),
    ("su1", "/feedback/ask", {"message": "地图打不开", "about": "/?layer=overdue"}),
    ("da", "/feedback/{feedback}/answer", {"answer": "已修好"}),
    ("su1", "/saved/view", {"name": "本镇逾期", "about": "/?layer=overdue", "shared": "on"}),
    ("su1", "/saved/{view}/remove", {}),
    ("su1", "/saved/note", {"body": "修路，绕行", "unit": "V1", "until": "{today}"}),
    ("su1", "/saved/{note}/end", {}),
    ("su1", "/notices/read", {"until": "2026-01-01T00:00:00+00:00"}),
    ("su1", "/me/tokens/{token}/revoke", {}),
    ("su1", "/me/sessions/{session}/end", {}),
    ("su1", "/me/sessions/end-others", {}),
    ("su1", "/me/password", {"old": SECRET, "new": "a quite new secret", "again": "a quite new secret"}),
]
"""In this order; the item is open again in the end, as it was."""
QUIET = [("da", "{good}/columns"), ("da", "{good}/said"), ("da", "{good}/drop"), ("su1", "/help/hints/map_click/close")]
"""Acts whose result is the next page itself. A job is stopped in tests/integration/jobs: here none stays open."""

FACTS = {
    "attached": "SELECT max(attachment_no) FROM grid.attachment",
    "batch": "SELECT max(id) FROM grid.load_batch WHERE loaded_by = 'da'",
    "token": "SELECT max(id) FROM grid.token",
    "feedback": "SELECT max(id) FROM grid.feedback",
    "view": "SELECT max(id) FROM grid.saved_view",
    "note": "SELECT max(id) FROM grid.map_note",
    "today": "SELECT grid.today()",
    "session": "SELECT min(id) FROM grid.session WHERE login = 'su1' AND ended_at IS NULL",
    "post": "SELECT max(post_no) FROM grid.post WHERE person_no = 'New'",
    "rule": "SELECT key || '|' || scope FROM grid.rule WHERE jsonb_typeof(value) = 'number' ORDER BY 1 LIMIT 1",
    "value": "SELECT value #>> '{}' FROM grid.rule WHERE jsonb_typeof(value) = 'number' ORDER BY key || '|' || scope",
}


def ask(app: GridDash, sql: str) -> str:
    engine = make_engine(settings().database_url)
    with read_transaction(engine) as db:
        found = str(db.execute(text(f"{sql} LIMIT 1" if "LIMIT" not in sql else sql)).scalar_one())
    engine.dispose()
    return found


def act(app: GridDash, login: str, address: str, form: dict[str, str]) -> str:
    """The page that follows a form; the act itself answers 303."""
    client = signed_in(app, login)
    places = {name: ask(app, sql) for name, sql in FACTS.items() if f"{{{name}}}" in f"{address}{form}"}
    for name, body in (("good", GOOD), ("bad", BAD)):
        if f"{{{name}}}" in address:
            places[name] = waiting(client, body)
    sent: dict[str, object] = {name.format(**places): value.format(**places, pdf="") for name, value in form.items()}
    sent |= {"csrf_token": token(client)} | ({"file": (io.BytesIO(PDF), "a.pdf")} if "file" in form else {})
    answer = client.post(address.format(**places), data=sent)
    if previewed := re.search(r'name="seen" value="(\w+)"', answer.text):
        # what is looked at first is confirmed as it was seen
        answer = client.post(address.format(**places), data=sent | {"seen": previewed[1]})
    assert answer.status_code == 303
    return str(client.get(answer.headers["Location"]).text)


@pytest.mark.parametrize(("login", "address", "form"), REFUSED, ids=[each[1] for each in REFUSED])
def test_a_refused_act_is_told_as_an_alert_and_writes_nothing(app, login, address, form):
    before = ask(app, NOTED)
    shown = act(app, login, address, form)
    assert shown.count('role="alert"') == 1
    assert 'role="status"' not in shown
    assert ask(app, NOTED) == before


@pytest.fixture(scope="module")
def done(app) -> list[str]:
    """The pages that followed the acts of ``DONE``, one after the other."""
    return [act(app, *each) for each in DONE]


@pytest.mark.parametrize("number", range(len(DONE)), ids=[each[1] for each in DONE])
def test_an_act_that_is_done_is_told_as_a_status(done, number):
    assert done[number].count('role="status"') == 1
    assert 'role="alert"' not in done[number]


@pytest.mark.parametrize(("login", "address"), QUIET)
def test_what_the_next_page_shows_by_itself_is_not_told(app, login, address):
    shown = act(app, login, address, {"kind": "people"})
    assert 'role="alert"' not in shown
    assert 'role="status"' not in shown


def test_a_secret_is_shown_once_and_told_nowhere_else(app):
    admin = signed_in(app, "ad")
    answer = admin.post("/admin/accounts/reset", data={"csrf_token": token(admin), "login": "as3"})
    assert answer.status_code == 200
    assert 'class="secret"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'role="status"' not in admin.get("/admin/accounts").text
    made = {"csrf_token": token(admin), "name": "y", "days": "1"}
    answer = admin.post("/me/tokens", data=made)
    assert answer.status_code == 200
    assert "grid_" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    page = admin.get("/me").text
    assert 'role="status"' not in page
    assert "grid_" not in page


def test_every_act_there_is_stands_above(app):
    adapter = app.server.url_map.bind("localhost")

    def endpoint(address: str) -> str:
        known = {
            "good": "/data/x",
            "bad": "/data/x",
            "batch": "1",
            "attached": "1",
            "token": "1",
            "session": "1",
            "feedback": "1",
            "view": "1",
            "note": "1",
        }
        return str(adapter.match(address.format(**known), method="POST")[0])

    acts = {
        rule.endpoint
        for rule in app.server.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(("/_dash", "/sign-"))
    }
    done = {address for _, address, _ in DONE} | {address for _, address in QUIET}
    refused = {address for _, address, _ in REFUSED}
    assert {endpoint(address) for address in done} | {"take_file", "stop", "make_token"} == acts
    assert {endpoint(address) for address in refused} | {"correct", "throw_away", "end_other_sessions"} == acts
    parts = {f"/admin/{part.key}/{name}" for part in discover().values() for name in part.actions}
    assert {f"/work/{name}" for name in ACTS} | parts <= refused
    assert {f"/work/{name}" for name in ACTS} | parts <= done | {"/admin/accounts/add", "/admin/accounts/reset"}


def test_only_one_place_tells_what_came_of_an_act():
    assert set(calls("flash")) == {"dashboard/request/redirect_after.py"}
