"""Grid integrity: what is wrong with boundaries, roster and posts is work, and stays one item until it is mended."""

from datetime import date

import pytest
from pyproj import Geod
from shapely import box
from sqlalchemy import text
from stdnum.cn import uscc

from etl.integrity import look_over, run
from geodata.errors import NotFound, UserError
from geodata.vocabulary import WorkState
from geodata.words import Lang
from geodata.work import accept, assign, items, reopen
from tests.ascii_table import rows

DAY = date(2026, 3, 1)
LATER = date(2026, 4, 1)
AREA = ("gap", "overlap", "sliver", "outside_parent")


def faults(world, *checks, day=DAY):
    """What the checks find, as table rows; sizes rounded to three figures."""
    return [
        {"check": check, "key": each.key, "units": " ".join(each.codes), "size": each.size and f"{each.size:.3g}"}
        for check, found in look_over(world.db, day, checks=checks or None).items()
        for each in found
    ]


def state(world, item_no):
    row = world.db.execute(text("SELECT * FROM grid.work_item WHERE item_no = :i"), {"i": item_no}).mappings().one()
    return row["state"], row["owner_no"], row["reason"]


def outcome(world, check, day):
    (found,) = run(world.db, day, checks=[check])
    return {name: count for name in ("new", "still", "reopened", "solved") if (count := getattr(found, name))}


def geodesic_m2(west, south, east, north):
    """The area on the ellipsoid itself, which no projection of ours had a hand in."""
    return abs(Geod(ellps="GRS80").geometry_area_perimeter(box(west, south, east, north).segmentize(0.001))[0])


def unlocate(world, subject):
    world.db.execute(
        text(
            "UPDATE grid.subject SET point = NULL, source_datum = NULL, source_x = NULL, source_y = NULL"
            " WHERE subject_id = :s"
        ),
        {"s": subject},
    )


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


def test_subjects_without_a_point_or_outside_their_village_are_those_the_indicator_counts(world):
    world.point("S1", 126.15, 41.05)  # V2, although registered in V1
    world.point("S4", 126.2, 41.05)  # on the border: in its own village
    unlocate(world, "S2")
    assert faults(world, "subject_without_point", "subject_outside_village") == rows("""
        check                   | key | units | size
        subject_without_point   | S2  | V1    |
        subject_outside_village | S1  | V1    | 4.2e+03
    """)
    assert [
        row["subject_id"] for row in world.listed("unlocated", "2026-03-01", "subject_id hit") if row["hit"] == "yes"
    ] == [
        "S1",
        "S2",
    ]


