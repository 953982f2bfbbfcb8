"""Whether what stands in a database is what this code expects: not older, not newer, not changed by hand."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.schema.catalogue import catalogue_fingerprint
from geodata.schema.files import code_checksum

_SEEN: set[tuple[str, ...]] = set()
"""What this process has compared with the catalogue and found in order: database, code, fingerprint, moment."""


def is_current(db: Connection, *, since_start: bool = False) -> bool:
    """True when the schema was made by just this code and its catalogue says since what it said then; takes no lock.

    Parameters
    ----------
    db
        Connection of the owner or of the application's roles.
    since_start
        The catalogue is read once in a process and after each upgrade, not at every call: who asks often asks little.

    Returns
    -------
    current
        False also for a database without a schema.
    """
    if db.execute(text("SELECT to_regprocedure('grid.schema_made()')")).scalar_one() is None:
        return False
    asked = "SELECT current_database(), made_by, catalogue, CAST(made_at AS text) FROM grid.schema_made()"
    made = db.execute(text(asked)).one_or_none()
    if made is None or made.made_by != code_checksum():
        return False
    if since_start and tuple(made) in _SEEN:
        return True
    if made.catalogue != catalogue_fingerprint(db):
        return False
    _SEEN.add(tuple(made))
    return True
