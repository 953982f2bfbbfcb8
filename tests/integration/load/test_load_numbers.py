"""Decimal signs and percents of whole files: what is stored is what the office's screen shows, or nothing."""

from __future__ import annotations

import struct
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import text

import etl
from etl.recognise.open_sheets import open_sheets
from tests.integration import office
from tests.integration.readers.test_formats import CONTENT
from tests.integration.refusals import refuse

HEADINGS = ("样品编号", "检测项目", "检测值", "单位", "限量值", "判定", "判定日期")
CASES = Path(__file__).parents[4] / "shared" / "cases"


def results(file: Path, *rows: tuple[str, str, str], separator: str = ";", encoding: str = "utf-8") -> Path:
    """A CSV of results of sample Y2: value, unit and limit of each."""
    lines = [HEADINGS] + [
        ("Y2", f"项目{at}", value, unit, limit, "检出未超标", "2026-04-08")
        for at, (value, unit, limit) in enumerate(rows)
    ]
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in line] for line in lines]
    file.write_text("".join(separator.join(line) + "\n" for line in quoted), encoding=encoding)
    return file


def stored(engine, analyte: str = "项目%") -> list[tuple[Decimal | None, Decimal | None]]:
    with engine.connect() as db:
        found = db.execute(
            text("SELECT value, limit_value FROM grid.result WHERE analyte LIKE :a ORDER BY analyte"), {"a": analyte}
        )
        return [tuple(row) for row in found]


def test_a_file_with_decimal_commas_is_read_by_its_own_sign(loaded, tmp_path):
    file = results(tmp_path / "检测结果.csv", ("0,015", "mg/kg", "0,050"), ("1.250,5", "mg/kg", "12,5"))
    (report,) = etl.load_files(loaded, file)
    assert (report.kind, report.new) == ("results", 2), report.to_sentence()
    assert stored(loaded) == [(Decimal("0.015"), Decimal("0.050")), (Decimal("1250.5"), Decimal("12.5"))]


@pytest.mark.parametrize("doubtful", ["1,250", "1.250", "１，２５０"])
def test_what_may_be_a_thousandfold_is_refused_with_its_row(standing, tmp_path, doubtful):
    file = results(tmp_path / "检测结果.csv", (doubtful, "mg/kg", "0,050"), ("0,015", "mg/kg", "0,050"))
    refuse(standing, file, (2, "value", "comma_or_point"))


def test_two_decimal_signs_in_one_table_are_refused(standing, tmp_path):
    file = results(tmp_path / "检测结果.csv", ("0,015", "mg/kg", "0.05"), ("0.02", "mg/kg", "0,05"))
    refuse(standing, file, (2, "value", "two_decimal_signs"), (3, "limit_value", "two_decimal_signs"))


def test_thousands_stay_thousands(loaded, tmp_path):
    file = results(
        tmp_path / "检测结果.csv",
        ("1,250.5", "mg/kg", "1,250"),
        ("１，２５０．５", "mg/kg", "1 250"),
        ("1’250.5", "mg/kg", "1,250,000"),
        separator=",",
    )
    (report,) = etl.load_files(loaded, file)
    assert report.new == 3, report.to_sentence()
    assert {value for value, _ in stored(loaded)} == {Decimal("1250.5")}
    assert [limit for _, limit in stored(loaded)] == [1250, 1250, 1_250_000]


def test_coordinates_with_decimal_commas(loaded, tmp_path):
    rows = office.changed(office.SUBJECTS, 0, 经度="126,055", 纬度="41,9")[:1]
    rows = [row | {"主体类型": "合作社", "行业": "菜"} for row in rows]
    file = tmp_path / "主体.csv"
    file.write_text(
        "\n".join(";".join(map(str, line)) for line in (rows[0].keys(), rows[0].values())), encoding="utf-8"
    )
    (report,) = etl.load_files(loaded, file)
    assert report.changed == 1, report.to_sentence()
    assert office.count(loaded, "subject", "subject_id = 'S1' AND abs(source_x - 126.055) < 1e-9") == 1


