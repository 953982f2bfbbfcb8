"""All faults of a row are told at once: those of its cells, and those the database knows of the others."""

from __future__ import annotations

from sqlalchemy import event

import etl
from tests.integration import office
from tests.integration.refusals import refuse


def test_a_visit_with_an_unreadable_day_an_unknown_subject_and_an_unknown_inspector(standing, tmp_path):
    rows = office.changed(office.VISITS, 巡查日期="明天", 主体编号="S99", 人员编号="R99", 类别="复查", 结果="未遇")
    rows = office.changed(rows, at=1, 结果="？", 人员编号="R99")
    refuse(
        standing,
        office.write_csv(tmp_path / "巡查.csv", rows),
        (2, "visited_on", "not_a_date"),
        (2, "subject_id", "unknown_subject"),
        (2, "person_no", "unknown_person"),
        (2, "kind", "assistant_observes"),
        (2, "reason", "reason_missing"),
        (3, "outcome", "not_a_word"),
        (3, "person_no", "unknown_person"),
    )


def test_a_subject_with_an_unreadable_day_an_unknown_village_and_a_point_elsewhere(standing, tmp_path):
    rows = office.changed(office.SUBJECTS, 入册日期="明天", 村编码="220602100299", 经度="127.5")
    rows = office.changed(rows, at=1, 村编码="2.20602E+11", 经度="x", 统一社会信用代码="93220602MA0Y000163")
    rows = office.changed(rows, at=2, 风险等级="？", 统一社会信用代码="93220602MA0Y000163", 村名称="一村")
    refuse(
        standing,
        office.write_csv(tmp_path / "主体.csv", rows),
        (2, "entry_on", "not_a_date"),
        (2, "village_code", "unknown_unit"),
        (2, "lon", "point_outside"),
        (3, "village_code", "code_scientific"),
        (3, "lon", "not_a_number"),
        (3, "uscc", "identifier_twice"),
        (4, "risk", "not_a_word"),
        (4, "uscc", "identifier_twice"),
        (4, "village_name", "village_name_differs"),
    )


def test_a_licence_that_a_faulty_row_gives_up_is_not_taken(loaded, tmp_path):
    first, second = "93220602MA0Y000163", "91110000600037341L"
    rows = [office.SUBJECTS[0] | {"统一社会信用代码": first}, office.SUBJECTS[1] | {"统一社会信用代码": second}]
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    traded = [
        row | {"入册日期": "明天", "统一社会信用代码": said} for row, said in zip(rows, (second, first), strict=True)
    ]
    refuse(
        loaded,
        office.write_csv(tmp_path / "主体.csv", traded),
        (2, "entry_on", "not_a_date"),
        (3, "entry_on", "not_a_date"),
    )
    (_, kept) = traded
    refuse(
        loaded,
        office.write_csv(tmp_path / "主体.csv", [kept]),
        (2, "entry_on", "not_a_date"),
        (2, "uscc", "identifier_taken"),
    )


def test_posts_with_an_unreadable_cell(standing, tmp_path):
    """Their numbers are made of the cells: half of one is nobody's number. What else stands in the row is looked at.

    Where a post may be held is a rule of its first day: without the day nothing is said of it.
    """
    base = {"主体编号": "", "离任日期": "", "文号": ""}
    head = base | {"人员编号": "R5", "岗位": "分管领导", "网格编码": "220602000000"}
    rows = [
        base | {"人员编号": "R5", "岗位": "监管员", "网格编码": "220602100200", "任职日期": "明天"},
        base | {"人员编号": "R5", "岗位": "监管员", "网格编码": "220602100200", "任职日期": "后天"},
        base | {"人员编号": "R99", "岗位": "？", "网格编码": "220602100200", "任职日期": "2026-02-01"},
        base | {"人员编号": "R5", "岗位": "监管员", "网格编码": "2.2E+11", "任职日期": "2026-02-01"},
        head | {"任职日期": "2026-02-01", "离任日期": "x"},
        head | {"任职日期": "2026-03-01", "文号": "长" * 4001},
        head | {"岗位": "监管员", "网格编码": "220602100200", "任职日期": "2026-02-01", "文号": "长" * 4001},
    ]
    refuse(
        standing,
        office.write_csv(tmp_path / "任职.csv", rows),
        (2, "from_on", "not_a_date"),
        (3, "from_on", "not_a_date"),
        (4, "role", "not_a_word"),
        (4, "person_no", "unknown_person"),
        (5, "unit_code", "code_scientific"),
        (6, "to_on", "not_a_date"),
        (7, "document_no", "too_long"),
        (7, "from_on", "post_second_holder"),
        (8, "document_no", "too_long"),
        (8, "unit_code", "post_level"),
    )


