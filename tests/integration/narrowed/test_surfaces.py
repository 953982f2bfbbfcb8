"""Map, tiles, ranking, lists, table, files and picture of one address count the same subjects."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pytest
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.request import signed_in as request_of
from dashboard.request.client import Client
from dashboard.request.view import View
from dashboard.screens.map.table_twin import table_drawer
from dashboard.screens.map.view_model import MapViewModel
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.database.scope import write_transaction
from geodata.indicators import INDICATORS
from geodata.levels import Level
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

MACHINE = "webgl=true&width=1366&height=768"
CASES = {
    "risk=high": ["S1"],
    "kind=market": ["S4"],
    "product=%E9%BB%84%E7%93%9C": ["S1", "S3"],
    "person=As1": ["S1", "S2"],
    "risk=low&person=Su1": ["S3"],
    "sector=fish": [],
}


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    with write_transaction(module_db) as db:
        world = small_world(db)
        db.execute(text("UPDATE grid.subject SET products = '黄瓜、人参' WHERE subject_id IN ('S1', 'S3')"))
        add_accounts(world)
    return application(module_db)


@contextmanager
def as_section(app: GridDash) -> Iterator[None]:
    """Whoever asks is the head of the section."""
    visitor = app.ctx.find_visitor("qin")
    assert visitor is not None
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        yield


@pytest.mark.parametrize("picked", CASES)
def test_the_screens_count_alike(app, picked):
    with as_section(app):
        count_alike(app, picked)


def count_alike(app: GridDash, picked: str) -> None:
    expected = CASES[picked]
    view = View.parse(f"?{picked}&level=subject&table=1")
    model, page = MapViewModel(app.ctx, view, Client()), UnitViewModel(app.ctx, view, "D")
    assert list(model.points.index) == list(page.points.index) == expected
    assert len(page.table.frame) == len(expected)
    assert int(model.frame["denominator"].sum()) == len(expected)
    drawer = json.dumps(table_drawer(model), default=lambda each: each.to_plotly_json(), ensure_ascii=False)
    assert [each for each in ("S1", "S2", "S3", "S4", "S5") if f"主体{each}" in drawer] == expected
    for key, each in INDICATORS.items():
        if each.grain != "village":
            assert tuple(model.headline.loc[key])[1] == tuple(page.headline.loc[key])[1]
            assert set(page.counted_rows(key)["subject_id"]) <= set(expected), key


@pytest.mark.parametrize("picked", CASES)
def test_the_files_and_the_answers_of_the_map_do_too(app, picked):
    client, expected = signed_in(app, "qin"), CASES[picked]
    subjects = client.get(f"/api/subjects?{picked}").json
    assert sorted(row["subject_id"] for row in subjects["rows"]) == expected
    listed = client.get(f"/api/rows?indicator=overdue&{picked}").json
    assert sorted(row["subject_id"] for row in listed["rows"]) == expected
    units = client.get(f"/api/indicators?indicator=overdue&level=village&{picked}").json
    assert sum(row["denominator"] for row in units["rows"]) == len(expected)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/subjects?format=xlsx&{picked}").data))
    said = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    assert [each for each in ("S1", "S2", "S3", "S4", "S5") if each in said.split()] == expected
    points = client.get(f"/map/points?scale=1&{picked}").json
    assert len(points["customdata"]) == len(expected)
    answer = client.get(f"/map/answer?{MACHINE}&level=village&{picked}")
    assert picked in answer.json["map"]["points"]
    assert client.get(f"/map/picture.png?{picked}").status_code == 200


def test_mine_is_whoever_looks(app):
    found = {}
    for login in ("as1", "su1", "qin"):
        rows = signed_in(app, login).get("/api/subjects?person=me").json
        found[login] = [row["subject_id"] for row in rows.get("rows", [])]
    assert found["as1"] == ["S1", "S2"]
    assert found["su1"] == ["S1", "S2", "S3"]
    assert found["qin"] == ["S1", "S2", "S3", "S4", "S5"]


def test_the_answer_of_one_pick_is_no_answer_of_another(app):
    client = signed_in(app, "qin")
    tags = {client.get(f"/map/answer?{MACHINE}&{picked}").headers["ETag"] for picked in ("", *CASES)}
    assert len(tags) == len(CASES) + 1
    mine = {signed_in(app, who).get(f"/map/answer?{MACHINE}&person=me").headers["ETag"] for who in ("lin", "qin")}
    assert len(mine) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_and_files_say_what_is_picked(app, lang):
    client = signed_in(app, "qin")
    bar = json.dumps(client.get(f"/map/answer?{MACHINE}&risk=high&person=As1&lang={lang}").json["panels"]["narrow"])
    said = {"zh": ("风险：高", "责任人：As1"), "en": ("Risk: high", "Person answering: As1")}[lang]
    told = json.loads(json.dumps(bar)).encode().decode("unicode_escape")
    for words in said:
        assert words.lower() in told.lower()
    meaning = client.get(f"/api/subjects?risk=high&lang={lang}").json
    assert said[0].lower() in json.dumps(meaning, ensure_ascii=False).lower()


def test_a_town_keeps_its_picks_on_the_way(app):
    view = View.parse("?risk=high")
    with as_section(app):
        page = UnitViewModel(app.ctx, view, "T1")
        assert "risk=high" in page.view.link_to("/subject/S1")
        inside = MapViewModel(app.ctx, view.with_fields(unit="T1", level=Level.VILLAGE), Client())
        assert list(inside.local_points.index) == ["S1"]


def test_a_picture_says_which_subjects_it_counts(app):
    client = signed_in(app, "qin")
    said = client.get("/map/picture.svg?risk=high&person=me").text  # letters are outlines, with the text beside them
    assert "风险：高风险" in said
    assert "责任人：Qin" in said
    assert "风险：" not in client.get("/map/picture.svg").text


@pytest.mark.parametrize("what", ["subjects", "rows", "indicators"])
def test_a_pick_that_cannot_be_meant_is_a_sentence_in_every_interface(app, what):
    client = signed_in(app, "qin")
    for name, said, status in (
        ("product", "a%00b", 400), ("product", "x" * 61, 400), ("product", "%1b", 400), ("kind", "cow", 400),
        ("risk", "高", 400), ("status", "ACTIVE", 400), ("sector", "%27", 400), ("person", "a%20b", 404),
        ("person", "%00", 400), ("product", "..%2F..%2Fx", 200), ("product", "%3D1%2B1", 200), ("person", "T9", 200),
    ):  # fmt: skip
        answer = client.get(f"/api/{what}?indicator=overdue&{name}={said}".replace(
            "?indicator=overdue&", "?" if what == "subjects" else "?indicator=overdue&"))  # fmt: skip
        assert answer.status_code == status, (name, said)
        assert status == 200 or list(answer.json) == ["error"]


def test_a_state_that_has_ended_is_said_in_words_where_it_is_asked_for(app):
    bar = signed_in(app, "qin").get(f"/map/answer?{MACHINE}&status=closed").json["panels"]["narrow"]
    assert "关闭" in json.dumps(bar, ensure_ascii=False)
    bar = signed_in(app, "qin").get(f"/map/answer?{MACHINE}").json["panels"]["narrow"]
    assert "关闭" not in json.dumps(bar, ensure_ascii=False)
