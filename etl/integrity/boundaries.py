"""A boundary file held against the register: its polygons whose code no unit in force has become work items.

Such a file is refused when it is loaded, or its rows are left out; here each polygon is kept as an item, so that
somebody can look where it lies and which unit it should be.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import Connection, text

from etl.files import sheets
from etl.geometry import polygons
from etl.integrity.check import Finding, discover
from etl.integrity.look import Look
from etl.integrity.store import Outcome, begin, store
from etl.parse import Fault, parse
from etl.recognise import Plan, plan
from etl.reject import Reject, column_title
from geodata.crs import to_measure
from geodata.errors import UserError
from geodata.vocabulary import Datum

CHECK = "polygon_without_unit"
_KNOWN = """
SELECT item_no, state, fingerprint FROM grid.work_item WHERE check_key = :check AND details ->> 'file' = :file
"""


def note_boundaries(db: Connection, file: Path, datum: Datum, as_of: date) -> Outcome:
    """Note the polygons of ``file`` whose code no unit in force on ``as_of`` has; nothing is loaded.

    Those noted from a file of that name before and no longer in it are solved. A polygon without any code is named by
    its file and row.

    Raises
    ------
    UserError
        The file cannot be read, has no column of codes, its polygons cannot be drawn, or no unit is known yet.
    """
    begin(db)
    look = Look(db, as_of)
    if look.units.empty:
        raise UserError("etl.integrity.no_units", file=file.name)
    found = [finding for frame in _read(file, datum) for finding in _strangers(look, frame, file.name)]
    known = db.execute(text(_KNOWN), {"check": CHECK, "file": file.name}).all()
    return store(look, discover()[CHECK], found, known)


def _read(file: Path, datum: Datum) -> Iterable[pd.DataFrame]:
    """The file's rows: index row number, columns ``code name geom`` (hex EWKB in EPSG:4490), blank ones None."""
    for read_as in [plan(sheet, "units", datum, alone=True) for sheet in sheets(file)]:
        with closing(read_as.sheet.chunks()) as chunks:
            for chunk in chunks:
                if chunk.geometry is None:
                    continue
                parsed = parse(chunk.cells, read_as.source, read_as.columns)
                parsed = polygons(parsed, chunk.geometry, read_as.sheet.crs, datum)
                for fault in (*(Fault(*each) for each in chunk.shape_faults), *parsed.faults):
                    if fault.field == "geometry":
                        raise UserError(_reject(read_as, fault).sentence())
                frame = parsed.frame.reindex(columns=["code", "name", "geom"]).astype(object)
                yield frame.where(frame.notna(), None)


def _reject(read_as: Plan, fault: Fault) -> Reject:
    return Reject(
        file=read_as.sheet.file.name,
        sheet=read_as.sheet.name,
        row=fault.row,
        kind=read_as.source.kind,
        field=fault.field,
        column=column_title(read_as.source.kind, fault.field, read_as.titles),
        value=fault.value,
        fault=fault.key,
        detail=fault.detail,
    )


def _strangers(look: Look, frame: pd.DataFrame, file: str) -> Iterable[Finding]:
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


def _lies_in(look: Look, shape: Any) -> str:
    """The lowest unit the polygon's inside lies in; the district when it lies in none."""
    inside = shapely.point_on_surface(shape)
    holds = look.units[look.units.geometry.intersects(inside)]
    for level in ("village", "town"):
        here = holds.index[holds["level"] == level]
        if len(here):
            return str(here.min())
    return str(look.units.index[look.units["level"] == "district"].min())