def test_units_with_an_unreadable_cell(standing, tmp_path):
    """The day decides which version a row speaks of, so nothing is said of a name when it cannot be read."""
    new = {
        "示意": "",
        "编码": "220602100202",
        "名称": "四村",
        "类型": "村",
        "上级编码": "220602100999",
        "生效日期": "明天",
    }
    rows = [
        new,
        {"示意": ""} | office.UNITS[3] | {"名称": "别村", "生效日期": "明天"},
        office.UNITS[4] | {"名称": "别村", "示意": "？", "生效日期": ""},
        new | {"编码": "2.2E+11", "名称": "", "生效日期": ""},
    ]
    refuse(
        standing,
        office.write_csv(tmp_path / "网格单元.csv", rows),
        (2, "valid_from", "not_a_date"),
        (2, "parent_code", "unknown_parent"),
        (3, "valid_from", "not_a_date"),
        (4, "schematic", "not_yes_no"),
        (4, "name", "name_conflict"),
        (5, "code", "code_scientific"),
        (5, "parent_code", "unknown_parent"),
    )


def test_children_of_a_row_whose_kind_cannot_be_read_have_a_parent(empty_db, tmp_path):
    rows = [
        {"编码": "D", "名称": "区", "类型": "？", "上级编码": ""},
        {"编码": "T", "名称": "镇", "类型": "镇", "上级编码": "D"},
    ]
    refuse(empty_db, office.write_csv(tmp_path / "网格单元.csv", rows), (2, "kind", "not_a_word"))


def test_findings_samples_and_results_with_an_unreadable_cell(standing, tmp_path):
    rows = office.changed(office.FINDINGS, 主体编号="S2", 发现日期="明天", 整改日期="", 整改期限="2026-02-15")
    refuse(
        standing,
        office.write_csv(tmp_path / "整改问题.csv", rows),
        (2, "found_on", "not_a_date"),
        (2, "visit_no", "visit_of_another"),
        (2, "rectified_on", "closed_not_rectified"),
    )
    rows = [
        office.SAMPLES[0] | {"样品编号": "Y3", "抽样日期": "明天", "复检样品编号": "Y2"},
        office.SAMPLES[1] | {"样品编号": "Y4", "检测方式": "？", "主体编号": "S9", "复检样品编号": "Y3"},
    ]
    refuse(
        standing,
        office.write_csv(tmp_path / "样品.csv", rows),
        (2, "sampled_on", "not_a_date"),
        (2, "stream", "retest_rapid"),
        (3, "stream", "not_a_word"),
        (3, "subject_id", "unknown_subject"),
        (3, "retest_of", "retest_of_another"),
    )
    rows = [
        office.RESULTS[0] | {"检测项目": "甲", "判定": "？", "主体收到时间": "", "判定日期": "2026-01-01"},
        office.RESULTS[1] | {"检测项目": "乙", "检测值": "<0.01", "单位": "", "样品编号": "Y99"},
    ]
    refuse(
        standing,
        office.write_csv(tmp_path / "检测结果.csv", rows),
        (2, "judgement", "not_a_word"),
        (2, "judged_on", "judged_before_sampled"),
        (3, "value", "not_a_number"),
        (3, "sample_no", "unknown_sample"),
    )


def test_trainings_statuses_and_lineage_with_an_unreadable_cell(standing, tmp_path):
    training = office.changed(office.SELDOM["培训"], 人员编号="R99", 学时="x", 培训日期="2099-01-01")
    refuse(
        standing,
        office.write_csv(tmp_path / "培训.csv", training),
        (2, "person_no", "unknown_person"),
        (2, "hours", "not_a_number"),
        (2, "trained_on", "in_the_future"),
    )
    status = office.changed(office.SELDOM["经营状态"], 主体编号="S99", 起始日期="x", 原因="")
    refuse(
        standing,
        office.write_csv(tmp_path / "经营状态.csv", status),
        (2, "subject_id", "unknown_subject"),
        (2, "from_on", "not_a_date"),
        (2, "reason", "reason_missing"),
    )
    lineage = office.changed(office.SELDOM["网格沿革"], 变更方式="？", 新编码="220602100299")
    refuse(
        standing,
        office.write_csv(tmp_path / "网格沿革.csv", lineage),
        (2, "how", "not_a_word"),
        (2, "new_code", "unknown_unit"),
        (2, "new_code", "lineage_not_after"),
    )


