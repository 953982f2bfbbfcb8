"""The outlines of points: one polygon a shape, from which every surface draws it."""

from __future__ import annotations

from enum import StrEnum
from math import cos, pi, sin

Outline = tuple[tuple[float, float], ...]


class PointShape(StrEnum):
    """Shape of a point; the word is Plotly's own symbol of that shape."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle-up"
    FALLING = "triangle-down"
    CROSS = "x"


def _turned(corners: int, first: float, reach: float = 1.0) -> Outline:
    """A regular polygon about the middle; ``first`` is its first corner's angle in turns, clockwise from the right."""
    angles = [2 * pi * (first + corner / corners) for corner in range(corners)]
    return tuple((round(reach * cos(angle), 4), round(reach * sin(angle), 4)) for angle in angles)


def _cross(arm: float) -> Outline:
    """Two crossed bars of half a width ``arm``, slanting."""
    upright = [(arm, arm), (arm, 1.1), (-arm, 1.1), (-arm, arm), (-1.1, arm), (-1.1, -arm),
               (-arm, -arm), (-arm, -1.1), (arm, -1.1), (arm, -arm), (1.1, -arm), (1.1, arm)]  # fmt: skip
    turn = cos(pi / 4)
    return tuple((round((x - y) * turn, 4), round((x + y) * turn, 4)) for x, y in upright)


OUTLINES: dict[PointShape, Outline] = {
    PointShape.CIRCLE: _turned(32, 0, 0.95),
    PointShape.SQUARE: _turned(4, 1 / 8, 1.2),
    PointShape.DIAMOND: _turned(4, 0, 1.2),
    PointShape.TRIANGLE: _turned(3, 3 / 4, 1.25),
    PointShape.FALLING: _turned(3, 1 / 4, 1.2),
    PointShape.CROSS: _cross(0.42),
}
"""Corners (x to the right, y downward) of each shape for radius 1: areas alike, so that none looks larger."""


def svg_outline(shape: PointShape, radius: float) -> str:
    """The path of a shape about 0, 0.

    Parameters
    ----------
    shape
        Which.
    radius
        Of the circle of the same area, in the units of the picture.

    Returns
    -------
    path
        The ``d`` of an SVG ``path``, closed.
    """
    corners = " L".join(f"{x * radius:g},{y * radius:g}" for x, y in OUTLINES[shape])
    return f"M{corners} Z"


def css_outline(shape: PointShape) -> str:
    """The shape cut out of a square box, for a legend.

    Parameters
    ----------
    shape
        Which.

    Returns
    -------
    value
        A CSS ``clip-path``.
    """
    corners = ", ".join(f"{50 + x * 40:.1f}% {50 + y * 40:.1f}%" for x, y in OUTLINES[shape])
    return f"polygon({corners})"
