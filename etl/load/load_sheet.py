"""One sheet: parse, stage, look for faults, write. Over the limit of faults nothing of its file is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, text

from etl.kinds import upsert
from etl.kinds.fault import Fault
from etl.kinds.source import Counts
from etl.load import stage, stage_checks
from etl.load.batch_differences import Difference, count_emptied, list_differences
from etl.load.datum_guess import suspect_datum
from etl.load.file_coverage import find_uncovered
from etl.load.file_hint import Hint
from etl.load.file_report import FileReport
from etl.load.load_options import Options, Progress
from etl.load.row_fault import Place, Reject, column_title
from etl.load.stage_repeats import drop_repeats, set_aside
from etl.load.stage_rows import ENOUGH_FAULTS, SheetReading, allowed_faults, stage_rows
from etl.recognise.sheet_plan import Plan
from geodata.calendar import today
from geodata.database.batches import close_batch, open_batch

_ANALYZE_FROM_ROWS = 500


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
    counts = upsert.upsert_rows(db, plan.source, plan.present, batch)
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
    db: Connection, plan: Plan, options: Options, met: SheetReading, allowed: int
) -> tuple[dict[int, Place], list[Hint]]:
    """Find the faults of the staged rows and take those rows out; where they lie, and what looks wrong as a whole."""
    one_stands = plan.duplicates != "reject"
    conflicts = stage_checks.sheet_conflicts(db, plan.source, reject=not one_stands)
    asked = stage_checks.Asked(
        today(),
        allowed + ENOUGH_FAULTS,
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
        places |= stage.faulty_places(db, plan.source)
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
    met = stage_rows(db, plan, options, progress)
    stage.finish_stage(db, plan.source, options.valid_from, today(), met.unread)
    drop_repeats(db, plan.source)
    if plan.duplicates != "reject":
        met.set_aside = set_aside(db, plan.source, plan.duplicates)
    allowed = allowed_faults(plan, options, met.rows)
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
        emptied=() if batch is None or options.differences is None else count_emptied(db, batch),
    )


def _gather_statistics(db: Connection, table: str) -> None:
    """Have the planner know what has come into a table; its owner alone may, so the database does it for us."""
    db.execute(text("SELECT grid.gather_statistics(:table)"), {"table": table})


def _compared(db: Connection, batch: int | None, options: Options) -> tuple[Difference, ...]:
    if batch is None or options.differences is None:
        return ()
    return tuple(list_differences(db, batch, options.differences))


def _too_many(met: SheetReading, allowed: int, options: Options) -> bool:
    """Whether faults end the load; a preview goes on without the faulty rows."""
    return options.differences is None and met.rejected > allowed
