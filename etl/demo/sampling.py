"""Who is sampled when: producers in season, on working days; and what their products are tested for."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, WorkDays, shipped_table
from geodata.vocabulary import Sector, SubjectKind

ANIMALS = (Sector.EGG, Sector.LIVESTOCK, Sector.POULTRY)
WEIGHT = {
    SubjectKind.ENTERPRISE: 5.0,
    SubjectKind.COOPERATIVE: 4.0,
    SubjectKind.FAMILY_FARM: 3.0,
    SubjectKind.GROWER: 1.0,
}


def analyte_panel(sector: str) -> dict[str, Any]:
    """The analytes, limits and standard for a sector's products.

    Parameters
    ----------
    sector
        A word of ``Sector``.

    Returns
    -------
    panel
        A table of ``analytes.toml``: of fish, of animals, or of plants; shared, so never to be changed.
    """
    name = "fish" if sector == Sector.FISH else "animal" if sector in ANIMALS else "plant"
    found: dict[str, Any] = shipped_table("analytes")[name]
    return found


def standard_version(of: dict[str, Any], on: int) -> str:
    """The version of a panel's standard in force on an ordinal day.

    Parameters
    ----------
    of
        A panel, with ``versions``: name → the day it came into force.
    on
        The day, inclusive: a version counts from its own day on.

    Returns
    -------
    version
        Name of the newest one in force.

    Raises
    ------
    ValueError
        None was in force yet.
    """
    return str(max((since, name) for name, since in of["versions"].items() if since.toordinal() <= on)[1])


class Sampler:
    """Draws who is sampled: producers in season, by month, among those on the roster that day."""

    def __init__(self, roster: pd.DataFrame, span: Span) -> None:
        self.span, self.days = span, WorkDays(span)
        exploded = roster.assign(product=roster["products"].str.split("、")).explode(["sectors", "product"])
        self.rows = exploded[exploded["sectors"] != Sector.INPUT].reset_index(drop=True)
        season = shipped_table("district")["sectors"]
        self.weight = self.rows["kind"].map(lambda kind: WEIGHT.get(kind, 0.6)).to_numpy()
        self.season = np.array([season[sector]["months"] for sector in self.rows["sectors"]])
        self.entry = self.rows["entry_on"].to_numpy()

    def draw_subjects(
        self, days: np.ndarray[Any, Any], mask: np.ndarray[Any, Any], rng: np.random.Generator
    ) -> pd.DataFrame:
        """One row of the exploded roster per day, chosen among ``mask``.

        Parameters
        ----------
        days
            Days of sampling, ordinals, shape (n,).
        mask
            Which rows of the exploded roster may be drawn, shape (len(self.rows),).
        rng
            The stream drawn from.

        Returns
        -------
        drawn
            Columns ``subject_id village_code town product sector sampled_on``, n rows in the order of the days; nobody
            who entered in or after a month's first day of sampling is drawn in it.

        Raises
        ------
        ValueError
            Nobody may be drawn in one of the months.
        """
        months = np.array([date.fromordinal(int(on)).month for on in days])
        chosen = np.zeros(len(days), dtype=np.int64)
        for month in range(1, 13):
            at = np.flatnonzero(months == month)
            weight = self.weight * self.season[:, month - 1] * mask * (self.entry < (days[at].min() if len(at) else 0))
            if len(at):
                chosen[at] = rng.choice(len(weight), len(at), p=weight / weight.sum())
        drawn = self.rows.iloc[chosen]
        return pd.DataFrame(
            {
                "subject_id": drawn["subject_id"].to_numpy(),
                "village_code": drawn["village_code"].to_numpy(),
                "town": drawn["town"].to_numpy(),
                "product": drawn["product"].to_numpy(),
                "sector": drawn["sectors"].to_numpy(),
                "sampled_on": days,
            }
        )

    def year_days(self, year: int, count: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
        """``count`` days of a year by the season of all products and the weekday; only those within the story.

        Parameters
        ----------
        year
            A calendar year.
        count
            How many days are drawn, before those outside the story are left out.
        rng
            The stream drawn from.

        Returns
        -------
        days
            Ordinals, sorted; one may be there more than once.
        """
        share = (self.season * self.weight[:, None]).sum(axis=0)
        months = rng.choice(12, count, p=share / share.sum())
        days = []
        for month, draw, week in zip(months, rng.random(count), rng.random(count), strict=True):
            first = date(year, int(month) + 1, 1).toordinal() + int(draw * 28)
            # samples are taken on working days
            weekday = (first + 6) % 7
            days.append(
                first if weekday < 5 else first - 1 - int(week * 4) if date.fromordinal(first).day > 6 else first + 2
            )
        kept = np.sort(np.array(days))
        return kept[(kept >= self.span.first) & (kept <= self.span.last)]
