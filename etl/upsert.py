"""From the stage into the tables: one set-based statement per table, by natural key, writing only what differs."""

from __future__ import annotations

from sqlalchemy import Connection, text

from etl.source import STAGE, Column, Counts, Source, Target


def _used(target: Target, present: frozenset[str]) -> list[Column]:
    """The columns the file speaks about, and those that are always written."""
    return [each for each in target.columns if not each.needs or present & set(each.needs)]


def _wanted(target: Target, columns: list[Column]) -> str:
    """SELECT of what the rows should be; ``old`` is the row there now."""
    listed = ", ".join(f"{each.sql} AS {each.name}" for each in (*target.key, *columns))
    on = " AND ".join(f"old.{each.name} = {each.sql}" for each in target.key)
    joined = f"LEFT JOIN grid.{target.table} AS old ON {on}"
    needed = target.replace or any("old." in each.sql for each in columns)
    return f"SELECT {listed} FROM {STAGE} AS s {joined if needed else ''}"


def _differs(columns: list[Column], wanted: str) -> str:
    names = [each.name for each in columns]
    there = ", ".join(f"t.{name}" for name in names)
    return f"({there}) IS DISTINCT FROM ({', '.join(f'{wanted}.{name}' for name in names)})"


def _insert(target: Target, columns: list[Column]) -> str:
    names = [each.name for each in (*target.key, *columns)]
    return f"INSERT INTO grid.{target.table} AS t ({', '.join(names)}, batch_id)"


def _upsert(target: Target, columns: list[Column]) -> str:
    keys = ", ".join(each.name for each in target.key)
    sets = ", ".join(f"{each.name} = EXCLUDED.{each.name}" for each in columns)
    # xmax is 0 in a row this statement inserted, and names this transaction in one it updated
    return f"""
        {_insert(target, columns)}
        SELECT w.*, :batch FROM ({_wanted(target, columns)}) AS w
        ON CONFLICT ({keys}) DO UPDATE SET {sets}, batch_id = EXCLUDED.batch_id
        WHERE {_differs(columns, "EXCLUDED")}
        RETURNING {keys}, t.xmax = 0 AS is_new"""


def _write_replacing(db: Connection, target: Target, columns: list[Column], batch: int) -> Counts:
    """Changed rows leave before any row comes: an exclusion constraint sees no passing overlap."""
    on = " AND ".join(f"t.{each.name} = w.{each.name}" for each in target.key)
    names = ", ".join(each.name for each in (*target.key, *columns))
    db.execute(text(f"CREATE TEMP TABLE want ON COMMIT DROP AS {_wanted(target, columns)}"))
    total = int(db.execute(text("SELECT count(*) FROM want")).scalar_one())
    same = f"SELECT FROM grid.{target.table} AS t WHERE {on} AND NOT {_differs(columns, 'w')}"
    kept = db.execute(text(f"DELETE FROM want AS w WHERE EXISTS ({same})")).rowcount
    changed = db.execute(text(f"DELETE FROM grid.{target.table} AS t USING want AS w WHERE {on}")).rowcount
    db.execute(text(f"{_insert(target, columns)} SELECT {names}, :batch FROM want"), {"batch": batch})
    db.execute(text("DROP TABLE want"))
    return Counts(new=total - kept - changed, changed=changed, same=kept)


def write(db: Connection, source: Source, present: frozenset[str], batch: int) -> Counts:
    """Write the staged rows of ``source``; a row is changed when any of its tables is.

    ``present`` holds the staged columns the file has; what it does not have keeps what the tables hold.
    """
    if source.write is not None:
        return source.write(db, present, batch)
    total = int(db.execute(text(f"SELECT count(*) FROM {STAGE}")).scalar_one())
    first, *others = source.targets
    columns = _used(first, present)
    if first.replace:
        # a replaced row is written whole: what the file does not have comes from the row that leaves
        whole = [each if each in columns else Column(each.name, f"old.{each.name}") for each in first.columns]
        return _write_replacing(db, first, whole, batch)
    statement = _upsert(first, columns)
    if not others:
        counted = (
            f"WITH w AS ({statement}) SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM w"
        )
        new, changed = db.execute(text(counted), {"batch": batch}).one()
        return Counts(new, changed, total - new - changed)
    outcome = {row[0]: row.is_new for row in db.execute(text(statement), {"batch": batch})}
    for target in others:
        for row in db.execute(text(_upsert(target, _used(target, present))), {"batch": batch}):
            outcome.setdefault(row[0], False)
    new = sum(outcome.values())
    return Counts(new, len(outcome) - new, total - len(outcome))
