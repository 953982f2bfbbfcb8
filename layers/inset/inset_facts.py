"""What an inset shows: outlines, colours, names and n/N, in the pixels of its own box; every surface draws the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from geodata.levels import Level
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import UnitKind
from layers.changes import is_compared
from layers.inset.crowded_units import crowded_units, squeeze_of, to_pixels
from layers.legend import Legend, Pattern, classify_rates, count_texts
from layers.palette import Theme

if TYPE_CHECKING:
    import pandas as pd

    from layers.layer import Layer

WIDTH, MOST_HEIGHT, MARGIN = 264.0, 236.0, 6.0
"""Of the box, in CSS pixels."""
LETTER, LINE = 11.5, 13.5
"""Height of a letter and of a line."""
COUNTS = 4
"""Letters that are as wide as most n/N."""


@dataclass(frozen=True)
class InsetUnit:
    """One unit: its rings as corners (x to the right, y downward), where its name stands; counts, class and look."""

    code: str
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    label: tuple[float, float]
    counts: str = ""
    key: str = ""
    fill: str = "none"
    pattern: Pattern = Pattern.PLAIN


@dataclass(frozen=True)
class Inset:
    """A part of the map drawn larger."""

    title: str
    width: float
    height: float
    units: tuple[InsetUnit, ...]

    def to_record(self) -> dict[str, Any]:
        """The same for a script.

        Returns
        -------
        record
            JSON's own kinds; outlines as the ``d`` of an SVG path.
        """
        units = [
            {
                "code": unit.code,
                "name": unit.name,
                "counts": unit.counts,
                "key": unit.key,
                "path": " ".join("M" + " L".join(f"{x:g},{y:g}" for x, y in ring) + " Z" for ring in unit.rings),
                "label": unit.label,
                "fill": unit.fill,
                "pattern": unit.pattern.value,
            }
            for unit in self.units
        ]
        return {"title": self.title, "width": self.width, "height": self.height, "units": units}


def inset_outlines(shapes: gpd.GeoDataFrame, level: Level, lang: Lang) -> Inset | None:
    """Where small units of a level crowd: their outlines and names, not yet filled.

    Parameters
    ----------
    shapes
        ``unit_shapes`` of the level: columns ``code name kind geometry``, EPSG:4490.
    level
        Level of the units.
    lang
        Language of the title.

    Returns
    -------
    inset
        None where no small units crowd, or so many that their names would not fit here either.
    """
    codes = crowded_units(shapes)
    if not codes:
        return None
    mine = shapes[shapes["code"].isin(codes)]
    squeeze = squeeze_of(mine)
    west, south, east, north = (float(side) for side in mine.total_bounds)
    room = WIDTH - 2 * MARGIN
    scale = min(room / ((east - west) * squeeze), (MOST_HEIGHT - 2 * MARGIN) / (north - south))
    left = MARGIN + (room - (east - west) * squeeze * scale) / 2
    height = (north - south) * scale + 2 * MARGIN
    units = []
    for row in mine.itertuples():
        drawn = shapely.transform(
            to_pixels(row.geometry, scale, squeeze),
            lambda place: (place - [west * squeeze * scale, north * scale]) * [1, -1] + [left, MARGIN],
        )
        units.append(InsetUnit(str(row.code), str(row.name), _rings(drawn), _middle(drawn)))
    if _overlap(units):
        return None
    return Inset(_title(mine, level, lang), WIDTH, round(height, 1), tuple(units))


def filled_inset(
    inset: Inset, frame: pd.DataFrame, layer: Layer, legend: Legend, breaks: Sequence[float], theme: Theme
) -> Inset:
    """The same outlines with n/N or grade, colour and pattern, as a layer counts them.

    Parameters
    ----------
    inset
        Of :func:`inset_outlines`.
    frame
        ``count_indicator`` of the layer's indicator: index ``unit_code``, columns ``numerator denominator``.
    layer
        The layer drawn.
    legend
        The legend of ``frame`` under the same breaks.
    breaks
        Rates between the classes, rising strictly, 0 < break <= 1.
    theme
        Gives the colours.

    Returns
    -------
    inset
        A unit that is not counted stays as it was.
    """
    rows = {row.key: row for row in legend.classes}
    keys = classify_rates(frame, layer, breaks)
    texts = frame["short"].to_dict() if is_compared(frame) else count_texts(frame, layer, legend)
    units = [
        replace(
            unit,
            counts=texts[unit.code],
            key=keys[unit.code],
            fill=rows[keys[unit.code]].colour_in(theme.key),
            pattern=rows[keys[unit.code]].pattern,
        )
        if unit.code in texts
        else unit
        for unit in inset.units
    ]
    return replace(inset, units=tuple(units))


def _title(mine: gpd.GeoDataFrame, level: Level, lang: Lang) -> str:
    if set(mine["kind"]) == {UnitKind.STREET}:
        return translate("layers.inset.streets", lang, n=len(mine))
    return translate("layers.inset.title", lang, n=len(mine), level=label_of(level, lang))


def _rings(shape: shapely.Geometry) -> tuple[tuple[tuple[float, float], ...], ...]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return tuple(tuple((round(x, 1), round(y, 1)) for x, y in ring.coords) for ring in rings)


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    part = max(shapely.get_parts(shape), key=lambda piece: piece.area)
    x, y = shapely.maximum_inscribed_circle(part).coords[0]
    return round(x, 1), round(y, 1)


def _overlap(units: list[InsetUnit]) -> bool:
    """Whether any two names would lie over each other."""
    boxes = []
    for unit in units:
        half = max(len(unit.name), COUNTS) * LETTER / 2
        x, y = unit.label
        boxes.append(shapely.box(x - half, y - LINE, x + half, y + LINE))
    return any(one.intersects(other) for place, one in enumerate(boxes) for other in boxes[:place])
