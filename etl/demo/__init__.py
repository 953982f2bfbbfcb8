"""The demonstration district: invented facts on real codes, written as an office's files and loaded by the same door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine

from etl import FileReport, load
from etl.demo import files
from etl.demo.land import read_land
from etl.demo.plan import Span
from etl.demo.world import make_world
from geodata import calendar
from geodata.settings import settings

SEED = 220602


def write_files(folder: Path, until: date | None = None, seed: int = SEED) -> list[Path]:
    """Write the district's files into ``folder``: nothing in them happens after ``until`` (inclusive; default yesterday).

    The same ``until`` and ``seed`` give the same bytes.
    """
    land, span = read_land(), Span(until or calendar.today() - timedelta(days=1), seed)
    return files.write(folder, land, make_world(land, span))


def load_demo(
    engine: Engine, until: date | None = None, seed: int = SEED, progress: Callable[..., None] | None = None
) -> list[FileReport]:
    """Write the files into ``<home>/demo`` and load them as synthetic."""
    folder = settings().home / "demo"
    paths = write_files(folder, until, seed)
    return load(engine, paths, synthetic=True, progress=progress)
