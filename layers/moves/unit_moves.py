"""Which units change their colour or their place when numbers or classes change from one sight to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from layers.layer import Layer
from layers.legend import classify_rates
from layers.moves.rank_units import rank_units


@dataclass(frozen=True)
class LayerSeen:
    """What a layer draws: units of one level with their counts, the breaks and the limit of what is small."""

    frame: pd.DataFrame
    breaks: Sequence[float]
    small: int


@dataclass(frozen=True)
class UnitMove:
    """One unit before and after: numerator and denominator as drawn, place from 1, key of its class."""

    code: str
    name: str
    counts: tuple[tuple[int, int], tuple[int, int]]
    places: tuple[int, int]
    classes: tuple[str, str]


def find_moves(layer: Layer, before: LayerSeen, after: LayerSeen) -> list[UnitMove]:
    """The units that have another class or another place in the order.

    Parameters
    ----------
    layer
        The layer drawn.
    before, after
        The same units, seen twice.

    Returns
    -------
    moves
        In the order after; a unit whose rate alone differs is none of them.
    """
    first, second = (rank_units(each.frame, layer, each.small) for each in (before, after))
    old, new = (classify_rates(each.frame, layer, each.breaks).to_dict() for each in (before, after))
    was = {code: place for place, code in enumerate(first.index, start=1)}
    counts = [dict(zip(each.index, zip(*_pairs(each), strict=True), strict=True)) for each in (first, second)]
    return [
        UnitMove(
            str(code), name, (counts[0][code], counts[1][code]), (was[code], place), (str(old[code]), str(new[code]))
        )
        for place, (code, name) in enumerate(second["name"].items(), start=1)
        if was[code] != place or old[code] != new[code]
    ]


def _pairs(ranked: pd.DataFrame) -> tuple[list[int], list[int]]:
    return ranked["numerator"].tolist(), ranked["denominator"].tolist()
