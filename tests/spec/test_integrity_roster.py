"""Grid integrity: what is wrong with the roster and the posts."""

import pytest
from sqlalchemy import text
from stdnum.cn import uscc

from geodata.integrity.run_checks import look_over
from tests.ascii_table import rows
from tests.spec.looking import DAY, faults, unlocate


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
