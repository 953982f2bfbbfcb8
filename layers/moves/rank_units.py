"""The order of units under a layer: worst first, what has too little to compare after it."""

from __future__ import annotations

import pandas as pd

from geodata.indicators import INDICATORS
from layers.layer import Layer


def rank_units(frame: pd.DataFrame, layer: Layer, small: int) -> pd.DataFrame:
    """Units as a layer counts them, worst rate first, those with nothing to count last; of grades the gravest first.

    Where samples are counted, units with too few to compare come after the others; a count of all subjects is no
    sample, and a village without its assistant is never moved down for being small.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``name numerator denominator``.
    layer
        The layer drawn.
    small
        Denominators below it are small (rule ``small_n``).

    Returns
    -------
    units
        Index ``unit_code``; columns ``numerator denominator`` as the layer draws them, ``name``, ``rate`` from 0 to 1
        or NaN, ``rank`` (0: fit to compare, 1: too few, more than that: nothing to count).
    """
    counts = layer.drawn_counts(frame).assign(name=frame["name"])
    counts["rate"] = counts["numerator"] / counts["denominator"].where(counts["denominator"] > 0)
    upward = layer.better == "higher"
    few = small if INDICATORS[layer.indicator].grain == "sample" else 0
    counts["rank"] = (counts["denominator"] < few).astype(int) + 2 * (counts["denominator"] == 0).astype(int)
    grades = {grade.value: place for place, grade in enumerate(layer.grades_of(frame))}
    counts["grade"] = frame["state"].map(grades) if grades else 0
    order = ["rank", "rate", "grade", "denominator", "name"]
    ranked = counts.sort_values(order, ascending=[True, upward, False, False, True], kind="stable")
    return ranked.drop(columns="grade")
