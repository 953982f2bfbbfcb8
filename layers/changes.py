"""A layer seen between two days: every unit's change as a class of its own, with both counts told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from geodata.errors import NotFound
from geodata.levels import Level
from geodata.locale import Lang, label_of, translate
from geodata.rollup.indicator_counts import count_indicator
from geodata.rollup.rates import NOTHING
from geodata.rules import rule_value
from geodata.words.change_words import Change
from layers.layer import Layer
from layers.number_format import counts_text

if TYPE_CHECKING:
    from layers.legend import Legend

RISES, FALLS, STAYS = "↑", "↓", "="
Pair = tuple[int, int]


def change_layer(layer: Layer) -> Layer:
    """The layer whose classes are changes of another one.

    Parameters
    ----------
    layer
        The layer compared.

    Returns
    -------
    layer
        Of the same key and counts; its grades are :class:`Change`, from the best to the worst.
    """
    return replace(layer, ramp="change", better="lower", grades=tuple(Change), mark=None, beside=None)


def compare_frames(before: pd.DataFrame, now: pd.DataFrame, layer: Layer, much: int, lang: Lang | str) -> pd.DataFrame:
    """The counts of the later day beside those of the earlier one; compared in integers, never in rounded rates.

    Parameters
    ----------
    before, now
        ``count_indicator`` of the layer's indicator on both days: index ``unit_code``, columns ``name numerator
        denominator``, and ``state`` where units are graded.
    layer
        The layer compared; says which counts are drawn and whether more of them is better.
    much
        A change of so many percentage points or more is a large one (rule ``change_points``); of grades, of two steps.
    lang
        Language of the texts.

    Returns
    -------
    units
        Index and columns of ``now``, and ``state`` (a word of :class:`Change`; None where one of the days has nothing
        to count, or no such unit), ``numerator_before denominator_before`` as the layer draws them (0/0 where there was
        no such unit; left out of graded units), ``points`` (percentage points the drawn rate rose by, NaN where not to
        be compared), ``worse`` (the same, or steps of grades, above 0 where it is for the worse), ``said`` (arrow,
        n/N → n/N, once where they are the same), and ``short`` (arrow, n/N of the later day) where room is little.
    """
    if grades := layer.grades_of(now):
        return _graded(before, now, [grade.value for grade in grades], {each.value: each for each in grades}, lang)
    first, second = layer.count_pairs(before), layer.count_pairs(now)
    found = now.copy()
    pairs = [(first.get(str(code), (0, 0)), second[str(code)]) for code in now.index]
    rises = [risen_points(*pair) for pair in pairs]
    bad = 1 if layer.better == "lower" else -1
    found["numerator_before"] = [old[0] for old, _ in pairs]
    found["denominator_before"] = [old[1] for old, _ in pairs]
    found["points"] = pd.Series([None if up is None else float(up) for up in rises], now.index, dtype="float64")
    found["worse"] = found["points"] * bad
    found["state"] = [None if up is None else _word(up * bad, much) for up in rises]
    found["said"] = [_said(up, _told(old), _told(new)) for up, (old, new) in zip(rises, pairs, strict=True)]
    found["short"] = [f"{_arrow(up)}{_told(new)}" for up, (_, new) in zip(rises, pairs, strict=True)]
    return found


def is_compared(frame: pd.DataFrame) -> bool:
    """Whether a frame is one of :func:`compare_frames`.

    Parameters
    ----------
    frame
        Counts of units.

    Returns
    -------
    compared
        True where it says both days.
    """
    return "worse" in frame.columns


def compared_legend(
    legend: Legend,
    frame: pd.DataFrame,
    days: tuple[date, date],
    old: Pair,
    much: int,
    lang: Lang | str,
) -> Legend:
    """The legend of a compared frame, in words of two days.

    Parameters
    ----------
    legend
        ``build_legend`` of the frame and its :func:`change_layer`.
    frame
        The units it counts.
    days
        The earlier and the later day.
    old
        The sums of the earlier day by its own tree, as the layer draws them; 0/0 where the place was not there.
    much
        Percentage points of a large change.
    lang
        Language of the words.

    Returns
    -------
    legend
        With the title, caption, definition, total and the class of what cannot be compared replaced.
    """
    *classes, nothing = legend.classes
    before, now = days[0].isoformat(), days[1].isoformat()
    sums = f"{_told(old)} → {_told((legend.numerator, legend.denominator))}"
    rule = "definition" if "denominator_before" in frame.columns else "definition_graded"
    return replace(
        legend,
        title=translate("layers.change.title", lang, rate=legend.title),
        caption=translate("layers.change.days", lang, before=before, now=now),
        definition=translate(f"layers.change.{rule}", lang, before=before, now=now, much=much),
        total=translate("layers.legend.total", lang, counts=sums),
        sums=sums,
        classes=(*classes, replace(nothing, label=translate("layers.change.none", lang))),
    )


@dataclass(frozen=True)
class Asked:
    """A layer asked for a day, or between two: its counts, what they are drawn as, and its legend; for every surface.

    Attributes
    ----------
    ask
        Runs a question of ``geodata`` with its arguments but the connection, and may remember the answer.
    base
        The layer asked for.
    as_of, since
        The day, and the earlier one it is compared with; None for no comparison. Both inclusive.
    lang
        Language of the texts.
    """

    ask: Callable[..., Any]
    base: Layer
    as_of: date
    since: date | None
    lang: Lang | str

    @property
    def layer(self) -> Layer:
        """The layer drawn: that of the changes where two days are compared."""
        return change_layer(self.base) if self.since else self.base

    @property
    def much(self) -> int:
        """Percentage points of a large change."""
        return int(self.ask(rule_value, "change_points", self.as_of))

    def count_units(self, level: Level, within: str | None = None) -> pd.DataFrame:
        """The counts of the units of a level, of both days where two are compared, each by the tree of its day.

        Parameters
        ----------
        level
            The level.
        within
            Code of the unit whose villages count; None: everywhere.

        Returns
        -------
        units
            ``count_indicator`` or :func:`compare_frames`; must not be changed.

        Raises
        ------
        NotFound
            ``within`` was not in force on the later day.
        """
        place = () if within is None else (within,)
        now: pd.DataFrame = self.ask(count_indicator, self.base.indicator, level, self.as_of, *place)
        if self.since is None:
            return now
        # a unit that was elsewhere then is looked for everywhere
        before = self.ask(count_indicator, self.base.indicator, level, self.since)
        return compare_frames(before, now, self.base, self.much, self.lang)

    def explain_legend(self, made: Legend, frame: pd.DataFrame, level: Level, within: str | None = None) -> Legend:
        """The legend in words of two days where two are compared.

        Parameters
        ----------
        made
            ``build_legend`` of the frame and :attr:`layer`.
        frame
            The units it counts.
        level, within
            What :meth:`count_units` was asked for.

        Returns
        -------
        legend
            The same where no days are compared. The total of the earlier day is that of its own tree: units of today
            would leave out those that have ended since; a dash where the place was not there.
        """
        if self.since is None:
            return made
        place = () if within is None else (within,)
        try:
            counts = self.base.drawn_counts(self.ask(count_indicator, self.base.indicator, level, self.since, *place))
            old = int(counts["numerator"].sum()), int(counts["denominator"].sum())
        except NotFound:
            old = (0, 0)
        return compared_legend(made, frame, (self.since, self.as_of), old, self.much, self.lang)


def rank_changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Units by their change, the worst first; what cannot be compared last.

    Parameters
    ----------
    frame
        Of :func:`compare_frames`.

    Returns
    -------
    units
        The same rows, ordered.
    """
    return frame.sort_values(["worse", "name"], ascending=[False, True], na_position="last", kind="stable")


