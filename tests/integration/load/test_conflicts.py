"""One code with two names, coordinates in another datum than declared: reported and offered, never settled alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

import etl
from geodata.crs import convert_datum, convert_geometry
from geodata.locale import Lang
from geodata.vocabulary import Datum
from tests.integration import office

HUNJIANG = Path(__file__).parents[4] / "shared" / "data" / "hunjiang"
real_data = pytest.mark.skipif(not HUNJIANG.is_dir(), reason=f"the real units and outline are not at {HUNJIANG}")
# the streets of the real district whose 9-digit codes another national register gives to one another
STREETS = ["江北街道", "城南街道", "板石街道", "河口街道"]


def faults(reports):
    return {(reject.value, reject.fault) for report in reports for reject in report.rejects}


@real_data
def test_another_registers_codes_are_a_conflict_even_with_a_day(empty_db, tmp_path):
    import csv

    etl.load_files(empty_db, HUNJIANG / "units.csv")
    with (HUNJIANG / "units.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    names = [row["name"] for row in rows if any(row["name"].startswith(street[:2]) for street in STREETS)]
    names = [name for name in names if name.endswith("街道")]
    assert len(names) == 4
    turned = dict(zip(names, [*names[1:], names[0]], strict=True))
    swapped = [row | {"name": turned.get(row["name"], row["name"])} for row in rows]
    file = office.write_csv(tmp_path / "units.csv", swapped)
    before = office.checksum(empty_db)
    for said in ({}, {"valid_from": date(2026, 1, 1)}, {"accept_renames": True}):
        reports = etl.load_files(empty_db, file, **said)
        assert not reports[0].loaded
        assert faults(reports) == {(name, "name_of_another") for name in turned.values()}
        assert office.checksum(empty_db) == before
    sentence = reports[0].rejects[0].to_sentence(Lang.ZH)
    assert "两份登记的编号不一致" in sentence
    (accepted,) = etl.load_files(empty_db, file, valid_from=date(2026, 1, 1), accept_renames=True)
    assert accepted.new == 4
    assert office.count(empty_db, "unit_version", "upper(valid) = '2026-01-01'") == 4


def test_a_row_with_its_own_day_is_a_rename_but_not_to_the_name_of_a_neighbour(loaded, tmp_path):
    unit = office.UNITS[4] | {"生效日期": "2026-01-01"}
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "units.csv", [unit | {"名称": "新二村"}]))
    assert report.new == 1
    reports = etl.load_files(loaded, office.write_csv(tmp_path / "units.csv", [unit | {"名称": "一村"}]))
    assert faults(reports) == {("一村", "name_of_another")}
    assert "220602100200" in reports[0].rejects[0].detail


def scattered(shift_datum, count=200):
    """Subjects all over the villages, near their borders too, with coordinates as a GPS of some datum shows them."""
    random = np.random.default_rng(4)
    villages = [("220602100200", "一村", 126.0), ("220602100201", "二村", 126.1)]
    rows = []
    for n in range(count):
        code, name, west = villages[n % 2]
        lon, lat = west + random.uniform(0.001, 0.099), random.uniform(41.801, 41.999)
        (x,), (y,) = convert_datum(lon, lat, Datum.CGCS2000, shift_datum)
        rows.append(
            office.SUBJECTS[0]
            | {
                "主体编号": f"P{n}",
                "主体名称": f"户{n}",
                "村编码": code,
                "村名称": name,
                "经度": f"{x:.7f}",
                "纬度": f"{y:.7f}",
            }
        )
    return rows


@pytest.mark.parametrize("truth", [Datum.GCJ02, Datum.BD09])
@pytest.mark.parametrize("declared", ["国家2000", "WGS84"])
def test_points_in_another_datum_than_declared_are_noticed_and_loaded_as_declared(loaded, tmp_path, truth, declared):
    rows = [row | {"坐标系": declared} for row in scattered(truth)]
    file = office.write_csv(tmp_path / "主体.csv", rows)
    (seen,) = etl.preview_load(loaded, file).reports
    (hint,) = seen.hints
    assert (hint.key, hint.values["likely"]) == ("points", truth)
    for lang in Lang:
        assert f"--datum {truth.value}" in hint.to_sentence(lang)
    (report,) = etl.load_files(loaded, file)
    assert (report.loaded, report.new, report.hints) == (True, 200, seen.hints)
    assert office.count(loaded, "subject", f"source_datum = '{truth.value}'") == 0


@pytest.mark.parametrize("truth", [Datum.CGCS2000, Datum.GCJ02])
def test_points_in_their_declared_datum_raise_no_suspicion(loaded, tmp_path, truth):
    rows = [row | {"坐标系": truth.value} for row in scattered(truth)]
    (seen,) = etl.preview_load(loaded, office.write_csv(tmp_path / "主体.csv", rows)).reports
    assert (seen.loaded, seen.hints) == (True, ())


def test_a_handful_of_points_is_no_proof(loaded, tmp_path):
    rows = [row | {"坐标系": "国家2000"} for row in scattered(Datum.GCJ02, 10)]
    (seen,) = etl.preview_load(loaded, office.write_csv(tmp_path / "主体.csv", rows)).reports
    assert seen.hints == ()


@pytest.mark.parametrize("truth", [Datum.GCJ02, Datum.BD09])
@pytest.mark.parametrize("codes", [list(office.BOXES), ["220602100200", "220602100201", "220602001001"]])
def test_boundaries_in_another_datum_are_noticed_refused_for_standing_out_or_not(loaded, tmp_path, truth, codes):
    frame = office.shapes(codes)
    frame["geometry"] = [convert_geometry(shape, Datum.CGCS2000, truth) for shape in frame.geometry]
    frame.to_file(tmp_path / "网格单元.gpkg")
    (seen,) = etl.preview_load(loaded, tmp_path / "网格单元.gpkg", datum="wgs84").reports
    assert {reject.fault for reject in seen.rejects} == (set() if len(codes) == 6 else {"outside_parent"})
    (hint,) = seen.hints
    assert (hint.key, hint.values["likely"], hint.values["worse"]) == ("boundaries", truth, 0)
    assert int(str(hint.values["better"])) > 100
    for lang in Lang:
        assert f"--datum {truth.value}" in hint.to_sentence(lang)
    (right,) = etl.load_files(loaded, tmp_path / "网格单元.gpkg", datum=truth)
    assert (right.loaded, right.hints) == (True, ())


def test_a_boundary_drawn_anew_is_no_shift(loaded, tmp_path):
    frame = office.shapes(["220602100200", "220602100201"])
    frame["geometry"] = [shapely.box(126.0, 41.8, 126.13, 42.0), shapely.box(126.13, 41.8, 126.2, 42.0)]
    frame.to_file(tmp_path / "网格单元.gpkg")
    (report,) = etl.load_files(loaded, tmp_path / "网格单元.gpkg", datum="wgs84")
    assert (report.changed, report.hints) == (2, ())


def test_neighbours_that_overlap_or_leave_slivers_are_noticed(loaded, tmp_path):
    frame = office.shapes(["220602100200", "220602100201"])
    for east in (126.1002, 126.099995):
        frame["geometry"] = [shapely.box(126.0, 41.8, east, 42.0), shapely.box(126.1, 41.8, 126.2, 42.0)]
        frame.to_file(tmp_path / "网格单元.gpkg")
        (report,) = etl.load_files(loaded, tmp_path / "网格单元.gpkg", datum="wgs84")
        (hint,) = report.hints
        assert (report.loaded, hint.key, hint.values["count"]) == (True, "coverage", 2)
        assert "220602100200 220602100201" in hint.to_sentence(Lang.EN)


@real_data
def test_the_real_outline_that_claims_wgs84_is_gcj02_and_is_noticed_by_the_demonstration(loaded_demo_units):
    outline = HUNJIANG / "outline_and_neighbours_gcj02.geojson"
    (seen,) = etl.preview_load(loaded_demo_units, outline, datum="wgs84", where="role=self").reports
    (hint,) = seen.hints
    assert (hint.key, hint.values["declared"], hint.values["likely"]) == ("boundaries", Datum.WGS84, Datum.GCJ02)
    (right,) = etl.preview_load(loaded_demo_units, outline, datum="gcj02", where="role=self").reports
    assert right.hints == ()


@pytest.fixture
def loaded_demo_units(empty_db, tmp_path):
    from etl.demo import write_files
    from tests.conftest import DEMO_UNTIL

    files = write_files(tmp_path, date.fromisoformat(DEMO_UNTIL))
    etl.load_files(
        empty_db,
        [file for file in files if file.suffix in {".gpkg", ".geojson"} or "网格" in file.name],
        datum="cgcs2000",
    )
    return empty_db
