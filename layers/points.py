"""Subjects as points: what each says under a layer, in colour, size and words, worst on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from geodata.locale import Lang, translate
from geodata.vocabulary import DueState
from layers.choropleth import HOVER, hover_title, stepped_colorscale
from layers.layer import PointRule
from layers.palette import Theme

if TYPE_CHECKING:
    from layers.layer import Layer


@dataclass(frozen=True)
class PointClass:
    """One kind of point: the theme's token for its colour, its diameter in pixels, and its word ``layers.point.*``."""

    key: str
    token: str
    size: float

    def label_in(self, lang: Lang | str) -> str:
        """The word shown in legend and hover.

        Parameters
        ----------
        lang
            Language of the word.

        Returns
        -------
        word
            Of the catalogue.
        """
        return translate(f"layers.point.{self.key}", lang)


CLASSES: dict[PointRule, tuple[PointClass, ...]] = {
    PointRule.DUE: (
        PointClass("due_paused", "mute", 4),
        PointClass("due_ok", "ok", 5),
        PointClass("due_open", "accent", 5),
        PointClass("due_soon", "warn", 6),
        PointClass("due_overdue", "danger", 7),
        PointClass("due_never", "danger", 7),
        PointClass("due_severe", "danger", 8.5),
    ),
    PointRule.FAILED: (PointClass("failed_no", "mute", 4), PointClass("failed_yes", "danger", 9)),
    PointRule.CHAIN: (PointClass("chain_no", "ok", 4.5), PointClass("chain_yes", "danger", 8)),
}
"""Per rule, from the least to the most pressing; states share a colour only where their size or word differs."""

_DUE = {
    DueState.PAUSED: "due_paused",
    DueState.NOT_DUE: "due_ok",
    DueState.OPEN: "due_open",
    DueState.DUE_SOON: "due_soon",
    DueState.OVERDUE: "due_overdue",
    DueState.NEVER: "due_never",
    DueState.SEVERE: "due_severe",
}


def classify_points(points: pd.DataFrame, rule: PointRule) -> pd.Series[str]:
    """The kind of point every subject is under a layer's rule.

    A subject with no due state is in nobody's patrol set that day and is drawn like a paused one.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``: columns ``due_state failed chain_broken``.
    rule
        What tells points apart.

    Returns
    -------
    keys
        Of :class:`PointClass`, text, index of ``points``.
    """
    if rule is PointRule.DUE:
        return (
            points["due_state"]
            .map({state.value: key for state, key in _DUE.items()})
            .fillna("due_paused")
            .astype("str")
        )
    column, stem = ("failed", "failed") if rule is PointRule.FAILED else ("chain_broken", "chain")
    return points[column].astype("bool").map({True: f"{stem}_yes", False: f"{stem}_no"}).astype("str")


def drawable_points(points: pd.DataFrame) -> pd.DataFrame:
    """The subjects that have coordinates, the most pressing last so that they lie on top.

    The order depends on the facts, not on the layer: a layer switch changes colours and leaves the places alone.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``: columns ``lon lat due_state failed chain_broken``.

    Returns
    -------
    placed
        Rows of ``points`` with longitude and latitude; equally pressing ones keep their order.
    """
    placed = points[points["lon"].notna() & points["lat"].notna()]
    order = [entry.key for entry in CLASSES[PointRule.DUE]]
    rank = classify_points(placed, PointRule.DUE).map(order.index).astype("int64")
    rank = rank + len(order) * (placed["failed"].astype("int64") + placed["chain_broken"].astype("int64"))
    return placed.loc[rank.sort_values(kind="stable").index]


def point_values(
    points: pd.DataFrame, layer: Layer, theme: Theme, lang: Lang | str = Lang.ZH, scale: float = 1
) -> dict[str, Any]:
    """What changes on the points' trace with layer or theme.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``.
    layer
        Its ``points`` tells them apart.
    theme
        Gives the colours.
    lang
        Language of the hovers.
    scale
        Factor of the diameters; 1, or 1.35 on a projector.

    Returns
    -------
    values
        Keys ``hovertext`` (HTML) and ``marker`` (colours, diameters in px), in the order of :func:`drawable_points`.
    """
    placed = drawable_points(points)
    entries = CLASSES[layer.points]
    place_of = {entry.key: place for place, entry in enumerate(entries)}
    places = [place_of[key] for key in classify_points(placed, layer.points)]
    return {
        "hovertext": _hover(placed, [entries[place] for place in places], lang),
        "marker": {
            "color": places,
            "size": [entries[place].size * scale for place in places],
            "colorscale": stepped_colorscale([getattr(theme, entry.token) for entry in entries]),
            "cmin": -0.5,
            "cmax": len(entries) - 0.5,
            "showscale": False,
            "opacity": 0.95,
        },
    }


