"""One sheet: parse, stage, look for faults, write. Over the limit of faults nothing of its file is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, text

from etl.kinds import upsert
from etl.kinds.fault import Fault
from etl.kinds.source import Counts, Shape
from etl.load import stage, stage_checks
from etl.load.batch_differences import Difference, differences, emptied
from etl.load.datum_guess import suspect_datum
from etl.load.decimal_signs import DecimalSigns
from etl.load.file_coverage import find_uncovered
from etl.load.file_hint import Hint
from etl.load.file_report import FileReport
from etl.load.parse_cells import Parsed, parse_cells
from etl.load.row_fault import Place, Reject, column_title
from etl.load.stage_geometry import point_columns, stage_points, stage_polygons
from etl.readers.sheet import Chunk
from etl.recognise.non_fact_rows import find_non_fact_rows
from etl.recognise.row_selection import Where, filled, kept
from etl.recognise.sheet_plan import Plan, datum_needed
from geodata.calendar import today
from geodata.database.batches import close_batch, open_batch
from geodata.vocabulary import Datum

Progress = Callable[[str, int, int | None], None]
"""Called with the file's name, rows read so far, and all its rows (None: not known)."""

# beyond the limit this many faulty rows are enough to see what is wrong with a file
_ENOUGH_FAULTS = 5000
_NAMES_KEPT = 200
_ANALYZE_FROM_ROWS = 500


