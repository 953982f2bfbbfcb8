# ruff: noqa: E501 - a row of a file is easier to read on one line
"""What a mapping can say, on real files and a real database."""

from __future__ import annotations

import tomllib

import geopandas as gpd
import pytest
import shapely
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

import etl
from etl.cli.load_commands import app
from etl.export.fault_workbook import write_rejects
from etl.mapping.mapping_check import find_mapping_faults
from etl.mapping.mapping_draft import draft_mapping
from etl.mapping.mapping_file import read_mapping
from geodata.errors import UserError
from tests.integration import jurisdiction, office

TITLE = 'title = {zh = "甲", en = "A"}\n'
PEOPLE = TITLE + '[[table]]\nkind = "people"\n'


def mapping(folder, text):
    file = folder / "m.toml"
    file.write_text(text, encoding="utf-8")
    return file


def names(engine):
    with engine.connect() as db:
        return set(db.exec_driver_sql("SELECT name FROM grid.person").scalars())


@pytest.mark.parametrize(("encoding", "said"), [
    ("latin-1", "latin-1"), ("cp1250", "cp1250"), ("utf-8", None), ("utf-8-sig", None), ("utf-8-sig", "utf-8"),
    ("utf-16", None),
])  # fmt: skip
def test_encodings(empty_db, tmp_path, encoding, said):
    (tmp_path / "staff.csv").write_text("No|Name\n1|Müller\n", encoding=encoding)
    declared = f'encoding = "{said}"\n' if said else ""
    file = mapping(tmp_path, declared + 'separator = "|"\n' + PEOPLE + 'fields = {person_no = "No", name = "Name"}')
    etl.load_files(empty_db, tmp_path / "staff.csv", mapping=file)
    assert names(empty_db) == {"Müller"}


def test_gb18030_is_found_and_a_wrong_encoding_is_refused(empty_db, tmp_path):
    fields = PEOPLE + 'fields = {person_no = "工号", name = "姓名"}'
    (tmp_path / "人员.csv").write_text("工号,姓名\n1,张示例\n", encoding="gb18030")
    etl.load_files(empty_db, tmp_path / "人员.csv", mapping=mapping(tmp_path, fields))
    assert names(empty_db) == {"张示例"}
    for wrong in ("utf-8", "no-such"):
        with pytest.raises(UserError, match=wrong):
            etl.load_files(
                empty_db, tmp_path / "人员.csv", mapping=mapping(tmp_path, f'encoding = "{wrong}"\n' + fields)
            )


