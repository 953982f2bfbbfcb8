"""What the map needs of the shapes, worked out once per version of the data: GeoJSON, bounds, label places."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from dashboard.request.context import AppContext
from geodata.levels import Level
from geodata.territory.unit_geojson import SIMPLIFY_M, unit_geojson
from geodata.territory.units import unit_shapes
from layers.overlay import label_anchors


def label_places(db: Connection, level: Level, day: date) -> dict[str, tuple[float, float]]:
    """Where every unit's label and ring stand.

    Parameters
    ----------
    db
        Connection; shapes are open to every role of the program.
    level
        Level of the units.
    day
        The day, inclusive.

    Returns
    -------
    places
        ``{code: (lon, lat)}`` in degrees, EPSG:4490; units without a shape are left out.
    """
    return label_anchors(unit_shapes(db, level, day, simplify_m=SIMPLIFY_M))


def shapes_address(ctx: AppContext, level: Level, day: date) -> str:
    """Where the browser finds the shapes of a level.

    Days on which the shapes are the same share one address, so that moving through time fetches no shape twice.

    Parameters
    ----------
    ctx
        Asked, and remembered in, on behalf of the visitor.
    level
        Level of the shapes.
    day
        The day, inclusive.

    Returns
    -------
    address
        A path with the day it was first asked for and a digest of the shapes.
    """
    _, digest = ctx.cached_query(unit_geojson, level, day)
    first = ctx.keep_answer(("first day", level, digest), lambda: day)
    return f"/geo/{level.value}.geojson?asof={first.isoformat()}&v={digest}"
