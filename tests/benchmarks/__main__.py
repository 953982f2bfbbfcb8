"""``make bench``: measures on a demonstration district of its own, prints the table, keeps it under ``var/bench``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from geodata import embedded
from geodata.settings import settings
from tests.benchmarks import (
    against,
    attaching,
    backups,
    browsing,
    crowded,
    door,
    foreign,
    integrity,
    jobs,
    loading,
    scoping,
    searching,
    trees,
)
from tests.benchmarks.process import served
from tests.benchmarks.table import Row, write


def measurements(home: Path) -> Iterator[Row]:
    """Everything, in the order an installation would meet it."""
    yield from loading.rows(home)
    yield from door.rows(home.with_name("door"))
    yield from backups.rows(home)
    yield from foreign.rows(home.with_name("foreign-home"))
    yield from integrity.rows(home.with_name("third-home"))
    yield from jobs.rows(home.with_name("fourth-home"))
    yield from attaching.rows(home.with_name("attaching"))
    with served(home) as server:
        yield Row("second start, until the map answers", server.seconds, "s", aim=5)
        yield from browsing.rows(server)
        yield Row("memory of the web processes after that", server.memory_mb, "MB")
        yield from crowded.rows(server)
        yield from backups.killed(server)
    yield from trees.rows(home)
    yield from scoping.rows(home)
    yield from searching.rows(home)


def main() -> None:
    """Measure in a fresh home and clean up after; with a commit named, this tree and that one in turn."""
    folder = settings().home.resolve() / "bench"
    if sys.argv[1:]:
        sys.exit(f"slower: {slower}" if (slower := against.compare(sys.argv[1], folder)) else 0)
    names = ("home", "second-home", "door", "foreign-home", "third-home", "fourth-home", "attaching")
    homes = [folder / name for name in names]
    for home in homes:
        shutil.rmtree(home, ignore_errors=True)
    try:
        heading = f"Measured on {date.today():%Y-%m-%d}, {os.cpu_count()} cores"  # noqa: DTZ011
        write(measurements(homes[0]), folder, heading)
    finally:
        for home in homes:
            embedded.stop_cluster(home)
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
