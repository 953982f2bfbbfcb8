"""Which tables hold facts, and the SQL that tells what a batch added to them from what it found there."""

from __future__ import annotations

from sqlalchemy import Connection, Table, text

from geodata.locale import read_catalogue, translate
from geodata.models import SCHEMA, Base, fact_tables
from geodata.settings import settings


def undoable_tables() -> tuple[Table, ...]:
    """Every registered table whose rows belong to a batch, what is referred to first.

    Returns
    -------
    tables
        The models' tables marked ``undoable``; a table comes after those its foreign keys name.
    """
    undoable = {name for name, kept in fact_tables().items() if kept.undoable}
    return tuple(each for each in Base.metadata.sorted_tables if each.name in undoable)


def table_name(table: str) -> str:
    """A table of facts as people are told it; one without a word of its own by its name in the schema.

    Parameters
    ----------
    table
        Name in schema ``grid``, without the schema.

    Returns
    -------
    name
        In the set language.
    """
    lang = settings().lang
    key = f"etl.table.{table}"
    return translate(key, lang) if key in read_catalogue(lang) else table


def _image(db: Connection, function: str, table: str, alias: str = "t") -> str:
    """SQL of a row's ``image`` or ``key``, as the triggers that keep former rows write it."""
    asked = text(f"SELECT grid.{function}_of(CAST(:table AS regclass), :alias)")
    return str(db.execute(asked, {"table": f"{SCHEMA}.{table}", "alias": alias}).scalar_one())


def key_sql(db: Connection, table: str, alias: str = "t") -> str:
    """SQL of a row's primary key as ``undo_row.row_key`` holds it.

    Parameters
    ----------
    db
        Connection; the database itself writes the expression.
    table
        Name of a table of schema ``grid``.
    alias
        What the row is called in the statement.

    Returns
    -------
    sql
        A scalar expression over ``alias``.
    """
    return _image(db, "key", table, alias)


def image_sql(db: Connection, table: str, alias: str = "t") -> str:
    """SQL of a row as ``undo_row.before`` holds it.

    Parameters
    ----------
    db
        Connection; the database itself writes the expression.
    table
        Name of a table of schema ``grid``.
    alias
        What the row is called in the statement.

    Returns
    -------
    sql
        A scalar expression over ``alias``.
    """
    return _image(db, "image", table, alias)


def added_sql(db: Connection, table: str, alias: str = "t") -> str:
    """SQL condition: the row was added by batch ``:batch`` (and not only changed by it).

    Parameters
    ----------
    db
        Connection; the database itself writes the key's expression.
    table
        Name of a table of facts, whose rows have a ``batch_id``.
    alias
        What the row is called in the statement; not ``u``.

    Returns
    -------
    sql
        To be joined with AND; ``:batch`` is the batch's number.
    """
    kept = f"u.batch_id = :batch AND u.table_name = '{table}' AND u.row_key = {key_sql(db, table, alias)}"
    return f"{alias}.batch_id = :batch AND NOT EXISTS (SELECT FROM grid.undo_row AS u WHERE {kept})"
