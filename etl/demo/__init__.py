"""The demonstration district: invented facts on real codes, in an office's own files, loaded by the same door.

Nothing here is for others.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from etl import FileReport, load_files
from etl.demo import demo_files
from etl.demo.clear_district import clear_district
from etl.demo.demo_plan import Span
from etl.demo.demo_world import make_world
from etl.demo.land import read_land
from etl.load.load_options import Progress
from geodata import calendar
from geodata.database.scope import read_transaction, write_transaction
from geodata.errors import UserError
from geodata.integrity.run_checks import run_checks
from geodata.settings import settings
from geodata.vocabulary import Datum

SEED = 220602


def write_files(folder: Path, until: date | None = None, seed: int = SEED) -> list[Path]:
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
    land, span = read_land(), Span(last, seed)
    return demo_files.write_demo_files(folder, land, make_world(land, span))


def load_demo(
    engine: Engine, until: date | None = None, seed: int = SEED, progress: Progress | None = None
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
    if not all(synthetic for _, synthetic in known):
        raise UserError("etl.demo.not_alone")
    paths = write_files(settings().home / "demo", until, seed)
    if not {sha256 for sha256, _ in known} <= {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}:
        with write_transaction(engine) as db:
            clear_district(db)
    reports = load_files(engine, paths, datum=Datum.CGCS2000, synthetic=True, progress=progress)
    if any(each.new or each.changed for each in reports) and all(each.loaded for each in reports):
        with write_transaction(engine) as db:
            run_checks(db, until or calendar.today() - timedelta(days=1))
    return reports
