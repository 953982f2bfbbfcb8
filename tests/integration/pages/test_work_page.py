"""What can be seen and done under /work, by whom; forged requests change nothing outside of the own area."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import text

from geodata.calendar import today
from geodata.database.scope import read_transaction, write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.integrity.work_due import work_deadline
from geodata.rollup.indicator_counts import village_counts
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token
from tests.worker import doing_jobs

OURS, THEIRS = "subject_same_point:S1", "subject_same_point:S4"


@pytest.fixture
def app(empty_db):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
        # one producer entered twice, once without its responsible person
        db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2'"))
        db.execute(
            text("UPDATE grid.subject SET name = '同一农场', village_code = 'V1' WHERE subject_id IN ('S1', 'S2')")
        )
        run_checks(db, today())
    return application(empty_db)


def post(client, act, **said):
    return client.post(f"/work/{act}", data={"csrf_token": token(client)} | said, follow_redirects=True)


def item(engine, number=OURS) -> dict:
    with read_transaction(engine) as db:
        asked = text("SELECT * FROM grid.work_item WHERE item_no = :number")
        return dict(db.execute(asked, {"number": number}).mappings().one())


def test_the_share_on_the_page_is_the_indicators(app, empty_db):
    with read_transaction(empty_db) as db:
        counts = village_counts(db, "grid_clean", today()).sum()
    said = f"{counts['numerator']}/{counts['denominator']}"
    assert said == "1/3"
    assert f"<span>{said}</span>" in signed_in(app, "lin").get("/work").text


def test_each_sees_what_touches_the_own_area(app):
    assert {"lin", "qin", "da", "ad"} == {who for who in ("lin", "qin", "da", "ad") if "主体S4" in page(app, who)}
    town = page(app, "hu1")
    assert "S1 同一农场" in town
    assert "主体S4" not in town
    assert signed_in(app, "hu1").get(f"/work/item?item={THEIRS}").status_code == 404
    assert signed_in(app, "hu1").get("/work?unit=T2").status_code == 404
    assert signed_in(app, "hu1").get("/work?unit=D").status_code == 403
    assert signed_in(app, None).get("/work").status_code == 303


@pytest.mark.parametrize("asked", ["", "?item=", "?item=zzz", "?item=%20"])
def test_an_item_that_no_number_names_is_as_little_there_as_one_elsewhere(app, asked):
    answer = signed_in(app, "qin").get(f"/work/item{asked}")
    assert answer.status_code == 404
    assert "不存在或不在您的辖区" in answer.json["error"]


def page(app, who, address="/work") -> str:
    answer = signed_in(app, who).get(address)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_station_head_gives_an_item_to_somebody_of_the_town_and_takes_it_back(app, empty_db):
    client = signed_in(app, "hu1")
    listed = client.get(f"/work/item?item={OURS}").text
    assert all(f'value="{person}"' in listed for person in ("As1", "Su1", "Hu1", "Lin"))
    assert 'value="As3"' not in listed, "nobody of another town"
    told = post(client, "assign", item=OURS, person="As1", due="", note="先看现场").text
    assert "已分派" in told
    found = item(empty_db)
    assert (found["state"], found["owner_no"], found["note"]) == ("assigned", "As1", "先看现场")
    assert found["due_on"] > today()
    assert OURS in page(app, "as1", "/work?only=mine").replace("%3A", ":"), "the owner finds it under his own"
    assert "已重开" in post(client, "reopen", item=OURS).text
    assert item(empty_db)["owner_no"] is None
    assert "已认可" in post(client, "accept", item=OURS, reason="同一处市场").text
    assert item(empty_db)["reason"] == "同一处市场"
    history = client.get(f"/work/item?item={OURS}").text
    assert history.count("<td>hu1</td>") == 3


def test_the_due_day_by_the_rule_is_told_before_and_after_it_is_given(app, empty_db):
    with read_transaction(empty_db) as db:
        _, deadline = work_deadline(db, today())
    client = signed_in(app, "hu1")
    for lang, length in (("zh", "自分派起 20 个工作日（当日不计）"), ("en", "20 working days from assignment")):
        listed = client.get(f"/work/item?item={OURS}&lang={lang}").text
        assert length in listed
        assert deadline.last_on.isoformat() in listed
    assert deadline.last_on.isoformat() in post(client, "assign", item=OURS, person="As1", due="").text
    assert item(empty_db)["due_on"] == deadline.last_on


def test_a_due_day_in_a_year_without_published_make_up_days_says_so(app, empty_db):
    """On the page and after the act, in both languages; no longer once the years' notices are loaded."""
    doubt = {"zh": "放假调休安排尚未公布", "en": "are not published yet"}
    give = "INSERT INTO grid.rule (key, from_on, value, source) VALUES (:key, :day, CAST(:value AS jsonb), 'a test')"
    with write_transaction(empty_db) as db:
        # as far ahead as no notice reaches, whatever day it is
        for key, value in (("work_due_days", "1500"), ("work_due_unit", '"working_days"')):
            db.execute(text("DELETE FROM grid.rule WHERE key = :key AND from_on = :day"), {"key": key, "day": today()})
            db.execute(text(give), {"key": key, "day": today(), "value": value})
    client = signed_in(app, "hu1")

    def told(lang):
        data = {"csrf_token": token(client), "item": OURS, "person": "As1", "due": ""}
        after = client.post(f"/work/assign?lang={lang}", data=data, follow_redirects=True).text
        return [doubt[lang] in page for page in (client.get(f"/work/item?item={OURS}&lang={lang}").text, after)]

    assert [told(lang) for lang in doubt] == [[True, True], [True, True]]
    said = post(client, "assign", item=OURS, person="As1", due=today().isoformat()).text
    assert said.count(doubt["zh"]) == 1, "of a day that somebody chose nothing is in doubt; the form speaks of the rule"
    with write_transaction(empty_db) as db:
        db.execute(
            text(
                "INSERT INTO grid.calendar_day (falls_on, kind, arranged_by, source, batch_id)"
                " SELECT make_date(y, 2, 1), 'working', 'state_council', 'x', (SELECT max(id) FROM grid.load_batch)"
                " FROM generate_series(CAST(extract(year FROM grid.today()) AS int), 2100) AS y"
            )
        )
    assert [told(lang) for lang in doubt] == [[False, False], [False, False]]


