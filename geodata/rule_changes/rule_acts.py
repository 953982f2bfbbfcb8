"""Setting a value of a rule from a day on, correcting the value of a day, and taking back what was set.

What a value may be and who may rule on which day the database decides (``schema/rule_changes.sql``); here it is asked
before, so that each refusal is a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from geodata.database.batches import close_batch, open_batch
from geodata.errors import Forbidden, NotFound, UserError
from geodata.rule_changes.rule_text import find_kind, plain_text, read_value, value_refusal
from geodata.rule_kinds import RULE_KINDS, RuleKind

_STANDING = """
SELECT value, source, batch_id FROM grid.rule WHERE key = :key AND scope = :scope AND from_on = :from_on
"""
_KNOWN = "SELECT grid.knows_scope(:key, :scope)"
_WRITTEN = """
INSERT INTO grid.rule AS r (key, scope, from_on, value, source, batch_id)
VALUES (:key, :scope, :from_on, CAST(:value AS jsonb), :source, :batch)
ON CONFLICT (key, scope, from_on) DO UPDATE
SET value = excluded.value, source = excluded.source, batch_id = excluded.batch_id
"""
_REMOVED = "DELETE FROM grid.rule WHERE key = :key AND scope = :scope AND from_on = :from_on"

_BUSY = frozenset({"40001", "55P03"})
"""Somebody else has changed the row since it was looked at, or is about to."""


@dataclass(frozen=True)
class RuleChange:
    """One value of a rule as it is to stand from a day on.

    Attributes
    ----------
    key, scope, from_on : whose value it is; the day is inclusive.
    value, source : what is to stand and on whose word; both None: the row goes, and the value before it holds again.
    former : what stands on just that day now; None: nothing does.
    takes_back : whether it takes back what was set, instead of setting something.
    """

    key: str
    scope: str
    from_on: date
    value: Any
    source: str | None
    former: Any = None
    takes_back: bool = False

    @property
    def kind(self) -> RuleKind:
        """The rule."""
        return RULE_KINDS[self.key]


def plan_rule(db: Connection, key: str, scope: str, from_on: date, said: str, source: str) -> RuleChange:
    """What setting a value would be: a new row, or the correction of the one of that day.

    Parameters
    ----------
    db
        Connection of who may read rules.
    key, scope
        Name of a rule, or what it is called; one of its scopes, blank for none.
    from_on
        First day on which it counts, inclusive.
    said
        The value, as ``read_value`` reads it.
    source
        Law, document or decision it follows from; not blank.

    Returns
    -------
    change
        To be looked at or written.

    Raises
    ------
    UserError
        There is no such rule or scope, the value cannot be, the source is blank, just this stands there already, or the
        rule is none that may begin on a day that has passed.
    """
    kind, scope, source = find_kind(key), plain_text(scope), plain_text(source)
    value = read_value(kind, said)
    if not db.execute(text(_KNOWN), {"key": kind.key, "scope": scope}).scalar_one():
        raise UserError("rule.error.scope", key=kind.key, scope=scope[:60])
    asked = {"key": kind.key, "scope": scope, "value": json.dumps(value)}
    fault = db.execute(text("SELECT grid.rule_fault(:key, :scope, CAST(:value AS jsonb))"), asked).scalar_one()
    if fault is not None:
        raise value_refusal(kind, fault, said)
    if not source:
        raise UserError("rule.error.source")
    _must_begin(db, kind, from_on)
    standing = _row_of_day(db, kind.key, scope, from_on)
    if standing is not None and (standing.value, standing.source) == (value, source):
        raise UserError("rule.error.same", day=from_on)
    return RuleChange(kind.key, scope, from_on, value, source, standing.value if standing else None)


def plan_taking_back(db: Connection, key: str, scope: str, from_on: date) -> RuleChange:
    """What taking back the value of a day would be: the shipped value of that day stands again, or the one before it.

    Parameters
    ----------
    db
        Connection of who may read rules.
    key, scope, from_on
        Whose value of which day it is.

    Returns
    -------
    change
        To be looked at or written.

    Raises
    ------
    NotFound
        Nothing was set for that day: what came with the program is corrected, not taken back.
    UserError
        There is no such rule, or it has counted and is none that history is judged by.
    """
    kind, scope = find_kind(key), plain_text(scope)
    standing = _row_of_day(db, kind.key, scope, from_on)
    shipped = db.execute(
        text("SELECT value, source FROM grid.shipped_rule(:key, :scope, :from_on)"),
        {"key": kind.key, "scope": scope, "from_on": from_on},
    ).one_or_none()
    if standing is None or standing.batch_id is None or (shipped and shipped.value == standing.value):
        raise NotFound.told_openly("rule.error.not_set", day=from_on)
    _must_begin(db, kind, from_on)
    value, source = (shipped.value, shipped.source) if shipped else (None, None)
    return RuleChange(kind.key, scope, from_on, value, source, standing.value, takes_back=True)


def write_change(db: Connection, change: RuleChange) -> int:
    """Write a change under a batch of its own, by which it is listed and can be taken back.

    Parameters
    ----------
    db
        A writing transaction of who may rule: by an account, or the owner's.
    change
        As it was planned.

    Returns
    -------
    batch
        Number of the batch.

    Raises
    ------
    Forbidden
        The account may not rule, or not on that day.
    UserError
        The value cannot be, or the same row was changed by somebody else meanwhile.
    """
    try:
        with db.begin_nested(), _own_batch(db, change) as batch:
            written = _write(db, change, batch)
    except (IntegrityError, ProgrammingError, OperationalError) as refused:
        raise _refusal(change, refused) from None
    if not written:
        raise Forbidden("rule.error.forbidden")
    return batch


@contextmanager
def _own_batch(db: Connection, change: RuleChange) -> Iterator[int]:
    """The batch of one change, under which what the row said before is kept: an account's entry by hand, or ours."""
    batch = db.execute(text("SELECT grid.hand_batch('rules')")).scalar_one()
    if batch is None:
        batch = open_batch(db, "rules", "", read=1)
        yield batch
        new = int(change.former is None)
        close_batch(db, batch, new=new, changed=1 - new, same=0)
        return
    db.execute(text("SELECT set_config('grid.batch', :batch, true)"), {"batch": str(batch)})
    yield int(batch)
    db.execute(text("SELECT set_config('grid.batch', '', true)"))


