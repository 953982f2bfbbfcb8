"""SQL of what a staged row says, which row it is, and of names as an array."""

from __future__ import annotations

from collections.abc import Iterable

from etl.kinds.source import Source


def stage_content(row: str) -> str:
    """SQL of what a row says, without blanks: two rows agree when joining them gives the same either way.

    Parameters
    ----------
    row
        The alias of a staged row in the statement.

    Returns
    -------
    sql
        An expression of type jsonb, without what could not be read.
    """
    beside = "ARRAY['row_no', 'faulty', 'unread', 'base_id', 'dated_itself']"
    return f"(jsonb_strip_nulls(to_jsonb({row})) - {beside} - coalesce({row}.unread, '{{}}'))"


def key_text(source: Source) -> str:
    """SQL of a row's key as one text.

    Parameters
    ----------
    source
        The kind of fact; its staged rows are called ``s``.

    Returns
    -------
    sql
        An expression of type text.
    """
    return f"ROW({', '.join(f's.{name}' for name in source.key)})::text"


def sql_array(names: Iterable[str]) -> str:
    """SQL of the names of columns as an array.

    Parameters
    ----------
    names
        Names of columns, in any order.

    Returns
    -------
    sql
        An expression of type text[], sorted.
    """
    listed = ", ".join(f"'{name}'" for name in sorted(names))
    return f"CAST(ARRAY[{listed}] AS text[])"
