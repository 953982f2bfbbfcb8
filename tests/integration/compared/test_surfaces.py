"""Two days compared: map, legend, ranking, picture, list and files tell the same change, each within the scope."""

from __future__ import annotations

import io
import json
from collections import Counter

import openpyxl
import pytest
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.request import signed_in as request_of
from dashboard.request.client import Client
from dashboard.request.view import View
from dashboard.screens.map.two_days import change_rows, months_svg
from dashboard.screens.map.view_model import MapViewModel
from geodata.database.scope import write_transaction
from geodata.indicators import INDICATORS
from layers.catalog import discover
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

PAGE = {"Accept": "text/html"}
MACHINE = "webgl=true&width=1366&height=768"
DAYS = "asof=2026-06-01&since=2026-01-31"

MADE_MEANWHILE = """
code | level   | name | kind    | parent_code | west  | valid
V9   | village | 九村 | village | T1          | 126.9 | [2026-03-01,)
"""


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    with write_transaction(module_db) as db:
        world = small_world(db)
        world.visits("subject | on\nS1 | 2026-01-12\nS2 | 2026-01-20\nS4 | 2026-02-02\nS1 | 2026-05-20")
        world.samples(
            "sample | subject | on | judgement\nA | S1 | 2026-01-01 | qualified\nB | S3 | 2026-05-01 | unqualified"
        )
        db.execute(text("UPDATE grid.subject SET entry_on = '2026-03-01' WHERE subject_id = 'S5'"))
        add_accounts(world)
        world.units(MADE_MEANWHILE)
    return application(module_db)


def answer(app: GridDash, who: str, asked: str) -> dict:
    found = signed_in(app, who).get(f"/map/answer?{MACHINE}&{asked}")
    assert found.status_code == 200, found.text
    return found.json


def said(part: object) -> str:
    return json.dumps(part, ensure_ascii=False)


@pytest.mark.parametrize("layer", discover())
@pytest.mark.parametrize("level", ["town", "village"])
def test_map_legend_ranking_and_file_say_the_same_of_every_unit(app, layer, level):
    asked = f"{DAYS}&layer={layer}&level={level}"
    visitor = app.ctx.find_visitor("qin")
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        model = MapViewModel(app.ctx, View.parse(f"?{asked}"), Client())
        units, ranked = model.local, change_rows(model)
        classes = {row.key: row.units for row in model.legend.classes if row.units}
    found = answer(app, "qin", asked)
    labels = {each["properties"]["code"]: each["properties"] for each in found["map"]["overlay"]["labels"]["features"]}
    assert {code: labels[code]["count"] for code in units.index} == units["said"].to_dict()
    assert Counter(row.said for row in ranked) == Counter(units["said"])
    assert classes == dict(Counter(units["state"].fillna("none")))
    told = said(found["panels"]["ranking"])
    assert all(each in told for each in units["said"])
    rows = (
        signed_in(app, "qin").get(f"/api/indicators?{DAYS}&indicator={model.base.indicator}&level={level}").json["rows"]
    )
    for row in rows:
        if row["denominator_before"] is None:  # not there on the earlier day
            continue
        pair, old = (row["numerator"], row["denominator"]), (row["numerator_before"], row["denominator_before"])
        drawn = [(of - part if model.base.complement else part, of) for part, of in (old, pair)]
        if not model.base.grades_of(model.local) or level == "town":
            texts = ["—" if not of else f"{part}/{of}" for part, of in drawn]
            assert units.loc[row["unit_code"], "said"].split(" ", 1)[-1] in (
                " → ".join(texts),
                texts[1],
                " → ".join(texts)[2:],
            )
    for key in classes:
        file = signed_in(app, "qin").get(
            f"/api/indicators?{DAYS}&indicator={model.base.indicator}&level={level}&class={layer}:{key}"
        )
        assert len(file.json["rows"]) == classes[key], key


def test_a_day_that_is_not_earlier_compares_nothing(app):
    plain = answer(app, "qin", "asof=2026-06-01&layer=overdue&level=town")
    for since in ("2026-06-01", "2026-07-01"):
        found = answer(app, "qin", f"asof=2026-06-01&since={since}&layer=overdue&level=town")
        assert said(found["map"]["overlay"]["labels"]) == said(plain["map"]["overlay"]["labels"])
        # time that is played to before the earlier day lets go of a class of change
        found = answer(app, "qin", f"asof=2026-06-01&since={since}&layer=overdue&level=town&only=much_worse")
        assert "only" not in found["search"]
    # and the other way round: a class of rates is gone where two days are compared
    found = answer(app, "qin", "asof=2026-06-01&since=2026-01-31&layer=overdue&level=town&only=c1")
    assert "only" not in found["search"]
    page = signed_in(app, "qin").get("/?asof=2026-06-01&since=2026-07-01&layer=overdue&only=much_worse", headers=PAGE)
    assert page.status_code == 200, "an address that time was played past can be opened again"
    client = signed_in(app, "qin")
    refused = client.get("/api/changes?indicator=overdue&asof=2026-06-01&since=2026-06-01")
    assert (refused.status_code, "2026-06-01" in refused.json["error"]) == (400, True)
    month = client.get("/api/changes?indicator=overdue&asof=2026-06-30&since=2026-05-30").json["rows"]
    assert client.get("/api/changes?indicator=overdue&asof=2026-06-30").json["rows"] == month
    page = client.get("/changes?asof=2026-06-01&since=2026-06-01", headers=PAGE)
    assert (page.status_code, "前一天 2026-06-01 要早于后一天 2026-06-01" in page.text) == (400, True)
    assert client.get("/saved?at=999,999", headers=PAGE).status_code == 400
    assert client.get("/changes?since=2026-13-01").status_code == 400
    assert client.get("/api/indicators?since=2026-01-31&asof=2026-06-01&format=geojson").status_code == 400