@pytest.mark.parametrize(
    ("act", "said", "sentence"),
    [
        ("accept", {"reason": "  "}, "须注明原因"),
        ("assign", {"person": "nobody"}, "没有编号为 nobody 的人员"),
        ("assign", {"person": "As1", "due": "2020-01-01"}, "早于"),
        ("assign", {"person": "As1", "due": "9999-12-31"}, "请核对年份"),
        ("assign", {"person": "As1", "due": "soon"}, "soon"),
        ("reopen", {}, "本就是待办"),
        ("accept", {"item": "gap:nowhere", "reason": "x"}, None),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_no_change(app, empty_db, act, said, sentence):
    before = item(empty_db)
    answer = post(signed_in(app, "hu1"), act, **({"item": OURS} | said))
    assert sentence is None or sentence in answer.text
    assert sentence or answer.status_code == 404
    assert item(empty_db) == before


@pytest.mark.parametrize("who", ["lin", "ad", "su1", "as1", "su2"])
def test_whose_posts_do_not_carry_it_changes_nothing(app, empty_db, who):
    client, before = signed_in(app, who), (item(empty_db), item(empty_db, THEIRS))
    assert "/work/assign" not in client.get(f"/work/item?item={OURS}").text
    for number in (OURS, THEIRS):
        post(client, "assign", item=number, person="As1")
        post(client, "accept", item=number, reason="x")
    post(client, "look")
    post(client, "merge", keep="S1", drop="S2")
    assert (item(empty_db), item(empty_db, THEIRS)) == before
    assert merged(empty_db) == []


def test_a_station_head_changes_nothing_of_another_town(app, empty_db):
    before = item(empty_db, THEIRS)
    client = signed_in(app, "hu1")
    for act, said in (("assign", {"person": "As1"}), ("accept", {"reason": "x"}), ("reopen", {})):
        assert post(client, act, item=THEIRS, **said).status_code == 404
    post(client, "look")
    assert item(empty_db, THEIRS) == before


def test_without_the_pages_token_nothing_is_done(app, empty_db):
    before = item(empty_db)
    answer = signed_in(app, "qin").post("/work/accept", data={"item": OURS, "reason": "x"})
    assert answer.status_code == 400
    assert item(empty_db) == before


def merged(engine) -> list[tuple[str, bool]]:
    with read_transaction(engine) as db:
        rows = db.execute(text("SELECT dropped_id, undone_at IS NOT NULL FROM grid.subject_merge ORDER BY merge_no"))
        return [(row[0], row[1]) for row in rows]


def test_the_section_merges_what_was_entered_twice_and_takes_it_back(app, empty_db):
    twice = next(row["item_no"] for row in rows(empty_db) if row["check_key"] == "subject_twice")
    client = signed_in(app, "qin")
    assert "保留 S2，并入 S1" in client.get(f"/work/item?item={quote(twice)}").text
    assert "已并入" in post(client, "merge", item=twice, keep="S1", drop="S2").text
    assert merged(empty_db) == [("S2", False)]
    assert item(empty_db, twice)["state"] == "solved"
    assert "已撤销" in post(client, "unmerge", merge="1").text
    assert merged(empty_db) == [("S2", True)]
    assert item(empty_db, twice)["state"] == "open"
    assert "没有合并号" in post(client, "unmerge", merge="x").text


def rows(engine) -> list[dict]:
    with read_transaction(engine) as db:
        return [dict(row) for row in db.execute(text("SELECT * FROM grid.work_item")).mappings()]


def test_the_checks_are_run_from_the_page(app, empty_db):
    with write_transaction(empty_db) as db:
        db.execute(text("UPDATE grid.subject SET point = NULL, source_x = NULL, source_y = NULL, source_datum = NULL"))
    with doing_jobs(empty_db):
        assert "核查完毕" in post(signed_in(app, "da"), "look").text
    assert item(empty_db)["state"] == "solved"
    assert sum(row["check_key"] == "subject_without_point" for row in rows(empty_db)) == 5


def test_the_list_is_a_file_of_the_own_area(app):
    answer = signed_in(app, "hu1").get("/api/work?format=geojson").json
    assert {feature["properties"]["unit_code"] for feature in answer["features"]} == {"V1"}
    assert all(feature["geometry"]["type"] == "Point" for feature in answer["features"])
    assert answer["metadata"]["indicators"]["grid_clean"]["definition"]
    book = signed_in(app, "lin").get("/api/work?state=solved&format=xlsx")
    assert book.status_code == 200
    assert signed_in(app, "lin").get("/api/work?state=overdue").status_code == 400


@pytest.mark.parametrize(
    "search", ["find=%3Cb%3E", "only=solved", "only=accepted&find=x", "only=overdue&find=%25", "item=gap:x"]
)
def test_an_address_that_picks_nothing_out_is_an_empty_list(app, search):
    assert signed_in(app, "lin").get(f"/work?{search}").status_code == 200


@pytest.mark.parametrize("search", ["only=nothing", "check=nothing", "only=c1&find=x", "page=0"])
def test_a_choice_there_is_not_is_a_sentence_and_no_list(app, search):
    answer = signed_in(app, "lin").get(f"/work?{search}", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert search.partition("&")[0] in answer.text
    assert "核查项" not in answer.text
