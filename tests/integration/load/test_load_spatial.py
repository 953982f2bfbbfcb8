"""Boundaries: from any spatial format and datum, nested and valid; the real outline and the real codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import geopandas as gpd
import pyproj
import pytest
import shapely
from sqlalchemy import text

import etl
from etl.recognise.open_sheets import open_sheets
from geodata.errors import UserError
from tests.integration import office

HUNJIANG = Path(__file__).parents[4] / "shared" / "data" / "hunjiang"
real_data = pytest.mark.skipif(not HUNJIANG.is_dir(), reason=f"the real units and outline are not at {HUNJIANG}")


@pytest.fixture
def register(empty_db, tmp_path):
    etl.load_files(empty_db, office.write_csv(tmp_path / "网格单元.csv", office.UNITS))
    return empty_db


@pytest.mark.parametrize("name", ["units.geojson", "units.gpkg", "units.shp"])
def test_every_spatial_format(register, tmp_path, name):
    frame = office.shapes()
    frame.to_file(tmp_path / name, **({"encoding": "UTF-8"} if name.endswith("shp") else {}))
    (report,) = etl.load_files(register, tmp_path / name, datum="cgcs2000")
    assert (report.kind, report.changed) == ("units", 6), report.to_sentence()


def test_a_shapefile_in_gb18030_with_cut_headings(empty_db, tmp_path):
    rows = [
        {"编码": row["编码"], "名称": row["名称"], "类型": row["类型"], "上级编码": row["上级编码"]}
        for row in office.UNITS
    ]
    frame = gpd.GeoDataFrame(rows, geometry=[shapely.box(*office.BOXES[row["编码"]]) for row in rows], crs="EPSG:4490")
    frame.to_file(tmp_path / "网格.shp", encoding="GB18030")
    (tmp_path / "网格.cpg").unlink(missing_ok=True)
    (report,) = etl.load_files(empty_db, tmp_path / "网格.shp", datum="cgcs2000")
    assert report.new == 6, report.to_sentence()
    assert office.count(empty_db, "unit_version", "name = '三社区' AND parent_code = '220602001000'") == 1


def test_metres_of_a_projected_crs_become_degrees(register, tmp_path):
    office.shapes().to_crs(4551).to_file(tmp_path / "网格单元.shp", encoding="UTF-8")
    (report,) = etl.load_files(register, tmp_path / "网格单元.shp", datum="cgcs2000")
    assert report.changed == 6, report.to_sentence()
    with register.connect() as db:
        west = db.execute(text("SELECT ST_XMin(geom) FROM grid.unit_version WHERE code = '220602000000'")).scalar_one()
    assert west == pytest.approx(126.0, abs=1e-7)


def test_a_header_is_not_believed_over_the_declared_datum(register, tmp_path):
    office.shapes(crs="EPSG:4326").to_file(tmp_path / "units.geojson")
    etl.load_files(register, tmp_path / "units.geojson", datum="gcj02")
    with register.connect() as db:
        row = db.execute(
            text(
                "SELECT ST_X(ST_PointN(ST_ExteriorRing(ST_GeometryN(geom, 1)), 1)) - ST_X(ST_PointN(ST_ExteriorRing("
                "ST_GeometryN(source_geom, 1)), 1)) AS east, source_datum"
                " FROM grid.unit_version WHERE code = '220602000000'"
            )
        ).one()
    assert row.source_datum == "gcj02"
    assert -0.008 < row.east < -0.004


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("crs", ["EPSG:4490", None])
def test_coordinates_without_a_declared_datum_are_refused(register, tmp_path, crs):
    office.shapes(crs=crs).to_file(tmp_path / "units.shp", encoding="UTF-8")
    before = office.checksum(register)
    with pytest.raises(UserError, match="--datum"):
        etl.load_files(register, tmp_path / "units.shp")
    assert office.checksum(register) == before


def test_a_child_that_stands_out_of_its_parent_is_refused(register, tmp_path):
    frame = office.shapes()
    frame.loc[frame["编码"] == "220602100200", "geometry"] = shapely.box(125.95, 41.8, 126.1, 42.0)
    frame.to_file(tmp_path / "units.gpkg")
    before = office.checksum(register)
    (report,) = etl.load_files(register, tmp_path / "units.gpkg", datum="cgcs2000")
    assert [(reject.fault, reject.row) for reject in report.rejects] == [("outside_parent", 4)]
    assert float(report.rejects[0].detail) > 1000
    assert office.checksum(register) == before


def test_a_few_metres_beyond_the_parent_are_tolerated(register, tmp_path):
    frame = office.shapes()
    frame.loc[frame["编码"] == "220602100200", "geometry"] = shapely.box(125.9996, 41.8, 126.1, 42.0)
    frame.to_file(tmp_path / "units.gpkg")
    (report,) = etl.load_files(register, tmp_path / "units.gpkg", datum="cgcs2000")
    assert report.loaded, report.to_sentence()


def test_a_boundary_that_says_nothing_of_being_schematic_is_real(empty_db, tmp_path):
    rows = [row | {"示意": "是"} for row in office.UNITS]
    etl.load_files(empty_db, office.write_csv(tmp_path / "网格单元.csv", rows))
    assert office.count(empty_db, "unit_version", "schematic") == 6
    office.shapes(["220602000000"]).to_file(tmp_path / "units.gpkg")
    etl.load_files(empty_db, tmp_path / "units.gpkg", datum="cgcs2000")
    assert office.count(empty_db, "unit_version", "schematic") == 5


def test_a_rename_with_its_day_opens_a_version_and_closes_the_one_before(register, tmp_path):
    rows = [{"编码": "220602100201", "名称": "新二村", "生效日期": "2026-01-01"}]
    (report,) = etl.load_files(register, office.write_csv(tmp_path / "units.csv", rows))
    assert report.new == 1, report.to_sentence()
    for day, name in ((date(2025, 12, 31), "二村"), (date(2026, 1, 1), "新二村")):
        assert (
            office.count(
                register, "unit_version", f"code = '220602100201' AND valid @> date '{day}' AND name = '{name}'"
            )
            == 1
        )
    before = office.checksum(register)
    (again,) = etl.load_files(register, tmp_path / "units.csv")
    assert again.same == 1
    assert office.checksum(register) == before


def test_a_rename_without_its_day_is_a_conflict(register, tmp_path):
    (report,) = etl.load_files(
        register, office.write_csv(tmp_path / "units.csv", [{"编码": "220602100201", "名称": "新二村"}])
    )
    assert [reject.fault for reject in report.rejects] == ["name_conflict"]


def test_the_day_may_be_said_for_the_whole_load_when_the_renames_are_accepted(register, tmp_path):
    file = office.write_csv(tmp_path / "units.csv", [{"编码": "220602100201", "名称": "新二村"}])
    (report,) = etl.load_files(register, file, valid_from=date(2026, 1, 1))
    assert [reject.fault for reject in report.rejects] == ["name_conflict"]
    (report,) = etl.load_files(register, file, accept_renames=True)
    assert [reject.fault for reject in report.rejects] == ["name_conflict"]
    (report,) = etl.load_files(register, file, valid_from=date(2026, 1, 1), accept_renames=True)
    assert report.new == 1
    assert office.count(register, "unit_version", "name = '二村' AND upper(valid) = '2026-01-01'") == 1


def test_a_whole_history_in_one_file(empty_db, tmp_path):
    rows = [
        *(row | {"生效日期": ""} for row in office.UNITS),
        office.UNITS[4] | {"名称": "新二村", "生效日期": "2026-01-01"},
    ]
    file = office.write_csv(tmp_path / "units.csv", rows)
    (report,) = etl.load_files(empty_db, file)
    assert report.new == 7, report.to_sentence()
    before = office.checksum(empty_db)
    (again,) = etl.load_files(empty_db, file)
    assert (again.same, again.rejects) == (7, [])
    assert office.checksum(empty_db) == before


@real_data
def test_the_outline_alone_makes_the_district_and_the_codes_join_it(empty_db):
    outline = HUNJIANG / "outline_and_neighbours_gcj02.geojson"
    (refused,) = etl.load_files(empty_db, outline, datum="gcj02")
    assert {reject.fault for reject in refused.rejects} == {"several_districts"}
    (report,) = etl.load_files(empty_db, outline, datum="gcj02", where="role=self")
    assert report.new == 1
    (codes,) = etl.load_files(empty_db, HUNJIANG / "units.csv")
    assert (codes.new, codes.same) == (110, 1)
    assert (
        office.count(empty_db, "unit_version", "code = '220602000000' AND kind = 'district' AND geom IS NOT NULL") == 1
    )


@real_data
def test_the_real_codes_and_the_real_outline(empty_db):
    (codes,) = etl.load_files(empty_db, HUNJIANG / "units.csv")
    assert (codes.new, codes.rejects) == (111, [])
    outline = HUNJIANG / "outline_and_neighbours_gcj02.geojson"
    with pytest.raises(UserError, match="--datum"):
        etl.load_files(empty_db, outline)
    (refused,) = etl.load_files(empty_db, outline, datum="gcj02")
    assert (refused.loaded, refused.rejected) == (False, 6)
    (report,) = etl.load_files(empty_db, outline, datum="gcj02", where="role=self")
    assert (report.changed, report.left_out) == (1, 6)
    assert "220681 临江市" in report.left_out_names
    with empty_db.connect() as db:
        kinds = dict(db.execute(text("SELECT kind, count(*) FROM grid.unit_version GROUP BY kind")).all())
        drawn = db.execute(
            text(
                "SELECT name, parent_code, ST_Area(ST_Transform(geom, 4551)) / 1e6 AS km2, ST_IsValid(geom) AS valid,"
                " ST_X(ST_Centroid(source_geom)) AS gcj_x, ST_Y(ST_Centroid(source_geom)) AS gcj_y,"
                " ST_X(ST_Centroid(geom)) AS x, ST_Y(ST_Centroid(geom)) AS y"
                " FROM grid.unit_version WHERE geom IS NOT NULL"
            )
        ).one()
    assert kinds == {"district": 1, "street": 8, "town": 4, "community": 43, "village": 55}
    assert (drawn.name, drawn.parent_code, drawn.valid) == ("浑江区", None, True)
    assert drawn.km2 == pytest.approx(1357, abs=5)
    # the file's coordinates lie about 480 m east and 280 m north of the truth
    azimuth, _, shift = pyproj.Geod(ellps="GRS80").inv(drawn.x, drawn.y, drawn.gcj_x, drawn.gcj_y)
    assert shift == pytest.approx(540, abs=20)
    assert 45 < azimuth < 75


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine, and what was asked of it."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Noting)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/crs", asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("spelt", ['"crs"', '"c\\u0072s"'])
@pytest.mark.parametrize(("kind", "name"), [("link", "href"), ("url", "url")])
def test_a_file_that_names_an_address_makes_nobody_go_there(tmp_path, listener, spelt, kind, name):
    """Nor may it hold the server up (no request leaves the host)."""
    address, asked = listener
    point = {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [126.1, 41.1]}}
    whole = {"type": "FeatureCollection", "crs": {"type": kind, "properties": {name: address}}, "features": [point]}
    file = tmp_path / "x.geojson"
    file.write_text(json.dumps(whole).replace('"crs"', spelt), encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(address)):
        open_sheets(file)
    assert asked == []