@pytest.mark.parametrize("key", INDICATORS)
def test_page_and_files_list_who_entered_and_who_left(app, key):
    client = signed_in(app, "qin")
    found = client.get(f"/api/changes?indicator={key}&{DAYS}").json["rows"]
    counted = client.get(f"/api/indicators?indicator={key}&{DAYS}&level=district").json["rows"][0]
    moved = Counter(row["crossing"] for row in found)
    assert counted["numerator"] == counted["numerator_before"] + moved["entered"] - moved["left"]
    page = client.get(f"/changes?indicator={key}&{DAYS}").text
    assert f"新增（{moved['entered']}）" in page
    assert f"减少（{moved['left']}）" in page
    for row in found:
        assert (row.get("subject_id") or row["unit_code"]) in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/changes?indicator={key}&{DAYS}&format=xlsx").data))
    assert book.worksheets[0].max_row >= len(found)


def test_it_stays_within_the_scope(app):
    everything = signed_in(app, "qin").get(f"/api/changes?indicator=overdue&{DAYS}").json["rows"]
    own = signed_in(app, "as1").get(f"/api/changes?indicator=overdue&{DAYS}").json["rows"]
    assert {row["subject_id"] for row in own} == {row["subject_id"] for row in everything} & {"S1", "S2"}
    assert signed_in(app, "hu1").get(f"/changes?unit=T2&{DAYS}").status_code == 404
    assert signed_in(app, "hu1").get(f"/api/changes?indicator=overdue&unit=T2&{DAYS}").status_code == 404
    page = signed_in(app, "as1").get(f"/changes?indicator=overdue&{DAYS}").text
    assert not [each for each in ("主体S3", "主体S4", "主体S5") if each in page]


def test_it_follows_what_is_picked(app):
    rows = signed_in(app, "qin").get(f"/api/changes?indicator=patrol_coverage&{DAYS}&person=As1").json["rows"]
    assert {row["subject_id"] for row in rows} <= {"S1", "S2"}
    page = signed_in(app, "qin").get(f"/changes?indicator=patrol_coverage&{DAYS}&risk=high").text
    assert "风险：高" in page.replace("高风险", "高")


def test_the_lines_of_months_have_a_view_for_every_unit_and_begin_with_the_records(app):
    client = signed_in(app, "qin")
    first = client.get(f"/map/months.svg?{DAYS}&layer=coverage&level=village")
    assert (first.status_code, first.mimetype) == (200, "image/svg+xml")
    assert all(f'<view id="u{code}"' in first.text for code in ("V1", "V2", "V3"))
    again = client.get(
        f"/map/months.svg?{DAYS}&layer=coverage&level=village", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    visitor = app.ctx.find_visitor("hu1")
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        view = View.parse(f"?{DAYS}&layer=coverage&level=village")
        assert 'id="uV3"' not in months_svg(MapViewModel(app.ctx, view, Client()))


def test_pictures_are_of_the_changes_or_of_both_days(app):
    client = signed_in(app, "qin")
    assert client.get(f"/map/picture.png?{DAYS}&layer=overdue").status_code == 200
    assert client.get(f"/map/picture.png?{DAYS}&layer=overdue&only=much_worse").status_code == 200
    assert client.get(f"/map/picture.png?{DAYS}&layer=overdue&only=c1").status_code == 400
    beside = answer(app, "qin", f"{DAYS}&layer=overdue&side=1")["panels"]["sides"]
    for day in ("2026-01-31", "2026-06-01"):
        assert day in said(beside)
    assert said(beside).count("/map/picture.svg") == 2
    assert answer(app, "qin", "asof=2026-06-01&layer=overdue&side=1")["panels"]["sides"] is None


def test_where_a_unit_was_not_there_it_is_said_and_nothing_is_broken(app):
    """The village was made between the two days."""
    found = answer(app, "qin", f"{DAYS}&layer=overdue&level=village&unit=V9&side=1")
    told = said(found["panels"]["sides"])
    assert ("2026-01-31 还没有" in told, told.count("/map/picture.svg")) == (True, 1)
    page = signed_in(app, "qin").get(f"/changes?unit=V9&{DAYS}", headers=PAGE)
    assert (page.status_code, "V9" in page.text, 'name="since"' in page.text) == (200, True, True)
    labels = {
        each["properties"]["code"]: each["properties"]["count"]
        for each in answer(app, "qin", f"{DAYS}&layer=overdue&level=village")["map"]["overlay"]["labels"]["features"]
    }
    assert labels["V9"] == "—"
