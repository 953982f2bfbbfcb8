"""A new view of the map: one answer says all, is made once while nothing has changed, and takes any click there is."""

from __future__ import annotations

import json
import time

import pytest
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.request.client import Client
from dashboard.screens.map.layout import PANELS
from geodata.database.scope import write_transaction
from layers.figure import Trace
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

MACHINE = "webgl=true&width=1366&height=768"


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return application(module_db)


def click_on(**thing: object) -> str:
    return json.dumps({"points": [thing]})


def test_an_answer_says_everything_that_may_differ(app):
    answer = signed_in(app, "qin").get(f"/map/answer?layer=coverage&{MACHINE}").json
    assert answer["search"] == "?layer=coverage"
    assert list(answer["panels"]) == [str(name) for name in PANELS]
    assert set(answer["map"]) == {"traces", "points", "overlay", "target"}
    assert set(answer["map"]["traces"]) == {str(int(place)) for place in Trace}
    assert answer["figure"] is answer["alert"] is None


def test_a_machine_without_webgl_gets_the_whole_figure(app):
    answer = signed_in(app, "qin").get("/map/answer?webgl=false&width=1366&height=768").json
    assert answer["map"] is None
    assert len(answer["figure"]["data"]) > len(Trace)


@pytest.mark.parametrize("address", [f"/map/answer?layer=chain&{MACHINE}", "/map/points?layer=chain&scale=1"])
def test_the_same_question_is_answered_by_its_tag_until_the_data_change(app, module_db, address):
    client = signed_in(app, "qin")
    first = client.get(address)
    time.sleep(1.1)  # the tokens of forms in the header tell the second
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    other = signed_in(app, "su1").get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200, "whoever sees other rows is told them"
    with module_db.begin() as db:
        db.execute(text("UPDATE grid.subject SET name = name || '新' WHERE subject_id = 'S1'"))
        db.execute(text("INSERT INTO grid.load_batch (kind, file_name, file_sha256) VALUES ('subjects', 'new', '')"))
    app.ctx._seen = (0.0, "")
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (click_on(location="T1"), "?level=village&unit=T1"),
        (click_on(customdata=["S1", "甲"]), "?subject=S1"),
        (click_on(customdata=["T1", "town"]), "?level=village&unit=T1"),
    ],
)
def test_a_click_leads_on(app, said, expected):
    client = signed_in(app, "qin")
    answer = client.get("/map/answer", query_string={"click": said, "webgl": "true"}).json
    assert answer["search"] == expected


@pytest.mark.parametrize(
    "said", ["nonsense", "[]", "{}", "[" * 5000, '{"points": 3}', click_on(), click_on(customdata=[]), "null", "1e999"]
)
def test_a_click_on_nothing_known_changes_nothing(app, said):
    answer = signed_in(app, "qin").get("/map/answer", query_string={"click": said})
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_click_on_a_foreign_unit_shows_nothing_of_it(app):
    answer = signed_in(app, "su1").get("/map/answer", query_string={"click": click_on(location="T2")})
    assert "unit=T2" not in answer.json["search"]


def test_points_say_what_the_layer_says_of_each_subject(app):
    client = signed_in(app, "qin")
    due, chain = (client.get(f"/map/points?layer={layer}&scale=1").json for layer in ("overdue", "chain"))
    assert due["customdata"] == chain["customdata"]
    assert due["lon"] == chain["lon"]
    assert due["hovertext"] != chain["hovertext"] or not due["lon"]


@pytest.mark.parametrize(
    "asked",
    [
        *("/map/answer?width=-1", "/map/answer?width=ab", "/map/answer?height=9999999", "/map/answer?width=1e3"),
        *("/map/answer?width=١٢", "/map/answer?webgl=maybe", "/map/answer?only=nope", "/map/answer?layer=nope"),
        *("/map/answer?asof=2999-01-01", "/map/points?scale=99", "/map/points?scale=nan", "/map/style.json?height=x"),
    ],
)
def test_a_value_that_cannot_be_meant_is_a_sentence(app, asked):
    answer = signed_in(app, "qin").get(asked)
    assert answer.status_code == 400
    assert answer.json["error"].strip()


def test_a_size_no_window_has_is_the_usual_one():
    assert Client.from_args({"width": "7", "height": ""}) == Client.from_args({}) == Client()
