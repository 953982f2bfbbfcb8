"""``/admin/rules``: a form leads to a preview, and what is stored is what was previewed."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from geodata.calendar import today
from geodata.database.scope import read_transaction, write_transaction
from geodata.rule_changes.rule_acts import plan_rule, write_change
from geodata.rules import rule_value
from tests.builders import World, small_world
from tests.visitors import add_accounts, application, signed_in, token

TO_COME = "2099-01-01"
PLAIN = {"rule": "interval_days|risk:high", "value": "365", "from_on": "2026-01-01", "source": "区农〔2026〕1号"}


@pytest.fixture
def app(empty_db: Engine):
    with write_transaction(empty_db) as db:
        world = small_world(db)
        world.visits("subject | on\nS1 | 2026-01-02\nS2 | 2026-01-02")
        add_accounts(world)
    return application(empty_db)


def send(client: FlaskClient, action: str, said: dict[str, str], look: str = "") -> str:
    form = said | {"csrf_token": token(client)}
    return client.post(f"/admin/rules/{action}{look}", data=form, follow_redirects=True).text


def fields(page: str) -> dict[str, str]:
    """What the form of a preview sends along."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def standing(engine: Engine):
    with read_transaction(engine) as db:
        return db.execute(text("SELECT key, scope, from_on, value, source FROM grid.rule ORDER BY 1, 2, 3")).all()


def test_a_rule_is_looked_at_confirmed_corrected_and_taken_back(app, empty_db):
    section, before = signed_in(app, "qin"), standing(empty_db)
    page = send(section, "set", PLAIN)
    assert "1 个不再逾期" in page
    assert "V1" in page
    assert standing(empty_db) == before
    sent = fields(page)
    assert sent | PLAIN == sent
    assert "已登记" in send(section, "set", sent)
    with read_transaction(empty_db) as db:
        assert rule_value(db, "interval_days", today(), "risk:high") == 365
        noted = "SELECT login, action FROM grid.audit WHERE table_name = 'rule' AND login IS NOT NULL"
        assert [tuple(row) for row in db.execute(text(noted))] == [("qin", "insert")]
    corrected = send(section, "set", PLAIN | {"value": "364"})
    assert "由 365 更正为 364" in corrected
    assert "已登记" in send(section, "set", fields(corrected))
    back = send(section, "withdraw", {"rule": PLAIN["rule"], "from_on": PLAIN["from_on"]})
    assert "1 个主体变为逾期" in back
    assert "已撤回" in send(section, "withdraw", fields(back))
    assert standing(empty_db) == before


@pytest.mark.parametrize("other", [
    {"value": "364"}, {"from_on": "2026-01-03"}, {"source": "x"}, {"rule": "interval_days|risk:medium"},
    {"seen": "0" * 64},
])  # fmt: skip
def test_what_was_not_previewed_is_previewed_and_not_stored(app, empty_db, other):
    section, before = signed_in(app, "qin"), standing(empty_db)
    page = send(section, "set", fields(send(section, "set", PLAIN)) | other)
    assert "尚未登记" in page
    assert standing(empty_db) == before
    assert "已登记" in send(section, "set", fields(page))


def test_facts_and_rules_that_came_meanwhile_are_previewed_anew(app, empty_db):
    section = signed_in(app, "qin")
    first = fields(send(section, "set", PLAIN))
    with write_transaction(empty_db) as db:
        World(db).visits("subject | on\nS2 | 2026-11-20")
    second = send(section, "set", first)
    assert "尚未登记" in second
    with write_transaction(empty_db) as db:
        write_change(db, plan_rule(db, "severe_days", "", today(), "9", "x"))
    third = send(section, "set", fields(second))
    assert "尚未登记" in third
    assert "已登记" in send(section, "set", fields(third))


def test_a_day_to_come_is_previewed_as_if_it_were_today(app, empty_db):
    page = send(signed_in(app, "qin"), "set", PLAIN | {"from_on": TO_COME})
    assert "以下按今天就生效来试算" in page
    assert "1 个不再逾期" in page


