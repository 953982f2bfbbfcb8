"""The workbook of faults is the file itself with the fault beside each cell; mended, it loads again."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook
from sqlalchemy import text

import etl
from etl.export.fault_workbook import write_rejects
from tests.integration import office

SITES = """
title = {{zh = "甲", en = "A"}}
{said}
reject_share = 0.5
[[table]]
kind = "units"
rows = [
    {{code = "D", name = "区", kind = "district"}},
    {{code = "T", name = "镇", kind = "town", parent_code = "D"}},
    {{code = "V", name = "村", kind = "village", parent_code = "T"}},
]
[[table]]
kind = "subjects"
files = "sites.gpkg"
[table.fields]
subject_id = "no"
name = "title"
kinds = "type"
sectors = {{value = "vegetable"}}
village_code = {{value = "V"}}
entry_on = {{value = "2025-01-01"}}
risk = {{value = "low"}}
"""


def mended(out, sheet, **cells):
    """Write values into the first faulty row of a sheet, by heading, as a person would."""
    book = load_workbook(out)
    page = book[sheet]
    titles = {cell.value: cell.column for cell in page[1]}
    for title, value in cells.items():
        page.cell(row=2, column=titles[title]).value = value
    book.save(out)
    return out


def test_every_faulty_cell_is_marked_and_says_what_is_wrong(loaded, tmp_path):
    rows = office.changed(office.changed(office.SUBJECTS, 入册日期="明天"), 风险等级="?")
    reports = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    out = tmp_path / "out.xlsx"
    assert write_rejects(out, reports) == 2
    page = load_workbook(out)["主体"]
    marked = {page.cell(row=1, column=cell.column).value: cell.comment.text for cell in page[2] if cell.comment}
    assert set(marked) == {"入册日期", "风险等级"}
    assert "明天" in marked["入册日期"]
    assert page.max_row == 2
    (report,) = etl.load_files(loaded, mended(out, "主体", 入册日期="2025-01-01", 风险等级="高风险"))
    assert (report.loaded, report.same) == (True, 1), report.to_sentence()


@pytest.mark.parametrize(
    ("said", "crs"), [("epsg = 27700", 27700), ('datum = "gcj02"', 4490), ('datum = "gcj02"', 4551)]
)
def test_points_a_mapping_reads_go_along_and_are_converted_again(empty_db, tmp_path, said, crs):
    """In the file's own numbers where a code converts them, else in degrees of the declared datum."""
    point = shapely.Point(-0.1, 51.5) if crs == 27700 else shapely.Point(126.05, 41.9)
    shown = gpd.GeoSeries([point, point], crs="EPSG:4326" if crs == 27700 else "EPSG:4490").to_crs(crs)
    sites = {"no": ["A", "B"], "title": ["甲", "乙"], "type": ["market", "?"]}
    gpd.GeoDataFrame(sites, geometry=shown).to_file(tmp_path / "sites.gpkg", layer="sites")
    (tmp_path / "m.toml").write_text(SITES.format(said=said), encoding="utf-8")
    reports = etl.load_files(empty_db, tmp_path / "sites.gpkg", mapping=tmp_path / "m.toml")
    out = tmp_path / "sites.gpkg.xlsx"
    assert write_rejects(out, reports) == 1
    *_, subjects = etl.load_files(empty_db, mended(out, "主体", type="market"), mapping=tmp_path / "m.toml")
    assert (subjects.kind, subjects.loaded, subjects.new, subjects.unused) == (
        "subjects", True, 1, ("行号", "问题")
    ), subjects.to_sentence()  # fmt: skip
    with empty_db.connect() as db:
        both = db.execute(text("SELECT ST_X(point), ST_Y(point) FROM grid.subject ORDER BY subject_id")).all()
    assert both[0] == both[1]
    moved = abs(both[0][0] - point.x) + abs(both[0][1] - point.y)
    assert (moved < 1e-4) if crs == 27700 else (1e-3 < moved < 1e-2)


def test_sheets_of_one_workbook_come_back_as_sheets(loaded, tmp_path):
    tables = {
        "人员": [office.PEOPLE[0] | {"人员编号": "R9", "姓名": ""}],
        "巡查": [office.VISITS[0] | {"巡查编号": "V9", "结果": "未知"}],
    }
    seen = etl.preview_load(loaded, office.write_xlsx(tmp_path / "上报.xlsx", tables))
    out = tmp_path / "out.xlsx"
    write_rejects(out, seen.reports)
    mended(out, "人员", 姓名="新人")
    mended(out, "巡查", 结果="已完成")
    people, visits = etl.load_files(loaded, out)
    assert (people.new, visits.new) == (1, 1)


def test_points_of_a_layer_go_along(loaded, tmp_path):
    rows = [
        {name: cell for name, cell in row.items() if name not in {"经度", "纬度", "坐标系"}} for row in office.SUBJECTS
    ]
    rows = [row | {"主体编号": f"G{n}", "风险等级": "?" if n == 0 else "高风险"} for n, row in enumerate(rows)]
    frame = gpd.GeoDataFrame(rows, geometry=[shapely.Point(126.05, 41.9)] * 5, crs="EPSG:4490").to_crs(4551)
    frame.to_file(tmp_path / "主体.gpkg", layer="主体")
    reports = etl.load_files(loaded, tmp_path / "主体.gpkg", datum="cgcs2000", max_rejects=1)
    assert reports[0].new == 4
    out = tmp_path / "out.xlsx"
    write_rejects(out, reports)
    (report,) = etl.load_files(loaded, mended(out, "主体", 风险等级="低风险"), datum="cgcs2000")
    assert report.new == 1, report.to_sentence()
    assert office.count(loaded, "subject", "subject_id = 'G0' AND abs(ST_X(point) - 126.05) < 1e-7") == 1


def test_a_heading_that_was_corrected_is_understood_by_itself_and_a_secret_under_it_is_hidden(loaded, tmp_path):
    rows = [office.SUBJECTS[0] | {"证件": "110105194912310021", "户主": ""}]
    rows = [{("户主" if name == "主体名称" else name): cell for name, cell in row.items()} for row in rows]
    rows[0]["户主"] = "改名户"
    corrected = {"证件": "id_number", "户主": "name"}
    reports = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows), columns=corrected)
    out = tmp_path / "out.xlsx"
    write_rejects(out, reports)
    cells = [str(cell.value) for page in load_workbook(out) for line in page.iter_rows() for cell in line]
    assert not any("194912" in cell for cell in cells)
    (report,) = etl.load_files(loaded, mended(out, "主体", 身份证号="11010519491231002X"))
    assert report.changed == 1
    assert office.count(loaded, "subject", "name = '改名户' AND id_tail = '002X'") == 1
