"""Places (domain §11.8): the administrative code decides; coordinates only raise flags."""

from tests.ascii_table import rows


def test_points_are_judged_against_their_village_and_never_reassigned(world):
    world.point("S1", 126.15, 41.05)  # inside V2, although registered in V1
    world.point("S3", 126.1, 41.05)  # on the border of V1 and V2: belongs to its own village
    world.db.exec_driver_sql(
        "UPDATE grid.subject SET point = NULL, source_datum = NULL, source_x = NULL, source_y = NULL"
        " WHERE subject_id = 'S2'"
    )
    world.db.exec_driver_sql("UPDATE grid.unit_version SET geom = NULL, source_datum = NULL WHERE code = 'V3'")
    assert world.listed("unlocated", "2026-03-01", "subject_id unit_code state counted hit") == rows("""
        subject_id | unit_code | state      | counted | hit
        S1         | V1        | outside    | yes     | yes
        S2         | V1        | no_point   | yes     | yes
        S3         | V2        | located    | yes     | no
        S4         | V3        | no_polygon | no      | no
        S5         | V3        | no_polygon | no      | no
    """)


def test_towns_and_the_district_are_sums_of_village_counts(world):
    world.point("S1", 126.15, 41.05)
    for level, expected in (("village", [1, 0, 0]), ("town", [1, 0]), ("district", [1])):
        assert [int(row["numerator"]) for row in world.measured("unlocated", level, "2026-03-01")] == expected


def test_rows_of_a_village_that_left_the_tree_are_counted_as_unplaced(world):
    from datetime import date

    from dashboard.tables.indicator_table import indicator_list, indicator_map
    from geodata.levels import Level
    from geodata.locale import Lang
    from geodata.rollup.indicator_counts import count_indicator

    world.db.exec_driver_sql("UPDATE grid.unit_version SET valid = '[,2026-02-01)' WHERE code = 'V3'")
    frame = count_indicator(world.db, "overdue", Level.DISTRICT, date(2026, 3, 1))
    assert (int(frame["denominator"].iloc[0]), frame.attrs["unplaced"]) == (3, 2)
    asked = (world.db, ("overdue", "unlocated"), Level.TOWN, date(2026, 3, 1), None, Lang.ZH)
    assert [table(*asked).notes.unplaced for table in (indicator_list, indicator_map)] == [2, 2], "as list and as map"
