"""Which units are too small on the whole map to carry their names, and lie together."""

from __future__ import annotations

from math import cos, radians

import geopandas as gpd
import shapely

WHOLE_WIDTH, WHOLE_HEIGHT = 780, 620
"""The map of everything on an office screen, in CSS pixels."""
LEAST_RADIUS = 17
"""Half the height of a name with n/N under it: a unit whose largest circle is smaller cannot hold them."""
LEAST_UNITS = 3
"""Fewer are labelled beside each other well enough."""


def to_pixels(shape: shapely.Geometry, scale: float, squeeze: float) -> shapely.Geometry:
    """A shape in degrees as it is drawn, y upward.

    Parameters
    ----------
    shape
        EPSG:4490, degrees.
    scale
        Pixels per degree of latitude.
    squeeze
        Degrees of longitude are shorter by this: the cosine of the latitude.

    Returns
    -------
    shape
        In pixels.
    """
    return shapely.transform(shape, lambda place: place * [scale * squeeze, scale])


def squeeze_of(shapes: gpd.GeoDataFrame) -> float:
    """How much shorter a degree of longitude is in the middle of some shapes.

    Parameters
    ----------
    shapes
        EPSG:4490, at least one.

    Returns
    -------
    squeeze
        The cosine of the latitude.
    """
    _, south, _, north = shapes.total_bounds
    return cos(radians((south + north) / 2))


def crowded_units(shapes: gpd.GeoDataFrame) -> list[str]:
    """The small units that lie together.

    Parameters
    ----------
    shapes
        Units of one level, columns ``code geometry``, EPSG:4490.

    Returns
    -------
    codes
        Sorted; of several places where small units crowd the one with most; empty below ``LEAST_UNITS``.
    """
    kept = shapes[~(shapes.geometry.isna() | shapes.geometry.is_empty)]
    if len(kept) < LEAST_UNITS:
        return []
    squeeze = squeeze_of(kept)
    west, south, east, north = kept.total_bounds
    scale = min(WHOLE_HEIGHT / (north - south), WHOLE_WIDTH / ((east - west) * squeeze))
    drawn = kept.geometry.map(lambda shape: to_pixels(shape, scale, squeeze))
    small = kept[[_radius(shape) < LEAST_RADIUS for shape in drawn]]
    if small.empty:
        return []
    # a pixel apart is together: borders of sketches do not always meet
    joined = shapely.union_all(shapely.buffer(small.geometry.to_numpy(), 1 / scale))
    groups = [small["code"][small.geometry.intersects(part)].tolist() for part in shapely.get_parts(joined)]
    most = max(groups, key=len)
    return sorted(map(str, most)) if len(most) >= LEAST_UNITS else []


def _radius(shape: shapely.Geometry) -> float:
    part = max(shapely.get_parts(shape), key=lambda piece: piece.area)
    return float(shapely.maximum_inscribed_circle(part).length)
