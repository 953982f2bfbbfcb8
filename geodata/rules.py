"""What a rule says on a day; every threshold and interval is a dated row, never a constant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geodata.errors import NotFound


def rule(db: Connection, key: str, as_of: date, scope: str = "") -> Any:
    """The value of ``key`` for ``scope`` in force on ``as_of``; NotFound when no row had come into force by then."""
    value = db.execute(
        text("SELECT value FROM grid.rule_on(:as_of) WHERE key = :key AND scope = :scope"),
        {"as_of": as_of, "key": key, "scope": scope},
    ).one_or_none()
    if value is None:
        raise NotFound("error.rule_unknown", key=key, scope=scope, as_of=as_of)
    return value[0]


def breaks(db: Connection, layer: str, as_of: date) -> tuple[float, ...]:
    """The class breaks (rates, ascending) of a map layer on a day."""
    return tuple(float(bound) for bound in rule(db, "class_breaks", as_of, layer))


def rules_in_force(db: Connection, as_of: date) -> pd.DataFrame:
    """All rules of a day: columns ``key scope from_on value source``, ordered by key and scope."""
    return pd.read_sql(
        text("SELECT key, scope, from_on, value, source FROM grid.rule_on(:as_of) ORDER BY key, scope"),
        db,
        params={"as_of": as_of},
    )


def rules_version(db: Connection, as_of: date) -> date | None:
    """The day the newest rule in force on ``as_of`` came into force; None before the first rule."""
    found: date | None = db.execute(
        text("SELECT max(from_on) FROM grid.rule_on(:as_of)"), {"as_of": as_of}
    ).scalar_one()
    return found