def points_trace(
    points: pd.DataFrame, layer: Layer, theme: Theme, *, lang: Lang | str, below: str, visible: bool, scale: float = 1
) -> tuple[go.Scattermap, go.Scattermap]:
    """The points' paper rim and the points themselves (two traces: map circles have no outline of their own).

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``; degrees, EPSG:4490.
    layer
        Its ``points`` tells them apart.
    theme
        Gives the colours.
    lang
        Language of the hovers.
    below
        Id of the style layer the points lie under.
    visible
        Whether points are switched on; both traces keep their places either way.
    scale
        Factor of the diameters; 1, or 1.35 on a projector.

    Returns
    -------
    rims, points
        In the order they are drawn in; the points carry ``customdata`` ``[subject_id, name]``.
    """
    placed = drawable_points(points)
    lon, lat = placed["lon"].round(5).tolist(), placed["lat"].round(5).tolist()
    changing = point_values(points, layer, theme, lang, scale)
    rim = go.Scattermap(
        uid="point-rims",
        lon=lon,
        lat=lat,
        mode="markers",
        below=below,
        visible=visible,
        hoverinfo="skip",
        showlegend=False,
        marker={"color": theme.unit_border, "size": [size + 2 for size in changing["marker"]["size"]], "opacity": 0.9},
    )
    core = go.Scattermap(
        **changing,
        uid="points",
        lon=lon,
        lat=lat,
        mode="markers",
        below=below,
        visible=visible,
        showlegend=False,
        customdata=[[str(code), str(name)] for code, name in zip(placed.index, placed["name"], strict=True)],
        hovertemplate=HOVER,
    )
    return rim, core


def point_legend(points: pd.DataFrame, layer: Layer, lang: Lang | str = Lang.ZH) -> list[tuple[PointClass, str, int]]:
    """How many subjects there are per kind of point; unplaced ones count too.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``.
    layer
        Its ``points`` tells them apart.
    lang
        Language of the words.

    Returns
    -------
    rows
        Class, word and number of subjects per kind present, most pressing first.
    """
    found = classify_points(points, layer.points).value_counts()
    return [
        (entry, entry.label_in(lang), int(found[entry.key]))
        for entry in reversed(CLASSES[layer.points])
        if entry.key in found.index
    ]


def hover_lines(points: pd.DataFrame, lang: Lang | str = Lang.ZH) -> dict[str, list[str]]:
    """What may be told of every subject, whatever the layer: due state and days, failed sample, broken chain.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``, placed or not.
    lang
        Language of the words.

    Returns
    -------
    lines
        Per ``subject_id`` plain text, not escaped; the due state first, days and dates last.
    """
    entry_of = {entry.key: entry for entries in CLASSES.values() for entry in entries}
    told: dict[str, list[str]] = {}
    for row, due in zip(points.itertuples(), classify_points(points, PointRule.DUE), strict=True):
        alarms = [key for key, sounds in (("failed_yes", row.failed), ("chain_yes", row.chain_broken)) if sounds]
        lines = [entry_of[key].label_in(lang) for key in (due, *alarms)]
        told[str(row.Index)] = lines + _dates(row.last_on, row.due_on, row.days_over, lang)
    return told


def _hover(placed: pd.DataFrame, entries: list[PointClass], lang: Lang | str) -> list[str]:
    rows = zip(placed["name"], entries, placed["last_on"], placed["due_on"], placed["days_over"], strict=True)
    return [
        "<br>".join([hover_title(name), entry.label_in(lang), *_dates(last, due, over, lang)])
        for name, entry, last, due, over in rows
    ]


def _dates(last: Any, due: Any, over: Any, lang: Lang | str) -> list[str]:
    lines = []
    if not pd.isna(over) and over > 0:
        lines.append(translate("layers.point.days_over", lang, days=int(over)))
    lines.append(
        translate("layers.point.never", lang)
        if pd.isna(last)
        else translate("layers.point.last_on", lang, day=_day(last))
    )
    if not pd.isna(due):
        lines.append(translate("layers.point.due_on", lang, day=_day(due)))
    return lines


def _day(value: Any) -> str:
    return pd.Timestamp(value).date().isoformat()
