"""Rows of the stage that stand in their sheet more than once."""

from __future__ import annotations

from sqlalchemy import Connection, text

from etl.kinds.fault import Fault
from etl.kinds.source import STAGE, Source
from etl.load.stage import columns_of


def drop_repeats(db: Connection, source: Source) -> int:
    """Take out rows that say again exactly what an earlier row says; how many there were.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact staged.

    Returns
    -------
    count
        Rows taken out; rows marked faulty stay, and all of a kind that tells them (``repeated``).
    """
    if source.repeated:
        return 0
    said = ", ".join(columns_of(source))
    if db.execute(text(f"SELECT NOT EXISTS ({repeated_keys(source)})")).scalar_one():
        return 0
    # compared as text: geometry and arrays have no hash that DISTINCT could use alike
    ranked = f"""
        SELECT s.row_no, row_number() OVER (PARTITION BY ROW({said})::text ORDER BY s.row_no) AS turn
        FROM {STAGE} AS s WHERE NOT s.faulty AND s.row_no IN ({repeated_keys(source)})"""
    return db.execute(
        text(f"DELETE FROM {STAGE} AS s USING ({ranked}) AS d WHERE d.row_no = s.row_no AND d.turn > 1")
    ).rowcount


def set_aside(db: Connection, source: Source, stands: str) -> list[Fault]:
    """Take out rows that share their key with another, but for the ``first`` or ``last``; a fault for each.

    Parameters
    ----------
    db, source
        The transaction of the load; the kind of fact staged.
    stands
        ``first`` or ``last``: by row number.

    Returns
    -------
    faults
        Of key ``set_aside``, each with the row that stands.
    """
    turn = {"first": "min", "last": "max"}[stands]
    same = " AND ".join(f"d.{name} IS NOT DISTINCT FROM s.{name}" for name in source.key)
    listed = ", ".join(source.key)
    kept = (
        f"SELECT {listed}, {turn}(row_no) AS stands FROM {STAGE} WHERE NOT faulty AND {source.key[0]} IS NOT NULL"
        f" GROUP BY {listed} HAVING count(*) > 1"
    )
    rows = db.execute(
        text(
            f"DELETE FROM {STAGE} AS s USING ({kept}) AS d"
            f" WHERE NOT s.faulty AND s.{source.key[0]} = d.{source.key[0]} AND {same} AND s.row_no <> d.stands"
            f" RETURNING s.row_no, s.{source.key[0]}::text, d.stands::text"
        )
    )
    return [Fault(row, source.key[0], key, "set_aside", stood) for row, key, stood in rows]


def repeated_keys(source: Source) -> str:
    """SQL of the numbers of the rows that share their key with another row (blank parts of a key count as equal).

    Parameters
    ----------
    source
        The kind of fact.

    Returns
    -------
    sql
        A query of one column, ``row_no``.
    """
    return f"SELECT unnest(array_agg(r.row_no)) FROM {STAGE} AS r GROUP BY {', '.join(source.key)} HAVING count(*) > 1"
