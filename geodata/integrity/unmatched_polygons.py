"""A boundary file held against the register: its polygons whose code no unit in force has become work items.

Such a file is refused when it is loaded, or its rows are left out; here each polygon is kept as an item, so that
somebody can look where it lies and which unit it should be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geodata.errors import UserError
from geodata.integrity.check_context import CheckContext
from geodata.integrity.checks import discover
from geodata.integrity.finding_store import Outcome, begin_run, store_findings
from geodata.integrity.integrity_check import Finding
from geodata.measuring_crs import to_measure

CHECK = "polygon_without_unit"
_KNOWN = """
SELECT item_no, state, fingerprint FROM grid.work_item WHERE check_key = :check AND details ->> 'file' = :file
"""


def note_unmatched_polygons(db: Connection, frames: Iterable[pd.DataFrame], file: str, as_of: date) -> Outcome:
    """Note the polygons of a boundary file whose code no unit in force on ``as_of`` has; nothing is loaded.

    Those noted from a file of that name before and no longer in it are solved. A polygon without any code is named by
    its file and row.

    Parameters
    ----------
    db
        A transaction that sees the whole grid; the list is locked until it ends.
    frames
        The file's rows, in parts: index row number, columns ``code name geom`` (hex EWKB in EPSG:4490), None for blank.
    file
        The file's name; items are known by it.
    as_of
        The day whose units count, inclusive.

    Returns
    -------
    outcome
        Of the check ``polygon_without_unit``, for this file alone.

    Raises
    ------
    UserError
        No unit is known yet, or the caller does not see the whole grid.
    """
    begin_run(db)
    look = CheckContext(db, as_of)
    if look.units.empty:
        raise UserError("etl.integrity.no_units", file=file)
    found = [finding for frame in frames for finding in _strangers(look, frame, file)]
    known = db.execute(text(_KNOWN), {"check": CHECK, "file": file}).all()
    return store_findings(look, discover()[CHECK], found, known)


def _strangers(look: CheckContext, frame: pd.DataFrame, file: str) -> Iterable[Finding]:
    known = set(look.units.index)
    for row, code, name, geom in frame.itertuples():
        if geom is None or code in known:
            continue
        shape = shapely.from_wkb(geom)
        yield Finding(
            key=code or f"{file}#{row}",
            codes=(_lies_in(look, shape),),
            size=float(to_measure(shape).area),
            shape=shape,
            details={"code": code, "name": name, "file": file, "row": row},
        )


def _lies_in(look: CheckContext, shape: Any) -> str:
    """The lowest unit the polygon's inside lies in; the first root when it lies in none."""
    inside = shapely.point_on_surface(shape)
    holds = look.units[look.units.geometry.intersects(inside)]
    for level in reversed(look.levels.units[1:]):
        here = holds.index[holds["level"] == level]
        if len(here):
            return str(here.min())
    return str(look.units.index[look.units["level"] == look.levels.root].min())
