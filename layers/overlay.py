"""What lies over the coloured units and changes with them: labels with n/N, and which units are hatched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from geodata.levels import Level
from geodata.locale import Lang, translate
from layers.legend import Pattern, classify_rates, count_texts, is_small

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from layers.layer import Layer
    from layers.legend import Legend


@dataclass(frozen=True)
class Overlay:
    """Labels as a GeoJSON FeatureCollection, and the codes of the units under each hatch, sorted."""

    labels: dict[str, Any]
    hatched: dict[str, list[str]]

    def as_dict(self) -> dict[str, Any]:
        """The overlay as plain values for JSON.

        Returns
        -------
        overlay
            ``{"labels": FeatureCollection, "hatched": {"worst": [codes], …}}``.
        """
        return {"labels": self.labels, "hatched": self.hatched}


def label_anchors(shapes: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """Where each unit's label stands: centre of the largest circle inside its largest part.

    Works in degrees as they are, so that the circle is an ellipse on the ground.

    Parameters
    ----------
    shapes
        ``geodata.territory.units.unit_shapes``: column or index ``code``, EPSG:4490.

    Returns
    -------
    places
        ``{code: (lon, lat)}`` in degrees, rounded to 5 decimals; units without geometry are left out.
    """
    codes = shapes["code"] if "code" in shapes.columns else shapes.index.to_series()
    found: dict[str, tuple[float, float]] = {}
    for code, shape in zip(codes, shapes.geometry, strict=True):
        if shape is None or shape.is_empty:
            continue
        part = max(shapely.get_parts(shape), key=lambda piece: piece.area)
        circle = shapely.maximum_inscribed_circle(part, tolerance=(part.bounds[2] - part.bounds[0]) / 100 or 1e-6)
        lon, lat = circle.coords[0]
        found[str(code)] = (round(lon, 5), round(lat, 5))
    return found


def hatched_units(
    frame: pd.DataFrame, layer: Layer, legend: Legend, breaks: Sequence[float], small: int | None = None
) -> dict[str, list[str]]:
    """The units under every hatch.

    Parameters
    ----------
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``numerator denominator``.
    layer
        The layer drawn.
    legend
        The legend of the same layer and breaks.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    small
        Denominators below it are dotted (domain §11.16); None: the layer's own.

    Returns
    -------
    codes
        Sorted codes per hatch; every :class:`Pattern` but ``plain`` is there, if empty; a dotted unit may be hatched
        too.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    pattern_of = {row.key: row.pattern for row in legend.classes}
    found: dict[str, list[str]] = {pattern.value: [] for pattern in Pattern if pattern is not Pattern.PLAIN}
    for code, key in classify_rates(frame, layer, breaks).sort_index().items():
        if pattern_of[key] is not Pattern.PLAIN:
            found[pattern_of[key].value].append(str(code))
    found[Pattern.SMALL.value] = sorted(str(code) for code in frame.index[is_small(frame, layer, small)])
    return found


def marked_units(layer: Layer, mark: pd.DataFrame | None) -> frozenset[str]:
    """The units that carry the layer's mark, because a post is missing.

    Parameters
    ----------
    layer
        The layer drawn.
    mark
        ``count_indicator`` of the layer's ``mark`` indicator, columns ``numerator denominator``; or None.

    Returns
    -------
    codes
        Those with ``numerator < denominator``; empty when the layer has no mark.
    """
    if mark is None or layer.mark is None:
        return frozenset()
    return frozenset(str(code) for code in mark.index[mark["numerator"] < mark["denominator"]])


def build_overlay(
    frames: Sequence[tuple[Level, pd.DataFrame]],
    layer: Layer,
    legend: Legend,
    breaks: Sequence[float],
    places: dict[str, tuple[float, float]],
    *,
    lang: Lang | str = Lang.ZH,
    marks: frozenset[str] = frozenset(),
    ringed: frozenset[str] = frozenset(),
    small: int | None = None,
) -> Overlay:
    """Labels of every frame given (name, and under it n/N or a grade), hatches of the **first** one, the level shown.

    Parameters
    ----------
    frames
        Levels with their ``count_indicator`` of the layer's indicator (index ``unit_code``, columns ``name numerator
        denominator``): the level shown first, then for instance the towns above its villages.
    layer
        The layer drawn.
    legend
        The legend of the level shown.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    places
        Where labels stand, from :func:`label_anchors`; a unit without a place has no label.
    lang
        Language of the mark.
    marks
        Units that carry the layer's mark, from :func:`marked_units`.
    ringed
        Units where a ring of the chain stands: their labels make room for it.
    small
        Denominators below it are dotted (domain §11.16); None: the layer's own.

    Returns
    -------
    overlay
        Labels with properties ``code level major name count mark ringed weight``, the weight being the denominator;
        hatched codes, empty without frames. Labels of the lowest level and those under another frame's are minor.

    Raises
    ------
    ValueError
        When the breaks do not rise strictly within 0 < break <= 1.
    """
    word = translate(f"layers.layer.{layer.key}.mark", lang) if layer.mark else ""
    features: list[dict[str, Any]] = []
    for level, frame in frames:
        texts = count_texts(frame, layer, legend)
        for (code, (_, whole)), name in zip(layer.count_pairs(frame).items(), frame["name"], strict=True):
            if code not in places:
                continue
            text = {
                "code": code,
                "level": level.value,
                "major": level is not frames[0][0] or (len(frames) == 1 and level is not Level.VILLAGE),
                "name": str(name),
                "count": texts[code],
                "mark": word if code in marks else "",
                "ringed": code in ringed,
                "weight": whole,
            }
            point = {"type": "Point", "coordinates": list(places[code])}
            features.append({"type": "Feature", "properties": text, "geometry": point})
    shown = frames[0][1] if frames else None
    codes = hatched_units(shown, layer, legend, breaks, small) if shown is not None else {}
    return Overlay(labels={"type": "FeatureCollection", "features": features}, hatched=codes)
