"""The hatches as a MapLibre sprite: four small tiles drawn here, so that no image comes from elsewhere."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from layers.legend import Pattern
from layers.palette import ThemeKey, rgb, theme_of

TILE = 8
"""Edge of a hatch tile in CSS pixels."""

_FINE = 8
ORDER = (Pattern.WORST, Pattern.LOW, Pattern.NONE, Pattern.SMALL)


def sprite_index(ratio: int = 1) -> dict[str, dict[str, Any]]:
    """The sprite's JSON: the tiles of the four hatches, side by side.

    Parameters
    ----------
    ratio
        Pixels per CSS pixel: 1, or 2 for ``@2x``.

    Returns
    -------
    index
        Per ``hatch-worst|low|none|small`` its place and size in the picture, in its pixels.
    """
    edge = TILE * ratio
    return {
        f"hatch-{pattern.value}": {"x": place * edge, "y": 0, "width": edge, "height": edge, "pixelRatio": ratio}
        for place, pattern in enumerate(ORDER)
    }


@cache
def sprite_image(theme: ThemeKey | str, ratio: int = 1) -> bytes:
    """The sprite's PNG in the theme's colours; every tile repeats without a seam.

    Parameters
    ----------
    theme
        ``light`` or ``dark``.
    ratio
        Pixels per CSS pixel: 1, or 2 for ``@2x``.

    Returns
    -------
    png
        RGBA, ``TILE * ratio`` pixels high, four tiles in the order of :data:`ORDER`.

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
    edge = TILE * ratio
    pixels = np.zeros((edge, edge * len(ORDER), 4), dtype="uint8")
    for place, pattern in enumerate(ORDER):
        colour, strength = inks[pattern]
        tile = pixels[:, place * edge : (place + 1) * edge]
        tile[..., :3] = rgb(colour)
        tile[..., 3] = np.round(_ink(pattern, edge) * strength * 255)
    out = BytesIO()
    Image.fromarray(pixels, "RGBA").save(out, "PNG", optimize=True)
    return out.getvalue()


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
