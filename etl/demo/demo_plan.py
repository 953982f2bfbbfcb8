"""The demonstration district's plan: what it is made of (TOML beside this file), its days, and its random streams."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
LOOK_BACK, LOOK_AHEAD = 400, 500
"""How many days around the story the calendar of work reaches."""
HOLIDAY_WEIGHT = 0.08
"""Days that see less work than this on average are a holiday: what falls on them waits until after it."""


@cache
def shipped_table(name: str) -> dict[str, Any]:
    """A shipped TOML table (``district``, ``words``, ``analytes``).

    Parameters
    ----------
    name
        Name of the file beside this one, without its ending.

    Returns
    -------
    table
        What it holds; read once and shared, so never to be changed.
    """
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame as named tuples (their fields cannot be known to a type checker).

    Parameters
    ----------
    frame
        Any frame; only columns whose names are identifiers become fields of those names.

    Returns
    -------
    rows
        One named tuple per row, in order; ``Index`` is its label.
    """
    return iter(frame.itertuples())


@dataclass(frozen=True)
class Span:
    """The days the district is told for (both inclusive) and the seed it is told with."""

    until: date
    seed: int

    @property
    def start(self) -> date:
        """The first day on record."""
        plan = shipped_table("district")
        first: date = plan["first_day"]
        return min(first, self.until - timedelta(days=plan["least_days"]))

    def rng(self, topic: str) -> np.random.Generator:
        """A random stream of its own for each topic, so that one topic's changes leave the others as they are.

        Parameters
        ----------
        topic
            What the stream is for; one name gives the same stream each time.

        Returns
        -------
        stream
            Begun anew by each call, from the seed and the topic alone.
        """
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode())])

    @property
    def first(self) -> int:
        """``start`` as an ordinal; days are ordinals while the district is made."""
        return self.start.toordinal()

    @property
    def last(self) -> int:
        """``until`` as an ordinal."""
        return self.until.toordinal()


class WorkDays:
    """How likely field work is on each day: fewer at weekends, in winter and at the Chinese New Year."""

    def __init__(self, span: Span) -> None:
        plan = shipped_table("district")
        self.base = span.first - LOOK_BACK
        # what is planned for after the last day must not crowd onto it
        days = np.arange(self.base, span.last + LOOK_AHEAD)
        weekday = (days + 6) % 7
        months = np.array([date.fromordinal(int(day)).month for day in days])
        weight = np.array(plan["month_work"])[months - 1] * np.where(
            weekday == 5, 0.3, np.where(weekday == 6, 0.15, 1.0)
        )
        for new_year in plan["chinese_new_year"]:
            weight[np.abs(days - new_year.toordinal() - 2) <= 6] *= 0.03
        self.total = np.concatenate([[0.0], np.cumsum(weight)])

    def pick_day(self, first: float, last: float, draw: float) -> int:
        """A day from ``first`` to ``last`` (inclusive; later over a holiday), by the weights; ``draw`` is in [0, 1).

        Parameters
        ----------
        first
            Earliest day, an ordinal; decimals are cut off.
        last
            Latest day, an ordinal, inclusive; days of a holiday push it back.
        draw
            Where between the two by weight, in [0, 1).

        Returns
        -------
        day
            An ordinal; ``first`` where it lies beyond the calendar of work.
        """
        low = max(int(first) - self.base, 0)
        high = min(max(int(last) + 1 - self.base, low + 1), len(self.total) - 1)
        if low >= high:
            return int(first)
        while high < len(self.total) - 1 and self.total[high] - self.total[low] < HOLIDAY_WEIGHT * (high - low):
            high += 1
        goal = self.total[low] + draw * (self.total[high] - self.total[low])
        return self.base + min(max(int(np.searchsorted(self.total, goal, side="right")) - 1, low), high - 1)


def apportion_total(weights: NDArray[np.float64], total: int) -> list[int]:
    """Whole numbers in proportion to ``weights`` that add up to ``total`` (largest remainders).

    Parameters
    ----------
    weights
        Shape (n,), none negative, not all zero.
    total
        What the numbers add up to.

    Returns
    -------
    sizes
        Whole numbers, one for each weight and in their order.
    """
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact)[: total - int(whole.sum())]] += 1
    return [int(size) for size in whole]
