"""Subjects as points: what each says under a layer, in colour, size and words, worst on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from geodata.locale import Lang, translate
from layers.choropleth import hover_title, hover_with
from layers.layer import PointRule
from layers.symbols.point_classes import CLASSES, COVERED_KEYS, DUE_KEYS, TRADING_KEYS, PointClass

if TYPE_CHECKING:
    from layers.layer import Layer

_STATES: dict[PointRule, tuple[str, dict[Any, str]]] = {
    PointRule.DUE: ("due_state", DUE_KEYS),
    PointRule.COVERED: ("covered_state", COVERED_KEYS),
    PointRule.TRADING: ("due_state", TRADING_KEYS),
}
"""Column of the roster and its words → kinds; the other rules part by yes and no."""

TOUCH = 8.0
"""Plotly's size of a point, which is how near a pointer must come; the pictures themselves have their own."""


def classify_points(points: pd.DataFrame, rule: PointRule) -> pd.Series[str]:
    """The kind of point every subject is under a layer's rule.

    A subject with no state of its rule is in nobody's patrol set that day and is drawn like a paused one.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``: columns ``due_state covered_state failed_counted chain_broken``.
    rule
        What tells points apart.

    Returns
    -------
    keys
        Of :class:`PointClass`, text, index of ``points``.
    """
    if rule in _STATES:
        column, keys = _STATES[rule]
        known = {state.value: key for state, key in keys.items()}
        return points[column].map(known).fillna(CLASSES[rule][0].key).astype("str")
    column, stem = ("failed_counted", "failed") if rule is PointRule.FAILED else ("chain_broken", "chain")
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


def point_values(points: pd.DataFrame, layer: Layer, lang: Lang | str = Lang.ZH) -> dict[str, Any]:
    """What changes on the points' trace with the layer.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``.
    layer
        Its ``points`` tells them apart.
    lang
        Language of the hovers.

    Returns
    -------
    values
        Keys ``hovertext`` (HTML) and ``marker`` (pictures of :mod:`layers.symbols.sprite`), in the order of
        :func:`drawable_points`.
    """
    placed = drawable_points(points)
    entry_of = {entry.key: entry for entry in CLASSES[layer.points]}
    entries = [entry_of[key] for key in classify_points(placed, layer.points)]
    return {
        "hovertext": _hover(placed, entries, lang),
        "marker": {"symbol": [entry.picture for entry in entries]},
    }


def points_trace(
    points: pd.DataFrame,
    layer: Layer,
    *,
    lang: Lang | str,
    below: str,
    visible: bool,
    hint: str | None,
    scale: float = 1,
) -> go.Scattermap:
    """The points, each the picture of its kind with a paper-coloured edge.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``; degrees, EPSG:4490.
    layer
        Its ``points`` tells them apart.
    lang
        Language of the hovers.
    below
        Id of the style layer the points lie under.
    visible
        Whether points are switched on; the trace keeps its place either way.
    hint
        What a click on a point will do; None where units are compared: the polygon under it answers.
    scale
        Factor of the pictures; 1, or 1.67 on a projector.

    Returns
    -------
    trace
        With ``customdata`` ``[subject_id, name]``.
    """
    placed = drawable_points(points)
    changing = point_values(points, layer, lang)
    changing["marker"] |= {"size": TOUCH * scale, "allowoverlap": True, "opacity": 1}
    return go.Scattermap(
        **changing,
        **answer_of(hint),
        uid="points",
        lon=placed["lon"].round(5).tolist(),
        lat=placed["lat"].round(5).tolist(),
        mode="markers",
        below=below,
        visible=visible,
        showlegend=False,
        customdata=[[str(code), str(name)] for code, name in zip(placed.index, placed["name"], strict=True)],
    )


def answer_of(hint: str | None) -> dict[str, Any]:
    """How the points answer the pointer.

    Parameters
    ----------
    hint
        What a click on one will do; None: they do not answer, the polygon under them does.

    Returns
    -------
    values
        Keys ``hoverinfo`` and ``hovertemplate`` of a Plotly trace.
    """
    if hint is None:
        return {"hoverinfo": "skip", "hovertemplate": ""}
    return {"hoverinfo": "text", "hovertemplate": hover_with(hint)}


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
        alarms = [key for key, sounds in (("failed_any", row.failed), ("chain_yes", row.chain_broken)) if sounds]
        lines = [entry_of[due].label_in(lang), *(translate(f"layers.point.{key}", lang) for key in alarms)]
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
