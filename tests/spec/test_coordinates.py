"""Coordinates (domain §11.9): none without a declared datum; converted once, the original kept; none far outside."""

import csv

import pytest
from sqlalchemy import text

import etl
from geodata.database.scope import read_transaction
from tests.builders import small_world

HEADINGS = ["主体编号", "主体名称", "主体类型", "行业", "村编码", "入册日期", "风险等级", "经度", "纬度", "坐标系"]


@pytest.fixture
def load(empty_db, tmp_path):
    with empty_db.begin() as db:
        small_world(db)

    def loading(lon, lat, datum):
        path = tmp_path / "subjects.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [HEADINGS, ["P1", "点一", "种养大户", "菜", "V1", "2026-01-01", "低风险", lon, lat, datum]]
            )
        report = etl.load_files(empty_db, [path])[0]
        with read_transaction(empty_db) as db:
            return report, db.execute(
                text(
                    "SELECT ST_X(point), ST_Y(point), source_datum, source_x, source_y FROM grid.subject"
                    " WHERE subject_id = 'P1'"
                )
            ).one_or_none()

    return loading


def test_a_declared_datum_is_converted_and_the_original_kept(load):
    """GCJ-02 stands about 560 m from the truth here; the stored point is CGCS2000."""
    report, row = load("126.05", "41.05", "gcj02")
    assert report.loaded
    assert tuple(row[2:]) == ("gcj02", 126.05, 41.05)
    assert 0.004 < 126.05 - row[0] < 0.008
    assert 0.001 < 41.05 - row[1] < 0.004


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "fault"),
    [
        ("126.05", "41.05", "", "datum_missing"),
        ("41.05", "126.05", "cgcs2000", "point_swapped"),
        ("0", "0", "cgcs2000", "point_zero"),
        ("126.40", "41.05", "cgcs2000", "point_outside"),  # 8 km east of the district
    ],
)
def test_a_point_that_cannot_be_believed_is_refused_and_nothing_loaded(load, lon, lat, datum, fault):
    report, row = load(lon, lat, datum)
    assert (report.loaded, row) == (False, None)
    assert [reject.fault for reject in report.rejects] == [fault]


def test_five_kilometres_outside_are_tolerated(load):
    """Points up to 5 km beyond the district's box are kept and flagged as outside their village."""
    report, row = load("126.35", "41.05", "cgcs2000")
    assert report.loaded
    assert row is not None
