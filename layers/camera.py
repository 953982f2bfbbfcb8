"""Where the map looks: centre and zoom that show given bounds in a given viewport (MapLibre's 512 px tiles)."""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh, atan, degrees, log2, pi, radians, sinh, tan

TILE = 512
ZOOM_MIN, ZOOM_MAX = 3.0, 18.0


@dataclass(frozen=True)
class Camera:
    """Centre in degrees (EPSG:4490, drawn as WGS84: they differ by less than a pixel) and MapLibre zoom."""

    lon: float
    lat: float
    zoom: float


@dataclass(frozen=True)
class Viewport:
    """Size of the map on the screen in CSS pixels, and the room to leave free at its sides."""

    width: int = 860
    height: int = 690
    top: int = 28
    right: int = 28
    bottom: int = 64
    left: int = 28


def fit_bounds(bounds: tuple[float, float, float, float], view: Viewport | None = None) -> Camera:
    """The camera that shows bounds within the viewport's free room.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees (EPSG:4490); a single point is allowed.
    view
        Size and free margins in CSS pixels; None: the usual :class:`Viewport`.

    Returns
    -------
    camera
        Centre rounded to 6 decimals of a degree; zoom to 3 decimals, from ``ZOOM_MIN`` to ``ZOOM_MAX``.

    Raises
    ------
    ValueError
        When the bounds are empty (NaN) or turned round.
    """
    view = view or Viewport()
    west, south, east, north = bounds
    if not (west <= east and south <= north):
        raise ValueError(f"bounds {bounds} are empty")
    wide, tall = max((east - west) / 360, 1e-9), max(_mercator(north) - _mercator(south), 1e-9)
    room_x, room_y = view.width - view.left - view.right, view.height - view.top - view.bottom
    zoom = min(log2(max(room_x, 1) / TILE / wide), log2(max(room_y, 1) / TILE / tall))
    zoom = min(max(zoom, ZOOM_MIN), ZOOM_MAX)
    pixel = 1 / (TILE * 2**zoom)
    middle = (_mercator(south) + _mercator(north)) / 2 - (view.bottom - view.top) / 2 * pixel
    lon = (west + east) / 2 + (view.right - view.left) / 2 * pixel * 360
    return Camera(lon=round(lon, 6), lat=round(_latitude(middle), 6), zoom=round(zoom, 3))


def seen_bounds(camera: Camera, view: Viewport | None = None) -> tuple[float, float, float, float]:
    """The bounds of everything a camera shows in a viewport, its margins included.

    Parameters
    ----------
    camera
        Centre in degrees (EPSG:4490) and MapLibre zoom.
    view
        Size in CSS pixels; None: the usual :class:`Viewport`.

    Returns
    -------
    bounds
        West, south, east, north in degrees.
    """
    view = view or Viewport()
    pixel = 1 / (TILE * 2**camera.zoom)
    wide, tall = view.width * pixel * 360 / 2, view.height * pixel / 2
    middle = _mercator(camera.lat)
    return camera.lon - wide, _latitude(middle - tall), camera.lon + wide, _latitude(middle + tall)


def _mercator(lat: float) -> float:
    """Northing in the unit square: 0 on the equator, 0.5 at the edge of the world map."""
    return asinh(tan(radians(lat))) / (2 * pi)


def _latitude(northing: float) -> float:
    return degrees(atan(sinh(2 * pi * northing)))
