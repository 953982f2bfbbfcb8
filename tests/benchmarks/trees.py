"""What a deeper tree costs: all indicators of the demonstration, its district under a city, a province, a nation."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from etl import load_files
from etl.demo.clear_district import clear_district
from etl.demo.demo_plan import DATA
from geodata import embedded
from geodata.calendar import today
from geodata.database.engine import make_engine
from geodata.database.scope import read_transaction, write_transaction
from geodata.database.upgrade import migrate
from geodata.indicators import INDICATORS
from geodata.levels import Level
from geodata.rollup.indicator_counts import count_indicator, headline_counts
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import write_levels
from tests.benchmarks.table import Row

ROUNDS = 15
ABOVE = """编码,名称,类型,上级编码
100000000000,示国,国家,
220000000000,示省,省,100000000000
220600000000,示市,市,220000000000
"""
OFFICE = 5
"""Posts of the office stand at the root: those of the district's file are left out."""


def rows(home: Path) -> Iterator[Row]:
    """Ratios six levels / four; ``home`` holds the demonstration and its files."""
    four = make_engine(embedded.start_cluster(home))
    six = _deeper(four, home / "demo", home)
    for what, ask in (("all indicators of everything", _headline), ("all indicators by district and village", _frames)):
        shallow, deep = [], []
        for _ in range(ROUNDS + 2):
            shallow.append(ask(four))
            deep.append(ask(six))
        ratio = statistics.median(deep[2:]) / statistics.median(shallow[2:])
        ms = statistics.median(deep[2:]) * 1000
        yield Row(f"{what}, the same subjects: {ms:,.0f} ms on six levels of units, against three", ratio, "×", aim=1.2)
    four.dispose()
    six.dispose()


def _deeper(four: Engine, files: Path, home: Path) -> Engine:
    """Another database of the cluster with the same files under three more levels."""
    with make_engine(four.url.set(database="postgres")).connect() as base:
        db = base.execution_options(isolation_level="AUTOCOMMIT")
        db.execute(text("DROP DATABASE IF EXISTS six WITH (FORCE)"))
        db.execute(text(f"CREATE DATABASE six TEMPLATE {_closed(four)}"))
    six = make_engine(four.url.set(database="six"))
    with write_transaction(six) as db:
        clear_district(db)  # the lists that came with the program stay
    migrate(six)
    with write_transaction(six) as db:
        write_levels(db, *read_level_file(DATA / "levels_six.toml"))
    (home / "above.csv").write_text(ABOVE, encoding="utf-8")
    load_files(six, home / "above.csv", kind="units", synthetic=True)
    reports = load_files(six, sorted(files.iterdir()), datum="cgcs2000", synthetic=True, max_rejects=OFFICE)
    assert all(each.loaded for each in reports)
    return six


def _closed(engine: Engine) -> str:
    engine.dispose()
    return str(engine.url.database)


def _headline(engine: Engine) -> float:
    with read_transaction(engine) as db:
        begun, day = time.perf_counter(), today()
        headline_counts(db, day)
        return time.perf_counter() - begun


def _frames(engine: Engine) -> float:
    with read_transaction(engine) as db:
        begun, day = time.perf_counter(), today()
        for key in INDICATORS:
            for level in (Level.DISTRICT, Level.VILLAGE):
                count_indicator(db, key, level, day)
        return time.perf_counter() - begun
