"""The datums: published shifts at a known place, exact inverses everywhere, areas in the measuring CRS."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.crs import convert_datum, convert_geometry, from_cgcs2000, to_cgcs2000, unproject_geometry
from geodata.measuring_crs import area_km2, area_mu
from geodata.vocabulary import Datum
from tests.examples import examples

GEOD = pyproj.Geod(ellps="GRS80")
LON, LAT = 126.42, 41.94

longitudes = st.floats(74, 135)
latitudes = st.floats(4, 53)


def metres(lon, lat, other_lon, other_lat):
    return GEOD.inv(lon, lat, other_lon, other_lat)[2]


@pytest.mark.parametrize(("datum", "shift_m"), [(Datum.GCJ02, 560), (Datum.BD09, 1375)])
def test_the_shift_at_hunjiang_is_the_published_one(datum, shift_m):
    lon, lat = from_cgcs2000(LON, LAT, datum)
    assert metres(LON, LAT, lon[0], lat[0]) == pytest.approx(shift_m, abs=2)


def test_gcj02_lies_east_and_north_of_the_truth():
    lon, lat = from_cgcs2000(LON, LAT, Datum.GCJ02)
    assert lon[0] > LON
    assert lat[0] > LAT


@pytest.mark.parametrize("datum", list(Datum))
@given(lon=longitudes, lat=latitudes)
@pytest.mark.fuzz
@settings(max_examples=examples(150), deadline=None)
def test_there_and_back_is_the_same_place(datum, lon, lat):
    back = to_cgcs2000(*from_cgcs2000(lon, lat, datum), datum)
    assert metres(lon, lat, back[0][0], back[1][0]) <= 0.1


@pytest.mark.parametrize("source", list(Datum))
@pytest.mark.parametrize("target", list(Datum))
def test_any_datum_to_any_other_and_back(source, target):
    there = convert_datum(LON, LAT, source, target)
    back = convert_datum(*there, target, source)
    assert metres(LON, LAT, back[0][0], back[1][0]) <= 0.1


def test_cgcs2000_and_wgs84_are_one_frame():
    assert convert_datum(LON, LAT, Datum.WGS84, Datum.CGCS2000) == (np.array([LON]), np.array([LAT]))


def test_gcj02_is_wgs84_outside_china():
    assert from_cgcs2000(2.35, 48.85, Datum.GCJ02) == (np.array([2.35]), np.array([48.85]))


def test_a_point_nobody_knows_stays_unknown():
    lon, lat = to_cgcs2000([LON, np.nan], [LAT, np.nan], Datum.GCJ02)
    assert not np.isnan(lon[0])
    assert np.isnan(lon[1])
    assert np.isnan(lat[1])


def test_a_geometry_moves_vertex_by_vertex():
    square = shapely.box(126.4, 41.9, 126.5, 42.0)
    moved = convert_geometry(square, Datum.GCJ02)
    assert shapely.get_num_coordinates(moved) == shapely.get_num_coordinates(square)
    assert shapely.equals_exact(convert_geometry(moved, Datum.CGCS2000, Datum.GCJ02), square, tolerance=1e-7)


def test_projected_metres_become_degrees_of_the_same_datum():
    to_plane = pyproj.Transformer.from_crs(4490, 4551, always_xy=True)
    point = shapely.Point(*to_plane.transform(LON, LAT))
    back = unproject_geometry(point, pyproj.CRS(4551))
    assert (back.x, back.y) == pytest.approx((LON, LAT), abs=1e-9)
    degrees = shapely.Point(LON, LAT)
    assert unproject_geometry(degrees, pyproj.CRS(4490)) is degrees


def test_areas_are_those_of_the_ellipsoid():
    square = shapely.box(126.40, 41.90, 126.45, 41.95)
    true_km2 = abs(GEOD.geometry_area_perimeter(square)[0]) / 1e6
    assert area_km2(square) == pytest.approx(true_km2, rel=2e-4)
    assert area_mu(square) == pytest.approx(area_km2(square) * 1500)
