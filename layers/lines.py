"""The responsibility chain on the map: a dashed accent line subject → village → town station → district, with rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians

import plotly.graph_objects as go

from geodata.levels import Level, current_levels
from layers.choropleth import HOVER
from layers.palette import Theme

DASHES = 26
"""Dashes over the whole chain, however long it is: map lines know no dash of their own."""

_RINGS = (11, 12, 14, 17)
"""Sizes of the rings from the subject upward; levels further up are as large as the last."""


@dataclass(frozen=True)
class Stop:
    """One ring of the chain: who answers where (degrees, EPSG:4490), as written in the ring's hover."""

    level: Level
    code: str
    lon: float
    lat: float
    text: str
    vacant: bool = False


def dash_line(stops: Sequence[Stop], dashes: int = DASHES) -> tuple[list[float | None], list[float | None]]:
    """Equal dashes along the chain.

    Parameters
    ----------
    stops
        Places in the order of the line, degrees, EPSG:4490.
    dashes
        Dashes over the whole length, shared among the legs; every leg has at least one.

    Returns
    -------
    lon, lat
        Degrees, rounded to 6 decimals; ``None`` after each dash; empty below two places or when all are one.
    """
    legs = list(pairwise(stops))
    lengths = [hypot((b.lon - a.lon) * cos(radians(a.lat)), b.lat - a.lat) for a, b in legs]
    whole = sum(lengths)
    lon: list[float | None] = []
    lat: list[float | None] = []
    for (first, last), length in zip(legs, lengths, strict=True):
        count = max(1, round(dashes * length / whole)) if whole else 0
        for index in range(count):
            for share in (index / count, (index + 0.6) / count):
                lon.append(round(first.lon + (last.lon - first.lon) * share, 6))
                lat.append(round(first.lat + (last.lat - first.lat) * share, 6))
            lon.append(None)
            lat.append(None)
    return lon, lat


def line_trace(
    uid: str, lon: list[float | None], lat: list[float | None], colour: str, width: float, below: str
) -> go.Scattermap:
    """A line on the map that tells nothing by itself.

    Parameters
    ----------
    uid
        Name of the trace, the same in every view.
    lon, lat
        Degrees, EPSG:4490; ``None`` parts the strokes.
    colour
        CSS colour.
    width
        Pixels.
    below
        Id of the style layer the line lies under.

    Returns
    -------
    trace
        Without hover or legend.
    """
    return go.Scattermap(
        uid=uid,
        lon=lon,
        lat=lat,
        mode="lines",
        below=below,
        hoverinfo="skip",
        showlegend=False,
        line={"width": width, "color": colour},
    )


def chain_traces(
    stops: Sequence[Stop], theme: Theme, *, below: str, scale: float = 1
) -> tuple[go.Scattermap, go.Scattermap, go.Scattermap]:
    """The responsibility chain on the map; three empty traces for no stops.

    The root's ring is the largest, the subject's the smallest; a vacant ring is filled and in the colour of danger,
    the others are open.

    Parameters
    ----------
    stops
        Subject first, root last; degrees, EPSG:4490.
    theme
        Gives the colours.
    below
        Id of the style layer the chain lies under.
    scale
        Factor of widths and rings; 1, or 1.67 on a projector.

    Returns
    -------
    line, rings, cores
        In the order they are drawn in; the rings carry ``customdata`` ``[code, level]``.
    """
    lon, lat = dash_line(stops)
    upward = current_levels().every[::-1]
    rings = [_RINGS[min(upward.index(stop.level), len(_RINGS) - 1)] * scale for stop in stops]
    colours = [theme.danger if stop.vacant else theme.accent for stop in stops]
    places = {"lon": [stop.lon for stop in stops], "lat": [stop.lat for stop in stops], "below": below}
    line = line_trace("chain-line", lon, lat, theme.accent, 2.2 * scale, below)
    ring = go.Scattermap(
        **places,
        uid="chain-rings",
        mode="markers",
        showlegend=False,
        hovertext=[stop.text for stop in stops],
        customdata=[[stop.code, stop.level.value] for stop in stops],
        hovertemplate=HOVER,
        marker={"size": rings, "color": colours, "opacity": 1},
    )
    core = go.Scattermap(
        **places,
        uid="chain-cores",
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={
            "size": [size - 6 * scale for size in rings],
            "color": [theme.danger if stop.vacant else theme.card for stop in stops],
            "opacity": 1,
        },
    )
    return line, ring, core
