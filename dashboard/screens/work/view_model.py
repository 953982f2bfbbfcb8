"""What a visitor sees of the work list: all items within his sight, those picked out, and what he may do about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import pandas as pd

from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.accounts.account_admin import Visitor
from geodata.calendar import today
from geodata.integrity.work_item import LastLook, last_look
from geodata.integrity.work_list import count_open_items, list_work_items
from geodata.locale import Lang
from geodata.permissions import may
from geodata.rollup.indicator_counts import count_indicator
from geodata.vocabulary import OPEN_WORK, Level, WorkState

UNMENDED, MINE, OVERDUE = "", "mine", "overdue"
STANDS = (UNMENDED, WorkState.OPEN.value, WorkState.ASSIGNED.value, MINE, OVERDUE, WorkState.ACCEPTED.value,
          WorkState.SOLVED.value)  # fmt: skip
"""How an item may stand, as ``View.only`` says it; without a word: all that nobody has mended or accepted."""


@dataclass
class WorkViewModel:
    """One look at the list; the frames are shared with other requests and must not be changed."""

    ctx: AppContext
    view: View

    @property
    def lang(self) -> Lang:
        """The page's language."""
        return self.view.lang

    @property
    def visitor(self) -> Visitor:
        """Whoever is looking."""
        assert self.ctx.visitor is not None, "the guard lets nobody else in"
        return self.ctx.visitor

    @property
    def day(self) -> date:
        """Today: an item stands as it stands now."""
        return today()

    @cached_property
    def unit(self) -> str | None:
        """The unit asked about; None for all that is seen."""
        return self.ctx.place(self.view.unit)

    @cached_property
    def everything(self) -> gpd.GeoDataFrame:
        """Every item of the unit, whatever its state (``geodata.integrity.work_list.items``)."""
        return self.ctx.cached_query(
            list_work_items, self.day, within=self.unit, states=tuple(WorkState), lang=self.lang
        )

    def stands(self, word: str) -> pd.Series:
        """Which items stand as ``word`` says."""
        found = self.everything
        unmended = found["state"].isin(OPEN_WORK)
        if word == UNMENDED:
            return unmended
        if word == MINE:
            return unmended & (found["owner_no"] == self.visitor.person_no)
        return found["is_overdue"].astype(bool) if word == OVERDUE else found["state"] == word

    @property
    def stand(self) -> str:
        """The word picked; all that is not mended when the address names none there is."""
        return self.view.only if self.view.only in STANDS else UNMENDED

    @cached_property
    def shown(self) -> gpd.GeoDataFrame:
        """The items picked out by how they stand, by check and by the text looked for."""
        kept = self.stands(self.stand)
        if self.view.check:
            kept = kept & (self.everything["check_key"] == self.view.check)
        found = self.everything[kept]
        if self.view.find:
            said = found[["what", "unit_name", "town_name", "owner_name", "item_no"]].fillna("").agg(" ".join, axis=1)
            found = found[said.str.contains(self.view.find, case=False, regex=False)]
        return found

    @cached_property
    def checks(self) -> dict[str, int]:
        """Check → how many of its items stand as picked, in the order of the list."""
        counts = self.everything[self.stands(self.stand)]["check_key"].value_counts(sort=False)
        return {str(key): int(count) for key, count in counts.items()}

    @property
    def level(self) -> Level:
        """The level whose units are compared: towns, or villages for whoever answers for a town or a village."""
        return Level.TOWN if self.ctx.levels()[0] is Level.TOWN else Level.VILLAGE

    @cached_property
    def clean(self) -> pd.DataFrame:
        """Villages without an open fault ÷ villages looked at, for every unit of the level."""
        return self.ctx.cached_query(count_indicator, "grid_clean", self.level, self.day, self.unit)

    @cached_property
    def unmended(self) -> dict[str, int]:
        """Unit of the level → how many items its own list begins with."""
        return self.ctx.cached_query(count_open_items, self.level, self.day, self.unit)  # type: ignore[no-any-return]

    @cached_property
    def last_look(self) -> LastLook | None:
        """When the whole grid was last looked over."""
        return self.ctx.cached_query(last_look)

    def may(self, right: str) -> bool:
        """Whether the visitor's posts carry a right; the database judges again what he does."""
        return may(self.visitor.roles, right)