def test_classes_of_the_map_are_previewed_by_the_units_that_change_their_colour(app, empty_db):
    page = send(signed_in(app, "ad"), "set", PLAIN | {"rule": "class_breaks|overdue", "value": "1%, 100%"})
    assert re.search(r"地图上有 [1-9]\d* 处换颜色，0 处换名次", page)
    assert "→" in page


@pytest.mark.parametrize(("said", "sentence"), [
    ({"value": "many"}, "整数"), ({"value": "NaN"}, "整数"), ({"value": "-1"}, "整数"), ({"value": "[1]"}, "整数"),
    ({"value": "0"}, "1 至 3650"), ({"value": "1e300"}, "1 至 3650"), ({"value": "2.5"}, "整数"),
    ({"value": ""}, "整数"),
    ({"source": " "}, "依据"), ({"from_on": "soon"}, "看不懂"), ({"from_on": "1066-10-14"}, "1900 年"),
    ({"rule": "gravity|"}, "没有“gravity”"), ({"rule": "severe_days|T1"}, "适用范围"), ({"rule": ""}, "没有“”"),
    ({"rule": "work_due_unit|", "value": "weeks", "from_on": TO_COME}, "working_days"),
    ({"rule": "sign_in_window_minutes|", "value": "1e12", "from_on": TO_COME}, "1440"),
    ({"rule": "sign_in_tries|", "value": "2", "from_on": TO_COME}, "3 至 10000"),
    ({"rule": "sign_in_tries|", "value": "7"}, "过去的日子"),
    ({"rule": "point_margin_km|", "value": "1e9", "from_on": TO_COME}, "10000"),
    ({"rule": "check_bodies|", "value": '[""]', "from_on": TO_COME}, "空白"),
    ({"rule": "check_bodies|", "value": '["局", 1]', "from_on": TO_COME}, "一行文字"),
    ({"rule": "class_breaks|overdue", "value": "30%, 10%"}, "从小到大"),
    ({"rule": "class_breaks|nowhere", "value": "30%"}, "适用范围"),
    ({"rule": "residue_standard|", "value": "a\tb"}, "一行文字"),
])  # fmt: skip
def test_a_rule_that_makes_no_sense_is_a_sentence(app, empty_db, said, sentence):
    before = standing(empty_db)
    page = send(signed_in(app, "qin"), "set", PLAIN | said)
    assert sentence in re.sub(r"<section.*", "", page, flags=re.DOTALL), "told before the first card"
    assert standing(empty_db) == before


@pytest.mark.parametrize(("said", "sentence"), [
    ({"rule": "severe_days|", "from_on": "2000-01-01"}, "没有另行登记"),
    ({"rule": "severe_days|", "from_on": TO_COME}, "没有另行登记"),
    ({"rule": "gravity|", "from_on": TO_COME}, "没有“gravity”"), ({"rule": "severe_days|", "from_on": ""}, "看不懂"),
])  # fmt: skip
def test_what_was_not_set_here_is_not_taken_back(app, said, sentence):
    assert sentence in send(signed_in(app, "ad"), "withdraw", said)


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("巡查间隔天数", "高风险", "5%、15%、30%", "自然年", "可以从过去的日子起", "1 至 3650 的整数")),
    ("en", ("Days between patrols", "High risk", "5%, 15%, 30%", "calendar year", "on a past day", "from 1 to 3650")),
])  # fmt: skip
def test_the_page_says_of_every_rule_what_it_means_and_what_it_may_be(app, lang, words):
    page = html.unescape(signed_in(app, "qin").get(f"/admin/rules?lang={lang}").text)
    assert [word for word in words if word.lower() not in page.lower()] == []


def test_own_values_have_a_button_to_take_them_back_and_others_none(app, empty_db):
    section = signed_in(app, "qin")
    assert "rules/withdraw" not in section.get("/admin/rules").text
    send(section, "set", fields(send(section, "set", PLAIN)))
    assert section.get("/admin/rules").text.count("rules/withdraw") == 1