@pytest.mark.parametrize(("metres", "found"), [(0.5, 2), (1.5, 0)])
def test_subjects_closer_than_the_rule_stand_at_one_point(world, metres, found):
    world.point("S2", 126.05, 41.05 + metres / 111_060)
    assert [row["size"] for row in faults(world, "subject_same_point") if row["key"] == "S1"] == ["2"] * (found // 2)


def test_likely_duplicates_are_found_by_name_by_organisation_and_by_identity(world):
    """The same number twice the database itself refuses; what it cannot refuse is left for a person to judge."""
    reissued = "91220602MA0Y00016" + uscc.calc_check_digit("91220602MA0Y00016")
    for subject, name, number, tail in (
        ("S1", "浑江 蓝莓（合作社）", "93220602MA0Y000163", None),
        ("S2", "浑江蓝莓(合作社)", None, "001X"),
        ("S3", "别家", reissued, None),
        ("S4", "王五", None, "1234"),
        ("S5", "王六", None, "1234"),
    ):
        world.db.execute(
            text("UPDATE grid.subject SET name = :n, uscc = :u, id_tail = :t, id_hash = :h WHERE subject_id = :s"),
            {"s": subject, "n": name, "u": number, "t": tail, "h": tail and f"{subject}{tail}"},
        )
    found = look_over(world.db, DAY, checks=["subject_twice"])["subject_twice"]
    assert [(each.key, each.codes, each.details["basis"]) for each in found] == [
        ("S1+S2", ("V1",), ["name"]),
        ("S1+S3", ("V1", "V2"), ["organisation"]),
    ]
    world.db.execute(text("UPDATE grid.subject SET name = '王五', village_code = 'V2' WHERE subject_id = 'S5'"))
    assert [row["key"] for row in faults(world, "subject_twice")] == ["S1+S2", "S1+S3", "S4+S5"]


def test_orphans_of_the_roster_are_found(world):
    """Subjects of a village that ended; visits and samples on days when the subject had left the roster."""
    world.db.execute(text("UPDATE grid.unit_version SET valid = '[,2026-02-01)' WHERE code = 'V3'"))
    world.statuses("""
        subject | from       | status
        S1      | 2026-02-01 | closed
        S1      | 2026-02-20 | active
    """)
    world.visits("""
        subject | on         | outcome
        S1      | 2026-01-31 |
        S1      | 2026-02-01 |
        S1      | 2026-02-10 | not_met
        S1      | 2026-02-20 |
    """)
    world.samples("""
        sample | subject | on
        Q1     | S1      | 2026-02-19
    """)
    assert faults(world, "subject_village_ended", "facts_after_closing") == rows("""
        check                 | key | units | size
        subject_village_ended | S4  | V3    |
        subject_village_ended | S5  | V3    |
        facts_after_closing   | S1  | V1    | 2
    """)


def test_vacant_posts_are_found_at_every_level_of_the_chain(world):
    """Which roles name a level is the rule ``chain_roles``; the size is the days without anybody, all counted."""
    world.end_post("As1", "2026-02-27")
    world.end_post("Su2", "2026-02-28")
    world.end_post("Ow3", "2026-02-27")
    world.end_post("Lin", "2026-02-27")  # the section head still names the district
    assert faults(world, "post_vacant") == rows("""
        check       | key | units | size
        post_vacant | S3  | V2    | 2
        post_vacant | T2  | T2    | 1
        post_vacant | V1  | V1    | 2
    """)


def test_several_people_acting_in_one_post_overlap_and_one_acting_for_its_holder_does_not(world):
    world.posts("""
        person | role         | unit | acting_for
        Zhu    | station_head | T1   | Hu1
        Zha    | supervisor   | T1   | Su1
    """)
    assert faults(world, "post_overlap") == []
    world.posts("""
        person | role         | unit | acting_for
        Zho    | station_head | T1   | Hu1
        Zhe    | station_head | T2   | Su1
    """)
    assert faults(world, "post_overlap") == rows("""
        check        | key             | units | size
        post_overlap | station_head:T1 | T1    | 3
        post_overlap | station_head:T2 | T2    | 2
    """)


def test_a_second_look_keeps_the_item_with_owner_and_note(world):
    unlocate(world, "S2")
    assert outcome(world, "subject_without_point", DAY) == {"new": 1}
    due = assign(world.db, "subject_without_point:S2", "As1", on=DAY, note="周三去")
    assert due == date(2026, 3, 31)
    assert outcome(world, "subject_without_point", LATER) == {"still": 1}
    (item,) = items(world.db, LATER, checks=["subject_without_point"], lang=Lang.EN).to_dict("records")
    assert (item["state"], item["owner_no"], item["note"], item["is_overdue"]) == ("assigned", "As1", "周三去", True)
    assert (item["first_seen_on"], item["last_seen_on"]) == (DAY, LATER)
    assert item["what"] == "S2 主体S2 has no coordinates."


def test_a_mended_fault_is_solved_and_one_that_comes_back_is_the_same_item(world):
    unlocate(world, "S2")
    run(world.db, DAY)
    world.point("S2", 126.02, 41.02)
    assert outcome(world, "subject_without_point", date(2026, 3, 10)) == {"solved": 1}
    assert state(world, "subject_without_point:S2") == ("solved", None, None)
    unlocate(world, "S2")
    assert outcome(world, "subject_without_point", date(2026, 3, 20)) == {"reopened": 1}
    days = world.db.execute(text("SELECT open_days FROM grid.work_item WHERE item_no = 'subject_without_point:S2'"))
    assert str(days.scalar()) == "{[2026-03-01, 2026-03-10), [2026-03-20, None)}"


def test_an_accepted_fault_stays_accepted_while_it_is_the_same(world):
    """A gap that is a reservoir is no fault; when the gap has grown, somebody must look again."""
    world.boundary("V1", 126.0, 126.099)
    run(world.db, DAY)
    (item,) = items(world.db, DAY, checks=["gap"])["item_no"]
    accept(world.db, item, "水库", on=DAY)
    assert outcome(world, "gap", DAY) == {"still": 1}
    assert state(world, item) == ("accepted", None, "水库")
    world.boundary("V1", 126.0, 126.09901)
    assert outcome(world, "gap", LATER) == {"reopened": 1}
    assert state(world, item) == ("open", None, None)


def test_a_vacancy_that_was_accepted_is_not_another_one_every_day(world):
    world.end_post("As1", "2026-02-27")
    run(world.db, DAY, checks=["post_vacant"])
    accept(world.db, "post_vacant:V1", "暂由镇代管", on=DAY)
    assert outcome(world, "post_vacant", LATER) == {"still": 1}
    assert state(world, "post_vacant:V1")[0] == "accepted"


def test_what_cannot_be_done_with_an_item_is_said_and_changes_nothing(world):
    unlocate(world, "S2")
    run(world.db, DAY)
    item = "subject_without_point:S2"
    for act, kind in (
        (lambda: assign(world.db, "gap:nowhere", "As1", on=DAY), NotFound),
        (lambda: assign(world.db, item, "Nobody", on=DAY), NotFound),
        (lambda: assign(world.db, item, "Ow1", on=DAY), UserError),  # holds no post at a unit
        (lambda: assign(world.db, item, "As1", on=DAY, due_on=date(2026, 2, 1)), UserError),
        (lambda: accept(world.db, item, "  ", on=DAY), UserError),
        (lambda: reopen(world.db, item, on=DAY), UserError),
        (lambda: run(world.db, date(2026, 2, 1)), UserError),  # before the day of the list
        (lambda: run(world.db, date(2999, 1, 1)), UserError),
        (lambda: run(world.db, DAY, checks=["nonsense"]), NotFound),
    ):
        with pytest.raises(kind) as told:
            act()
        for lang in Lang:
            assert told.value.sentence(lang) != told.value.text
    assert state(world, item) == ("open", None, None)


def test_a_look_at_one_unit_or_one_check_leaves_the_other_items_alone(world):
    for subject in ("S2", "S4"):
        unlocate(world, subject)
    run(world.db, DAY)
    for subject in ("S2", "S4"):
        world.point(subject, {"S2": 126.02, "S4": 126.22}[subject], 41.02)
    found = {each.check: each.solved for each in run(world.db, LATER, within="T2")}
    assert found["subject_without_point"] == 1
    assert state(world, "subject_without_point:S2")[0] == WorkState.OPEN
    assert state(world, "subject_without_point:S4")[0] == WorkState.SOLVED


def test_every_item_has_a_place_to_look_at(world):
    """Where the fault has no place of its own, its unit is shown, or the nearest above that has a boundary."""
    unlocate(world, "S4")
    world.db.execute(text("UPDATE grid.unit_version SET geom = NULL, source_datum = NULL WHERE code IN ('V3', 'T2')"))
    run(world.db, DAY)
    frame = items(world.db, DAY)
    assert not frame.geometry.isna().any()
    assert frame.crs.to_epsg() == 4490
    district = box(126.0, 41.0, 126.3, 41.1)
    assert frame.geometry.within(district.buffer(1e-9)).all()


def test_a_village_is_clean_when_somebody_looked_and_no_open_item_touches_it(world):
    """Before the first complete look nobody is; an accepted item does not count; a past day is judged by its items."""
    for subject, lon in (("S2", 126.02), ("S5", 126.22)):
        world.point(subject, lon, 41.02)
    world.boundary("V1", 126.0, 126.099)
    run(world.db, date(2026, 2, 1), checks=["gap"])
    whole = "unit_code state counted hit"
    assert {row["state"] for row in world.listed("grid_clean", "2026-02-01", whole)} == {"unchecked"}
    run(world.db, DAY)
    expected = rows("""
        unit_code | state  | counted | hit
        V1        | faulty | yes     | no
        V2        | faulty | yes     | no
        V3        | clean  | yes     | yes
    """)
    assert world.listed("grid_clean", "2026-03-01", whole) == expected
    (item,) = items(world.db, DAY)["item_no"]
    accept(world.db, item, "水库", on=LATER)
    assert world.measured("grid_clean", "district", "2026-04-01") == rows("""
        unit_code | numerator | denominator
        D         | 3         | 3
    """)
    assert world.listed("grid_clean", "2026-03-31", whole) == expected
    reopen(world.db, item, on=date(2026, 4, 10))
    assert [row["state"] for row in world.listed("grid_clean", "2026-04-10", whole)] == ["faulty", "faulty", "clean"]


def test_a_village_in_force_since_the_last_look_is_not_yet_checked(world):
    run(world.db, DAY)
    world.db.execute(text("UPDATE grid.unit_version SET valid = '[2026-03-05,)' WHERE code = 'V3'"))
    assert [row["state"] for row in world.listed("grid_clean", "2026-03-10", "state")][-1] == "unchecked"
