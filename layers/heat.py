"""Density of subjects, of overdue ones, of failures: a Plotly density trace, weighted so that it never saturates."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from layers.palette import Theme, rgba

if TYPE_CHECKING:
    from collections.abc import Callable


class Heat(StrEnum):
    """What the heat is of; its word is ``layers.heat.<value>``."""

    SUBJECTS = "subjects"
    OVERDUE = "overdue"
    FAILURES = "failures"


_MEMBERS: dict[Heat, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    Heat.SUBJECTS: lambda points: pd.Series(True, index=points.index),
    Heat.OVERDUE: lambda points: points["days_over"].fillna(0).astype("float64") > 0,
    Heat.FAILURES: lambda points: points["failed"].astype("bool"),
}


def heat_members(points: pd.DataFrame, heat: Heat) -> pd.DataFrame:
    """The placed subjects the heat is of.

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``: columns ``lon lat days_over failed``.
    heat
        What the heat is of.

    Returns
    -------
    members
        Rows of ``points`` with coordinates; overdue means at least one day over its due date.
    """
    placed = points[points["lon"].notna() & points["lat"].notna()]
    return placed[_MEMBERS[heat](placed)]


def heat_trace(points: pd.DataFrame, heat: Heat | None, theme: Theme, *, below: str, zoom: float) -> go.Densitymap:
    """The density of subjects on the map; of no heat an invisible trace that keeps its place.

    The radius follows the zoom the view opens with, so that neighbours touch and towns do not; a few overdue subjects
    weigh as much on the eye as many subjects (``zmax`` follows the number drawn).

    Parameters
    ----------
    points
        ``geodata.subjects.roster.subject_points``: columns ``lon lat days_over failed``; degrees, EPSG:4490.
    heat
        What the heat is of, or None.
    theme
        Gives the colour: accent for all subjects, danger for the others.
    below
        Id of the style layer the heat lies under.
    zoom
        MapLibre zoom the view opens with.

    Returns
    -------
    trace
        With ``uid`` ``heat``; every subject weighs 1, radius 10 to 46 px.
    """
    members = heat_members(points, heat) if heat is not None else points.iloc[:0]
    warm = theme.accent if heat is Heat.SUBJECTS else theme.danger
    return go.Densitymap(
        uid="heat",
        lon=members["lon"].round(5).tolist(),
        lat=members["lat"].round(5).tolist(),
        z=[1] * len(members),
        zmin=0,
        zmax=6 if len(members) > 150 else 3,
        radius=round(max(10.0, min(46.0, 22 * 1.5 ** (zoom - 9.5))), 1),
        colorscale=[[0, rgba(warm, 0)], [0.2, rgba(warm, 0.28)], [0.6, rgba(warm, 0.62)], [1, rgba(warm, 0.9)]],
        showscale=False,
        hoverinfo="skip",
        below=below,
        visible=heat is not None,
    )
