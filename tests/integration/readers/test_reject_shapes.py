"""Boundaries go along in the workbook of faults, and stand as they would have stood from the file itself."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook
from sqlalchemy import text

import etl
from etl.export.fault_workbook import write_rejects
from etl.load.undo_batches import undo_batches
from geodata.locale import Lang
from geodata.settings import settings
from tests.integration import office
from tests.integration.readers.test_reject_book import mended
from tests.integration.refusals import refuse, refuse_file

VILLAGE = "220602100200"
# no number of it is short, and as text it is several times what a cell takes
LARGE = shapely.difference(
    shapely.Point(126.05, 41.9).buffer(1 / 37, quad_segs=1500), shapely.Point(126.05, 41.9).buffer(1 / 371)
)
MAPPING = """
title = {{zh = "甲", en = "A"}}
{said}
[[table]]
kind = "units"
files = "*villages*"
{geometry}
[table.fields]
code = "no"
schematic = "sketch"
"""


def stored(engine):
    """The boundary of the village, bit by bit: as it is stored, as it was given, and in which datum."""
    asked = "SELECT geom::text, source_geom::text, source_datum FROM grid.unit_version WHERE code = :code"
    with engine.connect() as db:
        return tuple(db.execute(text(asked), {"code": VILLAGE}).one())


def taken_back(engine, report):
    """What a load stored; the load is undone."""
    assert report.loaded, report.to_sentence()
    found = stored(engine)
    undo_batches(engine, [report.batch_id])
    return found


def villages(shape, crs, titles=("编码", "示意"), sketch="？"):
    frame = gpd.GeoDataFrame({titles[0]: [VILLAGE], titles[1]: [sketch]}, geometry=[shape], crs="EPSG:4490")
    return frame.to_crs(crs)


@pytest.mark.parametrize(("crs", "datum"), [(4490, "cgcs2000"), (4490, "gcj02"), (4551, "wgs84")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_boundary_larger_than_a_cell_comes_back_to_the_last_bit(loaded, tmp_path, monkeypatch, crs, datum, lang):
    file = tmp_path / "网格单元.gpkg"
    villages(LARGE, crs, sketch="是").to_file(file, layer="网格单元")
    expected = taken_back(loaded, etl.load_files(loaded, file, datum=datum)[0])
    file.unlink()
    villages(LARGE, crs).to_file(file, layer="网格单元")
    reports = etl.load_files(loaded, file, datum=datum)
    out = tmp_path / "out.xlsx"
    chosen = settings().model_copy(update={"lang": Lang(lang)})
    monkeypatch.setattr("etl.export.fault_workbook.settings", lambda: chosen)
    assert write_rejects(out, reports) == 1
    monkeypatch.undo()
    page = load_workbook(out).worksheets[0]
    title = {"zh": "边界WKT", "en": "boundary WKT"}[lang]
    titles = [cell.value for cell in page[1] if str(cell.value).startswith(title)]
    assert titles == [title, *(f"{title} {n}" for n in range(2, len(titles) + 1))]
    assert len(titles) > 3
    assert all(len(str(cell.value)) <= 32_767 for line in page.iter_rows() for cell in line)
    mended(out, page.title, 示意="是")
    refuse_file(loaded, out, "--datum")
    (report,) = etl.load_files(loaded, out, datum=datum)
    assert report.unused == ({"zh": ("行号", "问题"), "en": ("row", "reason")}[lang])
    assert taken_back(loaded, report) == expected


@pytest.mark.parametrize(
    ("said", "crs"), [('datum = "gcj02"', 4490), ('datum = "cgcs2000"', 4551), ("epsg = 4551", 4551)]
)
def test_with_a_mapping_too(loaded, tmp_path, said, crs):
    (tmp_path / "m.toml").write_text(MAPPING.format(said=said, geometry=""), encoding="utf-8")
    file = tmp_path / "villages.gpkg"
    mapping = {"mapping": tmp_path / "m.toml"}
    villages(LARGE, crs, ("no", "sketch"), "yes").to_file(file, layer="villages")
    expected = taken_back(loaded, etl.load_files(loaded, file, **mapping)[0])
    file.unlink()
    villages(LARGE, crs, ("no", "sketch")).to_file(file, layer="villages")
    out = tmp_path / "villages.xlsx"
    assert write_rejects(out, etl.load_files(loaded, file, **mapping)) == 1
    # still at fault: it goes along once more
    again = tmp_path / "villages again.xlsx"
    assert write_rejects(again, etl.load_files(loaded, out, **mapping)) == 1
    for each in (out, again):
        (report,) = etl.load_files(loaded, mended(each, "网格单元", sketch="yes"), **mapping)
        assert not {title for title in report.unused if "WKT" in title}
        assert taken_back(loaded, report) == expected


@pytest.mark.parametrize("form", ["wkt", "wkb", "geojson"])
def test_a_column_of_shapes_larger_than_a_cell_is_not_cut(loaded, tmp_path, form):
    geometry = f'geometry = {{column = "shape", form = "{form}"}}'
    (tmp_path / "m.toml").write_text(MAPPING.format(said='datum = "gcj02"', geometry=geometry), encoding="utf-8")
    shape = {
        "wkt": lambda: "SRID=4490;" + shapely.to_wkt(LARGE, rounding_precision=-1),
        "wkb": lambda: shapely.to_wkb(LARGE, hex=True),
        "geojson": lambda: shapely.to_geojson(LARGE),
    }[form]()
    row = {"no": VILLAGE, "shape": shape, "sketch": "yes", "remark": "x"}
    mapping = {"mapping": tmp_path / "m.toml"}
    file = tmp_path / "villages.csv"
    expected = taken_back(loaded, etl.load_files(loaded, office.write_csv(file, [row]), **mapping)[0])
    out = tmp_path / "villages.xlsx"
    write_rejects(out, etl.load_files(loaded, office.write_csv(file, [row | {"sketch": "?"}]), **mapping))
    (report,) = etl.load_files(loaded, mended(out, "网格单元", sketch="yes"), **mapping)
    assert report.unused == ("remark", "行号", "问题")
    assert taken_back(loaded, report) == expected


def test_any_table_may_hold_boundaries_as_text(loaded, tmp_path):
    box = shapely.box(126.01, 41.81, 126.09, 41.99)
    file = office.write_csv(tmp_path / "网格单元.csv", [{"编码": VILLAGE, "边界WKT": box.wkt}])
    refuse_file(loaded, file, "--datum")
    (report,) = etl.load_files(loaded, file, datum="cgcs2000")
    assert report.unused == ()
    expected = taken_back(loaded, report)
    villages(box, 4490, sketch="否").to_file(tmp_path / "网格单元.gpkg")
    assert taken_back(loaded, etl.load_files(loaded, tmp_path / "网格单元.gpkg", datum="cgcs2000")[0]) == expected
    (report,) = etl.load_files(loaded, file, columns={"边界WKT": ""})
    assert (report.same, report.unused) == (1, ("边界WKT",))


def test_a_broken_text_is_one_sentence_and_marked(standing, tmp_path):
    rows = [
        {"编码": VILLAGE, "边界WKT": "POLYGON ((126 41, 126", "边界WKT 2": "", "示意": "？"},
        {"编码": "220602100201", "边界WKT": "LINESTRING (126 41,", "边界WKT 2": "-126 41)", "示意": ""},
    ]
    file = office.write_csv(tmp_path / "网格单元.csv", rows)
    faults = ((2, "geometry", "not_a_shape"), (2, "schematic", "not_yes_no"), (3, "geometry", "not_a_polygon"))
    refuse(standing, file, *faults, datum="cgcs2000")
    out = tmp_path / "out.xlsx"
    write_rejects(out, etl.load_files(standing, file, datum="cgcs2000"))
    page = load_workbook(out)["网格单元"]
    marked = {(cell.row, page.cell(row=1, column=cell.column).value) for line in page for cell in line if cell.comment}
    assert marked == {(2, "边界WKT"), (2, "示意"), (3, "边界WKT")}
    refuse(standing, out, *faults, datum="cgcs2000")


def test_a_layer_without_a_shape_needs_no_datum_when_it_comes_back(loaded, tmp_path):
    villages(None, 4490).to_file(tmp_path / "网格单元.gpkg")
    out = tmp_path / "out.xlsx"
    write_rejects(out, etl.load_files(loaded, tmp_path / "网格单元.gpkg", datum="cgcs2000"))
    (report,) = etl.load_files(loaded, mended(out, "网格单元", 示意="否"))
    assert report.same == 1


def test_a_layer_that_says_longitude_and_latitude_itself_says_them_once(loaded, tmp_path):
    rows = office.changed(office.SUBJECTS[:1], 风险等级="?")
    frame = gpd.GeoDataFrame(rows, geometry=[shapely.Point(126.05, 41.9)], crs="EPSG:4490")
    frame.to_file(tmp_path / "主体.gpkg", layer="主体")
    out = tmp_path / "out.xlsx"
    write_rejects(out, etl.load_files(loaded, tmp_path / "主体.gpkg"))
    (report,) = etl.load_files(loaded, mended(out, "主体", 风险等级="高风险"))
    assert report.same == 1, report.to_sentence()