@dataclass(frozen=True)
class Options:
    """What the person says about the files of one load."""

    kind: str | None = None
    datum: Datum | None = None
    max_rejects: int = 0
    valid_from: date | None = None
    where: Where | None = None
    synthetic: bool = False
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Folded heading → field name, as a person corrects it; an empty name leaves the column out."""
    accept_renames: bool = False
    differences: int | None = None
    """In a preview, how many rows of each sort are compared column by column; rows with faults do not stop it."""


@dataclass
class _Reading:
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


def _chosen(plan: Plan, chunk: Chunk, where: Where | None, met: _Reading) -> Chunk:
    """The rows meant; the ones left out are counted and named."""
    # of what a mapping makes of a row, a blank one is a fault: the blank rows of the file itself are gone
    chunk = chunk if plan.made else filled(chunk)
    met.left_out += len(chunk.left_out)
    met.left_out_names += chunk.left_out[: _NAMES_KEPT - len(met.left_out_names)]
    if where is None:
        return chunk
    meant = where.holds(chunk.cells, where.place_in(plan.sheet))
    met.left_out += int((~meant).sum())
    named = {each.field.name: each.place for each in plan.columns}
    places = [named[name] for name in (plan.source.key[0], "name") if name in named]
    for row in chunk.cells.loc[~meant, places].itertuples(index=False):
        if len(met.left_out_names) < _NAMES_KEPT:
            met.left_out_names.append(" ".join(str(cell) for cell in row if isinstance(cell, str)))
    return kept(chunk, meant)


def _without(chunk: Chunk, faults: list[Fault]) -> Chunk:
    """The chunk without the rows already known to be faulty as a whole."""
    return kept(chunk, ~chunk.cells.index.isin([fault.row for fault in faults])) if faults else chunk


def _shape_faults(chunk: Chunk) -> list[Fault]:
    return [Fault(*each) for each in chunk.shape_faults]


def _allowed(plan: Plan, options: Options, rows: int) -> int:
    """How many of ``rows`` may be faulty and still be left out."""
    return max(options.max_rejects, int(plan.reject_share * rows))


def _read(db: Connection, plan: Plan, options: Options, progress: Progress | None) -> _Reading:
    met = _Reading()
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
            if len(faulty) > _allowed(plan, options, met.rows) + _ENOUGH_FAULTS:
                break
    return met


def _rejects(plan: Plan, faults: list[Fault], places: Mapping[int, Place]) -> list[Reject]:
    titles = plan.titles
    return [
        Reject(
            file=plan.sheet.file.name,
            sheet=plan.sheet.name,
            row=fault.row,
            kind=plan.source.kind,
            field=fault.field,
            column=column_title(plan.source.kind, fault.field, titles),
            value=fault.value,
            fault=fault.key,
            detail=fault.detail,
            place=places.get(fault.row),
        )
        for fault in sorted(faults)
    ]


def _write(
    db: Connection, plan: Plan, options: Options, sha256: str, read: int, rejected: int
) -> tuple[Counts, int | None]:
    """Write the stage under a new batch; without any difference the batch is taken back too."""
    attempt = db.begin_nested()
    batch = open_batch(
        db,
        plan.source.kind,
        plan.sheet.file.name,
        sha256=sha256,
        datum=plan.datum_given(options.datum),
        synthetic=options.synthetic,
        read=read,
        rejected=rejected,
    )
    counts = upsert.write(db, plan.source, plan.present, batch)
    same = read - rejected - counts.new - counts.changed
    if not counts.new + counts.changed:
        attempt.rollback()
        return counts, None
    close_batch(db, batch, new=counts.new, changed=counts.changed, same=same)
    if counts.changed > _ANALYZE_FROM_ROWS:
        _gather_statistics(db, "undo_row")
    attempt.commit()
    return counts, batch


def _look_over(
    db: Connection, plan: Plan, options: Options, met: _Reading, allowed: int
) -> tuple[dict[int, Place], list[Hint]]:
    """Find the faults of the staged rows and take those rows out; where they lie, and what looks wrong as a whole."""
    one_stands = plan.duplicates != "reject"
    conflicts = stage_checks.sheet_conflicts(db, plan.source, reject=not one_stands)
    asked = stage_checks.Asked(
        today(),
        allowed + _ENOUGH_FAULTS,
        options.accept_renames,
        marked=bool(met.unread or conflicts),
        one_stands=one_stands,
    )
    if not one_stands:
        met.faults += conflicts
    else:
        met.set_aside += [fault._replace(key="set_aside") for fault in conflicts]
    met.faults += stage_checks.find_faults(db, plan.source, asked)
    hints = suspect_datum(db, plan.source)
    if plan.converted:
        # what a mapping converts from an EPSG code is mended in the mapping
        hints = [replace(each, key=f"{each.key}_mapped") for each in hints]
    hints += find_uncovered(db, plan.source)
    places: dict[int, Place] = {}
    # a row that leaves may have been what another row of the file stands on, so look again
    while True:
        places |= stage.places(db, plan.source)
        if _too_many(met, allowed, options) or not stage.remove_faulty(db):
            return places, hints
        met.faults += stage_checks.find_faults(db, plan.source, asked)


def load_sheet(
    db: Connection, plan: Plan, options: Options, sha256: str, progress: Progress | None, *, more: bool = False
) -> FileReport:
    """Load one sheet inside the caller's transaction.

    The report has ``loaded=False`` when the faulty rows are more than allowed; then the caller undoes the transaction.

    Parameters
    ----------
    db
        The transaction of the load; it holds the lock of loads.
    plan
        The sheet and how it is read.
    options
        What the person says of the load.
    sha256
        Of the file's bytes, 64 hexadecimal digits; kept with the batch.
    progress
        Called after each chunk; None: by nobody.
    more
        Whether a later sheet of the file holds the same kind, and must not contradict this one.

    Returns
    -------
    report
        ``read`` counts the rows meant, without blank ones and those left out; ``batch_id`` is None where nothing was
        new or changed.

    Raises
    ------
    UserError
        The sheet cannot be read on, lacks the column ``where`` asks for, or has coordinates without a declared datum.
    """
    stage.create_stage(db, plan.source)
    met = _read(db, plan, options, progress)
    stage.finish_stage(db, plan.source, options.valid_from, today(), met.unread)
    stage.drop_repeats(db, plan.source)
    if plan.duplicates != "reject":
        met.set_aside = stage.set_aside(db, plan.source, plan.duplicates)
    allowed = _allowed(plan, options, met.rows)
    places, hints = _look_over(db, plan, options, met, allowed)
    rejected = len({fault.row for fault in (*met.faults, *met.set_aside)})
    report = FileReport(
        file=plan.sheet.file.name,
        sheet=plan.sheet.name,
        kind=plan.source.kind,
        read=met.rows,
        rejects=_rejects(plan, met.faults + met.set_aside, places),
        left_out=met.left_out,
        left_out_names=tuple(met.left_out_names),
        above=plan.sheet.above,
        unused=plan.unused,
        path=plan.sheet.file,
        table=plan.original or plan.sheet,
        shape_places=plan.shape_places,
        read_from=plan.read_from,
        columns=plan.titles,
        hints=tuple(hints),
    )
    if _too_many(met, allowed, options):
        return report
    counts, batch = _write(db, plan, options, sha256, met.rows, rejected)
    stage.drop_stage(db, plan.source, plan.sheet.name, keep=more)
    if counts.new > _ANALYZE_FROM_ROWS:
        for target in plan.source.targets:
            _gather_statistics(db, target.table)
    return replace(
        report,
        new=counts.new,
        changed=counts.changed,
        same=met.rows - rejected - counts.new - counts.changed,
        batch_id=batch,
        loaded=met.rejected <= allowed,
        differences=_compared(db, batch, options),
        emptied=() if batch is None or options.differences is None else emptied(db, batch),
    )


def _gather_statistics(db: Connection, table: str) -> None:
    """Have the planner know what has come into a table; its owner alone may, so the database does it for us."""
    db.execute(text("SELECT grid.gather_statistics(:table)"), {"table": table})


def _compared(db: Connection, batch: int | None, options: Options) -> tuple[Difference, ...]:
    if batch is None or options.differences is None:
        return ()
    return tuple(differences(db, batch, options.differences))


def _too_many(met: _Reading, allowed: int, options: Options) -> bool:
    """Whether faults end the load; a preview goes on without the faulty rows."""
    return options.differences is None and met.rejected > allowed
