"""One folder and one mapping load a whole foreign jurisdiction: every row loaded or rejected with its reason."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

import etl
from geodata.database.scope import read_transaction
from geodata.errors import UserError
from geodata.indicators import INDICATORS
from geodata.levels import Level
from geodata.rollup.indicator_counts import count_indicator, headline_counts, list_counted_rows
from tests.integration import jurisdiction, office
from tests.integration.load.test_etl_command import run

SITES = 2000
AS_OF = date(2016, 6, 1)


@pytest.fixture(scope="module")
def loaded_city(module_db, tmp_path_factory):
    folder = jurisdiction.write(tmp_path_factory.mktemp("city"), SITES)
    return module_db, folder, etl.load_files(module_db, folder, mapping=folder / "city.toml")


def test_a_preview_tells_what_will_come_and_undo_leaves_nothing_of_it(empty_db, tmp_path):
    folder = jurisdiction.write(tmp_path / "city", 200)
    before = office.checksum(empty_db)
    facts = office.facts(empty_db)
    seen = etl.preview_load(empty_db, folder, mapping=folder / "city.toml")
    assert office.checksum(empty_db) == before
    assert seen.loads
    reports = etl.load_files(empty_db, folder, mapping=folder / "city.toml")
    told = [(each.file, each.kind, each.read, each.new, each.changed, each.same, each.rejects) for each in reports]
    assert told == [(each.file, each.kind, each.read, each.new, each.changed, each.same, each.rejects)
                    for each in seen.reports]  # fmt: skip
    assert any(reject.place for reject in seen.rejects)
    done = run(empty_db, "load", str(folder), "--mapping", str(folder / "city.toml"), "--dry-run", lang="en")
    assert done.returncode == 0, done.stderr
    assert "Ward = village code" in done.stdout
    etl.undo_batches(empty_db, [each.batch_id for each in reports if each.batch_id])
    assert office.facts(empty_db) == facts


def test_columns_are_corrected_in_the_mapping_itself(empty_db, tmp_path):
    folder = jurisdiction.write(tmp_path / "city", 20)
    for act in (etl.load_files, etl.preview_load):
        with pytest.raises(UserError, match=r"city\.toml"):
            act(empty_db, folder, mapping=folder / "city.toml", columns={"Licence No": "subject_id"})


def data_rows(file):
    return len(file.read_text(encoding="latin-1").splitlines()) - 1


def test_every_row_is_loaded_or_rejected_with_a_reason(loaded_city):
    engine, folder, reports = loaded_city
    assert [report.note for report in reports if report.note] == []
    loads = reports
    assert all(report.loaded for report in loads), [report.to_sentence("en") for report in loads]
    for report in loads:
        assert report.read == report.new + report.changed + report.same + report.rejected
        assert all(reject.reason and reject.remedy for reject in report.rejects)
    read = {(report.file, report.kind): report.read + report.left_out for report in loads}
    for kind in ("people", "visits", "findings"):
        assert read["inspections.csv", kind] == 2 * SITES == data_rows(folder / "inspections.csv")
    assert read["sites.csv", "subjects"] == SITES
    assert read["wards.geojson", "units"] == 24 * 24
    for table, kind in (("subject", "subjects"), ("visit", "visits"), ("sample", "samples"), ("result", "results")):
        assert office.count(engine, table) == sum(report.new for report in loads if report.kind == kind) > 0


def test_what_is_wrong_is_what_is_told(loaded_city):
    _, _, reports = loaded_city
    faults = {report.kind: Counter(each.fault for each in report.rejects) for report in reports if report.kind}
    twice = sum(n % 97 == 0 for n in range(1, SITES))
    assert faults["subjects"]["key_conflict"] >= 2 * twice - 4
    assert faults["subjects"]["not_a_word"] == sum(n % 40 == 3 for n in range(SITES))
    assert faults["subjects"]["no_unit_said"] > 0
    assert faults["subjects"]["unit_name_several"] > 0
    assert set(faults["subjects"]) == {"key_conflict", "not_a_word", "no_unit_said", "unit_name_several"}
    assert faults["visits"]["date_ambiguous"] > 0
    assert faults["visits"]["unknown_subject"] > 0
    assert faults["people"] == Counter(set_aside=faults["people"]["set_aside"])


def test_twice_equals_once(loaded_city):
    engine, folder, first = loaded_city
    before = office.checksum(engine)
    again = etl.load_files(engine, folder, mapping=folder / "city.toml")
    assert office.checksum(engine) == before
    assert sum(report.new + report.changed for report in again) == 0
    assert [report.rejected for report in again] == [report.rejected for report in first]


def test_wards_hang_on_the_area_they_overlap_most_and_sites_lie_in_their_ward(loaded_city):
    engine, _, _ = loaded_city
    assert office.count(engine, "unit_version", "level = 'village'") == 24 * 24
    wrong = """level = 'village' AND parent_code <> (
        SELECT p.code FROM grid.unit_version AS p WHERE p.level = 'town'
        ORDER BY ST_Area(ST_Intersection(p.geom, unit_version.geom)) DESC LIMIT 1)"""
    assert office.count(engine, "unit_version", wrong) == 0
    under = "EXISTS (SELECT FROM grid.unit_version AS v WHERE v.code = village_code AND ST_Covers(v.geom, point))"
    outside = f"point IS NOT NULL AND NOT {under}"
    assert office.count(engine, "subject", outside) == 0
    assert office.count(engine, "subject", "point IS NULL") > 50
    assert office.count(engine, "subject", "ST_X(point) = 0") == 0


@pytest.mark.parametrize("key", list(INDICATORS))
def test_every_indicator_works_on_it(loaded_city, key):
    engine, _, _ = loaded_city
    with read_transaction(engine) as db:
        for level in (Level.DISTRICT, Level.TOWN, Level.VILLAGE):
            frame = count_indicator(db, key, level, AS_OF)
            assert len(frame) == {"district": 1, "town": 16, "village": 576}[level.value]
            assert frame.attrs["unplaced"] == 0
        assert len(list_counted_rows(db, key, AS_OF)) >= frame["denominator"].sum()


def test_overdue_failures_and_ranking_are_counted_from_what_was_loaded(loaded_city):
    engine, _, _ = loaded_city
    with read_transaction(engine) as db:
        numbers = headline_counts(db, AS_OF)
        towns = count_indicator(db, "overdue", Level.TOWN, AS_OF)
    assert numbers.loc["overdue", "denominator"] == office.count(engine, "subject")
    assert 0 < numbers.loc["overdue", "numerator"] < numbers.loc["overdue", "denominator"]
    failed = office.count(engine, "result", "judgement = 'unqualified'")
    quantitative = numbers.loc["quantitative_pass"]
    assert quantitative["denominator"] - quantitative["numerator"] == failed > 0
    assert towns["rate"].nunique() > 4
