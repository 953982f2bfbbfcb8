"""Whether what stands in a database is what this code expects: not older, not newer, not changed by hand."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.schema.catalogue import catalogue_fingerprint
from geodata.schema.files import code_checksum


def is_current(db: Connection) -> bool:
    """True when the schema was made by just this code and its catalogue says since what it said then; takes no lock."""
    if db.execute(text("SELECT to_regprocedure('grid.schema_made()')")).scalar_one() is None:
        return False
    made = db.execute(text("SELECT made_by, catalogue FROM grid.schema_made()")).one_or_none()
    return made is not None and tuple(made) == (code_checksum(), catalogue_fingerprint(db))
