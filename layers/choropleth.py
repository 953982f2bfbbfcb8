"""Units as polygons of class colours: the Plotly traces, and the few values that change on a layer switch."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from geodata.locale import Lang, translate
from layers.changes import is_compared
from layers.legend import Legend, classify_rates, count_texts
from layers.number_format import counts_text, rate_text
from layers.palette import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from layers.layer import Layer

FEATURE_ID = "properties.code"
DIMMED = 0.3
HOVER_SIGNS = 32
"""A hover as wide as a map on a phone; Plotly lets a longer line run out of the map."""
HOVER = "%{hovertext}<extra></extra>"


def hover_with(hint: str) -> str:
    """The template of hovers that say last what a click will do.

    Parameters
    ----------
    hint
        Words of the catalogue; "" says nothing.

    Returns
    -------
    template
        A ``hovertemplate``.
    """
    return f"%{{hovertext}}<br><i>{hint}</i><extra></extra>" if hint else HOVER


def hover_title(name: object) -> str:
    """A name as the first line of a hover: words, never markup, whatever a file called it.

    Parameters
    ----------
    name
        A unit's or subject's name as a file has it.

    Returns
    -------
    title
        HTML in bold with ``& < >`` escaped, quotes stay; a line has at most ``HOVER_SIGNS`` signs of the name.
    """
    said = str(name)
    lines = (said[at : at + HOVER_SIGNS] for at in range(0, max(len(said), 1), HOVER_SIGNS))
    return f"<b>{'<br>'.join(escape(line, quote=False) for line in lines)}</b>"


def stepped_colorscale(colours: Sequence[str]) -> list[list[float | str]]:
    """A colour scale without gradients for class indices 0 … n-1 between zmin -0.5 and zmax n-0.5.

    Parameters
    ----------
    colours
        CSS colours in the order of the classes, one each.

    Returns
    -------
    scale
        Two stops ``[share 0-1, colour]`` per colour; empty for no colours.
    """
    size = len(colours)
    scale: list[list[float | str]] = []
    for index, colour in enumerate(colours):
        scale += [[index / size, colour], [(index + 1) / size, colour]]
    return scale


def unit_values(
    frame: pd.DataFrame,
    layer: Layer,
    legend: Legend,
    breaks: Sequence[float],
    theme: Theme,
    lang: Lang | str = Lang.ZH,
    beside: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """What changes on the units' trace with layer, date or theme; every item a plain list, ready to be sent.

    Numbers are Python's own: typed arrays would reach a click as nothing.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``name numerator denominator``.
    layer
        The layer drawn.
    legend
        The legend of the same layer, breaks and frame.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    theme
        Gives the classes' colours.
    lang
        Language of the hovers.
    beside
        ``count_indicator`` of the layer's ``beside`` indicator, same units; None tells none.

    Returns
    -------
    values
        Keys ``locations`` (codes), ``z`` (class index), ``customdata`` ``[code, name, numerator, denominator, class
        key]``, ``hovertext`` (HTML), ``colorscale``, ``zmin`` and ``zmax`` (half a class beyond the first and last).

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    keys = classify_rates(frame, layer, breaks)
    pairs = layer.count_pairs(frame)
    index_of = {row.key: row.index for row in legend.classes}
    label_of = {row.key: row.label for row in legend.classes}
    z, customdata, hovertext = [], [], []
    rapid = beside_pairs(beside)
    said = count_texts(frame, layer, legend) if is_compared(frame) else {}
    for (code, (part, whole)), name, key in zip(pairs.items(), frame["name"], keys, strict=True):
        z.append(index_of[key])
        customdata.append([code, str(name), part, whole, key])
        lines = [
            hover_title(name),
            f"{legend.title} {said.get(code) or rate_text(part, whole, lang)}",
            label_of[key],
        ]
        if layer.beside and code in rapid:
            lines.append(translate(f"layers.layer.{layer.key}.beside", lang, counts=counts_text(*rapid[code])))
        hovertext.append("<br>".join(lines))
    colours = [row.colour_in(theme.key) for row in legend.classes]
    return {
        "locations": list(pairs),
        "z": z,
        "customdata": customdata,
        "hovertext": hovertext,
        "colorscale": stepped_colorscale(colours),
        "zmin": -0.5,
        "zmax": len(colours) - 0.5,
    }


def beside_pairs(beside: pd.DataFrame | None) -> dict[str, tuple[int, int]]:
    """Counts of the indicator told beside a layer's own.

    Parameters
    ----------
    beside
        ``count_indicator`` of that indicator: index ``unit_code``, columns ``numerator denominator``; or None.

    Returns
    -------
    pairs
        ``{code: (numerator, denominator)}``; empty for None.
    """
    if beside is None:
        return {}
    counts = zip(beside["numerator"].tolist(), beside["denominator"].tolist(), strict=True)
    return {str(code): pair for code, pair in zip(beside.index, counts, strict=True)}


def units_trace(
    changing: dict[str, Any], geometry_url: str, theme: Theme, below: str, *, hint: str = "", dimmed: bool = False
) -> go.Choroplethmap:
    """The polygons of the level shown; geometry by URL, ids and values here.

    Parameters
    ----------
    changing
        What :func:`unit_values` gives.
    geometry_url
        Address of a GeoJSON whose features carry ``code``.
    theme
        Gives the borders' colour.
    below
        Id of the style layer the polygons lie under.
    hint
        What a click on a unit will do.
    dimmed
        Under a heat, so that two shadings never mix: opacity :data:`DIMMED` instead of 1.

    Returns
    -------
    trace
        With ``uid`` ``units``.
    """
    return go.Choroplethmap(
        **changing,
        uid="units",
        geojson=geometry_url,
        featureidkey=FEATURE_ID,
        below=below,
        showscale=False,
        hovertemplate=hover_with(hint),
        marker={"opacity": DIMMED if dimmed else 1, "line": {"width": 0.8, "color": theme.unit_border}},
    )


def selection_trace(code: str | None, geometry_url: str, theme: Theme, below: str) -> go.Choroplethmap:
    """The accent outline of the selected unit, 3 px, nothing inside.

    Parameters
    ----------
    code
        The selected unit; None gives an empty trace in its place.
    geometry_url
        Address of a GeoJSON of the unit's level, whose features carry ``code``.
    theme
        Gives the accent colour.
    below
        Id of the style layer the outline lies under.

    Returns
    -------
    trace
        With ``uid`` ``selection``.
    """
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
