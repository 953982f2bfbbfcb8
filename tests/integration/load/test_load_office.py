"""A whole office's files go in, in any accepted format; loading twice equals loading once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text

import etl
from etl.sources import discover
from geodata.database.engine import make_engine
from geodata.errors import Rejected
from geodata.vocabulary import Datum
from tests.integration import office


def test_a_folder_loads_in_the_order_facts_refer_to_each_other(empty_db, tmp_path):
    reports = office.load_office(empty_db, tmp_path / "office", boundaries=False)
    assert [(report.kind, report.new) for report in reports] == [
        ("units", 6), ("people", 6), ("subjects", 5), ("posts", 4), ("visits", 5), ("findings", 1),
        ("samples", 2), ("results", 2),
    ]  # fmt: skip


def test_twice_equals_once(loaded, tmp_path):
    before = office.checksum(loaded)
    office.write_office(tmp_path)
    office.shapes().to_file(tmp_path / "网格单元.gpkg", layer="网格单元")
    reports = etl.load_files(loaded, tmp_path, datum="cgcs2000")
    assert len(reports) == 9
    assert all(report.loaded and report.batch_id is None for report in reports)
    assert [(report.new, report.changed) for report in reports] == [(0, 0)] * len(reports)
    assert all(report.same == report.read for report in reports)
    assert office.checksum(loaded) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_encoding_of_an_office(loaded, tmp_path, encoding):
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", office.PEOPLE, encoding))
    assert (report.read, report.same) == (6, 6)


def test_a_csv_that_is_text_in_two_encodings_is_utf_8(loaded, tmp_path):
    """Chinese words of two and four signs are words in GB18030 too, but other ones."""
    file = office.write_csv(tmp_path / "人员.csv", [{"person_no": "R1", "name": "张三"}], "utf-8")
    assert "张三" not in file.read_bytes().decode("gb18030")
    (report,) = etl.load_files(loaded, file)
    assert report.changed == 1
    with loaded.connect() as db:
        assert db.execute(text("SELECT name FROM grid.person WHERE person_no = 'R1'")).scalar_one() == "张三"


def test_a_workbook_of_several_sheets(loaded, tmp_path):
    book = office.write_xlsx(tmp_path / "2026年上报.xlsx", dict(reversed(office.TABLES.items())))
    reports = etl.load_files(loaded, book)
    assert [report.kind for report in reports] == [
        "units",
        "people",
        "subjects",
        "posts",
        "visits",
        "findings",
        "samples",
        "results",
    ]
    assert all(report.same == report.read for report in reports)


def test_english_headings_and_words(loaded, tmp_path):
    file = office.write_csv(
        tmp_path / "report.csv",
        [{"person_no": "R3", "subject_id": "S1", "kind": "patrol", "Visited on": "20260401", "outcome": "completed",
          "visitor role": "assistant", "records": "yes", "other": "not applicable"}],
    )  # fmt: skip
    (report,) = etl.load_files(loaded, file)
    assert (report.kind, report.new) == ("visits", 1)
    with loaded.connect() as db:
        row = db.execute(text("SELECT visit_no, items FROM grid.visit WHERE visited_on = '2026-04-01'")).one()
    assert row.visit_no == "S1:20260401:R3:patrol"
    assert row.items == {"records": "yes", "other": "na"}


def test_numbers_and_dates_typed_into_a_workbook(loaded, tmp_path):
    rows = office.changed(office.SUBJECTS, 村编码=220602100200, 入册日期=date(2025, 1, 1), 经度=126.05)
    (report,) = etl.load_files(loaded, office.write_xlsx(tmp_path / "主体.xlsx", {"主体": rows}))
    assert report.same == 5, [reject.to_sentence() for reject in report.rejects]


def test_a_register_first_and_boundaries_later_are_the_same_units(loaded):
    with loaded.connect() as db:
        rows = db.execute(
            text(
                "SELECT code, name, kind, parent_code, geom IS NOT NULL AS drawn, source_datum"
                " FROM grid.unit_version ORDER BY code"
            )
        ).all()
    assert len(rows) == 6
    assert all(row.drawn and row.source_datum == "cgcs2000" for row in rows)
    assert next(row for row in rows if row.code == "220602100201")[1:4] == ("二村", "village", "220602100000")


def test_a_districts_parent_is_none_whatever_the_file_says(loaded):
    assert office.count(loaded, "unit_version", "code = '220602000000' AND parent_code IS NULL") == 1


def test_a_column_the_file_does_not_have_keeps_what_is_there(loaded, tmp_path):
    rows = [{"人员编号": "R1", "姓名": "张改名"}]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", rows))
    assert (report.changed, report.same) == (1, 0)
    assert office.count(loaded, "person", "person_no = 'R1' AND name = '张改名' AND office_phone = '0439-1234567'") == 1


def test_a_blank_cell_clears_what_is_there(loaded, tmp_path):
    etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 办公电话="")))
    assert office.count(loaded, "person", "office_phone IS NULL") == 1


def test_the_moment_of_recording_is_kept_when_a_visit_comes_again(loaded, tmp_path):
    rows = [{name: cell for name, cell in row.items() if name != "登记时间"} for row in office.VISITS]
    before = office.checksum(loaded)
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", rows))
    assert report.same == 5
    assert office.checksum(loaded) == before


def test_a_handover_closes_one_post_and_opens_the_next_in_one_file(loaded, tmp_path):
    rows = [
        office.POSTS[1] | {"离任日期": "2026-06-30"},
        office.POSTS[1] | {"人员编号": "R5", "任职日期": "2026-07-01", "离任日期": ""},
    ]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "任职.csv", rows))
    assert (report.new, report.changed) == (1, 1), [reject.to_sentence() for reject in report.rejects]
    assert (
        office.count(loaded, "post", "role = 'district_leader' AND valid @> date '2026-06-30' AND person_no = 'R2'")
        == 1
    )
    assert (
        office.count(loaded, "post", "role = 'district_leader' AND valid @> date '2026-07-01' AND person_no = 'R5'")
        == 1
    )


def test_first_status_and_risk_come_with_the_subject(loaded):
    assert office.count(loaded, "subject_status", "status = 'active' AND from_on = '2025-01-01'") == 5
    assert office.count(loaded, "subject_risk", "risk = 'high'") == 5


def test_a_later_status_is_not_undone_by_loading_the_roster_again(loaded, tmp_path):
    rows = [{"主体编号": "S1", "起始日期": "2025-01-01", "经营状态": "停业", "原因": "歇业整顿"}]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "经营状态.csv", rows))
    assert report.changed == 1
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", office.SUBJECTS))
    assert (
        office.count(loaded, "subject_status", "subject_id = 'S1' AND status = 'suspended' AND reason = '歇业整顿'")
        == 1
    )


def test_a_sample_without_a_village_is_of_its_subjects(loaded):
    assert office.count(loaded, "sample", "village_code = '220602100200'") == 2


def test_an_identity_number_leaves_a_hash_and_four_signs(loaded, tmp_path):
    rows = office.changed(office.SUBJECTS, 身份证号="11010519491231002X")[:1]
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    assert office.count(loaded, "subject", "id_tail = '002X' AND length(id_hash) = 64") == 1
    assert office.count(loaded, "subject", "subject::text LIKE '%194912%'") == 0


def test_a_row_said_twice_alike_is_one_row(loaded, tmp_path):
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", [*office.PEOPLE, office.PEOPLE[0]]))
    assert (report.read, report.same, report.rejects) == (7, 7, [])


def test_faulty_rows_up_to_the_limit_are_left_out_and_named(loaded, tmp_path):
    rows = office.changed(
        [row | {"巡查编号": f"N{row['巡查编号']}", "登记时间": ""} for row in office.VISITS],
        at=2, 主体编号="S99",
    )  # fmt: skip
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", rows), max_rejects=1)
    assert (report.loaded, report.new, report.rejected) == (True, 4, 1)
    (reject,) = report.rejects
    assert (reject.file, reject.row, reject.column, reject.value) == ("巡查.csv", 4, "主体编号", "S99")
    assert reject.reason
    assert reject.remedy


def test_what_stands_on_a_rejected_row_is_rejected_too(empty_db, tmp_path):
    rows = office.changed(office.UNITS, at=1, 类型="什么")
    rows[1] = rows[1] | {"编码": "X1"}
    rows = [row | {"上级编码": "X1"} if row["上级编码"] == "220602100000" else row for row in rows]
    (report,) = etl.load_files(empty_db, office.write_csv(tmp_path / "网格单元.csv", rows), max_rejects=3)
    assert (report.loaded, report.new, report.rejected) == (True, 3, 3)
    assert {reject.fault for reject in report.rejects} == {"not_a_word", "unknown_parent"}


def test_two_sheets_of_one_file_stand_or_fall_together(loaded, tmp_path):
    before = office.checksum(loaded)
    tables = {"人员": office.changed(office.PEOPLE, 姓名="改"), "巡查": office.changed(office.VISITS, 主体编号="S99")}
    people, visits = etl.load_files(loaded, office.write_xlsx(tmp_path / "上报.xlsx", tables))
    assert not people.loaded
    assert not visits.loaded
    assert office.checksum(loaded) == before


def test_files_after_a_refused_one_are_not_tried(loaded, tmp_path):
    folder = tmp_path / "send"
    folder.mkdir()
    office.write_csv(folder / "人员.csv", office.changed(office.PEOPLE, 姓名=""))
    office.write_csv(folder / "巡查.csv", office.VISITS)
    (folder / "说明.txt").write_text("hello", encoding="utf-8")
    reports = {report.file: report for report in etl.load_files(loaded, folder)}
    assert not reports["人员.csv"].loaded
    assert "人员.csv" in reports["巡查.csv"].note
    assert reports["说明.txt"].note


def test_every_kind_of_fact_has_its_file_name(loaded):
    assert set(discover()) == {
        "units", "people", "subjects", "posts", "trainings", "statuses", "risks", "visits", "findings", "samples",
        "results", "lineage", "former_villages", "calendar_days", "enforcement_cards", "checklists", "rules",
    }  # fmt: skip


def test_points_in_another_datum_are_moved_once(loaded, tmp_path):
    rows = [row | {"坐标系": "GCJ-02（火星坐标）"} for row in office.SUBJECTS]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    assert report.changed == 5
    with loaded.connect() as db:
        moved = db.execute(
            text(
                "SELECT ST_Distance(point::geography, "
                " ST_SetSRID(ST_MakePoint(source_x, source_y), 4490)::geography) AS far,"
                " source_datum FROM grid.subject"
            )
        ).all()
    assert all(400 < row.far < 700 and row.source_datum == Datum.GCJ02 for row in moved)


def test_two_loads_of_one_file_at_once_are_one_load(loaded, tmp_path):
    rows = [row | {"人员编号": f"N{place}"} for place, row in enumerate(office.PEOPLE)]
    file = office.write_csv(tmp_path / "人员.csv", rows)
    with ThreadPoolExecutor(2) as pool:
        (first,), (second,) = pool.map(lambda _: etl.load_files(loaded, file), range(2))
    assert sorted((first.new, second.new)) == [0, 6]
    assert sorted((first.same, second.same)) == [0, 6]


def test_a_connection_lost_while_loading_is_one_sentence_and_no_change(loaded, tmp_path):
    before = office.checksum(loaded)
    file = office.write_csv(tmp_path / "人员.csv", [row | {"人员编号": f"N{row['人员编号']}"} for row in office.PEOPLE])

    def cut(*_):
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        url = loaded.url.render_as_string(hide_password=False)
        other = make_engine(url)
        with other.connect() as db:
            db.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        other.dispose()

    with pytest.raises(Rejected, match=r"人员.csv 未载入：与数据库的连接中断"):
        etl.load_files(loaded, file, progress=cut)
    assert office.checksum(loaded) == before
