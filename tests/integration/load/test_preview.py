"""A preview is the load itself, undone: it says what would come, what is wrong and where, and writes nothing."""

from __future__ import annotations

from datetime import date

import pytest

import etl
from etl.load.batch_differences import LEFT_OUT
from etl.recognise.field_words import words_of
from etl.sources import discover
from geodata.database.registry import undoable_tables
from geodata.errors import UserError
from geodata.locale import Lang
from geodata.vocabulary import Datum
from tests.integration import office
from tests.integration.load.test_etl_command import run


def previewed(base, engine, paths, **said):
    before = office.checksum(engine)
    found = etl.preview_load(base, paths, **said)
    assert office.checksum(engine) == before
    return found


def test_a_preview_counts_as_the_load_does_and_writes_nothing(empty_db, tmp_path):
    office.write_office(tmp_path)
    seen = previewed(empty_db, empty_db, tmp_path)
    assert seen.loads
    assert all(report.batch_id is None for report in seen.reports)
    reports = etl.load_files(empty_db, tmp_path)
    counts = [(each.kind, each.read, each.new, each.changed, each.same, each.rejected) for each in reports]
    assert [(each.kind, each.read, each.new, each.changed, each.same, each.rejected) for each in seen.reports] == counts
    assert (seen.new, seen.changed) == (sum(each.new for each in reports), 0)
    again = previewed(empty_db, empty_db, tmp_path)
    assert (again.new, again.changed, again.same) == (0, 0, seen.new)


def test_a_preview_inside_somebody_elses_transaction_leaves_it_as_it_was(loaded, tmp_path):
    file = office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="改"))
    with loaded.connect() as db:
        db.begin()
        seen = previewed(db, loaded, file)
        assert db.in_transaction()
    assert seen.changed == 1


def test_new_changed_and_same_rows_cell_by_cell(loaded, tmp_path):
    rows = office.changed(office.SUBJECTS, 主体名称="改名户", 经度="126.055")
    rows = [*rows, office.SUBJECTS[0] | {"主体编号": "S9", "主体名称": "新户"}]
    seen = previewed(loaded, loaded, office.write_csv(tmp_path / "主体.csv", rows))
    (report,) = seen.reports
    assert (report.new, report.changed, report.same) == (1, 1, 4)
    changed = {
        (each.table, each.key, each.column): (each.before, each.after) for each in seen.differences if not each.added
    }
    assert changed == {
        ("subject", '["S1"]', "name"): ("示范户1", "改名户"),
        ("subject", '["S1"]', "point"): ("126.050000, 41.900000", "126.055000, 41.900000"),
        ("subject", '["S1"]', "source_x"): ("126.05", "126.055"),
    }
    assert {each.key for each in seen.differences if each.added and each.table == "subject"} == {'["S9"]'}


def test_boundaries_and_posts_are_told_too(loaded, tmp_path):
    office.shapes().to_file(tmp_path / "网格单元.gpkg", layer="网格单元")
    seen = previewed(loaded, loaded, tmp_path / "网格单元.gpkg", datum=Datum.GCJ02)
    assert {each.column for each in seen.differences} == {"geom", "source_datum"}
    assert all("km²" in str(each.before) for each in seen.differences if each.column == "geom")
    rows = office.changed(office.POSTS, at=1, 离任日期="2026-06-30")
    seen = previewed(loaded, loaded, office.write_csv(tmp_path / "任职.csv", rows))
    ((before, after),) = [(each.before, each.after) for each in seen.differences]
    assert (before, after) == ("[2026-01-01,)", "[2026-01-01,2026-07-01)")


def test_rows_with_faults_are_shown_where_they_lie_and_the_others_are_tried(loaded, tmp_path):
    rows = office.changed(office.SUBJECTS, 主体名称="改名户")
    rows = office.changed(rows, at=1, 经度="127.5")
    rows = office.changed(rows, at=2, 村编码="220602100299")
    rows = office.changed(rows, at=3, 入册日期="明天")
    seen = previewed(loaded, loaded, office.write_csv(tmp_path / "主体.csv", rows))
    (report,) = seen.reports
    assert not seen.loads
    assert (report.loaded, report.changed, report.same, report.rejected) == (False, 1, 1, 3)
    where = {reject.row: reject.place for reject in seen.rejects}
    assert where == {3: (127.5, 41.9), 4: (126.15, 41.9), 5: (126.25, 41.9)}
    assert all(reject.column and reject.reason and reject.remedy for reject in seen.rejects)


