"""Hatches and points as a MapLibre sprite: small pictures drawn here, so that no image comes from elsewhere."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from math import ceil
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from layers.legend import Pattern
from layers.palette import Theme, ThemeKey, rgb, theme_of
from layers.symbols.point_classes import RIM, PointClass, every_class
from layers.symbols.point_shapes import OUTLINES

TILE = 8
"""Edge of a hatch tile in CSS pixels."""

MAGNIFIED = 1.25
"""Points are drawn larger by this, because Plotly shows a picture at a tenth of a marker's size (8 of 10)."""

_FINE = 8
ORDER = (Pattern.WORST, Pattern.LOW, Pattern.NONE, Pattern.SMALL)


def _box(entry: PointClass) -> int:
    """Edge of the picture of a kind of point, in CSS pixels, even."""
    return 2 * ceil((entry.size * 0.625 + RIM) * MAGNIFIED + 0.5)


def _row() -> tuple[list[tuple[PointClass, int, int]], int, int]:
    """Each point's picture with its left edge and its size, right of the hatches; width and height of the whole."""
    left, placed = TILE * len(ORDER), []
    for entry in every_class():
        placed.append((entry, left, _box(entry)))
        left += _box(entry)
    return placed, left, max(box for *_, box in placed)


def sprite_index(ratio: int = 1) -> dict[str, dict[str, Any]]:
    """The sprite's JSON: the tiles of the four hatches and the kinds of point, side by side.

    Parameters
    ----------
    ratio
        Pixels per CSS pixel: 1, or 2 for ``@2x``.

    Returns
    -------
    index
        Per ``hatch-worst|low|none|small`` and ``point-<key>`` its place and size in the picture, in its pixels.
    """

    def at(left: int, edge: int) -> dict[str, Any]:
        return {"x": left * ratio, "y": 0, "width": edge * ratio, "height": edge * ratio, "pixelRatio": ratio}

    hatches = {f"hatch-{pattern.value}": at(place * TILE, TILE) for place, pattern in enumerate(ORDER)}
    return hatches | {entry.picture: at(left, box) for entry, left, box in _row()[0]}


@cache
def sprite_image(theme: ThemeKey | str, ratio: int = 1) -> bytes:
    """The sprite's PNG in the theme's colours; every hatch repeats without a seam, every point has its paper edge.

    Parameters
    ----------
    theme
        ``light`` or ``dark``.
    ratio
        Pixels per CSS pixel: 1, or 2 for ``@2x``.

    Returns
    -------
    png
        RGBA, laid out as :func:`sprite_index` says.

    Raises
    ------
    ValueError
        For any other theme.
    """
    tokens = theme_of(theme)
    light = tokens.key is ThemeKey.LIGHT
    inks = {
        Pattern.WORST: (tokens.card if light else tokens.canvas, 0.5),
        Pattern.LOW: (tokens.danger, 0.55 if light else 0.7),
        Pattern.NONE: (tokens.hatch, 0.95),
        Pattern.SMALL: (tokens.ink, 0.3 if light else 0.42),
    }
    points, width, height = _row()
    edge = TILE * ratio
    pixels = np.zeros((height * ratio, width * ratio, 4), dtype="uint8")
    for place, pattern in enumerate(ORDER):
        colour, strength = inks[pattern]
        tile = pixels[:edge, place * edge : (place + 1) * edge]
        tile[..., :3] = rgb(colour)
        tile[..., 3] = np.round(_ink(pattern, edge) * strength * 255)
    picture = Image.fromarray(pixels, "RGBA")
    for entry, left, box in points:
        picture.paste(_point(entry, tokens, box * ratio, ratio), (left * ratio, 0))
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _point(entry: PointClass, theme: Theme, edge: int, ratio: int) -> Image.Image:
    """One kind of point, drawn finely and made smaller, which smooths its edges."""
    fine, middle = edge * _FINE, edge * _FINE / 2
    unit = MAGNIFIED * ratio * _FINE
    drawn = Image.new("RGBA", (fine, fine), (*rgb(theme.rim), 0))
    pen = ImageDraw.Draw(drawn)
    corners = [
        (middle + x * entry.size / 2 * unit, middle + y * entry.size / 2 * unit) for x, y in OUTLINES[entry.shape]
    ]
    paper = (*rgb(theme.rim), 255)
    pen.polygon(corners, fill=paper)
    pen.line([*corners, corners[0], corners[1]], fill=paper, width=round(2 * RIM * unit), joint="curve")
    pen.polygon(corners, fill=(*rgb(getattr(theme, entry.token)), 255))
    return drawn.resize((edge, edge), Image.Resampling.BOX)


def _ink(pattern: Pattern, edge: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """How much of each pixel is inked, 0 to 1: drawn finely, then averaged, which smooths the edges."""
    fine = edge * _FINE
    row, column = np.mgrid[0:fine, 0:fine] / fine
    if pattern is Pattern.SMALL:
        inked = np.hypot(row - 0.5, column - 0.5) < 0.085
    else:
        width = 0.13
        inked = np.abs((row + column) % 1 - 0.5) < width / 2 * np.sqrt(2)
    blocks = inked.reshape(edge, _FINE, edge, _FINE).mean(axis=(1, 3))
    return np.asarray(blocks, dtype="float64")