@pytest.mark.parametrize("header", ["", "header = 4\n"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_headings_below_a_title(empty_db, tmp_path, header, form):
    lines = [["Staff of the city"], [], ["printed", "2016"], ["No", "Full name"], ["1", "Ann"], ["Total", "1"]]
    if form == "csv":
        (tmp_path / "staff.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    else:
        book = Workbook()
        for line in lines:
            book.active.append(line)
        book.save(tmp_path / "staff.xlsx")
    file = mapping(tmp_path, PEOPLE + header + 'fields = {person_no = "No", name = "full NAME"}')
    (report,) = etl.load_files(empty_db, tmp_path / f"staff.{form}", mapping=file, max_rejects=1)
    assert [(reject.row, reject.fault) for reject in report.rejects] == [(6, "total_row")]
    assert (report.new, report.read) == (1, 2)


def test_rows_not_wanted_are_counted_and_named(empty_db, tmp_path):
    (tmp_path / "staff.csv").write_text("No,Name,State\n1,Ann,on\n2,Ben,off\n3,Cy,\n4,Dee,on leave\n", encoding="utf-8")
    where = 'where = [{column = "State", not_among = ["OFF", ""]}, {column = "State", regex = "on.*"}]\n'
    file = mapping(tmp_path, PEOPLE + where + 'fields = {person_no = "No", name = "Name"}')
    (report,) = etl.load_files(empty_db, tmp_path / "staff.csv", mapping=file)
    assert (report.read, report.new, report.left_out, report.left_out_names) == (2, 2, 2, ("2 Ben", "3 Cy"))
    assert report.unused == ("State",)


@pytest.mark.parametrize(("rule", "kept"), [("first", {"Ann"}), ("last", {"ANN"}), ("reject", set())])
def test_duplicates(empty_db, tmp_path, rule, kept):
    (tmp_path / "staff.csv").write_text("No,Name\n1,Ann\n1,Ann L.\n1,Ann\n1,ANN\n", encoding="utf-8")
    text = PEOPLE + f'duplicates = "{rule}"\n' + 'fields = {person_no = "No", name = "Name"}'
    (report,) = etl.load_files(empty_db, tmp_path / "staff.csv", mapping=mapping(tmp_path, text))
    assert names(empty_db) == kept
    if rule == "reject":
        assert not report.loaded
        assert {reject.fault for reject in report.rejects} == {"key_conflict"}
        return
    assert {(reject.fault, reject.detail) for reject in report.rejects} == {
        ("set_aside", "2" if rule == "first" else "5")
    }
    assert report.read == report.new + report.same + report.rejected == 4


def test_shapes_in_a_column_and_a_national_grid(empty_db, tmp_path):
    frame = office.shapes().to_crs(27700).to_wkt()
    rows = [{"c": row["编码"], "n": row["名称"], "k": row["类型"], "shape": f"SRID=27700;{wkt}"}
            for row, wkt in zip(office.UNITS, frame["geometry"], strict=True)]  # fmt: skip
    office.write_csv(tmp_path / "units.csv", rows)
    text = TITLE + 'epsg = 27700\n[[table]]\nkind = "units"\ngeometry = {column = "shape"}\n' \
        'fields = {code = "c", name = "n", kind = "k"}'  # fmt: skip
    (report,) = etl.load_files(empty_db, tmp_path / "units.csv", mapping=mapping(tmp_path, text))
    assert report.new == 6, report.to_sentence()
    west = "abs(ST_XMin(geom) - 126.0) < 1e-6 AND source_datum = 'wgs84'"
    assert office.count(empty_db, "unit_version", f"code = '220602000000' AND {west}") == 1
    office.write_csv(tmp_path / "units.csv", office.changed(rows, 2, shape="POLYGON((0 0, 1"))
    (report,) = etl.load_files(empty_db, tmp_path / "units.csv", mapping=tmp_path / "m.toml")
    assert [(reject.row, reject.field, reject.fault) for reject in report.rejects] == [(4, "geometry", "not_a_shape")]


@pytest.mark.parametrize("form", ["wkb", "geojson"])
def test_other_forms_of_shapes(empty_db, tmp_path, form):
    frame = office.shapes()
    shapes = shapely.to_wkb(frame.geometry, hex=True) if form == "wkb" else shapely.to_geojson(frame.geometry)
    rows = [
        {"c": row["编码"], "n": row["名称"], "the_geom": shape} for row, shape in zip(office.UNITS, shapes, strict=True)
    ]
    office.write_csv(tmp_path / "units.csv", rows)
    text = TITLE + f'datum = "cgcs2000"\n[[table]]\nkind = "units"\ngeometry = {{column = "the_geom", form = "{form}"}}\n' \
        'fields = {code = "c", name = "n"}'  # fmt: skip
    (report,) = etl.load_files(empty_db, tmp_path / "units.csv", mapping=mapping(tmp_path, text))
    assert report.new == 6, report.to_sentence()


def test_a_shapefile_cuts_headings_and_the_mapping_still_finds_them(empty_db, tmp_path):
    rows = {
        "unit_identifier": [row["编码"] for row in office.UNITS],
        "name_of_unit": [row["名称"] for row in office.UNITS],
    }
    frame = gpd.GeoDataFrame(rows, geometry=list(office.shapes().geometry), crs=4490)
    # both the library and the format say so
    with pytest.warns(UserWarning, match="10 characters"), pytest.warns(RuntimeWarning, match="laundered"):
        frame.to_file(tmp_path / "units.shp", encoding="UTF-8")
    text = TITLE + '[[table]]\nkind = "units"\nfields = {code = "unit_identifier", name = "name_of_unit"}'
    (report,) = etl.load_files(empty_db, tmp_path / "units.shp", mapping=mapping(tmp_path, text), datum="cgcs2000")
    assert report.new == 6, report.to_sentence()


def test_the_first_of_several_files_stands_by_the_rule_for_duplicates(empty_db, tmp_path):
    for name, person in (("a", "Ann"), ("b", "ANN")):
        (tmp_path / f"{name}.csv").write_text(f"No,Name\n1,{person}\n", encoding="utf-8")
    for rule, loaded in (("reject", False), ("first", True)):
        text = PEOPLE + f'duplicates = "{rule}"\nfields = {{person_no = "No", name = "Name"}}'
        reports = etl.load_files(empty_db, tmp_path, mapping=mapping(tmp_path, text))
        assert [report.loaded for report in reports] == [loaded, loaded]
    assert names(empty_db) == {"Ann"}
    assert [reject.fault for reject in reports[1].rejects] == ["set_aside"]


def test_a_datum_said_at_the_load_does_not_touch_what_an_epsg_code_has_converted(loaded, tmp_path):
    office.write_csv(tmp_path / "sites.csv", [{"no": "N1", "name": "a", **metres(126.05, 41.9)}])
    (report,) = etl.load_files(loaded, tmp_path / "sites.csv", mapping=mapping(tmp_path, SITES), datum="gcj02")
    assert report.new == 1, report.to_sentence()
    assert office.count(loaded, "subject", "subject_id = 'N1' AND abs(ST_X(point) - 126.05) < 1e-6") == 1


SITES = (
    TITLE
    + """
epsg = 4551
[[table]]
kind = "subjects"
files = "sites.csv"
[table.fields]
subject_id = "no"
name = "name"
kinds = {value = "grower"}
sectors = {value = "fruit"}
entry_on = {value = "2015-12-03"}
risk = {value = "low"}
lon = "east"
lat = "north"
id_number = {column = "id card", optional = true}
village_code = {column = "village", optional = true, unit_name = true, within = true}
"""
)


def metres(lon, lat):
    point = gpd.GeoSeries([shapely.Point(lon, lat)], crs=4490).to_crs(4551).iloc[0]
    return {"east": f"{point.x:.3f}", "north": f"{point.y:.3f}"}


def test_a_village_by_its_name_else_by_the_point_else_the_reason(loaded, tmp_path):
    inside, outside = metres(126.05, 41.9), metres(126.41, 41.9)
    none = {"east": "", "north": ""}
    rows = [
        {"no": "N1", "name": "a", "village": "三 社区", **inside},  # what is said goes before the point
        {"no": "N2", "name": "b", "village": "", **inside},
        {"no": "N4", "name": "d", "village": "", **outside},
        {"no": "N5", "name": "e", "village": "", **none},
        {"no": "N6", "name": "f", "village": "四村", **none},
    ]
    office.write_csv(tmp_path / "sites.csv", rows)
    (report,) = etl.load_files(loaded, tmp_path / "sites.csv", mapping=mapping(tmp_path, SITES), max_rejects=3)
    faults_met = {(reject.row, reject.fault) for reject in report.rejects}
    assert faults_met == {(4, "no_unit_under_point"), (5, "no_unit_said"), (6, "unit_name_unknown")}
    with loaded.connect() as db:
        found = dict(
            db.exec_driver_sql("SELECT subject_id, village_code FROM grid.subject WHERE subject_id LIKE 'N%%'").all()
        )
        east = db.exec_driver_sql("SELECT ST_X(point) FROM grid.subject WHERE subject_id = 'N2'").scalar_one()
    assert found == {"N1": "220602001001", "N2": "220602100200"}
    assert east == pytest.approx(126.05, abs=1e-6)


def test_a_point_on_a_border_belongs_to_the_lowest_code(loaded, tmp_path):
    office.write_csv(tmp_path / "sites.csv", [{"no": "N1", "name": "a", "east": "126.1", "north": "41.9"}])
    file = mapping(tmp_path, SITES.replace("epsg = 4551", 'datum = "cgcs2000"'))
    (report,) = etl.load_files(loaded, tmp_path / "sites.csv", mapping=file)
    assert report.new == 1, report.to_sentence()
    assert office.count(loaded, "subject", "subject_id = 'N1' AND village_code = '220602100200'") == 1


def test_rejects_go_back_beside_their_faults_hide_secrets_and_load_again_once_mended(loaded, tmp_path):
    row = {"no": "N1", "name": "a", "village": "四村", "id card": "11010519491231002X", **metres(126.05, 41.9)}
    office.write_csv(tmp_path / "sites.csv", [row, row | {"no": "N 2"}])
    file = mapping(tmp_path, SITES)
    reports = etl.load_files(loaded, tmp_path / "sites.csv", mapping=file)
    assert not reports[0].loaded
    write_rejects(tmp_path / "rejects.xlsx", reports)
    book = load_workbook(tmp_path / "rejects.xlsx")
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]][:4] == ["no", "name", "village", "id card"]
    assert page.cell(row=2, column=4).value == "***"
    assert page.cell(row=3, column=1).comment is not None
    for line in (2, 3):
        page.cell(row=line, column=3).value = "二村"
        page.cell(row=line, column=4).value = None
    page.cell(row=3, column=1).value = "N2"
    # under any name: the sheet is called what its kind is called
    book.save(tmp_path / "sites.csv.xlsx")
    text = SITES.replace('files = "sites.csv"', 'files = "sites*"\nsheets = "no such sheet"')
    (report,) = etl.load_files(loaded, tmp_path / "sites.csv.xlsx", mapping=mapping(tmp_path, text))
    assert (report.new, report.rejects) == (2, []), report.to_sentence()


def test_all_files_of_a_mapping_load_or_none(empty_db, tmp_path):
    folder = jurisdiction.write(tmp_path / "city", 60)
    (folder / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    text = (folder / "city.toml").read_text(encoding="utf-8")
    before = office.checksum(empty_db)
    strict = mapping(tmp_path, text.replace("reject_share = 0.2", "reject_share = 0"))
    reports = etl.load_files(empty_db, folder, mapping=strict)
    assert office.checksum(empty_db) == before
    assert not any(report.loaded for report in reports)
    told = {report.file for report in reports if report.note}
    assert {"notes.csv", "city.toml"} <= told
    # the files after the refused one are told, too
    assert {report.file for report in reports} >= {
        "areas.shp",
        "wards.geojson",
        "sites.csv",
        "inspections.csv",
        "lab.tsv",
    }


def test_a_file_without_a_column_and_a_folder_without_a_file(empty_db, tmp_path):
    (tmp_path / "staff.csv").write_text("No,Nom\n1,Ann\n", encoding="utf-8")
    file = mapping(tmp_path, PEOPLE + 'files = "staff.*"\nfields = {person_no = "No", name = ["Name", "Full name"]}')
    with pytest.raises(UserError, match=r"m\.toml.*Name / Full name"):
        etl.load_files(empty_db, tmp_path / "staff.csv", mapping=file)
    (tmp_path / "other.csv").write_text("No,Name\n1,Ann\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"other\.csv"):
        etl.load_files(empty_db, tmp_path / "other.csv", mapping=file)


def test_a_draft_is_a_mapping_but_for_what_it_marks(tmp_path):
    folder = jurisdiction.write(tmp_path / "city", 60)
    for name in ("sites.csv", "inspections.csv", "wards.geojson", "areas.shp", "lab.tsv"):
        text = draft_mapping(folder / name)
        assert "TODO" in text
        said = tomllib.loads(text)
        assert [table["files"] for table in said["table"]] == [name]
    sites = tomllib.loads(draft_mapping(folder / "sites.csv"))["table"][0]
    assert sites["kind"] == "subjects"
    fields = sites["fields"]
    assert (fields["subject_id"], fields["lon"], fields["lat"]) == ("Licence No", "X", "Y")
    assert fields["village_code"] == {"column": "Ward", "unit_name": True, "within": True}
    assert fields["risk"]["dictionary"]["1 (High)"] == "high"


def test_a_heading_of_several_lines_stays_in_its_comment(tmp_path):
    rows = [{"person_no": "R1", "name": "甲", "Remarks\nof the\x07 office\n[[table]]": "x"}]
    said = tomllib.loads(draft_mapping(office.write_csv(tmp_path / "人员.csv", rows)))
    assert len(said["table"]) == 1
    (tmp_path / "other.csv").write_text('"A\nb","C"\n1,2\n', encoding="utf-8")
    assert "table" not in tomllib.loads(draft_mapping(tmp_path / "other.csv"))


def test_a_draft_of_an_offices_own_file_needs_nothing_more(empty_db, tmp_path):
    file = office.write_csv(tmp_path / "人员.csv", office.PEOPLE)
    (tmp_path / "drafted.toml").write_text(draft_mapping(file), encoding="utf-8")
    assert find_mapping_faults(read_mapping(tmp_path / "drafted.toml")) == []
    (report,) = etl.load_files(empty_db, file, mapping=tmp_path / "drafted.toml")
    assert report.new == 6


def test_dates_are_recognised_in_a_draft(tmp_path):
    file = office.write_csv(
        tmp_path / "inspections.csv", [{"Inspected": f"{day}/12/2015", "Licence": "1"} for day in range(10, 20)]
    )
    (table,) = tomllib.loads(draft_mapping(file))["table"]
    assert table["fields"]["visited_on"] == {"column": "Inspected", "dates": ["%d/%m/%Y"]}


def test_the_verbs(tmp_path):
    run = CliRunner().invoke
    listed = run(app, ["mapping", "list"])
    assert "uk_residues" in listed.output
    assert run(app, ["mapping", "check", "datav"]).exit_code == 0
    bad = mapping(tmp_path, PEOPLE + 'fields = {person_no = "No"}')
    faulty = run(app, ["mapping", "check", str(bad)])
    assert "name" in faulty.output
    assert faulty.exception is not None
    file = office.write_csv(tmp_path / "人员.csv", office.PEOPLE)
    assert "[[table]]" in run(app, ["mapping", "draft", str(file)]).output
    assert run(app, ["mapping", "draft", str(file), "--out", str(tmp_path / "new.toml")]).exit_code == 0
    # never over one that is there
    assert run(app, ["mapping", "draft", str(file), "--out", str(tmp_path / "new.toml")]).exit_code != 0
