"""A boundary file's polygons read as rows, to be held against the register without loading them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from etl.kinds.fault import Fault
from etl.load.parse_cells import parse_cells
from etl.load.row_fault import Reject, column_title
from etl.load.stage_geometry import stage_polygons
from etl.recognise.open_sheets import open_sheets
from etl.recognise.sheet_plan import Plan, plan_sheet
from geodata.errors import UserError
from geodata.integrity.finding_store import Outcome
from geodata.integrity.unmatched_polygons import note_unmatched_polygons
from geodata.vocabulary import Datum


def note_boundaries(db: Connection, file: Path, datum: Datum, as_of: date) -> Outcome:
    """Note the polygons of a file whose code no unit in force on ``as_of`` has; nothing is loaded.

    Parameters
    ----------
    db
        The transaction the work items are written in.
    file
        A file of units with polygons, of any accepted format.
    datum
        The datum of its coordinates.
    as_of
        The day whose units count, inclusive.

    Returns
    -------
    outcome
        How many polygons were found, and what became of the items about them.

    Raises
    ------
    UserError
        The file cannot be read, has no column of codes, its polygons cannot be drawn, or no unit is known yet.
    """
    return note_unmatched_polygons(db, boundary_rows(file, datum), file.name, as_of)


def boundary_rows(file: Path, datum: Datum) -> Iterable[pd.DataFrame]:
    """The file's rows: index row number, columns ``code name geom`` (hex EWKB in EPSG:4490), blank ones None.

    Parameters
    ----------
    file
        A file of units, of any accepted format; sheets without shapes give no rows.
    datum
        The datum of its coordinates.

    Yields
    ------
    rows
        A chunk at a time.

    Raises
    ------
    UserError
        The file cannot be read, has no column of codes, or a polygon cannot be drawn; raised when the rows are asked
        for.
    """
    for read_as in [plan_sheet(sheet, "units", datum, alone=True) for sheet in open_sheets(file)]:
        with closing(read_as.sheet.chunks()) as chunks:
            for chunk in chunks:
                if chunk.geometry is None:
                    continue
                parsed = parse_cells(chunk.cells, read_as.source, read_as.columns)
                parsed = stage_polygons(parsed, chunk.geometry, read_as.sheet.crs, datum)
                for fault in (*(Fault(*each) for each in chunk.shape_faults), *parsed.faults):
                    if fault.field == "geometry":
                        raise UserError(_reject(read_as, fault).to_sentence())
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
