"""What clerks' files are like: titles above, totals below, formulas, broken quotes, several layers."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text

import etl
from etl.cli.load_commands import _show
from etl.export.fault_workbook import write_rejects
from etl.recognise.open_sheets import open_sheets
from geodata.errors import Rejected, UserError
from tests.integration import office
from tests.integration.readers.test_formats import ods
from tests.integration.refusals import refuse, refuse_file

HEAD = list(office.VISITS[0])
ROWS = [[f"N{n}", *list(row.values())[1:]] for n, row in enumerate(office.VISITS, start=1)]


def write_book(file, lines, title="巡查"):
    book = Workbook()
    page = book.worksheets[0]
    page.title = title
    for line in lines:
        page.append(line)
    book.save(file)
    return file


def write_lines(file, lines, **form):
    written = io.StringIO()
    csv.writer(written, **form).writerows(lines)
    file.write_text(written.getvalue(), encoding="utf-8")
    return file


def with_cell(place, value):
    return [ROWS[0], [*ROWS[1][:place], value, *ROWS[1][place + 1 :]], *ROWS[2:]]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_title_above_the_headings_is_told_and_no_row(loaded, tmp_path, suffix):
    lines = [["示范区巡查登记表"], ["填报单位：东镇", "2026年"], HEAD, *ROWS[:-1], [" ", "\u3000"], ROWS[-1]]
    file = tmp_path / f"巡查.{suffix}"
    write_lines(file, lines, delimiter=";") if suffix == "csv" else write_book(file, lines)
    (report,) = etl.load_files(loaded, file)
    assert (report.read, report.new) == (len(ROWS), len(ROWS)), report.to_sentence()
    assert report.above == ("示范区巡查登记表", "填报单位：东镇 2026年")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rows_are_numbered_as_the_file_shows_them_below_a_title(standing, tmp_path, suffix):
    lines = [["示范区巡查登记表"], [], HEAD, *with_cell(1, "S 2")]
    file = tmp_path / f"巡查.{suffix}"
    write_lines(file, lines) if suffix == "csv" else write_book(file, lines)
    refuse(standing, file, (5, "subject_id", "code_space"))


@pytest.mark.parametrize("total", ["合计", "合 计：", "Total"])
def test_a_total_is_no_person(standing, tmp_path, total):
    lines = [list(office.PEOPLE[0]), ["R8", "张示例8", "", "", "否"], [total, "2人"]]
    refuse(standing, write_book(tmp_path / "人员.xlsx", lines, "人员"), (3, "person_no", "total_row"))


def test_headings_said_again_are_one_fault(standing, tmp_path):
    english = ["visit_no", "subject id", "kind", "outcome", "reason", "visited on", "recorded at", "person no"]
    lines = [HEAD, [*english, "visitor role", "records", "other"], *ROWS]
    refuse(standing, write_book(tmp_path / "巡查.xlsx", lines), (2, "visit_no", "headings_again"))


def test_headings_spread_out_broken_over_lines_or_in_two_languages(loaded, tmp_path):
    spelt = {"人员编号": "人员\n编号", "姓名": "姓  名", "办公电话": "办公电话 / office phone"}
    (report,) = etl.load_files(
        loaded,
        write_book(
            tmp_path / "人员.xlsx", [[spelt.get(each, each) for each in office.PEOPLE[0]], ["R9", "张示例9"]], "人员"
        ),
    )
    assert (report.new, report.unused) == (1, ()), report.to_sentence()


@pytest.mark.parametrize("place", [1, 4])
@pytest.mark.parametrize("value", ["=VLOOKUP(A2,别表!A:B,2,0)", "#N/A"])
def test_a_formula_without_a_result_is_no_blank(standing, tmp_path, place, value):
    field = {1: "subject_id", 4: "reason"}[place]
    refuse(standing, write_book(tmp_path / "巡查.xlsx", [HEAD, *with_cell(place, value)]), (3, field, "uncalculated"))
    refuse(standing, write_lines(tmp_path / "巡查.csv", [HEAD, *with_cell(place, value)]), (3, field, "uncalculated"))


def test_a_code_kept_as_text_by_a_formula_is_that_code(loaded, tmp_path):
    (report,) = etl.load_files(loaded, write_lines(tmp_path / "巡查.csv", [HEAD, *with_cell(1, '="S2"')]))
    assert report.new == len(ROWS), report.to_sentence()


def test_a_quote_without_its_partner_names_the_row(standing, tmp_path):
    lines = [",".join(row) for row in [HEAD, *ROWS]]
    lines[2] = lines[2].replace(",,", ',"老王,', 1)
    file = tmp_path / "巡查.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refuse_file(standing, file, "第 3 行", "引号")
    # a later quote closes it: the rows between would be gone inside one cell
    lines[4] = lines[4].replace(",,", ',村里",', 1)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refuse_file(standing, file, "第 3 行", "引号")


def test_more_cells_than_headings_names_the_row(standing, tmp_path):
    refuse_file(standing, write_lines(tmp_path / "巡查.csv", [HEAD, ROWS[0], [*ROWS[1], "x"]]), "第 3 行", "12", "11")


@pytest.mark.parametrize("beyond", [["x"], ["", "", "x"]])
@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_more_cells_than_headings_in_the_first_row_are_not_lost(standing, tmp_path, beyond):
    """Where an office works a warning of pandas stops nothing."""
    file = write_lines(tmp_path / "巡查.csv", [["登记表"], HEAD, [*ROWS[0], *beyond], *ROWS[1:]])
    refuse_file(standing, file, "第 3 行", str(11 + len(beyond)), "11")


def test_the_commas_a_spreadsheet_adds_at_the_end_are_no_content(loaded, tmp_path):
    (report,) = etl.load_files(loaded, write_lines(tmp_path / "巡查.csv", [HEAD, *([*row, "", ""] for row in ROWS)]))
    assert report.new == len(ROWS), report.to_sentence()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
def test_content_under_a_blank_heading_is_not_lost(standing, tmp_path, suffix):
    lines = [[*HEAD[:2], "", *HEAD[2:]], *([*row[:2], "", *row[2:]] for row in ROWS)]
    lines[3][2] = "R5"
    file = tmp_path / f"巡查.{suffix}"
    if suffix == "ods":
        ods(file, lines, name="巡查")
    else:
        write_lines(file, lines) if suffix == "csv" else write_book(file, lines)
    refuse_file(standing, file, "第 4 行", " C 列", "巡查")


def test_a_blank_column_without_content_is_none(loaded, tmp_path):
    lines = [[*HEAD[:2], " ", *HEAD[2:]], *([*row[:2], "　", *row[2:]] for row in ROWS)]
    (report,) = etl.load_files(loaded, write_lines(tmp_path / "巡查.csv", lines))
    assert report.new == len(ROWS), report.to_sentence()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_headings_over_two_lines_are_said_to_be(standing, tmp_path, suffix):
    head = ["主体编号", "主体名称", "主体类型", "行业", "村编码", "坐标", "", "入册日期", "风险等级"]
    row = ["S9", "示范户9", "种养大户", "菜", "220602100200", "126.05", "41.9", "2025-01-01", "高风险"]
    lines = [["示范区主体名录"], head, ["", "", "", "", "", "经度", "纬度", "", ""], row]
    file = tmp_path / f"主体.{suffix}"
    write_lines(file, lines) if suffix == "csv" else write_book(file, lines, "主体")
    refuse_file(standing, file, "第 3 行", "表头的第二行", datum="cgcs2000")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_headings_below_a_title_that_lack_one_are_told_what(standing, tmp_path, suffix):
    lines = [["示范区主体名录"], [*list(office.SUBJECTS[0])[1:]], *(list(row.values())[1:] for row in office.SUBJECTS)]
    file = tmp_path / f"主体.{suffix}"
    write_lines(file, lines) if suffix == "csv" else write_book(file, lines, "主体")
    refuse_file(standing, file, "缺少列 主体编号 (subject_id)；")


@pytest.mark.parametrize("kind", [None, "visits"])
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_of_lists_is_left_out_and_told(loaded, tmp_path, state, kind):
    file = write_book(tmp_path / "巡查.xlsx", [HEAD, *ROWS], "Sheet1")
    book = load_workbook(file)
    page = book.create_sheet("下拉")
    page.sheet_state = state
    for word in ("行业", "蔬菜", "水果"):
        page.append([word])
    book.save(file)
    note, report = etl.load_files(loaded, file, kind=kind)
    assert (note.sheet, note.kind, report.new) == ("下拉", "", len(ROWS))
    assert "隐藏" in note.to_sentence()


def test_a_hidden_sheet_that_says_what_it_is_is_read(loaded, tmp_path):
    file = office.write_xlsx(
        tmp_path / "x.xlsx", {"人员": office.changed(office.PEOPLE, 姓名="张改"), "巡查": office.VISITS}
    )
    book = load_workbook(file)
    book["人员"].sheet_state = "hidden"
    book.save(file)
    assert [(each.kind, each.changed) for each in etl.load_files(loaded, file)] == [("people", 1), ("visits", 0)]


def test_old_and_open_workbooks_say_which_sheets_are_hidden(tmp_path):
    old = bytearray(Path(office.__file__).with_name("people.xls").read_bytes())
    at = next(m.start() for m in re.finditer(rb"\x85\x00.\x00", old, re.DOTALL))
    old[at + 8] = 1  # the state of the first sheet
    (tmp_path / "人员.xls").write_bytes(old)
    style = '<office:automatic-styles><style:style style:name="h" style:family="table">'
    style += '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    file = ods(tmp_path / "人员.ods", [["人员编号", "姓名"]])
    with zipfile.ZipFile(file) as archive:
        parts = {each: archive.read(each).decode() for each in archive.namelist()}
    text_of = parts["content.xml"].replace("<office:body>", f"{style}<office:body>")
    parts["content.xml"] = text_of.replace("<table:table ", '<table:table table:style-name="h" ')
    with zipfile.ZipFile(file, "w") as archive:
        for each, body in parts.items():
            archive.writestr(each, body)
    assert [each.hidden for name in ("人员.xls", "人员.ods") for each in open_sheets(tmp_path / name)] == [True, True]


def test_a_sheet_that_holds_no_facts_is_named(standing, tmp_path):
    book = Workbook()
    book.worksheets[0].title = "巡查"
    for line in [HEAD, *ROWS]:
        book.worksheets[0].append(line)
    book.create_sheet("说明").append(["请按模板填写"])
    book.save(tmp_path / "巡查.xlsx")
    refuse_file(standing, tmp_path / "巡查.xlsx", "说明", "删去")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"type": "Polygon", "coordinates": [[[126, 41.8], [126.4, 41.8], [126.4, 42], [126, 41.8]]]}, "属性列"),
        ({"type": "FeatureCollection", "features": []}, "空"),
    ],
)
def test_shapes_without_attributes_and_no_shapes(standing, tmp_path, content, word):
    file = tmp_path / "边界.geojson"
    file.write_text(json.dumps(content), encoding="utf-8")
    refuse_file(standing, file, word, datum="cgcs2000")


def test_a_shapefile_alone_and_a_broken_geojson_say_no_path(standing, tmp_path):
    office.shapes().to_file(tmp_path / "网格单元.shp")
    (tmp_path / "网格单元.shx").unlink()
    refuse_file(standing, tmp_path / "网格单元.shp", "网格单元.shx", datum="cgcs2000")
    (tmp_path / "边界.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        etl.load_files(standing, tmp_path / "边界.json", datum="cgcs2000")
    assert str(tmp_path) not in caught.value.to_sentence()


def test_what_qgis_keeps_beside_the_layers_is_no_layer(loaded, tmp_path):
    file = tmp_path / "网格单元.gpkg"
    office.shapes().to_file(file, layer="网格单元")
    pyogrio.write_dataframe(pd.DataFrame({"styleqml": ["<qgis/>"]}), file, layer="layer_styles", append=True)
    assert [report.sheet for report in etl.load_files(loaded, file, datum="cgcs2000")] == ["网格单元"]


def repack(source, out, change):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            cells = old.read(name)
            new.writestr(name, change(cells) if name == "xl/worksheets/sheet1.xml" else cells)
    return out


LAUGHS = b"<!DOCTYPE z [<!ENTITY l0 'ha'>%s]>" % b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12)
)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[:-700],
        lambda xml: LAUGHS + xml[xml.index(b"<worksheet") :].replace(b"<t>", b"<t>&l11;", 1),
    ],
    ids=["breaks off", "billion laughs"],
)
def test_a_workbook_broken_inside(standing, tmp_path, change):
    source = write_book(tmp_path / "whole.xlsx", [HEAD, *ROWS])
    refuse_file(standing, repack(source, tmp_path / "巡查.xlsx", change), "不是可读的 Excel")


def test_a_row_far_below_and_a_cell_far_right_cost_nothing(loaded, standing, tmp_path):
    source = write_book(tmp_path / "whole.xlsx", [HEAD, *ROWS])
    far = repack(
        source,
        tmp_path / "巡查.xlsx",
        lambda xml: xml.replace(b'<row r="6"', b'<row r="2000000000"').replace(b'"A6"', b'"A2000000000"'),
    )
    (report,) = etl.load_files(loaded, far)
    assert report.new == len(ROWS)
    wide = write_book(tmp_path / "宽.xlsx", [HEAD + [None] * 16000 + ["x"], *ROWS])
    refuse_file(standing, wide, "1000")


def test_a_name_with_signs_of_the_screen_is_shown_and_its_faults_are_written(standing, tmp_path, capsys):
    reports = etl.load_files(standing, write_lines(tmp_path / "巡查 [bold]{x}[.csv", [HEAD, *with_cell(1, "[/] {y}")]))
    _show(reports, None)
    assert write_rejects(tmp_path / "out.xlsx", reports) == 1


def test_two_sheets_may_not_say_different_things_of_one_key(standing, loaded, tmp_path):
    later = [[*row[:5], "2026-02-01", *row[6:]] if row[0] == "N1" else row for row in ROWS]
    book = Workbook()
    for name, rows in (("巡查", ROWS), ("巡查 2", ROWS[1:]), ("巡查 旧", later)):
        page = book.create_sheet(name)
        for line in [HEAD, *rows]:
            page.append(line)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "巡查.xlsx")
    refuse(standing, tmp_path / "巡查.xlsx", (2, "visit_no", "sheet_conflict"))
    book.remove(book["巡查 旧"])
    book.save(tmp_path / "巡查.xlsx")
    reports = etl.load_files(loaded, tmp_path / "巡查.xlsx")
    assert [(report.new, report.changed) for report in reports] == [(len(ROWS), 0), (0, 0)]


def test_a_server_that_gives_up_is_one_sentence_and_no_change(loaded, tmp_path):
    file = write_lines(tmp_path / "巡查.csv", [HEAD, *([f"X{n}", *ROWS[0][1:]] for n in range(20_000))])
    before = office.checksum(loaded)
    with loaded.begin() as db:
        db.execute(text(f"ALTER ROLE CURRENT_USER IN DATABASE {loaded.url.database} SET statement_timeout = '40ms'"))
    loaded.dispose()
    with pytest.raises(Rejected) as caught:
        etl.load_files(loaded, file)
    assert "statement_timeout" in caught.value.to_sentence()
    with loaded.begin() as db:
        db.execute(text(f"ALTER ROLE CURRENT_USER IN DATABASE {loaded.url.database} RESET statement_timeout"))
    loaded.dispose()
    assert office.checksum(loaded) == before


def test_a_list_of_faults_that_cannot_be_written_is_one_sentence(standing, tmp_path):
    reports = etl.load_files(standing, write_lines(tmp_path / "巡查.csv", [HEAD, *with_cell(1, "S 2")]))
    with pytest.raises(UserError) as caught:
        write_rejects(tmp_path, reports)
    assert str(tmp_path) in caught.value.to_sentence()


def test_a_formula_that_gave_an_empty_text_is_blank_and_text_in_pieces_is_whole(loaded, tmp_path):
    calculated = ["N9", "S1", *ROWS[0][2:4], "=IF(1,A1)", *ROWS[0][5:]]
    source = write_book(tmp_path / "whole.xlsx", [HEAD, *with_cell(1, "S5"), calculated])

    def pieces(xml):
        for old, new in (
            (b"<is><t>S5</t></is>", b"<is><r><t>S</t></r><r><t>5</t></r></is>"),
            (b'<c r="E7"><f>', b'<c r="E7" t="str"><f>'),
        ):
            assert old in xml
            xml = xml.replace(old, new)
        return xml

    (report,) = etl.load_files(loaded, repack(source, tmp_path / "巡查.xlsx", pieces))
    assert report.new == len(ROWS) + 1, report.to_sentence()
    assert office.count(loaded, "visit", "visit_no = 'N9' AND reason IS NULL") == 1
    assert office.count(loaded, "visit", "visit_no = 'N2' AND subject_id = 'S5'") == 1
