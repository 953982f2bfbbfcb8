"""What row-level security costs: the same questions asked by the owner, to whom it does not apply, and by a visitor.

The district as it is (782 subjects), and one of 200 000 made of it by SQL: every subject 256 times with its posts,
risks, statuses, patrols and samples. Times are medians of alternating runs in one process: what counts is their ratio.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from dashboard.auth.first_accounts import first_accounts
from geodata import embedded
from geodata.calendar import today
from geodata.database.engine import application_engine, make_engine
from geodata.database.scope import Scope, read_transaction
from geodata.levels import Level
from geodata.responsibility.chain import responsibility_chain
from geodata.rollup.indicator_counts import count_indicator, headline_counts, list_counted_rows
from geodata.settings import settings
from geodata.subjects.roster import subject_points
from geodata.territory.units import unit_shapes
from tests.benchmarks.table import Row

TIMES = 256

GROW = f"""
CREATE TEMP TABLE copy AS SELECT n FROM generate_series(1, {TIMES - 1}) AS n;
INSERT INTO grid.subject (subject_id, name, kinds, sectors, products, village_code, address, office_phone, point,
                          source_datum, source_x, source_y, entry_on, commitment_on, platform_on, batch_id)
    SELECT subject_id || '-' || n, name, kinds, sectors, products, village_code, address, office_phone, point,
           source_datum, source_x, source_y, entry_on, commitment_on, platform_on, batch_id
    FROM grid.subject CROSS JOIN copy;
INSERT INTO grid.subject_risk SELECT subject_id || '-' || n, from_on, risk, reason, batch_id
    FROM grid.subject_risk CROSS JOIN copy;
INSERT INTO grid.subject_status SELECT subject_id || '-' || n, from_on, status, reason, batch_id
    FROM grid.subject_status CROSS JOIN copy;
INSERT INTO grid.post (post_no, person_no, role, subject_id, document_no, valid, batch_id)
    SELECT post_no || '-' || n, person_no, role, subject_id || '-' || n, document_no, valid, batch_id
    FROM grid.post CROSS JOIN copy WHERE subject_id IS NOT NULL;
INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, reason, visited_on, recorded_at, person_no, visitor_role,
                        batch_id)
    SELECT visit_no || '-' || n, subject_id || '-' || n, kind, outcome, reason, visited_on, recorded_at, person_no,
           visitor_role, batch_id
    FROM grid.visit CROSS JOIN copy WHERE visited_on > (SELECT max(visited_on) - 200 FROM grid.visit);
INSERT INTO grid.sample (sample_no, subject_id, village_code, stream, purpose, product, sector, sampled_on, lab,
                         person_no, batch_id)
    SELECT sample_no || '-' || n, subject_id || '-' || n, village_code, stream, purpose, product, sector, sampled_on,
           lab, person_no, batch_id
    FROM grid.sample CROSS JOIN copy WHERE retest_of IS NULL AND n <= 40;
INSERT INTO grid.result (sample_no, analyte, value, unit, limit_value, standard, standard_version, judgement, judged_on,
                         received_at, batch_id)
    SELECT r.sample_no || '-' || n, analyte, value, unit, limit_value, standard, standard_version, judgement, judged_on,
           received_at, r.batch_id
    FROM grid.result AS r JOIN grid.sample AS s USING (sample_no) CROSS JOIN copy WHERE s.retest_of IS NULL AND n <= 40;
"""

Ask = Callable[[Connection, date, str | None], Any]
VIEWS: dict[str, Ask] = {
    "overdue by town": lambda db, day, within: count_indicator(db, "overdue", Level.TOWN, day, within),
    "chain by village": lambda db, day, within: count_indicator(db, "chain_complete", Level.VILLAGE, day, within),
    "coverage by village": lambda db, day, within: count_indicator(db, "patrol_coverage", Level.VILLAGE, day, within),
    "all indicators": lambda db, day, within: headline_counts(db, day, within),
    "points": lambda db, day, within: subject_points(db, day, within),
    "list of the overdue": lambda db, day, within: list_counted_rows(db, "overdue", day, within),
    "chain of a unit": lambda db, day, within: responsibility_chain(db, day, unit_code=within or _district(db)),
    "villages' shapes": lambda db, day, within: unit_shapes(db, Level.VILLAGE, day, within),
}


SLOW = ("points", "list of the overdue")
"""Whole lists, which at 200 000 take longer to travel than to ask for."""


def rows(home: Path) -> Iterator[Row]:
    """Ratios at both sizes, for somebody who sees all and for a station head; ``home`` holds the demonstration."""
    url = embedded.start_cluster(home)
    demonstration = make_engine(url)
    first_accounts(demonstration, home, settings().lang)
    yield from _ratios(demonstration, 782, 9, VIEWS)
    few = {what: ask for what, ask in VIEWS.items() if what not in SLOW}
    yield from _ratios(_grown(url), 200_000, 2, few)


def _grown(url: str) -> Engine:
    small = make_engine(url)
    small.dispose()
    other = make_engine(small.url.set(database="postgres"))
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("DROP DATABASE IF EXISTS grown WITH (FORCE)"))
        db.execute(text(f"CREATE DATABASE grown TEMPLATE {small.url.database}"))
    other.dispose()
    engine = make_engine(small.url.set(database="grown"))
    with engine.begin() as db:
        for statement in filter(str.strip, GROW.split(";\n")):
            db.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))
    return engine


def _ratios(owner: Engine, size: int, rounds: int, views: dict[str, Ask]) -> Iterator[Row]:
    visitor, day = application_engine(owner.url), today()
    with read_transaction(owner) as db:
        asked = text("SELECT a.login, p.role, p.unit_code FROM grid.account AS a JOIN grid.post AS p USING (person_no)")
        found = {row.role: row for row in db.execute(asked)}
    for role, within in (("district_leader", None), ("station_head", found["station_head"].unit_code)):
        scope = Scope(found[role].login, everything=within is None)
        for what, ask in views.items():
            free, bound = [], []
            for _ in range(rounds + 1):
                free.append(_seconds(owner, None, ask, day, within))
                bound.append(_seconds(visitor, scope, ask, day, within))
            ratio = statistics.median(bound[1:]) / statistics.median(free[1:])
            ms = statistics.median(bound[1:]) * 1000
            yield Row(f"{what}, {role}, {size:,} subjects: {ms:,.0f} ms, with / without scope", ratio, "×", aim=1.2)
    visitor.dispose()
    owner.dispose()


def _seconds(engine: Engine, scope: Scope | None, ask: Ask, day: date, within: str | None) -> float:
    with read_transaction(engine, scope) as db:
        begun = time.perf_counter()
        ask(db, day, within)
        return time.perf_counter() - begun


def _district(db: Connection) -> str:
    return str(db.execute(text("SELECT code FROM grid.unit WHERE level = 'district'")).scalar_one())
