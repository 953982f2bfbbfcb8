"""A reorganisation comes with its day: before it the old tree counts, after it the new; a report says what moved."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import text

import etl
from etl.cli.reorganisation_report import report_lines
from etl.export.export_facts import export_facts
from etl.sources import discover
from geodata.database.scope import read_transaction
from geodata.levels import Level
from geodata.responsibility.chain import responsibility_chain
from geodata.rollup.indicator_counts import count_indicator, headline_counts, measure_subjects
from geodata.subjects.roster import get_subject, subject_points
from geodata.territory.reorganisation import find_moved
from tests.integration import office
from tests.integration.load.test_etl_command import run
from tests.integration.refusals import refuse

DAY = date(2026, 7, 1)
BEFORE, AFTER = date(2026, 6, 30), DAY
TOWN, STREET = "220602100000", "220602001000"
ONE, TWO, THREE = "220602100200", "220602100201", "220602001001"
MERGED, EAST, WEST = "220602100210", "220602001002", "220602001003"


def lineage(folder, *rows):
    lined = [{"原编码": old, "新编码": new, "变更日期": "2026-07-01", "变更方式": how} for old, new, how in rows]
    return office.write_csv(folder / "网格沿革.csv", lined)


def units(folder, *rows):
    """New versions of units with their shapes, as a GIS sends them."""
    frame = gpd.GeoDataFrame(
        [
            {"编码": code, "名称": name, "类型": kind, "上级编码": parent, "生效日期": "2026-07-01"}
            for code, name, kind, parent, _ in rows
        ],
        geometry=[shapely.box(*box) for *_, box in rows],
        crs="EPSG:4490",
    )
    frame.to_file(folder / "网格单元.gpkg", layer="网格单元")
    return folder / "网格单元.gpkg"


@pytest.fixture
def merged(loaded, tmp_path):
    """Villages one and two become one."""
    etl.load_files(loaded, units(tmp_path, (MERGED, "新村", "村", TOWN, (126.0, 41.8, 126.2, 42.0))), datum="cgcs2000")
    (report,) = etl.load_files(loaded, lineage(tmp_path, (ONE, MERGED, "合并"), (TWO, MERGED, "合并")))
    assert (report.loaded, report.new) == (True, 2), report.to_sentence()
    return loaded


def counted(engine, key, day, level=Level.VILLAGE):
    with engine.connect() as db:
        frame = count_indicator(db, key, level, day)
        return {str(code): (int(row.numerator), int(row.denominator)) for code, row in frame.iterrows()}


def test_before_the_day_the_old_tree_after_it_the_new(merged):
    assert set(counted(merged, "patrol_coverage", BEFORE)) == {ONE, TWO, THREE}
    assert set(counted(merged, "patrol_coverage", AFTER)) == {MERGED, THREE}
    before, after = counted(merged, "patrol_coverage", BEFORE), counted(merged, "patrol_coverage", AFTER)
    assert (before[ONE][1], before[TWO][1], after[MERGED][1], after[THREE][1]) == (2, 1, 3, 2)


@pytest.mark.parametrize(
    "key", ["patrol_coverage", "on_time", "overdue", "unlocated", "rapid_pass", "supervision_pass"]
)
def test_no_row_is_lost_by_it(loaded, tmp_path, key):
    """The district's number is the same under the old and the new tree, on the day before and on the day itself."""
    days = (BEFORE, AFTER, date(2026, 9, 1))
    once = [counted(loaded, key, day, Level.DISTRICT) for day in days]
    etl.load_files(loaded, units(tmp_path, (MERGED, "新村", "村", TOWN, (126.0, 41.8, 126.2, 42.0))), datum="cgcs2000")
    etl.load_files(loaded, lineage(tmp_path, (ONE, MERGED, "合并"), (TWO, MERGED, "合并")))
    assert [counted(loaded, key, day, Level.DISTRICT) for day in days] == once
    with loaded.connect() as db:
        for day in days:
            assert count_indicator(db, key, Level.VILLAGE, day).attrs["unplaced"] == 0
            assert headline_counts(db, day, TOWN).loc[key].tolist()[:2] == list(
                counted(loaded, key, day, Level.TOWN)[TOWN]
            )


def test_old_records_keep_their_chain_and_a_visit_told_late_falls_under_its_own_day(merged, tmp_path):
    with merged.connect() as db:
        frozen = db.execute(text("SELECT village_code FROM grid.chain_record WHERE subject_id = 'S1'")).scalars().all()
    assert set(frozen) == {ONE}
    late = [
        office.VISITS[0] | {"巡查编号": "L1", "巡查日期": "2026-06-20", "登记时间": "2026-07-10 10:00"},
        office.VISITS[0] | {"巡查编号": "L2", "巡查日期": "2026-07-20", "登记时间": ""},
    ]
    etl.load_files(merged, office.write_csv(tmp_path / "巡查.csv", late))
    with merged.connect() as db:
        rows = db.execute(
            text(
                "SELECT on_date, village_code, village_people FROM grid.chain_record"
                " WHERE subject_id = 'S1' AND on_date > '2026-06-15' ORDER BY on_date"
            )
        ).all()
    assert [tuple(row)[1:] for row in rows] == [(ONE, ["R3"]), (MERGED, [])]


