"""Looking over the grid and bringing the work list up to date with what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Connection, text

from geodata.calendar import today
from geodata.database.batches import operator_name
from geodata.errors import UserError
from geodata.integrity.check_context import CheckContext
from geodata.integrity.checks import discover, select_checks
from geodata.integrity.finding_store import Outcome, begin_run, store_findings
from geodata.integrity.integrity_check import Finding, IntegrityCheck
from geodata.territory.units import villages_of

_KNOWN = """
SELECT item_no, state, fingerprint FROM grid.work_item
WHERE check_key = :check AND (CAST(:within AS text[]) IS NULL OR touched_codes && :within)
"""
_NOTE_RUN = """
INSERT INTO grid.integrity_run
    (as_of, check_keys, within_code, complete, items_new, items_still, items_reopened, items_solved, ran_by)
VALUES (:as_of, :checks, :within, :complete, :new, :still, :reopened, :solved, coalesce(grid.signed_in(), :by))
"""


def look_over(
    db: Connection, as_of: date, *, checks: Iterable[str] | None = None, within: str | None = None
) -> dict[str, list[Finding]]:
    """What the checks find on a day; changes nothing.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    as_of
        The day, inclusive.
    checks
        Keys of checks; None: all.
    within
        Code of the unit within which faults count, itself included; None: everywhere.

    Returns
    -------
    findings
        Key of each check → its findings, an empty list where there are none.

    Raises
    ------
    NotFound
        No such check, the unit was not in force on ``as_of``, or a rule had not come into force by then.
    """
    look, area = CheckContext(db, as_of), villages_of(db, within, as_of)
    return {check.key: _found(look, check, area) for check in select_checks(checks)}


def run_checks(
    db: Connection,
    as_of: date,
    *,
    checks: Iterable[str] | None = None,
    within: str | None = None,
    progress: Callable[[int, int], object] = lambda _done, _whole: None,
) -> list[Outcome]:
    """Look over the grid and bring the work list up to date, in the caller's transaction.

    A fault found again keeps its item with owner, day and note; one no longer found is solved; an accepted one stays
    accepted while it is the same, and is open again when its size or shape has changed. The run is noted; only one of
    all checks everywhere counts as complete.

    Parameters
    ----------
    db
        A transaction with the scope of who asks; the list is locked until it ends.
    as_of
        The day, inclusive; today or before, and not before that of the last run.
    checks
        Keys of checks; None: all.
    within
        Code of the unit whose items are brought up to date, those of units below included; None: everywhere.
    progress
        Called before each check with how many are done and how many there are.

    Returns
    -------
    outcomes
        One per check, in the order in which they are told.

    Raises
    ------
    NotFound
        No such check, the unit was not in force on ``as_of``, or a rule had not come into force by then.
    UserError
        The day has not come, the list already stands as of a later one, or the caller does not see the whole grid.
    """
    asked = select_checks(checks)
    if as_of > today():
        raise UserError("etl.integrity.future", as_of=as_of)
    begin_run(db)
    later = db.execute(text("SELECT max(as_of) FROM grid.integrity_run WHERE as_of > :day"), {"day": as_of}).scalar()
    if later is not None:
        raise UserError("etl.integrity.later_run", as_of=as_of, later=later)
    look, area = CheckContext(db, as_of), villages_of(db, within, as_of)
    outcomes = []
    for done, check in enumerate(asked):
        progress(done, len(asked))
        known = db.execute(text(_KNOWN), {"check": check.key, "within": area}).all()
        outcomes.append(store_findings(look, check, _found(look, check, area), known))
    _note(look, asked, within, outcomes)
    return outcomes


def _found(look: CheckContext, check: IntegrityCheck, area: list[str] | None) -> list[Finding]:
    found = check.find(look)
    return list(found) if area is None else [each for each in found if not set(area).isdisjoint(each.codes)]


def _note(look: CheckContext, checks: list[IntegrityCheck], within: str | None, outcomes: list[Outcome]) -> None:
    sums = {name: sum(getattr(each, name) for each in outcomes) for name in ("new", "still", "reopened", "solved")}
    complete = within is None and len(checks) == len(discover())
    keys = [check.key for check in checks]
    whole = {"as_of": look.as_of, "checks": keys, "within": within, "complete": complete, "by": operator_name()}
    look.db.execute(text(_NOTE_RUN), sums | whole)
