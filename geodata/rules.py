"""What a rule says on a day; every threshold and interval is a dated row, never a constant."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geodata.errors import Forbidden, NotFound, UserError
from geodata.vocabulary import DurationUnit

WORDS = {"work_due_unit": (DurationUnit.WORKING_DAYS, DurationUnit.CALENDAR_DAYS)}
"""Rules that are one word of a list: work items are due on a day, never by the hour."""
WHOLE = {"work_due_days": 3650, "attachment_keep_days": 36500, "checks_a_year": 366, "samplers": 2}
"""Rules that are a whole number, and the greatest it may be."""


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
        Columns ``key scope from_on value source``, one row per key and scope, ordered by them; no rows before the first
        rule.
    """
    return pd.read_sql(
        text("SELECT key, scope, from_on, value, source FROM grid.rule_on(:as_of) ORDER BY key, scope"),
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
        Columns ``key scope from_on value source``, one row per value, ordered by day, key and scope.
    """
    asked = (
        "SELECT key, scope, from_on, value, source FROM grid.rule WHERE from_on > :as_of ORDER BY from_on, key, scope"
    )
    return pd.read_sql(text(asked), db, params={"as_of": as_of})


def set_rule(db: Connection, key: str, scope: str, from_on: date, said: str, source: str) -> None:
    """Set a new value of a known rule from a day on; earlier days keep what they were judged by.

    Parameters
    ----------
    db
        Connection with the scope of who asks; the database decides who may rule.
    key
        Name of a rule that exists.
    scope
        A scope that it has.
    from_on
        First day on which it counts, inclusive.
    said
        The value as JSON, of the kind the rule has; a bare word is a text. Numbers are not below 0.
    source
        Law, document or decision it follows from; not blank.

    Raises
    ------
    NotFound
        The rule is not known.
    UserError
        The value is no JSON of the kind and size it has, the source is blank, or that day has a value.
    Forbidden
        The scope may not rule, or the day has passed.
    """
    known = db.execute(
        text("SELECT value FROM grid.rule WHERE key = :key AND scope = :scope ORDER BY from_on DESC LIMIT 1"),
        {"key": key, "scope": scope},
    ).one_or_none()
    if known is None:
        raise NotFound("error.rule_unknown", key=key, scope=scope, as_of=from_on)
    value = _value(said, known[0])
    _must_fit(key, value)
    if not source.strip():
        raise UserError("rule.error.source")
    named = {"key": key, "scope": scope, "from_on": from_on, "value": json.dumps(value), "source": source.strip()}
    statement = (
        "INSERT INTO grid.rule (key, scope, from_on, value, source)"
        " VALUES (:key, :scope, :from_on, CAST(:value AS jsonb), :source)"
    )
    try:
        with db.begin_nested():
            db.execute(text(statement), named)
    except IntegrityError:
        raise UserError("rule.error.twice", day=from_on) from None
    except ProgrammingError:
        raise Forbidden("rule.error.forbidden") from None


def withdraw_rule(db: Connection, key: str, scope: str, from_on: date) -> None:
    """Take back a value that has not come into force.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    key
        Name of the rule.
    scope
        Its scope; empty for none.
    from_on
        The day on which the value would begin.

    Raises
    ------
    NotFound
        There is no such value to come, or the scope may not.
    """
    statement = "DELETE FROM grid.rule WHERE key = :key AND scope = :scope AND from_on = :from_on"
    if not db.execute(text(statement), {"key": key, "scope": scope, "from_on": from_on}).rowcount:
        raise NotFound("rule.error.not_withdrawn")


def _in_force(db: Connection, key: str, as_of: date, scope: str) -> tuple[Any, Any]:
    """Value and source of the row in force."""
    row = db.execute(
        text("SELECT value, source FROM grid.rule_on(:as_of) WHERE key = :key AND scope = :scope"),
        {"as_of": as_of, "key": key, "scope": scope},
    ).one_or_none()
    if row is None:
        raise NotFound("error.rule_unknown", key=key, scope=scope, as_of=as_of)
    return row[0], row[1]


def _must_fit(key: str, value: Any) -> None:
    """What the kind of a value alone does not say: it is one of the rule's words, or a whole number up to its most."""
    words, most = WORDS.get(key), WHOLE.get(key)
    if words is not None and value not in words:
        raise UserError("rule.error.word", said=value[:60], words=" / ".join(word.value for word in words))
    if most is not None and (value != int(value) or value > most):
        raise UserError("rule.error.whole", said=value, most=most)


def _value(said: str, like: Any) -> Any:
    """The value of a JSON text, of the same kind as ``like`` (and a number no less than 0)."""
    try:
        value = json.loads(said, parse_constant=float)  # NaN and its like are no numbers for JSON
        json.dumps(value, allow_nan=False)
    except ValueError:
        value = said.strip() if isinstance(like, str) else None
    numbers = isinstance(value, int | float) and isinstance(like, int | float) and not isinstance(value, bool)
    lists = isinstance(value, list) and isinstance(like, list) and len(value) > 0
    same_items = lists and all(type(item) in {type(other) for other in like} | {int} for item in value)
    texts = isinstance(value, str) and isinstance(like, str) and value != ""
    if not ((numbers and value >= 0) or same_items or texts):
        raise UserError("rule.error.value", said=said[:60], like=json.dumps(like, ensure_ascii=False))
    return value
