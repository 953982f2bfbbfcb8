"""The page and the table of a unit that has ended say what it was, until when, and what came after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from dashboard.app import router
from dashboard.app.create_app import GridDash
from dashboard.request import signed_in as request_of
from dashboard.request.pages import find_page
from dashboard.request.view import View
from dashboard.screens import discover_pages
from geodata.database.scope import write_transaction
from geodata.locale import Lang, translate
from tests.builders import small_world
from tests.commands import run_command
from tests.visitors import add_accounts, application, signed_in

MERGED = """
code | level   | name | kind    | parent_code | west  | valid
V9   | village | 新村 | village | T1          | 126.0 | [2026-07-01,)
V8   | village | 西村 | village | T2          | 126.2 | [2026-07-01,)
V7   | village | 旧村 | village | T2          | 126.3 | [2020-01-01,2021-01-01)
"""
AFTER, BEFORE = date(2026, 7, 1), date(2026, 6, 30)
SUCCESSION = (("V2", "V9", "merge"), ("V3", "V8", "split"), ("V3", "V9", "split"))


@pytest.fixture(scope="module")
def owner(new_database) -> Iterator[Engine]:
    """Villages V2 and part of V3 became V9 of another town, the rest of V3 V8; V7 ended without a trace."""
    for engine in new_database():
        with write_transaction(engine) as db:
            world = small_world(db)
            world.units(MERGED)
            db.exec_driver_sql(
                "UPDATE grid.unit_version SET valid = daterange(lower(valid), '2026-07-01') WHERE code IN ('V2', 'V3')"
            )
            for old, new, how in SUCCESSION:
                world.put("unit_lineage", old_code=old, new_code=new, how=how, from_on="2026-07-01")
            add_accounts(world)
        yield engine


@pytest.fixture(scope="module")
def app(owner) -> GridDash:
    return application(owner)


def page(app: GridDash, login: str, code: str, lang: Lang = Lang.ZH, day: date = AFTER) -> tuple[str, str]:
    """A unit's page as it is drawn for an account, and the window's title."""
    visitor, (found, places) = app.ctx.find_visitor(login), find_page(discover_pages(), f"/unit/{code}")
    assert visitor is not None
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        part, title = router.lay_out(app.ctx, found, View(asof=day, lang=lang), places, None)
    return json.dumps(part, default=lambda each: each.to_plotly_json(), ensure_ascii=False), title


def test_it_is_told_what_it_was_and_what_it_became(app):
    said, title = page(app, "lin", "V2")
    assert title == translate("banner.ended", Lang.ZH)
    assert "二村（V2，村）到 2026-06-30 为止" in said
    assert "/unit/V9?asof=2026-07-01" in said
    assert "合并，2026-07-01 起" in said
    assert "/unit/V2?asof=2026-06-30" in said, "the way to its own last day"
    said, title = page(app, "lin", "V2", Lang.EN)
    assert title == "This unit is no more"
    assert "二村 (V2, Village) was in force until 2026-06-30." in said
    assert "merge, from 2026-07-01" in said


def test_its_last_day_is_a_day_like_any_other(app):
    said, title = page(app, "lin", "V2", day=BEFORE)
    assert title == translate("ui.unit.title", Lang.ZH)
    assert "为止" not in said


def test_one_that_left_no_trace_says_so(app):
    assert "没有登记它的后继" in page(app, "lin", "V7")[0]


def test_a_program_is_told_too(app):
    for path in ("/api/subjects", "/api/indicators", "/api/work"):
        answer = signed_in(app, "lin").get(f"{path}?unit=V3&asof={AFTER}")
        assert answer.status_code == 410, path
        assert answer.json["error"] == "三社（V3，社区）到 2026-06-30 为止，此后不再单列。后继：西村 V8、新村 V9。"
        assert answer.json["ended"] == {
            "code": "V3",
            "last_on": "2026-06-30",
            "successors": [
                {"code": "V8", "name": "西村", "how": "split", "from_on": "2026-07-01"},
                {"code": "V9", "name": "新村", "how": "split", "from_on": "2026-07-01"},
            ],
        }
    assert signed_in(app, "lin").get(f"/api/subjects?unit=V3&asof={BEFORE}").status_code == 200


def test_the_address_has_the_status(app):
    client = signed_in(app, "lin")
    for code, day, status in (("V2", AFTER, 410), ("V2", BEFORE, 200), ("V1", AFTER, 200), ("nobody", AFTER, 404)):
        answer = client.get(f"/unit/{code}?asof={day}", headers={"Accept": "text/html"})
        assert answer.status_code == status, (code, day)
        assert ("_dash-config" in answer.text) is (status == 200), "what is refused needs no script"
        assert ("/unit/V9" in answer.text) is (status == 410)
    assert signed_in(app, None).get("/unit/V2", headers={"Accept": "text/html"}).status_code == 303
    plain = client.get(f"/work?unit=V2&asof={AFTER}", headers={"Accept": "text/html"})
    assert (plain.status_code, "/unit/V9" in plain.text) == (410, True)


@pytest.mark.parametrize(("login", "code"), [("hu2", "V2"), ("su1", "V3"), ("as1", "V2"), ("hu1", "V7")])
def test_whoever_may_not_see_it_gets_what_an_unknown_code_gets(app, login, code):
    client = signed_in(app, login)
    for path in ("/api/subjects?unit={}", "/api/indicators?unit={}", "/work?unit={}"):
        ours, unknown = (client.get(f"{path.format(each)}&asof={AFTER}") for each in (code, "XX"))
        assert (ours.status_code, ours.text.replace(code, "XX")) == (unknown.status_code, unknown.text)
    for accept in ("text/html", "application/json"):
        ours, unknown = (client.get(f"/unit/{each}?asof={AFTER}", headers={"Accept": accept}) for each in (code, "XX"))
        assert (ours.status_code, ours.data) == (404, unknown.data)
    assert page(app, login, code)[0].replace(code, "XX") == page(app, login, "XX")[0]


def test_what_came_after_it_elsewhere_has_no_name(app):
    """The head of the second town sees what became of a village of his, as far as it is his."""
    answer = signed_in(app, "hu2").get(f"/api/subjects?unit=V3&asof={AFTER}").json
    assert [each["code"] for each in answer["ended"]["successors"]] == ["V8"]
    assert "另有 1 个后继不在您的辖区内" in answer["error"]
    assert "新村" not in answer["error"] + page(app, "hu2", "V3")[0]


def test_the_command_line_says_the_same(owner):
    url = owner.url.render_as_string(hide_password=False)
    done = run_command("geodata", "chain", "--unit", "V2", "--as-of", AFTER, GRID_DATABASE_URL=url, GRID_LANG="en")
    assert done.returncode == 7
    assert "二村 (V2, Village) was in force until 2026-06-30. After it came 新村 V9." in " ".join(done.stderr.split())
