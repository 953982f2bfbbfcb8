"""Everything one view of a unit's page shows, each part asked for when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import quote

import pandas as pd
from sqlalchemy import Connection

from dashboard.request.context import AppContext
from dashboard.request.narrowed_context import narrowed_context
from dashboard.request.view import View
from dashboard.tables.counted_rows_table import row_list
from dashboard.tables.subject_table import roster_meaning, roster_table
from geodata.calendar import Period
from geodata.freshness import Freshness
from geodata.indicator import PARTS
from geodata.indicators import INDICATORS, Indicator
from geodata.levels import Level, current_levels
from geodata.responsibility.chain import Chain, HeldPost, chain_history, responsibility_chain
from geodata.responsibility.staffing import Staffed, count_staffing
from geodata.rollup.indicator_counts import count_indicator, headline_counts, list_counted_rows
from geodata.subjects.roster import subject_points
from geodata.tables.table import Table
from geodata.territory.units import UnitRef, unit_ancestry

RANKED = "overdue"
"""The indicator a unit is opened with; its rows are the whole roster with the due states."""


@dataclass
class UnitViewModel:
    """One unit on one day; the frames are shared with other requests and must not be changed.

    Raises
    ------
    NotFound
        From ``path``, when the code was not in force that day.
    Forbidden
        From ``path``, when the visitor sees only a part of the unit.
    """

    ctx: AppContext
    asked: View
    code: str

    def __post_init__(self) -> None:
        """Every number and list follows what is picked."""
        self.ctx = narrowed_context(self.ctx, self.asked.narrowing)

    @cached_property
    def view(self) -> View:
        """The view without what belongs to the map: every link of this page starts from it."""
        return self.asked.with_fields(unit=None, subject=None, level=View().level, table=False, heat=None)

    @property
    def address(self) -> str:
        """The page's own path."""
        return f"/unit/{quote(self.code)}"

    @cached_property
    def day(self) -> date:
        """The day asked about."""
        return self.ctx.as_of_day(self.view)

    @cached_property
    def path(self) -> Sequence[UnitRef]:
        """The unit and all above it, root first."""
        self.ctx.must_open(self.code)
        return list(self.ctx.cached_query(unit_ancestry, self.code, self.day))

    @property
    def unit(self) -> UnitRef:
        """The unit itself."""
        return self.path[-1]

    @cached_property
    def within(self) -> str | None:
        """The scope of every number: this unit, or None when it is all there is, so that the map's answers serve."""
        whole = self.ctx.whole_unit(self.day)
        return None if whole and whole.code == self.code else self.code

    @cached_property
    def indicator(self) -> Indicator:
        """The number picked; an unknown one is as if none were."""
        return INDICATORS.get(self.view.indicator or RANKED) or INDICATORS[RANKED]

    @property
    def whole_roster(self) -> bool:
        """Whether the list is the roster itself and not the rows of a number that was picked."""
        return self.view.indicator not in INDICATORS

    @cached_property
    def headline(self) -> pd.DataFrame:
        """All indicators of the unit, index key."""
        return self.ctx.cached_query(headline_counts, self.day, self.within)

    @cached_property
    def children(self) -> pd.DataFrame | None:
        """The picked indicator of the units one level down, worst first, 0/0 last; None at the lowest level."""
        level = current_levels().child_of(self.unit.level)
        if level is None or level is Level.SUBJECT:
            return None
        frame: pd.DataFrame = self.ctx.cached_query(count_indicator, self.indicator.key, level, self.day, self.within)
        upward = self.indicator.better == "higher"
        order, ways = ["rate", "denominator", "name"], [upward, False, True]
        return frame.sort_values(order, ascending=ways, na_position="last", kind="stable")

    @cached_property
    def chain(self) -> Chain:
        """Who answers, from the root down to this unit."""
        return self.ctx.cached_query(responsibility_chain, self.day, unit_code=self.code)  # type: ignore[no-any-return]

    @cached_property
    def staffing(self) -> Sequence[Staffed]:
        """How many posts are held below the unit."""
        return self.ctx.cached_query(count_staffing, self.day, self.code, self.within)  # type: ignore[no-any-return]

    @cached_property
    def history(self) -> Sequence[HeldPost]:
        """Everybody who ever held a post here, newest first."""
        return list(self.ctx.cached_query(chain_history, self.day, unit_code=self.code))

    def counted_rows(self, key: str) -> pd.DataFrame:
        """The rows an indicator of this unit was counted from.

        Parameters
        ----------
        key
            Key of an indicator.

        Returns
        -------
        rows
            ``list_counted_rows`` of the unit on the day; shared, not to be changed.
        """
        return self.ctx.cached_query(list_counted_rows, key, self.day, self.within)  # type: ignore[no-any-return]

    @cached_property
    def points(self) -> pd.DataFrame:
        """The roster of the unit with the states of the day."""
        return self.ctx.cached_query(subject_points, self.day, self.within)  # type: ignore[no-any-return]

    def state_counts(self, key: str) -> dict[str, int]:
        """How many rows are in each state of an indicator.

        Parameters
        ----------
        key
            Key of an indicator.

        Returns
        -------
        counts
            Value of the state → rows, every state present, in their order.
        """
        seen = self.points["due_state"] if key == RANKED else self.counted_rows(key)["state"]
        found = seen.value_counts()
        return {state.value: int(found.get(state.value, 0)) for state in INDICATORS[key].states}

    def indicator_period(self, key: str) -> Period:
        """The days an indicator looks at.

        Parameters
        ----------
        key
            Key of an indicator.

        Returns
        -------
        period
            Both ends inclusive, the last one the day asked about.
        """
        return self.ctx.cached_query(period_of, key, self.day)  # type: ignore[no-any-return]

    @cached_property
    def state(self) -> str | None:
        """The state picked out of the list; None for one the indicator does not have."""
        return self.view.only if self.view.only in set(self.indicator.states) else None

    @property
    def part(self) -> str | None:
        """Which rows of the number picked are listed; None: all of them, or the roster."""
        return None if self.whole_roster else self.view.part

    def part_counts(self) -> dict[str, int]:
        """How many rows each part of the number picked has: the very numbers of its tile.

        Returns
        -------
        counts
            Per ``numerator``, ``denominator`` and ``beside``.
        """
        row = self.headline.loc[self.indicator.key]
        return {name: int(row[name]) for name in PARTS}

    @cached_property
    def table(self) -> Table:
        """The list: the roster, or the rows of the number picked."""
        lang = self.view.lang
        if self.whole_roster:
            places, told = self.ctx.cached_query(roster_meaning, self.day, self.within, lang)
            return roster_table(self.points, places, told, self.state)
        return self.ctx.cached_query(  # type: ignore[no-any-return]
            row_list, self.indicator.key, self.day, self.within, self.state, self.part, lang
        )

    @cached_property
    def fresh(self) -> Freshness:
        """How old the facts are."""
        return self.ctx.data_freshness(self.view)


def period_of(db: Connection, key: str, as_of: date) -> Period:
    """The days an indicator looks at.

    Parameters
    ----------
    db
        Connection; rules are open to every role.
    key
        Key of the indicator.
    as_of
        Last day, inclusive.

    Returns
    -------
    period
        Both ends inclusive.

    Raises
    ------
    KeyError
        There is no such indicator.
    """
    return INDICATORS[key].period_on(db, as_of)
