"""What a visitor sees of the work list: all items within his sight, those picked out, and what he may do about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from dashboard.components.list_pages import ListPage
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.accounts.visitor import Visitor
from geodata.calendar import today
from geodata.integrity.work_counts import ItemCount, count_by_standing, count_open_items
from geodata.integrity.work_item import LastLook, last_look
from geodata.integrity.work_list import count_work_items, list_work_items
from geodata.levels import Level
from geodata.locale import Lang
from geodata.permissions import Permission, is_permitted
from geodata.rollup.indicator_counts import count_indicator
from geodata.vocabulary import OPEN_WORK, WorkState

PAGE_SIZE = 100
"""Items on a page of the list; the files have them all."""

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
        return self.ctx.resolve_unit(self.view.unit)

    @cached_property
    def standing(self) -> list[ItemCount]:
        """How many items of the unit stand how, by check."""
        return self.ctx.cached_query(  # type: ignore[no-any-return]
            count_by_standing, self.day, self.unit, self.visitor.person_no
        )

    def stand_counts(self, word: str) -> dict[str, int]:
        """How many items of each check stand as a word says.

        Parameters
        ----------
        word
            One of ``STANDS``.

        Returns
        -------
        counts
            Key of the check → items, in the order of the list; checks without such items are left out.
        """
        found: Counter[str] = Counter()
        for each in self.standing:
            if _stands_as(each, word):
                found[each.check_key] += each.items
        return dict(found)

    @property
    def stand(self) -> str:
        """The word picked; all that is not mended when the address names none there is."""
        return self.view.only if self.view.only in STANDS else UNMENDED

    @property
    def picked(self) -> dict[str, Any]:
        """What ``list_work_items`` is asked for: how they stand, the check, and the text looked for."""
        known = self.stand in set(WorkState)
        return {
            "within": self.unit,
            "states": (WorkState(self.stand),) if known else OPEN_WORK,
            "owner": self.visitor.person_no if self.stand == MINE else None,
            "overdue": self.stand == OVERDUE,
            "checks": (self.view.check,) if self.view.check else None,
            "find": self.view.find,
            "lang": self.lang,
        }

    @cached_property
    def shown(self) -> gpd.GeoDataFrame:
        """The items picked out that stand on the page asked for."""
        part = {"limit": PAGE_SIZE, "offset": self.list_page.offset}
        return self.ctx.cached_query(list_work_items, self.day, **self.picked, **part)

    @cached_property
    def list_page(self) -> ListPage:
        """The page of the list asked for."""
        return ListPage.of_view(self.view, self.total, PAGE_SIZE)

    @cached_property
    def total(self) -> int:
        """How many items are picked out."""
        return self.ctx.cached_query(count_work_items, self.day, **self.picked)  # type: ignore[no-any-return]

    @property
    def checks(self) -> dict[str, int]:
        """Check → how many of its items stand as picked, in the order of the list."""
        return self.stand_counts(self.stand)

    @property
    def level(self) -> Level:
        """The level whose units are compared: right below the own unit; the lowest for who answers for one of these."""
        first = self.ctx.compared_levels()[0]
        return Level.VILLAGE if first is Level.SUBJECT else first

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

    def has_permission(self, permission: Permission) -> bool:
        """Whether the visitor's posts carry a permission; the database judges again what he does.

        Parameters
        ----------
        permission
            What is asked about.

        Returns
        -------
        may
            By the posts held today.
        """
        return is_permitted(self.visitor.roles, permission)


def _stands_as(each: ItemCount, word: str) -> bool:
    if word in (UNMENDED, MINE):
        return each.state in OPEN_WORK and (word == UNMENDED or each.is_own)
    return each.is_overdue if word == OVERDUE else each.state == word
