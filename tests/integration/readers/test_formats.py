"""Every format an office may send, and the traps that look like one."""

from __future__ import annotations

import gc
import gzip
import json
import struct
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from sqlalchemy import make_url

import etl
from etl.readers.read_csv import read_csv
from etl.readers.read_parquet import read_parquet
from etl.readers.sheet import Hints
from etl.recognise.open_sheets import open_sheets
from geodata.errors import UserError
from tests.integration import office
from tests.integration.refusals import refuse_file

CONTENT = """<?xml version="1.0" encoding="UTF-8"?>{head}
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""
KML = """<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Schema name="s" id="s"><SimpleField name="编码" type="string"/></Schema>{places}</Document></kml>"""


@pytest.fixture
def register(empty_db, tmp_path):
    etl.load_files(empty_db, office.write_csv(tmp_path / "网格单元.csv", office.UNITS))
    return empty_db


def ods(file: Path, rows, *, head="", repeated=1, name="人员") -> Path:
    """An OpenDocument workbook, written by hand: what a trap is made of."""
    cells = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated}">'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        table = f'<table:table table:name="{name}">{cells}</table:table>'
        archive.writestr("content.xml", CONTENT.format(head=head, tables=table))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file


def kml(frame, head="") -> str:
    places = "".join(
        f'<Placemark><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="编码">{row.编码}</SimpleData>'
        "</SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y},0" for x, y in row.geometry.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for row in frame.itertuples()
    )
    return KML.format(head=head, places=places)


def topology(frame) -> str:
    """A TopoJSON without shared arcs or quantisation: one arc a shape."""
    arcs = [[list(point) for point in shape.exterior.coords] for shape in frame.geometry]
    shapes = [
        {"type": "Polygon", "arcs": [[at]], "properties": {"编码": code}} for at, code in enumerate(frame["编码"])
    ]
    return json.dumps(
        {"type": "Topology", "objects": {"网格": {"type": "GeometryCollection", "geometries": shapes}}, "arcs": arcs}
    )


def write_units(folder: Path, form: str) -> Path:
    frame = office.shapes()
    file = folder / f"网格单元.{form}"
    if form == "zip":
        inner = folder / "inner"
        inner.mkdir()
        frame.to_file(inner / "网格单元.shp", encoding="GB18030")
        with zipfile.ZipFile(file, "w") as archive:
            for part in inner.iterdir():
                archive.write(part, f"2026/{part.name}")
    elif form == "kml":
        file.write_text(kml(frame), encoding="utf-8")
    elif form == "kmz":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("doc.kml", kml(frame))
    elif form == "topojson":
        file.write_text(topology(frame), encoding="utf-8")
    elif form == "parquet":
        frame.to_parquet(file)
    elif form == "json":
        file.write_text(json.dumps(json.loads(frame.to_json())["features"]), encoding="utf-8")
    else:
        frame.to_file(file)
    return file


@pytest.mark.parametrize("form", ["zip", "kml", "kmz", "topojson", "parquet", "json", "fgb"])
def test_boundaries_in_every_format(register, tmp_path, form):
    file = write_units(tmp_path, form)
    (report,) = etl.load_files(register, file, datum="cgcs2000")
    assert (report.kind, report.changed) == ("units", 6), report.to_sentence()
    assert report.file == file.name
    assert office.count(register, "unit_version", "geom IS NOT NULL") == 6
    (again,) = etl.load_files(register, file, datum="cgcs2000")
    assert (again.same, again.batch_id) == (6, None)


def test_an_open_document_and_a_compressed_csv(empty_db, tmp_path):
    rows = [list(office.PEOPLE[0]), *(list(map(str, row.values())) for row in office.PEOPLE)]
    (report,) = etl.load_files(empty_db, ods(tmp_path / "人员.ods", [["示范区人员表"], *rows]))
    assert (report.new, report.above) == (6, ("示范区人员表",)), report.to_sentence()
    plain = office.write_csv(tmp_path / "人员.csv", office.PEOPLE)
    (tmp_path / "人员.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (report,) = etl.load_files(empty_db, tmp_path / "人员.csv.gz", kind="people")
    assert (report.same, report.file) == (6, "人员.csv.gz")


def test_an_old_workbook(empty_db):
    """The fixture was saved by a spreadsheet in the format of 1997."""
    file = Path(office.__file__).with_name("people.xls")
    (report,) = etl.load_files(empty_db, file)
    assert (report.kind, report.new) == ("people", 2), report.to_sentence()
    assert office.count(empty_db, "person", "person_no = '007' AND name = '示例甲'") == 1


def test_an_old_workbook_that_runs_in_a_circle_is_refused(standing, tmp_path):
    """Its table of sectors says of one that it follows itself: read blindly, it would fill the memory."""
    content = bytearray(Path(office.__file__).with_name("people.xls").read_bytes())
    table = 512 * (1 + int.from_bytes(content[76:80], "little"))
    follows = struct.unpack_from("<128I", content, table)
    at = next(at for at in range(128) if follows[at] == at + 1)
    struct.pack_into("<I", content, table + 4 * at, at)
    (tmp_path / "人员.xls").write_bytes(bytes(content))
    refuse_file(standing, tmp_path / "人员.xls", "不是")


def test_an_archive_of_several_files_loads_them_together(empty_db, tmp_path):
    with zipfile.ZipFile(tmp_path / "全部.zip", "w") as archive:
        for name in ("人员", "网格单元"):
            archive.write(office.write_csv(tmp_path / f"{name}.csv", office.TABLES[name]), f"{name}.csv")
        archive.writestr("__MACOSX/._人员.csv", "x")
        archive.writestr("说明.docx", "x")
    reports = etl.load_files(empty_db, tmp_path / "全部.zip")
    assert [(report.file, report.sheet, report.new) for report in reports] == [
        ("全部.zip", "网格单元", 6),
        ("全部.zip", "人员", 6),
    ]


def test_a_table_of_another_postgis(register, new_database, tmp_path):
    for outside in new_database():
        office.shapes().to_postgis("grid_units", outside, schema="public")
        # as the office's own reader would be given it: the tests' server lets in over its socket
        url = make_url(outside.url).set(drivername="postgresql").render_as_string(hide_password=False)
        file = tmp_path / "units.postgis"
        file.write_text(f'url = "{url}"\ntables = ["public.grid_units"]\n', encoding="utf-8")
        (report,) = etl.load_files(register, file, kind="units", datum="cgcs2000")
        assert (report.changed, report.sheet) == (6, "public.grid_units"), report.to_sentence()
        file.write_text(f'url = "{url}"\ntables = ["public.nothing"]\n', encoding="utf-8")
        refuse_file(register, file, "public.nothing")
    file.write_text('url = "postgresql://127.0.0.1:1/x"\ntables = ["a.b"]\n', encoding="utf-8")
    refuse_file(register, file)
    file.write_text("tables = []", encoding="utf-8")
    refuse_file(register, file, "postgresql://")


@pytest.mark.parametrize(
    "name",
    ["a.zip", "a.kmz", "a.gz", "a.csv.gz", "a.ods", "a.xls", "a.kml", "a.fgb", "a.parquet", "a.topojson", "a.postgis"],
)
@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 half a zip",
        b"\x1f\x8b\x08\0 half",
        b"\xd0\xcf\x11\xe0" * 200,
        b"PAR1" + b"x" * 40,
        b"{}",
        b"[",
        b"<kml",
    ],
)
def test_what_only_looks_like_a_format_is_refused_in_one_sentence(standing, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    refuse_file(standing, tmp_path / name)


@pytest.mark.parametrize(
    "content", ["编码,名称\n1,甲\n".encode("utf-16")[:-1], b"\xff\xfe\x00\xd8", b"\xff\xfe" + b"a" * 7]
)
def test_a_text_cut_off_in_the_middle_of_a_sign_is_refused(standing, tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    refuse_file(standing, tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["hex", "rot13", "zlib", "bz2", "undefined", "punycode", "base64", "no-such"])
def test_an_encoding_that_is_none_of_text_is_refused(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes("编码,名称\n1,甲\n".encode())
    with pytest.raises(UserError, match=encoding):
        read_csv(tmp_path / "a.csv", Hints(encoding=encoding))


def test_two_columns_of_one_name_in_a_parquet_file_are_told(standing, tmp_path):
    table = pa.table([["R1"], ["甲"], ["乙"]], names=["编号", "姓名", "姓名"])
    pq.write_table(table, tmp_path / "人员.parquet")
    (sheet,) = read_parquet(tmp_path / "人员.parquet")
    assert next(iter(sheet.chunks())).cells.to_numpy().tolist() == [["R1", "甲", "乙"]]
    refuse_file(standing, tmp_path / "人员.parquet")


def test_a_parquet_file_that_names_a_shape_it_has_not_is_refused(standing, tmp_path):
    geo = {"version": "1.0.0", "primary_column": "nowhere", "columns": {"nowhere": {"encoding": "WKB"}}}
    table = pa.table({"编码": ["1"]}).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, tmp_path / "网格单元.parquet")
    refuse_file(standing, tmp_path / "网格单元.parquet")


def test_a_sound_file_without_any_layer_is_refused(standing, tmp_path):
    kml = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
    (tmp_path / "a.kml").write_text(kml, encoding="utf-8")
    frame = office.shapes().drop(columns="geometry").assign(编码="x")
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg", layer="layer_styles")
    for name in ("a.kml", "a.gpkg"):
        refuse_file(standing, tmp_path / name, "没有")


def test_a_zip_that_bursts_is_refused_before_it_fills_the_disk(standing, tmp_path):
    with (
        zipfile.ZipFile(tmp_path / "人员.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("人员.csv", "w", force_zip64=True) as out,
    ):
        for _ in range(200):
            out.write(b"," * (1 << 20))
    refuse_file(standing, tmp_path / "人员.zip", "过大")
    with gzip.open(tmp_path / "人员.csv.gz", "wb") as out:
        for _ in range(200):
            out.write(b"," * (1 << 20))
    refuse_file(standing, tmp_path / "人员.csv.gz", "过大")
    with zipfile.ZipFile(tmp_path / "人员.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (100 << 20))
    refuse_file(standing, tmp_path / "人员.xlsx", "过大")


def test_an_archive_that_climbs_out_of_its_folder_is_refused(standing, tmp_path):
    with zipfile.ZipFile(tmp_path / "人员.zip", "w") as archive:
        archive.writestr("../人员.csv", "x")
    refuse_file(standing, tmp_path / "人员.zip")
    assert not (tmp_path.parent / "人员.csv").exists()


def test_a_cell_that_repeats_itself_a_billion_times_is_refused(standing, tmp_path):
    refuse_file(
        standing, ods(tmp_path / "人员.ods", [["人员编号", "姓名"], ["1", "x"]], repeated=1_000_000_000), "过大"
    )


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_are_refused(standing, tmp_path):
    refuse_file(standing, ods(tmp_path / "人员.ods", [["&b;"]], head=LAUGHS), "实体")
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / "网格单元.kml").write_text(kml(office.shapes(), head=LAUGHS), encoding=encoding)
        refuse_file(standing, tmp_path / "网格单元.kml", "实体")


def test_a_line_or_a_quoted_cell_beyond_all_measure_is_refused(standing, tmp_path):
    file = tmp_path / "人员.csv"
    file.write_bytes("人员编号,姓名\n1,".encode() + b"x" * (9 << 20) + b"\n")
    refuse_file(standing, file, "8 MB")
    file.write_bytes('人员编号,姓名\n1,"'.encode() + b"x\n" * (5 << 20) + b'"\n')
    refuse_file(standing, file, "引号")


def test_long_lines_come_in_small_chunks(tmp_path):
    file = tmp_path / "shapes.csv"
    file.write_text("a,b\n" + "".join(f"{n},{'x' * (4 << 20)}\n" for n in range(80)), encoding="utf-8")
    (sheet,) = open_sheets(file)
    assert [len(chunk.cells) for chunk in sheet.chunks()] == [63, 17]


def test_layers_are_listed_by_their_names(tmp_path):
    frame = gpd.GeoDataFrame({"a": ["x"]}, geometry=[shapely.Point(126, 42)], crs="EPSG:4326")
    for layer in ("一", "二"):
        pyogrio.write_dataframe(frame, tmp_path / "two.gpkg", layer=layer)
    assert [sheet.name for sheet in open_sheets(tmp_path / "two.gpkg")] == ["一", "二"]


def test_nothing_unpacked_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    packed = write_units(tmp_path, "zip")
    (sheet,) = open_sheets(packed)
    assert sum(len(chunk.cells) for chunk in sheet.chunks()) == 6
    assert list((tmp_path / "temporary").iterdir())
    del sheet
    gc.collect()
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("ending", ["geojson", "json", "topojson", "kml", "gpkg", "fgb"])
@pytest.mark.parametrize(
    "content",
    [
        '<OGRVRTDataSource><OGRVRTLayer name="p"><SrcDataSource>{other}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>",
        '\n <OGRVRTDataSource><OGRVRTLayer name="<kml"><SrcDataSource>{other}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>",
        '{{"type": "gdal_streamed_alg", "command_line": "gdal vector convert {other} streamed"}}',
    ],
)
def test_a_description_of_another_file_is_not_followed(tmp_path, ending, content):
    """GDAL tells a virtual dataset by its content, whatever the file is called."""
    other = tmp_path / "other.csv"
    other.write_text("secret,b\n1,2\n", encoding="utf-8")
    file = tmp_path / f"x.{ending}"
    file.write_text(content.format(other=other), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        open_sheets(file)
    assert "secret" not in str(refused.value)
