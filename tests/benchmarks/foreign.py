"""A jurisdiction of tens of thousands of sites and inspections, loaded by its mapping alone, and exported again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from geodata import embedded
from tests.benchmarks.process import command
from tests.benchmarks.table import Row
from tests.integration import jurisdiction

SITES = 30_000


def rows(home: Path) -> Iterator[Row]:
    """Measure in ``home``, which is made and removed."""
    folder = jurisdiction.write(home.with_name("foreign-files"), SITES)
    mapping = ("--mapping", str(folder / "city.toml"))
    command(home, "geodata", "up")
    try:
        first = command(home, "etl", "load", str(folder), *mapping)
        yield Row(f"a foreign jurisdiction by its mapping, {SITES:,} sites", first.seconds, "s")
        yield Row("the same, peak memory", first.peak_mb, "MB", aim=1024)
        yield Row("the same files again", command(home, "etl", "load", str(folder), *mapping).seconds, "s")
        for form in ("csv", "xlsx", "gpkg", "parquet", "geojson"):
            kind = "subjects" if form == "geojson" else "visits"
            written = command(home, "etl", "export", kind, str(folder / f"out.{form}"))
            yield Row(f"export of all {kind} to {form}", written.seconds, "s")
    finally:
        embedded.stop_cluster(home)
        shutil.rmtree(folder, ignore_errors=True)
