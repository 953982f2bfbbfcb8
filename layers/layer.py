"""What a map layer is: which indicator it draws, how its counts become classes, how its points are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import pandas as pd


class PointRule(StrEnum):
    """What a subject's point says under a layer."""

    DUE = "due"
    COVERED = "covered"
    FAILED = "failed"
    CHAIN = "chain"
    TRADING = "trading"


@dataclass(frozen=True)
class Layer:
    """One way of shading the map; a file of ``layers/catalog`` each, whose name is the key.

    Attributes
    ----------
    key
        Name in URLs, words (``layers.layer.<key>.*``) and file names.
    order
        Place in the layer switch, from the left.
    indicator
        Key of the ``geodata`` indicator whose counts are drawn.
    ramp
        Name of the colour ramp in every theme of :mod:`layers.palette`.
    better
        Whether a higher or a lower **drawn** rate is better; the other end is the worst class and is hatched.
    breaks
        Rates between the classes, rising, from 0 to 1: what the layer assumes where no dated rule ``class_breaks``
        of its key says otherwise.
    complement
        Draw ``denominator - numerator``: the share that failed where the indicator counts what passed.
    beside
        Indicator told beside the rate and never pooled with it (rapid tests beside quantitative ones, domain §5).
    mark
        Indicator whose incomplete units carry a word on the map (vacant posts on the chain layer).
    points
        What tells points apart.
    small
        Units with a denominator below this are dotted (domain §11.16); the dated rule ``small_n`` sets it.
    grades
        States of a graded indicator from good to bad: a unit of the lowest level has one of them as its class, because
        the rate of a single village says nothing. Levels above are shaded by their rates.
    """

    key: str
    order: int
    indicator: str
    ramp: str
    better: Literal["higher", "lower"]
    breaks: tuple[float, ...]
    points: PointRule
    complement: bool = False
    beside: str | None = None
    mark: str | None = None
    small: int = 5
    grades: tuple[StrEnum, ...] = ()

    def grades_of(self, frame: pd.DataFrame) -> tuple[StrEnum, ...]:
        """The grades that are the classes of a frame's units.

        Parameters
        ----------
        frame
            ``count_indicator`` of the layer's indicator; ``state`` is there at the lowest level.

        Returns
        -------
        grades
            From good to bad; none where units are classed by their rates.
        """
        return self.grades if "state" in frame.columns else ()

    def drawn_counts(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The counts this layer draws.

        Parameters
        ----------
        frame
            ``count_indicator`` of the layer's indicator: columns ``numerator denominator`` without NaN.

        Returns
        -------
        counts
            Index of ``frame``; columns ``numerator`` (what failed under ``complement``) and ``denominator``, int; 0/0
            stays 0/0.
        """
        numerator = frame["numerator"].astype("int64")
        denominator = frame["denominator"].astype("int64")
        drawn = denominator - numerator if self.complement else numerator
        return pd.DataFrame({"numerator": drawn, "denominator": denominator}, index=frame.index)

    def count_pairs(self, frame: pd.DataFrame) -> dict[str, tuple[int, int]]:
        """The counts this layer draws, as Python's own integers.

        Parameters
        ----------
        frame
            As for :meth:`drawn_counts`.

        Returns
        -------
        pairs
            ``{code: (numerator, denominator)}`` in the frame's order.
        """
        counts = self.drawn_counts(frame)
        codes = (str(code) for code in frame.index)
        return dict(
            zip(codes, zip(counts["numerator"].tolist(), counts["denominator"].tolist(), strict=True), strict=True)
        )
