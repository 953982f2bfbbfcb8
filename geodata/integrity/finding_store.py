"""Findings into ``grid.work_item``: new, still there, back again, gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geodata.crs import STORED_EPSG
from geodata.errors import UserError
from geodata.integrity.check_context import CheckContext
from geodata.integrity.integrity_check import Finding, IntegrityCheck
from geodata.locks import Lock, take_lock
from geodata.vocabulary import SizeUnit, WorkState

# An accepted fault is open again when it has become another one, a solved one when it is back.
_BACK = "(w.state = 'solved' OR w.state = 'accepted' AND w.fingerprint <> excluded.fingerprint)"
_PUT = f"""
INSERT INTO grid.work_item AS w (item_no, check_key, unit_code, touched_codes, geom, size, size_unit, details,
                                 fingerprint, first_seen_on, last_seen_on, open_days)
SELECT f.item_no, f.check_key, f.unit_code, f.touched_codes, CAST(f.geom AS geometry), f.size, f.size_unit, f.details,
       f.fingerprint, :as_of, :as_of, datemultirange(daterange(:as_of, NULL))
FROM jsonb_to_recordset(CAST(:found AS jsonb)) AS f (item_no text, check_key text, unit_code text, touched_codes text[],
    geom text, size float, size_unit text, details jsonb, fingerprint text)
ON CONFLICT (item_no) DO UPDATE SET
    unit_code = excluded.unit_code, touched_codes = excluded.touched_codes, geom = excluded.geom, size = excluded.size,
    size_unit = excluded.size_unit, details = excluded.details, fingerprint = excluded.fingerprint,
    last_seen_on = excluded.last_seen_on,
    state = CASE WHEN NOT {_BACK} THEN w.state WHEN w.owner_no IS NULL THEN 'open' ELSE 'assigned' END,
    reason = CASE WHEN {_BACK} THEN NULL ELSE w.reason END,
    open_days = CASE WHEN {_BACK} THEN w.open_days + excluded.open_days ELSE w.open_days END
"""
_SOLVE = """
UPDATE grid.work_item SET state = 'solved', reason = NULL,
    open_days = open_days - datemultirange(daterange(:as_of, NULL))
WHERE item_no = ANY(:gone)
"""


@dataclass(frozen=True)
class Outcome:
    """What one look did to the items of one check: ``found = new + still + reopened``; ``solved`` are gone."""

    check: str
    new: int
    still: int
    reopened: int
    solved: int

    @property
    def found(self) -> int:
        """How many faults of the check there are."""
        return self.new + self.still + self.reopened


def begin_run(db: Connection) -> None:
    """Wait for whoever else writes the list, until the end of the transaction.

    Parameters
    ----------
    db
        The transaction that will write the list.

    Raises
    ------
    UserError
        The caller does not see the whole grid: the faults of the rest would seem gone.
    """
    partial = "row_security_active('grid.work_item') AND NOT grid.may_everywhere('check_grid')"
    if db.execute(text(f"SELECT {partial}")).scalar_one():
        raise UserError("etl.integrity.not_yours_to_run")
    # one writer of the list at a time: two looks would each find the items of the other missing
    take_lock(db, Lock.WORK_LIST)


def store_findings(
    look: CheckContext, check: IntegrityCheck, findings: Iterable[Finding], known: Sequence[Any]
) -> Outcome:
    """Bring the items of one check up to date.

    Items are known by ``<check>:<key of the finding>``: one found again keeps its owner, day and note, one that was
    solved is open again, and one that was accepted is when its fingerprint is another.

    Parameters
    ----------
    look
        The day of the look, and the transaction, which holds the lock of ``begin_run``.
    check
        The check that was made.
    findings
        All it found; of several with one key the last counts.
    known
        The items there (``item_no state fingerprint``) of which a finding may speak: those it does not find again are
        solved.

    Returns
    -------
    outcome
        How many items are new, still there, open again, solved now.
    """
    rows = {f"{check.key}:{finding.key}": _row(look, check, finding) for finding in findings}
    were = {item.item_no: item for item in known}
    found = [{"item_no": item_no, "check_key": check.key, **row} for item_no, row in rows.items()]
    look.db.execute(text(_PUT), {"as_of": look.as_of, "found": json.dumps(found, default=str)})
    gone = [item_no for item_no, item in were.items() if item_no not in rows and item.state != WorkState.SOLVED]
    look.db.execute(text(_SOLVE), {"as_of": look.as_of, "gone": gone})
    met = rows.keys() & were.keys()
    back = sum(_is_back(were[item_no], str(rows[item_no]["fingerprint"])) for item_no in met)
    return Outcome(check.key, new=len(rows) - len(met), still=len(met) - back, reopened=back, solved=len(gone))


def _is_back(was: Any, fingerprint: str) -> bool:
    """What the statement ``_BACK`` says, to be counted."""
    return bool(was.state == WorkState.SOLVED or (was.state == WorkState.ACCEPTED and was.fingerprint != fingerprint))


def _row(look: CheckContext, check: IntegrityCheck, finding: Finding) -> dict[str, object]:
    shape = look.spot_in(finding.codes[0]) if finding.shape is None else finding.shape
    placed = (
        None if shape is None else shapely.to_wkb(shapely.set_srid(shape, STORED_EPSG), hex=True, include_srid=True)
    )
    return {
        "unit_code": finding.codes[0],
        "touched_codes": list(finding.codes),
        "geom": placed,
        "size": finding.size,
        "size_unit": None if finding.size is None else check.size_unit,
        "details": dict(finding.details),
        "fingerprint": finding.fingerprint(grows=check.size_unit is SizeUnit.DAYS),
    }