def _graded(
    before: pd.DataFrame, now: pd.DataFrame, known: list[str], words: dict[str, object], lang: Lang | str
) -> pd.DataFrame:
    """Of graded units the steps between two grades, which are ordered from good to bad."""
    place = {grade: at for at, grade in enumerate(known)}
    old = before["state"].reindex(now.index).map(place)
    new = now["state"].map(place)
    found = now.copy()
    found["worse"] = (new - old).astype("float64")
    found["points"] = float("nan")
    steps = [None if pd.isna(each) else int(each) for each in found["worse"]]
    found["state"] = [None if step is None else _word(Fraction(step), 2) for step in steps]
    texts = [
        tuple(label_of(words[known[int(at)]], lang) if pd.notna(at) else NOTHING for at in pair)  # type: ignore[arg-type]
        for pair in zip(old, new, strict=True)
    ]
    found["short"] = [
        f"{_arrow(None if step is None else Fraction(step))}{new}" for step, (_, new) in zip(steps, texts, strict=True)
    ]
    found["said"] = [
        _said(None if step is None else Fraction(step), *text) for step, text in zip(steps, texts, strict=True)
    ]
    return found


def risen_points(old: Pair, new: Pair) -> Fraction | None:
    """By how much a rate rose.

    Parameters
    ----------
    old, new
        Numerator and denominator of both days.

    Returns
    -------
    points
        Percentage points, exactly; None where one of the two has nothing to count.
    """
    if not (old[1] and new[1]):
        return None
    return (Fraction(*new) - Fraction(*old)) * 100


def _word(worse: Fraction, much: int) -> str:
    if worse == 0:
        return Change.SAME.value
    if worse > 0:
        return (Change.MUCH_WORSE if worse >= much else Change.WORSE).value
    return (Change.MUCH_BETTER if -worse >= much else Change.BETTER).value


def _told(pair: Pair) -> str:
    return counts_text(*pair) if pair[1] else NOTHING


def _said(rise: Fraction | None, old: str, new: str) -> str:
    """The arrow is that of the number drawn: whether a rise is good or bad is said by the class."""
    told = new if old == new else f"{old} → {new}"
    return f"{_arrow(rise)} {told}".strip()


def _arrow(rise: Fraction | None) -> str:
    if rise is None:
        return ""
    return RISES if rise > 0 else FALLS if rise < 0 else STAYS
