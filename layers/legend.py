"""Named classes of a layer with their counts; a unit's class comes from its integers, never from a rounded rate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata.levels import Level
from geodata.locale import Lang, label_of, level_name, translate
from geodata.rollup.rates import NOTHING, THIN_SPACE
from layers.changes import is_compared
from layers.number_format import counts_text, percent_number
from layers.palette import DARK, LIGHT, ThemeKey, colour_ramp

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from layers.layer import Layer

NONE = "none"
"""Key of the class of units with nothing to count; never a colour of the ramp."""


class Pattern(StrEnum):
    """What a class shows besides its colour, so that meaning never rests on colour alone.

    The worst class is hatched: in paper colour where it is the strong end of the ramp (``worst``), in danger colour
    where it is the pale end (``low``). ``none`` is 0/0, ``small`` lies over a class's own colour.
    """

    PLAIN = "plain"
    WORST = "worst"
    LOW = "low"
    NONE = "none"
    SMALL = "small"


@dataclass(frozen=True)
class LegendClass:
    """One row of a legend: ``index`` is its z on the map, ``units`` how many units fall into it, with their counts."""

    key: str
    index: int
    label: str
    light: str
    dark: str
    pattern: Pattern
    units: int
    units_text: str
    numerator: int
    denominator: int

    def colour_in(self, theme: ThemeKey | str) -> str:
        """The fill in the given theme.

        Parameters
        ----------
        theme
            ``light`` or ``dark``.

        Returns
        -------
        colour
            ``#RRGGBB``.

        Raises
        ------
        ValueError
            For any other theme.
        """
        return self.dark if ThemeKey(theme) is ThemeKey.DARK else self.light


@dataclass(frozen=True)
class Legend:
    """What the map's classes mean: title, what is divided by what, the definition, and the classes.

    Classes stand from the lowest rate or the best grade up, then ``none``.
    """

    layer: str
    title: str
    caption: str
    definition: str
    total: str
    classes: tuple[LegendClass, ...]
    small: LegendClass
    undrawn: LegendClass
    numerator: int
    denominator: int
    sums: str = ""
    """Of two days compared n/N of both; "" for one day, of which numerator and denominator say it."""

    @property
    def rows(self) -> tuple[LegendClass, ...]:
        """The rows to show: every class of the ramp, the other ones only when a unit is in them."""
        ramped = tuple(row for row in self.classes if row.key != NONE)
        others = (self.classes[-1], self.small, self.undrawn)
        return ramped + tuple(row for row in others if row.units)


def class_keys(breaks: Sequence[float], grades: Sequence[StrEnum] = ()) -> tuple[str, ...]:
    """The keys of the classes that breaks or grades make.

    Parameters
    ----------
    breaks
        Rates between the classes, rising.
    grades
        What :meth:`Layer.grades_of` gives; where there are any, they are the classes.

    Returns
    -------
    keys
        ``c1`` (lowest rate) to ``cN``, one more than there are breaks, or the grades' words; ``none`` last.
    """
    if grades:
        return (*(grade.value for grade in grades), NONE)
    return (*(f"c{place}" for place in range(1, len(breaks) + 2)), NONE)


def classify_rates(frame: pd.DataFrame, layer: Layer, breaks: Sequence[float]) -> pd.Series[str]:
    """The class key of every unit.

    A break belongs to the class **above** it: ``c1`` is rate < breaks[0], ``c2`` is breaks[0] <= rate < breaks[1] …
    Compared in integers (``n * q >= p * N`` for a break p/q), so 3/20 meets the break 0.15 exactly. 0/0 is ``none``.
    Where the layer has grades and the frame says them, a unit's grade is its class.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: columns ``numerator denominator``.
    layer
        Says which counts are drawn.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.

    Returns
    -------
    keys
        Text of :func:`class_keys`, index of ``frame``.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    steps = [Fraction(str(value)) for value in breaks]
    if any(not 0 < step <= 1 for step in steps) or steps != sorted(set(steps)):
        raise ValueError(f"breaks of {layer.key} must rise strictly within 0 and 1: {tuple(breaks)}")
    if grades := layer.grades_of(frame):
        known = [grade.value for grade in grades]
        return frame["state"].where(frame["state"].isin(known), NONE).astype("str")
    counts = layer.drawn_counts(frame)
    numerator, denominator = counts["numerator"].to_numpy(), counts["denominator"].to_numpy()
    reached = np.zeros(len(frame), dtype="int64")
    for step in steps:
        reached += numerator * step.denominator >= denominator * step.numerator
    keys = np.array(class_keys(breaks))  # the last is NONE
    return pd.Series(keys[np.where(denominator == 0, len(keys) - 1, reached)], index=frame.index, dtype="str")


def is_small(frame: pd.DataFrame, layer: Layer, small: int | None = None) -> pd.Series[bool]:
    """Whether a unit has something, but little, in the denominator (domain §11.16).

    Parameters
    ----------
    frame
        ``count_indicator``: column ``denominator``.
    layer
        Has the limit that holds when none is given.
    small
        The limit: a denominator below it is small, one equal to it is not; None: the layer's own.

    Returns
    -------
    small
        Bool, index of ``frame``; False for 0/0, and for units that are classed by grades. Between two days the smaller
        denominator counts.
    """
    below = layer.small if small is None else small
    if "denominator_before" in frame:
        least = frame[["denominator", "denominator_before"]].min(axis=1)
        return (least > 0) & (least < below)
    if layer.grades_of(frame):
        return pd.Series(False, index=frame.index)
    return (frame["denominator"] > 0) & (frame["denominator"] < below)


