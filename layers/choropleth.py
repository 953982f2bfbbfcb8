"""Units as polygons of class colours: the Plotly traces, and the few values that change on a layer switch."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from geodata.locale import Lang, say
from layers.legend import Legend, classify_rates
from layers.number_format import counts_text, rate_text
from layers.palette import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from layers.layer import Layer

FEATURE_ID = "properties.code"
DIMMED = 0.3
HOVER = "%{hovertext}<extra></extra>"


def hover_title(name: object) -> str:
    """A name as the first line of a hover: words, never markup, whatever a file called it."""
    return f"<b>{escape(str(name), quote=False)}</b>"


def stepped(colours: Sequence[str]) -> list[list[float | str]]:
    """A colour scale without gradients for class indices 0 … n-1 between zmin -0.5 and zmax n-0.5."""
    size = len(colours)
    scale: list[list[float | str]] = []
    for index, colour in enumerate(colours):
        scale += [[index / size, colour], [(index + 1) / size, colour]]
    return scale


def values(
    frame: pd.DataFrame,
    layer: Layer,
    legend: Legend,
    breaks: Sequence[float],
    theme: Theme,
    lang: Lang | str = Lang.ZH,
    beside: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """What changes on the units' trace with layer, date or theme; every item a plain list, ready for ``Patch()``.

    ``beside`` is the frame of the layer's ``beside`` indicator (same units). Keys: ``locations`` (codes), ``z`` (class
    index), ``customdata`` ``[code, name, numerator, denominator, class key]``, ``hovertext``, ``colorscale``, ``zmin``,
    ``zmax``. Numbers are Python's own: typed arrays would reach a click as nothing.
    """
    keys = classify_rates(frame, layer, breaks)
    pairs = layer.pairs(frame)
    index_of = {row.key: row.index for row in legend.classes}
    label_of = {row.key: row.label for row in legend.classes}
    z, customdata, hovertext = [], [], []
    rapid = beside_pairs(beside)
    for (code, (part, whole)), name, key in zip(pairs.items(), frame["name"], keys, strict=True):
        z.append(index_of[key])
        customdata.append([code, str(name), part, whole, key])
        lines = [
            hover_title(name),
            f"{legend.title} {rate_text(part, whole, lang)}",
            label_of[key],
        ]
        if layer.beside and code in rapid:
            lines.append(say(f"layers.layer.{layer.key}.beside", lang, counts=counts_text(*rapid[code])))
        hovertext.append("<br>".join(lines))
    colours = [row.colour(theme.key) for row in legend.classes]
    return {
        "locations": list(pairs),
        "z": z,
        "customdata": customdata,
        "hovertext": hovertext,
        "colorscale": stepped(colours),
        "zmin": -0.5,
        "zmax": len(colours) - 0.5,
    }


def beside_pairs(beside: pd.DataFrame | None) -> dict[str, tuple[int, int]]:
    """``{code: (numerator, denominator)}`` of the indicator told beside a layer's own; empty when there is none."""
    if beside is None:
        return {}
    counts = zip(beside["numerator"].tolist(), beside["denominator"].tolist(), strict=True)
    return {str(code): pair for code, pair in zip(beside.index, counts, strict=True)}


def units_trace(
    changing: dict[str, Any], geometry_url: str, theme: Theme, below: str, *, dimmed: bool = False
) -> go.Choroplethmap:
    """The polygons of the level shown; geometry by URL (features carry ``code``), ids and values here.

    ``dimmed`` under a heat, so that two shadings never mix (``marker.opacity`` is :data:`DIMMED`, else 1).
    """
    return go.Choroplethmap(
        **changing,
        uid="units",
        geojson=geometry_url,
        featureidkey=FEATURE_ID,
        below=below,
        showscale=False,
        hovertemplate=HOVER,
        marker={"opacity": DIMMED if dimmed else 1, "line": {"width": 0.8, "color": theme.unit_border}},
    )


def selection_trace(code: str | None, geometry_url: str, theme: Theme, below: str) -> go.Choroplethmap:
    """The accent outline of the selected unit, 3 px, nothing inside; with ``code`` None an empty trace in its place."""
    return go.Choroplethmap(
        uid="selection",
        locations=[code] if code else [],
        z=[0] if code else [],
        geojson=geometry_url,
        featureidkey=FEATURE_ID,
        below=below,
        showscale=False,
        hoverinfo="skip",
        colorscale=[[0, "rgba(0, 0, 0, 0)"], [1, "rgba(0, 0, 0, 0)"]],
        marker={"opacity": 1, "line": {"width": 3, "color": theme.accent}},
    )
