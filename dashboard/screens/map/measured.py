"""What somebody draws on the map, measured where the district measures: length in metres, area in km² and 亩."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import shapely

from geodata.errors import UserError
from geodata.locale import Lang, translate
from geodata.measuring_crs import area_km2, area_mu, length_m

MOST_POINTS = 200
WIDEST_DEG = 8.0
"""Farther apart no plane measures to a thousandth: the result would be wrong by more than it says."""


@dataclass(frozen=True)
class Measured:
    """What a line or an outline measures; ``area`` None for a line, and for one that crosses itself."""

    length: float
    area: float | None
    mu: float | None
    crosses: bool


def read_points(said: str) -> list[tuple[float, float]]:
    """The corners of what was drawn.

    Parameters
    ----------
    said
        ``lon,lat;lon,lat``, degrees of EPSG:4490.

    Returns
    -------
    points
        Longitude first.

    Raises
    ------
    UserError
        Fewer than two or more than ``MOST_POINTS``, no numbers, outside the world, or too far apart.
    """
    try:
        points = [(float(lon), float(lat)) for lon, lat in (pair.split(",") for pair in said[:20_000].split(";"))]
    except ValueError:
        raise UserError("ui.tools.error.points") from None
    if not 2 <= len(points) <= MOST_POINTS:
        raise UserError("ui.tools.error.many", most=MOST_POINTS)
    if not all(isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 85 for lon, lat in points):
        raise UserError("ui.tools.error.points")
    spans = [max(line) - min(line) for line in zip(*points, strict=True)]
    if max(spans) > WIDEST_DEG:
        raise UserError("ui.tools.error.wide", most=int(WIDEST_DEG))
    return points


def measure_points(points: list[tuple[float, float]], *, closed: bool) -> Measured:
    """The length of a line, or the outline and the area of a polygon.

    Parameters
    ----------
    points
        As :func:`read_points` gives them.
    closed
        Whether the last corner is joined to the first.

    Returns
    -------
    measured
        Planar, in the measuring CRS; metres, km² and 亩.
    """
    line = shapely.LineString([*points, points[0]] if closed else points)
    length = float(length_m(line))
    if not closed or len(points) < 3:
        return Measured(length, None, None, crosses=False)
    shape = shapely.Polygon(points)
    if not shape.is_valid:
        return Measured(length, None, None, crosses=True)
    return Measured(length, float(area_km2(shape)), float(area_mu(shape)), crosses=False)


def measured_words(found: Measured, lang: Lang) -> str:
    """What was measured, in words.

    Parameters
    ----------
    found
        Of :func:`measure_points`.
    lang
        The language wanted.

    Returns
    -------
    words
        Metres below a kilometre, else kilometres; the area in km² and 亩.
    """
    metres = found.length
    told = translate("ui.tools.metres", lang, n=f"{metres:.0f}") if metres < 1000 else ""
    told = told or translate("ui.tools.kilometres", lang, n=f"{metres / 1000:.2f}")
    words = translate("ui.tools.length_of", lang, length=told)
    if found.crosses:
        return f"{words} · {translate('ui.tools.crosses', lang)}"
    if found.area is None or found.mu is None:
        return words
    return f"{words} · {translate('ui.tools.area_of', lang, km2=f'{found.area:.3f}', mu=f'{found.mu:.1f}')}"