def _units_text(level: Level, count: int, lang: Lang | str) -> str:
    """How many units; one is said as one."""
    said = level_name(level, "counted" if count == 1 else "counted.many", lang)
    return translate("layers.legend.units_of", lang, n=count, level=said)


def build_legend(
    frame: pd.DataFrame,
    layer: Layer,
    breaks: Sequence[float],
    *,
    level: Level,
    lang: Lang | str = Lang.ZH,
    small: int | None = None,
    drawn: Collection[str] | None = None,
) -> Legend:
    """The legend of one layer over the units counted.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``numerator denominator``.
    layer
        The layer drawn.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    level
        Level of the units, for their word.
    lang
        Language of the words.
    small
        Denominators below it are small (domain §11.16); None: the layer's own.
    drawn
        Codes that have geometry, the others are counted as not drawn; None: all have.

    Returns
    -------
    legend
        Classes from the lowest rate, then ``none``; a unit may be in a class and in ``small`` or ``undrawn`` as well.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    keys, known = classify_rates(frame, layer, breaks), class_keys(breaks, layer.grades_of(frame))
    counts = layer.drawn_counts(frame)
    words = [class_label(key, layer, breaks, lang) for key in known]
    light, dark = (colour_ramp(theme, layer.ramp, len(known) - 1) for theme in (LIGHT, DARK))
    worst, hatch = (0, Pattern.LOW) if layer.better == "higher" else (len(known) - 2, Pattern.WORST)

    def row(
        key: str, index: int, label: str, colours: tuple[str, str], pattern: Pattern, members: object
    ) -> LegendClass:
        mine = counts[members]
        units_text = _units_text(level, len(mine), lang)
        sums = int(mine["numerator"].sum()), int(mine["denominator"].sum())
        return LegendClass(key, index, label, *colours, pattern, len(mine), units_text, *sums)

    paper = (LIGHT.canvas, DARK.canvas)
    classes: list[LegendClass] = []
    for index, key in enumerate(known):
        pattern = Pattern.NONE if key == NONE else hatch if index == worst else Pattern.PLAIN
        colours = paper if key == NONE else (light[index], dark[index])
        classes.append(row(key, index, words[index], colours, pattern, keys == key))
    few = layer.small if small is None else small
    absent = pd.Series(~frame.index.isin(list(drawn)) if drawn is not None else False, index=frame.index)
    small_label, undrawn_label = (
        translate("layers.legend.small", lang, small=few),
        translate("layers.legend.undrawn", lang),
    )
    total = int(counts["numerator"].sum()), int(counts["denominator"].sum())
    return Legend(
        layer=layer.key,
        title=translate(f"layers.layer.{layer.key}.rate", lang),
        caption=translate(f"layers.layer.{layer.key}.counts", lang),
        definition=translate(f"indicator.{layer.indicator}.definition", lang),
        total=translate("layers.legend.total", lang, counts=counts_text(*total)),
        classes=tuple(classes),
        small=row("small", -1, small_label, paper, Pattern.SMALL, is_small(frame, layer, small)),
        undrawn=row("undrawn", -1, undrawn_label, paper, Pattern.PLAIN, absent),
        numerator=total[0],
        denominator=total[1],
    )


def count_texts(frame: pd.DataFrame, layer: Layer, legend: Legend) -> dict[str, str]:
    """What stands under a unit's name on a map.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``numerator denominator``.
    layer
        The layer drawn.
    legend
        The legend of the layer, for the words of its grades.

    Returns
    -------
    texts
        ``{code: text}``: n/N, a dash for 0/0, the word of its grade, of which n/N would say less, or between two days
        what the frame itself says.
    """
    if is_compared(frame):
        return {str(code): str(said) for code, said in frame["said"].items()}
    if layer.grades_of(frame):
        words = {row.key: row.label for row in legend.classes}
        return {str(code): words.get(state, NOTHING) for code, state in frame["state"].items()}
    pairs = layer.count_pairs(frame)
    return {code: counts_text(part, whole) if whole else NOTHING for code, (part, whole) in pairs.items()}


def class_label(key: str, layer: Layer, breaks: Sequence[float], lang: Lang | str) -> str:
    """What a class is called in the legend.

    Parameters
    ----------
    key
        One of :func:`class_keys`.
    layer
        Has the word for nothing to count.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    lang
        Language of the words.

    Returns
    -------
    label
        The rates of the class, in percent, or the word of its grade.
    """
    if key == NONE:
        return translate(f"layers.layer.{layer.key}.none", lang)
    if grade := next((each for each in layer.grades if each.value == key), None):
        return label_of(grade, lang)
    return _class_label(class_keys(breaks).index(key), breaks, lang)


def _class_label(place: int, breaks: Sequence[float], lang: Lang | str) -> str:
    edges = [0.0, *breaks]
    low, high = percent_number(edges[place]), percent_number(edges[place + 1]) if place < len(breaks) else ""
    if not high:
        key = "whole" if edges[place] == 1 else "above"
        return translate(f"layers.legend.{key}", lang, low=low, space=THIN_SPACE)
    return translate("layers.legend.between", lang, low=low, high=high, space=THIN_SPACE)
