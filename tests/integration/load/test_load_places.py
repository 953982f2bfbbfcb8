"""Points and boundaries that cannot be, and coordinates nobody has declared the datum of."""

from __future__ import annotations

import geopandas as gpd
import shapely
from sqlalchemy import text

import etl
from tests.integration import office
from tests.integration.refusals import refuse, refuse_file


def test_coordinates_outside_swapped_zero_and_half(standing, tmp_path):
    rows = office.changed(office.SUBJECTS, 经度="127.5")
    rows = office.changed(rows, at=1, 经度="41.9", 纬度="126.05")
    rows = office.changed(rows, at=2, 经度="0", 纬度="0")
    rows = office.changed(rows, at=3, 经度="")
    rows = office.changed(rows, at=4, 坐标系="")
    refuse(
        standing, office.write_csv(tmp_path / "主体.csv", rows), (2, "lon", "point_outside"),
        (3, "lon", "point_swapped"),
        (4, "lon", "point_zero"), (5, "lon", "half_point"), (6, "datum", "datum_missing"),
    )  # fmt: skip


def test_up_to_five_kilometres_outside_is_within_the_margin(loaded, tmp_path):
    (report,) = etl.load_files(
        loaded, office.write_csv(tmp_path / "主体.csv", office.changed(office.SUBJECTS, 经度="125.95"))
    )
    assert report.changed == 1


def test_coordinates_without_any_datum(loaded, tmp_path):
    rows = [{name: cell for name, cell in row.items() if name != "坐标系"} for row in office.SUBJECTS]
    refuse_file(loaded, office.write_csv(tmp_path / "主体.csv", rows), "--datum")
    (report,) = etl.load_files(loaded, tmp_path / "主体.csv", datum="wgs84")
    assert report.changed == 5


def test_a_point_500_m_off_is_moved_when_declared_and_kept_as_said_when_not(loaded, tmp_path):
    """Nothing tells a shifted point inside the district from a right one: what is declared is believed.

    A point that so falls outside its village is counted by the indicator ``unlocated``."""
    rows = office.changed(office.SUBJECTS, 经度="126.1005")
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", rows))
    assert report.changed == 1
    inside = (
        "SELECT ST_Covers(v.geom, s.point) FROM grid.subject s JOIN grid.unit_version v ON v.code = s.village_code"
        " WHERE subject_id = 'S1'"
    )
    with loaded.connect() as db:
        assert not db.execute(text(inside)).scalar_one()
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", office.changed(rows, 坐标系="gcj02")))
    with loaded.connect() as db:
        assert db.execute(text(inside)).scalar_one()


def test_a_polygon_that_crosses_itself(standing, tmp_path):
    bow = shapely.Polygon([(126.0, 41.8), (126.1, 42.0), (126.1, 41.8), (126.0, 42.0)])
    gpd.GeoDataFrame({"编码": ["220602100200"]}, geometry=[bow], crs=4490).to_file(tmp_path / "网格单元.geojson")
    refuse(standing, tmp_path / "网格单元.geojson", (1, "geometry", "not_valid"), datum="cgcs2000")


def test_lines_and_metres_are_no_boundary(standing, tmp_path):
    line = shapely.LineString([(126.0, 41.8), (126.1, 42.0)])
    metres = shapely.box(500000, 4600000, 501000, 4601000)
    frame = gpd.GeoDataFrame({"编码": ["220602100200", "220602100201"]}, geometry=[line, metres], crs=4490)
    frame.to_file(tmp_path / "网格单元.gpkg")
    refuse(
        standing,
        tmp_path / "网格单元.gpkg",
        (1, "geometry", "not_a_polygon"),
        (2, "geometry", "not_degrees"),
        datum="cgcs2000",
    )