def _write(db: Connection, change: RuleChange, batch: int) -> int:
    """How many rows were written."""
    named: dict[str, object] = {"key": change.key, "scope": change.scope, "from_on": change.from_on}
    if change.source is None:
        return db.execute(text(_REMOVED), named).rowcount
    more = {"value": json.dumps(change.value), "source": change.source, "batch": batch}
    return db.execute(text(_WRITTEN), named | more).rowcount


def _refusal(change: RuleChange, refused: DBAPIError) -> Exception:
    """What the database's own refusal is told as."""
    if isinstance(refused, IntegrityError):
        name = getattr(getattr(refused.orig, "diag", None), "constraint_name", None) or ""
        return value_refusal(change.kind, name.removeprefix("rule_"), json.dumps(change.value))
    if getattr(refused.orig, "sqlstate", "") in _BUSY:
        return UserError("rule.error.meanwhile")
    return Forbidden("rule.error.forbidden") if isinstance(refused, ProgrammingError) else refused


def _must_begin(db: Connection, kind: RuleKind, from_on: date) -> None:
    asked = text("SELECT grid.may_begin(:key, :day)")
    if not db.execute(asked, {"key": kind.key, "day": from_on}).scalar_one():
        raise UserError("rule.error.past", day=from_on)


def _row_of_day(db: Connection, key: str, scope: str, from_on: date) -> Any:
    return db.execute(text(_STANDING), {"key": key, "scope": scope, "from_on": from_on}).one_or_none()
