"""The audit trail, searched: who changed what, when, from which address, before and after."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

_FOUND = """
FROM grid.audit AS a
LEFT JOIN grid.account AS c ON c.login = a.login LEFT JOIN grid.person AS n ON n.person_no = c.person_no
WHERE a.at < CAST(:until AS date) + 1
  AND (:find = '' OR strpos(lower(concat_ws(' ', a.login, a.db_role, n.name, a.address, a.action, a.table_name,
                                            a.row_key, a.before::text, a.after::text)), lower(:find)) > 0)
"""
_ENTRY = """a.id, a.at, coalesce(a.login, a.db_role) AS who, n.name, a.address, a.action, a.table_name, a.row_key,
       a.before, a.after"""


@dataclass(frozen=True)
class Entry:
    """One line of the trail; ``before`` and ``after`` hold only what differs."""

    at: datetime
    who: str
    name: str | None
    address: str | None
    action: str
    table_name: str | None
    row_key: str | None
    before: dict[str, Any]
    after: dict[str, Any]


def search_audit(db: Connection, until: date, find: str = "", most: int | None = None, offset: int = 0) -> list[Entry]:
    """Search the audit trail, newest entry first.

    Parameters
    ----------
    db
        Connection with the scope of who asks; without an administrator's there is nothing to find.
    until
        Last day, inclusive, in the time zone of the connection (``GRID_TIMEZONE``).
    find
        Looked for in every column, in either case of letters; ``%`` and ``_`` stand for any signs. Empty: everything.
    most
        How many entries to give at most; None: all.
    offset
        How many of the newest to leave out before.

    Returns
    -------
    entries
        Those that fit; ``before`` and ``after`` with what differs only.
    """
    asked = {"until": until, "find": find, "most": most, "offset": offset}
    cut = "ORDER BY a.at DESC, a.id DESC LIMIT :most OFFSET :offset"
    return [_entry(row) for row in db.execute(text(f"SELECT {_ENTRY} {_FOUND} {cut}"), asked)]


def count_audit(db: Connection, until: date, find: str = "") -> int:
    """How many entries ``search_audit`` gives when asked the same without a limit.

    Parameters
    ----------
    db
        Connection with the scope of who asks; without an administrator's there is nothing to find.
    until
        Last day, inclusive.
    find
        Looked for in every column.

    Returns
    -------
    count
        0 when none fits.
    """
    return int(db.execute(text(f"SELECT count(*) {_FOUND}"), {"until": until, "find": find}).scalar_one())


def _entry(row: Any) -> Entry:
    before, after = row.before or {}, row.after or {}
    differ = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    return Entry(
        row.at, row.who, row.name, row.address, row.action, row.table_name, row.row_key,
        {name: before[name] for name in sorted(differ) if name in before},
        {name: after[name] for name in sorted(differ) if name in after},
    )  # fmt: skip


@dataclass(frozen=True)
class Export:
    """A list that is handed out: ``what`` is its name in the address, ``format`` the ending of the file."""

    what: str
    format: str
    unit: str | None = None
    as_of: date | None = None
    rows: int | None = None
    job: int | None = None


def note_export(db: Connection, export: Export) -> None:
    """Note that a list was handed out to the scope's account (PIPL art 51).

    Parameters
    ----------
    db
        A transaction that may write.
    export
        What it was; a unit or a job that is not there is left out.
    """
    asked = "SELECT grid.note_export(:what, :unit, :as_of, :format, :rows, :job)"
    db.execute(text(asked), asdict(export))


def note_mapping(db: Connection, name: str, *, removed: bool, replaced: bool = False) -> None:
    """Note that a mapping of this installation was saved or removed by the scope's account.

    Parameters
    ----------
    db
        A transaction that may write.
    name
        The mapping's (``saved_mappings.proper_name``).
    removed
        Whether it is gone; else it was saved.
    replaced
        Whether it took the place of another.
    """
    named = {"name": name, "removed": removed, "replaced": replaced}
    db.execute(text("SELECT grid.note_mapping(:name, :removed, :replaced)"), named)
