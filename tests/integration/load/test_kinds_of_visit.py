# ruff: noqa: E501 - a row of a file is easier to read on one line
"""Administrative checks, enforcement cards and samplers as files bring them: sentences, undo, out and in again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import etl
from etl.export.export_facts import export_facts
from geodata.database.scope import read_transaction
from geodata.errors import Rejected
from tests.integration import office
from tests.integration.refusals import refuse

CARDS = office.SELDOM["执法证"]
CHECK: office.Row = {
    "巡查编号": "C1", "主体编号": "S1", "类别": "行政检查", "结果": "已完成", "巡查日期": "2026-03-20", "登记时间": "2026-03-20 17:00",
    "人员编号": "R5", "岗位": "监管员", "执法人员编号": "R5、R6", "执法证号": "吉F5、吉F6", "检查来源": "计划", "检查事项": "生产记录", "原类别": "",
}  # fmt: skip


@pytest.fixture
def carded(loaded: Engine, tmp_path: Path) -> Engine:
    """The small office with three cards, valid until 2026-03-31."""
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "执法证.csv", CARDS))
    assert report.loaded, report.to_sentence()
    return loaded


def load(engine: Engine, folder: Path, name: str, *rows: office.Row) -> etl.FileReport:
    (report,) = etl.load_files(engine, office.write_csv(folder / f"{name}.csv", rows))
    return report


def asked(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    with read_transaction(engine) as db:
        return [tuple(row) for row in db.execute(text(sql))]


STORED = "SELECT visit_no, officers, card_nos, check_origin, legal_item, was_kind FROM grid.visit WHERE kind IN ('administrative_check', 'information_report') ORDER BY 1"


@pytest.mark.parametrize(
    ("cells", "column", "fault"),
    [
        ({"执法人员编号": "R5", "执法证号": "吉F5"}, "officers", "check_one_officer"),
        ({"执法人员编号": "R5、R5", "执法证号": "吉F5、吉F5"}, "officers", "check_officer_twice"),
        ({"执法人员编号": "R5、R99", "执法证号": "吉F5、吉F6"}, "officers", "check_officer_unknown"),
        ({"人员编号": "R3", "执法人员编号": "R3、R5", "执法证号": "吉F4、吉F5"}, "officers", "check_officer_post"),
        ({"人员编号": "R4"}, "person_no", "check_not_among"),
        ({"岗位": "检测员"}, "visitor_role", "check_role"),
        ({"执法证号": "吉F5"}, "card_nos", "check_card_each"),
        ({"执法证号": "吉F5、吉F9"}, "card_nos", "check_card_unknown"),
        ({"执法证号": "吉F5、吉F4"}, "card_nos", "check_card_of_another"),
        ({"巡查日期": "2026-04-01", "登记时间": "2026-04-01 18:00"}, "card_nos", "check_card_expired"),
        ({"巡查日期": "2023-12-31"}, "card_nos", "check_card_not_yet"),
        ({"执法人员编号": ""}, "officers", "check_no_officers"),
        ({"执法证号": ""}, "card_nos", "check_no_cards"),
        ({"检查来源": ""}, "check_origin", "check_no_origin"),
        ({"检查事项": ""}, "legal_item", "check_no_item"),
        ({"检查来源": "心情"}, "check_origin", "not_a_word"),
        ({"类别": "监督检查"}, "kind", "kind_ended"),
        ({"类别": "supervision_check"}, "kind", "kind_ended"),
        ({"类别": "执法检查"}, "kind", "kind_ended"),
        ({"原类别": "监督检查"}, "was_kind", "was_another"),
    ],
)
def test_a_check_that_lacks_something_is_refused_with_a_sentence(carded, tmp_path, cells, column, fault):
    file = office.write_csv(tmp_path / "巡查.csv", [CHECK | cells])
    others = {"check_officer_post": [(2, "card_nos", "check_card_of_another")]}.get(fault, [])
    refuse(carded, file, (2, column, fault), *others)


def test_an_expired_card_is_named_with_its_holder_and_its_last_day(carded, tmp_path):
    report = load(carded, tmp_path, "巡查", CHECK | {"巡查日期": "2026-04-01", "登记时间": "2026-04-01 18:00"})
    (said,) = (each.to_sentence() for each in report.rejects)
    assert "第 2 行" in said
    assert "张示例5 吉F5 2026-03-31; 张示例6 吉F6 2026-03-31 到期" in said


def test_what_belongs_to_a_check_is_refused_elsewhere(carded, tmp_path):
    refuse(
        carded,
        office.write_csv(tmp_path / "巡查.csv", [CHECK | {"类别": "巡查"}]),
        *((2, column, "check_only") for column in ("officers", "card_nos", "check_origin", "legal_item")),
    )


def test_a_card_of_a_body_that_may_not_check_is_refused(carded, tmp_path):
    assert load(carded, tmp_path, "执法证", CARDS[2] | {"执法机关": "示范区市场监督管理局"}).loaded
    refuse(carded, office.write_csv(tmp_path / "巡查.csv", [CHECK]), (2, "card_nos", "check_body"))


def test_the_cap_counts_this_file_and_what_is_there(carded, tmp_path):
    first = load(
        carded,
        tmp_path,
        "巡查",
        CHECK,
        CHECK | {"巡查编号": "C2", "巡查日期": "2026-03-21", "登记时间": "2026-03-21 17:00"},
    )
    assert first.loaded, first.to_sentence()
    third = {"巡查编号": "C3", "巡查日期": "2026-03-22", "登记时间": "2026-03-22 17:00"}
    refuse(carded, office.write_csv(tmp_path / "巡查.csv", [CHECK | third]), (2, "check_origin", "check_past_cap"))
    with_cause = load(carded, tmp_path, "巡查", CHECK | third | {"检查来源": "投诉举报"})
    assert with_cause.loaded, with_cause.to_sentence()
    fourth = [CHECK | {"巡查编号": f"D{n}", "主体编号": "S2", "巡查日期": f"2026-03-1{n}"} for n in range(3)]
    refuse(carded, office.write_csv(tmp_path / "巡查.csv", fourth), (4, "check_origin", "check_past_cap"))


def dated(number: str, day: int, **cells: str) -> office.Row:
    """A check of another number and day of March."""
    on = f"2026-03-{day}"
    return CHECK | {"巡查编号": number, "巡查日期": on, "登记时间": f"{on} 17:00"} | cells


def test_of_one_day_what_is_there_came_before_what_is_new(carded, tmp_path):
    """A number that sorts before the others is no way past the cap."""
    assert load(carded, tmp_path, "巡查", dated("C1", 20), dated("C2", 20)).loaded
    refuse(carded, office.write_csv(tmp_path / "巡查.csv", [dated("A1", 20)]), (2, "check_origin", "check_past_cap"))
    among = [dated("A1", 20), dated("C1", 20), dated("C2", 20)]
    refuse(carded, office.write_csv(tmp_path / "巡查.csv", among), (2, "check_origin", "check_past_cap"))


def test_a_check_pushed_past_the_cap_is_corrected_and_comes_in_again_as_it_went_out(carded, tmp_path):
    assert load(carded, tmp_path, "巡查", dated("C1", 18), dated("C2", 20)).loaded
    assert load(carded, tmp_path, "巡查", dated("C0", 19, 检查来源="投诉举报")).loaded
    file = tmp_path / "visits.csv"
    with read_transaction(carded) as db:
        assert export_facts(db, "visits", file) > 0
    (again,) = etl.load_files(carded, file, kind="visits")
    assert (again.loaded, again.new, again.changed) == (True, 0, 0), again.to_sentence()
    mended = load(carded, tmp_path, "巡查", dated("C2", 20, 检查事项="农药使用"))
    assert (mended.loaded, mended.changed) == (True, 1), mended.to_sentence()
    moved = office.write_csv(tmp_path / "巡查.csv", [dated("C2", 21)])
    refuse(carded, moved, (2, "check_origin", "check_past_cap"))


def test_what_was_loaded_goes_out_and_in_again_and_is_taken_back(carded, tmp_path):
    report = {"巡查编号": "B1", "类别": "信息报告", "人员编号": "R3", "岗位": "协管员", "原类别": ""} | dict.fromkeys(
        ("执法人员编号", "执法证号", "检查来源", "检查事项"), ""
    )
    old = CHECK | report | {"巡查编号": "O1", "人员编号": "R5", "岗位": "监管员", "原类别": "监督检查"}
    done = load(carded, tmp_path, "巡查", CHECK, CHECK | report, old)
    assert done.loaded, done.to_sentence()
    stored = asked(carded, STORED)
    assert stored == [
        ("B1", None, None, None, None, None),
        ("C1", ["R5", "R6"], ["吉F5", "吉F6"], "plan", "生产记录", None),
        ("O1", None, None, None, None, "supervision_check"),
    ]
    for kind in ("visits", "enforcement_cards", "samples"):
        for form in ("xlsx", "csv"):
            file = tmp_path / f"{kind}.{form}"
            with read_transaction(carded) as db:
                assert export_facts(db, kind, file) > 0
            (again,) = etl.load_files(carded, file, kind=kind)
            assert (again.loaded, again.new, again.changed, again.same > 0) == (True, 0, 0, True), (
                kind,
                form,
                again.to_sentence(),
            )
    changed = load(carded, tmp_path, "巡查", CHECK | {"检查来源": "移送", "检查事项": "台账"})
    assert asked(carded, STORED)[1][3:5] == ("transfer", "台账")
    etl.undo_batches(carded, [changed.batch_id])
    assert asked(carded, STORED) == stored
    etl.undo_batches(carded, [done.batch_id])
    assert asked(carded, STORED) == []


def test_cards_that_checks_stand_on_are_not_taken_back_before_them(carded, tmp_path):
    (cards,) = [row[0] for row in asked(carded, "SELECT DISTINCT batch_id FROM grid.enforcement_card")]
    done = load(carded, tmp_path, "巡查", CHECK)
    with pytest.raises(Rejected, match="执法证"):
        etl.undo_batches(carded, [cards])
    etl.undo_batches(carded, [cards, done.batch_id])
    assert asked(carded, "SELECT count(*) FROM grid.enforcement_card") == [(0,)]


def test_faults_of_cards(carded, tmp_path):
    assert load(carded, tmp_path, "巡查", CHECK).loaded
    refuse(
        carded,
        office.write_csv(
            tmp_path / "执法证.csv",
            [
                CARDS[0] | {"发证日期": "2026-03-31", "有效期至": "2027-03-31"},
                CARDS[1] | {"有效期至": "2026-03-19"},
                CARDS[2] | {"有效期至": "2023-12-31"},
                {
                    "证号": "吉F7",
                    "人员编号": "R99",
                    "执法机关": "示范区农业农村局",
                    "发证日期": "2024-01-01",
                    "有效期至": "2026-03-31",
                },
            ],
        ),
        (2, "issued_on", "card_overlaps"),
        (3, "expires_on", "card_in_use"),
        (4, "expires_on", "before"),
        (4, "expires_on", "card_in_use"),
        (5, "person_no", "unknown_person"),
    )
    renewed = load(carded, tmp_path, "执法证", CARDS[1] | {"发证日期": "2026-04-01", "有效期至": "2031-03-31"})
    assert renewed.loaded, renewed.to_sentence()


def test_two_samplers_are_asked_for_from_the_day_of_the_rule(carded, tmp_path):
    with carded.begin() as db:
        db.execute(
            text("UPDATE grid.rule SET from_on = '2026-04-01' WHERE key = 'samplers' AND from_on > '2000-01-01'")
        )
    new = office.SAMPLES[0] | {"样品编号": "Y3", "抽样人员编号": "R5", "第二抽样人员编号": ""}
    rows = [
        new,
        new | {"样品编号": "Y4", "第二抽样人员编号": "R5"},
        new | {"样品编号": "Y5", "抽样人员编号": "", "第二抽样人员编号": "R5"},
        new | {"样品编号": "Y6", "第二抽样人员编号": "R99"},
    ]
    refuse(
        carded,
        office.write_csv(tmp_path / "样品.csv", rows),
        (2, "second_person_no", "sampler_missing"),
        (3, "second_person_no", "sampler_twice"),
        (4, "second_person_no", "sampler_missing"),
        (5, "second_person_no", "unknown_person"),
    )
    for rows in ([new | {"第二抽样人员编号": "R6"}], [new | {"样品编号": "Y7", "抽样目的": "自检"}], office.SAMPLES):
        report = load(carded, tmp_path, "样品", *rows)
        assert report.loaded, report.to_sentence()
