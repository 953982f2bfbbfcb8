"""How long it takes from nothing to a district: the cluster, the demonstration, the same files once more by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from geodata import embedded
from geodata.database.engine import make_engine
from geodata.database.scope import read_transaction
from tests.benchmarks.process import command
from tests.benchmarks.table import Row

TABLES_OF_FACTS = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'grid' AND column_name = 'batch_id'
"""


def rows(home: Path) -> Iterator[Row]:
    """Measure in ``home``, which then holds the demonstration district; and in a second home that is removed."""
    yield Row("a new cluster with the schema", command(home, "geodata", "up").seconds, "s")
    demo = command(home, "etl", "demo")
    yield Row("etl demo, end to end", demo.seconds, "s", aim=20)
    yield Row("etl demo, peak memory", demo.peak_mb, "MB")
    yield from _load(home / "demo", home.with_name("second-home"))


def _load(folder: Path, home: Path) -> Iterator[Row]:
    command(home, "geodata", "up")
    try:
        first = command(home, "etl", "load", str(folder), "--datum", "cgcs2000", "--synthetic")
        engine = make_engine(embedded.start_cluster(home))
        facts = _facts(engine)
        engine.dispose()
        again = command(home, "etl", "load", str(folder), "--datum", "cgcs2000", "--synthetic")
        yield Row(f"etl load, {facts:,} facts from files", facts / first.seconds, "rows/s", more_is_better=True)
        yield Row("etl load, peak memory", first.peak_mb, "MB")
        yield Row("etl load of the same files again", again.seconds, "s")
    finally:
        embedded.stop_cluster(home)


def _facts(engine: Engine) -> int:
    """Rows in the database that came from files."""
    with read_transaction(engine) as db:
        tables = db.execute(text(TABLES_OF_FACTS)).scalars().all()
        return sum(db.execute(text(f"SELECT count(*) FROM grid.{table}")).scalar_one() for table in tables)
