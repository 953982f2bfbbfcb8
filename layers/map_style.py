"""The map's MapLibre style: paper, borders, hatches and labels of our own, and no outside address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geodata.levels import Level
from layers.legend import Pattern
from layers.palette import FONT_FAMILY, Theme, theme_of

if TYPE_CHECKING:
    from layers.overlay import Overlay
    from layers.palette import ThemeKey

UNITS_BELOW = "hatch-none"
"""The style layer the units' trace is put under: hatches and borders lie over the colours."""

TRACES_BELOW = "labels-minor"
"""The style layer all other traces are put under: labels lie over everything. The same in light and dark."""

LABELS_SOURCE = "labels"

HATCHES = (Pattern.NONE, Pattern.SMALL, Pattern.LOW, Pattern.WORST)

_NEAR = ["center", [0, 0], "top", [0, -0.4], "bottom", [0, 0.4], "left", [-0.6, 0], "right", [0.6, 0]]
"""Where a label may stand, in ems from its place: on it, or a little off where it would collide."""

_ASIDE = ["top", [0, 0.6], "left", [0.9, 0], "right", [-0.9, 0], "bottom", [0, -0.6]]
"""Where a label may stand when a ring of the chain is on its place."""

EMPTY: dict[str, Any] = {"type": "FeatureCollection", "features": []}


@dataclass(frozen=True)
class Geometry:
    """Where the browser finds polygons: addresses of GeoJSON whose features carry ``code``; None draws none.

    They are absolute by the time MapLibre has them: its worker is a blob and cannot resolve a path.
    """

    units: str | None
    towns: str | None = None
    district: str | None = None
    neighbours: str | None = None


def map_style(
    theme: ThemeKey | str,
    *,
    sprite: str,
    geometry: Geometry,
    level: Level,
    overlay: Overlay | None = None,
    minor_from_zoom: float = 0,
    scale: float = 1,
) -> dict[str, Any]:
    """The style JSON of one view.

    Parameters
    ----------
    theme
        ``light`` or ``dark``.
    sprite
        Address of the hatches without ending; the browser asks for ``<sprite>.json`` and ``<sprite>.png``
        (and ``@2x``), see :mod:`layers.symbols.sprite`.
    geometry
        Addresses of the polygons; ``geometry.units`` is the level shown and the one that is hatched.
    level
        The level shown.
    overlay
        Labels and hatches of the view; None draws none of them.
    minor_from_zoom
        Village labels appear from this zoom (0: always, where they do not collide).
    scale
        1, or 1.67 on a projector.

    Returns
    -------
    style
        A MapLibre style, version 8; no address in it but those given.

    Raises
    ------
    ValueError
        For any other theme.
    """
    tokens = theme_of(theme)
    sources: dict[str, Any] = {LABELS_SOURCE: _geojson(overlay.labels if overlay else EMPTY)}
    for name in ("units", "towns", "district", "neighbours"):
        address = getattr(geometry, name)
        sources[name] = _geojson(address if address else EMPTY)
    codes = overlay.hatched if overlay else {}
    town_width = 1.6 if level is Level.VILLAGE else 1.2
    layers = [
        {"id": "paper", "type": "background", "paint": {"background-color": tokens.canvas}},
        _line("neighbours", "neighbours", tokens.line, 1),
        *(hatch_layer(pattern, codes.get(pattern.value, [])) for pattern in HATCHES),
        _line("town-casings", "towns", tokens.canvas, town_width + 1.8),
        _line("town-borders", "towns", tokens.town_border, town_width),
        _line("district-border", "district", tokens.district_border, 2),
        _labels("labels-minor", False, tokens, scale, minor_from_zoom),
        _labels("labels-major", True, tokens, scale, 0),
    ]
    return {"version": 8, "name": f"grid-{tokens.key.value}", "sprite": sprite, "sources": sources, "layers": layers}


def hatch_layer(pattern: Pattern, codes: list[str]) -> dict[str, Any]:
    """The style layer that hatches the units with these codes.

    Parameters
    ----------
    pattern
        The hatch.
    codes
        Codes of the units under it; none are hatched when empty.

    Returns
    -------
    layer
        A ``fill`` layer ``hatch-<pattern>`` of the source ``units``.
    """
    return {
        "id": f"hatch-{pattern.value}",
        "type": "fill",
        "source": "units",
        "filter": ["in", ["get", "code"], ["literal", codes]],
        "paint": {"fill-pattern": f"hatch-{pattern.value}"},
    }


def _geojson(data: dict[str, Any] | str) -> dict[str, Any]:
    return {"type": "geojson", "data": data}


def _line(name: str, source: str, colour: str, width: float) -> dict[str, Any]:
    return {
        "id": name,
        "type": "line",
        "source": source,
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": {"line-color": colour, "line-width": width},
    }


def _labels(name: str, major: bool, tokens: Theme, scale: float, from_zoom: float) -> dict[str, Any]:
    """Name, under it n/N, under that the mark; the unit with most to count wins where two would collide."""
    bold, plain = [f"{FONT_FAMILY} Bold"], [FONT_FAMILY]
    text = [
        *("format", ["get", "name"], {"text-font": ["literal", bold if major else plain]}),
        *("\n", {}, ["get", "count"], {"font-scale": 0.92, "text-font": ["literal", plain]}),
        *(["case", ["==", ["get", "mark"], ""], "", ["concat", "\n", ["get", "mark"]]],),
        {"font-scale": 0.85, "text-color": tokens.danger, "text-font": ["literal", bold]},
    ]
    return {
        "id": name,
        "type": "symbol",
        "source": LABELS_SOURCE,
        "minzoom": from_zoom,
        "filter": ["==", ["get", "major"], major],
        "layout": {
            "text-field": text,
            "text-font": plain,
            "text-size": (16 if major else 12.5) * scale,
            "text-line-height": 1.15,
            "text-max-width": 12,
            "text-padding": 1,
            "text-justify": "center",
            "text-variable-anchor-offset": ["case", ["get", "ringed"], ["literal", _ASIDE], ["literal", _NEAR]],
            "symbol-sort-key": ["-", 0, ["get", "weight"]],
        },
        "paint": {
            "text-color": tokens.ink,
            "text-halo-color": tokens.canvas,
            "text-halo-width": (2 if major else 1.6) * scale,
            "text-halo-blur": 0.4,
        },
    }
