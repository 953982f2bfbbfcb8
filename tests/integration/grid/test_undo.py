"""Every batch is listed and can be taken back in one step, to exactly the former state, while nothing stands on it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

import etl
from etl.demo import write_files
from geodata.database.batches import list_batches
from geodata.database.registry import undoable_tables
from geodata.errors import NotFound, Rejected
from geodata.integrity.run_checks import run_checks
from geodata.locale import Lang
from geodata.responsibility.posts import end_post, give_post
from geodata.vocabulary import Datum, Role
from tests.conftest import DEMO_UNTIL
from tests.integration import office

TWO = "220602100201"


def newest(engine):
    with engine.connect() as db:
        return list_batches(db)[0]


def taken_back(engine, load):
    """Load, undo every batch of it in one step, and compare; the reports of the load."""
    before = office.facts(engine)
    reports = load()
    numbers = [report.batch_id for report in reports if report.batch_id]
    assert numbers
    assert office.facts(engine) != before
    told = []
    etl.undo_batches(engine, numbers, lambda *so_far: told.append(so_far))
    assert office.facts(engine) == before
    assert told == [(done, whole) for _ in numbers for whole in (told[0][1],) for done in range(whole)]
    return reports


def test_a_whole_office_is_taken_back_and_loads_again(empty_db, tmp_path):
    reports = taken_back(empty_db, lambda: office.load_office(empty_db, tmp_path / "office"))
    assert len(reports) == 9
    again = office.load_office(empty_db, tmp_path / "again")
    assert [report.new for report in again] == [report.new for report in reports]


def test_new_rows_go(loaded, tmp_path):
    rows = [
        row | {"巡查编号": f"N{row['巡查编号']}", "巡查日期": "2026-05-05", "登记时间": ""} for row in office.VISITS
    ]
    taken_back(loaded, lambda: etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", rows)))


def test_changed_rows_stand_again_to_the_last_bit(loaded, tmp_path):
    rows = [row | {"经度": "126.012345678901234", "坐标系": "gcj02", "风险等级": "低风险"} for row in office.SUBJECTS]
    rows = [row | {"身份证号": number} for row, number in zip(rows, ["11010519491231002X", *[""] * 4], strict=True)]
    file = office.write_csv(tmp_path / "主体.csv", rows)
    (report,) = taken_back(loaded, lambda: etl.load_files(loaded, file))
    assert report.changed == 5
    etl.load_files(loaded, file)
    rows = [row | {"经度": "126.0987654321", "身份证号": ""} for row in rows]
    (report,) = taken_back(loaded, lambda: etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows)))
    assert report.changed == 5


def test_licences_that_were_traded_are_traded_back(loaded, tmp_path):
    first, second = "93220602MA0Y000163", "91110000600037341L"
    rows = [office.SUBJECTS[0] | {"统一社会信用代码": first}, office.SUBJECTS[1] | {"统一社会信用代码": second}]
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    traded = [rows[0] | {"统一社会信用代码": second}, rows[1] | {"统一社会信用代码": first}]
    taken_back(loaded, lambda: etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", traded)))


def test_posts_handed_over_are_handed_back(loaded, tmp_path):
    rows = [
        office.POSTS[1] | {"离任日期": "2026-06-30"},
        office.POSTS[1] | {"人员编号": "R5", "任职日期": "2026-07-01", "离任日期": ""},
    ]
    (report,) = taken_back(loaded, lambda: etl.load_files(loaded, office.write_csv(tmp_path / "任职.csv", rows)))
    assert (report.new, report.changed) == (1, 1)


def test_versions_of_units_are_closed_opened_and_put_back(loaded, tmp_path):
    rows = [
        office.UNITS[4] | {"名称": "新二村", "生效日期": "2026-01-01"},
        office.UNITS[4] | {"编码": "220602100202", "名称": "四村", "生效日期": "2026-01-01"},
    ]
    taken_back(loaded, lambda: etl.load_files(loaded, office.write_csv(tmp_path / "网格单元.csv", rows)))
    assert office.count(loaded, "unit", "code = '220602100202'") == 0


def test_boundaries_in_another_datum_are_put_back(loaded, tmp_path):
    office.shapes().to_file(tmp_path / "网格单元.gpkg", layer="网格单元")
    (report,) = taken_back(loaded, lambda: etl.load_files(loaded, tmp_path / "网格单元.gpkg", datum=Datum.GCJ02))
    assert report.changed == 6


def test_a_workbook_of_many_sheets_in_one_step(loaded, tmp_path):
    tables = {
        "人员": [*office.PEOPLE, office.PEOPLE[0] | {"人员编号": "R9"}],
        "任职": [office.POSTS[2] | {"人员编号": "R9", "网格编码": "220602100201"}],
        "巡查": [office.VISITS[0] | {"巡查编号": "V9", "人员编号": "R9", "巡查日期": "2026-04-09", "登记时间": ""}],
        "检测结果": office.changed(office.RESULTS, at=1, 检测值="0.03"),
    }
    reports = taken_back(loaded, lambda: etl.load_files(loaded, office.write_xlsx(tmp_path / "上报.xlsx", tables)))
    assert len(reports) == 4


def test_the_demonstration_district_is_taken_back(empty_db, tmp_path):
    came_with_the_program = {"checklist": 2, "checklist_item": 16, "rule": office.count(empty_db, "rule")}
    files = write_files(tmp_path, date.fromisoformat(DEMO_UNTIL))
    reports = taken_back(empty_db, lambda: etl.load_files(empty_db, files, datum=Datum.CGCS2000, synthetic=True))
    assert {report.kind for report in reports} >= {"units", "subjects", "posts", "visits", "samples", "results"}
    for table in (*(each.name for each in undoable_tables()), "unit", "undo_row"):
        assert office.count(empty_db, table) == came_with_the_program.get(table, 0), table


def test_a_change_upon_a_change_is_named_and_comes_off_first(loaded, tmp_path):
    before = office.facts(loaded)
    (first,) = etl.load_files(loaded, office.write_csv(tmp_path / "一.csv", office.changed(office.PEOPLE, 姓名="甲")))
    middle = office.facts(loaded)
    (second,) = etl.load_files(loaded, office.write_csv(tmp_path / "二.csv", office.changed(office.PEOPLE, 姓名="乙")))
    after = office.facts(loaded)
    with pytest.raises(Rejected, match=rf"批次 {second.batch_id}（二.csv）又更改了它的 1 行人员"):
        etl.undo_batches(loaded, [first.batch_id])
    assert office.facts(loaded) == after
    etl.undo_batches(loaded, [second.batch_id])
    assert office.facts(loaded) == middle
    etl.undo_batches(loaded, [first.batch_id])
    assert office.facts(loaded) == before


@pytest.mark.parametrize(("kind", "row", "who"), [
    ("巡查", office.VISITS[0] | {"巡查编号": "V9", "主体编号": "S9", "登记时间": "", "巡查日期": "2026-06-01"}, "主体"),
    ("样品", office.SAMPLES[0] | {"样品编号": "Y9", "主体编号": "S9"}, "主体"),
    ("任职", office.POSTS[3] | {"主体编号": "S9"}, "主体"),
])  # fmt: skip
def test_what_newer_rows_refer_to_is_not_taken_away(loaded, tmp_path, kind, row, who):
    new = office.SUBJECTS[0] | {"主体编号": "S9", "主体名称": "新户"}
    (first,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", [new]))
    (second,) = etl.load_files(loaded, office.write_csv(tmp_path / f"{kind}.csv", [row]))
    before = office.facts(loaded)
    with pytest.raises(Rejected, match=rf"批次 {second.batch_id}（{kind}.csv）有 1 行用到它新增的{who}"):
        etl.undo_batches(loaded, [first.batch_id])
    assert office.facts(loaded) == before


def test_a_new_unit_others_stand_on_is_not_taken_away(loaded, tmp_path):
    unit = office.UNITS[4] | {"编码": "220602100202", "名称": "四村"}
    (first,) = etl.load_files(loaded, office.write_csv(tmp_path / "网格单元.csv", [unit]))
    subject = office.SUBJECTS[0] | {"主体编号": "S9", "主体名称": "新户", "村编码": "220602100202", "村名称": "四村"}
    (second,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", [subject]))
    with pytest.raises(Rejected, match=rf"批次 {second.batch_id}（主体.csv）有 1 行用到它新增的网格单元"):
        etl.undo_batches(loaded, [first.batch_id])


def test_a_person_who_can_sign_in_or_answered_for_a_day_is_not_taken_away(loaded, tmp_path):
    tables = {
        "人员": [office.PEOPLE[0] | {"人员编号": "R9"}],
        "任职": [office.POSTS[2] | {"人员编号": "R9", "网格编码": "220602100201", "任职日期": "2026-01-01"}],
    }
    people, posts = etl.load_files(loaded, office.write_xlsx(tmp_path / "上报.xlsx", tables))
    with loaded.begin() as db:
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('r9', 'R9')"))
    visit = office.VISITS[2] | {"巡查编号": "V9", "登记时间": "", "巡查日期": "2026-06-01"}
    (visits,) = etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", [visit]))
    with pytest.raises(Rejected) as refused:
        etl.undo_batches(loaded, [people.batch_id, posts.batch_id])
    assert "登录账户有 1 行用到它新增的人员" in str(refused.value)
    assert f"批次 {visits.batch_id}（巡查.csv）有 1 行用到它新增的人员" in str(refused.value)


def test_the_chain_of_a_day_stays_while_another_batch_stands_on_it(loaded, tmp_path):
    day = {"登记时间": "", "巡查日期": "2026-06-01"}
    before = office.facts(loaded)
    visits = [office.VISITS[0] | day | {"巡查编号": number} for number in ("V8", "V9")]
    (first,) = etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", visits[:1]))
    (second,) = etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", visits[1:]))
    etl.undo_batches(loaded, [first.batch_id])
    assert office.count(loaded, "chain_record", "on_date = '2026-06-01'") == 1
    etl.undo_batches(loaded, [second.batch_id])
    assert office.facts(loaded) == before


def test_a_batch_says_who_when_what_and_that_it_was_taken_back(loaded, tmp_path):
    (report,) = etl.load_files(
        loaded, office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="改"))
    )
    batch = newest(loaded)
    assert (batch.id, batch.kind, batch.file_name) == (report.batch_id, "people", "人员.csv")
    assert (batch.read, batch.new, batch.changed, batch.same, batch.rejected) == (6, 0, 1, 5, 0)
    assert batch.loaded_by
    assert batch.undone_at is None
    (undone,) = etl.undo_batches(loaded, [batch.id])
    assert undone.undone_at is not None
    assert undone.undone_by == batch.loaded_by
    assert office.count(loaded, "audit", f"action = 'undo' AND row_key = '{batch.id}'") == 1
    with pytest.raises(Rejected, match="已于"):
        etl.undo_batches(loaded, [batch.id])
    with pytest.raises(NotFound):
        etl.undo_batches(loaded, [99999])


def test_several_batches_are_taken_back_all_or_none(loaded, tmp_path):
    (first,) = etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="甲")))
    after = office.facts(loaded)
    with pytest.raises(NotFound):
        etl.undo_batches(loaded, [first.batch_id, 99999])
    with pytest.raises(Rejected):
        etl.undo_batches(loaded, [first.batch_id, 1])
    assert office.facts(loaded) == after


def test_of_many_batches_that_stand_on_one_the_newest_is_named(loaded, tmp_path):
    numbers = []
    for n, name in enumerate("甲乙丙"):
        rows = office.changed(office.PEOPLE, at=n, 姓名=name)[n : n + 1]
        numbers.append(etl.load_files(loaded, office.write_csv(tmp_path / f"{name}.csv", rows))[0].batch_id)
    with loaded.connect() as db:
        kept = db.execute(text("SELECT min(id) FROM grid.load_batch WHERE kind = 'people'")).scalar_one()
    with pytest.raises(Rejected) as refused:
        etl.undo_batches(loaded, [kept])
    told = refused.value.to_sentence(Lang.ZH)
    assert "另有" in told
    assert sum(f"批次 {number}（" in told for number in numbers) <= 1


def test_what_a_batch_changed_is_told_cell_by_cell_without_secrets(loaded, tmp_path):
    rows = office.changed(office.PEOPLE, 姓名="甲", 手机="13800000000")
    rows = [*rows, office.PEOPLE[0] | {"人员编号": "R9"}]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", rows))
    with loaded.connect() as db:
        found = etl.list_differences(db, report.batch_id)
    told = {(each.key, each.column): (each.before, each.after) for each in found if not each.added}
    assert told == {('["R1"]', "name"): ("张示例1", "甲"), ('["R1"]', "private_mobile"): (None, "***")}
    assert ("name", "张示例1") in {(each.column, each.after) for each in found if each.added and each.key == '["R9"]'}


def test_a_change_outside_of_any_load_is_not_written_over(loaded, tmp_path):
    (report,) = etl.load_files(
        loaded, office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="甲"))
    )
    with loaded.begin() as db:
        db.execute(text("UPDATE grid.person SET office_phone = '12316' WHERE person_no = 'R1'"))
    before = office.facts(loaded)
    with pytest.raises(Rejected, match="有人在载入之外又更改了它的 1 行人员"):
        etl.undo_batches(loaded, [report.batch_id])
    assert office.facts(loaded) == before


def on_behalf(engine, login, act):
    """Do something as the application does it: as the role that owns nothing, for an account."""
    with engine.begin() as db:
        db.execute(text("SET LOCAL ROLE grid_app"))
        db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
        act(db)


@pytest.fixture
def signed_in(loaded, tmp_path):
    """R5 is the section head, R3 an assistant of village one; both have an account."""
    head = office.POSTS[1] | {"人员编号": "R5", "岗位": "监管科负责人", "任职日期": "2024-01-01"}
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "任职.csv", [head]))
    assert report.new == 1
    with loaded.begin() as db:
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('r3', 'R3'), ('r5', 'R5')"))
    return loaded


def test_what_was_entered_by_hand_is_taken_back_like_a_load(signed_in):
    """A visit with the chain of its day, and a post."""
    before = office.facts(signed_in)
    visit = (
        "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at, person_no, visitor_role,"
        " batch_id) VALUES ('H1', 'S1', 'patrol', 'completed', '2026-06-01', '2026-06-01 18:00+08', 'R3', 'assistant',"
        " grid.hand_batch('visits'))"
    )
    on_behalf(signed_in, "r3", lambda db: db.execute(text(visit)))
    assert office.count(signed_in, "chain_record", "on_date = '2026-06-01'") == 1
    seen = newest(signed_in)
    assert (seen.kind, seen.loaded_by, seen.read, seen.new) == ("visits", "r3", 1, 1)
    on_behalf(signed_in, "r5", lambda db: give_post(db, "R6", Role.ASSISTANT, TWO, date(2026, 1, 1), None, None))
    etl.undo_batches(signed_in, [newest(signed_in).id, seen.id])
    assert office.facts(signed_in) == before


def test_what_was_entered_and_then_changed_by_hand_is_not_taken_back(signed_in):
    on_behalf(signed_in, "r5", lambda db: give_post(db, "R6", Role.ASSISTANT, TWO, date(2026, 1, 1), None, None))
    post = f"R6:assistant:{TWO}:20260101"
    on_behalf(signed_in, "r5", lambda db: end_post(db, post, date(2026, 5, 31)))
    before = office.facts(signed_in)
    with pytest.raises(Rejected, match="（手工登记）不能撤销，因为有人在载入之外又更改了它的 1 行任职"):
        etl.undo_batches(signed_in, [newest(signed_in).id])
    assert office.facts(signed_in) == before


def test_whoever_was_given_work_stays_and_the_work_of_a_unit_goes_with_it(loaded, tmp_path):
    unit = office.UNITS[4] | {"编码": "220602100202", "名称": "四村"}
    (units,) = etl.load_files(loaded, office.write_csv(tmp_path / "网格单元.csv", [unit]))
    (people,) = etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", [office.PEOPLE[0] | {"人员编号": "R9"}]))
    before = office.facts(loaded)
    with loaded.begin() as db:
        run_checks(db, date(2026, 6, 1), checks=["unit_without_polygon"])
        db.execute(text("UPDATE grid.work_item SET state = 'assigned', owner_no = 'R9', due_on = '2026-07-01'"))
    with pytest.raises(Rejected, match="核查清单有 1 行用到它新增的人员"):
        etl.undo_batches(loaded, [people.batch_id])
    etl.undo_batches(loaded, [units.batch_id])
    assert office.count(loaded, "work_item") == 0
    assert office.facts(loaded) != before
    etl.undo_batches(loaded, [people.batch_id])
    assert office.count(loaded, "person", "person_no = 'R9'") == 0


def test_a_batch_whose_former_rows_were_not_kept_is_not_taken_back(loaded):
    with loaded.begin() as db:
        values = "VALUES ('people', '旧.csv', '') RETURNING id"
        old = db.execute(text(f"INSERT INTO grid.load_batch (kind, file_name, file_sha256) {values}")).scalar_one()
    with pytest.raises(Rejected, match="还没有保存原有的行"):
        etl.undo_batches(loaded, [old])


def test_every_table_of_facts_keeps_what_a_batch_finds(empty_db):
    with empty_db.connect() as db:
        guarded = set(
            db.execute(
                text(
                    "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                    " WHERE tgname IN ('keep_changed', 'keep_removed') GROUP BY relname HAVING count(*) = 2"
                )
            ).scalars()
        )
    assert guarded == {table.name for table in undoable_tables()}
