"""Whether the tables are those of the models: an upgrade replaces what stands around them, never a table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from geodata.errors import SetupError
from geodata.models import Base

_FOUND = """
SELECT c.relname || '.' || a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'grid'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT c.relname || '.' || k.conname FROM pg_class AS c JOIN pg_constraint AS k ON k.conrelid = c.oid
WHERE c.relnamespace = 'grid'::regnamespace
UNION ALL
SELECT c.relname || '.' || i.relname FROM pg_class AS c JOIN pg_index AS x ON x.indrelid = c.oid
JOIN pg_class AS i ON i.oid = x.indexrelid WHERE c.relnamespace = 'grid'::regnamespace
"""


def _needed(db: Connection, table: Table) -> Iterator[str]:
    """Names of the columns, constraints and indexes of a table, as the database knows them."""
    names = db.dialect.identifier_preparer
    yield from (column.name for column in table.c)
    for constraint in table.constraints:
        name = names.format_constraint(constraint)
        if name is not None:
            yield name
    yield from (str(index.name) for index in table.indexes)


def require_tables(db: Connection) -> None:
    """Refuse tables that lack what the models name: no upgrade brings back a column or a check that was taken out.

    Parameters
    ----------
    db
        Any connection: the catalogue is open to every role.

    Raises
    ------
    SetupError
        With the first of what is missing; what stands there beside (an index of the office's own) is nobody's business.
    """
    needed = {f"{table.name}.{name}" for table in Base.metadata.sorted_tables for name in _needed(db, table)}
    missing = sorted(needed - set(db.execute(text(_FOUND)).scalars()))
    if missing:
        raise SetupError("error.schema_tables", first=missing[0], count=len(missing))