def test_coordinates_in_metres_with_decimal_commas(loaded, tmp_path):
    """A mapping's EPSG code converts them; one that may be two numbers is not taken for degrees."""
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[title]\nzh = "甲"\nen = "a"\n[[table]]\nkind = "subjects"\nfiles = ["*.csv"]\nepsg = 4551\n[table.fields]\n'
        + "".join(f'{name} = {{column = "{name}"}}\n' for name in ("subject_id", "name", "kinds", "sectors"))
        + "".join(f'{name} = {{column = "{name}"}}\n' for name in ("village_code", "entry_on", "risk", "lon", "lat")),
        encoding="utf-8",
    )
    head = "subject_id;name;kinds;sectors;village_code;entry_on;risk;lon;lat\n"
    line = "S9;甲;合作社;菜;220602100200;2025-01-01;高风险;{};{}\n"
    (tmp_path / "x.csv").write_text(head + line.format("504146,5", "4640420,25"), encoding="utf-8")
    (report,) = etl.load_files(loaded, tmp_path / "x.csv", mapping=mapping)
    assert report.new == 1, report.to_sentence()
    assert office.count(loaded, "subject", "subject_id = 'S9' AND abs(ST_X(point) - 126.05) < 1e-4") == 1
    (tmp_path / "x.csv").write_text(head + line.format("45,250", "4640420,25"), encoding="utf-8")
    (report,) = etl.load_files(loaded, tmp_path / "x.csv", mapping=mapping)
    assert not report.loaded
    assert {(each.row, each.field) for each in report.rejects} >= {(2, "lon")}


def percents(file: Path) -> Path:
    """A workbook: 12.3% and 15% as percent cells, in all the ways a spreadsheet shows them."""
    if file.suffix == ".xlsx":
        return xlsx_percents(file)
    return ods_percents(file) if file.suffix == ".ods" else xls_percents(file)


ROW = ("Y2", "水分", 0.123, "%", 0.15, "检出未超标", "2026-04-08")
PERCENTS = (2, 4)


def xlsx_percents(file: Path) -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "检测结果"
    page.append(HEADINGS)
    page.append(ROW)
    for place in PERCENTS:
        page.cell(2, place + 1).number_format = "0.0%"
    book.save(file)
    return file


def ods_percents(file: Path) -> Path:
    def cell(place: int, value: object) -> str:
        if place in PERCENTS:
            return f'<table:table-cell office:value-type="percentage" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    head = "".join(cell(-1, title) for title in HEADINGS)
    row = "".join(cell(place, value) for place, value in enumerate(ROW))
    table = (
        '<table:table table:name="别的"><table:table-row><table:table-cell/></table:table-row></table:table>'
        '<table:table table:name="检测结果"><table:table-row table:number-rows-repeated="3"><table:table-cell/>'
        f"</table:table-row><table:table-row>{head}</table:table-row><table:table-row>{row}</table:table-row></table:table>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", CONTENT.format(head="", tables=table))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file


