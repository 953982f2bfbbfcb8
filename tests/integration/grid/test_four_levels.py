"""The demonstration's tree of four levels: every number, list, chain, shape and export as before trees of any depth.

``tests/fixtures/four_levels.txt`` was written by the program as it was when district, town, village and subject were
the only levels there could be; one line per answer, with a digest of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from hashlib import blake2s
from pathlib import Path

from sqlalchemy import Connection, text

from dashboard.tables.counted_rows_table import row_list
from dashboard.tables.indicator_table import indicator_list, indicator_map
from dashboard.tables.subject_table import subject_list
from etl.export.export_facts import export_facts
from etl.sources import discover
from geodata.database.scope import read_transaction
from geodata.indicators import INDICATORS
from geodata.levels import Level
from geodata.locale import Lang
from geodata.responsibility.chain import responsibility_chain
from geodata.responsibility.staffing import count_staffing
from geodata.rollup.indicator_counts import count_indicator, headline_counts, list_counted_rows, measure_subjects
from geodata.territory.unit_geojson import unit_geojson
from geodata.territory.units import list_units

KEPT = Path(__file__).parents[2] / "fixtures" / "four_levels.txt"
DAYS = (date(2026, 11, 22), date(2026, 3, 31))
UNITS = tuple(map(Level, ("district", "town", "village")))
WIDE, TOWN = "220602000000", "220602100000"


def digest(answer: str | bytes) -> str:
    """Sixteen hex digits that change with it."""
    return blake2s(answer.encode() if isinstance(answer, str) else answer, digest_size=8).hexdigest()


def numbers(db: Connection, day: date) -> Iterator[tuple[str, str]]:
    """Every indicator at every level, of everything and of one town, and the rows behind it."""
    for within in (None, TOWN):
        yield f"headline {within}", headline_counts(db, day, within).to_csv()
        for key in INDICATORS:
            for level in UNITS:
                yield f"count {key} {level} {within}", count_indicator(db, key, level, day, within).to_csv()
            yield f"subjects {key} {within}", measure_subjects(db, key, day, within).to_csv()
            yield f"rows {key} {within}", list_counted_rows(db, key, day, within).to_csv()


def lists(db: Connection, day: date) -> Iterator[tuple[str, str]]:
    """The tables of pages and API."""
    keys = tuple(INDICATORS)
    for level in UNITS:
        shaped = indicator_map(db, keys, level, day, None, Lang.EN)
        yield f"map {level}", shaped.frame.to_csv() + json.dumps(shaped.shapes)
    for level in (*UNITS, Level("subject")):
        listed = indicator_list(db, keys, level, day, TOWN, Lang.ZH)
        yield f"list {level}", listed.frame.to_csv() + repr([column.name for column in listed.columns])
    yield "roster", subject_list(db, day, None, None, Lang.ZH).frame.to_csv()
    yield "broken chains", row_list(db, "chain_complete", day, None, None, None, Lang.ZH).frame.to_csv()


def people(db: Connection, day: date) -> Iterator[tuple[str, str]]:
    """Who answers for every unit and for every tenth subject; how many posts are held below each unit."""
    units = [code for level in UNITS for code in list_units(db, level, day).index]
    subjects = list(db.execute(text("SELECT subject_id FROM grid.roster_on(:on) ORDER BY 1"), {"on": day}).scalars())
    chains = [responsibility_chain(db, day, unit_code=code) for code in units]
    chains += [responsibility_chain(db, day, subject_id=subject) for subject in subjects[::10]]
    yield "chains", json.dumps([asdict(chain) for chain in chains], default=str, ensure_ascii=False)
    below = [asdict(line) for code in units for line in count_staffing(db, day, code, code)]
    yield "staffing", json.dumps(below, default=str)


def answers(db: Connection, folder: Path) -> Iterator[str]:
    """One line per answer."""
    for day in DAYS:
        for part in (numbers, lists, people):
            yield from (f"{day} {name}: {digest(said)}" for name, said in part(db, day))
        yield from (f"{day} shapes {level}: {unit_geojson(db, level, day)[1]}" for level in UNITS)
    for kind in discover():
        for unit in (None, TOWN):
            rows = export_facts(db, kind, folder / "out.csv", unit=unit, lang=Lang.ZH)
            yield f"export {kind} {unit}: {rows} {digest((folder / 'out.csv').read_bytes())}"
    sql = text("SELECT DISTINCT file_name, file_sha256 FROM grid.load_batch WHERE file_sha256 IS NOT NULL")
    yield from (f"file {name}: {sha256}" for name, sha256 in db.execute(sql))
    frozen = "SELECT md5(string_agg(to_jsonb(c)::text, '' ORDER BY subject_id, on_date)) FROM grid.chain_record AS c"
    yield f"frozen chains: {db.execute(text(frozen)).scalar_one()}"


def test_the_demonstration_of_four_levels_is_as_it_was(demo_district, tmp_path):
    with read_transaction(demo_district) as db:
        found = sorted(answers(db, tmp_path))
    (tmp_path / KEPT.name).write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert (sorted(set(kept) - set(found)), sorted(set(found) - set(kept))) == ([], []), tmp_path