def test_more_faults_than_a_load_allows_do_not_hide_what_would_come(loaded, tmp_path):
    rows = [row | {"人员编号": f"N{n}", "姓名": "" if n else "新人"} for n, row in enumerate(office.PEOPLE)]
    seen = previewed(loaded, loaded, office.write_csv(tmp_path / "人员.csv", rows), max_rejects=5)
    assert seen.loads
    assert seen.new == 1
    assert not previewed(loaded, loaded, tmp_path / "人员.csv", max_rejects=4).loads


def test_sheets_of_one_file_stand_or_fall_together(loaded, tmp_path):
    tables = {"人员": office.changed(office.PEOPLE, 姓名="改"), "巡查": office.changed(office.VISITS, 主体编号="S99")}
    seen = previewed(loaded, loaded, office.write_xlsx(tmp_path / "上报.xlsx", tables))
    assert [report.loaded for report in seen.reports] == [False, False]
    assert seen.changed == 1


def test_columns_are_shown_as_recognised_and_corrected_by_hand(loaded, tmp_path):
    rows = [{"人员编号": "R1", "户主": "张改", "办公电话": "0439-7654321"}]
    file = office.write_csv(tmp_path / "人员.csv", rows)
    with pytest.raises(UserError, match="name"):
        etl.preview_load(loaded, file)
    seen = previewed(loaded, loaded, file, columns={"户主": "name", "办公电话": ""})
    (report,) = seen.reports
    assert dict(report.columns) == {"person_no": "人员编号", "name": "户主"}
    assert report.unused == ("办公电话",)
    assert {(each.column, each.after) for each in seen.differences} == {("name", "张改")}
    (report,) = etl.load_files(loaded, file, columns={"户 主": "姓名"})
    assert report.changed == 1
    assert office.count(loaded, "person", "name = '张改' AND office_phone = '0439-7654321'") == 1


@pytest.mark.parametrize("columns", [{"没有": "name"}, {"户主": "没有"}, {"户主": "name", "办公电话": "name"}])
def test_corrections_that_cannot_be_are_one_sentence(loaded, tmp_path, columns):
    file = office.write_csv(tmp_path / "人员.csv", [{"人员编号": "R1", "户主": "张改", "办公电话": "1"}])
    with pytest.raises(UserError) as refused:
        etl.preview_load(loaded, file, kind="people", columns=columns)
    assert "\n" not in refused.value.to_sentence()


def test_a_dry_run_on_the_command_line(loaded, tmp_path):
    rows = [{"人员编号": "R1", "户主": "张改"}, {"人员编号": "R9", "户主": "李新"}]
    office.write_csv(tmp_path / "人员.csv", rows)
    before = office.checksum(loaded)
    done = run(loaded, "load", tmp_path / "人员.csv", "--dry-run", "--column", "户主=name")
    assert (done.returncode, done.stderr) == (0, "")
    assert "户主 = 姓名" in done.stdout
    assert "张示例1 → 张改" in done.stdout
    assert "没有写入" in done.stdout
    assert office.checksum(loaded) == before
    office.write_csv(tmp_path / "人员.csv", [{"人员编号": "R1", "姓名": ""}])
    refused = run(loaded, "load", tmp_path / "人员.csv", "--dry-run", "--rejects", tmp_path / "out.xlsx")
    assert refused.returncode == 5
    assert office.checksum(loaded) == before
    assert (tmp_path / "out.xlsx").is_file()


def test_batches_changes_and_undo_on_the_command_line(loaded, tmp_path):
    before = office.facts(loaded)
    office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="改"))
    run(loaded, "load", tmp_path / "人员.csv")
    listed = run(loaded, "batches", "--most", "1")
    number = listed.stdout.splitlines()[1].split()[0]
    assert "人员.csv" in listed.stdout
    assert f"{date.today():%Y}" in listed.stdout  # noqa: DTZ011
    assert "张示例1 → 改" in run(loaded, "changes", number).stdout
    undone = run(loaded, "undo", number, lang="en")
    assert (undone.returncode, undone.stderr) == (0, "")
    assert "1 changed rows restored" in undone.stdout
    assert office.facts(loaded) == before
    again = run(loaded, "undo", number)
    assert again.returncode == 5
    assert again.stderr.count("\n") == 1
    assert run(loaded, "undo", "99999").returncode == 3


def test_every_column_a_difference_may_tell_of_has_words():
    """What a person reads before confirming names no column of a table."""
    for table in undoable_tables():
        for column in {each.name for each in table.c} - LEFT_OUT:
            for lang in Lang:
                assert any(words_of("heading", kind, column, lang) for kind in discover()), (table.name, column)
