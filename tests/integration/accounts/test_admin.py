"""Management: what the administrator and the section can do by its forms, and that nobody else can, form or no form."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from geodata.calendar import today
from geodata.database.scope import read_transaction, write_transaction
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token

TO_COME = "2099-01-01"


@pytest.fixture
def app(empty_db: Engine):
    with write_transaction(empty_db) as db:
        world = small_world(db)
        add_accounts(world)
        world.people("New")
        db.execute(text("UPDATE grid.person SET name = '新来的' WHERE person_no = 'New'"))
    return application(empty_db)


def act(client: FlaskClient, address: str, **said: str) -> str:
    """What the page says after a form was sent."""
    form = said | {"csrf_token": token(client)}
    return client.post(f"/admin/{address}", data=form, follow_redirects=True).text


def one(engine: Engine, sql: str):
    with read_transaction(engine) as db:
        return db.execute(text(sql)).scalar_one()


def test_an_account_is_made_and_its_password_shown_once(app, empty_db):
    admin = signed_in(app, "ad")
    told = act(admin, "accounts/add", login="new", person="New")
    secret = re.search(r"口令：([a-z0-9-]{19})", told)
    assert secret is not None
    assert secret.group(1) not in admin.get("/admin/accounts").text
    assert one(empty_db, "SELECT left(password_hash, 9) FROM grid.account WHERE login = 'new'") == "$argon2id"
    act(admin, "posts/give", person="New", role="supervisor", unit="T2", first=today().isoformat())
    client = app.server.test_client()
    form = {"login": "new", "password": secret.group(1), "csrf_token": token(client)}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.get("/api/subjects").json["metadata"]["count"] == 2


@pytest.mark.parametrize(("login", "person", "sentence"), [
    ("su1", "New", "已有人使用"), ("x", "Su1", "已经有账号"), ("x", "nobody", "没有编号"), ("X Y", "New", "请用小写"),
])  # fmt: skip
def test_an_account_that_cannot_be_made_is_a_sentence(app, login, person, sentence):
    assert sentence in act(signed_in(app, "ad"), "accounts/add", login=login, person=person)


def test_locking_opening_and_a_new_password(app, empty_db):
    admin, other = signed_in(app, "ad"), signed_in(app, "su1")
    assert "已停用" in act(admin, "accounts/disable", login="su1")
    assert other.get("/api/subjects").status_code == 401
    assert "已重新启用" in act(admin, "accounts/enable", login="su1")
    assert "口令：" in act(admin, "accounts/reset", login="su1")
    assert "不能停用自己" in act(admin, "accounts/disable", login="ad")
    assert "没有账号" in act(admin, "accounts/disable", login="nobody")


def test_a_post_is_given_and_ended_and_both_are_noted(app, empty_db):
    section = signed_in(app, "qin")
    assert "已登记" in act(section, "posts/give", person="New", role="assistant", unit="V3", first="2026-01-01")
    post = one(empty_db, "SELECT post_no FROM grid.post WHERE person_no = 'New'")
    assert one(empty_db, "SELECT loaded_by FROM grid.load_batch WHERE kind = 'posts'") == "qin"
    assert "已登记末日" in act(section, "posts/end", post=post, last="2026-02-01")
    assert one(empty_db, "SELECT upper(valid)::text FROM grid.post WHERE person_no = 'New'") == "2026-02-02"
    with read_transaction(empty_db) as db:
        noted = db.execute(text("SELECT login, action FROM grid.audit WHERE table_name = 'post' ORDER BY id")).all()
    assert [tuple(row) for row in noted] == [("qin", "insert"), ("qin", "update")]


@pytest.mark.parametrize(("said", "sentence"), [
    ({"unit": "T1"}, "没有与此岗位级别相符"), ({"unit": "V9"}, "没有与此岗位级别相符"),
    ({"person": "nobody"}, "没有编号"),
    ({"role": "king"}, "没有“king”"), ({"first": "soon"}, "看不懂"), ({"last": "2020-01-01"}, "早于起始日"),
    ({"person": "As3"}, "已任此岗"), ({"person": "Su2", "role": "station_head", "unit": "T2"}, "已有人任职"),
])  # fmt: skip
def test_a_post_that_cannot_be_given_is_a_sentence(app, empty_db, said, sentence):
    plain = {"person": "New", "role": "assistant", "unit": "V3", "first": "2026-01-01"}
    before = one(empty_db, "SELECT count(*) FROM grid.post")
    assert sentence in act(signed_in(app, "qin"), "posts/give", **plain | said)
    assert one(empty_db, "SELECT count(*) FROM grid.post") == before


def test_nobody_gives_the_own_account_more_than_it_has(app, empty_db):
    told = act(signed_in(app, "qin"), "posts/give", person="Qin", role="administrator", unit="D", first="2026-01-01")
    assert "不能授予" in told
    assert one(empty_db, "SELECT count(*) FROM grid.post WHERE role = 'administrator'") == 1


@pytest.mark.parametrize(
    ("find", "lang", "there"),
    [("协管", "zh", True), ("assistant", "en", True), ("_", "zh", False), ("As1", "zh", True)],
)
def test_posts_are_found_by_what_the_page_shows(app, find, lang, there):
    page = signed_in(app, "qin").get(f"/admin/posts?find={quote(find)}&lang={lang}").text
    assert ("As1" in page.partition("<table")[2].partition("</table>")[0]) is there


def test_the_trail_is_searched_and_shows_before_and_after(app, empty_db):
    with write_transaction(empty_db) as db:
        db.execute(text("UPDATE grid.subject SET name = '改名农场' WHERE subject_id = 'S1'"))
    signed_in(app, "su1").get("/api/subjects?format=xlsx")
    admin = signed_in(app, "ad")
    page = admin.get("/admin/audit?find=改名").text
    assert "<del>主体S1</del>" in page
    assert "改名农场" in page
    exports = admin.get("/admin/audit?find=exported").text
    assert "su1" in exports
    assert "xlsx" in exports
    for nothing in ("nothing-of-the-kind", "%25", "su_"):
        assert "没有这样的行" in admin.get(f"/admin/audit?find={nothing}").text, "a sign stands for itself alone"
    assert "没有这样的行" in admin.get("/admin/audit?asof=2020-01-01").text


def test_the_auditors_workbook_says_who_sees_what(app, empty_db):
    answer = signed_in(app, "ad").get("/admin/access.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["谁能看什么", "岗位与权限", "口径"]
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    lines = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    assert (lines["su1"]["岗位"], lines["su1"]["村社区数"], lines["su1"]["主体数"]) == ("监管员", 2, 3)
    assert (lines["lin"]["镇街数"], lines["lin"]["主体数"]) == (2, 5)
    assert (lines["as3"]["村社区数"], lines["as3"]["主体数"]) == (1, 2)
    assert one(empty_db, "SELECT count(*) FROM grid.audit WHERE action = 'exported' AND row_key = 'access'") == 1


@pytest.mark.parametrize("who", ["lin", "hu1", "su1", "as1", "da"])
@pytest.mark.parametrize(("address", "said"), [
    ("accounts/add", {"login": "x", "person": "New"}), ("accounts/reset", {"login": "ad"}),
    ("posts/give", {"person": "New", "role": "assistant", "unit": "V1", "first": "2026-01-01"}),
    ("posts/end", {"post": "P1", "last": "2026-01-01"}),
    ("rules/set", {"rule": "severe_days|", "value": "1", "from_on": TO_COME, "source": "x"}),
])  # fmt: skip
def test_nobody_else_manages_anything(app, empty_db, who, address, said):
    client = signed_in(app, who)
    before = one(empty_db, "SELECT count(*) FROM grid.audit WHERE table_name IS NOT NULL")
    assert client.post(f"/admin/{address}", data=said | {"csrf_token": token(client)}).status_code == 403
    assert one(empty_db, "SELECT count(*) FROM grid.audit WHERE table_name IS NOT NULL") == before


@pytest.mark.parametrize("address", ["accounts/fly", "weather/add", "audit/delete"])
def test_an_act_there_is_not(app, address):
    client = signed_in(app, "ad")
    assert client.post(f"/admin/{address}", data={"csrf_token": token(client)}).status_code == 404
