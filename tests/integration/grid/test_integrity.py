"""The work list of the demonstration district and of the command line: every finding true, every file readable."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from etl.load.boundary_rows import note_boundaries
from geodata.database.scope import read_transaction, write_transaction
from geodata.errors import UserError
from geodata.integrity.checks import discover
from geodata.integrity.run_checks import look_over, run_checks
from geodata.integrity.work_list import list_work_items
from geodata.levels import Level
from geodata.locale import Lang, read_catalogue
from geodata.rollup.indicator_counts import headline_counts, state_counts
from geodata.territory.units import unit_shapes
from geodata.vocabulary import Datum
from tests.builders import small_world
from tests.integration.load.test_etl_command import run as command

UNTIL = date(2026, 11, 22)
FOUND = {
    "subject_without_point": 6,
    "subject_outside_village": 8,
    "facts_after_closing": 5,
    "post_vacant": 8,
}
"""What the demonstration district is made with; every other check finds nothing there."""


@pytest.fixture(scope="module")
def demo(demo_district: Engine):
    with read_transaction(demo_district) as db:
        yield db


def codes(demo: Connection, sql: str) -> set[str]:
    return set(demo.execute(text(sql), {"day": UNTIL}).scalars())


def test_the_district_was_looked_over_when_it_was_made(demo: Connection) -> None:
    frame = list_work_items(demo, UNTIL)
    assert frame["check_key"].value_counts().to_dict() == FOUND
    assert {check: len(found) for check, found in look_over(demo, UNTIL).items() if found} == FOUND
    clean = headline_counts(demo, UNTIL).loc["grid_clean"]
    touched = {code for row in frame["touched_codes"] for code in row}
    villages = codes(demo, "SELECT code FROM grid.unit_on(:day) WHERE level = 'village'")
    assert (clean["numerator"], clean["denominator"]) == (len(villages - touched), 98)


def test_every_finding_of_the_district_is_true(demo: Connection) -> None:
    """Held against what other parts of the program, or plain questions to the tables, say of the same things."""
    found = {check: {each.key for each in some} for check, some in look_over(demo, UNTIL).items()}
    places = state_counts(demo, "unlocated", UNTIL)
    assert len(found["subject_without_point"]) == places["no_point"]
    assert len(found["subject_outside_village"]) == places["outside"]
    left = """
        SELECT f.subject_id FROM (
            SELECT subject_id, visited_on AS day FROM grid.visit WHERE outcome = 'completed'
            UNION ALL SELECT subject_id, sampled_on FROM grid.sample) AS f
        WHERE f.day <= :day AND (SELECT c.status FROM grid.subject_status AS c WHERE c.subject_id = f.subject_id
            AND c.from_on <= f.day ORDER BY c.from_on DESC LIMIT 1) IN ('closed', 'deregistered')"""
    assert found["facts_after_closing"] == codes(demo, left)
    vacant = """
        SELECT u.code FROM grid.unit_on(:day) AS u WHERE u.level <> 'district' AND NOT EXISTS (
            SELECT FROM grid.post_on(:day) AS p WHERE p.unit_code = u.code
            AND p.role = CASE u.level WHEN 'town' THEN 'supervisor' ELSE 'assistant' END)
        UNION ALL SELECT s.subject_id FROM grid.roster_on(:day) AS s WHERE NOT EXISTS (
            SELECT FROM grid.post_on(:day) AS p WHERE p.subject_id = s.subject_id AND p.role = 'responsible_person')"""
    assert found["post_vacant"] == codes(demo, vacant)
    for level in (Level.TOWN, Level.VILLAGE):
        assert shapely.coverage_is_valid(unit_shapes(demo, level, UNTIL).geometry.to_numpy())


def test_every_check_has_its_words_and_every_item_its_sentences(demo: Connection) -> None:
    for lang in Lang:
        frame = list_work_items(demo, UNTIL, lang=lang)
        assert not frame[["what", "mend", "check_name"]].isna().any(axis=None)
        assert not frame["what"].str.contains(r"[{}]|None|nan").any()
        for key in discover():
            assert all(read_catalogue(lang)[f"work.{key}.{part}"] for part in ("name", "what", "mend"))


def test_every_item_lies_where_its_unit_is(demo: Connection) -> None:
    frame = list_work_items(demo, UNTIL)
    district = unit_shapes(demo, Level.DISTRICT, UNTIL).geometry.iloc[0]
    assert frame.geometry.within(district.buffer(1e-6)).all()


@pytest.mark.parametrize("key", list(discover()))
def test_a_check_runs_on_nothing_and_before_anything(db: Connection, key: str) -> None:
    assert look_over(db, UNTIL, checks=[key]) == {key: []}
    small_world(db)
    for finding in look_over(db, date(2001, 1, 1), checks=[key])[key]:
        assert key == "post_vacant"  # units without dates are in force for ever, posts are not
        assert finding.codes


@pytest.fixture
def broken(empty_db: Engine) -> Engine:
    with write_transaction(empty_db) as db:
        world = small_world(db)
        world.boundary("V1", 126.0, 126.099)
        world.point("S2", 126.02, 41.02)
        world.point("S5", 126.22, 41.02)
        db.execute(text("UPDATE grid.subject SET name = '=1+1' WHERE subject_id = 'S4'"))
        world.point("S4", 126.16, 41.05)
    return empty_db


def test_the_command_checks_lists_and_takes_orders(broken: Engine, tmp_path: Path) -> None:
    first = command(broken, "integrity", lang="en")
    assert (first.returncode, first.stderr) == (0, "")
    assert "Clean villages 0/3." in first.stdout
    item = "gap:V1+V2@126.0995,41.0500"
    for words, told in (
        (("assign", item, "Su1", "--note", "wait"), f"{item} is given to Su1"),
        (("reopen", item), "open again"),
        (("accept", item, "--reason", "reservoir"), "accepted"),
    ):
        done = command(broken, "integrity", *words, lang="en")
        assert (done.returncode, done.stderr) == (0, ""), words
        assert told in done.stdout
    told = command(broken, "integrity", "history", item, lang="en").stdout
    assert [line.split()[2] for line in told.splitlines()[1:]] == ["assigned", "open", "accepted"]
    again = command(broken, "integrity", lang="en")
    assert "Clean villages 2/3." in again.stdout
    table = list(csv.DictReader(io.StringIO(command(broken, "integrity", "list", "--all", lang="en").stdout)))
    assert {row["item"]: row["state"] for row in table}[item] == "accepted"
    for words, code in (
        (("accept", item, "--reason", "x"), 2),
        (("accept", "gap:none", "--reason", "x"), 3),
        (("history", "gap:none"), 3),
        (("--as-of", "2020-01-01"), 2),
        (("--check", "none"), 3),
        (("--unit", "none"), 3),
        (("--format", "xlsx"), 2),
        (("list", "--out", tmp_path / "list.doc"), 2),
    ):
        done = command(broken, "integrity", *words)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done


def test_a_look_changes_nothing(broken: Engine) -> None:
    done = command(broken, "integrity", "--look", "--as-of", "2026-03-01", lang="en")
    assert "looked only" in done.stdout.lower()
    with read_transaction(broken) as db:
        assert db.execute(text("SELECT count(*) FROM grid.work_item")).scalar() == 0
        assert db.execute(text("SELECT count(*) FROM grid.integrity_run")).scalar() == 0


def test_the_list_goes_out_as_csv_workbook_and_geojson_and_nothing_in_it_runs(broken: Engine, tmp_path: Path) -> None:
    files = {ending: tmp_path / f"list.{ending}" for ending in ("csv", "xlsx", "geojson")}
    for file in files.values():
        assert command(broken, "integrity", "--out", file).returncode == 0
    table = list(csv.reader(io.StringIO(files["csv"].read_text(encoding="utf-8-sig"))))
    sheet = load_workbook(files["xlsx"]).worksheets[0]
    assert len(table) == sheet.max_row == 3
    assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == table
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)
    found = gpd.read_file(files["geojson"])
    assert set(found.geometry.geom_type) == {"Polygon", "Point"}
    told = [each["properties"] for each in json.loads(files["geojson"].read_text(encoding="utf-8"))["features"]]
    assert told[0]["state"] == "open"
    assert all(isinstance(json.loads(each["details"]), dict) for each in told), "a program can read it"


def test_merging_from_the_command_line(broken: Engine) -> None:
    with write_transaction(broken) as db:
        db.execute(text("DELETE FROM grid.post WHERE person_no = 'Ow2'"))
    done = command(broken, "merge", "S1", "S2", lang="en")
    assert (done.returncode, done.stderr) == (0, "")
    assert "merge --undo 1" in done.stdout
    assert command(broken, "merge", "S1", "S2").returncode == 2
    assert "as before" in command(broken, "merge", "--undo", "1", lang="en").stdout
    refused = command(broken, "merge", "S1", "S3", lang="en")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "Ow1" in refused.stderr
    assert command(broken, "merge", "S1").returncode == 2


def boundary_file(folder: Path, *polygons: tuple[str | None, float]) -> Path:
    frame = gpd.GeoDataFrame(
        {"编码": [code for code, _ in polygons], "名称": ["某村"] * len(polygons)},
        geometry=[shapely.box(west, 41.02, west + 0.01, 41.03) for _, west in polygons],
        crs="EPSG:4490",
    )
    file = folder / "边界.geojson"
    frame.to_file(file)
    return file


def test_polygons_of_a_boundary_file_that_name_no_unit_are_kept_as_work(broken: Engine, tmp_path: Path) -> None:
    """They lie in the unit around them, stay while no unit has their code, and go when file or register does."""
    day = date(2026, 3, 1)
    file = boundary_file(tmp_path, ("V1", 126.01), ("V9", 126.12), (None, 126.22))
    with write_transaction(broken) as db:
        assert note_boundaries(db, file, Datum.CGCS2000, day).new == 2
        assert {each.check: each.still for each in run_checks(db, day)}["polygon_without_unit"] == 2
        frame = list_work_items(db, day, checks=["polygon_without_unit"], lang=Lang.EN)
        assert frame[["item_no", "unit_code"]].to_numpy().tolist() == [
            ["polygon_without_unit:V9", "V2"],
            ["polygon_without_unit:边界.geojson#3", "V3"],
        ]
        assert frame["size"].between(9.2e5, 9.4e5).all()
        assert frame["what"].iloc[1].startswith("边界.geojson, row 3: the polygon (code unknown, name 某村")
        note_boundaries(db, boundary_file(tmp_path, ("V9", 126.12)), Datum.CGCS2000, day)
        assert list(list_work_items(db, day, checks=["polygon_without_unit"])["item_no"]) == ["polygon_without_unit:V9"]
        db.execute(text("INSERT INTO grid.unit VALUES ('V9', 'village')"))
        db.execute(
            text(
                "INSERT INTO grid.unit_version (code, level, name, kind, parent_code, batch_id)"
                " SELECT 'V9', 'village', 'x', 'village', 'T1', min(id) FROM grid.load_batch"
            )
        )
        assert {each.check: each.solved for each in run_checks(db, day)}["polygon_without_unit"] == 1


def test_two_looks_at_once_wait_for_each_other(broken: Engine) -> None:
    with write_transaction(broken) as first:
        told: list[tuple[int, int]] = []
        found = run_checks(first, date(2026, 3, 1), progress=lambda *so_far: told.append(so_far))
        assert told == [(done, len(found)) for done in range(len(found))]
        with broken.connect() as second:
            second.execute(text("SET lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                run_checks(second, date(2026, 3, 1))
    with write_transaction(broken) as later:
        assert sum(each.new for each in run_checks(later, date(2026, 3, 1))) == 0


def test_a_unit_taken_out_again_takes_its_faults_along(broken: Engine) -> None:
    with write_transaction(broken) as db:
        db.execute(text("INSERT INTO grid.unit VALUES ('V8', 'village')"))
        db.execute(
            text(
                "INSERT INTO grid.unit_version (code, level, name, kind, parent_code, batch_id)"
                " SELECT 'V8', 'village', 'x', 'village', 'T1', min(id) FROM grid.load_batch"
            )
        )
        run_checks(db, date(2026, 3, 1))
        db.execute(text("DELETE FROM grid.unit_version WHERE code = 'V8'"))
        db.execute(text("DELETE FROM grid.unit WHERE code = 'V8'"))
        assert not list_work_items(db, date(2026, 3, 1))["unit_code"].eq("V8").any()


def test_a_boundary_file_is_refused_with_one_sentence(broken: Engine, db: Connection, tmp_path: Path) -> None:
    file = boundary_file(tmp_path, ("V1", 126.01))
    done = command(broken, "integrity", "--boundaries", file)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    with pytest.raises(UserError, match="单元"):
        note_boundaries(db, file, Datum.CGCS2000, date(2026, 3, 1))
    crossed = gpd.GeoDataFrame(
        {"编码": ["V9"], "名称": ["x"]},
        geometry=[shapely.Polygon([(126.0, 41.0), (126.1, 41.1), (126.1, 41.0), (126.0, 41.1)])],
        crs="EPSG:4490",
    )
    crossed.to_file(file)
    with write_transaction(broken) as mended, pytest.raises(UserError, match="自相交"):
        note_boundaries(mended, file, Datum.CGCS2000, date(2026, 3, 1))
