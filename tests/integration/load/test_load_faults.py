"""Rows with a fault of any kind: each gets one clear sentence, and nothing has changed."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

import etl
from etl.export.fault_workbook import write_rejects
from geodata.errors import Rejected
from tests.integration import office
from tests.integration.refusals import refuse, refuse_file


def test_codes_a_spreadsheet_spoilt(standing, tmp_path):
    rows = office.changed(office.SUBJECTS, 村编码="2.20602E+11")
    rows = office.changed(rows, at=1, 村编码="220602100200.0")
    refuse(
        standing,
        office.write_csv(tmp_path / "主体.csv", rows),
        (2, "village_code", "code_scientific"),
        (3, "village_code", "code_decimal"),
    )


def test_mixed_and_impossible_dates(standing, tmp_path):
    dates = ["2026/3/1", "03/04/2026", "2026年3月3日", "2026-02-30", "20260305"]
    rows = [row | {"巡查日期": day, "登记时间": ""} for row, day in zip(office.VISITS, dates, strict=True)]
    refuse(
        standing,
        office.write_csv(tmp_path / "巡查.csv", rows),
        (3, "visited_on", "date_ambiguous"),
        (5, "visited_on", "not_a_date"),
    )


def test_future_visits(standing, tmp_path):
    rows = office.changed(office.VISITS, 巡查日期="2099-01-01", 登记时间="")
    refuse(standing, office.write_csv(tmp_path / "巡查.csv", rows), (2, "visited_on", "in_the_future"))


def test_a_visit_recorded_before_it_happened(standing, tmp_path):
    rows = office.changed(office.VISITS, 登记时间="2026-02-01 08:00")
    refuse(standing, office.write_csv(tmp_path / "巡查.csv", rows), (2, "recorded_at", "recorded_before"))


def test_unknown_villages_people_and_subjects(standing, tmp_path):
    refuse(
        standing,
        office.write_csv(tmp_path / "主体.csv", office.changed(office.SUBJECTS, 村编码="220602100299")),
        (2, "village_code", "unknown_unit"),
    )
    rows = office.changed(office.changed(office.VISITS, 主体编号="S99"), at=1, 人员编号="R99")
    refuse(
        standing,
        office.write_csv(tmp_path / "巡查.csv", rows),
        (2, "subject_id", "unknown_subject"),
        (3, "person_no", "unknown_person"),
    )


def test_a_village_code_of_another_level_or_another_name(standing, tmp_path):
    rows = office.changed(office.SUBJECTS, 村编码="220602100000", 村名称="")
    rows = office.changed(rows, at=1, 村名称="二村")
    refuse(
        standing, office.write_csv(tmp_path / "主体.csv", rows), (2, "village_code", "not_a_village"),
        (3, "village_name", "village_name_differs"),
    )  # fmt: skip


def test_a_wrong_check_digit(standing, tmp_path):
    rows = office.changed(office.SUBJECTS, 统一社会信用代码="93220602MA0Y000164")
    refuse(standing, office.write_csv(tmp_path / "主体.csv", rows), (2, "uscc", "uscc_check"))


def test_one_licence_for_two_subjects(standing, tmp_path):
    rows = [row | {"统一社会信用代码": "93220602MA0Y000163"} for row in office.SUBJECTS[:2]]
    refuse(
        standing,
        office.write_csv(tmp_path / "主体.csv", rows),
        (2, "uscc", "identifier_twice"),
        (3, "uscc", "identifier_twice"),
    )


def test_one_key_with_two_meanings(standing, tmp_path):
    rows = [*office.PEOPLE, office.PEOPLE[0] | {"姓名": "别人"}]
    refuse(
        standing,
        office.write_csv(tmp_path / "人员.csv", rows),
        (2, "person_no", "key_conflict"),
        (8, "person_no", "key_conflict"),
    )


def test_posts_that_cannot_be(standing, tmp_path):
    base = {"主体编号": "", "任职日期": "2026-02-01", "离任日期": ""}
    rows = [
        base | {"人员编号": "R5", "岗位": "分管领导", "网格编码": "220602000000"},
        base | {"人员编号": "R5", "岗位": "监管员", "网格编码": "220602100200"},
        base | {"人员编号": "R5", "岗位": "内检员", "网格编码": "220602100200"},
        base | {"人员编号": "R5", "岗位": "协管员", "网格编码": "220602100201", "离任日期": "2026-01-01"},
        base | {"人员编号": "R3", "岗位": "协管员", "网格编码": "220602100200"},
    ]
    refuse(
        standing, office.write_csv(tmp_path / "任职.csv", rows), (2, "from_on", "post_second_holder"),
        (3, "unit_code", "post_level"),
        (4, "subject_id", "post_needs_subject"), (5, "to_on", "before"), (6, "from_on", "post_twice"),
    )  # fmt: skip


def test_somebody_acting_for_the_holder_is_no_second_holder(loaded, tmp_path):
    rows = [
        {"人员编号": "R5", "岗位": "分管领导", "网格编码": "220602000000", "任职日期": "2026-02-01", "代理何人": "R2"}
    ]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "任职.csv", rows))
    assert report.new == 1


def test_findings_out_of_order(standing, tmp_path):
    rows = office.changed(office.FINDINGS, 销号日期="2026-02-01", 整改日期="2026-02-01", 整改期限="2026-02-15")
    refuse(
        standing, office.write_csv(tmp_path / "整改问题.csv", rows), (2, "closed_on", "before_found"),
        (2, "rectified_on", "before_found"), (2, "deadline_on", "before_found"),
    )  # fmt: skip


def test_re_tests_and_results_the_law_does_not_know(standing, tmp_path):
    rows = [
        office.SAMPLES[0] | {"样品编号": "Y3", "复检样品编号": "Y2"},
        office.SAMPLES[1] | {"样品编号": "Y4", "复检样品编号": "Y9"},
        office.SAMPLES[1] | {"样品编号": "Y5", "复检样品编号": "Y1"},
    ]
    refuse(
        standing, office.write_csv(tmp_path / "样品.csv", rows), (2, "stream", "retest_rapid"),
        (3, "retest_of", "unknown_sample"),
        (4, "retest_of", "retest_second"),
    )  # fmt: skip
    rows = [
        office.RESULTS[0] | {"检测项目": "甲", "主体收到时间": ""},
        office.RESULTS[1] | {"检测项目": "乙", "单位": ""},
        office.RESULTS[1] | {"检测项目": "丙", "判定日期": "2026-01-01"},
        office.RESULTS[1] | {"检测项目": "丁", "检测值": "<0.01"},
    ]
    refuse(
        standing, office.write_csv(tmp_path / "检测结果.csv", rows), (2, "received_at", "receipt_missing"),
        (3, "unit", "value_without_unit"), (4, "judged_on", "judged_before_sampled"), (5, "value", "not_a_number"),
    )  # fmt: skip


def test_an_assistant_does_not_inspect_and_a_missed_visit_needs_a_reason(standing, tmp_path):
    rows = office.changed(office.changed(office.VISITS, 类别="复查"), at=1, 结果="未遇")
    refuse(
        standing,
        office.write_csv(tmp_path / "巡查.csv", rows),
        (2, "kind", "assistant_observes"),
        (3, "reason", "reason_missing"),
    )


def test_another_district_is_refused_and_may_be_left_out_by_name(loaded, tmp_path):
    rows = [
        {"adcode": "220681", "name": "邻市", "role": "neighbour"},
        {"adcode": "220602", "name": "示范区", "role": "self"},
    ]
    file = office.write_csv(tmp_path / "units.csv", rows)
    refuse(loaded, file, (2, "code", "another_district"))
    (report,) = etl.load_files(loaded, file, where="role=self")
    assert (report.same, report.left_out, report.left_out_names) == (1, 1, ("220681 邻市",))
    refuse_file(loaded, file, "区域", where="区域=self")


def test_two_subjects_trade_their_licences_in_one_file(loaded, tmp_path):
    """What only one may have is looked at when all rows are written, not on the way."""
    first, second = "93220602MA0Y000163", "91110000600037341L"
    rows = [office.SUBJECTS[0] | {"统一社会信用代码": first}, office.SUBJECTS[1] | {"统一社会信用代码": second}]
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    traded = [rows[0] | {"统一社会信用代码": second}, rows[1] | {"统一社会信用代码": first}]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", traded))
    assert report.changed == 2
    assert office.count(loaded, "subject", f"subject_id = 'S1' AND uscc = '{second}'") == 1


def test_the_databases_own_refusal_is_one_sentence_too(loaded, tmp_path):
    """An installation adds a rule of its own: every check passes, the database says no."""
    with loaded.begin() as db:
        db.execute(text("ALTER TABLE grid.person ADD CONSTRAINT house_rule CHECK (name <> '张改名')"))
    before = office.checksum(loaded)
    with pytest.raises(Rejected, match=r"人员.csv 未载入：.*house_rule"):
        etl.load_files(loaded, office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="张改名")))
    assert office.checksum(loaded) == before


def test_the_workbook_of_faults_is_harmless_hides_secrets_and_loads_when_mended(loaded, tmp_path):
    rows = office.changed(
        office.SUBJECTS, 主体名称='=HYPERLINK("x")', 村编码="2.20602E+11", 身份证号="110105194912310021"
    )[:1]
    reports = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    out = tmp_path / "剔除.xlsx"
    assert write_rejects(out, reports) == 3
    book = load_workbook(out)
    assert book.sheetnames == ["主体", "剔除明细"]
    cells = [cell for page in book for line in page.iter_rows() for cell in line if cell.value]
    assert all(cell.data_type == "s" for cell in cells)
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith("="))
    assert not any("194912" in str(cell.value) for cell in cells)
    page = book["主体"]
    titles = {cell.value: cell.column for cell in page[1]}
    page.cell(row=2, column=titles["村编码"]).value = "220602100200"
    page.cell(row=2, column=titles["身份证号"]).value = None
    book.save(out)
    (report,) = etl.load_files(loaded, out)
    assert report.changed == 1, report.to_sentence()
    assert office.count(loaded, "subject", "name = '=HYPERLINK(\"x\")'") == 1


def test_a_sheet_of_faults_is_numbered_among_its_own_kind_alone(loaded, tmp_path):
    """One kind's name begins like another's (主体, 主体原属村): that makes neither a second sheet of the other."""
    subjects = office.changed(office.SUBJECTS, 村编码="220602109999")[:1]
    (one,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", subjects))
    homes = [{"主体编号": "S1", "原村编码": "220602109999", "起始日期": "", "截止日期": "2024-12-31"}]
    (other,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体原属村.csv", homes))
    out = tmp_path / "剔除.xlsx"
    write_rejects(out, [other, one, one])
    assert load_workbook(out).sheetnames == ["主体原属村", "主体", "主体 2", "剔除明细"]