def xls_percents(file: Path) -> Path:
    """The stream of a workbook of 1997, record by record."""

    def record(number: int, content: bytes) -> bytes:
        return struct.pack("<HH", number, len(content)) + content

    def words(text: str, length: str = "<H") -> bytes:
        return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")

    def style(number_format: int) -> bytes:
        return record(0x00E0, struct.pack("<HHHBBIIIH", 0, number_format, 0, 0, 0, 0, 0, 0, 0)[:20])

    start = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0)
    globals_ = record(0x0809, start) + record(0x0042, struct.pack("<H", 1200))
    globals_ += record(0x041E, struct.pack("<H", 164) + words("0.0%"))
    globals_ += style(0) + style(164)
    sheet_name = words("检测结果", "<B")
    place = len(globals_) + 4 + 6 + len(sheet_name) + 4
    globals_ += record(0x0085, struct.pack("<IBB", place, 0, 0) + sheet_name) + record(0x000A, b"")
    cells = b""
    for row, line in enumerate((HEADINGS, ROW)):
        for column, value in enumerate(line):
            where = struct.pack("<HHH", row, column, int(row == 1 and column in PERCENTS))
            if isinstance(value, float):
                cells += record(0x0203, where + struct.pack("<d", value))
            else:
                cells += record(0x0204, where + words(value))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0)) + cells + record(0x000A, b"")
    file.write_bytes(globals_ + sheet)
    return file


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_a_percent_cell_is_what_it_shows_beside_the_unit_percent(loaded, tmp_path, ending):
    (report,) = etl.load_files(loaded, percents(tmp_path / f"检测结果.{ending}"))
    assert report.new == 1, report.to_sentence()
    assert stored(loaded, "水分") == [(Decimal("12.3"), Decimal("15"))]


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_only_percents_are_shown_as_percents(tmp_path, ending):
    (sheet,) = (each for each in open_sheets(percents(tmp_path / f"x.{ending}")) if each.name == "检测结果")
    (chunk,) = sheet.chunks()
    assert chunk.cells.iloc[0].tolist() == ["Y2", "水分", "12.3%", "%", "15%", "检出未超标", "2026-04-08"]


def test_a_percent_beside_another_unit_is_refused_and_mended(loaded, tmp_path):
    book = Workbook()
    page = book.worksheets[0]
    page.title = "检测结果"
    page.append(HEADINGS)
    page.append((*ROW[:3], "mg/kg", *ROW[4:]))
    page.cell(2, 3).number_format = "0.00%"
    book.save(tmp_path / "检测结果.xlsx")
    refuse(loaded, tmp_path / "检测结果.xlsx", (2, "value", "percent_beside_unit"))


def test_formats_that_only_look_like_percents(loaded, tmp_path):
    file = xlsx_percents(tmp_path / "检测结果.xlsx")
    book = Workbook()
    page = book.worksheets[0]
    page.title = "检测结果"
    page.append(HEADINGS)
    page.append((*ROW[:2], 12.3, "%", 15, *ROW[5:]))
    page.cell(2, 3).number_format, page.cell(2, 5).number_format = '0.0"%"', r"0\%"
    book.save(file)
    (report,) = etl.load_files(loaded, file)
    assert report.new == 1, report.to_sentence()
    assert stored(loaded, "水分") == [(Decimal("12.3"), Decimal("15"))]


def test_a_share_is_read_from_percents(tmp_path):
    book = Workbook()
    page = book.worksheets[0]
    page.title = "网格沿革"
    page.append(("原编码", "新编码", "变更日期", "变更方式", "份额"))
    page.append(("220602100200", "220602100201", "2026-02-01", "拆分", 0.5))
    page.cell(2, 5).number_format = "0%"
    book.save(tmp_path / "网格沿革.xlsx")
    (sheet,) = open_sheets(tmp_path / "网格沿革.xlsx")
    (chunk,) = sheet.chunks()
    assert chunk.cells[4].tolist() == ["50%"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [("22-decimal-comma.csv", "0.015", "0.050"), ("25-percent-cells.xlsx", "12.3", "15")],
)
def test_the_cases_of_the_office(loaded, tmp_path, name, value, limit):
    if not (CASES / name).is_file():
        pytest.skip(f"{CASES / name} is not there")
    with loaded.begin() as db:
        for number in ("K1301-1", "K1301-5"):
            db.execute(
                text(
                    "INSERT INTO grid.sample (sample_no, subject_id, village_code, stream, purpose, product,"
                    " sampled_on, lab, batch_id) SELECT :n, subject_id, village_code, stream, purpose, product,"
                    " '2026-10-12', lab, batch_id FROM grid.sample WHERE sample_no = 'Y2'"
                ),
                {"n": number},
            )
    (report,) = etl.load_files(loaded, CASES / name)
    assert report.new == 1, report.to_sentence()
    assert stored(loaded, "%")[-1:] != []
    assert (Decimal(value), Decimal(limit)) in stored(loaded, "%")
