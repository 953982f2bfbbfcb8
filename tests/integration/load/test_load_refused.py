"""Files that are no table, or none that is known, are refused as a whole in one clear sentence."""

from __future__ import annotations

import pytest

import etl
from geodata.errors import UserError
from tests.integration import office
from tests.integration.refusals import refuse_file


@pytest.mark.parametrize("name", ["巡查.csv", "巡查.xlsx", "巡查.geojson", "巡查.gpkg", "巡查.shp"])
@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50, b"PK\x03\x04 half a zip", b"\xd0\xcf\x11\xe0" * 200, b""]
)
def test_not_a_spreadsheet(standing, tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    refuse_file(standing, file)


def test_a_format_nobody_reads_and_a_file_that_is_not_there(standing, tmp_path):
    (tmp_path / "巡查.docx").write_bytes(b"x")
    refuse_file(standing, tmp_path / "巡查.docx", ".xlsx", ".csv")
    refuse_file(standing, tmp_path / "没有.csv")


def test_a_csv_that_breaks_off(standing, tmp_path):
    file = tmp_path / "人员.csv"
    file.write_text('人员编号,姓名\nR1,"张', encoding="utf-8")
    refuse_file(standing, file)
    file.write_text("人员编号,姓名\nR1,张,多,了\n", encoding="utf-8")
    refuse_file(standing, file)


def test_a_sheet_of_no_known_kind(standing, tmp_path):
    file = office.write_xlsx(tmp_path / "会议.xlsx", {"会议记录": [{"时间": "上午", "地点": "会议室"}]})
    refuse_file(standing, file, "会议记录", "巡查")


def test_the_wrong_sheet_under_a_right_name(standing, tmp_path):
    file = office.write_xlsx(tmp_path / "上报.xlsx", {"巡查": [{"时间": "上午", "地点": "会议室"}]})
    refuse_file(standing, file, "主体编号", "巡查日期")


def test_two_columns_of_one_field(standing, tmp_path):
    file = tmp_path / "人员.csv"
    file.write_text("人员编号,姓名,name\nR1,张,李\n", encoding="utf-8")
    with pytest.raises(UserError, match="姓名, name"):
        etl.load_files(standing, file)
