"""What a rule says on a day; every threshold and interval is a dated row, never a constant.

Which rules there are stands in ``rule_kinds``; they are set in ``rule_changes``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geodata.errors import NotFound

_COLUMNS = "key, scope, from_on, value, source, batch_id IS NOT NULL AS is_own"


def rule_value(db: Connection, key: str, as_of: date, scope: str = "") -> Any:
    """The value of a rule in force on a day.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    key
        Name of the rule.
    as_of
        The day; a rule counts from its ``from_on``, that day included, until the next one of its key and scope.
    scope
        What it is for (``risk:high``, a layer's key); empty for a rule that has none.

    Returns
    -------
    value
        As stored in JSON: number, text or list.

    Raises
    ------
    NotFound
        No row had come into force by that day.
    """
    return _in_force(db, key, as_of, scope)[0]


def rule_source(db: Connection, key: str, as_of: date, scope: str = "") -> str:
    """The law, document or decision that the value of a rule in force on a day follows from.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    key, as_of, scope
        As for ``rule_value``.

    Returns
    -------
    source
        Never blank.

    Raises
    ------
    NotFound
        No row had come into force by that day.
    """
    return str(_in_force(db, key, as_of, scope)[1])


def class_breaks(db: Connection, layer: str, as_of: date) -> tuple[float, ...]:
    """The class breaks of a map layer on a day.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    layer
        Key of the layer.
    as_of
        The day, inclusive.

    Returns
    -------
    breaks
        Rates from 0 to 1, ascending; one fewer than there are classes.

    Raises
    ------
    NotFound
        No row had come into force by that day.
    """
    return tuple(float(bound) for bound in rule_value(db, "class_breaks", as_of, layer))


def rules_in_force(db: Connection, as_of: date) -> pd.DataFrame:
    """All rules of a day.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    as_of
        The day, inclusive.

    Returns
    -------
    rules
        Columns ``key scope from_on value source is_own``, one row per key and scope, ordered by them; no rows before
        the first rule. ``is_own``: it was set here, and did not come with the program.
    """
    return pd.read_sql(
        text(f"SELECT {_COLUMNS} FROM grid.rule_on(:as_of) ORDER BY key, scope"),
        db,
        params={"as_of": as_of},
    )


def rules_version(db: Connection, as_of: date) -> date | None:
    """The day on which the newest rule in force on ``as_of`` came into force.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    as_of
        The day, inclusive.

    Returns
    -------
    day
        The latest ``from_on`` of what is in force; None before the first rule.
    """
    found: date | None = db.execute(
        text("SELECT max(from_on) FROM grid.rule_on(:as_of)"), {"as_of": as_of}
    ).scalar_one()
    return found


def rules_to_come(db: Connection, as_of: date) -> pd.DataFrame:
    """Rules that come into force after a day.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    as_of
        The day, exclusive: a rule that begins on it is in force.

    Returns
    -------
    rules
        Columns ``key scope from_on value source is_own``, one row per value, ordered by day, key and scope.
    """
    asked = f"SELECT {_COLUMNS} FROM grid.rule WHERE from_on > :as_of ORDER BY from_on, key, scope"
    return pd.read_sql(text(asked), db, params={"as_of": as_of})


def _in_force(db: Connection, key: str, as_of: date, scope: str) -> tuple[Any, Any]:
    """Value and source of the row in force."""
    row = db.execute(
        text("SELECT value, source FROM grid.rule_on(:as_of) WHERE key = :key AND scope = :scope"),
        {"as_of": as_of, "key": key, "scope": scope},
    ).one_or_none()
    if row is None:
        raise NotFound.told_openly("error.rule_unknown", key=key, scope=scope, as_of=as_of)
    return row[0], row[1]
