"""From the stage into the tables: set-based statements by natural key, writing only what is new or differs."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, text

from etl.kinds.source import STAGE, Column, Counts, Source, Target


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


def _new(target: Target, columns: list[Column]) -> str:
    keys = ", ".join(each.name for each in target.key)
    wanted = f"SELECT w.*, :batch FROM ({_wanted(target, columns)}) AS w"
    return f"{_insert(target, columns)} {wanted} ON CONFLICT ({keys}) DO NOTHING"


def _changed(target: Target, columns: list[Column]) -> str:
    """Rows this batch has just added are not looked at again."""
    on = " AND ".join(f"t.{each.name} = w.{each.name}" for each in target.key)
    sets = ", ".join(f"{each.name} = w.{each.name}" for each in columns)
    return f"""
        UPDATE grid.{target.table} AS t SET {sets}, batch_id = :batch FROM ({_wanted(target, columns)}) AS w
        WHERE {on} AND t.batch_id IS DISTINCT FROM :batch AND {_differs(columns, "w")}"""


def _keys(db: Connection, statement: str, target: Target, batch: int) -> set[str]:
    """The first key of every row a statement writes."""
    first = target.key[0].name
    return set(db.execute(text(f"{statement} RETURNING t.{first}"), {"batch": batch}).scalars())


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


def upsert_rows(db: Connection, source: Source, present: frozenset[str], batch: int) -> Counts:
    """Write the staged rows of ``source``; a row is changed when any of its tables is.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled and free of faulty rows.
    source
        The kind of fact.
    present
        The staged columns the file has; what it does not have keeps what the tables hold.
    batch
        Number of the batch the rows are written under.

    Returns
    -------
    counts
        Of staged rows.
    """
    # what only one row may have is looked at when all rows are written, so that rows may exchange it
    db.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    write_staged = source.write or partial(_write_tables, source)
    counts = write_staged(db, present, batch)
    db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    return counts


def write_table(db: Connection, target: Target, present: frozenset[str], batch: int) -> Counts:
    """Write the staged rows into one table.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled.
    target
        The table, its key and its columns.
    present
        The staged columns the file has; columns that need others are left as they are.
    batch
        Number of the batch the rows are written under.

    Returns
    -------
    counts
        Of rows of the table.
    """
    total = int(db.execute(text(f"SELECT count(*) FROM {STAGE}")).scalar_one())
    columns = _used(target, present)
    if target.replace:
        # a replaced row is written whole: what the file does not have comes from the row that leaves
        whole = [each if each in columns else Column(each.name, f"old.{each.name}") for each in target.columns]
        return _write_replacing(db, target, whole, batch)
    given = {"batch": batch}
    new = db.execute(text(_new(target, columns)), given).rowcount
    # what was not new is there: already, or since a moment ago by somebody else's hand
    changed = db.execute(text(_changed(target, columns)), given).rowcount if columns and new < total else 0
    return Counts(new, changed, total - new - changed)


def _write_tables(source: Source, db: Connection, present: frozenset[str], batch: int) -> Counts:
    """Write the staged rows into every table of ``source``; a row counts as changed when any of its rows did."""
    first, *others = source.targets
    if not others:
        return write_table(db, first, present, batch)
    total = int(db.execute(text(f"SELECT count(*) FROM {STAGE}")).scalar_one())
    columns = _used(first, present)
    added = _keys(db, _new(first, columns), first, batch)
    touched = _keys(db, _changed(first, columns), first, batch) if columns else set()
    for target in others:
        used = _used(target, present)
        touched |= _keys(db, _new(target, used), target, batch) | _keys(db, _changed(target, used), target, batch)
    changed = len(touched - added)
    return Counts(len(added), changed, total - len(added) - changed)