def test_the_subjects_card_chain_and_point_are_of_the_day(merged):
    with merged.connect() as db:
        for day, village in ((BEFORE, ONE), (AFTER, MERGED)):
            assert get_subject(db, "S1", day).village_code == village
            assert responsibility_chain(db, day, subject_id="S1").levels[2].place_code == village
            assert subject_points(db, day).loc["S1", "village_code"] == village
            assert measure_subjects(db, "overdue", day).loc["S1", "unit_code"] == village


def test_the_report_says_what_moved_and_what_is_left_to_do(merged):
    with merged.connect() as db:
        found = find_moved(db, DAY)
        nothing = find_moved(db, date(2026, 7, 2))
    assert {(each.old_code, each.old_name, each.new_name) for each in found.units} == {
        (ONE, "一村", "新村"),
        (TWO, "二村", "新村"),
    }
    assert [(each.subject_id, each.old_code, each.new_code) for each in found.subjects] == [
        ("S1", ONE, MERGED),
        ("S2", ONE, MERGED),
        ("S3", TWO, MERGED),
    ]
    assert found.unplaced == ()
    assert [(each.person_no, each.unit_code) for each in found.posts] == [("R3", ONE)]
    assert "2 个主体从 一村 到 新村" in report_lines(found)
    assert nothing.units == ()
    done = run(merged, "moved", "2026-07-01", lang="en")
    assert done.returncode == 0
    assert "2 subjects from 一村 to 新村" in done.stdout
    assert "has ended: end the post" in done.stdout


def test_twice_equals_once_and_undo_restores_the_old_tree(loaded, tmp_path):
    before = office.facts(loaded)
    etl.load_files(loaded, units(tmp_path, (MERGED, "新村", "村", TOWN, (126.0, 41.8, 126.2, 42.0))), datum="cgcs2000")
    file = lineage(tmp_path, (ONE, MERGED, "合并"), (TWO, MERGED, "合并"))
    etl.load_files(loaded, file)
    once = office.checksum(loaded)
    (again,) = etl.load_files(loaded, file)
    assert (again.same, again.batch_id) == (2, None)
    assert office.checksum(loaded) == once
    with loaded.connect() as db:
        numbers = list(db.execute(text("SELECT id FROM grid.load_batch ORDER BY id DESC LIMIT 2")).scalars())
    etl.undo_batches(loaded, numbers)
    assert office.facts(loaded) == before


def test_an_old_roster_says_nothing_new_and_a_new_subject_in_an_old_village_is_told(merged, tmp_path):
    before = office.checksum(merged)
    (report,) = etl.load_files(merged, office.write_csv(tmp_path / "主体.csv", office.SUBJECTS))
    assert (report.loaded, report.same) == (True, 5), report.to_sentence()
    assert office.checksum(merged) == before
    new = [office.SUBJECTS[0] | {"主体编号": "S9"}]
    (report,) = etl.load_files(merged, office.write_csv(tmp_path / "主体.csv", new))
    (reject,) = report.rejects
    assert (reject.fault, reject.detail) == ("village_ended", MERGED)
    roster = [row | {"村编码": MERGED, "村名称": "新村"} for row in office.SUBJECTS[:3]]
    (report,) = etl.load_files(merged, office.write_csv(tmp_path / "主体.csv", roster))
    assert report.same == 3


def test_a_split_places_each_subject_by_its_point_and_names_the_ones_without(loaded, tmp_path):
    blank = office.changed(office.SUBJECTS, at=4, 经度="", 纬度="", 坐标系="")
    etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", blank))
    rows = [
        (WEST, "西社区", "社区", STREET, (126.2, 41.8, 126.255, 42.0)),
        (EAST, "东社区", "社区", STREET, (126.255, 41.8, 126.4, 42.0)),
    ]
    etl.load_files(loaded, units(tmp_path, *rows), datum="cgcs2000")
    (report,) = etl.load_files(loaded, lineage(tmp_path, (THREE, WEST, "拆分"), (THREE, EAST, "拆分")))
    assert report.loaded
    with loaded.connect() as db:
        found = find_moved(db, DAY)
        assert [(each.subject_id, each.new_code) for each in found.subjects] == [("S4", WEST)]
        assert [each.subject_id for each in found.unplaced] == ["S5"]
        assert count_indicator(db, "overdue", Level.VILLAGE, AFTER).attrs["unplaced"] == 1
    mended = [blank[4] | {"村编码": EAST, "村名称": "东社区"}]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "主体.csv", mended))
    assert report.changed == 1
    with loaded.connect() as db:
        assert count_indicator(db, "overdue", Level.VILLAGE, AFTER).attrs["unplaced"] == 0


