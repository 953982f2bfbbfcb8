"""Grid integrity: what is wrong with boundaries and units is found where it lies, and measured on the ground."""

from datetime import date

import pytest
from pyproj import Geod
from shapely import box
from sqlalchemy import text

from geodata.integrity.run_checks import look_over
from tests.ascii_table import rows
from tests.spec.looking import DAY, faults

AREA = ("gap", "overlap", "sliver", "outside_parent")


def geodesic_m2(west, south, east, north):
    """The area on the ellipsoid itself, which no projection of ours had a hand in."""
    return abs(Geod(ellps="GRS80").geometry_area_perimeter(box(west, south, east, north).segmentize(0.001))[0])


def test_the_small_world_is_whole_but_for_subjects_at_one_point(world):
    assert faults(world) == rows("""
        check              | key | units | size
        subject_same_point | S1  | V1    | 2
        subject_same_point | S4  | V3    | 2
    """)


def test_gaps_and_overlaps_belong_to_the_lowest_code_and_touch_every_neighbour(world):
    """They are named by the units around and the place; what they measure is the land on the ellipsoid."""
    world.boundary("V1", 126.0, 126.099)
    world.boundary("V2", 126.1, 126.201)
    found = look_over(world.db, DAY, checks=AREA)
    assert {check: [(each.key, each.codes) for each in some] for check, some in found.items()} == {
        "gap": [("V1+V2@126.0995,41.0500", ("V1", "V2"))],
        "overlap": [("V2+V3@126.2005,41.0500", ("V2", "V3"))],
        "sliver": [],
        "outside_parent": [("V2", ("V2", "T1"))],
    }
    for check, west in (("gap", 126.099), ("overlap", 126.2), ("outside_parent", 126.2)):
        assert found[check][0].size == pytest.approx(geodesic_m2(west, 41.0, west + 0.001, 41.1), rel=1e-4)
    assert found["outside_parent"][0].details["percent"] == pytest.approx(100 * 0.001 / 0.101, abs=0.01)


@pytest.mark.parametrize(("east", "check"), [(126.099, "gap"), (126.09995, "sliver"), (126.1 - 4e-6, None)])
def test_narrow_gaps_are_slivers_and_the_narrowest_are_rounding(world, east, check):
    """84 m, 4 m and 0.3 m against the rules of 10 m and half a metre."""
    world.boundary("V1", 126.0, east)
    assert [row["check"] for row in faults(world, *AREA)] == ([check] if check else [])


def test_the_limits_are_dated_rules(world):
    world.boundary("V1", 126.0, 126.09995)
    world.db.execute(text("INSERT INTO grid.rule VALUES ('sliver_width_m', '', '2026-03-01', '3', 'test')"))
    assert [row["check"] for row in faults(world, *AREA, day=date(2026, 2, 28))] == ["sliver"]
    assert [row["check"] for row in faults(world, *AREA)] == ["gap"]


def test_a_gap_at_the_edge_of_the_parent_and_one_inside_a_village_are_found(world):
    world.boundary("V1", 126.01, 126.1)
    world.db.execute(
        text(
            "UPDATE grid.unit_version SET geom = ST_Multi(ST_Difference(geom,"
            " ST_MakeEnvelope(126.14, 41.04, 126.16, 41.06, 4490))) WHERE code = 'V2'"
        )
    )
    assert [row["key"] for row in faults(world, *AREA)] == ["V1@126.0050,41.0500", "V2@126.1500,41.0500"]


def test_a_jurisdiction_far_from_the_district_is_measured_where_it_lies(world):
    """The same world at London: metres are those of the ellipsoid, not of the district's projection."""
    west, north = -126.1, 10.5
    world.boundary("V1", 126.0, 126.099)
    world.point("S3", 126.09, 41.05)
    world.point("S1", 126.05, 41.05 + 0.8 / 111_320)
    for table, shape in (("unit_version", "geom"), ("subject", "point")):
        world.db.execute(
            text(f"UPDATE grid.{table} SET {shape} = ST_Translate({shape}, :east, :north)"),
            {"east": west, "north": north},
        )
    found = look_over(world.db, DAY, checks=("gap", "subject_outside_village", "subject_same_point"))
    assert found["gap"][0].size == pytest.approx(geodesic_m2(west + 126.099, 51.5, west + 126.1, 51.6), rel=2e-3)
    metres = Geod(ellps="GRS80").inv(west + 126.09, 51.55, west + 126.1, 51.55)[2]
    assert [(each.key, each.size) for each in found["subject_outside_village"]] == [
        ("S3", pytest.approx(metres, rel=2e-3))
    ]
    assert [each.key for each in found["subject_same_point"]] == ["S1", "S4"]


def test_towns_are_held_against_the_district_and_without_it_against_each_other(world):
    world.boundary("T1", 126.0, 126.19)
    world.boundary("V2", 126.1, 126.19)
    assert [row["key"] for row in faults(world, *AREA)] == ["T1+T2@126.1950,41.0500"]
    world.db.execute(
        text("UPDATE grid.unit_version SET geom = NULL, source_datum = NULL WHERE level IN ('district', 'town')")
    )
    assert faults(world, *AREA) == []  # nothing says that this is not the edge of the district
    world.boundary("V2", 126.05, 126.1, 41.1, 41.2)
    world.db.execute(
        text(
            "UPDATE grid.unit_version SET geom = ST_Multi(ST_Difference("
            "ST_MakeEnvelope(126.0, 41.0, 126.2, 41.4, 4490),"
            " ST_MakeEnvelope(126.05, 41.1, 126.15, 41.2, 4490))) WHERE code = 'V1'"
        )
    )
    assert [row["key"] for row in faults(world, "gap")] == ["V1+V2@126.1250,41.1500"]


def test_two_villages_with_the_same_boundary_and_one_inside_another_overlap(world):
    world.boundary("V2", 126.0, 126.1)
    world.boundary("V3", 126.22, 126.24, 41.02, 41.04)
    world.units("""
        code | level   | name | kind      | parent_code | west
        V4   | village | 四社 | community | T2          | 126.2
    """)
    assert [(row["check"], row["units"]) for row in faults(world, "overlap")] == [
        ("overlap", "V1 V2"),
        ("overlap", "V3 V4"),
    ]


def test_a_corner_more_on_one_side_of_a_border_is_no_fault(world):
    """Edges are straight in degrees, as stored: projected, the border of a town would bow away from its villages'."""
    world.db.execute(
        text("UPDATE grid.unit_version SET geom = ST_Multi(ST_Segmentize(geom, 0.0137)) WHERE code IN ('V1', 'T2')")
    )
    assert faults(world, *AREA) == []


def test_units_without_a_boundary_and_without_a_parent_in_force_are_found(world):
    world.db.execute(text("UPDATE grid.unit_version SET geom = NULL, source_datum = NULL WHERE code = 'V3'"))
    world.db.execute(text("UPDATE grid.unit_version SET valid = '[,2026-02-01)' WHERE code = 'T1'"))
    assert faults(world, "unit_without_polygon", "unit_parent_ended", "post_unit_ended") == rows("""
        check                | key | units | size
        unit_without_polygon | V3  | V3    |
        unit_parent_ended    | V1  | V1    |
        unit_parent_ended    | V2  | V2    |
        post_unit_ended      | P3  | T1    |
        post_unit_ended      | P4  | T1    |
    """)
    assert faults(world, "unit_parent_ended", day=date(2026, 1, 31)) == []
