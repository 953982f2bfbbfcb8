"""``/api`` gives the pages' numbers as files: same counts, honest names and meanings, clear refusals, no formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from geodata.calendar import today
from geodata.database.scope import read_transaction, write_transaction
from geodata.indicators import INDICATORS
from geodata.levels import Level
from geodata.rollup.indicator_counts import count_indicator, list_counted_rows, state_counts
from geodata.subjects.roster import subject_points
from tests.builders import UNITS, World, small_world
from tests.visitors import add_account, add_accounts, application, signed_in

DAY = date(2026, 11, 22)
ASOF = f"asof={DAY}"
Change = Callable[[World], None]


@pytest.fixture(scope="module")
def district(demo_district: Engine) -> FlaskClient:
    return signed_in(application(demo_district), "leader")


@pytest.fixture
def office(empty_db: Engine) -> Callable[..., FlaskClient]:
    """The small world, changed by the test, behind the application."""

    def serve(change: Change | None = None) -> FlaskClient:
        with write_transaction(empty_db) as db:
            world = small_world(db)
            add_accounts(world)
            if change:
                change(world)
        return signed_in(application(empty_db), "lin")

    return serve


def rows(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("level", [Level.DISTRICT, Level.TOWN, Level.VILLAGE])
def test_indicators_are_those_of_measure(district: FlaskClient, demo_district: Engine, level: Level) -> None:
    told = district.get(f"/api/indicators?level={level}&{ASOF}").json
    found = {(row["indicator"], row["unit_code"]): (row["numerator"], row["denominator"]) for row in told["rows"]}
    with read_transaction(demo_district) as db:
        for key in INDICATORS:
            frame = count_indicator(db, key, level, DAY)
            asked = {(key, code): (int(row.numerator), int(row.denominator)) for code, row in frame.iterrows()}
            assert asked.items() <= found.items()
            assert len([pair for pair in found if pair[0] == key]) == len(frame)


def test_the_rows_behind_a_number_are_as_many_as_the_number(district: FlaskClient) -> None:
    told = district.get(f"/api/indicators?level=town&indicator=overdue&{ASOF}").json["rows"]
    worst = max(told, key=lambda row: row["numerator"])
    asked = f"/api/rows?indicator=overdue&unit={worst['unit_code']}&{ASOF}"
    for part in ("numerator", "denominator", "beside"):
        assert len(district.get(f"{asked}&part={part}").json["rows"]) == worst[part]


def test_every_indicator_lists_its_rows(district: FlaskClient, demo_district: Engine) -> None:
    with read_transaction(demo_district) as db:
        for key in INDICATORS:
            told = rows(district.get(f"/api/rows?indicator={key}&format=csv&{ASOF}"))
            assert len(told) == len(list_counted_rows(db, key, DAY))
            assert {row["口径"] for row in told} <= {
                district.get(f"/api/rows?indicator={key}&{ASOF}").json["metadata"]["indicators"][key]["definition"]
            }


def test_subjects_are_the_roster_and_a_state_is_its_count(district: FlaskClient, demo_district: Engine) -> None:
    with read_transaction(demo_district) as db:
        points, counts = subject_points(db, DAY), state_counts(db, "overdue", DAY)
    told = district.get(f"/api/subjects?{ASOF}").json
    assert {row["subject_id"] for row in told["rows"]} == set(points.index)
    assert told["metadata"]["count"] == len(points)
    severe = district.get(f"/api/subjects?{ASOF}&state=severe").json["rows"]
    assert len(severe) == counts["severe"] > 0


def test_a_map_file_keeps_subjects_without_a_place_and_units_with_their_shape(district: FlaskClient) -> None:
    told = district.get(f"/api/subjects?format=geojson&{ASOF}").json
    placeless = [each for each in told["features"] if each["geometry"] is None]
    assert 0 < len(placeless) < len(told["features"]) == told["metadata"]["count"]
    towns = district.get(f"/api/indicators?level=town&format=geojson&indicator=overdue,chain_complete&{ASOF}").json
    assert len(towns["features"]) == 12
    assert all(each["geometry"]["type"] == "MultiPolygon" for each in towns["features"])
    assert {"overdue_numerator", "chain_complete_rate"} <= set(towns["features"][0]["properties"])


def test_a_workbook_has_the_list_and_its_meaning(district: FlaskClient) -> None:
    answer = district.get(f"/api/subjects?format=xlsx&state=never&{ASOF}")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["清单", "口径"]
    heads, *body = book["清单"].iter_rows(values_only=True)
    assert heads[:2] == ("主体编号", "主体名称")
    assert len(body) == len(district.get(f"/api/subjects?state=never&{ASOF}").json["rows"]) > 0
    assert isinstance(body[0][heads.index("网格编码")], str), "a code is text, or a spreadsheet turns it into 2.2E+11"
    notes = dict(book["口径"].iter_rows(min_row=2, values_only=True))
    assert notes["截至日"] == "2026-11-22"
    assert "应巡查日" in notes["逾期率 · 口径"]
    assert notes["数据性质"] == "演示数据"


def test_a_csv_opens_in_excel_and_every_row_says_what_it_means(district: FlaskClient) -> None:
    answer = district.get(f"/api/indicators?level=district&format=csv&{ASOF}")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    told = {row["指标代号"]: row for row in rows(answer)}
    assert told["patrol_coverage"]["统计期起"] == "2026-05-27"
    assert told["quantitative_pass"]["统计期起"] == "2026-01-01"
    assert {row["截至日"] for row in told.values()} == {"2026-11-22"}


def test_the_file_name_says_place_content_and_day(district: FlaskClient) -> None:
    said = district.get(f"/api/rows?indicator=overdue&state=severe&format=csv&{ASOF}").headers["Content-Disposition"]
    assert said.startswith('attachment; filename="rows.csv"')
    assert unquote(said.rpartition("''")[2]) == "浑江区_逾期率_严重逾期_2026-11-22_演示数据.csv"


def test_a_known_answer_is_not_sent_again_until_the_data_change(
    office: Callable[..., FlaskClient], empty_db: Engine
) -> None:
    client = office()
    asked = "/api/subjects?asof=2026-11-20&format=csv"
    tag = client.get(asked).headers["ETag"]
    assert client.get(asked, headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/api/subjects?asof=2026-11-19", headers={"If-None-Match": tag}).status_code == 200
    packed = client.get(asked, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert client.get(asked, headers={"If-None-Match": packed, "Accept-Encoding": "gzip"}).status_code == 304
    with write_transaction(empty_db) as db:
        db.execute(text("UPDATE grid.subject SET name = '改名' WHERE subject_id = 'S1'"))
    fresh = signed_in(application(empty_db), "lin")
    assert fresh.get(asked, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_name_never_becomes_a_formula(office: Callable[..., FlaskClient], start: str) -> None:
    name = f'{start}HYPERLINK("x")'

    def rename(world: World) -> None:
        world.db.execute(text("UPDATE grid.subject SET name = :name WHERE subject_id = 'S1'"), {"name": name})

    client = office(rename)
    asked = "/api/subjects?asof=2026-11-20"
    assert client.get(asked).json["rows"][0]["subject_name"] == name, "programs get what is stored"
    assert rows(client.get(f"{asked}&format=csv"))[0]["主体名称"] == f"'{name}"
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{asked}&format=xlsx").data))["清单"]
    cell = sheet.cell(2, 2)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("_x000D_", "\r") == name


def test_no_private_number_is_in_any_answer(office: Callable[..., FlaskClient]) -> None:
    def phones(world: World) -> None:
        world.db.execute(text("UPDATE grid.person SET private_mobile = '13900000000', office_phone = '0439-1234567'"))

    client = office(phones)
    for asked in (
        "indicators?level=subject",
        "subjects?",
        "rows?indicator=chain_complete",
        "rows?indicator=posts_filled",
    ):
        for kind in ("csv", "json"):
            answer = client.get(f"/api/{asked}&asof=2026-11-20&format={kind}")
            assert answer.status_code == 200
            assert "13900000000" not in answer.text


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("subjects?asof=2026-13-01", 400, "2026-13-01"),
        ("subjects?asof=2026-02-31", 400, "没有“2026-02-31”这一天"),
        ("subjects?asof=0001-01-01", 400, "1900-01-01"),
        ("subjects?asof=yesterday", 400, "yesterday"),
        ("subjects?asof=2999-01-01", 400, "2999-01-01"),
        ("subjects?unit=ZZ", 404, "不存在或不在您的辖区"),
        ("subjects?state=asleep", 400, "not_due"),
        ("subjects?indicator=overdue", 400, "indicator"),
        ("subjects?format=pdf", 400, "csv, json, geojson, xlsx"),
        ("indicators?indicator=happiness", 400, "happiness"),
        ("indicators?level=continent", 400, "continent"),
        ("indicators?level=subject&format=geojson", 400, "/api/subjects"),
        ("indicators?asof=1990-01-01", 404, "1990-01-01"),
        ("rows?", 400, "indicator="),
        ("rows?indicator=overdue&part=half", 400, "half"),
        ("rows?indicator=overdue&format=geojson", 400, "xlsx"),
        ("nothing", 404, "不存在或不在您的辖区"),
        ("", 404, "不存在或不在您的辖区"),
    ],
)
def test_a_refusal_is_one_sentence_with_its_status(
    office: Callable[..., FlaskClient], asked: str, status: int, part: str
) -> None:
    answer = office().get(f"/api/{asked}")
    assert answer.status_code == status
    assert list(answer.json) == ["error"]
    assert part in answer.json["error"]
    assert "Traceback" not in answer.text


def test_a_refusal_comes_in_the_language_asked_for(office: Callable[..., FlaskClient]) -> None:
    assert "still to come" in office().get("/api/subjects?asof=2999-01-01&lang=en").json["error"]


def test_a_district_without_facts_gives_empty_lists(empty_db: Engine) -> None:
    with write_transaction(empty_db) as db:
        world = World(db)
        world.units(UNITS.splitlines()[1] + "\nD | district | 甲区 | district | |")
        world.posts("person | role | unit\nLin | district_leader | D")
        add_account(world, "Lin")
    client = signed_in(application(empty_db), "lin")
    for asked in ("indicators?indicator=overdue&", "subjects?", "rows?indicator=overdue&"):
        for kind in ("csv", "json", "xlsx"):
            assert client.get(f"/api/{asked}format={kind}").status_code == 200
        assert client.get(f"/api/{asked}format=json").json["rows"] == []


def test_without_a_day_it_is_today(office: Callable[..., FlaskClient]) -> None:
    assert office().get("/api/subjects").json["metadata"]["as_of"] == today().isoformat()


def test_the_description_names_every_address_and_parameter(office: Callable[..., FlaskClient]) -> None:
    told = office().get("/api/openapi.json").json
    assert set(told["paths"]) == {"/api/indicators", "/api/subjects", "/api/rows", "/api/work", "/api/changes"}
    required = {each["name"] for each in told["paths"]["/api/rows"]["get"]["parameters"] if each["required"]}
    assert required == {"indicator"}
    assert json.dumps(told)


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "geojson"])
def test_a05_a_list_is_picked_by_a_text_in_its_names_and_by_a_class_of_the_map(small_app, kind):
    """As the table beside the map picks it; nothing found is an empty list."""
    client = signed_in(small_app, "qin")
    for address, asked, count in (
        ("indicators", {"level": "village", "indicator": "overdue", "find": "一村"}, 1),
        ("indicators", {"level": "village", "indicator": "overdue", "find": "nobody"}, 0),
        ("indicators", {"level": "village", "indicator": "overdue", "class": "overdue:c1"}, None),
        ("subjects", {"find": "s3"}, 1),
    ):
        answer = client.get(f"/api/{address}", query_string=asked | {"format": kind})
        assert answer.status_code == 200, (address, asked)
        if kind == "json" and count is not None:
            assert answer.json["metadata"]["count"] == count
        if "find" in asked:
            said = unquote(answer.headers["Content-Disposition"])
            assert asked["find"] in said, "the file says what it was picked by"
    assert client.get("/api/indicators?level=subject&class=overdue:c1").status_code == 200
    assert client.get("/api/indicators?class=overdue").status_code == 400
    assert client.get("/api/indicators?class=weather:c1").status_code == 400
    assert client.get("/api/indicators?class=overdue:c9").status_code == 400
    assert client.get("/map/picture.png?only=c9").status_code == 400


def test_the_same_question_is_answered_from_memory_and_noted_each_time(office, empty_db: Engine) -> None:
    client = office()
    first, again = (client.get(f"/api/indicators?level=town&{ASOF}") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.data == again.data
    with empty_db.connect() as db:
        noted = db.execute(text("SELECT count(*) FROM grid.audit WHERE action = 'exported'")).scalar_one()
    assert noted == 2