def test_rows_of_one_key_conflict_when_what_can_be_read_of_them_differs(standing, tmp_path):
    unread = office.PEOPLE[0] | {"办公电话": "无"}
    other = unread | {"人员编号": "R2"}
    rows = [unread, unread, unread | {"姓名": "别人"}, other, other | {"手机": "1"}]
    refuse(
        standing,
        office.write_csv(tmp_path / "人员.csv", rows),
        *((row, "office_phone", "not_a_phone") for row in range(2, 7)),
        *((row, "person_no", "key_conflict") for row in range(2, 5)),
        (6, "private_mobile", "not_a_mobile"),
    )


def test_a_second_sheet_that_says_otherwise_is_asked_for_the_rest_too(standing, tmp_path):
    visits = [office.VISITS[0] | {"巡查编号": f"V{n}", "登记时间": ""} for n in (7, 8, 9)]
    again = [
        visits[0] | {"结果": "未遇", "人员编号": "R99"},
        visits[1] | {"巡查日期": "明天", "人员编号": "R99"},
        visits[2] | {"巡查日期": "明天"},
    ]
    refuse(
        standing,
        office.write_xlsx(tmp_path / "上报.xlsx", {"巡查": visits, "巡查2": again}),
        (2, "visit_no", "sheet_conflict"),
        (2, "person_no", "unknown_person"),
        (2, "reason", "reason_missing"),
        (3, "visited_on", "not_a_date"),
        (3, "visit_no", "sheet_conflict"),
        (3, "person_no", "unknown_person"),
        (4, "visited_on", "not_a_date"),
    )


def test_lines_that_are_no_facts_are_asked_nothing(standing, tmp_path):
    total = dict.fromkeys(office.VISITS[0], "") | {"巡查编号": "合计", "人员编号": "R99"}
    again = {title: title for title in office.VISITS[0]}
    refuse(
        standing,
        office.write_csv(tmp_path / "巡查.csv", [*office.VISITS, total, again]),
        (7, "visit_no", "total_row"),
        (8, "visit_no", "headings_again"),
    )


def test_a_row_with_two_faults_counts_once_and_keeps_its_allowance(loaded, tmp_path):
    rows = office.changed(office.VISITS, 巡查日期="明天", 人员编号="R99", 登记时间="")
    rows = [row | {"巡查编号": f"N{n}"} for n, row in enumerate(rows)]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "巡查.csv", rows), max_rejects=1)
    assert (report.loaded, report.read, report.new, report.rejected) == (True, 5, 4, 1)
    assert [(each.field, each.fault) for each in report.rejects] == [
        ("person_no", "unknown_person"), ("visited_on", "not_a_date"),
    ]  # fmt: skip


MAPPED = """
title = {zh = "甲", en = "A"}
datum = "cgcs2000"
[[table]]
kind = "units"
files = "*.csv"
geometry = {column = "shape"}
[table.fields]
code = "no"
name = "title"
kind = "type"
valid_from = "since"
"""


def test_a_shape_a_mapping_cannot_read_does_not_hide_the_rest_of_its_row(standing, tmp_path):
    (tmp_path / "m.toml").write_text(MAPPED, encoding="utf-8")
    rows = [
        {"no": "220602100200", "title": "别村", "type": "村", "since": "", "shape": "POLYGON ((1", "beside": ""},
        {"no": "220602100201", "title": "二村", "type": "村", "since": "明天", "shape": "POLYGON ((1", "beside": ""},
        {"no": "合计", "title": "", "type": "", "since": "", "shape": "", "beside": "2"},
        {"no": "", "title": "", "type": "", "since": "", "shape": "", "beside": "填表人"},
    ]
    refuse(
        standing,
        office.write_csv(tmp_path / "villages.csv", rows),
        (2, "geometry", "not_a_shape"),
        (2, "name", "name_conflict"),
        (3, "geometry", "not_a_shape"),
        (3, "valid_from", "not_a_date"),
        (4, "code", "total_row"),
        (5, "code", "blank"),
        mapping=tmp_path / "m.toml",
    )


def test_a_load_without_faults_asks_the_database_nothing_more(loaded, tmp_path):
    """And one with faults only what it takes to find the others."""
    spoken = []
    event.listen(loaded, "before_cursor_execute", lambda *said: spoken.append(said[2]))
    assert office.load_office(loaded, tmp_path / "office", boundaries=False)
    assert not [said for said in spoken if "unread &&" in said or "SET unread" in said]
