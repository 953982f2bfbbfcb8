"""The demonstration district: invented facts on real codes, in an office's own files, loaded by the same door.

Nothing here is for others.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine, text

from etl import FileReport
from etl.demo import demo_files
from etl.demo.clear_district import clear_district
from etl.demo.demo_plan import DATA, Span, shipped_table
from etl.demo.demo_world import make_world
from etl.demo.land import read_land
from etl.demo.merged_village import former_village, unit_versions
from etl.demo.small_tree import plant_tree
from etl.demo.small_world import make_small_world
from etl.load.load_files import load_in_transaction
from etl.load.load_options import Progress
from geodata import calendar
from geodata.database.scope import read_transaction, write_transaction
from geodata.errors import UserError
from geodata.integrity.run_checks import run_checks
from geodata.levels import SHIPPED, levels_in_use
from geodata.settings import settings
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import write_levels
from geodata.vocabulary import Datum

SEED = 220602


class Shape(StrEnum):
    """A small demonstration of another tree than the district's four levels."""

    THREE = "three"
    SIX = "six"


def write_files(folder: Path, until: date | None = None, seed: int = SEED, shape: Shape | None = None) -> list[Path]:
    """Write the district's files into ``folder`` and give their paths.

    Nothing in them happened after ``until`` (inclusive; default yesterday); only deadlines of rectification may lie
    later. The same ``until`` and ``seed`` give the same bytes.

    Parameters
    ----------
    folder
        Where to; made when missing, files of the same names are replaced.
    until
        The last day told, inclusive; None: yesterday.
    seed
        Of all random streams; 0 or more.
    shape
        A small demonstration of another tree; None: the district.

    Returns
    -------
    paths
        The files written, sorted by name.

    Raises
    ------
    UserError
        ``until`` has not come yet.
    """
    last = until or calendar.today() - timedelta(days=1)
    if last > calendar.today():
        raise UserError("etl.demo.future", until=last)
    span = Span(last, seed)
    if shape is not None:
        levels, (chain, *_) = read_level_file(_shape_file(shape))
        plan = shipped_table(_shape_file(shape).stem)["demo"]
        small = plant_tree(levels, plan)
        with levels_in_use(levels):
            return demo_files.write_demo_files(
                folder, small.units.assign(valid_from=None), make_small_world(small, levels, chain, plan, span)
            )
    land = read_land()
    units = unit_versions(former_village(land, span), land)
    with levels_in_use(SHIPPED):
        return demo_files.write_demo_files(folder, units, make_world(land, span))


def _shape_file(shape: Shape) -> Path:
    return DATA / f"levels_{shape}.toml"


def load_demo(
    engine: Engine,
    until: date | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
    shape: Shape | None = None,
) -> list[FileReport]:
    """Write the files into ``<home>/demo``, load them as synthetic, and look the grid over as of the last day.

    Another demonstration there is taken out first.

    Parameters
    ----------
    engine
        Engine of a role that may load, and empty the tables of facts.
    until
        The last day told, inclusive; None: yesterday.
    seed
        Of all random streams; 0 or more.
    progress
        Called with the file's name, rows read so far, and all its rows (None: not known).
    shape
        A small demonstration of another tree, whose levels are set first; None: the district, which sets none.

    Returns
    -------
    reports
        One per sheet, in load order; where a file was refused, ``loaded`` is False and the grid was not looked over.

    Raises
    ------
    UserError
        ``until`` has not come yet, or the database holds facts that are not synthetic.
    """
    with read_transaction(engine) as db:
        known = db.execute(text("SELECT file_sha256, synthetic FROM grid.load_batch")).all()
        has_erased = db.execute(text("SELECT EXISTS (SELECT FROM grid.erased_person WHERE is_synthetic)")).scalar_one()
    if not all(synthetic for _, synthetic in known):
        raise UserError("etl.demo.not_alone")
    folder = settings().home / (f"demo-{shape}" if shape else "demo")
    paths = write_files(folder, until, seed, shape)
    # all or nothing: of a first start that was killed in the middle, the next one finds an empty database
    try:
        with write_transaction(engine) as db:
            there = {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
            if has_erased or not {sha256 for sha256, _ in known} <= there:
                clear_district(db)
            if shape is not None:
                write_levels(db, *read_level_file(_shape_file(shape)))
            reports = load_in_transaction(db, paths, datum=Datum.CGCS2000, synthetic=True, progress=progress)
            if not reports[-1].loaded:
                raise _Refused
            if any(each.new or each.changed for each in reports):
                run_checks(db, until or calendar.today() - timedelta(days=1))
    except _Refused:
        return reports
    return reports


class _Refused(Exception):
    """Leaves the transaction when a file is refused."""
