"""What a change of a rule would do: subjects that become overdue, numbers that move, on each of some days.

A number hangs on a rule that its SQL names, or by which its period is found; the others are not counted again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geodata.calendar import today
from geodata.errors import NotFound
from geodata.indicators import INDICATORS
from geodata.preview.overdue_moved import OverdueMoved, compare_overdue, overdue_among
from geodata.preview.try_out import look_before_and_after
from geodata.rollup.indicator_counts import COUNTS, plain_rows, village_counts
from geodata.rule_changes.rule_acts import RuleChange, write_change
from geodata.rules import rules_in_force

MOST_DAYS = 6
_OF_WINDOW = {"coverage": "coverage_window_days", "test": "test_window"}


@dataclass(frozen=True)
class DaySeen:
    """What is counted on a day.

    Attributes
    ----------
    counts : indicator → ``village_counts`` of those that were counted; one whose rule had not come into force by then
        is not there.
    states : subject → its state of the indicator overdue; only of today.
    rules : (key, scope) → value of each rule in force.
    """

    as_of: date
    counts: dict[str, pd.DataFrame]
    states: pd.DataFrame
    rules: dict[tuple[str, str], Any]

    def sum_whole(self, key: str) -> tuple[int, int]:
        """Numerator and denominator of all that is seen.

        Parameters
        ----------
        key
            An indicator that was counted.

        Returns
        -------
        pair
            Sums over the villages.
        """
        sums = self.counts[key][COUNTS[:2]].sum()
        return int(sums.iloc[0]), int(sums.iloc[1])


@dataclass(frozen=True)
class RulePreview:
    """A change with what is seen before and after it, oldest day first; the last day is today.

    ``as_if_today``: the change begins on a day to come, and was tried out as if it began today.
    """

    change: RuleChange
    days: tuple[tuple[DaySeen, DaySeen], ...]
    as_if_today: bool

    @property
    def now(self) -> tuple[DaySeen, DaySeen]:
        """Today before and after."""
        return self.days[-1]

    def find_moved(self, day: tuple[DaySeen, DaySeen]) -> list[str]:
        """The indicators of which any village counts otherwise.

        Parameters
        ----------
        day
            One of ``days``.

        Returns
        -------
        keys
            In the order of the indicators; also one that only one of the two could be counted by.
        """
        before, after = (each.counts for each in day)
        return [
            key
            for key in INDICATORS
            if (key in before) is not (key in after)
            or (key in before and not before[key][COUNTS].equals(after[key][COUNTS]))
        ]

    @property
    def overdue(self) -> tuple[list[str], list[str]]:
        """The subjects that become overdue today, and those that stop being so; by number."""
        before, after = (overdue_among(each.states) for each in self.now)
        return sorted(after - before), sorted(before - after)

    @property
    def moved(self) -> OverdueMoved:
        """The same as numbers, with how many there were and are then."""
        return compare_overdue(*(overdue_among(each.states) for each in self.now))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the change and of all that was counted: equal for previews that say the same."""
        parts: list[object] = [astuple(self.change)]
        for each in (seen for day in self.days for seen in day):
            parts += [each.as_of, sorted(map(repr, each.rules.items())), _frame_text(each.states)]
            parts += [f"{key} {_frame_text(counted)}" for key, counted in each.counts.items()]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _frame_text(frame: pd.DataFrame) -> str:
    return str(frame.sort_index().to_json(orient="split", date_format="iso"))


def preview_rule(db: Connection, change: RuleChange) -> RulePreview:
    """Try a change of a rule out.

    Parameters
    ----------
    db
        A transaction of ``steady_transaction`` of who may rule; what others may not see is not counted.
    change
        As it was planned. One that begins on a day to come is tried out as if it began today: what will have happened
        by then nobody knows.

    Returns
    -------
    preview
        Of today, and where the change begins on a day that has passed, of that day and some between.

    Raises
    ------
    UserError
        As ``write_change``.
    """
    now = today()
    later = change.from_on > now and not change.takes_back
    tried = replace(change, from_on=now) if later else change
    hanging = hanging_on(change.key)
    days = _days_between(change.from_on, now) if hanging and change.from_on < now else [now]
    look = partial(_look_at, days=days, keys=_counted(change, hanging))
    before, after = look_before_and_after(db, partial(write_change, change=tried), look)
    return RulePreview(change, tuple(zip(before, after, strict=True)), as_if_today=later)


def hanging_on(rule: str) -> list[str]:
    """The indicators whose numbers hang on a rule.

    Parameters
    ----------
    rule
        Key of a rule.

    Returns
    -------
    keys
        In the order of the indicators.
    """
    return [key for key, each in INDICATORS.items() if f"'{rule}'" in each.rows or _OF_WINDOW.get(each.window) == rule]


def _days_between(first: date, last: date) -> list[date]:
    """The first day, the last, and some evenly between."""
    steps = min(MOST_DAYS - 1, (last - first).days)
    return [first + timedelta(days=(last - first).days * step // steps) for step in range(steps + 1)]


def _counted(change: RuleChange, hanging: list[str]) -> list[str]:
    """The indicators to be counted: where none hangs on a rule with a past, what the map makes of all may."""
    if hanging or not change.kind.has_past:
        return [key for key in INDICATORS if key in {"overdue", *hanging}]
    return [*INDICATORS]


def _look_at(db: Connection, days: list[date], keys: list[str]) -> list[DaySeen]:
    return [_look(db, day, keys, with_states=day == days[-1]) for day in days]


def _look(db: Connection, as_of: date, keys: list[str], *, with_states: bool) -> DaySeen:
    counts = {}
    for key in keys:
        try:
            counts[key] = village_counts(db, key, as_of).sort_index()
        except NotFound:  # no rule of its period had come into force
            continue
    found = plain_rows(db, "overdue", as_of) if with_states else pd.DataFrame(columns=["subject_id", *_STATE])
    rules = {(row["key"], row["scope"]): row["value"] for row in rules_in_force(db, as_of).to_dict("records")}
    return DaySeen(as_of, counts, found.set_index("subject_id")[_STATE].astype({"hit": bool, "counted": bool}), rules)


_STATE = ["state", "counted", "hit"]
