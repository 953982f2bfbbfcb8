"""The rows of one sheet, chosen, parsed, placed and brought into the stage."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from etl.kinds.fault import Fault
from etl.kinds.source import Shape
from etl.load import stage
from etl.load.decimal_signs import DecimalSigns
from etl.load.load_options import Options, Progress
from etl.load.parse_cells import Parsed, parse_cells
from etl.load.stage_geometry import point_columns, stage_points, stage_polygons
from etl.readers.sheet import Chunk
from etl.recognise.non_fact_rows import find_non_fact_rows
from etl.recognise.row_selection import Where, drop_blank_rows, keep_rows
from etl.recognise.sheet_plan import Plan, datum_needed
from geodata.vocabulary import Datum

# beyond the limit this many faulty rows are enough to see what is wrong with a file
ENOUGH_FAULTS = 5000
_NAMES_KEPT = 200


@dataclass
class SheetReading:
    """What reading a sheet has met so far."""

    rows: int = 0
    left_out: int = 0
    left_out_names: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    set_aside: list[Fault] = field(default_factory=list)
    """Rows a mapping's rule for duplicates left out: listed with the faults, but no reason to refuse a file."""
    unread: dict[int, set[str]] = field(default_factory=dict)
    """Of the rows with faults in their cells, the staged columns that say nothing for it."""

    @property
    def rejected(self) -> int:
        """How many rows are faulty; those set aside are not."""
        return len({fault.row for fault in self.faults})


def _located(plan: Plan, chunk: Chunk, parsed: Parsed, datum: Datum | None) -> Parsed:
    """The parsed rows with their geometry in EPSG:4490."""
    if plan.source.shape is Shape.POLYGON:
        if chunk.geometry is None:
            return parsed
        if datum is None:
            raise datum_needed(plan.sheet)
        return stage_polygons(parsed, chunk.geometry, plan.sheet.crs, datum)
    if plan.source.shape is Shape.POINT:
        if chunk.geometry is not None and not {"lon", "lat"} & set(parsed.frame.columns):
            parsed = point_columns(parsed, chunk.geometry, plan.sheet.crs)
        undeclared = datum is None and "datum" not in parsed.frame
        if undeclared and "lon" in parsed.frame and parsed.frame["lon"].notna().any():
            raise datum_needed(plan.sheet)
        return stage_points(parsed, datum)
    return parsed


def _chosen(plan: Plan, chunk: Chunk, where: Where | None, met: SheetReading) -> Chunk:
    """The rows meant; the ones left out are counted and named."""
    # of what a mapping makes of a row, a blank one is a fault: the blank rows of the file itself are gone
    chunk = chunk if plan.made else drop_blank_rows(chunk)
    met.left_out += len(chunk.left_out)
    met.left_out_names += chunk.left_out[: _NAMES_KEPT - len(met.left_out_names)]
    if where is None:
        return chunk
    meant = where.select_rows(chunk.cells, where.place_in(plan.sheet))
    met.left_out += int((~meant).sum())
    named = {each.field.name: each.place for each in plan.columns}
    places = [named[name] for name in (plan.source.key[0], "name") if name in named]
    for row in chunk.cells.loc[~meant, places].itertuples(index=False):
        if len(met.left_out_names) < _NAMES_KEPT:
            met.left_out_names.append(" ".join(str(cell) for cell in row if isinstance(cell, str)))
    return keep_rows(chunk, meant)


def _without(chunk: Chunk, faults: list[Fault]) -> Chunk:
    """The chunk without the rows already known to be faulty as a whole."""
    return keep_rows(chunk, ~chunk.cells.index.isin([fault.row for fault in faults])) if faults else chunk


def _shape_faults(chunk: Chunk) -> list[Fault]:
    return [Fault(*each) for each in chunk.shape_faults]


def allowed_faults(plan: Plan, options: Options, rows: int) -> int:
    """How many of ``rows`` may be faulty and still be left out.

    Parameters
    ----------
    plan, options
        How the sheet is read; what the person says of the load.
    rows
        Rows read so far.

    Returns
    -------
    count
        The greater of the number the person allows and the share the mapping allows, rounded down.
    """
    return max(options.max_rejects, int(plan.reject_share * rows))


def stage_rows(db: Connection, plan: Plan, options: Options, progress: Progress | None) -> SheetReading:
    """Bring the rows of a sheet into its empty stage, the faulty ones marked, and tell what was met.

    Parameters
    ----------
    db, plan
        The transaction of the load; the sheet and how it is read.
    options, progress
        What the person says of the load; called after each chunk (None: by nobody).

    Returns
    -------
    met
        Counts and faults; reading ends early where far more rows are faulty than allowed.

    Raises
    ------
    UserError
        The sheet cannot be read on, lacks the column ``where`` asks for, or has coordinates without a declared datum.
    """
    met = SheetReading()
    faulty: set[int] = set()
    signs = DecimalSigns(plan.sheet, plan.columns)
    # closed at once, also when a fault ends the reading: the file must not stay open
    with closing(plan.sheet.chunks()) as chunks:
        for raw in chunks:
            chunk = _chosen(plan, raw, options.where, met)
            met.rows += len(chunk.cells)
            known = [Fault(*each) for each in chunk.faults]
            chunk = _without(chunk, known)
            beside = find_non_fact_rows(chunk.cells, plan.source.kind, plan.columns, totals=not plan.made)
            chunk = _without(chunk, beside)
            met.faults += known + beside
            faulty |= {fault.row for fault in (*known, *beside)}
            datum = plan.datum_given(options.datum)
            parsed = parse_cells(chunk.cells, plan.source, plan.columns, signs)
            parsed = _located(plan, chunk, replace(parsed, faults=[*parsed.faults, *_shape_faults(chunk)]), datum)
            met.faults += parsed.faults
            met.unread |= stage.spoilt_rows(plan.source, parsed.faults)
            faulty |= {fault.row for fault in parsed.faults}
            stage.copy_in(db, plan.source, parsed.frame, faulty)
            if progress is not None:
                progress(plan.sheet.file.name, met.rows, plan.sheet.rows)
            if len(faulty) > allowed_faults(plan, options, met.rows) + ENOUGH_FAULTS:
                break
    return met
