"""What every table holds, as a count of rows and a sum over them that is the same wherever the rows are the same."""

from __future__ import annotations

from sqlalchemy import Connection, text

Sums = dict[str, tuple[int, str]]
"""``schema.table`` → rows, sum."""

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = ANY (:schemas) ORDER BY 1, 2
"""


def sum_tables(db: Connection, schemas: tuple[str, ...]) -> Sums:
    """Sum up all tables of schemas.

    Parameters
    ----------
    db
        A transaction of the owner's; all sums are of what it sees.
    schemas
        Names of the schemas.

    Returns
    -------
    sums
        Of rows as they are written in UTC; the order of rows does not matter.
    """
    db.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    found: Sums = {}
    for schema, name in db.execute(text(_TABLES), {"schemas": list(schemas)}).all():
        each = "('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric"
        asked = f'SELECT count(*), coalesce(sum({each}), 0)::text FROM "{schema}"."{name}" AS t'
        rows, total = db.execute(text(asked)).one()
        found[f"{schema}.{name}"] = (int(rows), str(total))
    return found