def test_a_village_moves_to_another_town(loaded, tmp_path):
    rows = [{"编码": TWO, "上级编码": STREET, "生效日期": "2026-07-01"}]
    frame = gpd.GeoDataFrame(
        [{"编码": TOWN, "生效日期": "2026-07-01"}, {"编码": STREET, "生效日期": "2026-07-01"}],
        geometry=[shapely.box(126.0, 41.8, 126.1, 42.0), shapely.box(126.1, 41.8, 126.4, 42.0)],
        crs="EPSG:4490",
    )
    frame.to_file(tmp_path / "镇.gpkg")
    etl.load_files(loaded, tmp_path / "镇.gpkg", datum="cgcs2000", kind="units")
    etl.load_files(loaded, office.write_csv(tmp_path / "网格单元.csv", rows))
    (report,) = etl.load_files(loaded, lineage(tmp_path, (TWO, TWO, "划转")))
    assert report.new == 1
    assert counted(loaded, "overdue", BEFORE, Level.TOWN)[TOWN][1] == 3
    assert counted(loaded, "overdue", AFTER, Level.TOWN)[TOWN][1] == 2
    assert counted(loaded, "overdue", AFTER, Level.TOWN)[STREET][1] == 3


def test_an_export_loaded_elsewhere_keeps_where_subjects_stood(merged, new_database, tmp_path):
    """Numbers of days before the reorganisation, and the chains of visits told late, are the same there."""
    with read_transaction(merged) as db:
        for kind in discover():
            export_facts(db, kind, tmp_path / f"{kind}.{'gpkg' if kind == 'units' else 'csv'}")
    for engine in new_database():
        reports = etl.load_files(engine, tmp_path, datum="cgcs2000")
        assert all(report.loaded for report in reports), [report.to_sentence() for report in reports]
        for table in ("former_village", "unit_lineage", "chain_record"):
            assert told(engine, table) == told(merged, table)
        for day in (BEFORE, AFTER):
            for key in ("patrol_coverage", "overdue"):
                assert counted(engine, key, day) == counted(merged, key, day)
        with engine.connect() as db:
            assert len(find_moved(db, DAY).subjects) == 3


def told(engine, table):
    """The rows of a table, whichever batch brought them."""
    with engine.connect() as db:
        return set(db.execute(text(f"SELECT (to_jsonb(t) - 'batch_id')::text FROM grid.{table} AS t")).scalars())


def test_former_villages_that_cannot_be(merged, tmp_path):
    base = {"主体编号": "S1", "原村编码": TWO, "起始日期": "", "截止日期": "2026-06-30"}
    rows = [
        base | {"原村编码": TOWN},
        base | {"主体编号": "S4", "起始日期": "2025-02-01", "截止日期": "2025-01-01"},
        base | {"主体编号": "S5", "截止日期": "2025-01-01"},
        base | {"主体编号": "S5", "起始日期": "2025-01-01", "原村编码": "999"},
        base | {"主体编号": "S2", "起始日期": "2024-01-01"},
    ]
    refuse(
        merged,
        office.write_csv(tmp_path / "主体原属村.csv", rows),
        (2, "village_code", "not_a_village"),
        (3, "to_on", "before"),
        (4, "from_on", "former_overlaps"),
        (5, "from_on", "former_overlaps"),
        (5, "village_code", "unknown_unit"),
        (6, "from_on", "former_overlaps"),
    )
    (report,) = etl.load_files(merged, office.write_csv(tmp_path / "主体原属村.csv", [base]))
    assert (report.loaded, report.changed) == (True, 1)
    etl.undo_batches(merged, [report.batch_id])
    assert office.count(merged, "former_village", f"subject_id = 'S1' AND village_code = '{ONE}'") == 1


def test_lineage_that_cannot_be(loaded, tmp_path):
    before = office.checksum(loaded)
    cases = {
        ("999", TWO, "合并"): "unknown_unit",
        (ONE, TOWN, "合并"): "lineage_level",
        (TOWN, STREET, "合并"): "lineage_left_below",
    }
    for row, fault in cases.items():
        (report,) = etl.load_files(loaded, lineage(tmp_path, row))
        assert fault in {reject.fault for reject in report.rejects}
    rows = [
        {"原编码": ONE, "新编码": new, "变更日期": "2026-07-01", "变更方式": "拆分", "份额": "0.7"}
        for new in (ONE, TWO)
    ]
    (report,) = etl.load_files(loaded, office.write_csv(tmp_path / "网格沿革.csv", rows))
    assert {reject.fault for reject in report.rejects} == {"lineage_shares"}
    assert office.checksum(loaded) == before


def test_a_new_unit_must_be_there_on_the_day(loaded, tmp_path):
    unit = office.UNITS[4] | {"编码": MERGED, "名称": "新村", "生效日期": "2026-08-01"}
    etl.load_files(loaded, office.write_csv(tmp_path / "网格单元.csv", [unit]))
    (report,) = etl.load_files(loaded, lineage(tmp_path, (ONE, MERGED, "合并")))
    assert [reject.fault for reject in report.rejects] == ["lineage_not_after"]
    (report,) = etl.load_files(loaded, lineage(tmp_path, (MERGED, ONE, "合并")))
    assert [reject.fault for reject in report.rejects] == ["lineage_not_before"]
