"""Checklists as files: a section's own list, the visits it asks, what is refused in which words, and the way back."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

import etl
from etl.export.export_facts import export_facts
from etl.export.fault_workbook import write_rejects
from etl.export.template_workbook import write_template
from etl.kinds.answer_cells import ANSWER, show_answer
from etl.kinds.cell_types import CellFault
from etl.load.undo_batches import undo_batches
from etl.recognise.field_words import kind_name
from geodata.database.scope import read_transaction
from geodata.errors import Rejected
from geodata.locale import Lang
from tests.integration import office

ITEMS = ("licence", "goods", "farm_film")
LIST = [
    {
        "清单编号": "dealer_2026", "清单名称": "农资经营主体巡查三项", "主体类型": "农资经营", "起始日期": "2026-06-01",
        "依据": "示农发〔2026〕9号", "序号": place, "检查项": item, "检查内容": f"查{item}",
    }
    for place, item in enumerate(ITEMS, start=1)
]  # fmt: skip


def visit(number, on, **answers):
    return {
        "巡查编号": number, "主体编号": "S5", "类别": "巡查", "结果": "已完成", "原因": "", "巡查日期": on,
        "登记时间": f"{on} 16:30", "人员编号": "R3", "岗位": "协管员", **answers,
    }  # fmt: skip


@pytest.fixture
def dealer(loaded: Engine) -> Engine:
    """S5 sells farm inputs; its visit of March answered the seven until it was taken out."""
    with loaded.begin() as db:
        db.execute(text("DELETE FROM grid.finding"))
        db.execute(text("DELETE FROM grid.visit WHERE subject_id = 'S5'"))
        db.execute(text("UPDATE grid.subject SET kinds = '{input_dealer}' WHERE subject_id = 'S5'"))
    return loaded


def load(engine, tmp_path, rows, name="巡查.csv", **said):
    (report,) = etl.load_files(engine, office.write_csv(tmp_path / name, rows), **said)
    return report


def kept(engine, number):
    with engine.connect() as db:
        asked = "SELECT checklist_no, items, item_notes FROM grid.visit WHERE visit_no = :no"
        return tuple(db.execute(text(asked), {"no": number}).one())


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("是", "yes"),
        ("否", "no"),
        ("不适用", "na"),
        ("no", "no"),
        ("√", "yes"),
        ("×", "no"),
        ("/", "na"),
        ("否：缺三月台账", "no\n缺三月台账"),
        ("否: 缺三月台账：两本\n都缺", "no\n缺三月台账：两本 都缺"),
        ("：下次再看", "\n下次再看"),
        ("是：", "yes"),
    ],
)
def test_an_answer_with_its_note_is_read_and_said_again(cell, said):
    assert ANSWER.parse(cell) == said
    for lang in Lang:
        assert ANSWER.parse(show_answer(said, lang)) == said


@pytest.mark.parametrize(
    ("cell", "key"), [("缺三月台账", "not_a_word"), ("：", "not_a_word"), ("是：" + "字" * 501, "too_long")]
)
def test_what_is_no_answer_is_a_fault(cell, key):
    with pytest.raises(CellFault) as caught:
        ANSWER.parse(cell)
    assert caught.value.key == key


def test_a_dealer_answers_the_nine_with_notes(dealer, tmp_path):
    report = load(
        dealer,
        tmp_path,
        [visit("D1", "2026-03-05", 许可证与亮证="是", 禁用过期货品="否：两瓶过期", 场所分区="：下次再看")],
    )
    assert (report.new, report.rejects) == (1, [])
    assert kept(dealer, "D1") == (
        "dealer",
        {"licence": "yes", "goods": "no"},
        {"goods": "两瓶过期", "premises": "下次再看"},
    )


@pytest.mark.parametrize(
    ("answers", "column", "reason"),
    [
        ({"农药兽药使用": "是"}, "农药兽药使用", "不在这次巡查的清单“农资经营主体巡查九项 dealer”里"),
        ({"农膜【farm_film】": "是"}, "农膜【farm_film】", "不在这次巡查的清单“农资经营主体巡查九项 dealer”里"),
        (
            {"许可证与亮证": "是", "清单编号": "producer"},
            "许可证与亮证",
            "不在这次巡查的清单“生产经营主体巡查七项 producer”里",
        ),
        ({"许可证与亮证": "是", "清单编号": "nobody"}, "清单编号", "没有编号为“nobody”的检查清单"),
    ],
)
def test_what_is_not_on_the_list_is_one_clear_sentence(dealer, tmp_path, answers, column, reason):
    """Row, column, which list holds and how to mend it; and nothing is written."""
    rows = [visit("D0", "2026-03-05", **dict.fromkeys(answers, "")), visit("D1", "2026-03-06", **answers)]
    report = load(dealer, tmp_path, rows)
    (reject,) = report.rejects
    assert (reject.row, reject.column, report.loaded) == (3, column, False)
    assert reason in reject.to_sentence()
    assert "请" in reject.remedy
    assert office.count(dealer, "visit") == 4
    assert write_rejects(tmp_path / "有误.xlsx", [report]) == 1
    book = load_workbook(tmp_path / "有误.xlsx")
    assert column in {cell.value for cell in book.worksheets[0][1]}


@pytest.mark.parametrize(
    ("answer", "zh", "en"), [("否：没有记", "“否：没有记”", "“no: 没有记”"), ("na", "“不适用”", "“not applicable”")]
)
def test_a_fault_says_what_was_written_and_no_code(dealer, tmp_path, answer, zh, en):
    """What the stage holds of an answer, a kind or a role is a word of the program."""
    (reject,) = load(dealer, tmp_path, [visit("D1", "2026-03-06", 农药兽药使用=answer)]).rejects
    assert zh in reject.to_sentence(Lang.ZH)
    assert en in reject.to_sentence(Lang.EN)
    wrong = visit("D2", "2026-03-06") | {"类别": "复查"}
    (reject,) = load(dealer, tmp_path, [wrong]).rejects
    assert (reject.fault, reject.show_value(Lang.ZH)) == ("assistant_observes", "复查")
    assert reject.show_value(Lang.EN) != reject.value


def test_a_blank_cell_under_another_lists_item_is_no_fault(dealer, tmp_path):
    rows = [
        visit("D1", "2026-03-05", 许可证与亮证="是", 农药兽药使用=""),
        visit("D2", "2026-03-06") | {"主体编号": "S1", "农药兽药使用": "否"},
    ]
    assert load(dealer, tmp_path, rows).new == 2
    assert kept(dealer, "D2")[:2] == ("producer", {"use": "no"})


def test_a_section_adds_a_list_from_a_day_and_takes_it_back(dealer, tmp_path):
    """Its item is a column of the template; an export is read back the same; what stands on the list holds it."""
    before = load(dealer, tmp_path, [visit("D1", "2026-05-31", 许可证与亮证="是")])
    added = load(dealer, tmp_path, LIST, "检查清单.csv")
    assert (added.kind, added.new, added.rejects) == ("checklists", 3, [])
    with read_transaction(dealer) as db:
        write_template("visits", tmp_path / "模板.xlsx", Lang.ZH, db)
    page = load_workbook(tmp_path / "模板.xlsx")[kind_name("visits", Lang.ZH)]
    headings = {cell.value for cell in page[1]}
    assert {"查farm_film【farm_film】", "许可证与亮证", "生产记录"} <= headings
    (report,) = etl.load_files(dealer, tmp_path / "模板.xlsx")
    assert (report.read, report.unused) == (0, ())
    later = load(dealer, tmp_path, [visit("D2", "2026-06-01", **{"查farm_film【farm_film】": "否：没有台账"})])
    assert kept(dealer, "D2") == ("dealer_2026", {"farm_film": "no"}, {"farm_film": "没有台账"})
    for lang in Lang:
        for kind in ("visits", "checklists"):
            for form in ("xlsx", "csv"):
                with read_transaction(dealer) as db:
                    count = export_facts(db, kind, tmp_path / f"{kind}.{form}", lang=lang)
                (report,) = etl.load_files(dealer, tmp_path / f"{kind}.{form}")
                assert (report.same, report.rejects, report.unused) == (count, [], ())
    with pytest.raises(Rejected, match=str(later.batch_id)):
        undo_batches(dealer, [added.batch_id])
    undo_batches(dealer, [later.batch_id])
    undo_batches(dealer, [added.batch_id])
    assert office.count(dealer, "checklist") == 2
    assert kept(dealer, "D1")[0] == "dealer"
    undo_batches(dealer, [before.batch_id])


def test_a_list_that_changes_on_the_day_of_a_visit(dealer, tmp_path):
    """What is recorded keeps its list, also when its file comes again; what comes later is asked by the new one."""
    day = "2026-06-01"
    morning = [visit("D1", day, 索证索票="是")]
    load(dealer, tmp_path, morning)
    load(dealer, tmp_path, LIST, "检查清单.csv")
    assert load(dealer, tmp_path, morning).same == 1
    assert load(dealer, tmp_path, [morning[0] | {"索证索票": "否"}]).changed == 1
    assert kept(dealer, "D1")[:2] == ("dealer", {"vouchers": "no"})
    (reject,) = load(dealer, tmp_path, [visit("D2", day, 索证索票="是")]).rejects
    assert "dealer_2026" in reject.to_sentence()
    paper = load(dealer, tmp_path, [visit("D2", day, 索证索票="是", 清单编号="dealer")])
    late = load(dealer, tmp_path, [visit("D3", "2026-05-31", 索证索票="是")])
    assert (paper.new, late.new, kept(dealer, "D3")[0]) == (1, 1, "dealer")
    (reject,) = load(dealer, tmp_path, [visit("D4", "2026-06-02", 清单编号="dealer")]).rejects
    assert reject.fault == "list_of_day"
    assert "2026-06-01" in reject.to_sentence()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"检查内容": "别的"}, "checklist_in_use"),
        ({"检查项": "stock"}, "checklist_in_use"),
        ({"清单编号": "other", "起始日期": "2026-06-01"}, "lists_of_one_day"),
        ({"清单编号": "other", "起始日期": "2026-06-10"}, "checklist_takes_over"),
        ({"清单编号": "other", "起始日期": "2026-06-20"}, None),
        ({"清单编号": "other", "起始日期": "2026-06-10", "主体类型": "经纪人"}, None),
        ({"清单编号": "dealer", "起始日期": "2000-01-01"}, "checklist_in_use"),
        ({"清单编号": "other", "起始日期": "2026-07-01", "检查项": "Farm film"}, "code_space"),
        ({"清单编号": "other", "起始日期": "2026-07-01", "检查项": "农膜"}, "item_key"),
        ({"清单编号": "other", "起始日期": "2026-07-01", "序号": "1.5"}, "not_whole"),
        ({"清单编号": "other", "起始日期": "2026-07-01", "依据": ""}, "blank"),
    ],
)
def test_no_list_is_taken_from_under_recorded_visits(dealer, tmp_path, change, fault):
    load(dealer, tmp_path, LIST, "检查清单.csv")
    load(dealer, tmp_path, [visit("D1", "2026-06-20", **{"农膜【farm_film】": "是"})])
    report = load(dealer, tmp_path, [LIST[0] | change], "检查清单.csv")
    assert [reject.fault for reject in report.rejects] == ([fault] if fault else [])
    assert kept(dealer, "D1")[0] == "dealer_2026"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"清单名称": "另一张"}, "list_said_twice"),
        ({"起始日期": "2026-06-02"}, "list_said_twice"),
        ({"序号": "1"}, "item_place_twice"),
    ],
)
def test_the_rows_of_a_list_agree(dealer, tmp_path, change, fault):
    report = load(dealer, tmp_path, office.changed(LIST, 1, **change), "检查清单.csv")
    assert {reject.fault for reject in report.rejects} == {fault}
    assert not report.loaded


def test_a_list_nobody_has_used_is_corrected_by_its_file(dealer, tmp_path):
    load(dealer, tmp_path, LIST, "检查清单.csv")
    rows = [row | {"起始日期": "2026-07-01"} for row in office.changed(LIST, 2, 检查内容="农膜回收")]
    report = load(dealer, tmp_path, rows, "检查清单.csv")
    assert (report.new, report.rejects) == (0, [])
    assert report.changed > 0
    with dealer.connect() as db:
        asked = "SELECT from_on, wording FROM grid.checklist JOIN grid.checklist_item USING (checklist_no)"
        row = db.execute(text(f"{asked} WHERE item = 'farm_film'")).one()
    assert tuple(row) == (date(2026, 7, 1), "农膜回收")


def test_a_column_the_file_does_not_have_keeps_what_is_answered(dealer, tmp_path):
    load(dealer, tmp_path, [visit("D1", "2026-03-05", 许可证与亮证="是", 进货台账="否：缺两页")])
    assert load(dealer, tmp_path, [visit("D1", "2026-03-05", 许可证与亮证="否")]).changed == 1
    assert kept(dealer, "D1")[1:] == ({"licence": "no", "purchase_ledger": "no"}, {"purchase_ledger": "缺两页"})
    assert load(dealer, tmp_path, [visit("D1", "2026-03-05")]).same == 1


@pytest.mark.parametrize("said", ["restricted", "限用农药经营", "restricted pesticides", "限用农药【restricted】",
                                  "限制使用农药：定点经营、实名登记、有培训合格的指导人员"])  # fmt: skip
def test_the_item_of_a_finding_by_its_key_its_heading_or_its_wording(dealer, tmp_path, said):
    load(dealer, tmp_path, [visit("D1", "2026-03-05", 限用农药经营="否")])
    row = {"问题编号": "W9", "主体编号": "S5", "巡查编号": "D1", "检查项": said, "问题描述": "未实名登记",
           "发现日期": "2026-03-05", "整改期限": "2026-03-20"}  # fmt: skip
    assert load(dealer, tmp_path, [row], "整改问题.csv").new == 1
    with dealer.connect() as db:
        assert tuple(db.execute(text("SELECT item, checklist_no FROM grid.finding")).one()) == ("restricted", "dealer")
    with read_transaction(dealer) as db:
        export_facts(db, "findings", tmp_path / "findings.xlsx")
    (again,) = etl.load_files(dealer, tmp_path / "findings.xlsx")
    assert again.same == 1


@pytest.mark.parametrize(("where", "item"), [({"巡查编号": "D1"}, "农药兽药使用"), ({}, "农药兽药使用"), ({}, "别的")])
def test_the_item_of_a_finding_is_on_the_list(dealer, tmp_path, where, item):
    load(dealer, tmp_path, [visit("D1", "2026-03-05")])
    row = {"问题编号": "W9", "主体编号": "S5", "巡查编号": "", "检查项": item, "问题描述": "未实名登记",
           "发现日期": "2026-03-05", "整改期限": "2026-03-20", **where}  # fmt: skip
    (reject,) = load(dealer, tmp_path, [row], "整改问题.csv").rejects
    assert (reject.fault, reject.column, reject.show_value(Lang.ZH)) == ("item_of_no_list", "检查项", item)
    assert "农资经营主体巡查九项 dealer" in reject.to_sentence()
